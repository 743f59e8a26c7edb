"""Every order of two messages that are served at once, each order that matters once.

Two orders that differ only in moves which do not touch one another lead to the same end. So a move
is made before another one, too, only where the two touch, as source sets have it (Abdulla et al.,
2014), and sleep sets (Godefroid, 1996) leave out the repetitions that remain; with two messages, at
most one of them is asleep. What is left stands for every order there is. No states are merged in
here: sleep sets and the merging of states do not mix.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulators.targets.overlap import Move, Order, Who

MOST_ORDERS: Final = 2_000
"""More orders of two messages are not tried; whoever explores has to say so."""

FEW_SWITCHES: Final = 2
"""So many switches put any call of one message before or after any call of the other. Most bugs of
this kind take no more (Musuvathi and Qadeer, 2007)."""


@dataclass(frozen=True, slots=True)
class _Branch:
    """Moves that were made, up to where the other message goes on instead; `asleep` is the move
    that was tried there before, None at the very beginning. `awake` says of each of the moves
    whether the other message had no move asleep when it was made."""

    before: tuple[Move, ...] = ()
    asleep: Move | None = None
    awake: tuple[bool, ...] = ()


class Orders:
    """Finds the orders to try, from what was seen when the one before was tried. `most` is how many
    switches an order may have, where not all of them can be tried."""

    def __init__(self, most: int | None = None) -> None:
        self.tried = 0
        """Orders that were tried so far."""
        self._most = most
        self._waiting: list[_Branch] = [_Branch()]
        self._current = self._waiting[0]
        self._known: set[tuple[str, ...]] = set()

    @property
    def is_cut_off(self) -> bool:
        """Whether orders are left that are not tried, because there are too many."""
        return bool(self._waiting) and self.tried >= MOST_ORDERS

    def next(self) -> Order | None:
        """The next order to try; None when there is no other."""
        if not self._waiting or self.is_cut_off:
            return None
        self._current = self._waiting.pop()
        asleep = self._current.asleep
        switch = () if asleep is None else (asleep.call,)
        return Order((*switches_of(self._current.before), *switch))

    def note(self, moves: Sequence[Move]) -> bool:
        """What was seen of that order; True where it was none of those tried before."""
        self.tried += 1
        asleep, awake = self._current.asleep, list(self._current.awake)
        for position in range(len(awake), len(moves)):
            move = moves[position]
            awake.append(asleep is None)
            if asleep is not None and move.who is asleep.who:
                return False
            self._turn_round(moves[: position + 1], awake)
            if asleep is not None and asleep.touches(move):
                asleep = None
        return asleep is None

    def _turn_round(self, moves: Sequence[Move], awake: Sequence[bool]) -> None:
        """Let the other message go on before each move that touches the last one."""
        *earlier, last = moves
        for position, move in enumerate(earlier):
            before = tuple(moves[:position])
            if (
                move.who is not last.who
                and move.other_call is not None
                and awake[position]
                and move.touches(last)
                and self._may_switch(before)
                and (names := _names(before)) not in self._known
            ):
                self._known.add(names)
                self._waiting.append(_Branch(before, move, tuple(awake[:position])))

    def _may_switch(self, before: Sequence[Move]) -> bool:
        return self._most is None or len(switches_of(before)) < self._most


def _names(moves: Sequence[Move]) -> tuple[str, ...]:
    return tuple(f"{move.who} {move.call}" for move in moves)


def switches_of(moves: Sequence[Move]) -> tuple[str, ...]:
    """The switches in some moves: where one stood still that could have gone on."""
    switches: list[str] = []
    current = Who.FIRST
    for move in moves:
        if move.who is not current and move.other_call is not None:
            switches.append(move.other_call)
        current = move.who
    return tuple(switches)
