"""What every store owes; each store runs the same tests."""

import asyncio
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coolwind.catalogue import Part
from coolwind.documents import write_session
from coolwind.effects import (
    CallbackTask,
    Contact,
    Correction,
    Effect,
    Notification,
    Order,
    OrderLine,
)
from coolwind.errors import Conflict, UnreadableState
from coolwind.flows.flow import State
from coolwind.marks import message_mark
from coolwind.messages import Message, Reply
from coolwind.proofs import digest_of
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.moments import microseconds
from coolwind.stores.sqlite import SqliteStore
from coolwind.stores.store import Commit, Pending, SessionStore
from coolwind.tombstone import COOKIE_SURPLUS, Ending, tombstone_of

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 6, 30, 15, 123_456, tzinfo=UTC)
TICK = timedelta(microseconds=1)
TODAY = date(2026, 3, 2)
UUID = "8e03978e-40d5-43dd-bc93-6894a57f9324"
PARTS = (
    Part("remote", "AC remote control", ("remote",), 45_000, 38_000, 60),
    Part("pcb", "Control board", ("pcb",), 260_000, 239_000, 20),
)
HARI = Contact("Hari", "+919876543210", "hari@example.com")
HOSTILE = '\x00\'; DROP TABLE sessions; -- \ud800 \U0001f600 \u202e {"schema": 9}'


@pytest.fixture
def anyio_backend():
    return "asyncio"


class InMemory:
    """One in-memory store; opening it again is another process on the same contents."""

    def __init__(self, _: Path) -> None:
        self.store = InMemoryStore()

    async def open(self):
        again = InMemoryStore()
        again.restore(self.store.snapshot())
        self.store = again
        await again.open(PARTS)
        return again

    async def damage(self, session_id: str, document: str) -> None:
        contents = self.store.snapshot()
        stored = replace(contents.sessions[session_id], document=document)
        self.store.restore(replace(contents, sessions={**contents.sessions, session_id: stored}))

    async def close(self) -> None:
        """Nothing is held open."""


