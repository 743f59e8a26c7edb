"""The simpler forms that the shrinker tries."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from simulators.conversation import (
    THE_CUSTOMER,
    Action,
    Break,
    ClaimUser,
    Impersonate,
    Interrupt,
    Operate,
    Operation,
    Pause,
    Resend,
    Say,
    Script,
    SwitchTab,
    turns_of,
)
from simulators.explorer.replaying import Example
from simulators.faults.catalogue import FAULTS, named
from simulators.plan import Placed, describe
from simulators.shrinker.simplification import LIGHTEST_FIRST, simpler
from simulators.targets.overlap import Order

CUSTOMERS = st.sampled_from([THE_CUSTOMER, "Anu", "Hari"])
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    st.builds(Say, CUSTOMERS, st.sampled_from(["hello", "yes"])),
    st.builds(SwitchTab, CUSTOMERS, st.integers(1, 2)),
    st.builds(Pause, st.timedeltas(timedelta(seconds=1), timedelta(days=3))),
    st.builds(Break, st.sampled_from(["new-tab", "crash"]), CUSTOMERS),
    st.builds(Impersonate, CUSTOMERS, CUSTOMERS),
    st.builds(ClaimUser, CUSTOMERS, CUSTOMERS),
    st.builds(Operate, st.sampled_from(Operation)),
    st.builds(Interrupt, st.just("store-error"), st.just("store.commit #1"), st.just(1)),
    st.builds(Resend, CUSTOMERS, st.booleans()),
)
POINTS = st.sampled_from(["store.load #1", "store.commit #2", "store.write #3 (INSERT orders)"])
BETWEEN = [fault.name for fault in FAULTS if fault.strikes_between_turns]
INSIDE = [fault.name for fault in FAULTS if fault.inside is not None]
TOGETHER = [fault.name for fault in FAULTS if fault.together is not None]
ORDERS = st.sampled_from(["answer", "store.load #1", "store.load #1 then store.commit #1"])


@st.composite
def examples(draw: st.DrawFn) -> Example:
    script = (*draw(st.lists(ACTIONS, max_size=4)), Say(THE_CUSTOMER, "hello"))
    script += tuple(draw(st.lists(ACTIONS, max_size=4)))
    turns = st.integers(1, turns_of(script))
    between = st.builds(Placed, turns, st.sampled_from(BETWEEN), CUSTOMERS)
    inside = st.builds(
        Placed,
        *(turns, st.sampled_from(INSIDE), st.just(THE_CUSTOMER), POINTS),
        *(st.integers(0, 2), st.booleans()),
    )
    together = st.builds(Placed, turns, st.sampled_from(TOGETHER), st.just(THE_CUSTOMER), ORDERS)
    plan = sorted(draw(st.lists(between | inside | together, max_size=3)), key=moment)
    return Example(script, tuple(plan))


def moment(placed: Placed) -> tuple[int, bool, int]:
    """The turn, after the deliveries of which come the faults between two turns."""
    return placed.after_turn, not placed.point, placed.tries


def number_of(point: str) -> int:
    """That of the call where a fault strikes inside a turn."""
    number = point.rpartition(" #")[2]
    return int(number) if number.isdecimal() else 0


def size(example: Example) -> tuple[object, ...]:
    """What has to become less, the most important first."""
    script, plan = example.script, example.plan
    breaks = [action.fault for action in script if isinstance(action, Break | Interrupt)]
    tabs = sum(isinstance(action, SwitchTab) for action in script) + breaks.count("new-tab")
    pauses = (action.duration for action in script if isinstance(action, Pause))
    return (
        len(plan) + len(breaks),
        sum(placed.is_given_up for placed in plan),
        tabs,
        turns_of(script),
        len(script),
        sum(len(Order.parse(placed.point).switches) for placed in plan if placed.point),
        sum(LIGHTEST_FIRST.index(placed.fault) for placed in plan),
        sum(placed.after_turn for placed in plan),
        sum(number_of(placed.point) for placed in plan),
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
        moments = [moment(placed) for placed in candidate.plan]
        assert size(candidate) < size(example)
        assert moments == sorted(moments)
        assert all(1 <= turn <= turns for turn, _, _ in moments)


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
    thefts = Impersonate("Hari", "Anu"), ClaimUser("Hari", "Anu")
    script = (anu, hari, *thefts, Pause(timedelta(seconds=1)), hari)
    forms = tried(script, Placed(1, "reload", "Anu"), Placed(3, "reload", "Hari"))
    of_anu, of_hari = (Placed(1, "reload", name) for name in ("Anu", "Hari"))
    assert Example((anu, script[4]), (of_anu, of_anu)) in forms
    assert Example((hari, script[4], hari), (of_hari, Placed(2, "reload", "Hari"))) in forms


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


def test_a_fault_inside_a_turn_that_is_left_out_takes_one_delivery_with_it() -> None:
    first = Placed(2, "store-error", point="store.load #1")
    crash, later = Placed(2, "crash", tries=1), replace(first, tries=1)
    assert tried(said("a", "b"), first, crash, later)[0].plan == (
        replace(later, tries=0),
        replace(crash, tries=0),
    )
    assert tried(said("a", "b"), first, crash, later)[2].plan == (first, crash)


def test_a_message_that_was_given_up_is_sent_again() -> None:
    given_up = Placed(1, "crash-after", point="store.commit #1", is_given_up=True)
    assert (replace(given_up, is_given_up=False),) in [
        form.plan for form in tried(said("a"), given_up)
    ]


def test_faults_of_one_turn_go_to_an_earlier_one_together() -> None:
    plan = (Placed(2, "store-error", point="store.load #1"), Placed(2, "crash", tries=1))
    plans = [describe(form.plan) for form in tried(said("a", "b"), *plan)]
    assert "store-error at store.load #1 in turn 1, crash before try 2 of turn 1" in plans


def test_a_fault_inside_a_turn_gives_way_to_one_at_the_same_call_or_after_the_turn() -> None:
    placed = Placed(1, "crash-after", point="store.commit #1")
    two = replace(placed, after_turn=2)
    plans = [describe(form.plan) for form in tried(said("a", "b"), two, faults="crash")]
    assert plans[-2:] == ["crash after turn 1", "crash after turn 2"]
    forms = tried(said("a"), placed, faults="crash-after store-error crash reload")
    assert [describe(form.plan) for form in forms[1:]] == [
        "reload after turn 1",
        "crash after turn 1",
        "store-error at store.commit #1 in turn 1",
    ]
    every = " ".join(fault.name for fault in FAULTS if fault.inside is not None)
    forms = tried(said("a"), placed, faults=every)
    assert [describe(form.plan) for form in forms[1:]] == [
        f"{name} at store.commit #1 in turn 1"
        for name in ("slow-store", "store-error", "store-timeout", "store-error-after")
    ]
    forms = tried(said("a"), Placed(1, "crash-before", point="mail.deliver #1"), faults=every)
    assert [describe(form.plan) for form in forms] == ["no fault"]
    assert [describe(form.plan) for form in tried(said("a"), Placed(1, "crash"), faults=every)] == [
        "no fault"
    ]


def test_a_fault_that_the_script_asks_for_inside_a_turn_names_the_turn_that_comes_next() -> None:
    inside = Interrupt("store-error", "store.load #1", 3)
    scripts = [form.script for form in tried((*said("a", "b"), inside, *said("c")))]
    assert (*said("b"), replace(inside, turn=2), *said("c")) in scripts
    assert said("a", "b", "c") in scripts


def test_earlier_places_the_earliest_first() -> None:
    plans = [describe(form.plan) for form in tried(said("a", "b", "c"), Placed(3, "crash"))]
    assert plans[1:3] == ["crash after turn 1", "crash after turn 2"]


def test_an_earlier_fault_strikes_first() -> None:
    plan = (Placed(2, "crash"), Placed(3, "reload"))
    plans = [describe(form.plan) for form in tried(said("a", "b", "c"), *plan)]
    assert "reload after turn 1, crash after turn 2" in plans


def test_earlier_calls_of_the_same_name_the_earliest_first() -> None:
    third = Placed(1, "crash-after", point="store.write #3")
    points = [form.plan[0].point for form in tried(said("a"), third) if form.plan]
    assert points == ["store.write #1", "store.write #2"]
    of_a_table = replace(third, point="store.write #3 (INSERT orders)")
    of_two_messages = Placed(1, "double-click", point="store.write #3")
    for placed in (of_a_table, of_two_messages):
        plans = [form.plan for form in tried(said("a"), placed)]
        assert [plan[0].point for plan in plans if plan] in ([], ["answer"])


def test_plainer_orders_of_two_messages() -> None:
    first, second = "store.load #1", "store.commit #1"
    placed = Placed(1, "double-click", point=f"{first} then {second}")
    points = [form.plan[0].point for form in tried(said("a"), placed) if form.plan]
    assert points == [second, first]
    assert tried(said("a"), replace(placed, point="arrival"))[1:] == [
        Example(said("a"), (replace(placed, point=str(Order())),))
    ]


def test_shorter_pauses_the_shortest_first() -> None:
    script = (*said("a"), Pause(timedelta(minutes=90)))
    durations = [form.script[1].duration for form in tried(script)[1:]]  # type: ignore[union-attr]
    assert durations == [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)]
