"""The tombstones of the SQLite store: one row a session that has ended, and one a mark.

Every function works on a connection that its caller holds, the writing ones inside a transaction.
"""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

import aiosqlite

from coolwind.stores.moments import microseconds, moment_at
from coolwind.stores.records import NOBODYS, read_tombstone
from coolwind.tombstone import COOKIE_SURPLUS, Ending, Tombstone

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS tombstones (
        session_id TEXT PRIMARY KEY,
        proof TEXT NOT NULL, -- a digest
        ending TEXT NOT NULL,
        last_turn_at INTEGER NOT NULL -- microseconds since 1970-01-01T00:00Z
    )
    """,
    "CREATE INDEX IF NOT EXISTS tombstones_by_last_turn ON tombstones (last_turn_at)",
    """
    CREATE TABLE IF NOT EXISTS tombstone_marks (
        mark TEXT PRIMARY KEY,
        session_id TEXT NOT NULL,
        last_turn_at INTEGER NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS tombstone_marks_by_session ON tombstone_marks (session_id)",
    "CREATE INDEX IF NOT EXISTS tombstone_marks_by_last_turn ON tombstone_marks (last_turn_at)",
)

# Files of an earlier release knew of cleared sessions, by the mark of their opening message alone.
_EARLIER = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'deleted_sessions'"
_MIGRATION = (
    "INSERT OR IGNORE INTO tombstones (session_id, proof, ending, last_turn_at) "
    f"SELECT session_id, '{NOBODYS}', '{Ending.CLEARED}', last_turn_at FROM deleted_sessions",
    "INSERT OR IGNORE INTO tombstone_marks (mark, session_id, last_turn_at) "
    "SELECT opening, session_id, last_turn_at FROM deleted_sessions",
    "DROP TABLE deleted_sessions",
)

_ROWS = """
    SELECT tombstones.session_id, proof, ending, tombstones.last_turn_at, mark
    FROM tombstones LEFT JOIN tombstone_marks USING (session_id)
    WHERE tombstones.session_id =
"""


async def prepare(connection: aiosqlite.Connection) -> None:
    """Make the tables, and bring into them what a file of an earlier release has instead."""
    for statement in _TABLES:
        await connection.execute(statement)
    if await connection.execute_fetchall(_EARLIER):
        for statement in _MIGRATION:
            await connection.execute(statement)


async def of_session(connection: aiosqlite.Connection, session_id: str) -> Tombstone | None:
    """The tombstone of the session with this ID."""
    return _tombstone(list(await connection.execute_fetchall(f"{_ROWS} ?", (session_id,))))


async def with_any(connection: aiosqlite.Connection, marks: Collection[str]) -> Tombstone | None:
    """A tombstone with any of these marks."""
    any_of_them = ", ".join("?" * len(marks))
    marked = f"(SELECT session_id FROM tombstone_marks WHERE mark IN ({any_of_them}) LIMIT 1)"
    return _tombstone(list(await connection.execute_fetchall(f"{_ROWS} {marked}", tuple(marks))))


async def end(
    connection: aiosqlite.Connection, condition: str, parameters: tuple[object, ...], ending: Ending
) -> int:
    """End the sessions that meet the condition, and keep their tombstones; how many they were."""
    rows = await connection.execute_fetchall(
        f"SELECT session_id, opening, last_turn_at, document FROM sessions WHERE {condition}",
        parameters,
    )
    ended = [
        read_tombstone(document, session_id, opening, moment_at(last_turn_at), ending)
        for session_id, opening, last_turn_at, document in rows
    ]
    await _keep(connection, ended)
    await connection.executemany(
        "DELETE FROM sessions WHERE session_id = ?", [(each.session_id,) for each in ended]
    )
    return len(ended)


async def forget(connection: aiosqlite.Connection, last_turn_until: datetime) -> None:
    """Take the marks from those whose last turn was by then, and forget the oldest of them."""
    until = microseconds(last_turn_until)
    await connection.execute("DELETE FROM tombstone_marks WHERE last_turn_at <= ?", (until,))
    oldest = microseconds(last_turn_until - COOKIE_SURPLUS)
    await connection.execute("DELETE FROM tombstones WHERE last_turn_at <= ?", (oldest,))


async def _keep(connection: aiosqlite.Connection, tombstones: Sequence[Tombstone]) -> None:
    await connection.executemany(
        "INSERT OR REPLACE INTO tombstones (session_id, proof, ending, last_turn_at) "
        "VALUES (?, ?, ?, ?)",
        [
            (each.session_id, each.proof, each.ending.value, microseconds(each.last_turn_at))
            for each in tombstones
        ],
    )
    # A release that does not know the marks can have used one again.
    await connection.executemany(
        "INSERT OR REPLACE INTO tombstone_marks (mark, session_id, last_turn_at) VALUES (?, ?, ?)",
        [
            (mark, each.session_id, microseconds(each.last_turn_at))
            for each in tombstones
            for mark in each.marks
        ],
    )


def _tombstone(rows: Sequence[sqlite3.Row]) -> Tombstone | None:
    for session_id, proof, ending, last_turn_at, _ in rows:
        return Tombstone(
            session_id=session_id,
            proof=proof,
            ending=Ending(ending),
            last_turn_at=moment_at(last_turn_at),
            marks=frozenset(mark for *_, mark in rows if mark is not None),
        )
    return None
