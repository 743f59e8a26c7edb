"""How far the plans of a scenario are explored: all in their order as long as the budget lasts, and
from there on samples of the rest."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from reports.sentences import counted
from simulators.errors import Unrecorded
from simulators.explorer.clean_run import Clean
from simulators.explorer.explorer import ANY, Depth, Explorer, Tried
from simulators.explorer.left_open import Unjudged
from simulators.explorer.replaying import without_false_skew
from simulators.explorer.sampling import (
    CONFIDENCE,
    ORDER_DEPTHS,
    Budget,
    Sample,
    Scope,
    Spending,
    bound,
    bound_in_per_cent,
    order_runs,
    sample,
)
from simulators.explorer.tally import Tally
from simulators.faults.fault import Fault
from simulators.values import replace


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be explored: which faults, the most of them in a plan (or `ANY`), for how long (as
    long as it takes, without a budget), and the seed of samples. `may_vary` says that nobody
    expects of the target that it repeats itself word for word."""

    faults: tuple[Fault, ...]
    depth: Depth
    budget: Budget | None
    seed: int
    may_vary: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """How far that came: whether every plan was decided; else up to how many faults, how many
    samples of longer plans were drawn, of up to `most` faults, and how many of them broke a law.

    `moves` is the most that two messages made together in an order that was drawn. `strayed` is
    what put an end to it, because it was not the same when it was played again; `parted` is that,
    too, because two plays that stood in states that are alike did not go on in the same way.
    """

    is_decided: bool
    levels: int
    samples: int = 0
    most: int = 0
    bad: int = 0
    moves: int = 0
    strayed: str | None = None
    parted: str | None = None

    @property
    def has_tried_each_fault(self) -> bool:
        """Whether each fault was tried wherever it could strike alone."""
        return self.is_decided or self.levels > 0


def try_plans(
    explorer: Explorer,
    clean: Clean,
    wish: Wish,
    tally: Tally,
    tell: Callable[[int, int], None] = lambda _, __: None,
) -> Reach:
    """Explore, and take note of every plan that was tried; `tell` is told how many were tried in
    their order, and how many samples were drawn."""
    spending = None if wish.budget is None else wish.budget.begin()
    tries = _in_order(explorer.explore(clean, wish.faults, wish.depth), spending)
    for count, tried in enumerate(tries, 1):
        if tried is None:
            assert spending is not None
            return _try_samples(explorer, clean, wish, spending, tally, partial(tell, count - 1))
        tell(count, 0)
        result = without_false_skew(tried.result, explorer, clean)
        tally.note(tried if result is tried.result else replace(tried, result=result))
        if _strayed(explorer, wish) or explorer.parted:
            break
    strayed, parted = _strayed(explorer, wish), explorer.parted
    is_decided = strayed is None and parted is None
    return Reach(is_decided, explorer.levels, strayed=strayed, parted=parted)


def _strayed(explorer: Explorer, wish: Wish) -> str | None:
    return None if wish.may_vary else explorer.strayed


def _in_order(tries: Iterator[Tried], spending: Spending | None) -> Iterator[Tried | None]:
    """What is tried as long as there is time; None at last, where that is used up."""
    while spending is None or spending.allows_levels():
        tried = next(tries, None)
        if tried is None:
            return
        yield tried
    yield None


def _try_samples(
    explorer: Explorer,
    clean: Clean,
    wish: Wish,
    spending: Spending,
    tally: Tally,
    tell: Callable[[int], None],
) -> Reach:
    turns = clean.stops[-1].place.turn
    most = turns + 1 if wish.depth is ANY else wish.depth
    fewest = min(explorer.levels + 1, most)
    scope = Scope(wish.faults, fewest, most, turns, is_sparse=wish.depth is ANY)
    samples = bad = 0
    seen = set()
    for each in _samples(scope, wish.seed, spending):
        try:
            drawn = explorer.draw(clean, each)
        except Unrecorded as error:
            tally.left_open.note(Unjudged("one that was drawn", str(error)))
            continue
        if drawn is None:
            continue
        judged = without_false_skew(drawn, explorer, clean)
        samples, bad = samples + 1, bad + bool(judged.breaches)
        tell(samples)
        if judged.plan not in seen:
            seen.add(judged.plan)
            tally.note_sample(judged)
    moves = explorer.most_moves
    return Reach(False, explorer.levels, samples, most, bad, moves, _strayed(explorer, wish))


def _samples(scope: Scope, seed: int, spending: Spending) -> Iterator[Sample]:
    number = 0
    while scope.turns and scope.faults and spending.allows_samples():
        yield sample(scope, seed, number)
        number += 1


def doubt_of(reach: Reach, wish: Wish) -> str | None:
    """What is left open, with the bound that samples give; None where nothing is."""
    if (difference := reach.strayed or reach.parted) is not None:
        return (
            f"the target does not repeat itself: {difference}; let what it does follow from the"
            " messages, the store and its ports alone"
        )
    if reach.is_decided or wish.budget is None:
        return None
    faults = "one fault" if reach.levels == 1 else f"{reach.levels} faults"
    decided = f"every plan of up to {faults}" if reach.levels else "no number of faults"
    return (
        f"the budget of {wish.budget.seconds:g} s was used up with {decided} decided;"
        f" {_of_samples(reach, wish.seed)}; raise --budget, or lower --depth"
    )


def _of_samples(reach: Reach, seed: int) -> str:
    if not reach.samples:
        return "there was no time for samples of the rest"
    drawn = f"{counted(reach.samples, 'sample')} of up to {reach.most} faults (seed {seed})"
    if reach.bad:
        return f"of {drawn}, {reach.bad:,} broke a law"
    if bound(reach.samples) == 1:
        return f"{drawn} broke no law, too few to tell how many others do"
    return (
        f"{drawn} broke no law, so that with {CONFIDENCE} % confidence at most"
        f" {bound_in_per_cent(reach.samples)} % of such samples do: a bound (rule of three), no"
        f" proof{_of_orders(reach.moves)}"
    )


def _of_orders(moves: int) -> str:
    """How likely an order of two messages is to be drawn, where any was."""
    if not moves:
        return ""
    needed = " or ".join(
        f"{order_runs(moves, depth):,} for one of {depth} steps" for depth in ORDER_DEPTHS
    )
    return (
        f"; to meet an order of two messages that goes wrong takes {needed}, all in its place, with"
        f" the same confidence (PCT, {moves} moves)"
    )
