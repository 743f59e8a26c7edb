"""What the SQLite store owes beyond what every store does."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, asynccontextmanager, closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from coolwind.effects import Notification
from coolwind.errors import StoreUnavailable
from coolwind.messages import Message, Reply
from coolwind.session import Session
from coolwind.stores.records import write_effect
from coolwind.stores.sqlite import LAYOUT, SqliteStore
from coolwind.stores.store import Commit, Pending
from coolwind.waiting import one_patience

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
HASTE = timedelta(milliseconds=20)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def path(tmp_path: Path):
    return tmp_path / "chat.db"


@pytest.fixture
async def store(path: Path):
    store = SqliteStore(path, patience=HASTE)
    await store.open(())
    yield store
    await store.close()


def begun(session_id: str = "s1"):
    session = Session(session_id, "guest-1", "proof-1", NOW, NOW)
    return session.after_turn(Message("hello"), Reply("hello", "echo"), {}, NOW)


@pytest.mark.parametrize("replaced", [True, False])
@pytest.mark.parametrize("name", ["chat.db", "chat.db-wal"])
async def test_a_file_that_was_deleted_takes_and_gives_nothing_more(
    store: SqliteStore, path: Path, name: str, replaced: bool
) -> None:
    await store.commit(Commit(begun()))
    path = path.with_name(name)
    path.rename(path.with_name("away"))
    if replaced:
        path.touch()
    for call in (
        store.load("s1"),
        store.load_opened_by("mark"),
        store.tombstone("s1"),
        store.tombstone_with({"mark"}),
        store.shelf(date(2026, 3, 2)),
        store.commit(Commit(begun("s2"))),
        store.sweep(NOW),
        store.pending(NOW, 1),
        store.count_waiting(),
        store.put_off("a", NOW),
        store.mark_delivered("a", NOW),
        store.mark_refused("a", NOW),
        store.sweep_outbox(NOW, NOW),
        store.try_write(),
        store.orders(),
        store.callback_tasks(),
    ):
        with pytest.raises(StoreUnavailable, match="restart the service"):
            await call
    assert path.exists() == replaced
    assert not replaced or path.stat().st_size == 0


async def test_a_file_that_comes_back_is_served_again(store: SqliteStore, path: Path) -> None:
    away = path.rename(path.with_name("away.db"))
    with pytest.raises(StoreUnavailable):
        await store.commit(Commit(begun()))
    away.rename(path)
    await store.commit(Commit(begun()))
    assert await store.load("s1") == begun()


async def test_a_file_held_by_another_program_is_unavailable_until_it_is_let_go(
    store: SqliteStore, path: Path
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for call in (
            store.commit(Commit(begun())),
            store.delete("s1"),
            store.sweep(NOW),
            store.mark_delivered("a", NOW),
            store.try_write(),
        ):
            with pytest.raises(StoreUnavailable, match="locked"):
                await call
        other.execute("ROLLBACK")
    await store.commit(Commit(begun()))
    assert await store.load("s1") == begun()


MANY = 120
"""Calls whose patience, one after the other, would last twice as long as the test may."""

SOON = timedelta(seconds=30)
PATIENCE = 2 * SOON / MANY


@asynccontextmanager
async def held(path: Path, patience: timedelta = PATIENCE):
    """A store on a file that another program holds, and that program's connection."""
    store = SqliteStore(path, patience=patience)
    await store.open(())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield store, other
    await store.close()


async def test_the_calls_of_one_turn_wait_with_one_patience(path: Path) -> None:
    async with held(path) as (store, _), asyncio.timeout(SOON.total_seconds()):
        with one_patience():
            for _ in range(MANY):
                with pytest.raises(StoreUnavailable, match="locked"):
                    await store.commit(Commit(begun()))


async def test_calls_that_stand_in_a_queue_lose_patience_at_once(path: Path) -> None:
    async with held(path) as (store, _), asyncio.timeout(SOON.total_seconds()):
        calls = (store.commit(Commit(begun())) for _ in range(MANY))
        results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [StoreUnavailable] * MANY


async def test_a_turn_without_patience_still_takes_what_is_free(path: Path) -> None:
    async with held(path, HASTE) as (store, other):
        with one_patience():
            with pytest.raises(StoreUnavailable):
                await store.commit(Commit(begun()))
            assert await store.load("s1") is None
            other.execute("ROLLBACK")
            await store.commit(Commit(begun()))
            assert await store.load("s1") == begun()


async def test_a_call_that_waits_goes_on_when_the_file_is_let_go(path: Path) -> None:
    async with held(path, timedelta(seconds=60)) as (store, other):
        commit = asyncio.ensure_future(store.commit(Commit(begun())))
        load = asyncio.ensure_future(store.load("s1"))
        while not store._file._free.locked():
            await asyncio.sleep(0)
        other.execute("ROLLBACK")
        await commit
        assert await load == begun()


async def test_a_store_that_another_program_holds_cannot_be_written(path: Path) -> None:
    async with held(path, HASTE) as (store, other):
        with pytest.raises(StoreUnavailable, match="locked"):
            await store.try_write()
        other.execute("ROLLBACK")
        await store.try_write()


async def test_a_store_on_a_full_disk_can_be_read_and_not_written(
    store: SqliteStore, full_disk: Callable[[], AbstractContextManager[None]]
) -> None:
    await store.commit(Commit(begun()))
    with full_disk():
        assert await store.load("s1") == begun()
        with pytest.raises(StoreUnavailable, match="cannot be used"):
            await store.try_write()
    await store.try_write()


