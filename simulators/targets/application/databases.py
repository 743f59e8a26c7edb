"""What SQLite holds in memory: a process that ends loses it, as it loses its globals."""

import sqlite3
from contextlib import suppress
from typing import Final

_FILE: Final = 2


def content_in_memory(connection: sqlite3.Connection) -> bytes:
    """All of a database that is in no file; empty where it is in one, or nobody may look here, as
    in another thread than the one that opened it."""
    with suppress(sqlite3.Error):
        # Whatever watches over its calls has no part in this.
        attached = sqlite3.Connection.execute(connection, "PRAGMA database_list").fetchall()
        if not any(row[_FILE] for row in attached):
            return sqlite3.Connection.serialize(connection)
    return b""
