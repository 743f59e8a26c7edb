"""Waiting for the effects that are owed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from simulators.conversation import THE_CUSTOMER, Say, Script
from simulators.explorer.explorer import Explorer
from simulators.faults.catalogue import named
from simulators.laws.judge import Judged
from simulators.plan import Placed
from simulators.player.awaiting import awaited, lacks
from simulators.player.player import Player
from simulators.targets.overlap import Overlapped, Who
from simulators.targets.target import Arrangement, Capability, Delivery, Target
from simulators.trace import Answer, Exchange, Observation

SCRIPT: Script = tuple(Say(THE_CUSTOMER, text) for text in ("hello", "Hari", "yes"))
ORDER = {"order": ({"quantity": 11},)}
NOTHING: dict[str, tuple[()]] = {"order": ()}

Toy = Callable[..., Target]
Made = Callable[..., Exchange]


class Worker:
    """Stands before a target in real time: what is placed after a restart is seen at the look
    after so many, as where a worker has yet to come to it."""

    def __init__(self, target: Target, looks: int) -> None:
        self.left = 0
        self._looks = looks
        self._observe, self._strike = target.observe, target.strike
        target.observe, target.strike = self.observe, self.strike
        target.capabilities = target.capabilities - {Capability.EXACT_TIME}

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        self.left = self._looks
        return self._strike(capability, session_id)

    def observe(self, session_id: str | None) -> Observation:
        seen = self._observe(session_id)
        if seen.effects["order"] and self.left:
            self.left -= 1
            return Observation(seen.kept, NOTHING, seen.own)
        return seen


def followed(target: Target, after_turn: int) -> Judged:
    """A play with a restart there, judged."""
    explorer = Explorer(Player(target), SCRIPT, Arrangement())
    clean = explorer.clean(Player(target, 1))
    judged = explorer.follow(clean, (Placed(after_turn, "restart"),))
    assert isinstance(judged, Judged)
    return judged


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulators.player.awaiting._PAUSE", 0.0)


@pytest.mark.parametrize("after_turn", [2, 3])
def test_an_effect_that_comes_a_little_later_after_a_fault_is_not_lost(
    toy: Toy, after_turn: int
) -> None:
    target = toy("no-snapshot")
    worker = Worker(target, looks=4)
    assert followed(target, after_turn).breaches == ()
    assert worker.left == 0


def test_an_effect_that_does_not_come_is_lost(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulators.player.awaiting.LONGEST", 0.05)
    target = toy("no-snapshot")
    Worker(target, looks=1_000_000)
    assert {one.law for one in followed(target, 2).breaches} == {"Effect"}


def test_nothing_is_waited_for_where_time_stands_still(toy: Toy) -> None:
    target, asked = toy(), list[Observation]()

    def is_lacking(seen: Observation) -> bool:
        asked.append(seen)
        return True

    awaited(target, None, is_lacking)
    assert len(asked) == 1


def test_an_effect_is_owed_to_whoever_came_to_the_same_step(exchange: Made) -> None:
    clean = exchange(3, step="complete", effects=ORDER)
    seen = Observation(effects=NOTHING)
    assert lacks(seen, THE_CUSTOMER, 3, clean.answer, [{3: clean}])
    assert not lacks(Observation(effects=ORDER), THE_CUSTOMER, 3, clean.answer, [{3: clean}])
    other = exchange(3, step="confirming").answer
    assert not lacks(seen, THE_CUSTOMER, 3, other, [{3: clean}])
    assert not lacks(seen, THE_CUSTOMER, 3, Answer(503, "Please try again."), [{3: clean}])


def test_nothing_is_owed_that_a_legal_play_does_not_have_either(exchange: Made) -> None:
    clean = exchange(3, effects=ORDER)
    not_made = exchange(3, effects=NOTHING)
    seen = Observation(effects=NOTHING)
    assert not lacks(seen, THE_CUSTOMER, 3, clean.answer, [{3: clean}, {3: not_made}])


def test_an_effect_of_another_customers_session_is_not_looked_for(exchange: Made) -> None:
    clean = exchange(3, customer="Hari")
    own = replace(clean, seen=Observation(None, ORDER, frozenset({"order"})))
    seen = Observation(effects=NOTHING)
    assert lacks(seen, "Hari", 3, clean.answer, [{3: own}])
    assert not lacks(seen, "Ravi", 3, clean.answer, [{3: own}])


class Sparing:
    """Stands before a target, and refuses every message for so many seconds from the first on."""

    def __init__(self, target: Target, seconds: float) -> None:
        self._clock, self._seconds = target, seconds
        self._until = target.now() + timedelta(seconds=seconds)
        self._deliver, target.deliver = target.deliver, self.deliver

    def deliver(self, delivery: Delivery) -> Answer:
        if self._clock.now() < self._until:
            return Answer(503, "Please try again later.", retry_after=self._seconds)
        return self._deliver(delivery)


class TestRefusals:
    """A message that is refused for a time comes again after that time."""

    @pytest.mark.parametrize(
        ("seconds", "status", "waited"), [(30.0, 200, 30), (60.0, 200, 60), (61.0, 503, 0)]
    )
    def test_as_long_as_the_refusal_says(
        self, toy: Toy, seconds: float, status: int, waited: int
    ) -> None:
        target = toy()
        player = Player(target)
        player.begin(Arrangement())
        began = target.now()
        Sparing(target, seconds)
        player.perform(SCRIPT[0])
        assert player.resend(1).answer.status == status
        assert (target.now() - began).total_seconds() == waited

    def test_really_where_time_goes_on_by_itself(
        self, toy: Toy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = toy()
        target.capabilities = target.capabilities - {Capability.EXACT_TIME}
        slept: list[float] = []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            target.advance(timedelta(seconds=seconds))

        monkeypatch.setattr("simulators.player.awaiting.time.sleep", sleep)
        player = Player(target)
        player.begin(Arrangement())
        Sparing(target, 3.0)
        player.perform(SCRIPT[0])
        assert player.resend(1).answer.status == 200
        assert slept == [3.0]

    def test_not_at_all_where_no_time_can_pass(self, toy: Toy) -> None:
        target = toy()
        target.capabilities = target.capabilities - {Capability.CLOCK}
        player = Player(target)
        player.begin(Arrangement())
        Sparing(target, 3.0)
        player.perform(SCRIPT[0])
        assert player.resend(1).answer.status == 503

    def test_beside_another_message_as_well(self, toy: Toy) -> None:
        target = toy()
        target.capabilities = target.capabilities | {Capability.CONCURRENCY}
        player = Player(target)
        player.begin(Arrangement())
        Sparing(target, 30.0)
        target.deliver_both = lambda first, second, _: Overlapped(
            (target.deliver(first), target.deliver(second)), Who.SECOND, (), True
        )
        player.arm(named("concurrent-turn"), "answer")
        assert player.perform(SCRIPT[0]) is None
        player.perform(SCRIPT[1])
        assert [one.answer.status for one in player.trace.turns.values()] == [200, 200]
