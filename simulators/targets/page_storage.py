"""Where the pages of a target's customers keep the session ID."""

from typing import Protocol, runtime_checkable

from simulators.conversation import Storage
from simulators.targets.target import Target


@runtime_checkable
class Keeping(Protocol):
    """A target that says where its pages keep the session ID."""

    @property
    def storage(self) -> Storage | None:
        """Where; None where they send none: cookies alone say which session it is."""
        ...


def storage_of(target: Target) -> Storage | None:
    """Where the pages keep the session ID: in their own memory, unless the target says more."""
    return target.storage if isinstance(target, Keeping) else Storage.PAGE
