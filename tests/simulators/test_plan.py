"""Fault plans in words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulators.conversation import THE_CUSTOMER
from simulators.faults.catalogue import FAULTS
from simulators.plan import Placed, describe

NAMES = st.text(min_size=1)
FAULT_NAMES = st.sampled_from([fault.name for fault in FAULTS])


@given(st.builds(Placed, st.integers(0), FAULT_NAMES, NAMES | st.just(THE_CUSTOMER)))
@example(Placed(2, "crash", "Hari after turn 3"))
@example(Placed(2, "crash", "Hari of the shop"))
@example(Placed(2, "crash", "two\nlines"))
@example(Placed(2, "crash", " "))
@example(Placed(2, "crash", "of"))
@example(Placed(2, "crash", "\ud800"))
def test_a_fault_in_its_place_can_be_read_back(placed: Placed) -> None:
    assert Placed.parse(str(placed)) == placed


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
