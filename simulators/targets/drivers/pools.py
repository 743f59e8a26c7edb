"""Pools of connections that stand in the modules of a service, and so outlive the application that
used them: a new process would find them empty."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from simulators.targets.application.kinds import free
from simulators.targets.application.life import LIFE
from simulators.targets.application.patches import Patches

_HOLD_THE_DATABASE: Final = ("StaticPool", "SingletonThreadPool")
"""Pools of SQLAlchemy's for databases in memory, which their connections are."""


class Pools:
    """Those that an application has used, and how each is emptied."""

    def __init__(self) -> None:
        self._used: dict[int, tuple[Any, Callable[[Any], None]]] = {}

    def note(self, pool: Any, empty: Callable[[Any], None]) -> None:
        """A pool is used."""
        self._used[id(pool)] = pool, empty

    def empty(self) -> None:
        """Leave each as it is in a new process. Connections are not closed by that: they belong to
        whoever used them."""
        used, self._used = self._used, {}
        for pool, empty in used.values():
            empty(pool)


def watch_sqlalchemy(sqlalchemy: Any, pools: Pools, patches: Patches) -> None:
    """Take note of engines, of either kind: one with coroutines stands on one without."""

    def empty(engine: Any) -> None:
        if type(engine.pool).__name__ not in _HOLD_THE_DATABASE:
            engine.dispose(close=False)

    def noting(connect: Callable[..., Any]) -> object:
        @wraps(connect)
        def connected(engine: Any, *arguments: Any, **more: Any) -> Any:
            pools.note(engine, empty)
            return connect(engine, *arguments, **more)

        return connected

    patches.put(sqlalchemy.engine.Engine, "raw_connection", noting)


def watch_redis(redis: Any, pools: Pools, patches: Patches) -> None:
    """Take note of pools of connections that belong to an event loop, which closes them when it
    comes to its end."""

    def empty(pool: Any) -> None:
        pool.reset()
        free(vars(pool).get("_lock"))

    def noting(get: Callable[..., Any]) -> object:
        @wraps(get)
        async def got(pool: Any, *arguments: Any, **more: Any) -> Any:
            pools.note(pool, empty)
            connection = await get(pool, *arguments, **more)
            if (life := LIFE.get()) is not None:
                life.farewells[id(connection)] = connection.disconnect
            return connection

        return got

    patches.put(redis.asyncio.connection.ConnectionPool, "get_connection", noting)
