"""Lets a conversation grow old where no state tells of it: time passes behind every turn.

How old a conversation is in all shows in no plan with one fault. Where equal states are merged, the
explorer holds what follows such plans against what it knows; elsewhere they are played, and judged
as every plan is.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from simulators.explorer.clean_run import Clean
from simulators.faults.fault import Contract, Fault
from simulators.plan import Placed, Plan
from simulators.targets.target import Capability


def lets_grow_old(fault: Fault) -> bool:
    """Whether it lets time pass, and the conversation go on."""
    return fault.contract is Contract.TRANSPARENT and Capability.CLOCK in fault.needs


def plans_of_age(clean: Clean, faults: Sequence[Fault]) -> Iterator[Plan]:
    """For each of the faults that lets time pass, the plan in which it strikes between every two
    turns, if there are three or more."""
    gaps = list(pairwise(sorted(clean.trace.turns.items())))
    for fault in faults if len(gaps) > 1 else ():
        if lets_grow_old(fault):
            yield tuple(Placed(turn, fault.name, one.customer) for (turn, one), _ in gaps)
