"""The steps of the scenarios that a user would write by hand, one for each single fault.

They play on Coolwind's own simulated service, which is the fastest that such steps could have.
"""

from collections.abc import Iterator

import pytest
from pytest_bdd import parsers, then, when

from simulators.conversation import THE_CUSTOMER, Say
from simulators.faults.catalogue import named
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement


@pytest.fixture
def player() -> Iterator[Player]:
    target = ReferenceTarget()
    player = Player(target)
    player.begin(Arrangement())
    yield player
    target.close()


@when(parsers.parse('I say "{text}"'))
def say(player: Player, text: str) -> None:
    player.perform(Say(THE_CUSTOMER, text))


@when(parsers.parse("the fault {name} strikes"))
def strike(player: Player, name: str) -> None:
    assert player.strike(named(name), THE_CUSTOMER).fired


@then(parsers.parse('I am at step "{step}" of "{flow}"'))
def check_step(player: Player, step: str, flow: str) -> None:
    answer = player.last().answer
    assert (answer.flow, answer.step) == (flow, step)


@then("it is one session")
def check_session(player: Player) -> None:
    assert len({one.answer.session_id for one in player.trace.exchanges}) == 1


@then(parsers.parse("there is {count:d} order"))
def check_orders(player: Player, count: int) -> None:
    assert len(player.last().seen.effects["order"]) == count


@then(parsers.parse('the order is for "{contact}"'))
def check_contact(player: Player, contact: str) -> None:
    assert contact in str(player.last().seen.effects["order"][0])
