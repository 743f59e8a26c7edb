"""How many faults the plans of an exploration have, and how many plans that makes."""

from collections.abc import Sequence
from math import comb
from typing import Final

from simulators import numbers
from simulators.conversation import Script, turns_of
from simulators.explorer.explorer import ANY, Depth
from simulators.explorer.sampling import Budget
from simulators.faults.fault import Fault
from simulators.targets.target import Capability, Target

_FEW_PLANS: Final = 1_000

LEFT_OUT_OF_REPLAYS: Final = (
    f"plans of more than {numbers.MOST_FAULTS} faults were not tried, because --depth any has no"
    " end in sight where each plan is played from its beginning; give --budget for samples of"
    " them, or a number as --depth"
)
"""What is not tried of plans with any number of faults where equal states are not merged, in
words."""


def depth_of(asked: Depth, target: Target, budget: float | None) -> Depth:
    """How many faults the plans have. Where nobody says, pairs are tried where they cost little:
    on a target with snapshots, or within a budget of so many seconds."""
    if asked != numbers.USUAL:
        return asked
    is_cheap = Capability.SNAPSHOT in target.capabilities or budget is not None
    return numbers.MOST_FAULTS if is_cheap else 1


def bounded(
    depth: Depth, target: Target, budget: Budget | None, script: Script, faults: Sequence[Fault]
) -> Depth:
    """The same for plans with any number of faults: where equal states are not merged and no time
    is set, nobody sees the end of them, unless they are few; those of a few faults are tried."""
    if depth is not ANY or budget is not None or Capability.FINGERPRINT in target.capabilities:
        return depth
    are_few = _strike_between(faults) and (len(faults) + 1) ** turns_of(script) <= _FEW_PLANS
    return ANY if are_few else numbers.MOST_FAULTS


def most_tries(places: int, faults: Sequence[Fault], depth: Depth) -> int | None:
    """How many faults will be tried, if each can at every place between two turns, and no two
    states are equal; None where that is no help."""
    if depth is ANY or not _strike_between(faults):
        return None
    each = places * len(faults)
    return sum(comb(each + number - 1, number) for number in range(1, depth + 1))


def _strike_between(faults: Sequence[Fault]) -> bool:
    """Whether all of them strike between two turns, and no more."""
    return all(fault.strikes_between_turns for fault in faults)
