"""Which plans are played, in which order, and against what they are judged."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from simulators.conversation import THE_CUSTOMER, Break, Impersonate, Pause, Say, Script, SwitchTab
from simulators.errors import TargetError
from simulators.explorer.clean_run import Clean
from simulators.explorer.explorer import ANY, Depth, Explorer
from simulators.explorer.striking import Missed
from simulators.faults.catalogue import FAULTS, named
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
from simulators.plan import Plan, describe
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Capability, Delivery, Target
from simulators.trace import Answer

Toy = Callable[..., Target]
ORDER = tuple(Say(THE_CUSTOMER, text) for text in ("hello", "Hari 9876543210", "yes"))
TWO_CUSTOMERS = tuple(
    Say(name, text) for text in ("hello", "my number", "yes") for name in ("Anu", "Hari")
)
NAMES = tuple(fault.name for fault in FAULTS)


class Exploration:
    """Explores a script, and keeps everything that came of it."""

    def __init__(
        self, target: Target, script: Script, faults: Sequence[str] = NAMES, depth: Depth = 1
    ) -> None:
        self.player = Player(target)
        explorer = Explorer(self.player, script, Arrangement())
        self.clean: Clean = explorer.clean(Player(target, 1))
        chosen = [named(name) for name in faults]
        tried = list(explorer.explore(self.clean, chosen, depth))
        self.results: list[Judged | Missed] = [one.result for one in tried]
        self.judged = [one for one in self.results if isinstance(one, Judged)]
        self.missed = [one for one in self.results if isinstance(one, Missed)]

    @property
    def plans(self) -> list[str]:
        return [describe(one.plan) for one in self.results]

    @property
    def broken(self) -> Mapping[str, Outcome]:
        return {describe(one.plan): one.outcome for one in self.judged if one.breaches}


def _left_out(plan: Plan) -> set[str]:
    """What of a plan is left out of those of any length."""
    found = {"a message left alone twice"} if sum(one.is_given_up for one in plan) > 1 else set()
    for first, second in pairwise(plan):
        if second.tries:
            found.add("while a message is sent again")
        elif not first.point and second.after_turn - bool(second.point) == first.after_turn:
            found.add("inside the next turn" if second.point else "between the same turns")
    return found


@pytest.mark.parametrize(
    ("depth", "left_out"),
    [
        (
            2,
            {
                "while a message is sent again",
                "inside the next turn",
                "between the same turns",
                "a message left alone twice",
            },
        ),
        (ANY, set()),
    ],
)
def test_plans_of_any_length_leave_out_what_they_say(depth: Depth, left_out: set[str]) -> None:
    texts = ("I need 11 remote controls", "hello", "hello")
    script = tuple(Say(THE_CUSTOMER, text) for text in texts)
    faults = ("crash", "store-error", "crash-after")
    target = ReferenceTarget()
    judged = Exploration(target, script, faults, depth).judged
    target.close()
    assert {what for one in judged for what in _left_out(one.plan)} == left_out
    assert max(len(one.plan) for one in judged) > 1


def test_a_plan_of_any_length_makes_another_conversation_of_it_once() -> None:
    script = tuple(Say(THE_CUSTOMER, text) for text in ("hello", "tell me a joke", "hello"))
    others = {"clear-chat", "expiry", "concurrent-turn", "model-500"}
    target = ReferenceTarget()
    judged = Exploration(target, script, (*others, "crash-after", "reload"), ANY).judged
    target.close()
    made = [[one for one in each.plan if one.is_given_up or one.fault in others] for each in judged]
    assert max(map(len, made)) == 1
    assert {one.fault for some in made for one in some} == {*others, "crash-after"}
    assert max(len(one.plan) for one in judged) == 3


class TestTheOrderOfPlans:
    """Fewest faults first, every fault at every boundary."""

    def test_every_fault_strikes_after_every_turn(self, toy: Toy) -> None:
        plans = Exploration(toy(), ORDER, ("crash", "reload")).plans
        assert plans == [
            f"{fault} after turn {turn}" for turn in (1, 2, 3) for fault in ("crash", "reload")
        ]

    def test_plans_with_fewer_faults_come_first(self, toy: Toy) -> None:
        lengths = [len(one.plan) for one in Exploration(toy(), ORDER, depth=2).results]
        assert lengths == sorted(lengths)
        assert set(lengths) == {1, 2}

    def test_two_faults_may_strike_in_one_place_in_either_order(self, toy: Toy) -> None:
        plans = Exploration(toy(), ORDER[:1], ("crash", "reload"), depth=2).plans
        assert plans == [
            "crash after turn 1",
            "reload after turn 1",
            "crash after turn 1, crash after turn 1",
            "crash after turn 1, reload after turn 1",
            "reload after turn 1, crash after turn 1",
            "reload after turn 1, reload after turn 1",
        ]

    def test_no_fault_strikes_before_an_earlier_one_of_its_plan(self, toy: Toy) -> None:
        for result in Exploration(toy(), ORDER, ("crash", "expiry"), depth=3).results:
            turns = [placed.after_turn for placed in result.plan]
            assert turns == sorted(turns)

    def test_a_fault_that_does_not_fire_is_missed_and_not_judged(self, toy: Toy) -> None:
        exploration = Exploration(toy("never-crashes"), ORDER, ("crash", "reload"))
        assert [describe(one.plan) for one in exploration.missed] == [
            f"crash after turn {turn}" for turn in (1, 2, 3)
        ]
        assert all(not one.strike.fired for one in exploration.missed)
        assert len(exploration.judged) == 3

    def test_a_plan_that_could_not_be_judged_is_not_extended(self, toy: Toy) -> None:
        exploration = Exploration(toy("never-crashes"), ORDER[:1], ("crash", "reload"), depth=2)
        assert exploration.plans == [
            "crash after turn 1",
            "reload after turn 1",
            "reload after turn 1, crash after turn 1",
            "reload after turn 1, reload after turn 1",
        ]

    def test_a_plan_that_breaks_a_law_is_not_extended(self, toy: Toy) -> None:
        exploration = Exploration(toy("memory-only"), ORDER, ("crash", "reload"), depth=2)
        broken = [plan for plan in exploration.broken if "," not in plan]
        assert broken == ["crash after turn 1", "crash after turn 2"]
        longer = [plan for plan in exploration.plans if "," in plan]
        assert longer
        assert not any(plan.startswith(tuple(f"{one}," for one in broken)) for plan in longer)

    @pytest.mark.parametrize(("depth", "plans"), [(-1, 0), (0, 0), (1, 6), (2, 6 + 12 + 8 + 4)])
    def test_the_depth_bounds_the_number_of_faults(self, toy: Toy, depth: int, plans: int) -> None:
        assert len(Exploration(toy(), ORDER, ("crash", "new-tab"), depth).plans) == plans

    def test_a_script_without_turns_has_no_plans(self, toy: Toy) -> None:
        assert Exploration(toy(), (Pause(timedelta(minutes=1)),)).results == []
        assert Exploration(toy(), ()).results == []


class TestGoldenCounts:
    """How many plans a correct toy has, and how many turns are played for them."""

    @pytest.mark.parametrize(
        ("script", "depth", "judged", "missed", "executions"),
        [
            (ORDER, 1, 53, 0, 89),
            (ORDER, 2, 1746, 166, 2050),
            (TWO_CUSTOMERS, 1, 174, 0, 653),
        ],
    )
    def test_a_correct_toy(
        self, toy: Toy, script: Script, depth: int, judged: int, missed: int, executions: int
    ) -> None:
        exploration = Exploration(toy(), script, depth=depth)
        assert exploration.broken == {}
        assert len(exploration.judged) == judged
        assert len(exploration.missed) == missed
        assert exploration.player.executions == executions

    @pytest.mark.parametrize("script", [ORDER, TWO_CUSTOMERS])
    def test_playing_again_finds_what_snapshots_find(self, toy: Toy, script: Script) -> None:
        by_snapshot = Exploration(toy("memory-only"), script)
        by_replay = Exploration(toy("memory-only", "no-snapshot"), script)
        assert by_replay.plans == by_snapshot.plans
        assert by_replay.broken == by_snapshot.broken
        assert by_replay.judged == by_snapshot.judged
        assert by_replay.player.executions > by_snapshot.player.executions

    def test_playing_again_finds_what_snapshots_find_at_depth_two(self, toy: Toy) -> None:
        faults = ("crash", "expiry", "duplicate", "reload")
        by_snapshot = Exploration(toy("cold"), ORDER, faults, depth=2)
        by_replay = Exploration(toy("cold", "no-snapshot"), ORDER, faults, depth=2)
        assert by_replay.judged == by_snapshot.judged
        assert by_snapshot.broken

    @pytest.mark.parametrize("variant", ["numbers-by-clock", "memory-only"])
    def test_a_service_that_names_sessions_anew_in_each_play_is_explored_as_deeply(
        self, toy: Toy, variant: str
    ) -> None:
        faults = ("crash", "failover")
        named_alike = Exploration(toy(variant, "no-snapshot"), ORDER, faults, depth=2)
        named_anew = Exploration(toy(variant, "no-snapshot", "own-ids"), ORDER, faults, depth=2)
        assert named_anew.plans == named_alike.plans

    def test_exploring_twice_finds_the_same(self, toy: Toy) -> None:
        target = toy("stale-store")
        assert Exploration(target, ORDER).judged == Exploration(target, ORDER).judged


class TestTheCleanRun:
    """The reference, and whether it can be one."""

    def test_a_repeatable_target_does_not_waver(self, toy: Toy) -> None:
        clean = Exploration(toy(), ORDER).clean
        assert clean.wavering == ()
        assert [stop.place.turn for stop in clean.stops] == [0, 1, 2, 3]

    def test_what_differs_between_two_clean_runs_is_named(self, toy: Toy) -> None:
        first, *_ = Exploration(toy("random"), ORDER).clean.wavering
        assert first == (
            "text of turn 1 was 'Next: contact (3)' in one clean run"
            " and 'Next: contact (4)' in the next"
        )

    def test_what_another_seed_changes_is_masked(self, toy: Toy) -> None:
        mask = Exploration(toy(), ORDER).clean.mask
        assert set(mask) == {(3, "text"), (3, "effects.order.0.number")}

    def test_a_clean_run_that_breaks_a_law_is_all_that_there_is(self, toy: Toy) -> None:
        target = toy()
        target.deliver = lambda _: Answer(200, "hello", "one session for everybody")
        exploration = Exploration(target, TWO_CUSTOMERS)
        assert exploration.plans == ["no fault"]
        assert exploration.broken == {"no fault": Outcome.LEAKED}

    def test_an_error_of_the_clean_run_is_its_reference(self, toy: Toy) -> None:
        target = toy()
        deliver = target.deliver

        def picky(delivery: Delivery) -> Answer:
            return deliver(delivery) if delivery.text else Answer(422, "Write something.")

        target.deliver = picky
        script = (ORDER[0], Say(THE_CUSTOMER, ""), *ORDER[1:])
        assert Exploration(target, script).broken == {}


class TestFreshReferences:
    """Where a conversation is over, somebody new shows what has to come."""

    def test_an_expired_conversation_is_held_against_that_of_somebody_new(self, toy: Toy) -> None:
        exploration = Exploration(toy(), ORDER, ("expiry",))
        first = exploration.judged[0]
        assert first.outcome is Outcome.FRESH
        assert first.reference[2].answer.text == "Next: contact"
        assert first.trace.turns[2].answer.text == "We start afresh. Next: contact"

    def test_every_fault_with_a_fresh_contract_has_one(self, toy: Toy) -> None:
        names = ("expiry", "after-expiry", "lost-cookies", "clear-chat")
        exploration = Exploration(toy(), ORDER, names)
        outcomes = {describe(one.plan): one.outcome for one in exploration.judged}
        for name in names:
            assert outcomes[f"{name} after turn 1"] is Outcome.FRESH
            assert outcomes[f"{name} after turn 3"] is Outcome.RESTORED

    def test_a_pause_may_bring_the_expiry_about_that_a_fault_only_came_near(self, toy: Toy) -> None:
        script = (ORDER[0], Pause(timedelta(minutes=1)), *ORDER[1:])
        exploration = Exploration(toy(), script, ("before-expiry",), depth=2)
        assert exploration.broken == {}
        assert exploration.judged[0].outcome is Outcome.FRESH

    def test_a_pause_that_expires_the_clean_run_too_is_no_fault(self, toy: Toy) -> None:
        script = (ORDER[0], Pause(timedelta(hours=25)), *ORDER[1:])
        assert Exploration(toy(), script, depth=2).broken == {}

    def test_a_clean_run_that_expires_is_held_against_somebody_new_itself(self, toy: Toy) -> None:
        script = (ORDER[0], Pause(timedelta(hours=25)), *ORDER[1:])
        assert Exploration(toy("half-expires"), script).broken == {"no fault": Outcome.HALF_EXPIRED}

    def test_one_customers_expiry_is_another_ones(self, toy: Toy) -> None:
        exploration = Exploration(toy(), TWO_CUSTOMERS, ("expiry",))
        assert exploration.broken == {}

    def test_what_is_left_of_another_customers_expired_session_is_found(self, toy: Toy) -> None:
        exploration = Exploration(toy("half-expires"), TWO_CUSTOMERS, ("expiry",))
        hari = [one for one in exploration.judged for b in one.breaches if b.customer == "Hari"]
        assert hari
        assert set(exploration.broken.values()) == {Outcome.HALF_EXPIRED}

    def test_one_customers_lost_cookies_are_not_another_ones(self, toy: Toy) -> None:
        exploration = Exploration(toy(), TWO_CUSTOMERS, ("lost-cookies",))
        first = exploration.judged[0]
        assert describe(first.plan) == "lost-cookies of Anu after turn 1"
        assert first.trace.turns[4].life.is_over is False
        assert exploration.broken == {}

    def test_somebody_new_can_go_on_in_the_tabs_of_the_script(self, toy: Toy) -> None:
        script = (
            *(ORDER[0], Break("new-tab"), ORDER[1], SwitchTab(THE_CUSTOMER, 1), ORDER[2]),
            *(SwitchTab(THE_CUSTOMER, 2), ORDER[2]),
        )
        assert Exploration(toy(), script, ("lost-cookies", "expiry"), depth=2).broken == {}


class TestSeveralCustomers:
    """A fault of a customer strikes each who has written, one of the service strikes once."""

    def test_only_who_has_written_can_be_struck(self, toy: Toy) -> None:
        plans = Exploration(toy(), TWO_CUSTOMERS[:2], ("reload", "crash")).plans
        assert plans == [
            "reload of Anu after turn 1",
            "crash after turn 1",
            "reload of Anu after turn 2",
            "reload of Hari after turn 2",
            "crash after turn 2",
        ]

    def test_the_nameless_customer_may_stand_beside_named_ones(self, toy: Toy) -> None:
        script = tuple(
            Say(name, text)
            for text in ("hello", "9876543210", "yes")
            for name in (THE_CUSTOMER, "customer", 'Anu "the boss" of Kerala')
        )
        assert Exploration(toy(), script).broken == {}

    def test_an_impostor_gets_a_session_of_his_own(self, toy: Toy) -> None:
        script = (*ORDER[:2], Impersonate("Mallory", THE_CUSTOMER), Say("Mallory", "hello"))
        assert Exploration(toy(), script, depth=1).broken == {}

    def test_two_order_numbers_that_become_one_are_found(self, toy: Toy) -> None:
        exploration = Exploration(toy("numbers-in-memory"), TWO_CUSTOMERS, ("crash",))
        assert list(exploration.broken) == ["crash after turn 5"]


class TestErrors:
    """A refused message is sent again, and a target in trouble is no verdict."""

    def test_a_message_refused_once_is_sent_again(self, toy: Toy) -> None:
        exploration = Exploration(toy("cold"), ORDER, ("crash",))
        first = exploration.judged[0]
        assert first.outcome is Outcome.UNAVAILABLE
        assert [one.answer.status for one in first.trace.exchanges] == [200, 503, 200, 200]

    @pytest.mark.parametrize("after", [1, 5, 10, 15])
    def test_trouble_of_the_target_ends_the_exploration(self, toy: Toy, after: int) -> None:
        target = toy()
        deliver, delivered = target.deliver, []

        def troubled(delivery: Delivery) -> Answer:
            delivered.append(delivery)
            if len(delivered) == after:
                raise TargetError("the connection is gone; start the service again")
            return deliver(delivery)

        target.deliver = troubled
        with pytest.raises(TargetError, match="the connection is gone"):
            Exploration(target, ORDER)


class TestTheScriptAsWritten:
    """The faults that a script asks for itself."""

    @pytest.mark.parametrize(
        ("variant", "fault", "outcome"),
        [
            ((), "crash", Outcome.RESTORED),
            ((), "expiry", Outcome.FRESH),
            ((), "clear-chat", Outcome.FRESH),
            (("memory-only",), "crash", Outcome.LOUD_RESET),
            (("memory-only", "silent-expiry"), "crash", Outcome.SILENT_RESET),
            (("cold",), "crash", Outcome.UNAVAILABLE),
            (("wedged",), "expiry", Outcome.WEDGED),
            (("half-expires",), "expiry", Outcome.HALF_EXPIRED),
            (("never-expires",), "expiry", Outcome.ZOMBIE),
            (("skewed",), "deploy", Outcome.VERSION_SKEW),
        ],
    )
    def test_it_is_judged_against_the_script_without_them(
        self, toy: Toy, variant: tuple[str, ...], fault: str, outcome: Outcome
    ) -> None:
        target = toy(*variant)
        player = Player(target)
        clean = Explorer(player, ORDER, Arrangement()).clean(Player(target, 1))
        script = (ORDER[0], Break(fault), *ORDER[1:])
        assert Explorer(player, script, Arrangement()).as_written(clean).outcome is outcome

    def test_a_script_without_turns_can_be_judged(self, toy: Toy) -> None:
        player = Player(toy())
        explorer = Explorer(player, (), Arrangement())
        assert explorer.as_written(explorer.clean(Player(toy(), 1))).outcome is Outcome.RESTORED


class Late(ReferenceTarget):
    """Is never put back where it was, and comes to a point too late the first so many times."""

    def __init__(self, misses: int) -> None:
        super().__init__()
        self.misses = misses
        self.asked = 0

    @property
    def capabilities(self) -> frozenset[Capability]:
        return super().capabilities - {Capability.SNAPSHOT, Capability.FINGERPRINT}

    def interrupt(self, break_: str, point: str) -> None:
        self.asked += 1
        super().interrupt(break_, point if self.asked > self.misses else "store.commit #9")


@pytest.mark.parametrize(("misses", "missed"), [(2, 0), (3, 1)])
def test_a_fault_that_misses_its_point_is_tried_again(misses: int, missed: int) -> None:
    target = Late(misses)
    try:
        exploration = Exploration(target, ORDER[:1], ("crash-before",))
    finally:
        target.close()
    assert len(exploration.missed) == missed
    assert len(exploration.results) == 1
