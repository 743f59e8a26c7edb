"""The calls to databases by whatever driver keeps to PEP 249."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import wraps
from socket import socket
from types import MappingProxyType
from typing import Any, Final
from weakref import WeakKeyDictionary, WeakSet, ref

from simulators.targets.application.patches import Patches, is_changeable
from simulators.targets.drivers.calls import Asking, Calls
from simulators.targets.drivers.connections import Database, Link, hang_up
from simulators.targets.drivers.wrapping import Ask, around
from simulators.targets.proxy.sql import call_of

_OF_MODULES: Final = frozenset({"apilevel", "threadsafety", "paramstyle", "connect", "Error"})
_OF_CONNECTIONS: Final = frozenset({"cursor", "commit", "rollback", "close"})
_OF_CURSORS: Final = frozenset({"execute", "fetchone", "close"})
_BEGINNING: Final = re.compile(r"\s*(BEGIN|START)\b", re.IGNORECASE)
_ENDING: Final = re.compile(
    r"\s*(COMMIT|END|ABORT|ROLLBACK(?!\s+(WORK\s+|TRANSACTION\s+)?TO\b))\b", re.IGNORECASE
)
_NOT_OPEN: Final = frozenset({0, 4})
"""What libpq calls idle, and unknown."""
_DEEPEST: Final = 2
"""In a part of which part of a connection its socket is looked for."""


class Methods:
    """What the methods of connections and of cursors ask for. `asking` says it of SQL on a
    connection, and `rolling_back` of what undoes whatever is not committed."""

    def __init__(
        self,
        database: Database,
        asking: Callable[[Any, str], Asking],
        rolling_back: Callable[..., Asking],
    ) -> None:
        def executing(cursor: Any, query: object, *_: object, **__: object) -> Asking:
            return asking(self._connection_of(cursor), text_of(query, cursor))

        def copying(cursor: Any, _: object, table: str, *__: object, **___: object) -> Asking:
            return asking(self._connection_of(cursor), f"COPY {table} FROM STDIN")

        def calling(cursor: Any, procedure: str, *_: object, **__: object) -> Asking:
            return asking(self._connection_of(cursor), f"CALL {procedure}")

        def beginning(connection: Any, *_: object, **__: object) -> Asking:
            return asking(connection, "BEGIN")

        def committing(connection: Any, *_: object) -> Asking:
            is_open = database.is_in_transaction(connection)
            return asking(connection, "COMMIT") if is_open else rolling_back(connection)

        self._connections: WeakKeyDictionary[Any, ref[Any]] = WeakKeyDictionary()
        self.of_connections: Mapping[str, Ask] = MappingProxyType(
            {
                "begin": beginning,
                "start_transaction": beginning,
                "commit": committing,
                "rollback": rolling_back,
            }
        )
        self.of_cursors: Mapping[str, Ask] = MappingProxyType(
            {
                "execute": executing,
                "executemany": executing,
                "callproc": calling,
                "copy_expert": executing,
                "copy_from": copying,
            }
        )

    def opening(self, cursor: Callable[..., Any]) -> object:
        """Stands around a method that opens a cursor, of which not every driver tells whose it
        is."""

        @wraps(cursor)
        def opened(connection: Any, *arguments: Any, **more: Any) -> Any:
            made = cursor(connection, *arguments, **more)
            with suppress(TypeError):
                self._connections[made] = ref(connection)
            return made

        return opened

    def _connection_of(self, cursor: Any) -> Any:
        with suppress(TypeError):
            if (noted := self._connections.get(cursor)) is not None:
                return noted()
        return getattr(cursor, "connection", None)


def text_of(query: object, cursor: object) -> str:
    """A query's text, be it plain, bytes, or put together."""
    if isinstance(query, bytes):
        return query.decode("utf-8", "replace")
    if isinstance(query, str):
        return query
    as_string = getattr(query, "as_string", None)
    # Of what cannot be read, anything may come.
    return str(as_string(cursor) if as_string is not None else "?")


def nothing(_: object) -> bool:
    """What a call changes that leaves all as it was."""
    return False


def drivers() -> Iterator[Any]:
    """The modules loaded by now that keep to PEP 249."""
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        if names.keys() >= _OF_MODULES and not names["__name__"].rpartition(".")[2].startswith("_"):
            yield module


def watch(driver: Any, calls: Calls, patches: Patches) -> None:
    """Watch the connections and cursors of a driver, where their classes let themselves be
    changed."""
    methods, name = methods_of(driver, calls), driver.__name__
    if put(methods, driver, calls, patches):
        return
    calls.unwatched.add(name)

    def connecting(connect: Callable[..., Any]) -> object:
        @wraps(connect)
        def connected(*arguments: Any, **more: Any) -> Any:
            connection = connect(*arguments, **more)
            # Some load their classes when they need them.
            if put(methods, driver, calls, patches):
                calls.unwatched.discard(name)
            return connection

        return connected

    patches.put(driver, "connect", connecting)


