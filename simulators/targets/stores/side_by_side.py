"""Two messages that are sent to real servers at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Final, Protocol, TypeAlias, TypeVar

from simulators.targets.overlap import ARRIVAL, Move, Overlap, Who, unseen
from simulators.targets.proxy.passing import Passing
from simulators.targets.proxy.strike import Crash

_T = TypeVar("_T")

Sending: TypeAlias = Callable[[Callable[[], None]], _T]
"""Sends a message and waits for what comes back. What it is given is called in between, when the
message has left."""

_DEPARTURE: Final = 5.0
"""Seconds that a message may take to leave."""


class Pace(Protocol):
    """Decides which of two messages goes on."""

    @property
    def moves(self) -> Sequence[Move]:
        """The moves that were made."""
        ...

    @property
    def was_kept(self) -> bool:
        """Whether they were made in the order that was asked for."""
        ...

    def drive(self, start: Callable[[Who], None]) -> None:
        """Start both, each in its time, and see both to their ends."""
        ...

    def let_go(self) -> None:
        """Hold nothing any more, though somebody has put an end to it."""
        ...

    def departed(self, who: Who) -> None:
        """A message has left. Called in a thread of its own, which goes on when this returns."""
        ...

    def ended(self, who: Who) -> None:
        """A message has its answer, or will never have one. Called in a thread of its own."""
        ...


def send_both(sendings: tuple[Sending[_T], Sending[_T]], pace: Pace) -> tuple[tuple[_T, _T], Who]:
    """Send two messages, each in a thread of its own: what came back for each, and which of them
    had its answer last."""
    gates, ended = (Event(), Event()), list[Who]()

    def carry(who: Who) -> _T:
        gates[who].wait()
        try:
            return sendings[who](lambda: pace.departed(who))
        finally:
            ended.append(who)
            pace.ended(who)

    with ThreadPoolExecutor(len(Who)) as threads:
        first, second = (threads.submit(carry, who) for who in Who)
        try:
            pace.drive(lambda who: gates[who].set())
        finally:
            pace.let_go()
            for gate in gates:
                gate.set()
        return (first.result(), second.result()), ended[-1]


class AtOnce:
    """Lets two messages leave one right after the other. What the servers then do in which order is
    left to them: only who leaves first can be asked for."""

    def __init__(self, overlap: Overlap) -> None:
        self._overlap = overlap
        self._first = Who.SECOND if overlap.order.switches else Who.FIRST
        self._departed: set[Who] = set()
        self._has_gone = (Event(), Event())

    @property
    def moves(self) -> Sequence[Move]:
        """Both arrive, and nothing else is known."""
        return (
            unseen(self._first, ARRIVAL, stores=False, other_call=ARRIVAL),
            unseen(self._first.other, ARRIVAL, stores=False, other_call=None),
        )

    @property
    def was_kept(self) -> bool:
        """Whether both were under way at once, and no more was asked for."""
        can_be = self._overlap.order.switches in ((), (ARRIVAL,)) and not self._overlap.dies_after
        return can_be and len(self._departed) == len(Who)

    def drive(self, start: Callable[[Who], None]) -> None:
        """Start the second when the first has left."""
        start(self._first)
        self._has_gone[self._first].wait(_DEPARTURE)
        start(self._first.other)

    def let_go(self) -> None:
        """Nothing is held for longer than a message may take to leave."""

    def departed(self, who: Who) -> None:
        """Nobody reads an answer before both have left."""
        self._departed.add(who)
        self._has_gone[who].set()
        self._has_gone[who.other].wait(_DEPARTURE)

    def ended(self, who: Who) -> None:
        """Who could not be sent is not waited for."""
        self._has_gone[who].set()


class Holder(Protocol):
    """Holds calls, in an event loop of its own. Every method may be called from any thread but
    that one."""

    def let_pass(self, passing: Passing) -> None:
        """Let two messages pass each other from here on, up to the ends of both."""
        ...

    def ended(self, passing: Passing, who: Who) -> None:
        """One of them has come to its end."""
        ...

    def release(self) -> None:
        """Let go on what is held."""
        ...


class HeldAtCalls:
    """The pace of two messages whose calls the holder holds."""

    def __init__(
        self, holder: Holder, overlap: Overlap, are_busy: Callable[[], bool], crash: Crash
    ) -> None:
        self._holder = holder
        self._overlap = overlap
        self._are_busy = are_busy
        self._crash = crash
        self._passing: Passing | None = None

    @property
    def moves(self) -> Sequence[Move]:
        """Each up to the next call that was held."""
        return self._passing.moves if self._passing is not None else ()

    @property
    def was_kept(self) -> bool:
        """Whether it was, to its end."""
        return self._passing is not None and self._passing.was_kept

    def drive(self, start: Callable[[Who], None]) -> None:
        """Move by move."""
        self._passing = Passing(self._overlap, start, self._are_busy, self._crash)
        self._holder.let_pass(self._passing)

    def let_go(self) -> None:
        """No call is held."""
        self._holder.release()

    def departed(self, who: Who) -> None:
        """What counts are the calls."""

    def ended(self, who: Who) -> None:
        """It makes no more moves."""
        if self._passing is not None:
            self._holder.ended(self._passing, who)
