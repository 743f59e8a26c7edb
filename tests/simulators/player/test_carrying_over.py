"""A conversation that is over, and goes on all the same: the service knows whose it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import THE_CUSTOMER, Pause, Say, Script
from simulators.faults.catalogue import named
from simulators.player.carrying_over import one_turn_longer
from simulators.player.standing import Armed, GaveUp, Numbered, Resent, Step, Struck
from simulators.targets.target import Arrangement

TEXTS = ("one", "two", "three", "four", "five", "six")
SCRIPT: Script = tuple(Say(THE_CUSTOMER, text) for text in TEXTS)
ENDS = ("clear-chat", "expiry")
ONE, TWO, MORE, *_ = SCRIPT
DAYS = Pause(timedelta(days=2))
CRASHED = Struck("crash", THE_CUSTOMER)
CLEARED = Struck("clear-chat", THE_CUSTOMER)
MEANWHILE = Armed("concurrent-clear", "answer")


def explored(target: Any, fault: str) -> Explored:
    return explore("An order", SCRIPT, Arrangement(), target, Options(0, 1, (named(fault),)))


@pytest.mark.parametrize("variants", [(), ("no-snapshot",)])
@pytest.mark.parametrize("bug", ["knows-its-customers", "knows-their-first"])
@pytest.mark.parametrize("fault", ENDS)
def test_what_a_stranger_would_not_be_told_is_of_the_old_one(
    toy: Callable[..., Any], fault: str, bug: str, variants: tuple[str, ...]
) -> None:
    finding, *_ = explored(toy(bug, *variants), fault).findings
    assert (finding.law, finding.field) == ("Step", "step")


@pytest.mark.parametrize("fault", ENDS)
def test_a_customer_may_be_greeted_as_one_who_was_there_before(
    toy: Callable[..., Any], fault: str
) -> None:
    found = explored(toy("greets-its-customers"), fault)
    assert (found.exploration.verdict, found.findings) == ("pass", ())


@pytest.mark.parametrize("variants", [(), ("no-snapshot",)])
@pytest.mark.parametrize("profile", ["speaks-their-language", "knows-their-contact"])
@pytest.mark.parametrize("fault", ENDS)
def test_what_is_known_of_a_customer_holds_in_each_conversation(
    toy: Callable[..., Any], fault: str, profile: str, variants: tuple[str, ...]
) -> None:
    found = explored(toy(profile, *variants), fault)
    assert (found.exploration.verdict, found.findings) == ("pass", ())


@pytest.mark.parametrize("fault", ENDS)
def test_where_more_is_known_of_a_customer_what_is_of_the_old_one_is_found(
    toy: Callable[..., Any], fault: str
) -> None:
    target = toy("speaks-their-language", "knows-their-contact", "knows-its-customers")
    finding, *_ = explored(target, fault).findings
    assert (finding.law, finding.field) == ("Step", "step")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((ONE, TWO), (CLEARED,)),
        ((ONE, TWO), (DAYS,)),
        ((ONE, CLEARED, TWO), (DAYS,)),
        ((ONE, TWO, CRASHED), (CLEARED, CRASHED)),
        ((ONE, TWO, CRASHED, Resent(2)), (CRASHED, DAYS)),
        ((ONE, TWO, GaveUp(THE_CUSTOMER)), (DAYS, Say("Anu", "two"))),
        ((ONE, TWO), (Struck("clear-chat", "Anu"), DAYS)),
        ((ONE,), (MEANWHILE, TWO)),
        ((ONE,), (MEANWHILE, TWO, Resent(2))),
    ],
)
def test_one_more_message_comes_before_what_ended_the_conversation(
    before: tuple[Step, ...], after: tuple[Step, ...]
) -> None:
    longer = one_turn_longer((*before, *after), MORE, is_over=True)
    apart, said, back = longer[len(before) : -len(after)]
    assert (longer[: len(before)], said, longer[-len(after) :]) == (before, MORE, after)
    turn = sum(isinstance(step, Say) for step in before)
    assert isinstance(apart, Numbered)
    assert apart.turn > len(SCRIPT)
    assert back == Numbered(turn + 1)


def test_of_a_conversation_that_goes_on_it_is_the_last_one() -> None:
    *_, said, back, armed = one_turn_longer((ONE, TWO, MEANWHILE), MORE, is_over=False)
    assert (said, back, armed) == (MORE, Numbered(3), MEANWHILE)
