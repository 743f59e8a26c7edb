"""Notifications leave at least once, one that fails holds nobody up, and none is lost."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from coolwind.background import Round
from coolwind.effects import Notification
from coolwind.errors import (
    DeliveryFailed,
    NotificationRefused,
    NotifierUnavailable,
    StoreUnavailable,
)
from coolwind.events import Event, EventName
from coolwind.messages import Message, Reply
from coolwind.outbox import (
    BATCH,
    DEAD_LETTERS_KEPT,
    LONGEST_PAUSE,
    Notifier,
    Outbox,
    pause_after,
)
from coolwind.session import Session
from coolwind.stores.sqlite import SqliteStore
from coolwind.stores.store import Commit, SessionStore

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
KEYS_KEPT = timedelta(hours=24)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Postman:
    """Takes every notification but those whose key has an error in store."""

    def __init__(self, errors: dict[str, Exception] | None = None) -> None:
        self.errors = errors or {}
        self.asked: list[str] = []
        self.taken: list[str] = []

    async def deliver(self, notification: Notification) -> None:
        self.asked.append(notification.key)
        if notification.key in self.errors:
            raise self.errors[notification.key]
        self.taken.append(notification.key)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "chat.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(path)
    await store.open(())
    yield store
    await store.close()


async def leave(store: SessionStore, keys: Iterable[str], session_id: str = "s1") -> None:
    """Let a turn of a new session leave emails with those keys."""
    session = Session(session_id, "guest-1", "proof-1", NOW, NOW)
    first = session.after_turn(Message("hello"), Reply("hello", "echo"), {}, NOW)
    emails = tuple(Notification(key, "hari@example.com", "Order", "Ready.") for key in keys)
    await store.commit(Commit(first, emails))


class Office:
    """An outbox, and everything it announced."""

    def __init__(self, store: SessionStore, notifier: Notifier | None, clock: Any) -> None:
        self.events: list[Event] = []
        self.outbox = Outbox(
            store=store,
            notifier=notifier,
            clock=clock,
            listener=self.events.append,
            keys_kept=KEYS_KEPT,
        )

    async def work(self) -> int:
        return await self.outbox.deliver_pending()

    def happened(self, name: EventName) -> list[Event]:
        return [event for event in self.events if event.name is name]


async def test_every_pending_notification_is_delivered_once_and_in_order(
    store: SqliteStore, clock: Any
) -> None:
    await leave(store, "ba")
    postman = Postman()
    office = Office(store, postman, clock)
    assert await office.work() == 2
    assert await office.work() == 0
    assert postman.taken == ["b", "a"]
    assert office.events == [
        Event(EventName.NOTIFICATION_DELIVERED, "s1", {"key": key, "attempt": 1}) for key in "ba"
    ]


@pytest.mark.parametrize("error", [DeliveryFailed("Not now."), KeyError("hari@example.com")])
async def test_more_failures_than_a_batch_do_not_hold_up_what_comes_after_them(
    store: SqliteStore, clock: Any, error: Exception
) -> None:
    bad = [f"bad-{number}" for number in range(BATCH + 5)]
    await leave(store, [*bad, "good"])
    postman = Postman(dict.fromkeys(bad, error))
    office = Office(store, postman, clock)
    assert await office.work() == 1
    assert postman.taken == ["good"]
    assert postman.asked == [*bad, "good"]
    assert "hari" not in repr(office.events)


async def test_the_pause_after_each_failure_is_twice_as_long_up_to_the_longest() -> None:
    pauses = [pause_after(attempts).total_seconds() for attempts in (1, 2, 3, 4, 7, 8, 9, 10_000)]
    assert pauses == [30, 60, 120, 240, 1_920, 3_600, 3_600, 3_600]
    assert LONGEST_PAUSE.total_seconds() == 3_600


async def test_what_failed_is_tried_again_after_its_pause_and_not_before(
    store: SqliteStore, clock: Any
) -> None:
    await leave(store, "a")
    postman = Postman({"a": DeliveryFailed("Not now.")})
    office = Office(store, postman, clock)
    for attempt, pause in enumerate((30, 60, 120), start=1):
        await office.work()
        failed = {"key": "a", "attempt": attempt, "reason": "Not now.", "retry_in": pause}
        assert office.happened(EventName.NOTIFICATION_FAILED)[-1].fields == failed
        clock.advance(seconds=pause - 0.001)
        await office.work()
        assert len(postman.asked) == attempt
        clock.advance(seconds=0.001)
    postman.errors.clear()
    assert await office.work() == 1


async def test_a_restart_does_not_forget_the_pause(
    store: SqliteStore, path: Path, clock: Any
) -> None:
    await leave(store, "a")
    postman = Postman({"a": DeliveryFailed("Not now.")})
    await Office(store, postman, clock).work()
    clock.advance(seconds=30)
    await Office(store, postman, clock).work()
    again = SqliteStore(path)
    await again.open(())
    clock.advance(seconds=59)
    await Office(again, postman, clock).work()
    assert len(postman.asked) == 2
    clock.advance(seconds=1)
    office = Office(again, postman, clock)
    await office.work()
    assert [event.fields["retry_in"] for event in office.events[:1]] == [120]
    await again.close()


async def test_what_is_refused_becomes_a_dead_letter_and_is_never_tried_again(
    store: SqliteStore, clock: Any
) -> None:
    await leave(store, "ab")
    postman = Postman({"a": NotificationRefused("Nobody lives here.")})
    office = Office(store, postman, clock)
    assert await office.work() == 1
    clock.advance(days=365)
    assert await office.work() == 0
    assert postman.asked == ["a", "b"]
    fields = {"key": "a", "attempt": 1, "reason": "Nobody lives here."}
    assert office.happened(EventName.NOTIFICATION_REFUSED) == [
        Event(EventName.NOTIFICATION_REFUSED, "s1", fields)
    ]
    assert office.happened(EventName.NOTIFICATIONS_WAITING) == []


async def test_a_notifier_that_takes_nothing_is_asked_once_a_round(
    store: SqliteStore, clock: Any
) -> None:
    await leave(store, "abc")
    postman = Postman(dict.fromkeys("abc", NotifierUnavailable("It is down.")))
    office = Office(store, postman, clock)
    for asked in ("a", "ab", "abc", "abc"):
        assert await office.work() == 0
        assert postman.asked == list(asked)
    postman.errors.clear()
    clock.advance(seconds=30)
    assert await office.work() == 3


async def test_without_a_notifier_everything_waits_and_goes_out_once_there_is_one(
    store: SqliteStore, clock: Any
) -> None:
    office = Office(store, None, clock)
    await leave(store, "ab")
    for _ in range(3):
        assert await office.work() == 0
    await leave(store, "c", "s2")
    assert await office.work() == 0
    reason = "no mail server is set"
    assert office.events == [
        Event(EventName.NOTIFICATIONS_WAITING, fields={"notifications": waiting, "reason": reason})
        for waiting in (2, 3)
    ]
    clock.advance(days=400)
    await office.outbox.sweep()
    postman = Postman()
    assert await Office(store, postman, clock).work() == 3
    assert postman.taken == ["a", "b", "c"]


async def test_how_many_wait_is_told_when_it_changes(store: SqliteStore, clock: Any) -> None:
    await leave(store, "ab")
    postman = Postman(dict.fromkeys("ab", DeliveryFailed("Not now.")))
    office = Office(store, postman, clock)
    for _ in range(3):
        await office.work()
    postman.errors.clear()
    clock.advance(seconds=30)
    await office.work()
    waiting = office.happened(EventName.NOTIFICATIONS_WAITING)
    assert [event.fields for event in waiting] == [
        {"notifications": 2, "reason": None},
        {"notifications": 0, "reason": None},
    ]


async def test_a_crash_between_handing_over_and_recording_delivers_again_with_the_same_key(
    store: SqliteStore, path: Path, clock: Any
) -> None:
    class Forgetful(SqliteStore):
        async def mark_delivered(self, _key: str, _now: datetime) -> None:
            raise StoreUnavailable("It is out of reach.")

    await leave(store, "a")
    forgetful, postman = Forgetful(path), Postman()
    await forgetful.open(())
    with pytest.raises(StoreUnavailable):
        await Office(forgetful, postman, clock).work()
    await forgetful.close()
    assert await Office(store, postman, clock).work() == 1
    assert postman.taken == ["a", "a"]


async def test_a_sweep_forgets_a_delivered_key_once_no_message_can_bring_it_again(
    store: SqliteStore, path: Path, clock: Any
) -> None:
    await leave(store, "a")
    office = Office(store, Postman(), clock)
    await office.work()
    clock.advance(hours=23, minutes=59)
    await office.outbox.sweep()
    assert rows(path) == [("a", "")]
    clock.advance(minutes=1)
    await office.outbox.sweep()
    assert rows(path) == []


async def test_a_dead_letter_can_be_read_for_thirty_days(
    store: SqliteStore, path: Path, clock: Any
) -> None:
    await leave(store, "a")
    office = Office(store, Postman({"a": NotificationRefused("Nobody lives here.")}), clock)
    await office.work()
    assert timedelta(days=30) == DEAD_LETTERS_KEPT
    clock.advance(days=29, hours=23)
    await office.outbox.sweep()
    ((_, document),) = rows(path)
    assert "hari@example.com" in document
    clock.advance(hours=1)
    await office.outbox.sweep()
    assert rows(path) == []


def rows(path: Path) -> list[tuple[str, str]]:
    """Key and text of all that the outbox holds, waiting or not."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT dedupe_key, document FROM outbox").fetchall()


class SteppedClock:
    """A clock whose sleepers the test wakes."""

    def __init__(self) -> None:
        self.slept = []
        self.ring = asyncio.Event()

    async def sleep(self, seconds: Any) -> None:
        self.slept.append(seconds)
        await self.ring.wait()
        self.ring.clear()


async def test_a_round_works_at_once_at_each_interval_and_when_it_is_woken() -> None:
    events: list[Event] = []
    worked = asyncio.Queue()
    clock = SteppedClock()
    errors: list[Exception] = [ValueError("a bug"), StoreUnavailable("It is out of reach.")]

    async def work() -> None:
        worked.put_nowait(len(clock.slept))
        if errors:
            raise errors.pop()

    round_ = Round(work, timedelta(seconds=30), clock, events.append)
    task = asyncio.create_task(round_.run())
    assert await worked.get() == 0
    clock.ring.set()
    assert await worked.get() == 1
    round_.wake()
    assert await worked.get() == 2
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert set(clock.slept) == {30.0}
    assert [event.name for event in events] == [
        EventName.STORE_UNAVAILABLE,
        EventName.ROUND_FAILED,
    ]
