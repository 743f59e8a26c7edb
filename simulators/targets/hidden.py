"""Finds state that a service keeps in module globals, where no snapshot of the service holds it."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Protocol, cast, runtime_checkable

from simulators.targets.image import Camera
from simulators.targets.target import Capability, Target

_CODE = (type, ModuleType, FunctionType, BuiltinFunctionType)


@runtime_checkable
class InProcess(Protocol):
    """A target whose service runs in this process: the import names of its packages."""

    @property
    def packages(self) -> Sequence[str]:
        """Modules of these, and below them, are the service's own."""
        ...


def globals_of(target: Target) -> Mapping[str, str]:
    """By name, such as `shop.chat.SESSIONS`, what each module global of a service holds, in words;
    empty for one that runs elsewhere."""
    return dict(_described(target.packages)) if isinstance(target, InProcess) else {}


def _described(packages: Sequence[str]) -> Iterator[tuple[str, str]]:
    camera = Camera()
    for name, module in sorted(sys.modules.items()):
        if any(name == package or name.startswith(f"{package}.") for package in packages):
            for variable, value in sorted(vars(module).items()):
                if not variable.startswith("__") and not isinstance(value, _CODE):
                    yield f"{name}.{variable}", "\n".join(camera.describe(value, {}))


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
