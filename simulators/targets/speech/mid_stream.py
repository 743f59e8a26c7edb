"""The point in the middle of a reply that comes in pieces: the first has arrived, and not the
last."""

from collections.abc import Callable, Sequence
from typing import Final

from simulators.errors import UsageError
from simulators.targets.target import Point

POINT: Final = "reply.stream #1"
"""Its name."""

_BREAK: Final = "crash after"


class MidStream:
    """What can strike between the first and the last piece of a reply: the server dies.

    A server that had more of it on the way by then was too fast: nothing has struck.
    """

    def __init__(self) -> None:
        self.has_killed = False
        """Whether the server was killed in the last delivery."""
        self._is_waiting = False
        self._pieces = 0

    @property
    def points(self) -> Sequence[Point]:
        """The one of the last delivery; none where the reply came in one piece. What the customer
        has read cannot be taken back: it counts as a change."""
        return [Point(POINT, changes=True, is_first=False)] if self._pieces > 1 else []

    @property
    def has_struck(self) -> bool:
        """Whether the server died in the middle."""
        return self.has_killed and self._pieces == 1

    def interrupt(self, break_: str) -> None:
        """Let the server die in the next delivery. Raises `UsageError` for any other break."""
        if break_ != _BREAK:
            raise UsageError(
                f"{break_!r} cannot strike at {POINT}: what has left has left; let the server crash"
                " after it"
            )
        self._is_waiting = True

    def begin(self) -> None:
        """A delivery begins."""
        self.has_killed, self._pieces = False, 0

    def heard(self, kill: Callable[[], None], is_last: bool) -> None:
        """A piece has arrived."""
        self._pieces += 1
        if self._is_waiting and self._pieces == 1 and not is_last:
            self.has_killed = True
            kill()

    def end(self) -> None:
        """The delivery is over, and nothing waits any more."""
        self._is_waiting = False
