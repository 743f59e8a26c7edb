"""The embedded store: one SQLite file, shared by any number of processes of one machine."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import aiosqlite

from coolwind.catalogue import Part
from coolwind.documents import SCHEMA, Schema, read_session, write_session
from coolwind.effects import CallbackTask, Effect, Notification, Order, OrderLine
from coolwind.errors import Conflict, StoreUnavailable
from coolwind.session import Session
from coolwind.stores import sqlite_outbox, sqlite_tombstones
from coolwind.stores.moments import microseconds
from coolwind.stores.records import (
    callback_prefix,
    next_number,
    order_prefix,
    read_callback_task,
    read_order,
    write_effect,
)
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
    """
    CREATE TABLE IF NOT EXISTS callback_tasks (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        number TEXT NOT NULL UNIQUE,
        document TEXT NOT NULL
    )
    """,
)

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

    `patience` is how long a call waits for other writers before the store counts as unavailable.
    It also is unavailable, until a restart, when its file is deleted or replaced while it is open.
    One connection serves one call at a time, so a transaction never mixes two turns.
    """

    def __init__(
        self, path: Path, schema: Schema = SCHEMA, patience: timedelta = timedelta(seconds=5)
    ) -> None:
        self._path = path
        self._schema = schema
        self._patience = patience
        self._connection: aiosqlite.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._free = asyncio.Lock()

    async def open(self, parts: Sequence[Part]) -> None:
        if self._connection is None:
            with self._trouble():
                self._connection = await self._connected()
            self._file = self._file_there()
        try:
            await self._prepare(parts)
        except BaseException:
            await self.close()
            raise

    async def _connected(self) -> aiosqlite.Connection:
        # A connection that fails inside aiosqlite leaves a thread behind that nobody waits for.
        connection = await asyncio.to_thread(
            sqlite3.connect,
            self._path,
            timeout=self._patience.total_seconds(),
            isolation_level=None,
            check_same_thread=False,
        )
        return await aiosqlite.Connection(lambda: connection, iter_chunk_size=64)

    async def _prepare(self, parts: Sequence[Part]) -> None:
        async with self._exclusively() as connection:
            await connection.execute("PRAGMA journal_mode = WAL")
            await connection.execute("PRAGMA synchronous = FULL")
        async with self._transaction() as connection:
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
        async with self._exclusively() as connection:
            return await sqlite_tombstones.of_session(connection, session_id)

    async def tombstone_with(self, marks: Collection[str]) -> Tombstone | None:
        async with self._exclusively() as connection:
            return await sqlite_tombstones.with_any(connection, marks)

    async def shelf(self, today: date) -> Shelf:
        orders, callbacks = order_prefix(today), callback_prefix(today)
        async with self._exclusively() as connection:
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
            async with self._transaction() as connection:
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
        async with self._transaction() as connection:
            await sqlite_tombstones.end(connection, "session_id = ?", (session_id,), Ending.CLEARED)

    async def sweep(self, last_turn_until: datetime) -> int:
        expired = ("last_turn_at <= ? LIMIT ?", (microseconds(last_turn_until), _SWEPT_AT_ONCE))
        swept, ended = 0, _SWEPT_AT_ONCE
        while ended == _SWEPT_AT_ONCE:
            async with self._transaction() as connection:
                ended = await sqlite_tombstones.end(connection, *expired, Ending.SWEPT)
                await sqlite_tombstones.forget(connection, last_turn_until)
            swept += ended
        return swept

    async def pending(self, now: datetime, limit: int) -> Sequence[Pending]:
        async with self._exclusively() as connection:
            return await sqlite_outbox.pending(connection, now, limit)

    async def count_waiting(self) -> int:
        async with self._exclusively() as connection:
            return await sqlite_outbox.count_waiting(connection)

    async def put_off(self, key: str, until: datetime) -> None:
        async with self._transaction() as connection:
            await sqlite_outbox.put_off(connection, key, until)

    async def mark_delivered(self, key: str, now: datetime) -> None:
        async with self._transaction() as connection:
            await sqlite_outbox.mark_delivered(connection, key, now)

    async def mark_refused(self, key: str, now: datetime) -> None:
        async with self._transaction() as connection:
            await sqlite_outbox.mark_refused(connection, key, now)

    async def sweep_outbox(self, delivered_until: datetime, refused_until: datetime) -> None:
        async with self._transaction() as connection:
            await sqlite_outbox.sweep(connection, delivered_until, refused_until)

    async def orders(self) -> Sequence[Order]:
        rows = await self._rows("SELECT document FROM orders ORDER BY place")
        return [read_order(document) for (document,) in rows]

    async def callback_tasks(self) -> Sequence[CallbackTask]:
        rows = await self._rows("SELECT document FROM callback_tasks ORDER BY place")
        return [read_callback_task(document) for (document,) in rows]

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _rows(self, query: str, *parameters: str | int) -> list[sqlite3.Row]:
        async with self._exclusively() as connection:
            return list(await connection.execute_fetchall(query, parameters))

    @asynccontextmanager
    async def _exclusively(self) -> AsyncIterator[aiosqlite.Connection]:
        """The connection, to one caller at a time."""
        async with self._free:
            if self._connection is None:
                raise StoreUnavailable(f"The database {self._path} is not open: open it first.")
            self._check_file()
            with self._trouble():
                yield self._connection

    def _check_file(self) -> None:
        """Return when the path still leads to the file that was opened.

        A file that was deleted takes commits as long as it is open, and then they are gone.
        """
        if self._file is None or self._file_there() != self._file:
            raise StoreUnavailable(
                f"The database {self._path} was deleted or replaced while it was in use: put the "
                "right file there and restart the service."
            )

    def _file_there(self) -> tuple[int, int] | None:
        """Device and inode of the file at the path; none where there is no file."""
        try:
            there = self._path.stat()
        except OSError:
            return None
        return there.st_dev, there.st_ino

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """A transaction that alone may write; left by an exception, it has changed nothing.

        A cancelled caller does not stop the statement that it waits for, so the rollback stands in
        the connection's queue behind it.
        """
        async with self._exclusively() as connection:
            try:
                await connection.execute("BEGIN IMMEDIATE")
                yield connection
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        """Turn SQLite's errors into the store's; what a commit violates is no trouble."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"The database {self._path} cannot be used ({error}): try again, and see that "
                "the file can be written and that no other program holds it."
            ) from error


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
