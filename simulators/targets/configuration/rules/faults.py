"""What the service promises of its sessions, and how it can be broken."""

from collections.abc import Iterator

from simulators.targets.configuration.rules.broken import Broken
from simulators.targets.configuration.tables import Configuration, Kind


def broken_faults(configuration: Configuration) -> Iterator[Broken]:
    """Two ways to do one thing, a clock that cannot be had, deadlines in the wrong order."""
    faults, target = configuration.faults, configuration.target
    if faults.evict is not None and target.evict is not None:
        yield Broken(("faults", "evict"), "excludes evict in [target]; leave one of them out")
    if faults.clock == "faketime" and target.kind is not Kind.PROCESS:
        yield Broken(
            ("faults", "clock"),
            f'cannot be "faketime" with kind = "{target.kind}"; give a hook of the service, or'
            " leave it out",
        )
    idle, expiry = faults.idle_timeout, faults.expiry
    if idle is not None and expiry is not None and idle > expiry:
        yield Broken(
            ("faults", "idle_timeout"),
            "is longer than expiry, so that a session is over before it leaves memory; write a"
            " shorter one, or leave it out",
        )
