"""Which drivers are watched: those that are loaded. One that is not costs nothing."""

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from simulators.targets.application.belonging import follow
from simulators.targets.application.patches import Patches
from simulators.targets.drivers import asyncpg, http, psycopg, redis, sqlite
from simulators.targets.drivers.calls import Calls

_Watch: TypeAlias = Callable[[Any, Calls, Patches], None]
_DRIVERS: Final[Mapping[str, _Watch]] = MappingProxyType(
    {
        "aiohttp": http.watch_aiohttp,
        "aiosqlite": sqlite.watch_aiosqlite,
        "asyncpg": asyncpg.watch,
        "httpx": http.watch_httpx,
        "httpx2": http.watch_httpx,
        "psycopg": psycopg.watch,
        "redis": redis.watch,
        "urllib3": http.watch_urllib3,
    }
)


class Drivers:
    """The drivers of an application in this process, with `calls` around them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._patches = Patches()
        self._watched: set[str] = set()

    def watch(self) -> None:
        """Watch SQLite, and what else is loaded by now."""
        if not self._watched:
            sqlite.watch(self._calls, self._patches)
            follow(self._patches)
            self._watched.add("sqlite3")
        for name in _DRIVERS.keys() & sys.modules.keys() - self._watched:
            _DRIVERS[name](sys.modules[name], self._calls, self._patches)
            self._watched.add(name)

    def leave(self) -> None:
        """Leave every driver as it was."""
        self._patches.remove()
        self._watched.clear()
