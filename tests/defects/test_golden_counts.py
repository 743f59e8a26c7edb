"""How big the exploration of each correct service is: as many points, states, plans and turns as
ever. A count that moves says that something is explored that was not, or no longer is.

stateright keeps its examples like that. To write the table anew, run this file as a module.
"""

from typing import Final, NamedTuple

import pytest

from simulators.explorer.explorer import ANY, Explorer
from simulators.explorer.tally import Tally
from simulators.faults.catalogue import select
from simulators.laws.judge import Judged
from simulators.player.player import Player
from simulators.targets.target import Arrangement
from tests.defects.conversations import SUMMARY
from tests.defects.correct import CORRECT, Correct

FAULTS: Final = "crash,failover,reload,duplicate,expiry,crash-before,crash-after,store-error"


class Counts(NamedTuple):
    """Calls in the turns of the clean run; then of all plans of up to two faults, and of those of
    any length: states, plans, and turns that were played."""

    points: int
    two: tuple[int, int, int]
    any_: tuple[int, int, int]


GOLDEN: Final = {
    "reference": Counts(points=11, two=(73, 504, 221), any_=(27, 872, 54)),
    "memory-and-store": Counts(points=10, two=(71, 452, 205), any_=(27, 782, 52)),
    "store-only": Counts(points=12, two=(65, 547, 210), any_=(25, 962, 55)),
    "events": Counts(points=11, two=(73, 504, 221), any_=(27, 872, 54)),
    "signed-cookies": Counts(points=11, two=(58, 499, 180), any_=(23, 872, 52)),
    "leased-nodes": Counts(points=12, two=(174, 603, 405), any_=(112, 1066, 165)),
    "language-model": Counts(points=12, two=(71, 452, 221), any_=(27, 782, 54)),
    "keeps-the-cookies": Counts(points=10, two=(71, 452, 205), any_=(27, 782, 52)),
}


def counts_of(correct: Correct) -> Counts:
    """What exploring the service comes to."""
    points, two = _explored(correct, 2)
    _, any_ = _explored(correct, ANY)
    return Counts(points, two, any_)


def _explored(correct: Correct, depth: int | None) -> tuple[int, tuple[int, int, int]]:
    target = correct.target()
    try:
        player = Player(target)
        arrangement = Arrangement(model_answers=correct.recorded)
        explorer = Explorer(player, SUMMARY.script, arrangement)
        clean = explorer.clean(Player(target, 1))
        faults = tuple(select(FAULTS, target.capabilities))
        tally = Tally(faults)
        for tried in explorer.explore(clean, faults, depth):
            assert not (isinstance(tried.result, Judged) and tried.result.breaches)
            tally.note(tried)
        weights = explorer.space.arrivals(len(clean.stops) if depth is ANY else depth)
        points = sum(len(stop.ahead.points) for stop in clean.stops if stop.ahead is not None)
        return points, (len(explorer.space), tally.plans(weights), player.executions)
    finally:
        target.close()


@pytest.mark.parametrize("correct", CORRECT, ids=lambda correct: correct.name)
def test_the_exploration_of_a_correct_service_is_as_big_as_ever(correct: Correct) -> None:
    assert counts_of(correct) == GOLDEN[correct.name]


if __name__ == "__main__":
    for each in CORRECT:
        print(f'    "{each.name}": {counts_of(each)},')
