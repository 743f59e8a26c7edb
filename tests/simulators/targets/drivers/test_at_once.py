"""Two messages at once on an application in this process: they pass each other at its calls."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from functools import partial
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

import aiosqlite
import asyncpg
import psycopg
import pytest
from fastapi import BackgroundTasks, FastAPI, Response

from simulators.targets.asgi import AsgiTarget
from simulators.targets.overlap import Order, Overlap, Overlapped, Who
from simulators.targets.target import Capability, Delivery
from simulators.trace import NO_ANSWER, Observation
from tests.simulators.targets.drivers.exploring import assert_told, explored

Message = dict[str, Any]
Keep = Callable[[Any, Message], Any]
SCHEMA = f"at_once_{os.getpid()}"
POSTGRES = f"postgresql://postgres@127.0.0.1:5432/test?options=-csearch_path%3D{SCHEMA}"
TABLES = """
CREATE TABLE carts (items text);
CREATE TABLE orders (message_id text, items text);
CREATE TABLE locks (name text PRIMARY KEY);
"""
READ, WRITE = "SELECT items FROM carts", "UPDATE carts SET items = $1"
ADD = "UPDATE carts SET items = items || $1 RETURNING items"
IS_PLACED = "SELECT count(*) FROM orders WHERE message_id = $1"
SEEN, SAVED = "store.read #1 (SELECT carts)", "store.write #1 (UPDATE carts)"
PLACE = "INSERT INTO orders VALUES ($1, $2)"
LOCK = "INSERT INTO locks VALUES ('s-1') ON CONFLICT DO NOTHING RETURNING name"
UNLOCK, LOCKED = "DELETE FROM locks", "store.write #2 (UPDATE carts)"


class Shop:
    """What the tests know of a shop: where it keeps, and how its application is made."""

    def __init__(self, factory: Callable[[Keep], FastAPI], query: Callable[..., Any]) -> None:
        self.factory = factory
        self.query = query

    def target(self, keep: Keep) -> AsgiTarget:
        """The target of the shop that keeps messages in that way."""
        return AsgiTarget("shop", partial(self.factory, keep), self.empty, look=self._look)

    def empty(self) -> None:
        """Nobody has ever written."""
        self.query(
            "DELETE FROM orders", "DELETE FROM carts", UNLOCK, "INSERT INTO carts VALUES ('')"
        )

    def _look(self, *_: object) -> Observation:
        orders = self.query("SELECT items FROM orders ORDER BY items")
        effects = {"order": tuple({"items": items} for (items,) in orders)}
        ((items,),) = self.query(READ)
        return Observation({"items": "".join(sorted(items))}, effects)


def shop_app(opened: Callable[[], AbstractAsyncContextManager[Any]], keep: Keep) -> FastAPI:
    kept = SimpleNamespace()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with opened() as kept.store:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/api/chat")
    async def chat(message: Message, response: Response) -> object:
        try:
            text = await keep(kept.store, message)
        except (asyncpg.PostgresError, sqlite3.Error):
            response.status_code = 503
            return {"detail": "Please try again."}
        return reply(text)

    return app


def reply(text: str) -> object:
    return {"response": {"text": text}, "sessionId": "s-1"}


@pytest.fixture
def sqlite(tmp_path: Path) -> Shop:
    """A shop with one connection of aiosqlite's for all."""
    path = tmp_path / "shop.db"

    def query(*statements: str) -> Any:
        with closing(sqlite3.connect(path)) as database, database:
            return [database.execute(sql).fetchall() for sql in statements][-1]

    with closing(sqlite3.connect(path)) as database:
        database.executescript(TABLES)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        async with aiosqlite.connect(path, isolation_level=None) as connection:

            async def fetchval(sql: str, *values: object) -> Any:
                numbered = sql.replace("$", "?")
                (row,) = await connection.execute_fetchall(numbered, values) or [(None,)]
                return row[0]

            yield fetchval

    return Shop(partial(shop_app, opened), query)


