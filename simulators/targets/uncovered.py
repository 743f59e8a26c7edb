"""What a target cannot be put through, although it was asked for."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from simulators.faults.fault import Fault
from simulators.targets.target import Capability, Target

_BY_CHANCE = (
    "the order of the calls of two messages at once was left to chance, as nothing that can hold"
    " them is before a store; write a table [stores.*] with listen and upstream, where there is one"
)

_ONE_BY_ONE = (
    "two messages at once, because this target takes one at a time, which leaves out {names}; test"
    ' the service with kind = "process", too'
)


@runtime_checkable
class _Limited(Protocol):
    @property
    def uncovered(self) -> Sequence[str]:
        """Each thing as a sentence with its reason and the remedy."""
        ...


@runtime_checkable
class _Missing(Protocol):
    @property
    def missed(self) -> Sequence[str]:
        """Calls that could not be struck or held so far, as sentences with the remedy."""
        ...


def missed_of(target: Target) -> Sequence[str]:
    """Calls that could not be struck or held so far, as sentences with the remedy."""
    return tuple(target.missed) if isinstance(target, _Missing) else ()


def uncovered_of(
    target: Target, faults: Sequence[Fault] = (), wished: Sequence[Fault] = ()
) -> Sequence[str]:
    """Each thing as a sentence with its reason and the remedy, with what these faults ask for;
    `wished` are those that would have been tried on a target that can do everything."""
    told = tuple(target.uncovered) if isinstance(target, _Limited) else ()
    names = [fault.name for fault in wished if fault.together is not None]
    if names and Capability.CONCURRENCY not in target.capabilities:
        return (*told, _ONE_BY_ONE.format(names=", ".join(names)))
    overlaps = any(fault.together is not None for fault in faults)
    is_by_chance = overlaps and Capability.ORDER not in target.capabilities
    return (*told, _BY_CHANCE) if is_by_chance else told
