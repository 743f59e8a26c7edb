"""A finding is shrunk to the shortest conversation that fails the same way."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from simulators.campaign.campaign import Options, explore, outcome_of
from simulators.conversation import (
    THE_CUSTOMER,
    Action,
    Break,
    Pause,
    Say,
    Script,
    SwitchTab,
    turns_of,
)
from simulators.errors import TargetError
from simulators.explorer.replaying import Example, Replayer
from simulators.explorer.striking import Missed
from simulators.explorer.tally import cause_of
from simulators.faults.catalogue import FAULTS, named, select
from simulators.gherkin.printer import print_scenario
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
from simulators.plan import Placed, describe
from simulators.shrinker.shrinker import REPLAYS, Effort, Shrunk, shrink
from simulators.targets.choice import choose
from simulators.targets.target import Arrangement, Capability, Delivery, Target
from simulators.trace import Answer
from tests.pasting import failure_of_scenario
from tests.simulators.conftest import ToyTarget

pytestmark = pytest.mark.long

Toy = Callable[..., ToyTarget]


def said(*texts: str, by: str = THE_CUSTOMER) -> Script:
    return tuple(Say(by, text) for text in texts)


def shrunk(
    target: Target, script: Script, plan: Sequence[Placed], faults: Sequence[str] | None = None
) -> Shrunk:
    """The shortest form of what a plan shows; `faults` are those that the user asked for."""
    replayer = Replayer(target, Arrangement(), 0)
    found = replayer.replay(Example(script, tuple(plan)))
    assert isinstance(found, Judged)
    wanted = select("all", target.capabilities) if faults is None else list(map(named, faults))
    return shrink(replayer, script, found, wanted)


class TestGolden:
    """What is left of conversations, by hand."""

    def test_six_turns_become_two(self, toy: Toy) -> None:
        """The break itself can come earlier, too."""
        script = said("hello", "my number", "yes", "thanks", "and now?", "bye")
        left = shrunk(toy("memory-only"), script, [Placed(4, "crash")], ["crash"])
        assert left.example == Example(said("hello", "my number"), (Placed(1, "crash"),))
        assert len(left.judged.trace.turns) == 2
        assert left.reproduced == REPLAYS

    def test_turns_between_those_that_matter_are_left_out(self, toy: Toy) -> None:
        """The order is what the second turn of a session confirms, and what a crash then loses."""
        script = said("hello", "my number", "yes", "thanks", "hello again", "my number", "yes")
        left = shrunk(toy("numbers-in-memory"), script, [Placed(4, "crash")], ["crash"])
        assert describe(left.example.plan) == "crash after turn 3"

    def test_the_lightest_fault_that_does_it(self, toy: Toy) -> None:
        left = shrunk(toy("memory-only"), said("hello", "yes"), [Placed(1, "failover")])
        assert describe(left.example.plan) == "eviction after turn 1"

    def test_no_other_fault_than_the_user_asked_for(self, toy: Toy) -> None:
        left = shrunk(toy("memory-only"), said("a", "b"), [Placed(1, "crash")], ["failover"])
        assert describe(left.example.plan) == "crash after turn 1"

    def test_a_new_version_is_not_taken_for_a_restart(self, toy: Toy) -> None:
        left = shrunk(toy("skewed"), said("a", "b", "c"), [Placed(2, "deploy")])
        assert describe(left.example.plan) == "deploy after turn 1"
        left = shrunk(toy("memory-only"), said("a", "b", "c"), [Placed(2, "deploy")], ["restart"])
        assert describe(left.example.plan) == "restart after turn 1"

    def test_two_faults_of_which_one_is_enough(self, toy: Toy) -> None:
        plan = [Placed(1, "reload"), Placed(2, "crash")]
        left = shrunk(toy("memory-only"), said("a", "b", "c"), plan, ["reload", "crash"])
        assert describe(left.example.plan) == "crash after turn 1"

    def test_faults_and_tabs_of_the_scenario_itself(self, toy: Toy) -> None:
        script: list[Action] = [
            *said("hello"),
            Break("new-tab"),
            *said("my number"),
            SwitchTab(THE_CUSTOMER, 1),
            Break("restart"),
            *said("yes"),
        ]
        left = shrunk(toy("never-expires"), tuple(script), [Placed(2, "expiry")], ["expiry"])
        assert left.example == Example(said("hello", "my number"), (Placed(1, "expiry"),))

    def test_a_customer_who_has_no_part_in_it(self, toy: Toy) -> None:
        script = tuple(Say(name, text) for text in ("a", "b", "c") for name in ("Anu", "Hari"))
        left = shrunk(toy("never-expires"), script, [Placed(5, "expiry", "Hari")])
        assert left.example == Example(said("a", "b", by="Anu"), (Placed(1, "expiry", "Anu"),))

    def test_two_customers_where_it_takes_two(self, toy: Toy) -> None:
        script = tuple(Say(name, text) for text in ("a", "b", "c") for name in ("Anu", "Hari"))
        left = shrunk(toy("restores-latest"), script, [Placed(4, "crash")], ["crash"])
        writers = [one.customer for one in left.example.script if isinstance(one, Say)]
        assert writers == ["Anu", "Hari", "Anu"]

    def test_a_pause_that_need_not_be_so_long(self, toy: Toy) -> None:
        script = (*said("a"), Pause(timedelta(hours=25)), *said("b", "c"))
        left = shrunk(toy("silent-expiry"), script, [])
        assert left.example == Example((*said("a"), Pause(timedelta(days=1)), *said("b")), ())

    def test_what_breaks_by_itself_is_shrunk_without_faults(self, toy: Toy) -> None:
        target = toy()
        target.deliver = lambda _: Answer(200, "hello", "one session for everybody")  # type: ignore[method-assign]
        script = tuple(Say(name, text) for text in ("a", "b", "c") for name in ("Anu", "Hari"))
        left = shrunk(target, script, [])
        assert left.example == Example(script[:2], ())


class Doubting(Replayer):
    """Can judge no conversation but one."""

    judged: Script = ()

    def doubt(self, example: Example) -> str | None:
        return None if example.script == self.judged else "the clean run is broken"


class TestUnreliableTargets:
    """What is found is told in any case, with how often it showed."""

    def test_a_finding_that_shows_every_other_time(self, toy: Toy) -> None:
        target = toy("memory-only")
        strike = target.strike

        def strike_sometimes(capability: Capability, session_id: str | None) -> bool:
            if target.plays % 2:
                return strike(capability, session_id)
            return True

        found = Replayer(target, Arrangement(), 0)
        example = Example(said("a", "b"), (Placed(1, "crash"),))
        judged = found.replay(example)
        assert isinstance(judged, Judged)
        assert judged.breaches
        target.strike = strike_sometimes  # type: ignore[method-assign]
        left = shrink(found, example.script, judged, [named("crash")])
        assert left.example == example
        assert left.reproduced == REPLAYS / 2

    def test_a_target_that_gives_trouble_meanwhile(self, toy: Toy) -> None:
        target = toy("memory-only")
        replayer = Replayer(target, Arrangement(), 0)
        example = Example(said("a", "b", "c"), (Placed(2, "crash"),))
        judged = replayer.replay(example)
        assert isinstance(judged, Judged)

        def refuse(_: Delivery) -> Answer:
            raise TargetError("nobody answers")

        target.deliver = refuse  # type: ignore[method-assign]
        assert shrink(replayer, example.script, judged, FAULTS) == Shrunk(example, judged, 0)

    def test_a_shorter_conversation_that_cannot_be_repeated(self, toy: Toy) -> None:
        """One message varies, and only where another one was not sent before."""
        target = toy("memory-only")
        deliver = target.deliver

        def waver(delivery: Delivery) -> Answer:
            answer = deliver(delivery)
            if delivery.text == "b" and answer.step == "contact":
                return Answer(200, f"{target.plays}", answer.session_id, cookies=answer.cookies)
            return answer

        target.deliver = waver  # type: ignore[method-assign]
        left = shrunk(target, said("a", "b", "c"), [Placed(2, "crash")], ["crash"])
        assert left.example == Example(said("a", "c"), (Placed(1, "crash"),))

    def test_a_shorter_conversation_of_which_nothing_can_be_said(self, toy: Toy) -> None:
        replayer = Doubting(toy("memory-only"), Arrangement(), 0)
        replayer.judged = script = said("hello", "my number", "yes")
        found = replayer.replay(Example(script, (Placed(2, "crash"),)))
        assert isinstance(found, Judged)
        left = shrink(replayer, script, found, [named("crash")])
        assert left.example == Example(script, (Placed(1, "crash"),))

    def test_no_more_is_tried_than_the_cap_allows(self, toy: Toy) -> None:
        tried = 0

        class Counting(Replayer):
            def replay(self, example: Example) -> Judged | Missed:
                nonlocal tried
                tried += 1
                return super().replay(example)

        replayer = Counting(toy("memory-only"), Arrangement(), 0)
        script = said(*"abcdef")
        found = replayer.replay(Example(script, (Placed(5, "crash"),)))
        assert isinstance(found, Judged)
        left = shrink(replayer, script, found, [named("crash")], Effort(tries=2, replays=3))
        assert tried <= 1 + 2 + 3
        assert (left.reproduced, left.replays) == (3, 3)


unhurried = settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much])

BUGS = {
    "memory-only": "crash",
    "no-history": "restart",
    "no-dedupe": "duplicate",
    "trusts-anybody": "lost-cookies",
    "never-expires": "expiry",
    "undead": "clear-chat",
    "cold": "deploy",
}
"""Bugs of the toy, and a fault that shows each."""

SAID = st.builds(
    Say, st.sampled_from([THE_CUSTOMER, "Hari"]), st.sampled_from(["hello", "my number", "yes"])
)
IN_TABS = (Break("new-tab"), *said("hello"), SwitchTab(THE_CUSTOMER, 1))
SCRIPTS: st.SearchStrategy[Script] = st.tuples(
    st.lists(SAID, min_size=1, max_size=3).map(tuple),
    st.sampled_from([(), IN_TABS, (Pause(timedelta(minutes=20)),), (Break("restart"),)]),
    st.lists(SAID, min_size=1, max_size=4).map(tuple),
).map(lambda parts: tuple(action for part in parts for action in part))


@st.composite
def found_by_chance(draw: st.DrawFn) -> tuple[str, Script, Judged]:
    """A bug of the toy, and a play of some script that breaks a law by the faults of a plan. The
    faults that the script asks for itself do no harm."""
    bug, fault = draw(st.sampled_from(sorted(BUGS.items())))
    script = draw(SCRIPTS)
    turns = st.integers(1, turns_of(script))
    writers = [action.customer for action in script if isinstance(action, Say)]
    others = draw(st.lists(st.sampled_from([one.name for one in FAULTS]), max_size=2))
    struck = [(draw(turns), name) for name in (fault, *others)]
    plan = tuple(Placed(turn, name, writers[turn - 1]) for turn, name in sorted(struck))
    assume(outcome_of(script, Arrangement(), ToyTarget(bug), 0) is Outcome.RESTORED)
    replayer, example = Replayer(ToyTarget(bug), Arrangement(), 0), Example(script, plan)
    judged = None if replayer.doubt(example) else replayer.replay(example)
    assume(isinstance(judged, Judged) and judged.breaches)
    assert isinstance(judged, Judged)
    return bug, script, judged


@given(found_by_chance())
@unhurried
def test_what_is_left_fails_the_same_way_as_gherkin_too_and_cannot_be_shrunk_further(
    found: tuple[str, Script, Judged],
) -> None:
    bug, script, judged = found
    replayer = Replayer(ToyTarget(bug), Arrangement(), 0)
    left = shrink(replayer, script, judged, FAULTS)
    assert left.reproduced == REPLAYS
    assert cause_of(left.judged) == cause_of(judged)
    assert left.judged.plan == left.example.plan
    scenario = print_scenario("Shrunk", left.example.script, Arrangement(), left.judged)
    with TemporaryDirectory() as folder:
        failure = failure_of_scenario(scenario, lambda: ToyTarget(bug), Path(folder))
    assert failure == (judged.breaches[0].law, judged.outcome.value)
    again = shrink(replayer, left.example.script, left.judged, FAULTS)
    assert again.example == left.example


def test_a_campaign_tells_of_the_shrunk_finding(toy: Toy) -> None:
    script = said("hello", "my number", "yes", "thanks", "and now?", "bye")
    options = Options(0, 1, (named("crash"),), "service:toy")
    (finding,) = explore("Six turns", script, Arrangement(), toy("memory-only"), options).findings
    assert (finding.reproduced, finding.replays) == (10, 10)
    assert finding.plans == 5
    assert len(finding.clean) == 2
    assert finding.gherkin.count("says") == 2
    assert finding.reproducer is not None
    assert finding.reproducer.target == "service:toy"
    assert len(finding.reproducer.script) == 2


def test_a_fault_inside_a_turn_stays_at_its_call_while_turns_around_it_go(
    request: pytest.FixtureRequest,
) -> None:
    target = choose("tests.simulators.services:Forgetful")
    request.addfinalizer(target.close)
    script = said(*["What are your opening hours?"] * 2, "I need 11 remote controls", "11")
    crash = named("crash-before")
    replayer = Replayer(target, Arrangement(), 0)
    replayer.replay(Example(script[:2], ()))
    (first, *_) = target.points()
    found = replayer.replay(Example(script, (Placed(4, crash.name, point=first.name),)))
    assert isinstance(found, Judged)
    left = shrink(replayer, script, found, [crash])
    assert left.example == Example(script[:2], (Placed(2, crash.name, point=first.name),))
    assert left.reproduced == REPLAYS
    left = shrink(replayer, script, found, [crash, named("eviction")])
    assert describe(left.example.plan) == "eviction after turn 1"