@pytest.fixture
def postgres(need_store: Callable[[str, int], None]) -> Iterator[Shop]:
    """A shop with a pool of asyncpg's."""
    need_store("PostgreSQL", 5432)
    with psycopg.connect(POSTGRES, autocommit=True) as direct:
        direct.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        direct.execute(f"CREATE SCHEMA {SCHEMA}")
        direct.execute(TABLES)

        def query(*statements: str) -> Any:
            with direct.transaction():
                asked = [direct.execute(sql.encode()) for sql in statements]
            return asked[-1].fetchall() if asked[-1].description else []

        @asynccontextmanager
        async def opened() -> AsyncIterator[Any]:
            async with asyncpg.create_pool(POSTGRES, min_size=2, max_size=2) as pool:
                yield pool.fetchval

        yield Shop(partial(shop_app, opened), query)
        direct.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


async def last_write_wins(ask: Any, message: Message) -> str:
    items = await ask(READ) + message["message"]
    await ask(WRITE, items)
    return f"{message['message']} is in your cart"


async def adds(ask: Any, message: Message) -> str:
    await ask(ADD, message["message"])
    return f"{message['message']} is in your cart"


async def looks_first(ask: Any, message: Message) -> str:
    if not await ask(IS_PLACED, message["messageId"]):
        await ask(PLACE, message["messageId"], message["message"])
    return "Your order is placed"


def one_after_the_other(keep: Keep) -> Keep:
    locks: WeakKeyDictionary[object, asyncio.Lock] = WeakKeyDictionary()

    async def kept(ask: Any, message: Message) -> Any:
        async with locks.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            return await keep(ask, message)

    return kept


def asking_again_and_again(keep: Keep, seconds: float) -> Keep:
    """With a lock in the store, for which whoever does not get it asks again after so long."""

    async def kept(ask: Any, message: Message) -> Any:
        while await ask(LOCK) is None:
            await asyncio.sleep(seconds)
        try:
            return await keep(ask, message)
        finally:
            await ask(UNLOCK)

    return kept


def at_once(target: AsgiTarget, order: str, dies_after: str | None = None) -> Overlapped:
    one, other = (Delivery(text, "hari", f"m-{text}", "s-1") for text in "ab")
    return target.deliver_both(one, other, Overlap(Order.parse(order), False, dies_after))


def moves(served: Overlapped) -> list[str]:
    return [f"{move.who.name} {move.call}" for move in served.moves]


@pytest.mark.parametrize(
    ("store", "keep", "fault", "outcomes"),
    [
        ("sqlite", last_write_wins, "concurrent-turn", {"interleaved"}),
        ("sqlite", adds, "concurrent-turn", set()),
        ("sqlite", looks_first, "double-click", {"duplicated-effect"}),
        ("postgres", last_write_wins, "concurrent-turn", {"interleaved"}),
        ("postgres", one_after_the_other(looks_first), "double-click", set()),
    ],
)
def test_the_orders_that_lose_an_update_or_place_one_twice_are_found(
    request: pytest.FixtureRequest, store: str, keep: Keep, fault: str, outcomes: set[str]
) -> None:
    # What is sent twice needs no other message beside it.
    texts = "ab" if fault == "double-click" else "abc"
    assert_told(explored(request.getfixturevalue(store).target(keep), texts, fault), outcomes)


def test_one_connection_for_all_is_held_for_one_of_them_alone(sqlite: Shop, begun: Any) -> None:
    served = at_once(begun(sqlite.target(last_write_wins)), f"{SAVED} then {SAVED}")
    assert served.was_kept
    assert moves(served)[-4:] == [
        *("SECOND arrival", f"SECOND {SEEN}"),
        *(f"FIRST {SAVED}", f"SECOND {SAVED}"),
    ]
    assert sqlite.query(READ) == [("b",)]


def test_who_waits_for_the_other_lets_it_go_on(postgres: Shop, begun: Any) -> None:
    served = at_once(begun(postgres.target(one_after_the_other(last_write_wins))), SAVED)
    assert [answer.status for answer in served.answers] == [200, 200]
    assert moves(served)[2:5] == ["SECOND arrival", f"FIRST {SAVED}", f"SECOND {SEEN}"]
    assert postgres.query(READ) == [("ab",)]


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
@pytest.mark.parametrize("seconds", [0.1, 0.001])
def test_who_asks_for_a_lock_again_and_again_lets_the_other_go_on(
    request: pytest.FixtureRequest, begun: Any, store: str, seconds: float
) -> None:
    shop = request.getfixturevalue(store)
    keep = asking_again_and_again(last_write_wins, seconds)
    served = at_once(begun(shop.target(keep)), LOCKED)
    assert served.was_kept
    assert [answer.status for answer in served.answers] == [200, 200]
    assert shop.query(READ) == [("ab",)]
    made = moves(served)
    second, first = f"SECOND {SEEN}", "FIRST store.write #3 (DELETE locks)"
    assert made.index(first) < made.index(second)


