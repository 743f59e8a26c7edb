"""How many plans are told to be left, while single faults are tried."""

from simulators.conversation import THE_CUSTOMER, Say
from simulators.explorer.explorer import Explorer
from simulators.explorer.forecast import Forecast, Kind
from simulators.faults.catalogue import USUAL, named, select
from simulators.plan import Placed
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement

ORDER = tuple(
    Say(THE_CUSTOMER, text)
    for text in ("I need 11 remotes", "Hari, 9876543210, hari@example.com", "yes")
)


def test_what_is_left_goes_by_what_came_of_the_places_that_are_done() -> None:
    forecast = Forecast({Kind.BETWEEN: 10, Kind.INSIDE: 4})
    before = forecast.plans
    for _ in range(10):
        forecast.note(Kind.BETWEEN, 1)
    assert forecast.plans == before == 18
    forecast.note(Kind.INSIDE, 1)
    assert forecast.plans == 14
    for plans in (1, 2, 1):
        forecast.note(Kind.INSIDE, plans)
    assert forecast.plans == 15


def test_a_place_of_which_nothing_came_tells_nothing_of_the_others() -> None:
    forecast = Forecast({Kind.BESIDE: 3})
    forecast.note(Kind.BESIDE, 0)
    assert forecast.plans == 12
    forecast.note(Kind.BESIDE, 10)
    assert forecast.plans == 20
    forecast.note(Kind.BESIDE, 0)
    assert forecast.plans == 10


def test_at_the_end_it_is_the_number_of_plans() -> None:
    explorer, tried = explored(depth=1)
    assert explorer.forecast is not None
    assert explorer.forecast.plans == len(tried) > 100


def test_what_strikes_between_two_turns_is_tried_first() -> None:
    _, tried = explored(depth=1)
    kinds = [kind_of(placed) for placed in tried]
    assert kinds == sorted(kinds, key=list(Kind).index)
    assert set(kinds) == set(Kind)


def test_of_several_faults_nobody_knows() -> None:
    explorer, _ = explored(depth=2, faults="crash,crash-after")
    assert explorer.forecast is None


def explored(depth: int, faults: str = USUAL) -> tuple[Explorer, list[Placed]]:
    """An exploration, and the last fault of each of its plans in order."""
    target = ReferenceTarget()
    explorer = Explorer(Player(target), ORDER, Arrangement())
    clean = explorer.clean(Player(target, 1))
    chosen = list(select(faults, target.capabilities))
    tried = [one.result.plan[-1] for one in explorer.explore(clean, chosen, depth)]
    target.close()
    return explorer, tried


def kind_of(placed: Placed) -> Kind:
    fault = named(placed.fault)
    if fault.strikes_between_turns:
        return Kind.BETWEEN
    return Kind.INSIDE if fault.inside is not None else Kind.BESIDE
