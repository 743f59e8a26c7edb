"""What a scenario does to the service as a whole belongs to its script, and is explored with it."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from simulators.campaign.campaign import Options, explore
from simulators.conversation import THE_CUSTOMER, Operate, Operation, Say
from simulators.errors import ScenarioError
from simulators.faults.catalogue import select
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement

OUTAGE = (
    Say(THE_CUSTOMER, "I need 11 remote controls"),
    Operate(Operation.STORE_OUTAGE),
    Say(THE_CUSTOMER, "My name is Hari"),
    Operate(Operation.STORE_RECOVERY),
    Say(THE_CUSTOMER, "My name is Hari"),
)


@pytest.fixture
def target() -> Iterator[ReferenceTarget]:
    """The reference core, closed after the test."""
    with closing(ReferenceTarget()) as target:
        yield target


def test_an_outage_is_part_of_the_script(target: ReferenceTarget) -> None:
    player = Player(target)
    player.begin(Arrangement())
    player.play(OUTAGE)
    assert player.script == OUTAGE
    assert [one.answer.status for one in player.trace.exchanges] == [200, 503, 200]


def test_an_outage_is_explored(target: ReferenceTarget) -> None:
    faults = tuple(select("restart,reload", target.capabilities))
    explored = explore("An outage", OUTAGE, Arrangement(), target, Options(0, 2, faults))
    assert explored.exploration.verdict == "pass"
    assert explored.exploration.plans > 6


def test_an_operation_that_was_not_seen_is_an_error(target: ReferenceTarget) -> None:
    player = Player(target)
    player.begin(Arrangement())
    with pytest.raises(ScenarioError, match="it was not seen that the store is reachable again"):
        player.perform(Operate(Operation.STORE_RECOVERY))
