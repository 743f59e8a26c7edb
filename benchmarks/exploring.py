"""What sharing and merging save: turn executions and time of one exploration, in three ways.

Merged is how Coolwind explores: what plans begin with in common is played once, and so is what
follows equal states. Shared leaves the merging out. Replayed plays every plan from the start, as a
test for each plan does.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import process_time

from benchmarks.conversations import Conversation
from simulators.explorer.clean_run import Clean
from simulators.explorer.explorer import ANY, Depth, Explorer
from simulators.faults.catalogue import select
from simulators.faults.fault import Fault
from simulators.laws.judge import Judged
from simulators.plan import Plan
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement

_CLEAN_RUNS = 3
"""How often an explorer plays the script before it lets anything strike."""

_SAMPLE = 40
"""Plans that are timed where all would take too long."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Turn executions and seconds of processor time.

    Where it is `computed`, the executions follow exactly from the counts of plans, and the seconds
    from a sample of replayed plans.
    """

    executions: int
    seconds: float
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Exploration:
    """One conversation under every plan up to a depth, `None` for any."""

    conversation: str
    turns: int
    faults: int
    depth: Depth
    plans: int
    states: int
    merged: Cost
    shared: Cost
    replayed: Cost

    @property
    def fewer_executions(self) -> float:
        """How many times fewer turn executions merging takes than replay."""
        return self.replayed.executions / self.merged.executions


@dataclass(frozen=True, slots=True)
class _Explored:
    """What an exploration came to. `counts` says of each plan that was tried how many it stands
    for."""

    clean: Clean
    counts: Sequence[tuple[Plan, int]]
    states: int
    cost: Cost


def explore(
    conversation: Conversation, wish: str, depth: Depth, most_executions: int
) -> Exploration:
    """Explore in all three ways; what takes more turn executions than the most is computed."""
    with _opened() as target:
        faults = tuple(select(wish, target.capabilities))
        player = Player(target)
        explorer = Explorer(player, conversation.script, Arrangement())
        merged = _explored(explorer, player, faults, depth)
        turns = len(conversation.texts)
        plans = sum(count for _, count in merged.counts)
        per_plan = _seconds_of_a_replay(explorer, merged)
        without_faults = _CLEAN_RUNS * turns
        replayed = without_faults + plans * turns
        after_a_fault = sum(count * (turns - plan[-1].after_turn) for plan, count in merged.counts)
        # From each place of the clean run and behind one fault, the next turn is made once more to
        # check the snapshot.
        checks = turns - 1
        if depth != 1:
            struck = [plan[-1].after_turn for plan, _ in merged.counts if len(plan) == 1]
            checks += sum(max(0, turns - after - (depth is ANY)) for after in struck)
        shared = Cost(
            without_faults + checks + after_a_fault,
            per_plan / turns * after_a_fault,
            computed=True,
        )
    if shared.executions <= most_executions:
        shared = _without_merging(conversation, faults, depth, shared.executions)
    if replayed <= most_executions:
        replay = _all_replayed(conversation, faults, depth, replayed)
    else:
        replay = Cost(replayed, per_plan * plans, computed=True)
    return Exploration(
        conversation.name,
        turns,
        len(faults),
        depth,
        plans,
        merged.states,
        merged.cost,
        shared,
        replay,
    )


def _explored(
    explorer: Explorer, player: Player, faults: Sequence[Fault], depth: Depth
) -> _Explored:
    began = process_time()
    clean = explorer.clean(Player(player.target, 1))
    decided: list[tuple[int, Plan]] = []
    for tried in explorer.explore(clean, faults, depth):
        if isinstance(tried.result, Judged):
            assert not tried.result.breaches, tried.result.breaches
            decided.append((tried.state, tried.result.plan))
    weights = explorer.space.arrivals(len(clean.stops) if depth is ANY else depth)
    seconds = process_time() - began
    # The first of the clean runs was the other player's.
    cost = Cost(player.executions + len(clean.trace.turns), seconds)
    counts = [(plan, weights[state]) for state, plan in decided]
    return _Explored(clean, counts, len(explorer.space), cost)


def _without_merging(
    conversation: Conversation, faults: Sequence[Fault], depth: Depth, expected: int
) -> Cost:
    with _opened() as target:
        player = Player(target)
        explorer = Explorer(player, conversation.script, Arrangement(), merging=False)
        cost = _explored(explorer, player, faults, depth).cost
    assert cost.executions == expected, (cost.executions, expected)
    return cost


def _all_replayed(
    conversation: Conversation, faults: Sequence[Fault], depth: Depth, expected: int
) -> Cost:
    with _opened() as target:
        player = Player(target)
        explorer = Explorer(player, conversation.script, Arrangement(), merging=False)
        explored = _explored(explorer, player, faults, depth)
    with _opened() as target:
        player = Player(target)
        explorer = Explorer(player, conversation.script, Arrangement())
        began = process_time()
        clean = explorer.clean(Player(target, 1))
        for plan, _ in explored.counts:
            explorer.follow(clean, plan)
        cost = Cost(player.executions + len(clean.trace.turns), process_time() - began)
    assert cost.executions == expected, (cost.executions, expected)
    return cost


def _seconds_of_a_replay(explorer: Explorer, explored: _Explored) -> float:
    plans = [plan for plan, _ in explored.counts]
    sample = plans[:: max(1, len(plans) // _SAMPLE)]
    began = process_time()
    for plan in sample:
        explorer.follow(explored.clean, plan)
    return (process_time() - began) / len(sample)


@contextmanager
def _opened() -> Iterator[ReferenceTarget]:
    target = ReferenceTarget()
    try:
        yield target
    finally:
        target.close()
