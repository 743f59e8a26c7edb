"""Time passes behind every turn, to see a conversation grow old."""

from collections.abc import Callable

from simulators.conversation import Say, Script
from simulators.explorer.ageing import plans_of_age
from simulators.explorer.explorer import Explorer
from simulators.faults.catalogue import named
from simulators.plan import Plan, describe
from simulators.player.player import Player
from simulators.targets.target import Arrangement, Target

Toy = Callable[..., Target]
FAULTS = [named(name) for name in ("crash", "idle-timeout", "expiry", "before-expiry")]


def plans(toy: Toy, script: Script) -> list[Plan]:
    target = toy()
    clean = Explorer(Player(target), script, Arrangement()).clean(Player(target, 1))
    return list(plans_of_age(clean, FAULTS))


def test_each_fault_that_lets_time_pass_and_ends_nothing_strikes_between_every_two_turns(
    toy: Toy,
) -> None:
    script = (Say("Hari", "hello"), Say("Priya", "hello"), Say("Hari", "Hari 9876543210"))
    assert list(map(describe, plans(toy, script))) == [
        "idle-timeout of Hari after turn 1, idle-timeout of Priya after turn 2",
        "before-expiry of Hari after turn 1, before-expiry of Priya after turn 2",
    ]


def test_between_two_turns_alone_time_passes_once_anyway(toy: Toy) -> None:
    assert plans(toy, (Say("Hari", "hello"), Say("Hari", "yes"))) == []
