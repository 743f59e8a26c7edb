"""Which drivers are watched: those that are loaded. One that is not costs nothing."""

import sys
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from simulators.targets.application.belonging import follow
from simulators.targets.application.patches import Patches
from simulators.targets.drivers import asyncpg, dbapi, http, psycopg, psycopg2, redis, sqlite
from simulators.targets.drivers.calls import Calls
from simulators.targets.drivers.pools import Pools, watch_redis, watch_sqlalchemy

_Watch: TypeAlias = Callable[[Any, Calls, Patches], None]
_DRIVERS: Final[Mapping[str, _Watch]] = MappingProxyType(
    {
        "aiohttp": http.watch_aiohttp,
        "aiosqlite": sqlite.watch_aiosqlite,
        "asyncpg": asyncpg.watch,
        "httpx": http.watch_httpx,
        "httpx2": http.watch_httpx,
        "psycopg": psycopg.watch,
        "psycopg2": psycopg2.watch,
        "redis": redis.watch,
        "urllib3": http.watch_urllib3,
    }
)
_POOLS: Final[Mapping[str, Callable[[Any, Pools, Patches], None]]] = MappingProxyType(
    {"redis": watch_redis, "sqlalchemy": watch_sqlalchemy}
)
_UNKNOWN: Final = frozenset(
    {
        *("aiokafka", "aiomcache", "aiomysql", "aioodbc", "aiopg", "aio_pika", "aioredis", "apsw"),
        *("asyncmy", "cassandra", "confluent_kafka", "coredis", "couchbase", "glide", "grpc"),
        *("kafka", "lmdb", "motor", "nats", "neo4j", "pika", "plyvel", "pycurl", "pylibmc"),
        *("pymemcache", "pymongo", "tarantool", "valkey"),
    }
)
"""Drivers that keep to no standard, and that nobody has taught us."""
_MISSED: Final = (
    "nothing struck at the calls by {names}, which are not watched; test the service with"
    ' kind = "process", and a table [stores.*] before that store, too'
)


class Drivers:
    """The drivers of an application in this process, with `calls` around them."""

    def __init__(self, calls: Calls) -> None:
        self.pools = Pools()
        """The pools of connections that are used."""
        self._calls = calls
        self._patches = Patches()
        self._watched: set[str] = set()
        self._loaded = 0
        self._has_left = False

    @property
    def missed(self) -> Sequence[str]:
        """What could not be struck so far, as sentences with the remedy."""
        names = ", ".join(sorted(self._calls.unwatched))
        return (_MISSED.format(names=names),) if names else ()

    def watch(self) -> None:
        """Watch SQLite, and what else is loaded by now."""
        if self._has_left:
            self._come_back()
        if self._loaded == len(sys.modules):
            return
        self._loaded = len(sys.modules)
        if not self._watched:
            sqlite.watch(self._calls, self._patches)
            follow(self._patches)
            self._watched.add("sqlite3")
        for name in _DRIVERS.keys() & sys.modules.keys() - self._watched:
            _DRIVERS[name](sys.modules[name], self._calls, self._patches)
            self._watched.add(name)
        for name in _POOLS.keys() & sys.modules.keys():
            _POOLS[name](sys.modules[name], self.pools, self._patches)
        for driver in dbapi.drivers():
            name = driver.__name__
            if self._watched.isdisjoint((name, name.partition(".")[0])):
                self._watched.add(name)
                dbapi.watch(driver, self._calls, self._patches)
        self._calls.unwatched |= _UNKNOWN & sys.modules.keys()

    def leave(self) -> None:
        """Leave every driver as it was."""
        self._patches.remove()
        self._has_left = True

    def _come_back(self) -> None:
        """Watch what was watched: to look for it again would take longer than many an application
        takes to start. What came meanwhile may have drivers by other names: then all is looked
        for."""
        self._has_left = False
        if self._loaded != len(sys.modules) or not self._patches.put_again():
            self._watched.clear()
            self._loaded = 0
