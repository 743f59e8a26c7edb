"""Everything that is measured, as one value."""

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from benchmarks.by_hand import Comparison, compare
from benchmarks.conversations import Conversation, bulk_order, long_order
from benchmarks.exploring import Exploration, explore
from benchmarks.restarting import Restart, restarts
from benchmarks.talking import Pace, measure
from simulators.explorer.explorer import ANY, Depth

SINGLE = (
    "restart,crash,eviction,memory-pressure,before-idle-timeout,idle-timeout,before-expiry,"
    "failover,deploy,reload,new-tab"
)
"""Every transparent fault that is no message, so that a plan takes as many turns as its script; but
for the tick past the idle timeout, so that what was measured without it can be compared."""

ONE_NODE = SINGLE.replace("failover,", "")
"""The same where no second node keeps an old memory of the conversation."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much to measure."""

    explorations: tuple[tuple[Conversation, str, Depth], ...]
    most_executions: int
    """More turn executions of one kind are computed, and not made."""
    conversations: int
    rounds: int
    orders: int


FULL = Sizes(
    explorations=(
        *((bulk_order(), SINGLE, depth) for depth in (1, 2, 3, ANY)),
        *((long_order(32), ONE_NODE, depth) for depth in (1, 2, 3, ANY)),
        *((long_order(turns), ONE_NODE, ANY) for turns in (8, 16, 64)),
    ),
    most_executions=40_000,
    conversations=5,
    rounds=5,
    orders=20,
)

TINY = Sizes(
    explorations=((bulk_order(), SINGLE, 1), (long_order(5), "crash,reload", ANY)),
    most_executions=200,
    conversations=1,
    rounds=1,
    orders=1,
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured. `load` is the mean number of busy processes in the minute before."""

    system: str
    python: str
    processors: int
    load: float


Part: TypeAlias = Machine | Exploration | Pace | Comparison | Restart


def steps(sizes: Sizes) -> int:
    """How many parts there will be."""
    return len(sizes.explorations) + 4


def measured(sizes: Sizes) -> Iterator[Part]:
    """Each part as soon as it is known."""
    yield Machine(
        platform.system(), platform.python_version(), os.cpu_count() or 1, os.getloadavg()[0]
    )
    for conversation, wish, depth in sizes.explorations:
        yield explore(conversation, wish, depth, sizes.most_executions)
    yield measure(long_order(32), sizes.conversations, sizes.rounds)
    yield compare(sizes.orders, SINGLE)
    yield restarts(sizes.rounds)
