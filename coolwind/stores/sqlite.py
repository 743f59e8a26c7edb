"""The embedded store: one SQLite file, shared by any number of processes of one machine."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import aiosqlite

from coolwind.catalogue import Part
from coolwind.documents import SCHEMA, Schema, read_session, write_session
from coolwind.effects import CallbackTask, Correction, Effect, Notification, Order, OrderLine
from coolwind.errors import Conflict, StoreUnavailable
from coolwind.session import Session
from coolwind.stores import sqlite_outbox, sqlite_tombstones
from coolwind.stores.moments import microseconds
from coolwind.stores.records import (
    callback_prefix,
    next_number,
    no_task,
    order_prefix,
    read_callback_task,
    read_order,
    write_effect,
)
from coolwind.stores.sqlite_file import SqliteFile
from coolwind.stores.store import Commit, Pending, Shelf
from coolwind.tombstone import Ending, Tombstone

LAYOUT = 1
"""The version of the tables, kept in the file's `user_version`."""

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS sessions (
        session_id TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        last_turn_at INTEGER NOT NULL, -- microseconds since 1970-01-01T00:00Z
        opening TEXT UNIQUE,
        document TEXT NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS sessions_by_last_turn ON sessions (last_turn_at)",
    """
    CREATE TABLE IF NOT EXISTS stock (
        part_id TEXT PRIMARY KEY,
        pieces INTEGER NOT NULL CHECK (pieces >= 0)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS orders (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        number TEXT NOT NULL UNIQUE,
        document TEXT NOT NULL
    )
    """,
    "CREATE TABLE IF NOT EXISTS trial (place INTEGER PRIMARY KEY, filling BLOB NOT NULL)",
    """
    CREATE TABLE IF NOT EXISTS callback_tasks (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        number TEXT NOT NULL UNIQUE,
        document TEXT NOT NULL
    )
    """,
)

_COLUMNS = {"session_id", "version", "last_turn_at", "opening", "document"}
"""What tells the table of sessions from one that another program calls so."""

_NAMES_OF_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
_NAMES_OF_COLUMNS = "SELECT name FROM pragma_table_info('sessions')"

_TRIAL = bytes(65_536)
"""What is written on trial: as much as a long conversation, for which a nearly full disk has no
room, though a page of it may still be written."""

_SWEPT_AT_ONCE = 50
"""Sessions that a sweep ends in one transaction: turns need not wait for all of it."""

_LAST_ORDER = """
    SELECT number FROM orders WHERE number GLOB ?
    ORDER BY length(number) DESC, number DESC LIMIT 1
"""

_LAST_CALLBACK_TASK = """
    SELECT number FROM callback_tasks WHERE number GLOB ?
    ORDER BY length(number) DESC, number DESC LIMIT 1
"""


