"""What the servers of a target wrote while a conversation was played."""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from simulators.targets.target import Target


@runtime_checkable
class Logging(Protocol):
    """A target whose servers write logs."""

    def logs(self) -> Mapping[str, str]:
        """The end of the log of each process of this conversation, by its name, in order."""
        ...


def logs_of(target: Target) -> Mapping[str, str]:
    """The logs of a target, empty for one that has none."""
    return target.logs() if isinstance(target, Logging) else {}
