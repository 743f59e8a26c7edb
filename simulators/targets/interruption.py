"""Breaks inside a turn: what a service asks of its ports, call by call, and how a call fails.

A crash is a freeze, as simloom has it: the coroutine of the dead process is never resumed, so that
no `except` and no `finally` of it gets to tidy up.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from simulators.targets.target import Point

WAIT: Final = timedelta(seconds=10)
"""How long a store takes that is slow, or that never answers."""


class Kind(StrEnum):
    """What goes wrong at a call."""

    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    ERROR_BEFORE = "error before"
    ERROR_AFTER = "error after"
    TIMEOUT = "timeout"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Interruption:
    """A break that waits for a call. Raises nothing by itself: `error` makes what the caller sees,
    and `every` lets it strike at each later call of that method, too."""

    kind: Kind
    point: str
    error: Callable[[], Exception]
    every: bool = False


class Frozen(BaseException):
    """A process died in the middle of a call; its coroutine is kept, and never resumed."""


class Freeze:
    """Awaited where a process dies."""

    def __await__(self) -> Generator["Freeze", None, None]:
        yield self


class Calls:
    """Counts the calls of one delivery, and breaks the one that an interruption waits for.

    `durable` gives everything that outlives a process, as objects that are replaced when they
    change; `wait` lets time pass.
    """

    def __init__(
        self, durable: Callable[[], tuple[object, ...]], wait: Callable[[timedelta], None]
    ) -> None:
        self.points: tuple[Point, ...] = ()
        """What the last delivery called, in order."""
        self.has_struck = False
        """Whether the interruption of the last delivery struck."""
        self._durable = durable
        self._wait = wait
        self._counted: Counter[str] = Counter()
        self._waiting: Interruption | None = None
        self._is_over = False

    def begin(self, interruption: Interruption | None) -> None:
        """A delivery begins."""
        self.points, self.has_struck = (), False
        self._counted.clear()
        self._waiting, self._is_over = interruption, False

    def end(self) -> None:
        """Let everything go on without interruption, as no part of the delivery."""
        self._waiting, self._is_over = None, True

    async def make(self, method: str, call: Callable[[], Awaitable[object]]) -> object:
        """Make a call to a port, or break it. `method` is such as `store.commit`."""
        self._counted[method] += 1
        name = f"{method} #{self._counted[method]}"
        waiting = self._waiting if self._is_met(method, name) else None
        if waiting is None:
            return await self._made(name, call)
        self.has_struck = True
        match waiting.kind:
            case Kind.CRASH_BEFORE:
                await Freeze()
            case Kind.ERROR_BEFORE:
                raise waiting.error()
            case Kind.TIMEOUT:
                self._wait(WAIT)
                raise waiting.error()
            case Kind.SLOW:
                self._wait(WAIT)
        result = await self._made(name, call)
        match waiting.kind:
            case Kind.CRASH_AFTER:
                await Freeze()
            case Kind.ERROR_AFTER:
                raise waiting.error()
        return result

    def _is_met(self, method: str, name: str) -> bool:
        waiting = self._waiting
        if waiting is None:
            return False
        return waiting.point == name or (
            waiting.every and self.has_struck and waiting.point.startswith(f"{method} #")
        )

    async def _made(self, name: str, call: Callable[[], Awaitable[object]]) -> object:
        if self._is_over:
            return await call()
        before = self._durable()
        try:
            return await call()
        finally:
            after = self._durable()
            changes = any(one is not other for one, other in zip(before, after, strict=True))
            self.points += (Point(name, changes, is_first=not self.points),)
