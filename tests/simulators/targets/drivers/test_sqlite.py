"""The points of an application in this process: its calls to SQLite, however it makes them."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import aiosqlite
import pytest
import sqlalchemy

from simulators.errors import TargetError, UsageError
from simulators.targets.asgi import AsgiTarget
from simulators.targets.target import Arrangement, Capability, Delivery, Point
from simulators.trace import Answer

SELECTED = Point("store.read #1 (SELECT counts)", changes=False, is_first=True)
WRITTEN = Point("store.write #1 (INSERT counts)", changes=False, is_first=False)
COMMITTED = Point("store.write #2 (COMMIT)", changes=True, is_first=False)
SELECT = "SELECT count FROM counts"
INSERT = "INSERT INTO counts VALUES (1, {}) ON CONFLICT (id) DO UPDATE SET count = excluded.count"
CREATE = "CREATE TABLE IF NOT EXISTS counts (id INTEGER PRIMARY KEY, count INTEGER NOT NULL)"

Count = Callable[[Path], Awaitable[int]]


async def plainly(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database, database:
        row = database.execute(SELECT).fetchone()
        count = (row[0] if row else 0) + 1
        database.execute(INSERT.format(count))
    return count


async def in_a_thread(path: Path) -> int:
    async with aiosqlite.connect(path) as database:
        cursor = await database.execute(SELECT)
        row = await cursor.fetchone()
        count = (row[0] if row else 0) + 1
        await database.execute(INSERT.format(count))
        await database.commit()
    return count


async def by_a_layer(path: Path) -> int:
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", poolclass=sqlalchemy.NullPool)
    with engine.begin() as database:
        count = (database.execute(sqlalchemy.text(SELECT)).scalar() or 0) + 1
        database.execute(sqlalchemy.text(INSERT.format(count)))
    return count


class Shop:
    """Counts its messages in a database."""

    def __init__(self, path: Path, count: Count) -> None:
        self.path, self.count = path, count
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(CREATE)

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        await receive()
        status, text = 200, "sorry"
        try:
            text = str(await self.count(self.path))
        except (sqlite3.Error, sqlalchemy.exc.OperationalError):
            status = 503
        body = json.dumps({"response": {"text": text}, "sessionId": "s-1"}).encode()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": body})


class Opened(Protocol):
    def __call__(self, count: Count = plainly) -> AsgiTarget: ...


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Begins a shop that counts in that way, and closes it after the test."""
    targets: list[AsgiTarget] = []

    def open_(count: Count = plainly) -> AsgiTarget:
        path = tmp_path / "shop.db"
        targets.append(AsgiTarget("shop", lambda: Shop(path, count)))
        targets[-1].begin(0, Arrangement())
        return targets[-1]

    yield open_
    for target in targets:
        target.close()


def said(target: AsgiTarget) -> Answer:
    return target.deliver(Delivery("Hello", "hari", "m1"))


@pytest.mark.parametrize("count", [plainly, in_a_thread, by_a_layer])
class TestEachWay:
    def test_calls_are_named_by_what_they_do(self, opened: Opened, count: Count) -> None:
        target = opened(count)
        assert said(target).text == "1"
        assert target.points() == (SELECTED, WRITTEN, COMMITTED)

    @pytest.mark.parametrize(
        ("break_", "point", "then"),
        [
            ("crash before", SELECTED, "1"),
            ("crash after", WRITTEN, "1"),
            ("crash before", COMMITTED, "1"),
            ("crash after", COMMITTED, "2"),
        ],
    )
    def test_another_application_takes_the_place_of_one_that_died(
        self, opened: Opened, count: Count, break_: str, point: Point, then: str
    ) -> None:
        target = opened(count)
        target.interrupt(break_, point.name)
        assert said(target).is_missing
        assert target.was_interrupted()
        assert said(target).text == then
        assert not target.was_interrupted()

    @pytest.mark.parametrize(
        ("break_", "then"), [("error before", "1"), ("error after", "2"), ("timeout", "1")]
    )
    def test_a_store_fails(self, opened: Opened, count: Count, break_: str, then: str) -> None:
        target = opened(count)
        target.interrupt(break_, COMMITTED.name)
        assert said(target).status == 503
        assert target.was_interrupted()
        assert said(target).text == then


def test_a_slow_store_lets_time_pass(opened: Opened) -> None:
    target = opened()
    before = target.now()
    target.interrupt("slow", WRITTEN.name)
    assert said(target).text == "1"
    assert (target.now() - before).total_seconds() == 10


def test_what_a_dead_application_still_does_reaches_no_database(opened: Opened) -> None:
    async def stubborn(path: Path) -> int:
        try:
            return await plainly(path)
        except BaseException:  # noqa: BLE001 - what nobody should write
            return await plainly(path)

    target = opened(stubborn)
    target.interrupt("crash after", WRITTEN.name)
    assert said(target).is_missing
    assert said(target).text == "1"


def test_a_connection_that_outlives_its_application_is_told(opened: Opened) -> None:
    kept: list[sqlite3.Connection] = []

    async def keeping(path: Path) -> int:
        kept[:] = kept or [sqlite3.connect(path)]
        return int(kept[0].execute("SELECT 1").fetchone()[0])

    target = opened(keeping)
    target.interrupt("crash after", "store.read #1 (SELECT)")
    assert said(target).is_missing
    with pytest.raises(TargetError, match="let the factory open its connections"):
        said(target)
    kept[0].close()


def test_what_could_not_be_committed_is_rolled_back(opened: Opened) -> None:
    kept: list[sqlite3.Connection] = []

    async def keeping(path: Path) -> int:
        kept[:] = kept or [sqlite3.connect(path)]
        with kept[0] as database:
            row = database.execute(SELECT).fetchone()
            count = (row[0] if row else 0) + 1
            database.execute(INSERT.format(count))
        return count

    target = opened(keeping)
    target.interrupt("error before", COMMITTED.name)
    assert said(target).status == 503
    assert said(target).text == "1"
    kept[0].close()


def test_what_a_message_sets_off_in_the_background_belongs_to_its_turn(opened: Opened) -> None:
    working: list[asyncio.Task[None]] = []

    async def work(path: Path) -> None:
        for _ in range(3):
            await in_a_thread(path)

    async def setting_off(path: Path) -> int:
        working.append(asyncio.create_task(work(path)))
        return len(working)

    target = opened(setting_off)
    for text in ("1", "2"):
        assert said(target).text == text
        assert [point.name for point in target.points() if point.changes] == [
            f"store.write #{number} (COMMIT)" for number in (2, 4, 6)
        ]
        # A customer who has the answer does not send the message again.
        assert [point.name for point in target.points() if point.is_first] == [SELECTED.name]


def test_a_call_that_does_not_come_is_not_struck(opened: Opened) -> None:
    target = opened()
    target.interrupt("crash after", "store.write #7 (INSERT counts)")
    assert said(target).text == "1"
    assert not target.was_interrupted()


def test_a_break_that_does_not_exist_is_told(opened: Opened) -> None:
    with pytest.raises(UsageError, match="nothing that can happen inside a turn"):
        opened().interrupt("earthquake", WRITTEN.name)


def test_nothing_is_left_behind(opened: Opened) -> None:
    real = sqlite3.connect
    target = opened()
    assert Capability.POINTS in target.capabilities
    assert sqlite3.connect is not real
    assert sqlite3.dbapi2.connect is not real
    target.close()
    assert sqlite3.connect is real
    assert sqlite3.dbapi2.connect is real
