"""A conversation that is over, and goes on all the same: the service knows whose it was."""

from collections.abc import Callable
from typing import Any

import pytest

from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import THE_CUSTOMER, Say, Script
from simulators.faults.catalogue import named
from simulators.targets.target import Arrangement

SCRIPT: Script = tuple(Say(THE_CUSTOMER, text) for text in ("one", "two", "three", "four"))
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
