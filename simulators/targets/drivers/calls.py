"""What an application in this process asks of its stores, call by call, and how a call fails."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import (
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
    suppress,
)
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from threading import Lock
from typing import Final, NoReturn

from simulators.errors import UsageError
from simulators.targets.application.life import LIFE, Died, Life
from simulators.targets.drivers.connections import Connections, Link
from simulators.targets.drivers.holding import Holding, Turn
from simulators.targets.interruption import WAIT, Kind
from simulators.targets.proxy.dialect import Call
from simulators.targets.target import Point

_IS_INSIDE: Final[ContextVar[bool]] = ContextVar("_IS_INSIDE", default=False)
"""Whether a call is going on: the ones that it makes itself are part of it."""

_TURN: Final[ContextVar[Turn | None]] = ContextVar("_TURN", default=None)
"""The turn in which a call goes on that was held."""


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
        self.unwatched: set[str] = set()
        """Drivers that were called and are not watched."""
        self._holding: Holding | None = None
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

    def die(self, life: Life | None) -> NoReturn:
        """End the life in which this thread does something, which goes no further."""
        assert life is not None
        self.bury(life)
        life.stand_still()

    @contextmanager
    def held(self) -> Iterator[Holding]:
        """In here two messages are served at once: calls are held until it is their turn, and
        neither counted nor broken."""
        with Holding() as holding:
            self._holding = holding
            try:
                yield holding
            finally:
                self._holding = None

    @contextmanager
    def making(self, asking: Asking) -> Iterator[Made]:
        """Around a call: make it, or break it. Raises `Died` where an application goes on with a
        connection of one before it."""
        holding, call = self._holding, asking.call
        # Whoever blocks the event loop lets nobody else go on.
        is_in_loop = asyncio._get_running_loop() is not None
        if holding is None or call is None or is_in_loop or _is_part_of_another():
            with self._making(asking) as made:
                yield made
            return
        turn = holding.turn(call)
        with _calling(LIFE.get()):
            holding.come(turn).result()
        try:
            with _in(turn), self._making(asking) as made:
                yield made
        except Exception:
            holding.end(turn).result()
            raise
        except BaseException:
            holding.end(turn)
            raise
        self._go_on(turn, dies=holding.end(turn).result())

    @asynccontextmanager
    async def making_later(self, asking: Asking) -> AsyncIterator[Made]:
        """The same around a call of a coroutine."""
        async with self.turn_of(asking.call):
            with self._making(asking) as made:
                yield made

    @asynccontextmanager
    async def turn_of(self, call: Call | None) -> AsyncIterator[None]:
        """Wait until it is the turn of a call that a coroutine makes in here, and then until it is
        the turn of its answer."""
        holding = self._holding
        if holding is None or call is None or _is_part_of_another():
            yield
            return
        turn = holding.turn(call)
        with _calling(LIFE.get()):
            await asyncio.wrap_future(holding.come(turn))
        try:
            with _in(turn):
                yield
        except Exception:
            await asyncio.wrap_future(holding.end(turn))
            raise
        except BaseException:
            holding.end(turn)
            raise
        self._go_on(turn, dies=await asyncio.wrap_future(holding.end(turn)))

    @contextmanager
    def _making(self, asking: Asking) -> Iterator[Made]:
        life, made = LIFE.get() or (self.living if self._is_at_work else None), Made()
        if life is not None and life.is_over:
            life.stand_still()
        if asking.link is not None and asking.link.is_lost:
            raise Died
        under_way = _making_on(asking.link, life)
        if _IS_INSIDE.get():
            with under_way:
                yield made
            return
        token = _IS_INSIDE.set(True)
        try:
            if asking.call is None or not self._is_counting or asking.reach not in self._reaches:
                with under_way:
                    yield made
                self._keep(asking, made.result)
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

    @property
    def _is_at_work(self) -> bool:
        return self._is_counting or self._holding is not None

    def _keep(self, asking: Asking, result: object) -> None:
        """Keep what came of a call that is not counted."""
        has_changed, turn, holding = asking.changes(result), _TURN.get(), self._holding
        if turn is not None:
            turn.has_changed |= has_changed
            turn.result = result
        elif holding is not None and asking.call is not None:
            holding.missed(has_changed=has_changed)

    def _go_on(self, turn: Turn, *, dies: bool) -> None:
        life = LIFE.get() or self.living
        if dies and life is not None:
            self.connections.hold(life, turn.result)
            self.die(life)

    def _strike_before(self, kind: Kind | None, asking: Asking, life: Life | None) -> None:
        match kind:
            case Kind.CRASH_BEFORE:
                self.die(life)
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
                self.die(life)
            case Kind.ERROR_AFTER:
                if asking.link is None:
                    _lose(result)
                _fail(asking, asking.lost)

    def _counted_as(self, call: Call) -> tuple[int, Point]:
        """A call that begins, as a point, and the number of it."""
        method = f"store.{call.kind}"
        with self._lock:
            self._counted[method] += 1
            name = f"{method} #{self._counted[method]}{call.ending}"
            point = Point(name, changes=False, is_first=self._is_next_first)
            self._is_next_first = False
            self.points = (*self.points, point)
            return len(self.points) - 1, point

    def _note(self, number: int, point: Point) -> None:
        with self._lock:
            self.points = (*self.points[:number], point, *self.points[number + 1 :])


def _is_part_of_another() -> bool:
    return _IS_INSIDE.get() or _TURN.get() is not None


def _calling(life: Life | None) -> AbstractContextManager[None]:
    return nullcontext() if life is None else life.calling()


@contextmanager
def _making_on(link: Link | None, life: Life | None) -> Iterator[None]:
    """Around a call on a connection. What it got hold of after its application died, such as a lock
    that the application was waiting for, it lets go of."""
    with _calling(life):
        try:
            yield
        finally:
            if link is not None and link.is_lost:
                link.lose()


@contextmanager
def _in(turn: Turn) -> Iterator[None]:
    token = _TURN.set(turn)
    try:
        yield
    finally:
        _TURN.reset(token)


def _lose(answer: object) -> None:
    """An answer that does not arrive leaves no connection open."""
    with suppress(Exception):
        answer.close()  # type: ignore[attr-defined]


def _fail(asking: Asking, error: Callable[[], Exception]) -> None:
    if asking.link is not None:
        asking.link.fail()
    raise error()
