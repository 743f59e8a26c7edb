"""A conversation that is over, and goes on all the same: the service knows whose it was."""

from collections.abc import Callable
from typing import Any

import pytest

from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import THE_CUSTOMER, Say, Script
from simulators.faults.catalogue import named
from simulators.targets.target import Arrangement

TEXTS = ("one", "two", "three", "four", "five", "six")
SCRIPT: Script = tuple(Say(THE_CUSTOMER, text) for text in TEXTS)
ENDS = ("clear-chat", "expiry")


def explored(target: Any, fault: str) -> Explored:
    return explore("An order", SCRIPT, Arrangement(), target, Options(0, 1, (named(fault),)))


@pytest.mark.parametrize("variant", ["knows-its-customers", "no-snapshot"])
@pytest.mark.parametrize("fault", ENDS)
def test_what_a_stranger_would_not_be_told_is_of_the_old_one(
    toy: Callable[..., Any], fault: str, variant: str
) -> None:
    finding, *_ = explored(toy("knows-its-customers", variant), fault).findings
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
