"""Snapshots and fingerprints of the reference target: complete, and blind to identifiers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.conversation import Pause, Say
from simulators.faults.catalogue import FAULTS, named
from simulators.faults.fault import TICK
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.simulation.naming import digest
from simulators.targets.target import Arrangement, Capability

TEXTS = (
    "I need 11 remote controls",
    "My name is Hari, phone 9876543210, email hari@example.com",
    "yes",
    "cancel",
    "I called you but nobody answered",
    "Thiruvalla",
    "Do you sell capacitors?",
)
CUSTOMERS = ("the customer", "Ravi")

steps = st.one_of(
    st.builds(Say, st.sampled_from(CUSTOMERS), st.sampled_from(TEXTS)),
    st.tuples(st.sampled_from([fault.name for fault in FAULTS]), st.sampled_from(CUSTOMERS)),
    st.builds(Pause, st.sampled_from([timedelta(minutes=29), timedelta(hours=23)])),
    st.sampled_from([Capability.STORE_OUTAGE, Capability.STORE_RECOVERY, Capability.SWEEP]),
)
conversations = st.lists(steps, max_size=8)


@contextmanager
def playing(seed: int = 0) -> Iterator[Player]:
    target = ReferenceTarget()
    player = Player(target, seed)
    player.begin(Arrangement())
    try:
        yield player
    finally:
        target.close()


def play(player: Player, conversation: Sequence[Any]) -> list[object]:
    """Every fingerprint and trace on the way."""
    seen: list[object] = []
    for step in conversation:
        match step:
            case Say() | Pause():
                player.perform(step)
            case Capability():
                player.target.strike(step, None)
            case (fault, customer):
                player.strike(named(fault), customer)
        target = player.target
        seen.append((player.trace, digest(target.describe()), target.events(), target.now()))
    return seen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=conversations, first=conversations, second=conversations)
def test_a_snapshot_can_be_gone_back_to_again_and_again(
    before: list[Any], first: list[Any], second: list[Any]
) -> None:
    with playing() as player:
        play(player, before)
        checkpoint, at_start = player.checkpoint(), digest(player.target.describe())
        straight = play(player, first)
        player.go_back(checkpoint)
        assert digest(player.target.describe()) == at_start
        play(player, second)
        player.go_back(checkpoint)
        assert play(player, first) == straight


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conversation=conversations)
def test_a_conversation_played_anew_gives_the_same_trace(conversation: list[Any]) -> None:
    with playing() as player:
        first = play(player, conversation)
        player.begin(Arrangement())
        assert play(player, conversation) == first


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conversation=st.lists(st.builds(Say, st.just("Ravi"), st.sampled_from(TEXTS)), max_size=5))
def test_other_identifiers_in_the_same_places_give_the_same_fingerprint(
    conversation: list[Say],
) -> None:
    fingerprints = []
    for seed in (1, 2):
        with playing(seed) as player:
            play(player, conversation)
            fingerprints.append(digest(player.target.describe()))
    assert fingerprints[0] == fingerprints[1]


@pytest.fixture
def started() -> Iterator[Player]:
    """A conversation after its first turn."""
    with playing() as player:
        player.perform(Say("the customer", TEXTS[0]))
        yield player


Change = Callable[[Player], object]

CHANGES: dict[str, Change] = {
    "a turn": lambda player: player.perform(Say("the customer", TEXTS[1])),
    "another customer": lambda player: player.perform(Say("Ravi", TEXTS[0])),
    "another text": lambda player: player.perform(Say("the customer", "Hello")),
    "memory lost": lambda player: player.target.strike(Capability.CRASH, None),
    "the other node": lambda player: player.target.strike(Capability.FAILOVER, None),
    "the memory of the other node": lambda player: (
        player.target.strike(Capability.FAILOVER, None),
        player.perform(Say("the customer", "Hello")),
    ),
    "an order": lambda player: [player.perform(Say("the customer", text)) for text in TEXTS[1:3]],
    "the store is out": lambda player: player.target.strike(Capability.STORE_OUTAGE, None),
    "an older document": lambda player: player.target.strike(Capability.DEPLOY, None),
    "time before a deadline": lambda player: player.target.advance(timedelta(minutes=1)),
    "an idle timeout that has passed": lambda player: player.target.advance(timedelta(minutes=30)),
    "an expiry that has passed": lambda player: player.target.advance(timedelta(hours=24)),
    "a cleared chat": lambda player: player.strike(named("clear-chat"), "the customer"),
}


def test_each_change_gives_a_fingerprint_of_its_own(started: Player) -> None:
    checkpoint = started.checkpoint()
    fingerprints = {"nothing": digest(started.target.describe())}
    for what, change in CHANGES.items():
        started.go_back(checkpoint)
        change(started)
        fingerprints[what] = digest(started.target.describe())
    assert len(set(fingerprints.values())) == len(fingerprints), fingerprints


def test_the_order_of_use_in_memory_is_part_of_the_fingerprint() -> None:
    fingerprints = []
    for order in (("Hari", "Ravi"), ("Ravi", "Hari")):
        with playing() as player:
            for customer in ("Hari", "Ravi", "Hari", "Ravi"):
                player.perform(Say(customer, "Hello"))
            for customer in order:
                player.strike(named("duplicate"), customer)
            fingerprints.append(digest(player.target.describe()))
    assert fingerprints[0] != fingerprints[1]


def test_an_email_that_was_handed_over_is_part_of_the_fingerprint(started: Player) -> None:
    target = started.target
    target.strike(Capability.STORE_OUTAGE, None)
    before = digest(target.describe())
    world: Any = target._world  # type: ignore[attr-defined]
    world._mail.delivered = {"key": "an email"}
    assert digest(target.describe()) != before


def test_an_arrangement_is_part_of_the_fingerprint() -> None:
    target = ReferenceTarget()
    target.begin(0, Arrangement())
    usual = digest(target.describe())
    target.begin(0, Arrangement(model_answers={"Why?": "Because."}))
    assert digest(target.describe()) != usual
    target.close()


def test_deadlines_that_have_passed_are_alike_however_long_ago(started: Player) -> None:
    started.target.advance(timedelta(hours=24))
    met_exactly = digest(started.target.describe())
    started.target.advance(TICK)
    just_passed = digest(started.target.describe())
    started.target.advance(timedelta(days=3))
    assert digest(started.target.describe()) == just_passed != met_exactly


def test_ways_that_lead_to_the_same_state_give_the_same_fingerprint(started: Player) -> None:
    checkpoint = started.checkpoint()
    started.target.strike(Capability.CRASH, None)
    crashed = digest(started.target.describe())
    started.go_back(checkpoint)
    started.target.strike(Capability.RESTART, None)
    assert digest(started.target.describe()) == crashed


def test_a_pause_leaves_no_trace_once_the_customer_has_written_again(started: Player) -> None:
    started.perform(Say("the customer", "Hello"))
    started.target.strike(Capability.EVICT, started.customer("the customer").session_id)
    checkpoint = started.checkpoint()
    started.perform(Say("the customer", "Hello"))
    at_once = digest(started.target.describe())
    started.go_back(checkpoint)
    started.perform(Pause(timedelta(hours=1)))
    started.perform(Say("the customer", "Hello"))
    assert digest(started.target.describe()) == at_once


def test_a_snapshot_outlives_the_conversation_that_follows(started: Player) -> None:
    target = started.target
    snapshot, fingerprint = target.snapshot(), digest(target.describe())
    target.begin(5, Arrangement())
    target.restore(snapshot)
    assert digest(target.describe()) == fingerprint