class Sqlite:
    """SQLite stores on one file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "chat.db"
        self._stores: list[SqliteStore] = []

    async def open(self):
        store = SqliteStore(self.path)
        self._stores.append(store)
        await store.open(PARTS)
        return store

    async def close(self) -> None:
        """Close what a test that failed has left open: its thread would keep pytest from ending."""
        for store in self._stores:
            await store.close()

    async def damage(self, session_id: str, document: str) -> None:
        with sqlite3.connect(self.path) as connection:
            connection.execute(
                "UPDATE sessions SET document = ? WHERE session_id = ?", (document, session_id)
            )
        connection.close()


@pytest.fixture(params=[InMemory, Sqlite])
async def database(request: Any, tmp_path: Path):
    database = request.param(tmp_path)
    yield database
    await database.close()


@pytest.fixture
async def file(tmp_path: Path):
    file = Sqlite(tmp_path)
    yield file
    await file.close()


@pytest.fixture
async def store(database: InMemory | Sqlite):
    store = await database.open()
    yield store
    await store.close()


def begun(
    session_id: str = "s1",
    *,
    opening: str | None = None,
    at: datetime = NOW,
    text: str = "hello",
    message_id: str | None = None,
):
    """A session after its first turn."""
    session = Session(session_id, "guest-1", digest_of("proof-1"), at, at, opening=opening)
    return turned(session, text, at, message_id=message_id)


def turned(
    session: Session,
    text: str = "hello",
    at: datetime = NOW,
    states: Mapping[str, State] | None = None,
    message_id: str | None = None,
):
    message = Message(text, message_id=message_id or f"m{session.version}")
    reply = Reply(f"You said {text}", "echo", quick_replies=("yes", "no"))
    return session.after_turn(message, reply, states or {}, at)


def order(number: int = 1, quantity: int = 1, part_id: str = "remote"):
    line = OrderLine(part_id, "AC remote control", quantity, 38_000)
    return Order(f"CW-20260302-{number:03d}", (line,), HARI, "Thiruvalla, Kerala")


def task(number: int = 1):
    return CallbackTask(f"CB-20260302-{number:03d}", "Hari", "+919876543210", "Kochi", "no cooling")


def email(key: str = "order-1"):
    return Notification(key, "hari@example.com", "Your order", "It is ready.")


async def everything(store: SessionStore):
    """All that a store tells of itself."""
    return (
        [await store.load(f"s{number}") for number in range(5)],
        await store.shelf(TODAY),
        await store.orders(),
        await store.callback_tasks(),
        await store.pending(NOW, 100),
        await store.count_waiting(),
    )


class TestSessions:
    async def test_what_was_committed_is_loaded_equal(self, store: SessionStore) -> None:
        states = {"bulk_order": {"step": "confirming", "contact": {"name": "Hari"}, "lines": []}}
        first = begun()
        second = turned(first, states=states)
        await store.commit(Commit(first))
        assert await store.load("s1") == first
        await store.commit(Commit(second))
        assert await store.load("s1") == second

    async def test_an_unknown_session_is_none(self, store: SessionStore) -> None:
        assert await store.load("s9") is None
        assert await store.load_opened_by("mark") is None

    async def test_everything_is_there_after_reopening(self, database: InMemory | Sqlite) -> None:
        store = await database.open()
        effects = (order(quantity=11), task(), email())
        await store.commit(Commit(begun(opening="mark"), effects))
        before = await everything(store)
        await store.close()
        again = await database.open()
        assert await everything(again) == before
        assert (await again.load_opened_by("mark")) == begun(opening="mark")
        assert (await again.shelf(TODAY)).stock == {"remote": 49, "pcb": 20}
        await again.close()

    async def test_of_two_commits_from_one_version_one_wins(self, store: SessionStore) -> None:
        first = begun()
        await store.commit(Commit(first))
        results = await asyncio.gather(
            store.commit(Commit(turned(first, "one"))),
            store.commit(Commit(turned(first, "two"))),
            return_exceptions=True,
        )
        assert sorted(type(result) for result in results if result) == [Conflict]
        assert (await store.load("s1")).version == 2

    @pytest.mark.parametrize("version", [1, 3])
    async def test_a_commit_of_another_version_than_the_next_is_a_conflict(
        self, store: SessionStore, version: int
    ) -> None:
        await store.commit(Commit(begun()))
        with pytest.raises(Conflict):
            await store.commit(Commit(replace(begun(), version=version)))
        assert await store.load("s1") == begun()

    async def test_a_later_turn_of_a_session_that_is_gone_is_a_conflict(
        self, store: SessionStore
    ) -> None:
        await store.commit(Commit(begun()))
        await store.delete("s1")
        with pytest.raises(Conflict):
            await store.commit(Commit(turned(begun())))
        assert await store.load("s1") is None

    async def test_an_opening_mark_belongs_to_one_session(self, store: SessionStore) -> None:
        await store.commit(Commit(begun("s1", opening="mark")))
        with pytest.raises(Conflict):
            await store.commit(Commit(begun("s2", opening="mark"), (task(),)))
        await store.commit(Commit(begun("s3")))
        await store.commit(Commit(begun("s4")))
        assert (await store.load_opened_by("mark")).session_id == "s1"
        assert await store.callback_tasks() == []

    async def test_a_session_keeps_its_opening_mark_over_later_turns(
        self, store: SessionStore
    ) -> None:
        await store.commit(Commit(begun(opening="mark")))
        await store.commit(Commit(turned(begun(opening="mark"))))
        assert (await store.load_opened_by("mark")).version == 2

    async def test_a_deleted_session_leaves_its_effects_and_nothing_else_to_read(
        self, store: SessionStore
    ) -> None:
        await store.commit(Commit(begun(opening="mark"), (order(), email())))
        await store.delete("s1")
        assert await store.load("s1") is None
        assert await store.load_opened_by("mark") is None
        waiting = [Pending(email(), "s1", attempts=0)]
        assert (await store.orders(), await store.pending(NOW, 9)) == ([order()], waiting)

    async def test_what_a_deleted_session_answered_opens_no_other(
        self, store: SessionStore
    ) -> None:
        first = begun(opening="mark")
        await store.commit(Commit(first))
        await store.commit(Commit(turned(first, message_id=UUID)))
        await store.delete("s1")
        await store.delete("s1")
        for again in (begun("s2", opening="mark"), begun("s2", message_id=UUID)):
            with pytest.raises(Conflict):
                await store.commit(Commit(again, (task(),)))
        assert await store.load("s2") is None
        assert await store.callback_tasks() == []
        await store.commit(Commit(begun("s2"), (task(),)))

    async def test_what_stays_of_a_deleted_session_recognises_its_customer_and_its_messages(
        self, database: InMemory | Sqlite
    ) -> None:
        store = await database.open()
        later = NOW + timedelta(hours=1)
        first = begun(opening="mark")
        await store.commit(Commit(first))
        last = turned(first, at=later, message_id=UUID)
        await store.commit(Commit(last))
        assert await store.tombstone("s1") is None
        assert await store.tombstone_with({"mark"}) is None
        await store.delete("s1")
        await store.close()
        again = await database.open()
        tombstone = await again.tombstone("s1")
        assert tombstone == tombstone_of(last, Ending.CLEARED)
        assert (tombstone.ending, tombstone.last_turn_at) == (Ending.CLEARED, later)
        assert tombstone.is_proven_by("proof-1")
        for proof in ("proof-2", "", None, tombstone.proof):
            assert not tombstone.is_proven_by(proof)
        for mark in ("mark", message_mark("m0", "s1"), message_mark(UUID, "s9")):
            assert await again.tombstone_with({"other", mark}) == tombstone
        assert await again.tombstone_with({"other", message_mark("m0", "s2")}) is None
        assert await again.tombstone("s2") is None
        await again.close()

    async def test_a_session_without_any_message_id_leaves_a_tombstone_without_marks(
        self, store: SessionStore
    ) -> None:
        session = replace(begun(), answered=())
        await store.commit(Commit(session))
        await store.delete("s1")
        assert await store.tombstone("s1") == tombstone_of(session, Ending.CLEARED)
        assert (await store.tombstone("s1")).marks == frozenset()
        await store.commit(Commit(replace(begun("s2"), answered=())))

    async def test_deleting_touches_no_mark_of_another_session(self, store: SessionStore) -> None:
        await store.commit(Commit(begun("s1")))
        await store.commit(Commit(begun("s2", opening="mark")))
        await store.delete("s1")
        await store.delete("s9")
        assert await store.tombstone_with({"mark"}) is None
        assert await store.tombstone("s9") is None
        assert (await store.load_opened_by("mark")).session_id == "s2"
        await store.commit(Commit(begun("s3")))

    async def test_what_stays_of_a_swept_session_recognises_its_customer_alone(
        self, database: InMemory | Sqlite
    ) -> None:
        store = await database.open()
        session = begun(opening="mark")
        await store.commit(Commit(session))
        assert await store.sweep(NOW) == 1
        await store.close()
        again = await database.open()
        assert await again.tombstone("s1") == tombstone_of(session, Ending.SWEPT)
        assert await again.tombstone_with(session.marks) is None
        await again.commit(Commit(begun("s2", opening="mark")))
        await again.close()

    async def test_a_sweep_takes_the_marks_of_tombstones_up_to_the_moment(
        self, store: SessionStore
    ) -> None:
        for name, at in (("s1", NOW), ("s2", NOW + TICK)):
            await store.commit(Commit(begun(name, opening=f"mark of {name}", at=at)))
            await store.delete(name)
        assert await store.sweep(NOW) == 0
        assert (await store.tombstone("s1")).marks == frozenset()
        await store.commit(Commit(begun("s3", opening="mark of s1")))
        assert (await store.tombstone_with({"mark of s2"})).session_id == "s2"
        assert len((await store.tombstone("s2")).marks) == 2

    async def test_a_sweep_forgets_the_tombstones_that_no_cookie_leads_to(
        self, store: SessionStore
    ) -> None:
        for name, at in (("s1", NOW), ("s2", NOW + TICK), ("s3", NOW)):
            await store.commit(Commit(begun(name, at=at)))
        await store.delete("s3")
        await store.sweep(NOW + TICK)
        await store.sweep(NOW + COOKIE_SURPLUS)
        assert await store.tombstone("s1") is None
        assert (await store.tombstone("s2")).session_id == "s2"
        assert await store.tombstone("s3") is None

    async def test_a_sweep_leaves_a_tombstone_of_each_of_many_sessions(
        self, store: SessionStore
    ) -> None:
        for number in range(101):
            await store.commit(Commit(begun(f"s{number}")))
        await store.commit(Commit(begun("living", at=NOW + TICK)))
        assert await store.sweep(NOW) == 101
        for number in range(101):
            assert (await store.tombstone(f"s{number}")).ending is Ending.SWEPT
        assert await store.load("living") is not None

    async def test_a_sweep_takes_the_sessions_up_to_the_moment(self, store: SessionStore) -> None:
        for name, at in (("s1", NOW - TICK), ("s2", NOW), ("s3", NOW + TICK)):
            await store.commit(Commit(begun(name, at=at)))
        assert await store.sweep(NOW) == 2
        assert await store.load("s2") is None
        assert await store.load("s3") is not None
        assert await store.sweep(NOW) == 0

    async def test_the_last_turn_counts_for_the_sweep(self, store: SessionStore) -> None:
        await store.commit(Commit(begun()))
        await store.commit(Commit(turned(begun(), at=NOW + timedelta(hours=1))))
        assert await store.sweep(NOW) == 0

    async def test_what_was_loaded_is_not_shared_with_the_store(self, store: SessionStore) -> None:
        states = {"bulk_order": {"step": "confirming", "lines": [{"part_id": "pcb"}]}}
        session = turned(begun(), states=states)
        await store.commit(Commit(replace(session, version=1)))
        states["bulk_order"]["lines"].append("changed after the commit")
        loaded = await store.load("s1")
        loaded.states["bulk_order"]["lines"].append("changed after the load")
        assert (await store.load("s1")).states["bulk_order"]["lines"] == [{"part_id": "pcb"}]

    async def test_hostile_text_comes_back_as_it_was(self, store: SessionStore) -> None:
        session = turned(begun(), HOSTILE, states={"bulk_order": {"step": HOSTILE}})
        session = replace(session, version=1, customer_id=HOSTILE)
        effects = (replace(task(), problem=HOSTILE), replace(email(), body=HOSTILE))
        await store.commit(Commit(session, effects))
        assert await store.load("s1") == session
        assert (await store.callback_tasks())[0].problem == HOSTILE
        assert (await store.pending(NOW, 1))[0].notification.body == HOSTILE

    async def test_a_megabyte_of_history_is_kept(self, store: SessionStore) -> None:
        session = begun(text="\U0001f600" * 1_000_000)
        await store.commit(Commit(session))
        assert await store.load("s1") == session

    @pytest.mark.parametrize("document", ["", "{}", "[]", '{"schema": 99}'])
    async def test_a_document_that_nobody_can_read_is_told_apart(
        self, database: InMemory | Sqlite, document: str
    ) -> None:
        store = await database.open()
        await store.commit(Commit(begun(opening="mark")))
        await store.close()
        await database.damage("s1", document)
        store = await database.open()
        for loading in (store.load("s1"), store.load_opened_by("mark")):
            with pytest.raises(UnreadableState, match="session s1"):
                await loading
        await store.delete("s1")
        assert await store.load("s1") is None
        tombstone = await store.tombstone_with({"mark"})
        assert tombstone.session_id == "s1"
        assert not tombstone.is_proven_by("")
        await store.close()

    async def test_a_document_that_nobody_can_read_is_swept_like_any_other(
        self, database: InMemory | Sqlite
    ) -> None:
        store = await database.open()
        await store.commit(Commit(begun(opening="mark")))
        await store.close()
        await database.damage("s1", "{}")
        store = await database.open()
        assert await store.sweep(NOW) == 1
        assert await store.load("s1") is None
        assert (await store.tombstone("s1")).marks == frozenset()
        await store.close()

    async def test_trying_to_write_changes_nothing(self, store: SessionStore) -> None:
        await store.commit(Commit(begun("s1", opening="mark"), (order(), task(), email())))
        before = await everything(store)
        await store.try_write()
        assert await everything(store) == before


class TestEffects:
    async def test_an_order_lowers_the_stock_and_moves_the_number_on(
        self, store: SessionStore
    ) -> None:
        assert (await store.shelf(TODAY)).order_number == "CW-20260302-001"
        await store.commit(Commit(begun(), (order(quantity=11), task())))
        shelf = await store.shelf(TODAY)
        assert shelf.stock == {"remote": 49, "pcb": 20}
        assert shelf.order_number == "CW-20260302-002"
        assert shelf.callback_number == "CB-20260302-002"
        assert await store.orders() == [order(quantity=11)]
        assert await store.callback_tasks() == [task()]

    async def test_a_task_can_be_corrected_and_keeps_its_place(self, store: SessionStore) -> None:
        corrected = replace(task(1), phone="+919123456780")
        await store.commit(Commit(begun("s1"), (task(1),)))
        await store.commit(Commit(begun("s2"), (task(2),)))
        await store.commit(Commit(begun("s3"), (Correction(corrected),)))
        assert await store.callback_tasks() == [corrected, task(2)]
        assert (await store.shelf(TODAY)).callback_number == "CB-20260302-003"

    async def test_a_task_that_is_not_there_cannot_be_corrected(self, store: SessionStore) -> None:
        with pytest.raises(Conflict):
            await store.commit(Commit(begun(), (Correction(task()),)))
        assert await store.load("s1") is None
        assert await store.callback_tasks() == []

    async def test_each_day_begins_its_own_numbers(self, store: SessionStore) -> None:
        await store.commit(Commit(begun(), (order(), task())))
        shelf = await store.shelf(date(2026, 3, 3))
        assert shelf.order_number == "CW-20260303-001"
        assert shelf.callback_number == "CB-20260303-001"

    async def test_numbers_go_on_after_999(self, store: SessionStore) -> None:
        await store.commit(Commit(begun("s1"), (order(999), task(999))))
        await store.commit(Commit(begun("s2"), (order(1000), task(1000))))
        shelf = await store.shelf(TODAY)
        assert shelf.order_number == "CW-20260302-1001"
        assert shelf.callback_number == "CB-20260302-1001"

    @pytest.mark.parametrize(
        "failing",
        [order(1), order(2, quantity=61), order(2, part_id="unknown"), task(1)],
        ids=["order number", "stock", "unknown part", "task number"],
    )
    async def test_a_commit_that_fails_on_its_last_effect_leaves_nothing(
        self, store: SessionStore, failing: Effect
    ) -> None:
        await store.commit(Commit(begun("s1"), (order(1), task(1), email("given"))))
        before = await everything(store)
        effects = (order(3, quantity=5), task(3), email("new"), failing)
        with pytest.raises(Conflict):
            await store.commit(Commit(begun("s2"), effects))
        with pytest.raises(Conflict):
            await store.commit(Commit(turned(begun("s1")), effects))
        assert await everything(store) == before

    async def test_lines_of_one_part_count_together(self, store: SessionStore) -> None:
        lines = order(quantity=31).lines * 2
        with pytest.raises(Conflict):
            await store.commit(Commit(begun(), (replace(order(), lines=lines),)))
        assert (await store.shelf(TODAY)).stock["remote"] == 60

    async def test_the_last_piece_can_be_sold(self, store: SessionStore) -> None:
        await store.commit(Commit(begun(), (order(quantity=60),)))
        assert (await store.shelf(TODAY)).stock["remote"] == 0

    async def test_only_new_parts_get_their_opening_stock(self, store: SessionStore) -> None:
        await store.commit(Commit(begun(), (order(quantity=11),)))
        await store.open((*PARTS, replace(PARTS[0], part_id="valve", opening_stock=7)))
        assert (await store.shelf(TODAY)).stock == {"remote": 49, "pcb": 20, "valve": 7}


class TestOutbox:
    async def wait(self, store: SessionStore, *keys: str) -> None:
        """Let turns of new sessions leave emails with those keys."""
        for key in keys:
            await store.commit(Commit(begun(str(uuid.uuid4())), (email(key),)))

    async def due(self, store: SessionStore, now: datetime = NOW, limit: int = 9):
        return [each.notification.key for each in await store.pending(now, limit)]

    async def test_notifications_wait_oldest_first_until_they_are_delivered(
        self, store: SessionStore
    ) -> None:
        await self.wait(store, "b", "a", "c")
        assert await self.due(store, limit=2) == ["b", "a"]
        await store.mark_delivered("b", NOW)
        await store.mark_delivered("unknown", NOW)
        assert await self.due(store) == ["a", "c"]
        assert await store.count_waiting() == 2

    async def test_a_notification_comes_with_the_session_that_it_belongs_to(
        self, store: SessionStore
    ) -> None:
        await store.commit(Commit(begun("s3"), (email("a"),)))
        assert await store.pending(NOW, 9) == [Pending(email("a"), "s3", attempts=0)]

    async def test_what_was_put_off_waits_until_then_behind_what_was_never_tried(
        self, store: SessionStore
    ) -> None:
        await self.wait(store, "a", "b", "c")
        later, latest = NOW + timedelta(seconds=30), NOW + timedelta(seconds=60)
        await store.put_off("a", latest)
        await store.put_off("b", later)
        await store.put_off("unknown", later)
        assert await self.due(store) == ["c"]
        assert await self.due(store, later - timedelta(microseconds=1)) == ["c"]
        assert await self.due(store, later) == ["c", "b"]
        assert await self.due(store, latest) == ["c", "b", "a"]
        assert await store.count_waiting() == 3

    async def test_attempts_outlive_the_process(
        self, store: SessionStore, database: InMemory | Sqlite
    ) -> None:
        await self.wait(store, "a")
        for seconds in (30, 60):
            await store.put_off("a", NOW + timedelta(seconds=seconds))
        again = await database.open()
        assert await self.due(again, NOW + timedelta(seconds=59)) == []
        (pending,) = await again.pending(NOW + timedelta(seconds=60), 9)
        assert pending.attempts == 2
        await again.close()

    async def test_what_was_refused_waits_no_longer(self, store: SessionStore) -> None:
        await self.wait(store, "a", "b")
        await store.mark_refused("a", NOW)
        await store.mark_refused("unknown", NOW)
        assert await self.due(store, NOW + timedelta(days=9)) == ["b"]
        assert await store.count_waiting() == 1

    async def test_what_one_node_delivered_no_other_refuses_or_puts_off(
        self, store: SessionStore
    ) -> None:
        await self.wait(store, "a", "b")
        await store.mark_delivered("a", NOW)
        await store.put_off("a", NOW)
        await store.mark_refused("a", NOW - timedelta(days=1))
        await store.mark_refused("b", NOW - timedelta(days=1))
        await store.put_off("b", NOW)
        await store.mark_delivered("b", NOW)
        assert await self.due(store) == []
        await store.sweep_outbox(NOW - timedelta(hours=1), NOW - timedelta(hours=1))
        await self.wait(store, "a", "b")
        assert await self.due(store) == []

    async def test_equal_keys_are_one_notification(self, store: SessionStore) -> None:
        await store.commit(Commit(begun("s1"), (email("a"), email("a"))))
        await store.mark_delivered("a", NOW)
        await store.commit(Commit(begun("s2"), (replace(email("a"), body="again"),)))
        assert await store.pending(NOW, 9) == []

    async def test_a_key_can_come_again_once_a_sweep_forgot_it(self, store: SessionStore) -> None:
        await self.wait(store, "delivered", "refused")
        await store.mark_delivered("delivered", NOW)
        await store.mark_refused("refused", NOW)
        await store.sweep_outbox(NOW - timedelta(microseconds=1), NOW - timedelta(microseconds=1))
        await self.wait(store, "delivered", "refused")
        assert await self.due(store) == []
        await store.sweep_outbox(NOW, NOW)
        await self.wait(store, "delivered", "refused")
        assert await self.due(store) == ["delivered", "refused"]

    async def test_a_sweep_never_forgets_what_waits(self, store: SessionStore) -> None:
        await self.wait(store, "never tried", "put off")
        await store.put_off("put off", NOW)
        await store.sweep_outbox(NOW + timedelta(days=99), NOW + timedelta(days=99))
        assert await self.due(store) == ["never tried", "put off"]


class TestCrowd:
    async def test_the_last_pieces_are_never_oversold(self, store: SessionStore) -> None:
        async def buy(number: int):
            while True:
                shelf = await store.shelf(TODAY)
                if shelf.stock["pcb"] < 3:
                    return False
                wish = replace(order(quantity=3, part_id="pcb"), number=shelf.order_number)
                try:
                    await store.commit(Commit(begun(f"buyer-{number}"), (wish,)))
                except Conflict:
                    continue
                return True

        bought = await asyncio.gather(*(buy(number) for number in range(12)))
        assert sum(bought) == 6
        assert (await store.shelf(TODAY)).stock["pcb"] == 2
        assert len({each.number for each in await store.orders()}) == 6


class TestSqliteFiles:
    """Files that another release left behind; a store in memory leaves none."""

    async def test_a_file_from_before_there_were_tombstones_is_served(self, file: Sqlite) -> None:
        store = await file.open()
        session = begun(opening="mark")
        await store.commit(Commit(session))
        await store.close()
        with closing(sqlite3.connect(file.path)) as connection, connection:
            connection.execute("DROP TABLE tombstones")
            connection.execute("DROP TABLE tombstone_marks")
        again = await file.open()
        assert await again.load_opened_by("mark") == session
        await again.delete("s1")
        assert await again.tombstone("s1") == tombstone_of(session, Ending.CLEARED)
        await again.close()

    async def test_what_an_earlier_release_kept_of_deleted_sessions_is_kept(
        self, file: Sqlite
    ) -> None:
        await (await file.open()).close()
        with closing(sqlite3.connect(file.path)) as connection, connection:
            connection.executescript(_DELETED_SESSIONS)
            connection.execute(
                "INSERT INTO deleted_sessions VALUES ('mark', 's1', ?)", (microseconds(NOW),)
            )
        for _ in range(2):
            store = await file.open()
            tombstone = await store.tombstone_with({"mark"})
            assert tombstone == await store.tombstone("s1")
            assert (tombstone.ending, tombstone.last_turn_at) == (Ending.CLEARED, NOW)
            assert not tombstone.is_proven_by("")
            with pytest.raises(Conflict):
                await store.commit(Commit(begun("s2", opening="mark")))
            await store.close()
        with closing(sqlite3.connect(file.path)) as connection:
            assert "deleted_sessions" not in "\n".join(connection.iterdump())

    async def test_a_mark_that_another_release_used_again_can_be_kept_again(
        self, file: Sqlite
    ) -> None:
        store = await file.open()
        await store.commit(Commit(begun("s1", opening="mark")))
        await store.delete("s1")
        later = begun("s2", opening="other", at=NOW + TICK)
        await store.commit(Commit(later))
        document = write_session(replace(later, opening="mark"))
        with closing(sqlite3.connect(file.path)) as connection, connection:
            connection.execute("UPDATE sessions SET opening = 'mark', document = ?", (document,))
        await store.delete("s2")
        assert (await store.tombstone_with({"mark"})).session_id == "s2"
        await store.close()

    @pytest.mark.parametrize("is_swept", [True, False])
    async def test_nothing_that_was_said_is_left_of_a_session_that_has_ended(
        self, file: Sqlite, is_swept: bool
    ) -> None:
        store = await file.open()
        session = begun(opening="mark", text="my secret is swordfish", message_id=UUID)
        await store.commit(Commit(session))
        await (store.sweep(NOW) if is_swept else store.delete("s1"))
        await store.close()
        with closing(sqlite3.connect(file.path)) as connection:
            left = "\n".join(connection.iterdump())
        assert "'s1'" in left
        assert ("'mark'" in left) != is_swept
        for word in ("swordfish", "guest-1", UUID):
            assert word not in left


_DELETED_SESSIONS = """
    CREATE TABLE deleted_sessions (
        opening TEXT PRIMARY KEY,
        session_id TEXT NOT NULL,
        last_turn_at INTEGER NOT NULL
    );
    CREATE INDEX deleted_by_last_turn ON deleted_sessions (last_turn_at);
