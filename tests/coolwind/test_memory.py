"""The memory tier forgets by idleness and by capacity, and says so."""

from datetime import UTC, datetime, timedelta

import pytest

from coolwind.events import Event, EventName
from coolwind.memory import SessionMemory
from coolwind.session import Session

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)
IDLE = timedelta(minutes=30)


def session(session_id: str):
    return Session(session_id, "guest-1", "proof-1", NOW, NOW)


@pytest.fixture
def events():
    return []


@pytest.fixture
def memory(events: list[Event]):
    return SessionMemory(2, IDLE, events.append)


def evictions(events: list[Event]):
    return [(event.name, event.session_id, event.fields["reason"]) for event in events]


def test_a_session_is_remembered_until_the_idle_timeout(
    memory: SessionMemory, events: list[Event]
) -> None:
    memory.put(session("s1"), NOW)
    assert memory.get("s1", NOW + IDLE - TICK) == session("s1")
    assert events == []


def test_an_idle_session_is_evicted(memory: SessionMemory, events: list[Event]) -> None:
    memory.put(session("s1"), NOW)
    assert memory.get("s1", NOW + IDLE) is None
    assert evictions(events) == [(EventName.SESSION_EVICTED, "s1", "idle")]


def test_each_use_starts_the_timeout_anew(memory: SessionMemory) -> None:
    memory.put(session("s1"), NOW)
    memory.get("s1", NOW + IDLE - TICK)
    assert memory.get("s1", NOW + IDLE + IDLE - 2 * TICK) is not None


def test_one_session_too_many_evicts_the_least_recently_used(
    memory: SessionMemory, events: list[Event]
) -> None:
    memory.put(session("s1"), NOW)
    memory.put(session("s2"), NOW)
    memory.get("s1", NOW)
    memory.put(session("s3"), NOW)
    assert evictions(events) == [(EventName.SESSION_EVICTED, "s2", "capacity")]
    assert [each.session.session_id for each in memory.snapshot()] == ["s1", "s3"]


def test_putting_a_session_again_evicts_nobody(memory: SessionMemory, events: list[Event]) -> None:
    for name in ("s1", "s2", "s1"):
        memory.put(session(name), NOW)
    assert events == []


def test_a_dropped_session_is_gone_without_an_eviction(
    memory: SessionMemory, events: list[Event]
) -> None:
    memory.put(session("s1"), NOW)
    memory.drop("s1")
    memory.drop("s1")
    assert memory.get("s1", NOW) is None
    assert events == []


def test_idle_sessions_are_evicted_also_when_nobody_asks_for_them(
    memory: SessionMemory, events: list[Event]
) -> None:
    memory.put(session("s1"), NOW)
    memory.put(session("s2"), NOW + TICK)
    memory.evict_idle(NOW + IDLE)
    assert [each.session.session_id for each in memory.snapshot()] == ["s2"]
    assert len(events) == 1


def test_a_snapshot_keeps_the_order_of_use(memory: SessionMemory) -> None:
    memory.put(session("s1"), NOW)
    memory.put(session("s2"), NOW)
    snapshot = memory.snapshot()
    memory.drop("s1")
    memory.restore(snapshot)
    memory.put(session("s3"), NOW)
    assert memory.get("s1", NOW) is None
    assert memory.get("s2", NOW) is not None