async def reads_much(ask: Any, message: Message) -> str:
    for _ in range(120):
        await ask(READ)
    return await adds(ask, message)


def test_who_has_much_to_read_waits_for_nobody_who_has_not_come(sqlite: Shop, begun: Any) -> None:
    served = at_once(begun(sqlite.target(reads_much)), "answer")
    assert served.was_kept
    assert [move.who for move in served.moves] == [Who.FIRST] * 122 + [Who.SECOND] * 122


def test_to_ask_for_a_lock_in_vain_is_no_move(sqlite: Shop, begun: Any) -> None:
    # It is looked at several times while it sleeps, as a look that comes late tells nothing.
    served = at_once(begun(sqlite.target(asking_again_and_again(last_write_wins, 0.25))), LOCKED)
    asked = [one for one in moves(served) if one.startswith("SECOND") and "INSERT locks" in one]
    assert len(asked) == 2


async def by_prepared_statements(ask: Any, message: Message) -> str:
    async with ask.__self__.acquire() as connection:
        items = await (await connection.prepare(READ)).fetchval()
        await (await connection.prepare(WRITE)).fetch(items + message["message"])
    return "kept"


def test_prepared_statements_are_held_as_well(postgres: Shop, begun: Any) -> None:
    target = begun(postgres.target(by_prepared_statements))
    served = at_once(target, SAVED)
    assert moves(served)[2:] == [
        *("SECOND arrival", f"SECOND {SEEN}", f"SECOND {SAVED}", f"FIRST {SAVED}"),
    ]
    assert postgres.query(READ) == [("a",)]
    assert target.missed == ()


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_an_application_dies_with_all_that_it_serves(
    request: pytest.FixtureRequest, begun: Any, store: str
) -> None:
    shop = request.getfixturevalue(store)
    target = begun(shop.target(last_write_wins))
    served = at_once(target, SAVED, dies_after=SAVED)
    assert served.was_kept
    assert served.answers == (NO_ANSWER, NO_ANSWER)
    assert shop.query(READ) == [("b",)]
    assert target.deliver(Delivery("c", "hari", "m-c", "s-1")).status == 200
    assert shop.query(READ) == [("bc",)]


def in_a_thread(path: Path) -> FastAPI:
    app = FastAPI()

    @app.post("/api/chat")
    def chat(message: Message) -> object:
        return keep_at_once(path, message)

    return app


def in_the_loop(path: Path) -> FastAPI:
    app = FastAPI()

    @app.post("/api/chat")
    async def chat(message: Message) -> object:
        return keep_at_once(path, message)

    return app


def behind_a_lock(waits: Event, path: Path) -> FastAPI:
    app = FastAPI()

    @app.post("/api/chat")
    def chat() -> object:
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as database:
            database.set_trace_callback(lambda _: waits.set())
            database.execute("BEGIN IMMEDIATE")
            database.execute("COMMIT")
        return reply("kept")

    return app


def keep_at_once(path: Path, message: Message) -> object:
    with closing(sqlite3.connect(path)) as database, database:
        ((items,),) = database.execute(READ)
        database.execute("UPDATE carts SET items = ?", (items + message["message"],))
    return reply("kept")


def on_the_file_of(sqlite: Shop, factory: Callable[[Path], FastAPI]) -> AsgiTarget:
    ((_, _, path),) = sqlite.query("PRAGMA database_list")
    return AsgiTarget("shop", partial(factory, Path(path)), sqlite.empty)