"""


def another_process(*arguments: Any):
    """A process that works on the same file."""
    script = Path(__file__).with_name("another_process.py")
    return subprocess.Popen(
        [sys.executable, script, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


class TestSqliteProcesses:
    """Real processes on one file; a store in memory has only one."""

    async def test_processes_that_open_a_new_file_at_once_never_oversell(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "chat.db"
        buyers = [another_process("buy", path, f"process-{number}") for number in range(4)]
        placed = [int(buyer.communicate(timeout=120)[0]) for buyer in buyers]
        store = SqliteStore(path)
        await store.open(PARTS)
        orders = [each.number for each in await store.orders()]
        left = (await store.shelf(TODAY)).stock["remote"]
        await store.close()
        assert sum(placed) == 60
        assert left == 0
        assert orders == [f"CW-20260302-{number:03d}" for number in range(1, 61)]

    async def test_a_process_that_is_killed_leaves_whole_turns(self, tmp_path: Path) -> None:
        path = tmp_path / "chat.db"
        with another_process("write", path) as writer:
            for _ in range(20):
                acknowledged = int(writer.stdout.readline())
            writer.kill()
            acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        store = SqliteStore(path)
        await store.open(PARTS)
        version = (await store.load("s1")).version
        effects = len(await store.callback_tasks()), await store.count_waiting()
        await store.close()
        assert version in (acknowledged, acknowledged + 1)
        assert effects == (version, version)
