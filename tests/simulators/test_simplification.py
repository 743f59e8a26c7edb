"""The simpler forms that the shrinker tries."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from simulators.conversation import (
    THE_CUSTOMER,
    Action,
    Break,
    Impersonate,
    Operate,
    Operation,
    Pause,
    Say,
    Script,
    SwitchTab,
    turns_of,
)
from simulators.faults.catalogue import FAULTS, named
from simulators.plan import Placed, describe
from simulators.replaying import Example
from simulators.simplification import LIGHTEST_FIRST, simpler

CUSTOMERS = st.sampled_from([THE_CUSTOMER, "Anu", "Hari"])
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(Say, CUSTOMERS, st.sampled_from(["hello", "yes"])),
    st.builds(SwitchTab, CUSTOMERS, st.integers(1, 2)),
    st.builds(Pause, st.timedeltas(timedelta(seconds=1), timedelta(days=3))),
    st.builds(Break, st.sampled_from(["new-tab", "crash"]), CUSTOMERS),
    st.builds(Impersonate, CUSTOMERS, CUSTOMERS),
    st.builds(Operate, st.sampled_from(Operation)),
)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    script = (*draw(st.lists(ACTIONS, max_size=4)), Say(THE_CUSTOMER, "hello"))
    script += tuple(draw(st.lists(ACTIONS, max_size=4)))
    places = st.builds(
        Placed, st.integers(1, turns_of(script)), st.sampled_from(LIGHTEST_FIRST), CUSTOMERS
    )
    plan = sorted(draw(st.lists(places, max_size=3)), key=lambda placed: placed.after_turn)
    return Example(script, tuple(plan))


def size(example: Example) -> tuple[object, ...]:
    """What has to become less, the most important first."""
    script, plan = example.script, example.plan
    breaks = [action.fault for action in script if isinstance(action, Break)]
    tabs = sum(isinstance(action, SwitchTab) for action in script) + breaks.count("new-tab")
    pauses = (action.duration for action in script if isinstance(action, Pause))
    return (
        len(plan) + len(breaks),
        tabs,
        turns_of(script),
        len(script),
        sum(LIGHTEST_FIRST.index(placed.fault) for placed in plan),
        sum(placed.after_turn for placed in plan),
        sum(pauses, timedelta()),
    )


def tried(script: Script, *plan: Placed, shown: int = 0, faults: str = "") -> list[Example]:
    example = Example(script, plan)
    chosen = [named(name) for name in faults.split()]
    return list(simpler(example, shown or turns_of(script), chosen))


def said(*texts: str) -> Script:
    return tuple(Say(THE_CUSTOMER, text) for text in texts)


@given(examples(), st.data())
def test_every_form_is_simpler_and_can_be_played(example: Example, data: st.DataObject) -> None:
    shown = data.draw(st.integers(1, turns_of(example.script)))
    for candidate in simpler(example, shown, FAULTS):
        turns = turns_of(candidate.script)
        places = [placed.after_turn for placed in candidate.plan]
        assert size(candidate) < size(example)
        assert places == sorted(places)
        assert all(1 <= place <= turns for place in places)


def test_every_fault_of_the_catalogue_has_a_weight() -> None:
    assert sorted(LIGHTEST_FIRST) == sorted(fault.name for fault in FAULTS)


def test_without_each_fault_of_the_plan_and_of_the_script() -> None:
    script = (*said("a"), Break("crash"), *said("b"))
    forms = tried(script, Placed(1, "reload"), Placed(2, "reload"))[:3]
    assert [(len(one.script), describe(one.plan)) for one in forms] == [
        (3, "reload after turn 2"),
        (3, "reload after turn 1"),
        (2, "reload after turn 1, reload after turn 2"),
    ]


def test_without_all_that_is_about_tabs() -> None:
    script = (*said("a"), Break("new-tab"), *said("b"), SwitchTab(THE_CUSTOMER, 1), *said("c"))
    assert Example(said("a", "b", "c"), ()) in tried(script)


def test_without_what_comes_after_the_turn_that_shows_it() -> None:
    script = (*said("a", "b"), Pause(timedelta(hours=1)), *said("c"))
    assert tried(script, shown=2)[0].script == said("a", "b")


def test_without_one_of_several_customers_and_all_that_is_about_them() -> None:
    anu, hari = Say("Anu", "hello"), Say("Hari", "hello")
    script = (anu, hari, Impersonate("Hari", "Anu"), Pause(timedelta(seconds=1)), hari)
    forms = tried(script, Placed(1, "reload", "Anu"), Placed(3, "reload", "Hari"))
    of_anu, of_hari = (Placed(1, "reload", name) for name in ("Anu", "Hari"))
    assert Example((anu, script[3]), (of_anu, of_anu)) in forms
    assert Example((hari, script[3], hari), (of_hari, Placed(2, "reload", "Hari"))) in forms


def test_without_halves_first_and_single_turns_last() -> None:
    forms = ["".join(one.text for one in form.script) for form in tried(said(*"abcd"))]  # type: ignore[union-attr]
    assert forms == ["ab", "cd", "abc", "abd", "acd", "bcd"]


def test_a_fault_goes_to_the_turn_before_the_one_that_is_left_out() -> None:
    forms = tried(said("a", "b", "c"), Placed(2, "crash"))
    assert Example(said("a", "c"), (Placed(1, "crash"),)) in forms
    assert Example(said("b", "c"), (Placed(1, "crash"),)) in forms


def test_a_fault_never_strikes_before_the_first_turn() -> None:
    assert Example(said("b"), (Placed(1, "crash"),)) in tried(said("a", "b"), Placed(1, "crash"))


def test_lighter_faults_of_those_that_are_wanted_the_lightest_first() -> None:
    forms = tried(said("a"), Placed(1, "crash"), faults="deploy restart crash eviction")
    assert [describe(form.plan) for form in forms[1:]] == [
        "eviction after turn 1",
        "restart after turn 1",
    ]


def test_a_fault_of_one_customer_in_the_place_of_one_of_the_service_strikes_who_wrote() -> None:
    script = (Say("Anu", "a"), Say("Hari", "b"), Say("Priya", "c"))
    plans = [describe(form.plan) for form in tried(script, Placed(2, "crash"), faults="reload")]
    assert plans[-2:] == ["reload of Hari after turn 2", "reload of Anu after turn 2"]


def test_a_fault_of_one_customer_keeps_its_victim() -> None:
    script = (Say("Anu", "a"), Say("Hari", "b"))
    plan = Placed(2, "expiry", "Anu")
    plans = [describe(form.plan) for form in tried(script, plan, faults="reload crash expiry")]
    assert plans[-2:] == ["reload of Anu after turn 2", "crash after turn 2"]


def test_earlier_places_the_earliest_first() -> None:
    plans = [describe(form.plan) for form in tried(said("a", "b", "c"), Placed(3, "crash"))]
    assert plans[1:3] == ["crash after turn 1", "crash after turn 2"]


def test_an_earlier_fault_strikes_first() -> None:
    plan = (Placed(2, "crash"), Placed(3, "reload"))
    plans = [describe(form.plan) for form in tried(said("a", "b", "c"), *plan)]
    assert "reload after turn 1, crash after turn 2" in plans


def test_shorter_pauses_the_shortest_first() -> None:
    script = (*said("a"), Pause(timedelta(minutes=90)))
    durations = [form.script[1].duration for form in tried(script)[1:]]  # type: ignore[union-attr]
    assert durations == [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)]
