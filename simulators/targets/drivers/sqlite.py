"""The calls to SQLite: by way of `sqlite3` itself, aiosqlite, or whatever else stands on it."""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from typing import Any, Final, Literal

from simulators.targets.application.belonging import submitting
from simulators.targets.application.life import LIFE, Died
from simulators.targets.application.patches import Patches
from simulators.targets.drivers.between import Between, watched
from simulators.targets.drivers.calls import Asking, Calls, Reach
from simulators.targets.drivers.dbapi import Methods
from simulators.targets.proxy.dialect import Call, Kind
from simulators.targets.proxy.sql import call_of

_COMMIT: Final = "COMMIT"
_PRAGMA: Final = re.compile(r"\s*PRAGMA\b", re.IGNORECASE)
_EXECUTING: Final = re.compile("_?execute")
_CONNECT: Final = "connect"
_ANY_THREAD: Final = "check_same_thread"


class _Sqlite:
    def is_in_transaction(self, connection: sqlite3.Connection) -> bool:
        return connection.in_transaction

    def break_(self, connection: sqlite3.Connection) -> None:
        """A database in a file is not lost by an error."""

    def let_go(self, connection: sqlite3.Connection) -> None:
        # A process that dies lets go of its locks, and of what it has not committed.
        with suppress(sqlite3.Error):
            sqlite3.Connection.rollback(connection)

    def close(self, connection: sqlite3.Connection) -> None:
        """It closes when nobody knows it any more."""


_SQLITE: Final = _Sqlite()


def watch(calls: Calls, patches: Patches) -> None:
    """Watch the connections that are opened from here on, for their lives."""

    connections = _watched_connections(calls)

    def opening(real: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
        def connect(*arguments: Any, **keywords: Any) -> sqlite3.Connection:
            wanted = keywords.pop("factory", sqlite3.Connection)
            factory = connections.under(wanted) if connections.is_base_of(wanted) else wanted
            return real(*arguments, factory=factory, **_for_any_thread(arguments, keywords))

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


def _asking(calls: Calls, connection: Any, sql: str) -> Asking:
    link = calls.connections.link(connection, _SQLITE)
    # What sets a connection up is no call of a turn.
    call = None if _PRAGMA.match(sql) else call_of(sql, link.has_written)
    before = connection.total_changes

    def changes(_: object) -> bool:
        wrote = connection.total_changes != before
        label = "" if call is None else call.label
        return link.settle(Call(Kind.WRITE if wrote else Kind.READ, label))

    return Asking(call, _failed, _locked, changes, link, Reach.HERE)


def _failed() -> Exception:
    return sqlite3.OperationalError("disk I/O error")


def _locked() -> Exception:
    return sqlite3.OperationalError("database is locked")


def _asked_later(connection: Any, arguments: tuple[Any, ...], calls: Calls) -> Call | None:
    """What a connection of aiosqlite is to do in its thread: a function, and what it is given."""
    name, words = getattr(arguments[0], "__name__", ""), arguments[1:]
    if name == _COMMIT.lower() and connection.in_transaction:
        return _asking(calls, connection, _COMMIT).call
    is_statement = _EXECUTING.match(name) and words and isinstance(words[0], str)
    return _asking(calls, connection, words[0]).call if is_statement else None


def _watched_connections(calls: Calls) -> Between:
    """Connections that are watched, and their cursors."""
    base, of_cursor = sqlite3.Connection, sqlite3.Cursor

    def rolling_back(connection: Any) -> Asking:
        link = calls.connections.link(connection, _SQLITE)
        return Asking(None, _failed, _locked, lambda _: link.forget(), link, Reach.HERE)

    methods = Methods(_SQLITE, partial(_asking, calls), rolling_back)
    asks = {**methods.of_cursors, "executescript": methods.of_cursors["execute"]}
    cursors = Between(of_cursor, watched(of_cursor, asks, calls))

    def opened(connection: Any, *arguments: Any, **keywords: Any) -> None:
        base.__init__(connection, *arguments, **keywords)
        calls.connections.link(connection, _SQLITE)

    def cursor(connection: Any, factory: Any = of_cursor) -> Any:
        is_ours = cursors.is_base_of(factory)
        return base.cursor(connection, cursors.under(factory) if is_ours else factory)

    # The real ones do not call what is overridden in a cursor, nor in themselves.
    def at_once(name: str) -> Callable[..., Any]:
        def execute(connection: Any, *arguments: Any) -> Any:
            return getattr(connection.cursor(), name)(*arguments)

        return execute

    def leaving(connection: Any, kind: object, *_: object) -> Literal[False]:
        if kind is not None:
            connection.rollback()
            return False
        try:
            connection.commit()
        except sqlite3.Error:
            connection.rollback()
            raise
        return False

    return Between(
        base,
        {
            **watched(base, methods.of_connections, calls),
            **{name: at_once(name) for name in ("execute", "executemany", "executescript")},
            "__init__": opened,
            "__exit__": leaving,
            "cursor": cursor,
        },
    )
