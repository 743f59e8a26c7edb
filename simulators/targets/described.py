"""From a `coolwind.toml` to the target that it describes."""

from pathlib import Path

from simulators.targets.clock import Clock, HookClock, RealClock
from simulators.targets.cluster import Cluster
from simulators.targets.configuration import Call, Configuration, Kind
from simulators.targets.configuration_file import read_configuration
from simulators.targets.faked_clock import FakedClock
from simulators.targets.remote import Remote
from simulators.targets.served import ServedTarget
from simulators.targets.target import Target


def described(path: str) -> Target:
    """The target that the file describes; it bears the path as its name. Raises `UsageError`."""
    configuration = read_configuration(Path(path))
    match configuration.target.kind:
        case Kind.REFERENCE:
            from simulators.targets.reference import ReferenceTarget

            return ReferenceTarget()
        case Kind.ASGI:
            from simulators.targets.choice import factory_of
            from simulators.targets.described_app import described_app

            factory = factory_of(path, configuration.target.app or "", configuration.folder)
            return described_app(path, configuration, factory)
        case Kind.PROCESS:
            clock = _clock(configuration)
            return ServedTarget(path, configuration, Cluster(configuration, clock), clock)
        case Kind.HTTP:
            clock = _clock(configuration)
            return ServedTarget(path, configuration, Remote(configuration, clock), clock)


def _clock(configuration: Configuration) -> Clock:
    clock = configuration.faults.clock
    if isinstance(clock, Call):
        return HookClock(clock)
    return FakedClock() if clock == "faketime" else RealClock()