def test_threads_are_held_and_wait_for_the_locks_of_the_database(sqlite: Shop, begun: Any) -> None:
    target = begun(on_the_file_of(sqlite, in_a_thread))
    assert at_once(target, SAVED).was_kept
    assert sqlite.query(READ) == [("a",)]
    sqlite.empty()
    served = at_once(target, "store.write #2 (COMMIT)")
    assert [answer.status for answer in served.answers] == [200, 200]
    assert "FIRST store.write #2 (COMMIT)" in moves(served)
    assert target.missed == ()


def test_a_thread_dies_with_all_others(sqlite: Shop, begun: Any) -> None:
    target = begun(on_the_file_of(sqlite, in_a_thread))
    served = at_once(target, SAVED, dies_after="store.write #2 (COMMIT)")
    assert (served.was_kept, served.answers) == (True, (NO_ANSWER, NO_ANSWER))
    assert sqlite.query(READ) == [("b",)]
    assert target.deliver(Delivery("c", "hari", "m-c", "s-1")).status == 200


def test_a_lock_that_the_dead_were_waiting_for_is_nobodys(sqlite: Shop, begun: Any) -> None:
    ((_, _, path),) = sqlite.query("PRAGMA database_list")
    waits = Event()
    with closing(
        sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    ) as somebody_else:
        target = begun(on_the_file_of(sqlite, partial(behind_a_lock, waits)))
        somebody_else.execute("BEGIN IMMEDIATE")

        def kill() -> None:
            waits.wait()
            target.kill("application")
            somebody_else.execute("ROLLBACK")

        killing = Thread(target=kill)
        killing.start()
        assert target.deliver(Delivery("a", "hari", "m-a", "s-1")) == NO_ANSWER
        killing.join()
    target.strike(Capability.CRASH, "s-1")
    assert target.deliver(Delivery("c", "hari", "m-c", "s-1")).status == 200


def test_nothing_comes_between_the_calls_that_block_the_event_loop(
    sqlite: Shop, begun: Any
) -> None:
    target = begun(on_the_file_of(sqlite, in_the_loop))
    served = at_once(target, "arrival")
    assert moves(served) == ["SECOND arrival", "FIRST arrival"]
    assert [move.stores for move in served.moves] == [True, True]
    assert sqlite.query(READ) == [("ba",)]


def test_calls_that_could_not_be_held_are_told_of(sqlite: Shop) -> None:
    found = explored(on_the_file_of(sqlite, in_the_loop), "abc", "concurrent-turn")
    (told,) = found.exploration.notes
    assert "did not pass each other at calls that block the event loop" in told
    assert found.findings == ()


async def waits_for_the_other(ask: Any, message: Message) -> str:
    one, other = (asyncio.Lock(), asyncio.Lock())
    ours = ask.__dict__.setdefault("locks", [one, other])
    first, second = ours if message["message"] == "a" else reversed(ours)
    async with first:
        await ask(READ)
        async with second:
            await ask(WRITE, message["message"])
    return "kept"


def test_two_that_wait_for_each_other_for_ever_are_given_up(sqlite: Shop, begun: Any) -> None:
    target = begun(sqlite.target(waits_for_the_other))
    served = at_once(target, SEEN)
    assert served.answers == (NO_ANSWER, NO_ANSWER)
    assert target.strike(Capability.RESTART, None)
    assert target.deliver(Delivery("a", "hari", "m", "s-1")).status == 200


def saving_behind_the_reply(path: Path) -> FastAPI:
    app = FastAPI()

    async def save(message: Message) -> None:
        async with aiosqlite.connect(path, isolation_level=None) as database:
            await database.execute("UPDATE carts SET items = items || ?", (message["message"],))

    @app.post("/api/chat")
    async def chat(message: Message, tasks: BackgroundTasks) -> object:
        tasks.add_task(save, message)
        return reply("kept")

    return app


def test_what_is_done_behind_the_reply_is_a_move_and_no_later_answer(
    sqlite: Shop, begun: Any
) -> None:
    served = at_once(begun(on_the_file_of(sqlite, saving_behind_the_reply)), SAVED)
    assert moves(served) == [
        *("FIRST arrival", "SECOND arrival", f"SECOND {SAVED}", f"FIRST {SAVED}"),
    ]
    assert served.answered_last is Who.SECOND
    assert sqlite.query(READ) == [("ba",)]
