"""The outbox of the SQLite store: one row a notification, by its dedupe key.

A row waits until it is delivered or refused. Every function works on a connection that its caller
holds, the writing ones inside a transaction.
"""

from collections.abc import Sequence
from datetime import datetime

import aiosqlite

from coolwind.effects import Notification
from coolwind.stores.moments import microseconds
from coolwind.stores.records import read_notification, write_effect
from coolwind.stores.store import Pending

_TABLE = """
    CREATE TABLE IF NOT EXISTS outbox (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        dedupe_key TEXT NOT NULL UNIQUE,
        document TEXT NOT NULL, -- empty once it is delivered
        delivered INTEGER NOT NULL DEFAULT 0
    )
"""

_COLUMNS = {
    "session_id": "TEXT",
    "attempts": "INTEGER NOT NULL DEFAULT 0",
    "next_attempt_at": "INTEGER NOT NULL DEFAULT 0",
    "delivered_at": "INTEGER",
    "refused_at": "INTEGER",
}
"""What files of an earlier release lack. Moments are microseconds since 1970-01-01T00:00Z."""

_WAITS = "delivered = 0 AND refused_at IS NULL"


async def prepare(connection: aiosqlite.Connection) -> None:
    """Make the table, or add to one of an earlier release what it lacks."""
    await connection.execute(_TABLE)
    there = await connection.execute_fetchall("SELECT name FROM pragma_table_info('outbox')")
    known = {name for (name,) in there}
    for name, kind in _COLUMNS.items():
        if name not in known:
            await connection.execute(f"ALTER TABLE outbox ADD COLUMN {name} {kind}")
    await connection.execute("DROP INDEX IF EXISTS outbox_pending")
    await connection.execute(
        "CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (next_attempt_at, place) "
        f"WHERE {_WAITS}"
    )


async def add(
    connection: aiosqlite.Connection, session_id: str, notification: Notification
) -> None:
    """Let the notification wait, unless there is one with its key."""
    await connection.execute(
        "INSERT INTO outbox (dedupe_key, session_id, document) VALUES (?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        (notification.key, session_id, write_effect(notification)),
    )


async def pending(connection: aiosqlite.Connection, now: datetime, limit: int) -> Sequence[Pending]:
    """The waiting notifications whose next attempt is due."""
    rows = await connection.execute_fetchall(
        "SELECT document, session_id, attempts FROM outbox "
        f"WHERE {_WAITS} AND next_attempt_at <= ? ORDER BY next_attempt_at, place LIMIT ?",
        (microseconds(now), limit),
    )
    return [
        Pending(read_notification(document), session_id, attempts)
        for document, session_id, attempts in rows
    ]


async def count_waiting(connection: aiosqlite.Connection) -> int:
    """How many wait, due or not."""
    ((waiting,),) = await connection.execute_fetchall(f"SELECT count(*) FROM outbox WHERE {_WAITS}")
    return int(waiting)


async def put_off(connection: aiosqlite.Connection, key: str, until: datetime) -> None:
    """Count an attempt in vain, and make the next one due at that moment."""
    await connection.execute(
        "UPDATE outbox SET attempts = attempts + 1, next_attempt_at = ? "
        f"WHERE dedupe_key = ? AND {_WAITS}",
        (microseconds(until), key),
    )


async def mark_delivered(connection: aiosqlite.Connection, key: str, now: datetime) -> None:
    """Keep nothing but the key and the moment."""
    await connection.execute(
        "UPDATE outbox SET delivered = 1, delivered_at = ?, refused_at = NULL, document = '' "
        "WHERE dedupe_key = ?",
        (microseconds(now), key),
    )


async def mark_refused(connection: aiosqlite.Connection, key: str, now: datetime) -> None:
    """Let the notification wait no longer; it stays whole."""
    await connection.execute(
        f"UPDATE outbox SET refused_at = ? WHERE dedupe_key = ? AND {_WAITS}",
        (microseconds(now), key),
    )


async def sweep(
    connection: aiosqlite.Connection, delivered_until: datetime, refused_until: datetime
) -> None:
    """Forget what was delivered or refused by then; earlier releases wrote down no moment."""
    await connection.execute(
        "DELETE FROM outbox WHERE delivered = 1 AND coalesce(delivered_at, 0) <= ? "
        "OR refused_at <= ?",
        (microseconds(delivered_until), microseconds(refused_until)),
    )
