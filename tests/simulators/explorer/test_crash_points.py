"""A process that serves two messages dies wherever it leaves something else, and there once."""

from dataclasses import replace

import pytest

from simulators.explorer.crash_points import CrashPoints
from simulators.faults.fault import Beside, Together
from simulators.targets.overlap import Move, Who

ONE_PROCESS = Together(Beside.NEXT, on_two_nodes=False, kills=True)
ONE_OF_TWO = Together(Beside.NEXT, on_two_nodes=True, kills=True)
FIRST, SECOND = Who


def write(who: Who, number: int, left: object, other_call: str) -> Move:
    return Move(who, f"write #{number}", True, frozenset(), frozenset(), other_call, left)


def read(who: Who, number: int, left: object, other_call: str) -> Move:
    return Move(who, f"read #{number}", False, frozenset(), frozenset(), other_call, left)


def points(way: Together, *orders: tuple[Move, ...]) -> tuple[str, ...]:
    found = CrashPoints(way)
    for order in orders:
        found.note(order)
    return found.points


READ_AFTERWARDS = (
    read(SECOND, 1, "nothing", "write #1"),
    write(FIRST, 1, "a", "read #2"),
    read(SECOND, 2, "a", "read #3"),
)
READ_BEFORE = (
    read(SECOND, 1, "nothing", "write #1"),
    read(SECOND, 2, "nothing", "write #1"),
    write(FIRST, 1, "a", "write #3"),
    write(SECOND, 3, "ab", "read #3"),
)


def test_it_dies_after_a_change_while_it_has_both_messages() -> None:
    assert points(ONE_PROCESS, READ_AFTERWARDS) == ("write #1 then read #2 then write #1",)


@pytest.mark.parametrize("way", [ONE_PROCESS, ONE_OF_TWO])
def test_a_process_that_has_one_message_alone_is_not_let_die(way: Together) -> None:
    one_after_the_other = (write(FIRST, 1, "a", "write #1"), write(SECOND, 1, "ab", ""))
    assert points(way, one_after_the_other) == ()


def test_two_orders_that_leave_the_same_are_one_place_to_die() -> None:
    both = points(ONE_PROCESS, READ_AFTERWARDS, READ_BEFORE)
    assert both == points(ONE_PROCESS, READ_AFTERWARDS)


def test_what_was_answered_by_then_is_a_part_of_what_is_left() -> None:
    answered = tuple(replace(one, left=(one.left, "answer")) for one in READ_BEFORE)
    assert len(points(ONE_PROCESS, READ_AFTERWARDS, answered)) == 2


def test_another_node_that_goes_on_tells_two_deaths_apart_by_what_it_has_seen() -> None:
    assert len(points(ONE_OF_TWO, READ_AFTERWARDS, READ_BEFORE)) == 2


def test_what_the_dead_node_looked_at_is_lost_with_it() -> None:
    looked = (*READ_AFTERWARDS[:1], read(FIRST, 0, "nothing", "read #2"), *READ_AFTERWARDS[1:])
    assert len(points(ONE_OF_TWO, READ_AFTERWARDS, looked)) == 1


def test_where_nobody_can_see_what_is_left_each_order_is_a_place_of_its_own() -> None:
    unseen = [
        tuple(replace(one, left=None) for one in order) for order in (READ_AFTERWARDS, READ_BEFORE)
    ]
    assert len(points(ONE_PROCESS, *unseen)) == 2
