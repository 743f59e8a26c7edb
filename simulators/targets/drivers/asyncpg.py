"""The calls to PostgreSQL by asyncpg."""

import asyncio
from functools import partial
from typing import Any, Final

from simulators.targets.application.life import LIFE
from simulators.targets.application.patches import Patches
from simulators.targets.drivers.calls import Asking, Calls
from simulators.targets.drivers.connections import hang_up
from simulators.targets.drivers.wrapping import Ask, around
from simulators.targets.proxy.sql import call_of

_OF_SQL: Final = ("execute", "executemany", "fetch", "fetchval", "fetchrow", "fetchmany")
_OF_STATEMENT: Final = _OF_SQL[1:]
_OF_TABLE: Final = ("copy_to_table", "copy_records_to_table")


class _Postgres:
    def is_in_transaction(self, connection: Any) -> bool:
        return bool(not connection.is_closed() and connection.is_in_transaction())

    def break_(self, connection: Any) -> None:
        connection.terminate()

    def let_go(self, connection: Any) -> None:
        # Its event loop stands still.
        hang_up(connection._transport.get_extra_info("socket").fileno)

    def close(self, connection: Any) -> None:
        """It is done on its event loop."""


async def _terminate(connection: Any) -> None:
    connection.terminate()
    # It takes a round of the event loop.
    await asyncio.sleep(0)


_POSTGRES: Final = _Postgres()


def watch(asyncpg: Any, calls: Calls, patches: Patches) -> None:
    """Watch connections, of a pool or not, and prepared statements. What a cursor fetches is not
    seen."""

    def lost() -> Exception:
        text = "connection was closed in the middle of operation"
        error: Exception = asyncpg.exceptions.ConnectionDoesNotExistError(text)
        return error

    def asking(connection: Any, sql: str) -> Asking:
        link = calls.connections.link(connection, _POSTGRES)
        if (life := LIFE.get()) is not None:
            life.farewells[id(connection)] = partial(_terminate, connection)
        call = call_of(sql, link.has_written)
        # Where nobody set a timeout, the connection is lost at last.
        return Asking(call, lost, lost, lambda _: link.settle(call), link)

    def of_sql(connection: object, sql: str, *_: object, **__: object) -> Asking:
        return asking(connection, sql)

    def of_table(connection: object, table: str, **_: object) -> Asking:
        return asking(connection, f"COPY {table} FROM STDIN")

    def of_statement(statement: Any, *_: object, **__: object) -> Asking:
        return asking(statement._connection, statement.get_query())

    def of_reset(connection: object, **_: object) -> Asking:
        # What a pool asks of a connection that comes back is no call of a turn.
        link = calls.connections.link(connection, _POSTGRES)
        return Asking(None, lost, lost, lambda _: link.forget(), link)

    def put(owner: object, methods: tuple[str, ...], ask: Ask) -> None:
        for method in methods:
            patches.put(owner, method, around(calls, ask))

    put(asyncpg.Connection, _OF_SQL, of_sql)
    put(asyncpg.Connection, _OF_TABLE, of_table)
    put(asyncpg.Connection, ("reset",), of_reset)
    put(asyncpg.prepared_stmt.PreparedStatement, _OF_STATEMENT, of_statement)
