"""The points of an application in this process: its calls to stores over the network."""

import json
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from inspect import iscoroutinefunction
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
import asyncpg
import httpx
import httpx2
import psycopg
import pytest
import redis
import requests
import sqlalchemy
from fastapi import FastAPI, Response
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from simulators.targets.asgi import AsgiTarget
from simulators.targets.target import Arrangement, Delivery
from simulators.trace import Answer

SCHEMA = f"drivers_{os.getpid()}"
POSTGRES = f"postgresql://postgres@127.0.0.1:5432/test?options=-csearch_path%3D{SCHEMA}"
KEY = f"orders:{os.getpid()}"
INSERT = "INSERT INTO orders VALUES (:text)"
COUNT = "SELECT count(*) FROM orders"


@dataclass(frozen=True)
class Stores:
    """The stores at loopback, empty, and what they hold now."""

    api: str
    orders: list[str]

    def in_postgres(self) -> list[str]:
        with psycopg.connect(POSTGRES) as connection:
            return [text for (text,) in connection.execute("SELECT text FROM orders")]

    def in_redis(self) -> list[str]:
        with redis.Redis(decode_responses=True) as client:
            return list(client.lrange(KEY, 0, -1))

    def behind_the_api(self) -> list[str]:
        return self.orders


@pytest.fixture(scope="module")
def api() -> Iterator[tuple[str, list[str]]]:
    """A store behind an API."""
    orders: list[str] = []

    class Orders(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            orders.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.answer(201)

        def do_GET(self) -> None:
            self.answer(200)

        def answer(self, status: int) -> None:
            body = json.dumps(len(orders)).encode()
            head = f"HTTP/1.1 {status} OK\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            self.wfile.write(head + body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Orders) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", orders
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def schema() -> Iterator[None]:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.execute(f"CREATE SCHEMA {SCHEMA} CREATE TABLE orders (text text)")
        yield
        connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


@pytest.fixture
def stores(need_store: Callable[[str, int], None], request: pytest.FixtureRequest) -> Stores:
    need_store("PostgreSQL", 5432)
    need_store("Redis", 6379)
    request.getfixturevalue("schema")
    with psycopg.connect(POSTGRES) as connection:
        connection.execute("TRUNCATE orders")
    with redis.Redis() as client:
        client.delete(KEY)
    url, orders = request.getfixturevalue("api")
    orders.clear()
    return Stores(url, orders)


def serving(place: Callable[..., Any], opened: Any, url: str) -> FastAPI:
    """A shop that places each text as an order by that function, with what `opened` opens."""
    kept = SimpleNamespace()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with opened() as kept.opened:
            yield

    app = FastAPI(lifespan=lifespan)

    def reply(count: object) -> object:
        return {"response": {"text": f"{count} placed"}, "sessionId": "s-1"}

    if iscoroutinefunction(place):

        @app.post("/api/chat")
        async def chat(message: dict[str, Any], response: Response) -> object:
            try:
                return reply(await place(kept.opened, url, message["message"]))
            except ERRORS:
                response.status_code = 503
                return {"detail": "sorry"}

    else:

        @app.post("/api/chat")
        def chat_in_a_thread(message: dict[str, Any], response: Response) -> object:
            try:
                return reply(place(kept.opened, url, message["message"]))
            except ERRORS:
                response.status_code = 503
                return {"detail": "sorry"}

    return app


ERRORS: Final = (
    aiohttp.ClientError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    httpx.HTTPError,
    httpx2.HTTPError,
    psycopg.Error,
    redis.RedisError,
    requests.RequestException,
    sqlalchemy.exc.SQLAlchemyError,
)


@asynccontextmanager
async def nothing() -> AsyncIterator[None]:
    yield


async def with_asyncpg(pool: Any, _: str, text: str) -> int:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("INSERT INTO orders VALUES ($1)", text)
        return int(await connection.fetchval(COUNT))


async def with_a_statement(pool: Any, _: str, text: str) -> int:
    async with pool.acquire() as connection, connection.transaction():
        insert = await connection.prepare("INSERT INTO orders VALUES ($1)")
        await insert.fetch(text)
        return int(await connection.fetchval(COUNT))


@asynccontextmanager
async def an_engine() -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(
        POSTGRES.replace("postgresql", "postgresql+asyncpg", 1).partition("?")[0],
        connect_args={"server_settings": {"search_path": SCHEMA}},
    )
    # What it asks a database at first sight is no call of a turn.
    async with engine.connect():
        pass
    yield engine
    await engine.dispose()


async def by_a_layer(engine: AsyncEngine, _: str, text: str) -> int:
    async with engine.begin() as connection:
        await connection.execute(sqlalchemy.text(INSERT), {"text": text})
        return int((await connection.execute(sqlalchemy.text(COUNT))).scalar() or 0)


def with_psycopg(_: None, __: str, text: str) -> int:
    with psycopg.connect(POSTGRES) as connection:
        connection.execute("INSERT INTO orders VALUES (%s)", [text])
        row = connection.execute(COUNT).fetchone()
    return int(row[0]) if row else 0


async def with_psycopg_later(_: None, __: str, text: str) -> int:
    connecting = psycopg.AsyncConnection.connect(POSTGRES, autocommit=True)
    async with await connecting as connection, connection.transaction():
        await connection.execute(psycopg.sql.SQL("INSERT INTO orders VALUES (%s)"), [text])
        row = await (await connection.execute(COUNT.encode())).fetchone()
    return int(row[0]) if row else 0


def by_copy(_: None, __: str, text: str) -> int:
    with psycopg.connect(POSTGRES, autocommit=True) as connection, connection.cursor() as cursor:
        with cursor.copy("COPY orders FROM STDIN") as copy:
            copy.write_row([text])
        row = cursor.execute(COUNT).fetchone()
    return int(row[0]) if row else 0


async def by_copy_later(_: None, __: str, text: str) -> int:
    async with await psycopg.AsyncConnection.connect(POSTGRES) as connection:
        cursor = connection.cursor()
        async with cursor.copy(psycopg.sql.SQL("COPY orders FROM STDIN")) as copy:
            await copy.write_row([text])
        row = await (await cursor.execute(COUNT)).fetchone()
    return int(row[0]) if row else 0


def with_redis(_: None, __: str, text: str) -> int:
    with redis.Redis() as client:
        client.rpush(KEY, text)
        return int(client.llen(KEY))


async def with_redis_later(_: None, __: str, text: str) -> int:
    async with redis.asyncio.Redis() as client:
        await client.rpush(KEY, text)
        return int(await client.llen(KEY))


def with_a_transaction(_: None, __: str, text: str) -> int:
    with redis.Redis() as client, client.pipeline() as pipeline:
        pipeline.rpush(KEY, text)
        pipeline.llen(KEY)
        return int(pipeline.execute()[-1])


async def with_a_pipeline_later(_: None, __: str, text: str) -> int:
    async with redis.asyncio.Redis() as client, client.pipeline(transaction=False) as pipeline:
        pipeline.rpush(KEY, text)
        return int((await pipeline.execute())[-1])


async def with_httpx(_: None, url: str, text: str) -> int:
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        (await client.post(f"{url}/orders", content=text)).raise_for_status()
        return int((await client.get(f"{url}/orders")).json())


def with_httpx2(_: None, url: str, text: str) -> int:
    with httpx2.Client(trust_env=False, verify=False) as client:
        client.post(f"{url}/orders", content=text).raise_for_status()
        return int(client.get(f"{url}/orders").json())


async def with_aiohttp(_: None, url: str, text: str) -> int:
    async with aiohttp.ClientSession(url) as session:
        async with session.post("/orders", data=text) as response:
            response.raise_for_status()
        async with session.get("/orders") as response:
            return int(await response.text())


def with_requests(_: None, url: str, text: str) -> int:
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{url}/orders", text).raise_for_status()
        return int(session.get(f"{url}/orders").json())


@dataclass(frozen=True)
class Way:
    """A driver: what places an order by it, its calls, and the one that makes it last."""

    place: Callable[..., Any]
    points: tuple[str, ...]
    lasts: str
    kept: Callable[[Stores], list[str]]
    opened: Callable[[], Any] = nothing


ORDERED, COUNTED = "store.write #1 (INSERT orders)", "store.read #1 (SELECT orders)"
COMMITTED, COPIED = "store.write #2 (COMMIT)", "store.write #1 (COPY orders)"
PUSHED, LENGTH = "store.write #1 (RPUSH orders:*)", "store.read #1 (LLEN orders:*)"
POSTED, GOT = "store.write #1 (POST /orders)", "store.read #1 (GET /orders)"
BY_ASYNCPG = ("store.read #1 (BEGIN)", ORDERED, "store.read #2 (SELECT orders)", COMMITTED)
POOL = partial(asyncpg.create_pool, POSTGRES, min_size=1, max_size=1)
IN_POSTGRES, IN_REDIS, BEHIND_API = Stores.in_postgres, Stores.in_redis, Stores.behind_the_api
EXECUTED, PIPED = "store.write #1 (EXEC RPUSH orders:*)", "store.write #1 (PIPELINE RPUSH orders:*)"
WAYS: Final = (
    Way(with_asyncpg, BY_ASYNCPG, COMMITTED, IN_POSTGRES, POOL),
    Way(with_a_statement, BY_ASYNCPG, COMMITTED, IN_POSTGRES, POOL),
    Way(by_a_layer, BY_ASYNCPG, COMMITTED, IN_POSTGRES, an_engine),
    Way(with_psycopg, (ORDERED, COUNTED, COMMITTED), COMMITTED, IN_POSTGRES),
    Way(with_psycopg_later, (ORDERED, COUNTED, COMMITTED), COMMITTED, IN_POSTGRES),
    Way(by_copy, (COPIED, COUNTED), COPIED, IN_POSTGRES),
    Way(by_copy_later, (COPIED, COUNTED, COMMITTED), COMMITTED, IN_POSTGRES),
    Way(with_redis, (PUSHED, LENGTH), PUSHED, IN_REDIS),
    Way(with_redis_later, (PUSHED, LENGTH), PUSHED, IN_REDIS),
    Way(with_a_transaction, (EXECUTED,), EXECUTED, IN_REDIS),
    Way(with_a_pipeline_later, (PIPED,), PIPED, IN_REDIS),
    Way(with_httpx, (POSTED, GOT), POSTED, BEHIND_API),
    Way(with_httpx2, (POSTED, GOT), POSTED, BEHIND_API),
    Way(with_aiohttp, (POSTED, GOT), POSTED, BEHIND_API),
    Way(with_requests, (POSTED, GOT), POSTED, BEHIND_API),
)


@pytest.fixture(params=WAYS, ids=lambda way: way.place.__name__)
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


@pytest.fixture
def target(way: Way, stores: Stores) -> Iterator[AsgiTarget]:
    """The shop, which places orders in that way."""
    shop = AsgiTarget("shop", partial(serving, way.place, way.opened, stores.api))
    shop.begin(0, Arrangement())
    yield shop
    shop.close()


def said(target: AsgiTarget, text: str) -> Answer:
    return target.deliver(Delivery(text, "hari", "m1"))


def test_calls_are_named_by_what_they_do(target: AsgiTarget, way: Way) -> None:
    assert said(target, "one").text == "1 placed"
    assert tuple(point.name for point in target.points()) == way.points
    assert [point.name for point in target.points() if point.changes] == [way.lasts]
    assert [point.is_first for point in target.points()].index(True) == 0


def test_a_copy_that_is_given_up_changes_nothing(stores: Stores) -> None:
    def given_up(_: None, __: str, text: str) -> int:
        with psycopg.connect(POSTGRES) as connection, connection.cursor() as cursor:
            with suppress(KeyError), cursor.copy("COPY orders FROM STDIN") as copy:
                copy.write_row([text])
                raise KeyError
            connection.rollback()
        return 0

    shop = AsgiTarget("shop", partial(serving, given_up, nothing, stores.api))
    shop.begin(0, Arrangement())
    try:
        assert said(shop, "one").text == "0 placed"
        assert list(shop.points()) == []
    finally:
        shop.close()
    assert stores.in_postgres() == []


def test_it_dies_there_and_another_takes_its_place(
    target: AsgiTarget, way: Way, stores: Stores
) -> None:
    for number, (break_, point, kept) in enumerate(
        [
            ("crash before", way.points[0], []),
            ("crash before", way.lasts, []),
            ("crash after", way.lasts, ["dies"]),
        ]
    ):
        target.interrupt(break_, point)
        assert said(target, "dies").is_missing, number
        assert target.was_interrupted()
        assert way.kept(stores) == kept
    assert said(target, "lives").text == "2 placed"
    assert way.kept(stores) == ["dies", "lives"]


def test_its_store_fails(target: AsgiTarget, way: Way, stores: Stores) -> None:
    before = target.now()
    for break_, point, kept in (
        ("error before", way.points[0], []),
        ("error before", way.lasts, []),
        ("timeout", way.lasts, []),
        ("error after", way.lasts, ["fails"]),
    ):
        target.interrupt(break_, point)
        assert said(target, "fails").status == 503, break_
        assert target.was_interrupted()
        assert way.kept(stores) == kept
    assert (target.now() - before).total_seconds() == 10
    target.interrupt("slow", way.lasts)
    assert said(target, "lives").text == "2 placed"
    assert (target.now() - before).total_seconds() == 20


def test_every_driver_is_as_it_was_when_it_is_closed(stores: Stores) -> None:
    methods = [
        (asyncpg.Connection, "execute"),
        (psycopg.Cursor, "execute"),
        (redis.Redis, "execute_command"),
        (httpx.Client, "send"),
        (aiohttp.ClientSession, "_request"),
        (threading.Thread, "start"),
    ]
    before = [getattr(owner, name) for owner, name in methods]
    shop = AsgiTarget("shop", partial(serving, with_redis, nothing, stores.api))
    shop.begin(0, Arrangement())
    assert not any(getattr(*one) is real for one, real in zip(methods, before, strict=True))
    shop.close()
    assert [getattr(owner, name) for owner, name in methods] == before
