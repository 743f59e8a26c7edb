"""A crash is a freeze: what belongs to an application that died goes no further."""

import asyncio
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from traceback import walk_stack
from typing import Any, Protocol

import aiosqlite
import pytest
from fastapi import FastAPI

from simulators.errors import TargetError
from simulators.targets.asgi import AsgiTarget
from simulators.targets.choice import choose
from simulators.targets.target import Arrangement, Capability, Delivery
from simulators.trace import Answer
from tests.waiting import wait_until

INSERT = "INSERT INTO texts VALUES (?)"
POINT = "store.write #1 (INSERT texts)"


class Shop:
    """Keeps each text in a database, in one of several ways, and tells what it did after a text
    that it could not keep."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.told: list[str] = []

    def keep(self, text: str) -> None:
        try:
            with closing(sqlite3.connect(self.path, timeout=0)) as database, database:
                database.execute(INSERT, (text,))
        except BaseException as error:
            self.told.append(type(error).__name__)
            with closing(sqlite3.connect(self.path)) as database, database:
                database.execute(INSERT, ("too late",))
            raise
        finally:
            self.told.append("finally")

    async def keep_later(self, text: str) -> None:
        try:
            async with aiosqlite.connect(self.path, timeout=0) as database:
                await database.execute(INSERT, (text,))
                await database.commit()
        except BaseException as error:
            self.told.append(type(error).__name__)
            raise
        finally:
            self.told.append("finally")

    def kept(self) -> list[str]:
        with closing(sqlite3.connect(self.path)) as database:
            return [text for (text,) in database.execute("SELECT text FROM texts")]

    def empty(self) -> None:
        with closing(sqlite3.connect(self.path)) as database, database:
            database.execute("DROP TABLE IF EXISTS texts")
            database.execute("CREATE TABLE texts (text TEXT)")


def _answer(message: Mapping[str, Any]) -> object:
    return {"response": {"text": message["message"]}, "sessionId": "s-1"}


def at_once(shop: Shop) -> FastAPI:
    app = FastAPI()

    @app.post("/api/chat")
    async def chat(message: dict[str, Any]) -> object:
        shop.keep(message["message"])
        return _answer(message)

    return app


def in_a_worker(shop: Shop) -> FastAPI:
    app = FastAPI()

    @app.post("/api/chat")
    def chat(message: dict[str, Any]) -> object:
        shop.keep(message["message"])
        return _answer(message)

    return app


def in_a_pool(shop: Shop) -> FastAPI:
    app, pool = FastAPI(), ThreadPoolExecutor(1)

    @app.post("/api/chat")
    async def chat(message: dict[str, Any]) -> object:
        await asyncio.get_running_loop().run_in_executor(pool, shop.keep, message["message"])
        return _answer(message)

    return app


def in_a_thread_of_its_own(shop: Shop) -> FastAPI:
    app = FastAPI()

    @app.post("/api/chat")
    def chat(message: dict[str, Any]) -> object:
        thread = threading.Thread(target=shop.keep, args=(message["message"],))
        thread.start()
        thread.join()
        return _answer(message)

    return app


def as_coroutines(shop: Shop) -> FastAPI:
    app = FastAPI()

    @app.post("/api/chat")
    async def chat(message: dict[str, Any]) -> object:
        await shop.keep_later(message["message"])
        return _answer(message)

    return app


WAYS = (at_once, in_a_worker, in_a_pool, in_a_thread_of_its_own, as_coroutines)


class Opened(Protocol):
    def __call__(self, way: Callable[[Shop], object]) -> AsgiTarget: ...


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop.db")


@pytest.fixture
def opened(shop: Shop) -> Iterator[Opened]:
    """Begins the shop in that way, and closes it after the test."""
    targets: list[AsgiTarget] = []

    def open_(way: Callable[[Shop], object], **more: Any) -> AsgiTarget:
        targets.append(AsgiTarget("shop", lambda: way(shop), shop.empty, **more))
        targets[-1].begin(0, Arrangement())
        return targets[-1]

    yield open_
    for target in targets:
        target.close()


def said(target: AsgiTarget, text: str = "Hello") -> Answer:
    return target.deliver(Delivery(text, "hari", "m1"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("break_", ["crash before", "crash after"])
def test_no_except_and_no_finally_of_the_dead_runs(
    shop: Shop, opened: Opened, way: Callable[[Shop], object], break_: str
) -> None:
    threads = set(threading.enumerate())
    target = opened(way)
    target.interrupt(break_, POINT)
    assert said(target).is_missing
    assert target.was_interrupted()
    assert shop.told == []
    assert said(target, "Hi").text == "Hi"
    assert shop.told == ["finally"]
    assert shop.kept() == ["Hi"]
    target.close()
    _, error, last = shop.told
    assert error in ("Died", "CancelledError")
    assert last == "finally"
    assert shop.kept() == ["Hi"]
    assert {one for one in threading.enumerate() if "application" in one.name} <= threads


def test_what_the_dead_was_writing_elsewhere_is_undone(shop: Shop, opened: Opened) -> None:
    def holding(shop: Shop) -> FastAPI:
        app, other = at_once(shop), sqlite3.connect(shop.path.with_name("other.db"))
        other.execute("CREATE TABLE IF NOT EXISTS texts (text TEXT)")
        keep = shop.keep

        def keep_twice(text: str) -> None:
            other.execute(INSERT, (text,))
            keep(text)
            other.commit()

        shop.keep = keep_twice  # type: ignore[method-assign]
        app.state.others = [*getattr(app.state, "others", ()), other]
        return app

    target = opened(holding)
    target.interrupt("crash before", "store.write #2 (INSERT texts)")
    assert said(target).is_missing
    with closing(sqlite3.connect(shop.path.with_name("other.db"), timeout=0)) as direct, direct:
        direct.execute(INSERT, ("not locked",))
        assert direct.execute("SELECT text FROM texts").fetchall() == [("not locked",)]


def stands_still(thread: threading.Thread) -> bool:
    """Whether it came to the call from which the dead do not come back."""
    frame = sys._current_frames().get(thread.ident or 0)
    return {"stand_still", "wait"} <= {each.f_code.co_name for each, _ in walk_stack(frame)}


@pytest.mark.parametrize("capability", [Capability.CRASH, Capability.RESTART])
def test_work_in_the_background_goes_no_further_than_up_to_its_next_call(
    shop: Shop, opened: Opened, capability: Capability
) -> None:
    may_write, has_written = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def working(shop: Shop) -> FastAPI:
        def work() -> None:
            may_write.wait()
            shop.keep("in the background")
            has_written.set()

        app = at_once(shop)
        threads.append(threading.Thread(target=work, daemon=True))
        threads[-1].start()
        return app

    target = opened(working)
    target.strike(capability, None)
    may_write.set()
    # Of the two that wait, only the living one's comes through.
    assert has_written.wait(5)
    wait_until(lambda: not threads[0].is_alive() or stands_still(threads[0]))
    target.close()
    assert shop.kept() == ["in the background"]


@pytest.mark.parametrize("way", ["sqlite3", "aiosqlite"])
def test_a_connection_that_outlives_its_application_is_told(opened: Opened, way: str) -> None:
    kept: list[Any] = []

    def keeping(shop: Shop) -> FastAPI:
        app = FastAPI()

        @app.post("/api/chat")
        async def chat(message: dict[str, Any]) -> object:
            if not kept and way == "aiosqlite":
                kept.append(await aiosqlite.connect(shop.path))
            elif not kept:
                kept.append(sqlite3.connect(shop.path))
            executed = kept[0].execute("SELECT * FROM texts")
            if way == "aiosqlite":
                await executed
            return _answer(message)

        return app

    target = opened(keeping)
    target.interrupt("crash after", "store.read #1 (SELECT texts)")
    assert said(target).is_missing
    with pytest.raises(TargetError, match="let the factory open its connections"):
        said(target)
    target.close()

    async def close() -> None:
        kept[0].stop() if way == "aiosqlite" else kept[0].close()

    asyncio.run(close())


def test_a_connection_of_the_module_serves_the_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_module_shop.py").write_text(f"""
import sqlite3
from sqlite3 import connect
from fastapi import FastAPI