def put(methods: Methods, driver: Any, calls: Calls, patches: Patches) -> bool:
    """Watch those methods of a driver's classes; whether these let themselves be changed."""
    # Many stand in several modules of a driver.
    classes = list(dict.fromkeys(_classes(driver.__name__)))
    connections = [one for one in classes if _has(one, _OF_CONNECTIONS)]
    cursors = [one for one in classes if _has(one, _OF_CURSORS) and one not in connections]
    if not (connections and cursors and all(map(is_changeable, (*connections, *cursors)))):
        return False
    for owner in connections:
        patches.put(_holder(owner, "cursor"), "cursor", methods.opening)
    for owners, asks in ((connections, methods.of_connections), (cursors, methods.of_cursors)):
        for owner in owners:
            for name, ask in asks.items():
                patches.put(_holder(owner, name), name, around(calls, ask))
    return True


def methods_of(driver: Any, calls: Calls) -> Methods:
    """What those of a driver ask for of which nothing is known but PEP 249."""
    database = _Database()

    def known(connection: Any) -> Link | None:
        """None where its application could not die with it."""
        link = calls.connections.known(connection)
        if link is None and _descriptor(connection) is not None:
            with suppress(TypeError):
                return calls.connections.link(connection, database)
        if link is None:
            calls.unwatched.add(driver.__name__)
        return link

    def asking(connection: Any, sql: str) -> Asking:
        link = known(connection)
        lost = _losing(driver, connection)
        if link is None:
            return Asking(None, lost, lost, nothing)
        call = call_of(sql, link.has_written)

        def changes(_: object) -> bool:
            database.note(connection, sql)
            return link.settle(call)

        # Where nobody set a timeout, the connection is lost at last.
        return Asking(call, lost, lost, changes, link)

    def rolling_back(connection: Any, *_: object, **__: object) -> Asking:
        link = known(connection)
        lost = _losing(driver, connection)

        def changes(_: object) -> bool:
            database.note(connection, "ROLLBACK")
            return link is not None and link.forget()

        return Asking(None, lost, lost, changes, link)

    return Methods(database, asking, rolling_back)


class _Database:
    def __init__(self) -> None:
        self._open: WeakSet[Any] = WeakSet()

    def is_in_transaction(self, connection: Any) -> bool:
        told = _told(connection)
        return connection in self._open if told is None else told

    def note(self, connection: Any, sql: str) -> None:
        """Take note of a statement on a connection, whose driver may not tell what is open."""
        if _told(connection) is not None:
            return
        if _ENDING.match(sql):
            self._open.discard(connection)
        elif _BEGINNING.match(sql) or not _commits_by_itself(connection):
            self._open.add(connection)

    def break_(self, connection: Any) -> None:
        self.let_go(connection)
        self._open.discard(connection)

    def let_go(self, connection: Any) -> None:
        hang_up(lambda: _descriptor(connection) or -1)

    def close(self, connection: Any) -> None:
        connection.close()


def _told(connection: Any) -> bool | None:
    """Whether a transaction is open; None where the driver does not tell."""
    status = getattr(getattr(connection, "info", None), "transaction_status", None)
    is_open = getattr(connection, "in_transaction", None)
    if status is None:
        return is_open if isinstance(is_open, bool) else None
    return status not in _NOT_OPEN


def _commits_by_itself(connection: Any) -> bool:
    told = getattr(connection, "get_autocommit", None)
    return bool(told()) if told is not None else getattr(connection, "autocommit", False) is True


def _descriptor(connection: Any) -> int | None:
    """That of the socket of a connection; None where it shows none."""
    with suppress(Exception):
        return int(connection.fileno())
    return next((one.fileno() for one in _sockets(connection, _DEEPEST)), None)


def _sockets(part: object, depth: int) -> Iterator[socket]:
    """Those that a connection has, or a part of it that its driver made."""
    package = type(part).__module__.partition(".")[0]
    for one in list(getattr(part, "__dict__", {}).values()):
        if isinstance(one, socket):
            yield one
        elif depth and type(one).__module__.partition(".")[0] == package:
            yield from _sockets(one, depth - 1)


def _losing(driver: Any, connection: Any) -> Callable[[], Exception]:
    def lost() -> Exception:
        # Of a driver that finds nobody there, the error is its own.
        try:
            connection.cursor().execute("SELECT 1")
        except driver.Error as error:
            return error  # type: ignore[no-any-return]
        made: Exception = driver.OperationalError("the connection was lost")
        return made

    return lost


def _classes(package: str) -> Iterator[type]:
    for name, module in list(sys.modules.items()):
        if name == package or name.startswith(f"{package}."):
            for one in list(getattr(module, "__dict__", {}).values()):
                if isinstance(one, type) and one.__module__.startswith(package):
                    yield one


def _holder(owner: type, name: str) -> type:
    """The class whose own a method is; the owner itself, where that one cannot be changed."""
    holder = next((one for one in owner.__mro__ if name in vars(one)), owner)
    return holder if is_changeable(holder) else owner


def _has(one: type, names: frozenset[str]) -> bool:
    return all(callable(getattr(one, name, None)) for name in names)
