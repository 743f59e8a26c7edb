"""Chooses plans by chance, from a seed, where there is no time for all; says what that proves.

Faults are drawn in swarms (Groce et al., ISSTA 2012; TigerBeetle's VOPR): each sample makes do with
a part of them, so that each has plans in which others do not get in its way. What a play then does
at its places is drawn as it goes; from the last fault on it is left alone, and has to come to its
end.
"""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from typing import Final, TypeVar

from simulators.faults.fault import Fault

CONFIDENCE: Final = 95
"""Per cent; that of the rule of three."""

ORDER_DEPTHS: Final = (2, 3)
"""The depths of the orders that are drawn, each as likely, in the sense of PCT: one less is how
often at most the message that is served stands still, beside which one begins."""

_LEVELS: Final = 0.5
_NO_LESS: Final = Context(prec=2, rounding=ROUND_CEILING)

_T = TypeVar("_T")


class Draw:
    """Chance from a seed: the same choices for the same words, on every machine."""

    def __init__(self, *words: object) -> None:
        # Of a generator seeded with a text, `random()` alone is promised to stay as it is.
        self._random = random.Random(" ".join(map(str, words)))

    def below(self, number: int) -> int:
        """From 0 to one below that number, each as likely."""
        return int(self._random.random() * number)

    def one_of(self, options: Sequence[_T]) -> _T:
        """One of them, each as likely."""
        return options[self.below(len(options))]

    def some_of(self, options: Sequence[_T]) -> tuple[_T, ...]:
        """A part of them in their order, each part as likely; never none."""
        part = tuple(one for one in options if self.below(2))
        return part or (self.one_of(options),)

    def so_many_of(self, options: Sequence[_T], number: int) -> tuple[_T, ...]:
        """That many of them in any order, or all."""
        left = list(options)
        return tuple(left.pop(self.below(len(left))) for _ in range(min(number, len(left))))


@dataclass(frozen=True, slots=True)
class Scope:
    """Plans to draw from: the faults, the fewest and the most of them in a plan, and the turns.

    `is_sparse` says that at most one may strike from each turn to the next.
    """

    faults: tuple[Fault, ...]
    fewest: int
    most: int
    turns: int
    is_sparse: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """A plan in outline: the faults it makes do with, and the turns after which one is due (0:
    before the first), in order. `draw` decides the rest while the plan is played."""

    swarm: tuple[Fault, ...]
    due: tuple[int, ...]
    is_sparse: bool
    draw: Draw


def sample(scope: Scope, seed: int, number: int) -> Sample:
    """The sample of that number."""
    draw = Draw("sample", number, "of seed", seed)
    swarm = draw.some_of(scope.faults)
    # Before the first turn there is nothing but that turn to strike.
    first = int(all(fault.strikes_between_turns for fault in swarm))
    places = range(first, scope.turns + 1)
    length = scope.fewest + draw.below(scope.most - scope.fewest + 1)
    if scope.is_sparse:
        due = draw.so_many_of(places, length)
    else:
        due = tuple(draw.one_of(places) for _ in range(length))
    return Sample(swarm, tuple(sorted(due)), scope.is_sparse, draw)


def bound(samples: int) -> float:
    """The largest share of bad plans that is likely (`CONFIDENCE`) to have shown none in so many
    samples: the rule of three. It is about plans as they are drawn, and proves nothing of one."""
    return min(1.0, 3 / samples) if samples else 1.0


def bound_in_per_cent(samples: int) -> str:
    """The bound in per cent, with two digits that are no less than it is."""
    return f"{_NO_LESS.divide(Decimal(300), Decimal(max(samples, 3))):f}"


def order_runs(moves: int, depth: int) -> int:
    """In how many drawn orders of two messages, of so many moves together, one that needs `depth`
    things to happen in a certain order comes up with a likelihood of `CONFIDENCE`: the bound of
    PCT, ln(1/delta) * n * k ** (d - 1), with n = 2, where one order in so many is drawn for that
    depth. It is about one place of a conversation."""
    likely = math.log(100 / (100 - CONFIDENCE))
    return math.ceil(likely * 2 * math.prod([moves] * (depth - 1)) * len(ORDER_DEPTHS))


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds that one scenario may be explored for: half of them for all plans in their order, and
    if that is not enough, the other half for samples. `clock` counts seconds."""

    seconds: float
    clock: Callable[[], float] = time.monotonic

    def begin(self) -> "Spending":
        """Begin to count."""
        now = self.clock()
        return Spending(self.clock, now + _LEVELS * self.seconds, now + self.seconds)


@dataclass(frozen=True, slots=True)
class Spending:
    """A budget while it is used up."""

    clock: Callable[[], float]
    levels_end: float
    samples_end: float

    def allows_levels(self) -> bool:
        """Whether plans may still be tried in their order."""
        return self.clock() < self.levels_end

    def allows_samples(self) -> bool:
        """Whether one more sample may be drawn."""
        return self.clock() < self.samples_end