database = connect({str(tmp_path / "shop.db")!r})

def create():
    app = FastAPI()

    @app.post("/api/chat")
    async def chat(message: dict):
        (text,) = database.execute("SELECT 'Hello'").fetchone()
        return {{"response": {{"text": text}}}}

    return app
""")
    real = sqlite3.connect
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    target = choose("asgi:a_module_shop:create")
    module = sys.modules["a_module_shop"]
    assert sqlite3.connect is module.connect is real
    try:
        target.begin(0, Arrangement())
        assert target.deliver(Delivery("Hello", "hari", "m1")).text == "Hello"
        assert module.connect is not real
    finally:
        target.close()
        del sys.modules["a_module_shop"]
        module.database.close()


def test_an_application_that_blocks_is_the_targets_trouble(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()

    def blocking(_: Shop) -> FastAPI:
        app = FastAPI()

        @app.post("/api/chat")
        async def chat(message: dict[str, Any]) -> object:
            is_over.wait()
            return _answer(message)

        return app

    target = opened(blocking, timeout=timedelta(milliseconds=10))
    (blocked,) = (one for one in threading.enumerate() if one.name == "application")
    monkeypatch.setattr("simulators.targets.application.incarnation._GRACE", 0.01)
    with pytest.raises(TargetError, match="took more than"):
        said(target)
    target.close()
    assert blocked.is_alive()
    is_over.set()
    blocked.join(5)
    assert not blocked.is_alive()
