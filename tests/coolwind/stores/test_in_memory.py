"""What simulation asks of the store in memory."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from coolwind.flows.flow import State
from coolwind.messages import Message, Reply
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
STATES: dict[str, State] = {"bulk_order": {"step": "confirming", "contact": {"name": "Hari"}}}


def begun(session_id: str = "s1"):
    session = Session(session_id, "guest-1", "proof-1", NOW, NOW)
    return session.after_turn(Message("hello"), Reply("hello", "echo"), STATES, NOW)


def by_hand(coroutine: Any):
    with pytest.raises(StopIteration) as stop:
        coroutine.send(None)
    return stop.value.value


def test_a_snapshot_stays_as_it_was_and_can_be_gone_back_to() -> None:
    store = InMemoryStore()
    by_hand(store.commit(Commit(begun("s1"))))
    snapshot = store.snapshot()
    by_hand(store.commit(Commit(begun("s2"))))
    by_hand(store.delete("s1"))
    store.restore(snapshot)
    assert by_hand(store.load("s1")) == begun("s1")
    assert by_hand(store.load("s2")) is None


def test_the_previous_release_would_have_written_the_same_sessions() -> None:
    store = InMemoryStore()
    by_hand(store.commit(Commit(begun())))
    store.previous_release()
    document = json.loads(store.snapshot().sessions["s1"].document)
    assert document["schema"] == 1
    assert document["states"]["bulk_order"] == {"step": "confirming", "name": "Hari"}
    assert by_hand(store.load("s1")) == begun()


def test_a_store_can_write_as_the_previous_release_did() -> None:
    store = InMemoryStore(schema=1)
    by_hand(store.commit(Commit(begun())))
    before = store.snapshot()
    store.previous_release()
    assert store.snapshot() == before
