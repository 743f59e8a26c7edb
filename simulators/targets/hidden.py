"""Targets as they are where a service keeps state that no snapshot of it holds."""

from collections.abc import Sequence
from typing import Protocol, cast, runtime_checkable

from simulators.targets.target import Capability, Target


@runtime_checkable
class _Restarted(Protocol):
    @property
    def outlived(self) -> Sequence[str]:
        """Why a restart so far was none, as sentences with the remedy."""
        ...


def outlived_of(target: Target) -> Sequence[str]:
    """Why the restarts of a target so far were none, as sentences with the remedy; empty where
    nothing is known against them."""
    return tuple(target.outlived) if isinstance(target, _Restarted) else ()


class Replayed:
    """A target that makes no snapshots and tells no states apart, so that every plan is played from
    its beginning. Everything else is the target's own."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.capabilities = target.capabilities - {Capability.SNAPSHOT, Capability.FINGERPRINT}

    def __getattr__(self, name: str) -> object:
        return getattr(self._target, name)


class Dated:
    """A target that tells two moments apart, and so two states that are alike but for theirs.
    Everything else is the target's own."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def __getattr__(self, name: str) -> object:
        return getattr(self._target, name)

    def describe(self) -> Sequence[str]:
        """The moment, and what the target says of its state."""
        return [str(self._target.now()), *self._target.describe()]


def dated(target: Target) -> Target:
    """The target as one whose states are never merged from one moment to another."""
    return cast(Target, Dated(target))


def replayed(target: Target) -> Target:
    """The target as one whose plans are played from their beginning."""
    return cast(Target, Replayed(target))
