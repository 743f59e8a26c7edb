"""Two plays stand in one state where nobody can tell them apart any more, and not before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from simulators.conversation import (
    THE_CUSTOMER,
    Action,
    ChangeCatalogue,
    ClaimUser,
    OmitUser,
    Pause,
    Say,
    Script,
    StockedPart,
)
from simulators.explorer.state import States
from simulators.faults.catalogue import named
from simulators.player.course import Course
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement

GREETINGS: Script = (Say(THE_CUSTOMER, "hello"), Say(THE_CUSTOMER, "hello again"))
WROTE_EARLIER = ("slow-store", "store.tombstone_with #1"), ("store-error", "store.pending #1")
"""Two faults that leave the same behind, but for when the customer wrote."""

OLDER_COOKIE = ("slow-store", "store.commit #1"), ("store-timeout", "store.pending #1")
"""Two faults that leave the same behind, but for the age of the cookies."""


@pytest.fixture
def player() -> Iterator[Player]:
    target = ReferenceTarget()
    yield Player(target)
    target.close()


def state(
    player: Player, script: Script, turns: int, struck: tuple[str, str], strikes: int | None
) -> bytes:
    """The state after that many turns, the last of which the fault strikes."""
    course = Course(player, script, Arrangement())
    place = course.begin({})
    for _ in range(turns - 1):
        after = course.advance(place)
        assert after is not None
        place = after
    fault, point = struck
    after = course.advance(place, named(fault), point)
    assert after is not None
    assert course.trace.strikes[-1].fired
    return States(player, script).here(after, (), strikes)


def are_one(
    player: Player,
    pair: tuple[tuple[str, str], tuple[str, str]],
    script: Script,
    turns: int,
    strikes: int | None = None,
) -> bool:
    one, other = (state(player, script, turns, struck, strikes) for struck in pair)
    return one == other


def test_after_the_last_turn_the_last_fault_cannot_tell_when_the_customer_wrote(
    player: Player,
) -> None:
    assert are_one(player, WROTE_EARLIER, GREETINGS, 2)
    assert are_one(player, WROTE_EARLIER, GREETINGS, 2, strikes=1)


def test_a_fault_after_the_next_one_can_tell_when_the_customer_wrote(player: Player) -> None:
    assert not are_one(player, WROTE_EARLIER, GREETINGS, 2, strikes=2)


def test_a_turn_to_come_can_tell_when_the_customer_wrote(player: Player) -> None:
    assert not are_one(player, WROTE_EARLIER, (*GREETINGS, GREETINGS[0]), 2)


def test_a_fault_of_another_customer_can_tell_when_the_customer_wrote(player: Player) -> None:
    script = (Say("Anu", "hello"), *GREETINGS)
    assert not are_one(player, WROTE_EARLIER, script, 3)


def test_a_cookie_that_outlives_the_play_has_no_age(player: Player) -> None:
    assert are_one(player, OLDER_COOKIE, (*GREETINGS, GREETINGS[0]), 2)


def test_a_cookie_that_may_end_before_the_play_has_one(player: Player) -> None:
    week = Pause(timedelta(days=8))
    assert not are_one(player, OLDER_COOKIE, (*GREETINGS, week, GREETINGS[0]), 2)


@pytest.mark.parametrize(
    "action",
    [
        OmitUser(THE_CUSTOMER),
        ClaimUser(THE_CUSTOMER, "Anu"),
        ChangeCatalogue((StockedPart("AC remote control", 48_000, 41_000, 60),)),
    ],
    ids=lambda action: type(action).__name__,
)
def test_what_a_page_says_of_its_user_and_what_the_shop_sells_is_part_of_it(
    player: Player, action: Action
) -> None:
    script = (Say("Anu", "hello"), *GREETINGS)
    course, states = Course(player, script, Arrangement()), States(player, script)
    place = course.begin({})
    for _ in range(2):
        after = course.advance(place)
        assert after is not None
        place = after
    before = states.here(place, (), None)
    assert states.here(place, (), None) == before
    player.perform(action)
    assert states.here(place, (), None) != before
