"""What a target cannot be put through, although it was asked for."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from simulators.faults.fault import Fault
from simulators.targets.target import Capability, Target

_BY_CHANCE = (
    "the order of the calls of two messages at once was left to chance, as nothing that can hold"
    " them is before a store; write a table [stores.*] with listen and upstream, where there is one"
)


@runtime_checkable
class _Limited(Protocol):
    @property
    def uncovered(self) -> Sequence[str]:
        """Each thing as a sentence with its reason and the remedy."""
        ...


def uncovered_of(target: Target, faults: Sequence[Fault] = ()) -> Sequence[str]:
    """Each thing as a sentence with its reason and the remedy, with what these faults ask for."""
    told = tuple(target.uncovered) if isinstance(target, _Limited) else ()
    overlaps = any(fault.together is not None for fault in faults)
    is_by_chance = overlaps and Capability.ORDER not in target.capabilities
    return (*told, _BY_CHANCE) if is_by_chance else told
