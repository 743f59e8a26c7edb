"""The calls to PostgreSQL by psycopg 3, at once and as coroutines."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from simulators.targets.application.patches import Patches
from simulators.targets.drivers.calls import Asking, Calls
from simulators.targets.drivers.connections import hang_up
from simulators.targets.drivers.dbapi import Methods, nothing, put, text_of
from simulators.targets.drivers.wrapping import around
from simulators.targets.proxy.sql import call_of


class _Postgres:
    def __init__(self, module: ModuleType) -> None:
        status = module.pq.TransactionStatus
        self._not_open = (status.IDLE, status.UNKNOWN)

    def is_in_transaction(self, connection: Any) -> bool:
        return connection.pgconn.transaction_status not in self._not_open

    def break_(self, connection: Any) -> None:
        hang_up(connection.fileno)
        # Now it sees that nobody is there.
        with suppress(Exception):
            connection.pgconn.consume_input()

    def let_go(self, connection: Any) -> None:
        hang_up(connection.fileno)

    def close(self, connection: Any) -> None:
        connection.pgconn.finish()


def watch(psycopg: Any, calls: Calls, patches: Patches) -> None:
    """Watch cursors, and how transactions end. A stream of rows is not seen."""
    copied: WeakKeyDictionary[object, str] = WeakKeyDictionary()
    postgres = _Postgres(psycopg)

    def lost() -> Exception:
        error: Exception = psycopg.OperationalError("server closed the connection unexpectedly")
        return error

    def late() -> Exception:
        text = "canceling statement due to statement timeout"
        error: Exception = psycopg.errors.QueryCanceled(text)
        return error

    def asking(connection: object, sql: str) -> Asking:
        link = calls.connections.link(connection, postgres)
        call = call_of(sql, link.has_written)
        return Asking(call, lost, late, lambda _: link.settle(call), link)

    def rolling_back(connection: object, *_: object) -> Asking:
        link = calls.connections.link(connection, postgres)
        return Asking(None, lost, late, lambda _: link.forget(), link)

    def leaving(transaction: Any, kind: type[BaseException] | None, *_: object) -> Asking:
        link = calls.connections.link(transaction.connection, postgres)
        if transaction.savepoint_name:
            return Asking(None, lost, late, nothing, link)
        if kind is not None or transaction.force_rollback:
            return rolling_back(transaction.connection)
        return asking(transaction.connection, "COMMIT")

    def noting(method: Callable[..., Any]) -> object:
        @wraps(method)
        def copy(cursor: Any, statement: object, *arguments: Any, **more: Any) -> Any:
            copied[cursor] = text_of(statement, cursor)
            return method(cursor, statement, *arguments, **more)

        return copy

    def having_copied(copy: Any, kind: type[BaseException] | None, *_: object) -> Asking:
        # What was copied is there when the COPY ends.
        if kind is not None:
            return rolling_back(copy.connection)
        return asking(copy.connection, copied.get(copy.cursor, "?"))

    put(Methods(postgres, asking, rolling_back), psycopg, calls, patches)
    for prefix in ("", "Async"):
        leave = "__aexit__" if prefix else "__exit__"
        transaction = getattr(psycopg, f"{prefix}Transaction")
        patches.put(transaction, leave, around(calls, leaving))
        patches.put(getattr(psycopg, f"{prefix}Cursor"), "copy", noting)
        patches.put(getattr(psycopg, f"{prefix}Copy"), leave, around(calls, having_copied))
