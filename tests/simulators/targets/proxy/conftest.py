"""Proxies before a real PostgreSQL and a real Redis, and servers made by hand."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg
import pytest
import redis

from simulators.targets.proxy.listener import Store, Upstream
from simulators.targets.proxy.postgres import Postgres
from simulators.targets.proxy.proxy import StoreProxy
from simulators.targets.proxy.redis import Redis

POSTGRES = Upstream("127.0.0.1", 5432)
REDIS = Upstream("127.0.0.1", 6379)
DATABASE = "host=127.0.0.1 dbname=test user=postgres sslmode=disable gssencmode=disable"


@dataclass
class Killed:
    """Notes which servers were killed."""

    servers: list[str] = field(default_factory=list)

    def __call__(self, server: str) -> None:
        self.servers.append(server)


@pytest.fixture
def kill() -> Killed:
    return Killed()


@pytest.fixture
def proxy() -> Iterator[StoreProxy]:
    with StoreProxy() as proxy:
        yield proxy


@pytest.fixture
def schema(need_store: Callable[[str, int], None]) -> Iterator[str]:
    """A schema of its own, with an empty table of orders."""
    need_store("PostgreSQL", POSTGRES.port)
    name = f"coolwind_{os.getpid()}"
    with psycopg.connect(DATABASE, autocommit=True) as direct:
        direct.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        direct.execute(f"CREATE SCHEMA {name}")
        direct.execute(f"CREATE TABLE {name}.orders (number int PRIMARY KEY)")
        yield name
        direct.execute(f"DROP SCHEMA {name} CASCADE")


@dataclass
class Database:
    """A database behind a proxy."""

    schema: str
    port: int
    timed: set[str]

    @contextmanager
    def connected(self, **options: object) -> Iterator[psycopg.Connection]:
        """A connection by way of the proxy, which commits nothing by itself at its end."""
        path = f"-csearch_path={self.schema}"
        connection = psycopg.connect(f"{DATABASE} port={self.port}", options=path, **options)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def pair(self) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
        with self.connected(autocommit=True) as one, self.connected(autocommit=True) as other:
            yield one, other

    def orders(self) -> list[int]:
        """What is durable, seen past the proxy."""
        with psycopg.connect(DATABASE) as direct:
            rows = direct.execute(f"SELECT number FROM {self.schema}.orders ORDER BY number")
            return [number for (number,) in rows]


@pytest.fixture
def database(proxy: StoreProxy, schema: str) -> Database:
    timed: set[str] = set()
    store = Store("store", "server", POSTGRES, lambda: Postgres(timed))
    return Database(schema, proxy.open(store), timed)


@pytest.fixture
def prefix(need_store: Callable[[str, int], None]) -> Iterator[str]:
    """What the keys of this test begin with; there are none before, and none after."""
    need_store("Redis", REDIS.port)
    prefix = f"coolwind-{os.getpid()}"

    def clear() -> None:
        with redis.Redis(port=REDIS.port) as direct:
            for key in direct.scan_iter(f"*:{prefix}*"):
                direct.delete(key)

    clear()
    yield prefix
    clear()


@pytest.fixture
def cache(proxy: StoreProxy, need_store: Callable[[str, int], None]) -> Iterator[redis.Redis]:
    """A Redis behind the proxy, with a client that tries nothing twice."""
    need_store("Redis", REDIS.port)
    port = proxy.open(Store("store", "server", REDIS, Redis))
    with redis.Redis(port=port, retry=None, decode_responses=True) as client:
        yield client


@pytest.fixture
def serving() -> Iterator[Callable[..., int]]:
    """Starts a server by hand that answers each connection with what it is told; its port."""
    opened: list[tuple[socket.socket, threading.Thread]] = []

    def serve(answer: Callable[[socket.socket], None]) -> int:
        listening = socket.create_server(("127.0.0.1", 0))

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection, suppress(OSError):
                        answer(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        opened.append((listening, thread))
        return int(listening.getsockname()[1])

    yield serve
    for listening, thread in opened:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
