"""Where a process can die while two messages are served: each state that it leaves, once.

To die is of interest right after something durable has changed (B3, CrashMonkey), and only what
outlives the process tells two deaths apart. Many orders of two messages come by the same state.
"""

from collections.abc import Iterator, Sequence

from simulators.explorer.orders import switches_of
from simulators.faults.fault import Together
from simulators.targets.overlap import Move, Order


class CrashPoints:
    """The points at which a process dies that serves two messages in that way, alone or as one of
    two nodes."""

    def __init__(self, way: Together) -> None:
        self.points: tuple[str, ...] = ()
        """The order up to each and the call, as the point of a fault."""
        self._leaves_another = way.on_two_nodes
        self._known: list[object] = []

    def note(self, moves: Sequence[Move]) -> None:
        """Take in those of an order that leave what none did before."""
        for position in deaths_of(moves):
            point, left = point_of(moves, position), self._left(moves[: position + 1])
            known_by = point if left is None else left
            if known_by not in self._known:
                self._known.append(known_by)
                self.points += (point,)

    def _left(self, moves: Sequence[Move]) -> object:
        """What a death after these moves leaves, None where nobody can see it: of another node that
        goes on, what it has done so far, and on what grounds."""
        *_, last = moves
        if last.left is None or not self._leaves_another:
            return last.left
        found = (None, *(move.left for move in moves))
        others = [
            (move.call, found[at]) for at, move in enumerate(moves) if move.who is not last.who
        ]
        return last.who, last.left, others


def deaths_of(moves: Sequence[Move]) -> Iterator[int]:
    """The places of the moves after which a process can die with both messages in hand."""
    for position, move in enumerate(moves):
        has_begun = any(one.who is not move.who for one in moves[:position])
        goes_on = any(one.who is not move.who for one in moves[position + 1 :])
        if move.stores and has_begun and goes_on:
            yield position


def point_of(moves: Sequence[Move], position: int) -> str:
    """A death after that move, as the point of a fault."""
    return str(Order((*switches_of(moves[: position + 1]), moves[position].call)))
