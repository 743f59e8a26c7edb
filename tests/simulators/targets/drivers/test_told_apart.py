"""Applications on stores over the network: the correct ones pass, the broken ones are found out."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import asyncpg
import psycopg
import pytest
import redis
from fastapi import BackgroundTasks, FastAPI, Response

from simulators.targets.asgi import AsgiTarget
from simulators.trace import Observation
from tests.simulators.targets.drivers.exploring import assert_told, explored

SCHEMA = f"told_apart_{os.getpid()}"
POSTGRES = f"postgresql://postgres@127.0.0.1:5432/test?options=-csearch_path%3D{SCHEMA}"
TABLES = """
CREATE TABLE orders (message_id text, text text);
CREATE TABLE sessions (count int);
INSERT INTO sessions VALUES (0);
"""
ORDER, FORGET = "INSERT INTO orders VALUES ($1, $2)", "DELETE FROM orders WHERE message_id = $1"
ADD = "UPDATE sessions SET count = count + 1 RETURNING count"
COUNT = "UPDATE sessions SET count = (SELECT count(*) FROM orders) RETURNING count"
KEY = f"orders:{os.getpid()}"
Message = dict[str, Any]


def reply(count: object) -> object:
    return {"response": {"text": f"{count} placed"}, "sessionId": "s-1"}


async def in_a_transaction(pool: Any, message: Message) -> int:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(FORGET, message["messageId"])
        await connection.execute(ORDER, message["messageId"], message["message"])
        return int(await connection.fetchval(COUNT))


async def in_two_writes(pool: Any, message: Message) -> int:
    async with pool.acquire() as connection:
        await connection.execute(ORDER, message["messageId"], message["message"])
        return int(await connection.fetchval(ADD))


def on_postgres(place: Callable[[Any, Message], Any]) -> FastAPI:
    pools: list[Any] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(POSTGRES, min_size=1, max_size=1) as pool:
            pools.append(pool)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/api/chat")
    async def chat(message: Message, response: Response) -> object:
        try:
            return reply(await place(pools[0], message))
        except (asyncpg.PostgresError, asyncpg.InterfaceError):
            response.status_code = 503
            return {"detail": "Please try again."}

    return app


@pytest.fixture
def postgres(need_store: Callable[[str, int], None]) -> Iterator[psycopg.Connection[Any]]:
    need_store("PostgreSQL", 5432)
    with psycopg.connect(POSTGRES, autocommit=True) as direct:
        direct.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        direct.execute(f"CREATE SCHEMA {SCHEMA}")
        direct.execute(TABLES)
        yield direct
        direct.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@pytest.mark.parametrize(
    ("place", "outcomes"),
    [(in_a_transaction, set()), (in_two_writes, {"duplicated-effect"})],
)
def test_two_writes_without_a_transaction_are_told_from_one(
    postgres: psycopg.Connection[Any], place: Callable[[Any, Message], Any], outcomes: set[str]
) -> None:
    def empty() -> None:
        postgres.execute("TRUNCATE orders")
        postgres.execute("UPDATE sessions SET count = 0")

    def look(*_: object) -> Observation:
        rows = postgres.execute("SELECT text FROM orders ORDER BY text")
        return Observation(effects={"order": tuple({"text": text} for (text,) in rows)})

    shop = AsgiTarget("shop", partial(on_postgres, place), empty, look=look)
    assert_told(explored(shop, "a", "crash-before crash-after store-error-after"), outcomes)


def before_the_reply() -> FastAPI:
    app, client = FastAPI(), redis.Redis()

    @app.post("/api/chat")
    def chat(message: Message, response: Response) -> object:
        try:
            with client.pipeline() as pipeline:
                pipeline.hset(KEY, message["messageId"], message["message"])
                pipeline.hlen(KEY)
                return reply(pipeline.execute()[-1])
        except redis.RedisError:
            response.status_code = 503
            return {"detail": "Please try again."}

    return app


def after_the_reply() -> FastAPI:
    client = redis.asyncio.Redis()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with client:
            yield

    async def save(message: Message) -> None:
        with suppress(redis.RedisError):
            await client.hset(KEY, message["messageId"], message["message"])

    app = FastAPI(lifespan=lifespan)

    @app.post("/api/chat")
    async def chat(message: Message, response: Response, tasks: BackgroundTasks) -> object:
        try:
            is_known = await client.hexists(KEY, message["messageId"])
            count = await client.hlen(KEY) + (not is_known)
        except redis.RedisError:
            response.status_code = 503
            return {"detail": "Please try again."}
        tasks.add_task(save, message)
        return reply(count)

    return app


@pytest.mark.parametrize(
    ("factory", "faults"),
    [
        (before_the_reply, set()),
        (after_the_reply, {"crash-before", "store-error"}),
    ],
)
def test_a_service_that_saves_after_its_reply_is_told_from_one_that_saves_before(
    need_store: Callable[[str, int], None], factory: Callable[[], FastAPI], faults: set[str]
) -> None:
    need_store("Redis", 6379)

    def empty() -> None:
        with redis.Redis() as client:
            client.delete(KEY)

    found = explored(AsgiTarget("shop", factory, empty), "ab", "crash-before store-error")
    empty()
    assert_told(found, {"lost-turn"} if faults else set())
    cells = found.exploration.cells
    assert {cell.fault for cell in cells if cell.outcome == "lost-turn"} == faults
