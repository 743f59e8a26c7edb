"""Pools of connections in the modules of a service, over the crashes of an application."""

import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest
import redis.asyncio
import sqlalchemy
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from simulators.errors import TargetError
from simulators.targets.asgi import AsgiTarget
from simulators.targets.target import Arrangement, Capability, Delivery
from simulators.trace import Answer

Ask = Callable[[], Awaitable[int]]
KEY = f"coolwind-pools-{os.getpid()}"
TABLE = f"coolwind_pools_{os.getpid()}"
COUNT = sqlalchemy.text(f"UPDATE {TABLE} SET count = count + 1 RETURNING count")
FEW = {"pool_size": 1, "max_overflow": 0, "pool_timeout": 1}


def counting(ask: Ask, reset: Callable[[], object] | None = None) -> AsgiTarget:
    """A service that counts its messages somewhere."""

    def factory() -> FastAPI:
        app = FastAPI()

        @app.post("/api/chat")
        async def chat() -> object:
            return {"response": {"text": f"message {await ask()}"}, "sessionId": "s-1"}

        return app

    return AsgiTarget("counting", factory, reset)


@pytest.fixture
def table(need_store: Callable[[str, int], None]) -> Iterator[str]:
    need_store("PostgreSQL", 5432)
    url = "postgresql://postgres@127.0.0.1:5432/test"
    with psycopg.connect(url, autocommit=True) as direct:
        direct.execute(f"DROP TABLE IF EXISTS {TABLE}")
        direct.execute(f"CREATE TABLE {TABLE} AS SELECT 0 AS count")
        yield url.partition(":")[2]
        direct.execute(f"DROP TABLE {TABLE}")


@pytest.fixture
def by_an_engine(table: str) -> Ask:
    engine = sqlalchemy.create_engine(f"postgresql+psycopg:{table}", **FEW)

    async def ask() -> int:
        with engine.begin() as connection:
            return int(connection.execute(COUNT).scalar_one())

    return ask


@pytest.fixture
def by_an_engine_with_coroutines(table: str) -> Ask:
    engine = create_async_engine(f"postgresql+asyncpg:{table}", **FEW)

    async def ask() -> int:
        async with engine.begin() as connection:
            return int((await connection.execute(COUNT)).scalar_one())

    return ask


@pytest.fixture
def by_a_client_of_redis(need_store: Callable[[str, int], None]) -> Iterator[Ask]:
    need_store("Redis", 6379)
    client: Any = redis.asyncio.Redis(port=6379, max_connections=1)

    async def ask() -> int:
        return int(await client.incr(KEY))

    yield ask
    with redis.Redis(port=6379) as direct:
        direct.delete(KEY)


def say(target: AsgiTarget) -> Answer:
    return target.deliver(Delivery("hello", "hari", "m-1"))


@pytest.mark.parametrize(
    "kind", ["by_an_engine", "by_an_engine_with_coroutines", "by_a_client_of_redis"]
)
def test_one_that_outlives_an_application_is_empty(
    request: pytest.FixtureRequest, kind: str
) -> None:
    texts = []
    with closing(counting(request.getfixturevalue(kind))) as target:
        target.begin(0, Arrangement())
        texts.append(say(target).text)
        for break_ in (Capability.RESTART, Capability.CRASH):
            target.strike(break_, None)
            texts.append(say(target).text)
        target.interrupt("crash before", target.points()[0].name)
        assert say(target).is_missing
        texts.append(say(target).text)
        target.begin(1, Arrangement())
        texts.append(say(target).text)
    assert texts == [f"message {number}" for number in (1, 2, 3, 4, 5)]


def test_a_database_in_memory_is_not_emptied() -> None:
    anywhere = {"check_same_thread": False}
    engine = sqlalchemy.create_engine(
        "sqlite://", poolclass=sqlalchemy.StaticPool, connect_args=anywhere
    )
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text(f"CREATE TABLE {TABLE} AS SELECT 0 AS count"))

    async def ask() -> int:
        with engine.connect() as connection:
            return int(connection.execute(sqlalchemy.text(f"SELECT * FROM {TABLE}")).scalar_one())

    with closing(counting(ask)) as target:
        target.begin(0, Arrangement())
        assert say(target).text == "message 0"
        target.begin(1, Arrangement())
        assert say(target).text == "message 0"
    engine.dispose()


def test_a_reset_that_goes_on_with_a_connection_of_the_application_is_told(table: str) -> None:
    connection = psycopg.connect(f"postgresql:{table}", autocommit=True)

    async def ask() -> int:
        return connection.execute("SELECT 1").rowcount

    with closing(counting(ask, lambda: connection.execute("SELECT 2"))) as target:
        target.begin(0, Arrangement())
        assert say(target).text == "message 1"
        with pytest.raises(TargetError, match="let it open a connection of its own"):
            target.begin(1, Arrangement())
    connection.close()
