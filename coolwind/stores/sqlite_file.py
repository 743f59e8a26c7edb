"""The SQLite file of the store: one connection for all calls, one call at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import aiosqlite

from coolwind.errors import StoreUnavailable
from coolwind.waiting import count_wait, waited

_Identity: TypeAlias = tuple[tuple[int, int], ...]

_TO_OPEN = (
    "give the path of a SQLite file, or of none yet in a folder that is there, see that file and "
    "folder can be written and that no other program holds the file"
)
_TO_USE = "try again, and see that the file can be written and that no other program holds it"


class SqliteFile:
    """A SQLite file that is open, made where there is none; a transaction never mixes two calls.

    `patience` is how long the calls of a turn wait, all of them together, for other turns and for
    other processes that write. The time that the disk takes counts, too, but no statement is
    broken off. Whatever SQLite cannot do is a `StoreUnavailable`.
    """

    def __init__(self, path: Path, patience: timedelta) -> None:
        self._path = path
        self._patience = patience
        self._connection: aiosqlite.Connection | None = None
        self._opened: _Identity = ()
        self._free = asyncio.Lock()

    async def open(self, check: Callable[[aiosqlite.Connection], Awaitable[None]]) -> None:
        """Connect, unless that was done before; a commit will wait for the disk.

        `check` raises for a file that is to be left as it is.
        """
        if self._connection is None:
            with self._trouble(_TO_OPEN):
                self._connection = await self._connected()
                await check(self._connection)
                await self._connection.execute("PRAGMA journal_mode = WAL")
                await self._connection.execute("PRAGMA synchronous = FULL")
                # The log is made when the file is first read.
                await self._connection.execute_fetchall("SELECT 1 FROM sqlite_master")
            self._opened = self._there()

    async def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    @asynccontextmanager
    async def exclusively(self) -> AsyncIterator[aiosqlite.Connection]:
        """The connection, to one caller at a time."""
        entered = _now()
        try:
            async with self._queue():
                if self._connection is None:
                    raise StoreUnavailable(f"The database {self._path} is not open: open it first.")
                self._check_there()
                with self._trouble(_TO_USE):
                    yield self._connection
        finally:
            count_wait(_now() - entered)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """A transaction that alone may write; left by an exception, it has changed nothing.

        A cancelled caller does not stop the statement that it waits for, so the rollback stands in
        the connection's queue behind it.
        """
        until = self._end_of_patience()
        async with self.exclusively() as connection:
            try:
                # Here alone: readers never wait for a writer.
                left = max(0, round((until - _now()) * 1_000))
                await connection.executescript(f"PRAGMA busy_timeout = {left}; BEGIN IMMEDIATE")
                yield connection
                await connection.commit()
            except BaseException:
                await connection.rollback()
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

    @asynccontextmanager
    async def _queue(self) -> AsyncIterator[None]:
        """Wait for the calls that came before; who has no patience left takes only what is free."""
        try:
            async with asyncio.timeout_at(self._end_of_patience()):
                await self._free.acquire()
        except TimeoutError:
            raise StoreUnavailable(
                f"The database {self._path} is held up by other calls: try again, and see that the "
                "disk is fast enough and that no other program holds the file."
            ) from None
        try:
            yield
        finally:
            self._free.release()

    def _end_of_patience(self) -> float:
        """Until when the caller still waits, as the event loop tells the time."""
        return _now() + self._patience.total_seconds() - waited()

    def _check_there(self) -> None:
        """Return when the path still leads to the file that was opened, and to its log.

        Deleted files take commits as long as they are open, and then they are gone.
        """
        if self._there() != self._opened:
            raise StoreUnavailable(
                f"The database {self._path} was deleted or replaced while it was in use, or its "
                "log was: put the right files there and restart the service."
            )

    def _there(self) -> _Identity:
        """Device and inode of the file and of its log; nothing where one of them is missing."""
        try:
            there = [path.stat() for path in (self._path, Path(f"{self._path}-wal"))]
        except OSError:
            return ()
        return tuple((each.st_dev, each.st_ino) for each in there)

    @contextmanager
    def _trouble(self, remedy: str) -> Iterator[None]:
        """Turn SQLite's errors into the store's; what a commit violates is no trouble."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"The database {self._path} cannot be used ({error}): {remedy}."
            ) from error


def _now() -> float:
    return asyncio.get_running_loop().time()