async def test_a_disk_with_room_for_a_page_or_two_counts_as_full(
    store: SqliteStore, full_disk: Callable[..., AbstractContextManager[None]]
) -> None:
    await store.commit(Commit(begun()))
    with full_disk(room=20_000), pytest.raises(StoreUnavailable, match="cannot be used"):
        await store.try_write()
    await store.try_write()


async def test_trying_to_write_changes_nothing(store: SqliteStore, path: Path) -> None:
    await store.commit(Commit(begun()))
    before = bytes_of(path)
    await store.try_write()
    assert bytes_of(path) == before


async def test_every_call_of_a_store_that_is_not_open_says_so(path: Path) -> None:
    store = SqliteStore(path)
    for call in (
        store.load("s1"),
        store.load_opened_by("mark"),
        store.tombstone("s1"),
        store.tombstone_with({"mark"}),
        store.shelf(date(2026, 3, 2)),
        store.commit(Commit(begun())),
        store.delete("s1"),
        store.sweep(NOW),
        store.pending(NOW, 1),
        store.count_waiting(),
        store.put_off("a", NOW),
        store.mark_delivered("a", NOW),
        store.mark_refused("a", NOW),
        store.sweep_outbox(NOW, NOW),
        store.try_write(),
        store.orders(),
        store.callback_tasks(),
    ):
        with pytest.raises(StoreUnavailable, match="open it first"):
            await call
    await store.close()


async def test_a_path_that_cannot_be_a_database_is_unavailable(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no folder" / "chat.db"):
        with pytest.raises(StoreUnavailable, match="cannot be used"):
            await SqliteStore(path).open(())


async def test_a_file_that_is_no_database_is_unavailable_and_stays_as_it_is(path: Path) -> None:
    path.write_bytes(b"something else entirely, long enough to have no header " * 50)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="not a database"):
        await SqliteStore(path).open(())
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "table",
    ["users (id)", "orders (id, total)", "sessions (id, user)", "sessions (session_id, document)"],
)
async def test_the_database_of_another_program_stays_as_it_is(path: Path, table: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE {table}")
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="of another program"):
        await SqliteStore(path).open(())
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


async def test_tables_of_a_newer_release_are_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {LAYOUT + 1}")
    with pytest.raises(StoreUnavailable, match="newer release"):
        await SqliteStore(path).open(())


async def test_a_commit_waits_for_the_disk(store: SqliteStore) -> None:
    async with store._file.exclusively() as connection:
        ((mode,),) = await connection.execute_fetchall("PRAGMA journal_mode")
        ((synchronous,),) = await connection.execute_fetchall("PRAGMA synchronous")
    assert (mode, synchronous) == ("wal", 2)


async def test_a_cancelled_commit_leaves_the_store_usable(store: SqliteStore) -> None:
    for number in range(20):
        commit = asyncio.ensure_future(store.commit(Commit(begun(f"s{number}"))))
        for _ in range(number):
            await asyncio.sleep(0)
        commit.cancel()
        await asyncio.gather(commit, return_exceptions=True)
    await store.commit(Commit(begun("last")))
    assert await store.load("last") == begun("last")


def bytes_of(path: Path) -> bytes:
    """Everything in the database's tables, as text."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()).encode()


async def test_a_delivered_notification_keeps_nothing_of_the_customer(
    store: SqliteStore, path: Path
) -> None:
    email = Notification("order/1", "hari@example.com", "Your order", "Dear Hari")
    await store.commit(Commit(begun(), (email,)))
    assert b"hari@example.com" in bytes_of(path)
    await store.mark_delivered("order/1", NOW)
    left = bytes_of(path)
    assert b"order/1" in left
    assert b"hari@example.com" not in left
    assert b"Dear Hari" not in left


_FIRST_OUTBOX = """
    DROP TABLE outbox;
    CREATE TABLE outbox (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        dedupe_key TEXT NOT NULL UNIQUE,
        document TEXT NOT NULL,
        delivered INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX outbox_pending ON outbox (place) WHERE delivered = 0;
"""


async def test_the_outbox_of_an_earlier_release_is_worked_off_and_swept(path: Path) -> None:
    emails = [Notification(key, "hari@example.com", "Your order", "It is ready.") for key in "ab"]
    store = SqliteStore(path)
    await store.open(())
    await store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_FIRST_OUTBOX)
        connection.executemany(
            "INSERT INTO outbox (dedupe_key, document, delivered) VALUES (?, ?, ?)",
            [(each.key, write_effect(each), each.key == "a") for each in emails],
        )
    for _ in range(2):
        await store.open(())
        assert await store.pending(NOW, 9) == [Pending(emails[1], None, attempts=0)]
        await store.close()
    await store.open(())
    await store.mark_delivered("b", NOW)
    await store.sweep_outbox(NOW, NOW)
    await store.close()
    assert b"hari@example.com" not in bytes_of(path)


async def test_a_dead_letter_is_sent_again_as_the_guide_says(
    store: SqliteStore, path: Path
) -> None:
    email = Notification("order/1", "hari@example.com", "Your order", "Dear Hari")
    await store.commit(Commit(begun(), (email,)))
    await store.put_off("order/1", NOW)
    await store.mark_refused("order/1", NOW)
    guide = Path(__file__).parents[3].joinpath("docs", "service.md").read_text()
    read, send_again = guide.split("```sql\n")[1].split("```")[0].strip().splitlines()
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(read).fetchall() == [("order/1", write_effect(email))]
        connection.execute(send_again)
        assert connection.execute(read).fetchall() == []
    assert await store.pending(NOW, 9) == [Pending(email, "s1", attempts=0)]
