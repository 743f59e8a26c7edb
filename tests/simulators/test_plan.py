"""Fault plans in words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulators.conversation import THE_CUSTOMER
from simulators.faults.catalogue import FAULTS
from simulators.plan import Placed, describe
from simulators.targets.proxy.labels import of_words

NAMES = st.text(min_size=1)
FAULT_NAMES = st.sampled_from([fault.name for fault in FAULTS])
LABELS = st.just("") | st.text().map(lambda text: f" ({of_words('SET', text)})")
CALLS = st.tuples(st.from_regex(r"[a-z_]+\.[a-z_]+[0-9]* #[0-9]+", fullmatch=True), LABELS)
POINTS = st.lists(CALLS.map("".join), min_size=1, max_size=2).map(" then ".join)
TURNS, TRIES = st.integers(0, 3), st.integers(0, 3)
PLACES = st.builds(Placed, TURNS, FAULT_NAMES, NAMES, tries=TRIES) | st.builds(
    Placed, TURNS, FAULT_NAMES, point=POINTS, tries=TRIES, is_given_up=st.booleans()
)


@given(st.builds(Placed, st.integers(0), FAULT_NAMES, NAMES | st.just(THE_CUSTOMER)))
@example(Placed(2, "crash", "Hari after turn 3"))
@example(Placed(2, "crash", "Hari of the shop"))
@example(Placed(2, "crash", "two\nlines"))
@example(Placed(2, "crash", " "))
@example(Placed(2, "crash", "of"))
@example(Placed(2, "crash", "\ud800"))
def test_a_fault_in_its_place_can_be_read_back(placed: Placed) -> None:
    assert Placed.parse(str(placed)) == placed


@given(PLACES)
@example(Placed(3, "crash-after", point="store.commit #1"))
@example(Placed(3, "crash-after", point="store.commit #12", tries=1, is_given_up=True))
@example(Placed(3, "crash", tries=1))
@example(Placed(3, "crash", "Hari before try 2 of turn 1", tries=1))
@example(Placed(3, "crash", "x at store.commit #1 in turn 3"))
def test_a_fault_inside_a_turn_or_before_another_try_can_be_read_back(placed: Placed) -> None:
    assert Placed.parse(str(placed)) == placed


@given(PLACES, PLACES)
def test_no_two_places_read_the_same(one: Placed, other: Placed) -> None:
    assert (str(one) == str(other)) is (one == other)


def test_a_fault_inside_a_turn_names_the_call_and_the_try() -> None:
    placed = Placed(3, "crash-after", point="store.commit #1", tries=1, is_given_up=True)
    assert str(placed) == "crash-after at store.commit #1 in turn 3 try 2 and given up"
    assert str(Placed(3, "crash", tries=2)) == "crash before try 3 of turn 3"


@given(
    st.builds(Placed, st.integers(0, 3), FAULT_NAMES, NAMES),
    st.builds(Placed, st.integers(0, 3), FAULT_NAMES, NAMES),
)
def test_two_faults_never_read_the_same(one: Placed, other: Placed) -> None:
    assert (str(one) == str(other)) is (one == other)


def test_the_only_customer_is_not_named() -> None:
    assert str(Placed(2, "crash")) == "crash after turn 2"
    assert str(Placed(2, "reload", "Hari")) == "reload of Hari after turn 2"


@pytest.mark.parametrize(
    "text",
    [
        *("", "crash", "crash after turn", "crash after turn two", "after turn 2"),
        *("crash after turn -1", "Crash after turn 1", "crash of  after turn 1"),
        *("crash-after at store.commit in turn 2", "crash-after at store.commit #1 after turn 2"),
        *("crash-after at store.commit #1 in turn 2 try", "crash after turn 2 and given up"),
        *("crash after turn \u0662", "crash after turn 1, reload after turn 2"),
    ],
)
def test_what_is_no_fault_in_its_place_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it as 'crash after turn 2'"):
        Placed.parse(text)


def test_blanks_around_a_fault_do_not_matter() -> None:
    assert Placed.parse("  crash after turn 07\n") == Placed(7, "crash")


def test_a_plan_lists_its_faults_in_order() -> None:
    assert describe((Placed(1, "crash"), Placed(2, "reload"))) == (
        "crash after turn 1, reload after turn 2"
    )
    assert describe(()) == "no fault"
