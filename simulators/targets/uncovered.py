"""What a target cannot be put through on this machine, although it was asked for."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


@runtime_checkable
class _Limited(Protocol):
    @property
    def uncovered(self) -> Sequence[str]:
        """Each thing as a sentence with its reason and the remedy."""
        ...


def uncovered_of(target: object) -> Sequence[str]:
    """Each thing as a sentence with its reason and the remedy; nothing of a target that does not
    tell."""
    return target.uncovered if isinstance(target, _Limited) else ()
