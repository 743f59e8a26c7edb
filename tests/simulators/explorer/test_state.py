"""Two plays stand in one state where nobody can tell them apart any more, and not before."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from simulators.conversation import (
    THE_CUSTOMER,
    Action,
    Break,
    Browser,
    ChangeCatalogue,
    ClaimUser,
    OmitUser,
    Pause,
    Say,
    Script,
    StockedPart,
    SwitchTab,
)
from simulators.explorer.state import States
from simulators.faults.catalogue import named
from simulators.laws import case_of
from simulators.player.course import Course
from simulators.player.player import Player
from simulators.player.standing import Standing
from simulators.targets.reference import ReferenceTarget
from simulators.targets.simulation.simulation import START
from simulators.targets.target import Arrangement
from simulators.trace import Life

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


def test_each_fault_that_is_left_may_take_a_cookie_closer_to_its_end(player: Player) -> None:
    """A cookie lives for eight days, and a fault takes one."""
    script = (*GREETINGS, GREETINGS[0])
    assert are_one(player, OLDER_COOKIE, script, 2, strikes=7)
    assert not are_one(player, OLDER_COOKIE, script, 2, strikes=8)


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


def _of_the_customer(**changes: object) -> Callable[[Standing], Standing]:
    def changed(standing: Standing) -> Standing:
        customer = standing.customer(THE_CUSTOMER)
        return standing.seat(THE_CUSTOMER, replace(customer, **changes))  # type: ignore[arg-type]

    return changed


@pytest.mark.parametrize(
    "change",
    [
        lambda standing: replace(standing, failovers=1),
        _of_the_customer(session_id="another"),
        _of_the_customer(noted=Life.LOST),
        _of_the_customer(sent=None),
        _of_the_customer(turn=1),
        _of_the_customer(earlier=None),
        _of_the_customer(wrote_at=START),
        _of_the_customer(heard_at=START),
        _of_the_customer(recalled_at=START),
        _of_the_customer(was_refused=True),
        _of_the_customer(is_unanswered=True),
        _of_the_customer(browser=Browser()),
    ],
    ids=[
        *("failovers", "session ID", "life", "last message", "turn", "message before the last"),
        *("wrote at", "heard at", "recalled", "refused", "unanswered", "browser"),
    ],
)
def test_what_is_known_of_a_customer_is_part_of_it(
    player: Player, change: Callable[[Standing], Standing]
) -> None:
    script = (*GREETINGS, GREETINGS[0])
    course, states = Course(player, script, Arrangement()), States(player, script)
    place = course.begin({})
    for _ in range(2):
        player.target.advance(timedelta(minutes=5))
        after = course.advance(place)
        assert after is not None
        place = after
    # Where no fault is left, too, a delivery may take so long that a deadline passes.
    for strikes in (None, 0):
        before, here = states.here(place, (), strikes), course.checkpoint()
        course.go_back(here)
        assert states.here(place, (), strikes) == before
        course.go_back(replace(here, standing=change(here.standing)))
        assert states.here(place, (), strikes) != before
        course.go_back(here)


def test_whose_turn_was_the_last_is_part_of_it(player: Player) -> None:
    course, states = Course(player, GREETINGS, Arrangement()), States(player, GREETINGS)
    place = course.begin({})
    assert states.here(replace(place, customer="Anu"), (), None) != states.here(place, (), None)


def test_what_a_tab_remembers_is_part_of_it_as_long_as_the_script_goes_back_there(
    player: Player,
) -> None:
    back = (*GREETINGS, SwitchTab(THE_CUSTOMER, 1), GREETINGS[0])
    for script, matters in ((back, True), (GREETINGS, False)):
        course, states = Course(player, script, Arrangement()), States(player, script)
        place = course.advance(course.begin({}))
        assert place is not None
        player.perform(Break("new-tab"))
        here, before = course.checkpoint(), states.here(place, (), None)
        browser = player.customer(THE_CUSTOMER).browser
        emptied = replace(browser, pages=(None, None))
        assert browser.pages != emptied.pages
        course.go_back(replace(here, standing=_of_the_customer(browser=emptied)(here.standing)))
        assert (states.here(place, (), None) != before) is matters


def test_what_the_very_next_turn_has_to_equal_is_part_of_it(player: Player) -> None:
    course, states = Course(player, GREETINGS, Arrangement()), States(player, GREETINGS)
    reference = course.play_through(player).turns
    place = course.advance(course.begin(reference))
    assert place is not None
    other = replace(reference[2], answer=replace(reference[2].answer, text="Good evening."))
    one, another = (
        states.here(place, (case_of(course.trace, legal, {}),), None)
        for legal in (reference, {**reference, 2: other})
    )
    assert one != another
