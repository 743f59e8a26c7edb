"""Notifications leave at least once, and one that fails holds nobody up."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coolwind.background import Round
from coolwind.effects import Notification
from coolwind.errors import DeliveryFailed, StoreUnavailable
from coolwind.events import Event, EventName
from coolwind.messages import Message, Reply
from coolwind.notifiers import LogNotifier
from coolwind.outbox import BATCH, Outbox
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


class Postman:
    """Takes every notification but those with a bad key."""

    def __init__(self, bad: Any = ()) -> None:
        self.bad = set(bad)
        self.taken = []

    async def deliver(self, notification: Notification) -> None:
        if notification.key in self.bad:
            raise DeliveryFailed("The address is unknown.")
        self.taken.append(notification.key)


def store_with(*keys: str):
    store = InMemoryStore()
    session = Session("s1", "guest-1", "proof-1", NOW, NOW)
    first = session.after_turn(Message("hello"), Reply("hello", "echo"), {}, NOW)
    emails = tuple(Notification(key, "hari@example.com", "Order", "Ready.") for key in keys)
    asyncio.run(store.commit(Commit(first, emails)))
    return store


@pytest.fixture
def events():
    return []


def test_every_pending_notification_is_delivered_once_and_in_order(events: list[Event]) -> None:
    store, postman = store_with("b", "a"), Postman()
    outbox = Outbox(store, postman, events.append)
    assert asyncio.run(outbox.deliver_pending()) == 2
    assert asyncio.run(outbox.deliver_pending()) == 0
    assert postman.taken == ["b", "a"]
    assert [event.name for event in events] == [EventName.NOTIFICATION_DELIVERED] * 2


def test_more_failures_than_a_batch_do_not_hold_up_what_comes_after_them(
    events: list[Event],
) -> None:
    bad = [f"bad-{number}" for number in range(BATCH + 5)]
    postman = Postman(bad)
    outbox = Outbox(store_with(*bad, "good"), postman, events.append)
    assert asyncio.run(outbox.deliver_pending()) == 1
    assert postman.taken == ["good"]


def test_what_failed_is_tried_again_next_time(events: list[Event]) -> None:
    postman = Postman({"a"})
    outbox = Outbox(store_with("a"), postman, events.append)
    asyncio.run(outbox.deliver_pending())
    assert [event.name for event in events] == [EventName.NOTIFICATION_FAILED]
    postman.bad.clear()
    assert asyncio.run(outbox.deliver_pending()) == 1


def test_a_crash_between_handing_over_and_recording_delivers_again_with_the_same_key(
    events: list[Event],
) -> None:
    class Forgetful(InMemoryStore):
        async def mark_delivered(self, _key: Any) -> None:
            raise StoreUnavailable("It is out of reach.")

    store, postman = store_with("a"), Postman()
    forgetful = Forgetful()
    forgetful.restore(store.snapshot())
    with pytest.raises(StoreUnavailable):
        asyncio.run(Outbox(forgetful, postman, events.append).deliver_pending())
    asyncio.run(Outbox(store, postman, events.append).deliver_pending())
    assert postman.taken == ["a", "a"]


def test_the_log_notifier_takes_everything(events: list[Event]) -> None:
    assert asyncio.run(Outbox(store_with("a"), LogNotifier(), events.append).deliver_pending()) == 1


class SteppedClock:
    """A clock whose sleepers the test wakes."""

    def __init__(self) -> None:
        self.slept = []
        self.ring = asyncio.Event()

    async def sleep(self, seconds: Any) -> None:
        self.slept.append(seconds)
        await self.ring.wait()
        self.ring.clear()


def test_a_round_works_at_once_at_each_interval_and_when_it_is_woken(events: list[Event]) -> None:
    async def scenario() -> None:
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

    asyncio.run(scenario())
    assert [event.name for event in events] == [
        EventName.STORE_UNAVAILABLE,
        EventName.ROUND_FAILED,
    ]