class SqliteStore:
    """A `SessionStore` in the SQLite file at `path`, which is made where there is none.

    It is unavailable to a turn that it has kept waiting for `patience` in all, and to everybody,
    until a restart, when its file is deleted or replaced while it is open.
    """

    def __init__(
        self, path: Path, schema: Schema = SCHEMA, patience: timedelta = timedelta(seconds=5)
    ) -> None:
        self._path = path
        self._schema = schema
        self._file = SqliteFile(path, patience)

    async def open(self, parts: Sequence[Part]) -> None:
        try:
            await self._file.open(self._check_own)
            await self._prepare(parts)
        except BaseException:
            await self.close()
            raise

    async def _check_own(self, connection: aiosqlite.Connection) -> None:
        """Return when the file is empty, or has a table of sessions as this store makes it."""
        tables = await connection.execute_fetchall(_NAMES_OF_TABLES)
        columns = await connection.execute_fetchall(_NAMES_OF_COLUMNS)
        if tables and not _COLUMNS.issubset(name for (name,) in columns):
            raise StoreUnavailable(
                f"The database {self._path} is that of another program, and was left as it is: "
                "choose another file, or one that is not there yet."
            )

    async def _prepare(self, parts: Sequence[Part]) -> None:
        async with self._file.transaction() as connection:
            ((layout,),) = await connection.execute_fetchall("PRAGMA user_version")
            if layout > LAYOUT:
                raise StoreUnavailable(
                    f"The database {self._path} has layout {layout}, and this release knows "
                    f"{LAYOUT}: start a newer release, or choose another database."
                )
            for statement in _TABLES:
                await connection.execute(statement)
            await sqlite_outbox.prepare(connection)
            await sqlite_tombstones.prepare(connection)
            await connection.execute(f"PRAGMA user_version = {LAYOUT}")
            await connection.executemany(
                "INSERT INTO stock (part_id, pieces) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(part.part_id, part.opening_stock) for part in parts],
            )

    async def load(self, session_id: str) -> Session | None:
        rows = await self._rows(
            "SELECT session_id, document FROM sessions WHERE session_id = ?", session_id
        )
        return _session(rows)

    async def load_opened_by(self, opening: str) -> Session | None:
        rows = await self._rows(
            "SELECT session_id, document FROM sessions WHERE opening = ?", opening
        )
        return _session(rows)

    async def tombstone(self, session_id: str) -> Tombstone | None:
        async with self._file.exclusively() as connection:
            return await sqlite_tombstones.of_session(connection, session_id)

    async def tombstone_with(self, marks: Collection[str]) -> Tombstone | None:
        async with self._file.exclusively() as connection:
            return await sqlite_tombstones.with_any(connection, marks)

    async def shelf(self, today: date) -> Shelf:
        orders, callbacks = order_prefix(today), callback_prefix(today)
        async with self._file.exclusively() as connection:
            stock = await connection.execute_fetchall("SELECT part_id, pieces FROM stock")
            order = await connection.execute_fetchall(_LAST_ORDER, (f"{orders}*",))
            callback = await connection.execute_fetchall(_LAST_CALLBACK_TASK, (f"{callbacks}*",))
        return Shelf(
            stock={row[0]: row[1] for row in stock},
            order_number=next_number(orders, (number for (number,) in order)),
            callback_number=next_number(callbacks, (number for (number,) in callback)),
        )

    async def commit(self, commit: Commit) -> None:
        try:
            async with self._file.transaction() as connection:
                await self._store_session(connection, commit.session)
                for effect in commit.effects:
                    await _store_effect(connection, commit.session.session_id, effect)
        except sqlite3.IntegrityError as error:
            raise Conflict(f"Somebody else was faster ({error}).") from error

    async def _store_session(self, connection: aiosqlite.Connection, session: Session) -> None:
        document = write_session(session, self._schema)
        last_turn_at = microseconds(session.last_turn_at)
        if session.version == 1:
            cleared = await sqlite_tombstones.with_any(connection, session.marks)
            if cleared is not None and cleared.session_id != session.session_id:
                raise Conflict("A session that was cleared had answered the same message.")
            await connection.execute(
                "INSERT INTO sessions (session_id, version, last_turn_at, opening, document) "
                "VALUES (?, ?, ?, ?, ?)",
                (session.session_id, session.version, last_turn_at, session.opening, document),
            )
            return
        cursor = await connection.execute(
            "UPDATE sessions SET version = ?, last_turn_at = ?, document = ? "
            "WHERE session_id = ? AND version = ?",
            (session.version, last_turn_at, document, session.session_id, session.version - 1),
        )
        if cursor.rowcount != 1:
            raise Conflict(f"Session {session.session_id} has gone on, or is gone.")

    async def delete(self, session_id: str) -> None:
        async with self._file.transaction() as connection:
            await sqlite_tombstones.end(connection, "session_id = ?", (session_id,), Ending.CLEARED)

    async def sweep(self, last_turn_until: datetime) -> int:
        expired = ("last_turn_at <= ? LIMIT ?", (microseconds(last_turn_until), _SWEPT_AT_ONCE))
        swept, ended = 0, _SWEPT_AT_ONCE
        while ended == _SWEPT_AT_ONCE:
            async with self._file.transaction() as connection:
                ended = await sqlite_tombstones.end(connection, *expired, Ending.SWEPT)
                await sqlite_tombstones.forget(connection, last_turn_until)
            swept += ended
        return swept

    async def pending(self, now: datetime, limit: int) -> Sequence[Pending]:
        async with self._file.exclusively() as connection:
            return await sqlite_outbox.pending(connection, now, limit)

    async def count_waiting(self) -> int:
        async with self._file.exclusively() as connection:
            return await sqlite_outbox.count_waiting(connection)

    async def put_off(self, key: str, until: datetime) -> None:
        async with self._file.transaction() as connection:
            await sqlite_outbox.put_off(connection, key, until)

    async def mark_delivered(self, key: str, now: datetime) -> None:
        async with self._file.transaction() as connection:
            await sqlite_outbox.mark_delivered(connection, key, now)

    async def mark_refused(self, key: str, now: datetime) -> None:
        async with self._file.transaction() as connection:
            await sqlite_outbox.mark_refused(connection, key, now)

    async def sweep_outbox(self, delivered_until: datetime, refused_until: datetime) -> None:
        async with self._file.transaction() as connection:
            await sqlite_outbox.sweep(connection, delivered_until, refused_until)

    async def try_write(self) -> None:
        async with self._file.transaction() as connection:
            await connection.execute("INSERT OR REPLACE INTO trial VALUES (1, ?)", (_TRIAL,))
        async with self._file.transaction() as connection:
            await connection.execute("DELETE FROM trial")

    async def orders(self) -> Sequence[Order]:
        rows = await self._rows("SELECT document FROM orders ORDER BY place")
        return [read_order(document) for (document,) in rows]

    async def callback_tasks(self) -> Sequence[CallbackTask]:
        rows = await self._rows("SELECT document FROM callback_tasks ORDER BY place")
        return [read_callback_task(document) for (document,) in rows]

    async def close(self) -> None:
        await self._file.close()

    async def _rows(self, query: str, *parameters: str | int) -> list[sqlite3.Row]:
        async with self._file.exclusively() as connection:
            return list(await connection.execute_fetchall(query, parameters))


async def _store_effect(connection: aiosqlite.Connection, session_id: str, effect: Effect) -> None:
    match effect:
        case Order():
            for line in effect.lines:
                await _lower_stock(connection, line)
            await connection.execute(
                "INSERT INTO orders (number, document) VALUES (?, ?)",
                (effect.number, write_effect(effect)),
            )
        case CallbackTask():
            await connection.execute(
                "INSERT INTO callback_tasks (number, document) VALUES (?, ?)",
                (effect.number, write_effect(effect)),
            )
        case Correction(task):
            cursor = await connection.execute(
                "UPDATE callback_tasks SET document = ? WHERE number = ?",
                (write_effect(task), task.number),
            )
            if cursor.rowcount != 1:
                raise Conflict(no_task(task.number))
        case Notification():
            await sqlite_outbox.add(connection, session_id, effect)


async def _lower_stock(connection: aiosqlite.Connection, line: OrderLine) -> None:
    cursor = await connection.execute(
        "UPDATE stock SET pieces = pieces - ? WHERE part_id = ? AND pieces >= ?",
        (line.quantity, line.part_id, line.quantity),
    )
    if cursor.rowcount != 1:
        raise Conflict(f"Fewer pieces of {line.part_id} are left than were ordered.")


def _session(rows: Sequence[sqlite3.Row]) -> Session | None:
    for session_id, document in rows:
        return read_session(document, session_id)
    return None
