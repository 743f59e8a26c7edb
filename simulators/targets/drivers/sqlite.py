"""The calls to SQLite: by way of `sqlite3` itself, aiosqlite, or whatever else stands on it."""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import TracebackType
from typing import Any, Final, Literal, Protocol, TypeVar

from simulators.targets.application.belonging import submitting
from simulators.targets.application.life import LIFE, Died
from simulators.targets.application.patches import Patches
from simulators.targets.drivers.calls import Asking, Calls, Reach
from simulators.targets.proxy.dialect import Call, Kind
from simulators.targets.proxy.sql import call_of

_T = TypeVar("_T")
_COMMIT: Final = "COMMIT"
_PRAGMA: Final = re.compile(r"\s*PRAGMA\b", re.IGNORECASE)
_EXECUTING: Final = re.compile("_?execute")
_CONNECT: Final = "connect"
_ANY_THREAD: Final = "check_same_thread"


class Watching(Protocol):
    """What a watched connection has beside the real one's."""

    in_transaction: bool
    total_changes: int

    def let_go(self) -> None:
        """Undo what is not committed."""
        ...


class _Sqlite:
    def is_in_transaction(self, connection: Watching) -> bool:
        return connection.in_transaction

    def break_(self, connection: Watching) -> None:
        """A database in a file is not lost by an error."""

    def let_go(self, connection: Watching) -> None:
        # A process that dies lets go of its locks, and of what it has not committed.
        with suppress(sqlite3.Error):
            connection.let_go()

    def close(self, connection: Watching) -> None:
        """It closes when nobody knows it any more."""


_SQLITE: Final = _Sqlite()


def watch(calls: Calls, patches: Patches) -> None:
    """Watch the connections that are opened from here on, for their lives."""

    def opening(real: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
        def connect(*arguments: Any, **keywords: Any) -> sqlite3.Connection:
            base = keywords.pop("factory", sqlite3.Connection)
            watched = _watched_connection(base, calls)
            return real(*arguments, factory=watched, **_for_any_thread(arguments, keywords))

        return connect

    _replace(patches, opening)


def watch_aiosqlite(aiosqlite: Any, calls: Calls, patches: Patches) -> None:
    """A connection of aiosqlite works in a thread of its own, for whoever asks it to."""

    def executing(execute: Callable[..., Any]) -> Callable[..., Any]:
        submit = submitting(execute)

        async def executed(connection: Any, *arguments: Any, **keywords: Any) -> Any:
            # The thread of one whose application died stands still, and would never answer.
            if calls.connections.is_lost(connection._connection):
                raise Died
            # All who share the connection wait where its thread does.
            async with calls.turn_of(_asked_later(connection._connection, arguments, calls)):
                with _under_way():
                    return await submit(connection, *arguments, **keywords)

        return executed

    def connecting(connect: Callable[..., Any]) -> Callable[..., Any]:
        async def connected(connection: Any) -> Any:
            with _under_way():
                return await connect(connection)

        return connected

    patches.put(aiosqlite.Connection, "_connect", connecting)
    patches.put(aiosqlite.Connection, "_execute", executing)


def _under_way() -> AbstractContextManager[None]:
    life = LIFE.get()
    return nullcontext() if life is None else life.calling()


@contextmanager
def opened_for_any_thread() -> Iterator[None]:
    """What is opened in here can be used in the thread of an application, whichever that is."""

    def opening(real: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
        def connect(*arguments: Any, **keywords: Any) -> sqlite3.Connection:
            return real(*arguments, **_for_any_thread(arguments, keywords))

        return connect

    patches = Patches()
    _replace(patches, opening)
    connect = sqlite3.connect
    try:
        yield
    finally:
        patches.remove()
        # A module that was loaded in here may have taken it for the real one.
        for module in list(sys.modules.values()):
            if getattr(module, "__dict__", {}).get(_CONNECT) is connect:
                setattr(module, _CONNECT, sqlite3.connect)


def _replace(patches: Patches, opening: Callable[[Callable[..., Any]], object]) -> None:
    real = sqlite3.connect
    made = opening(real)
    for module in list(sys.modules.values()):
        if getattr(module, "__dict__", {}).get(_CONNECT) is real:
            patches.put(module, _CONNECT, lambda _: made)


def _for_any_thread(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
    """SQLite itself takes care of several threads at once, as it is usually built."""
    position = 4
    if sqlite3.threadsafety == 3 and len(arguments) <= position:
        return {**keywords, _ANY_THREAD: False}
    return keywords


def _asking(connection: Any, sql: str, calls: Calls) -> Asking:
    link = calls.connections.link(connection, _SQLITE)
    # What sets a connection up is no call of a turn.
    call = None if _PRAGMA.match(sql) else call_of(sql, link.has_written)
    before = connection.total_changes

    def changes(_: object) -> bool:
        wrote = connection.total_changes != before
        label = "" if call is None else call.label
        return link.settle(Call(Kind.WRITE if wrote else Kind.READ, label))

    def failed() -> Exception:
        return sqlite3.OperationalError("disk I/O error")

    def locked() -> Exception:
        return sqlite3.OperationalError("database is locked")

    return Asking(call, failed, locked, changes, link, Reach.HERE)


def _asked_later(connection: Any, arguments: tuple[Any, ...], calls: Calls) -> Call | None:
    """What a connection of aiosqlite is to do in its thread: a function, and what it is given."""
    name, words = getattr(arguments[0], "__name__", ""), arguments[1:]
    if name == _COMMIT.lower() and connection.in_transaction:
        return _asking(connection, _COMMIT, calls).call
    is_statement = _EXECUTING.match(name) and words and isinstance(words[0], str)
    return _asking(connection, words[0], calls).call if is_statement else None


def _make(calls: Calls, connection: Any, sql: str, call: Callable[[], _T]) -> _T:
    with calls.making(_asking(connection, sql, calls)) as made:
        made.result = result = call()
    return result


def _watched_connection(base: Any, calls: Calls) -> Any:
    """A class of connections whose calls are watched; of a factory that is no class, its own."""
    if not isinstance(base, type):
        return base

    class Connection(base):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            calls.connections.link(self, _SQLITE)

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
                _make(calls, self, _COMMIT, super().commit)

        def rollback(self) -> None:
            super().rollback()
            calls.connections.link(self, _SQLITE).forget()

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


def _watched_cursor(base: Any, calls: Calls) -> Any:
    if not isinstance(base, type):
        return base

    class Cursor(base):  # type: ignore[misc]
        def execute(self, sql: str, *arguments: Any) -> Any:
            execute = super().execute
            return _make(calls, self.connection, sql, lambda: execute(sql, *arguments))

        def executemany(self, sql: str, *arguments: Any) -> Any:
            execute = super().executemany
            return _make(calls, self.connection, sql, lambda: execute(sql, *arguments))

        def executescript(self, sql: str) -> Any:
            execute = super().executescript
            return _make(calls, self.connection, sql, lambda: execute(sql))

    return Cursor
