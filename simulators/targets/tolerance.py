"""How much a target may vary from one play to the next."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from simulators.targets.target import Target


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Of `repeat` plays of a plan, the laws have to hold in `need`."""

    repeat: int = 1
    need: int = 1

    def forgives(self, failed: int) -> bool:
        """Whether so many of the plays may fail."""
        return self.repeat > 1 and self.repeat - failed >= self.need


@runtime_checkable
class Varying(Protocol):
    """A target of which it may be expected that it cannot be repeated word for word."""

    @property
    def tolerance(self) -> Tolerance | None:
        """How many plays have to keep the laws; None where it has to be repeatable."""
        ...


def tolerance_of(target: Target) -> Tolerance | None:
    """How much of a target may vary; None for one that has to be repeatable."""
    return target.tolerance if isinstance(target, Varying) else None
