"""The states that an exploration met and the ways between them; counts plans, exactly.

A plan is a way from the beginning through the space. Each state is met in many ways, and is
explored once: how many plans that decides is counted here, state by state, as one counts the
paths of an acyclic graph.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

Key: TypeAlias = tuple[bytes, bool, bool]
"""What a state is known by: its digest, whether no fault may strike in it any more, and whether
none may divert the conversation from there on."""

NOWHERE: Final = -1
"""Where a way leads from which none goes on: it breaks a law, or nothing more can come."""


class Space:
    """States by number, in the order in which they were met; 0 is where the clean run begins.

    A way of a turn goes from a state to one that is further on in the script, a way of a fault to
    one that is as far or further on.
    """

    def __init__(self) -> None:
        self._progress: list[int] = []
        self._turns: list[tuple[int, int]] = []
        self._strikes: list[tuple[int, int]] = []
        self._numbers: dict[Key, int] = {}
        self._doomed: set[int] = set()

    def meet(self, progress: int, key: Key | None) -> int:
        """A state that was not met before, so far on in the script: its number. One without a key
        is never recognised again."""
        number = len(self._progress)
        self._progress.append(progress)
        if key is not None:
            self._numbers[key] = number
        return number

    def find(self, key: Key) -> int | None:
        """The number of the state with that key, if it was met before."""
        return self._numbers.get(key)

    def is_doomed(self, state: int) -> bool:
        """Whether a law is broken on the way from here, even if nothing more is done."""
        return state in self._doomed

    def doom(self, states: Iterable[int]) -> None:
        """From these states on, a law is broken."""
        self._doomed.update(states)

    def strike(self, before: int, after: int = NOWHERE) -> None:
        """A fault fired in a state, and led to another one."""
        self._strikes.append((before, after))

    def turns(self, states: Sequence[int]) -> None:
        """Turns led from each of these states to the next."""
        self._turns += pairwise(states)

    def __len__(self) -> int:
        """How many states were met."""
        return len(self._progress)

    def arrivals(self, depth: int) -> list[int]:
        """For each state, how many plans of fewer than `depth` faults lead there.

        State 0 is where the clean run begins. Multiplied by the faults that fire in a state, it is
        the number of plans whose last fault strikes there.
        """
        # By number of faults: a fault leads to more of them, a turn further on.
        in_order = sorted(self._turns, key=lambda way: self._progress[way[0]])
        now = [int(state == 0) for state in range(len(self._progress))]
        total = [0] * len(self._progress)
        for _ in range(depth):
            for before, after in in_order:
                now[after] += now[before]
            total = [one + other for one, other in zip(total, now, strict=True)]
            later = [0] * len(now)
            for before, after in self._strikes:
                if after != NOWHERE:
                    later[after] += now[before]
            now = later
        return total
