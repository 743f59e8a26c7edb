"""What an application in this process asks of its SQLite databases, watched from outside: by way of
`sqlite3` itself, aiosqlite, or whatever else stands on it."""

import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Lock
from types import ModuleType, TracebackType
from typing import Any, Final, Literal, Protocol, TypeVar

from simulators.errors import UsageError
from simulators.targets.interruption import WAIT, Kind
from simulators.targets.proxy.sql import call_of
from simulators.targets.target import Point

_T = TypeVar("_T")
_COMMIT: Final = "COMMIT"
_PRAGMA: Final = re.compile(r"\s*PRAGMA\b", re.IGNORECASE)
_CONNECT: Final = "connect"


class Died(BaseException):
    """The application died in a call. It unwinds what has died, past every `except Exception`;
    nothing that a `finally` does on the way reaches a database."""


class SqliteCalls:
    """Counts the calls of one delivery by what they do, and breaks the one that is asked for.

    `wait` lets time pass. From `install` to `remove`, connections are watched that are opened;
    they stay so for their lives.
    """

    def __init__(self, wait: Callable[[timedelta], None]) -> None:
        self.points: tuple[Point, ...] = ()
        """What the last delivery called, in order."""
        self.has_struck = False
        """Whether the break of the last delivery struck."""
        self.has_died = False
        """Whether it was the application's death."""
        self._wait = wait
        self._waiting: tuple[Kind, str] | None = None
        self._is_counting = False
        self._counted: Counter[str] = Counter()
        self._lives = 0
        self._lock = Lock()
        self._patched: list[ModuleType] = []
        self._connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def install(self) -> None:
        """Watch what is opened from here on."""
        if self._patched:
            return
        real: Callable[..., sqlite3.Connection] = sqlite3.connect
        self._connect = real

        def connect(*arguments: Any, **keywords: Any) -> sqlite3.Connection:
            base = keywords.pop("factory", sqlite3.Connection)
            return real(*arguments, factory=_watched_connection(base, self), **keywords)

        for module in list(sys.modules.values()):
            if getattr(module, "__dict__", {}).get(_CONNECT) is real:
                setattr(module, _CONNECT, connect)
                self._patched.append(module)

    def remove(self) -> None:
        """Leave every module as it was."""
        patched, self._patched = self._patched, []
        for module in patched:
            setattr(module, _CONNECT, self._connect)

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
        self.points, self.has_struck, self.has_died = (), False, False
        self._counted.clear()
        self._is_counting = True

    def end(self) -> None:
        """The delivery is over; of an application that died in it, no connection does anything."""
        self._is_counting = False
        self._waiting = None
        if self.has_died:
            self._lives += 1

    @property
    def life(self) -> int:
        """The number of the application that lives now: how many died before."""
        return self._lives

    def make(self, connection: "_Watching", sql: str, call: Callable[[], _T]) -> _T:
        """Make a call on a connection, or break it."""
        if connection.life != self._lives or (self._is_counting and self.has_died):
            raise Died
        asked = call_of(sql, connection.has_written)
        # What sets a connection up is no call of a turn.
        if not self._is_counting or _PRAGMA.match(sql):
            return _done(connection, call)[0]
        label = f" ({asked.label})" if asked.label else ""
        name, number = self._counted_as(f"store.{asked.kind}", label)
        kind = self._waiting[0] if self._waiting and self._waiting[1] == name else None
        self.has_struck |= kind is not None
        match kind:
            case Kind.CRASH_BEFORE:
                self._die(connection)
            case Kind.ERROR_BEFORE:
                raise sqlite3.OperationalError("disk I/O error")
            case Kind.TIMEOUT:
                self._wait(WAIT)
                raise sqlite3.OperationalError("database is locked")
            case Kind.SLOW:
                self._wait(WAIT)
        result, changes = _done(connection, call)
        with self._lock:
            before, after = self.points[:number], self.points[number + 1 :]
            self.points = (*before, Point(name, changes, is_first=not number), *after)
        match kind:
            case Kind.CRASH_AFTER:
                self._die(connection)
            case Kind.ERROR_AFTER:
                raise sqlite3.OperationalError("disk I/O error")
        return result

    def _counted_as(self, method: str, label: str) -> tuple[str, int]:
        """The name of a call that begins, and the number of its point."""
        with self._lock:
            self._counted[method] += 1
            name, number = f"{method} #{self._counted[method]}{label}", len(self.points)
            self.points += (Point(name, changes=False, is_first=not number),)
        return name, number

    def _die(self, connection: "_Watching") -> None:
        self.has_died = True
        # A process that dies lets go of its locks, and of what it has not committed.
        with suppress(sqlite3.Error):
            connection.let_go()
        raise Died


def _done(connection: "_Watching", call: Callable[[], _T]) -> tuple[_T, bool]:
    """What came of a call, and whether something durable changed by it."""
    before = connection.total_changes
    result = call()
    connection.has_written |= connection.total_changes != before
    changes = connection.has_written and not connection.in_transaction
    connection.has_written &= connection.in_transaction
    return result, changes


class _Watching(Protocol):
    """What a watched connection has beside the real one's."""

    life: int
    has_written: bool
    total_changes: int
    in_transaction: bool

    def let_go(self) -> None:
        """Undo what is not committed."""
        ...


def _watched_connection(base: Any, calls: SqliteCalls) -> Any:
    """A class of connections whose calls are watched; of a factory that is no class, its own."""
    if not isinstance(base, type):
        return base

    class Connection(base):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            self.life, self.has_written = calls.life, False

        def cursor(self, factory: Any = sqlite3.Cursor) -> Any:
            return super().cursor(_watched_cursor(factory, calls))

        # The real ones do not call what is overridden in a cursor.
        def execute(self, sql: str, *arguments: Any) -> Any:
            return self.cursor().execute(sql, *arguments)

        def executemany(self, sql: str, *arguments: Any) -> Any:
            return self.cursor().executemany(sql, *arguments)

        def executescript(self, sql: str) -> Any:
            return self.cursor().executescript(sql)

        def commit(self) -> None:
            if self.in_transaction:
                calls.make(self, _COMMIT, super().commit)

        def rollback(self) -> None:
            super().rollback()
            self.has_written = False

        def let_go(self) -> None:
            super().rollback()

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            traceback: TracebackType | None,
        ) -> Literal[False]:
            if kind is not None:
                self.rollback()
                return False
            try:
                self.commit()
            except sqlite3.Error:
                self.rollback()
                raise
            return False

    return Connection


def _watched_cursor(base: Any, calls: SqliteCalls) -> Any:
    if not isinstance(base, type):
        return base

    class Cursor(base):  # type: ignore[misc]
        def execute(self, sql: str, *arguments: Any) -> Any:
            execute = super().execute
            return calls.make(self.connection, sql, lambda: execute(sql, *arguments))

        def executemany(self, sql: str, *arguments: Any) -> Any:
            execute = super().executemany
            return calls.make(self.connection, sql, lambda: execute(sql, *arguments))

        def executescript(self, sql: str) -> Any:
            execute = super().executescript
            return calls.make(self.connection, sql, lambda: execute(sql))

    return Cursor
