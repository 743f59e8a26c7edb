"""From a `coolwind.toml` to the target that it describes."""

from pathlib import Path
from typing import Final

from simulators.errors import TargetError
from simulators.targets.clocks.clock import Clock, HookClock, RealClock
from simulators.targets.clocks.faked_clock import FakedClock
from simulators.targets.configuration.file import read_configuration
from simulators.targets.configuration.tables import Call, Configuration, Kind
from simulators.targets.configuration.templates import filled_as_far_as_known
from simulators.targets.servers.cluster import Cluster, job, jobs
from simulators.targets.servers.remote import Remote
from simulators.targets.servers.reserve import Reserve, Site
from simulators.targets.servers.served import ServedTarget
from simulators.targets.target import Target

_ONE_SERVICE: Final = (
    "a service that is running already is one for all processes, which would break it under each"
    ' other; leave --jobs out, or let Coolwind start it, with kind = "process"'
)


def described(path: str, sites: int = 1) -> Target:
    """The target that the file describes; it bears the path as its name. Of a service that is
    started here, so many stand side by side, for one conversation each. Raises `UsageError`, and
    `TargetError` where several processes would share one that is running already."""
    configuration = read_configuration(Path(path))
    match configuration.target.kind:
        case Kind.REFERENCE:
            from simulators.targets.reference import ReferenceTarget

            return ReferenceTarget()
        case Kind.ASGI:
            from simulators.targets.described_app import described_app, surrounded
            from simulators.targets.origin import origin_of

            # What is read before a conversation has a folder of state must not be something else.
            known = {"job": job()}
            variables = configuration.target.env.items()
            with surrounded({key: filled_as_far_as_known(text, known) for key, text in variables}):
                origin = origin_of(path, configuration.target.app or "", configuration.folder)
            return described_app(path, configuration, origin)
        case Kind.PROCESS:

            def started(number: int) -> Site:
                clock = _clock(configuration)
                return Site(Cluster(configuration, clock, job() * sites + number), clock)

            return ServedTarget(path, configuration, Reserve(started, sites))
        case Kind.HTTP:
            if jobs() > 1:
                raise TargetError(_ONE_SERVICE)
            clock = _clock(configuration)
            site = Site(Remote(configuration, clock), clock)
            return ServedTarget(path, configuration, Reserve(lambda _: site))


def _clock(configuration: Configuration) -> Clock:
    clock = configuration.faults.clock
    if isinstance(clock, Call):
        return HookClock(clock)
    return FakedClock() if clock == "faketime" else RealClock()
