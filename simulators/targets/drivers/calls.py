"""What an application in this process asks of its stores, call by call, and how a call fails."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from threading import Lock
from typing import Final

from simulators.errors import UsageError
from simulators.targets.application.life import LIFE, Died, Life
from simulators.targets.drivers.connections import Connections, Link
from simulators.targets.interruption import WAIT, Kind
from simulators.targets.proxy.dialect import Call
from simulators.targets.target import Point

_IS_INSIDE: Final[ContextVar[bool]] = ContextVar("_IS_INSIDE", default=False)
"""Whether a call is going on: the ones that it makes itself are part of it."""


class Reach(Enum):
    """Where a store is."""

    HERE = "in this process"
    REMOTE = "over the network"


@dataclass(frozen=True, slots=True)
class Asking:
    """One call of a driver.

    `call` is what it asks for, None where it is no call of a turn, such as one that sets a
    connection up. `lost` and `late` make the errors of a driver whose store went away, or does not
    answer. `changes` says of a result whether something durable changed by the call, and is asked
    once; `link` is the connection on which a transaction may be open.
    """

    call: Call | None
    lost: Callable[[], Exception]
    late: Callable[[], Exception]
    changes: Callable[[object], bool]
    link: Link | None = None
    reach: Reach = Reach.REMOTE


@dataclass(slots=True)
class Made:
    """A call that is being made, and what came of it."""

    result: object = None


class Calls:
    """Counts the calls of one delivery by what they do, and breaks the one that is asked for.

    `wait` lets time pass. Stores within `reaches` are counted and broken. What belongs to a dead
    application stands still at its next call to any.
    """

    def __init__(self, wait: Callable[[timedelta], None], reaches: frozenset[Reach]) -> None:
        self.points: Sequence[Point] = ()
        """What the last delivery called, in order."""
        self.has_struck = False
        """Whether the break of the last delivery struck."""
        self.living: Life | None = None
        """Whose calls they are, where nobody else's."""
        self.connections = Connections()
        self._wait = wait
        self._reaches = reaches
        self._waiting: tuple[Kind, str] | None = None
        self._is_counting = False
        self._is_next_first = True
        self._counted: Counter[str] = Counter()
        self._lock = Lock()

    def interrupt(self, break_: str, point: str) -> None:
        """Let a break strike at that call of the next delivery. Raises `UsageError` for one that
        does not exist."""
        try:
            self._waiting = Kind(break_), point
        except ValueError:
            raise UsageError(
                f"{break_!r} is nothing that can happen inside a turn of an application; see what"
                " there is with coolwind faults"
            ) from None

    def begin(self) -> None:
        """A delivery begins."""
        self.points, self.has_struck = (), False
        self._counted.clear()
        self._is_counting = self._is_next_first = True

    def answered(self) -> None:
        """The customer has the answer: what is done from here on is not done for somebody who
        would send the message again."""
        self._is_next_first = True

    def end(self) -> None:
        """The delivery is over."""
        self._is_counting = False
        self._waiting = None

    def bury(self, life: Life) -> None:
        """End a life: its connections go as those of a process that dies."""
        life.end()
        self.connections.lose(life)

    @contextmanager
    def making(self, asking: Asking) -> Iterator[Made]:
        """Around a call: make it, or break it. Raises `Died` where an application goes on with a
        connection of one that died before."""
        life, made = LIFE.get() or (self.living if self._is_counting else None), Made()
        if life is not None and life.is_over:
            life.stand_still()
        if asking.link is not None and asking.link.is_lost:
            raise Died
        under_way = nullcontext() if life is None else life.calling()
        if _IS_INSIDE.get():
            with under_way:
                yield made
            return
        token = _IS_INSIDE.set(True)
        try:
            if asking.call is None or not self._is_counting or asking.reach not in self._reaches:
                with under_way:
                    yield made
                asking.changes(made.result)
                return
            number, point = self._counted_as(asking.call)
            kind = self._waiting[0] if self._waiting and self._waiting[1] == point.name else None
            self.has_struck |= kind is not None
            self._strike_before(kind, asking, life)
            with under_way:
                yield made
            self._note(number, replace(point, changes=asking.changes(made.result)))
            self._strike_after(kind, asking, made.result, life)
        finally:
            _IS_INSIDE.reset(token)

    def _strike_before(self, kind: Kind | None, asking: Asking, life: Life | None) -> None:
        match kind:
            case Kind.CRASH_BEFORE:
                self._die(life)
            case Kind.ERROR_BEFORE:
                _fail(asking, asking.lost)
            case Kind.TIMEOUT:
                self._wait(WAIT)
                _fail(asking, asking.late)
            case Kind.SLOW:
                self._wait(WAIT)

    def _strike_after(
        self, kind: Kind | None, asking: Asking, result: object, life: Life | None
    ) -> None:
        match kind:
            case Kind.CRASH_AFTER:
                if life is not None:
                    self.connections.hold(life, result)
                self._die(life)
            case Kind.ERROR_AFTER:
                if asking.link is None:
                    _lose(result)
                _fail(asking, asking.lost)

    def _counted_as(self, call: Call) -> tuple[int, Point]:
        """A call that begins, as a point, and the number of it."""
        label, method = f" ({call.label})" if call.label else "", f"store.{call.kind}"
        with self._lock:
            self._counted[method] += 1
            name = f"{method} #{self._counted[method]}{label}"
            point = Point(name, changes=False, is_first=self._is_next_first)
            self._is_next_first = False
            self.points = (*self.points, point)
            return len(self.points) - 1, point

    def _note(self, number: int, point: Point) -> None:
        with self._lock:
            self.points = (*self.points[:number], point, *self.points[number + 1 :])

    def _die(self, life: Life | None) -> None:
        assert life is not None
        self.bury(life)
        life.stand_still()


def _lose(answer: object) -> None:
    """An answer that does not arrive leaves no connection open."""
    with suppress(Exception):
        answer.close()  # type: ignore[attr-defined]


def _fail(asking: Asking, error: Callable[[], Exception]) -> None:
    if asking.link is not None:
        asking.link.fail()
    raise error()
