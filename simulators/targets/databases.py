"""The databases that probes and effects are looked for in: their URLs, and what those need."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import URL


def address_of(url: str) -> "URL":
    """A URL as SQLAlchemy takes it. Raises its `ArgumentError`, or `ImportError` where SQLAlchemy
    is not installed."""
    from sqlalchemy import make_url

    # SQLAlchemy's own choice for PostgreSQL is a driver that is not maintained any more.
    return make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))


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
