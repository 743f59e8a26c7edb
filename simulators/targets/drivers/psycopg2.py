"""The calls to PostgreSQL by psycopg2, whose connections and cursors are written in C."""

from collections.abc import Callable
from typing import Any

from simulators.targets.application.patches import Patches
from simulators.targets.drivers.between import Between, watched
from simulators.targets.drivers.calls import Calls
from simulators.targets.drivers.dbapi import methods_of


def watch(psycopg2: Any, calls: Calls, patches: Patches) -> None:
    """Watch connections that are opened from here on, but for those that wait for nothing."""
    base, of_cursor = psycopg2.extensions.connection, psycopg2.extensions.cursor
    methods = methods_of(psycopg2, calls)
    cursors = Between(of_cursor, watched(of_cursor, methods.of_cursors, calls))

    def cursor(
        connection: Any, name: Any = None, cursor_factory: Any = None, *more: Any, **options: Any
    ) -> Any:
        wanted = cursor_factory or connection.cursor_factory or of_cursor
        if cursors.is_base_of(wanted):
            wanted = cursors.under(wanted)
        else:
            calls.unwatched.add(psycopg2.__name__)
        return base.cursor(connection, name, wanted, *more, **options)

    of_connection = watched(base, methods.of_connections, calls)
    connections = Between(base, {**of_connection, "cursor": cursor})

    def opening(connect: Callable[..., Any]) -> object:
        def opened(dsn: str, connection_factory: Any = None, **options: Any) -> Any:
            wanted = connection_factory or base
            if connections.is_base_of(wanted) and not any(options.values()):
                return connect(dsn, connection_factory=connections.under(wanted), **options)
            calls.unwatched.add(psycopg2.__name__)
            return connect(dsn, connection_factory=connection_factory, **options)

        return opened

    # What connect itself calls, so that it may have been imported by its name.
    patches.put(psycopg2, "_connect", opening)
