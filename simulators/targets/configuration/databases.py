"""The databases that probes and effects are looked for in: their URLs, and what those need."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import URL

_UNDEFINED_TABLE: Final = "42P01"
"""PostgreSQL's, and that of the SQL standard."""
_NO_SUCH_TABLE: Final = 1146
"""MySQL's."""


def address_of(url: str) -> "URL":
    """A URL as SQLAlchemy takes it. Raises its `ArgumentError`, or `ImportError` where SQLAlchemy
    is not installed."""
    from sqlalchemy import make_url

    # SQLAlchemy's own choice for PostgreSQL is a driver that is not maintained any more.
    return make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))


def is_not_there(address: "URL") -> bool:
    """Whether that is a database of SQLite's of which there is no file. Whoever connects makes one,
    which a service may take for its own."""
    path = address.database
    is_a_path = bool(path) and path != ":memory:" and "uri" not in address.query
    return address.get_backend_name() == "sqlite" and is_a_path and not Path(path or "").exists()


def lacks_a_table(error: Exception) -> bool:
    """Whether a query failed because a table of it is not there."""
    own = getattr(error, "orig", None)
    return (
        getattr(own, "sqlstate", None) == _UNDEFINED_TABLE
        or (getattr(own, "args", None) or ("",))[0] == _NO_SUCH_TABLE
        or str(own).startswith("no such table")
    )


def why_not(url: str) -> str | None:
    """Why no database can be reached by such a URL, with the remedy; None where one may be. Names
    in braces may stand in it."""
    try:
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    except ImportError:
        return "needs SQLAlchemy; install coolwind[sql]"
    try:
        address = address_of(re.sub(r"\{[a-z_]*port\}", "1", url))
        dialect = address.get_dialect()
        dialect.import_dbapi()
    except NoSuchModuleError:
        return (
            f"begins with {address.drivername}, which SQLAlchemy does not know; write sqlite,"
            " postgresql, mysql+pymysql or another of its dialects, or install the package that"
            " brings it"
        )
    except (ArgumentError, ValueError):
        return 'is no URL of a database; write one such as "postgresql://127.0.0.1/shop"'
    except ImportError as error:
        return (
            f"needs the driver {error.name or address.drivername}, which is not installed; install"
            " it, or name another one"
        )
    if dialect.is_async:
        return (
            f"names {address.get_driver_name()}, which cannot wait for an answer here; leave the"
            " driver out, or name another one"
        )
    return None
