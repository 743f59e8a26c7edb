"""All rules of `coolwind.toml`."""

from collections.abc import Iterator

from simulators.targets.configuration import Configuration
from simulators.targets.rules.broken import Broken
from simulators.targets.rules.expressions import broken_expressions
from simulators.targets.rules.faults import broken_faults
from simulators.targets.rules.kinds import broken_kinds
from simulators.targets.rules.names import broken_names
from simulators.targets.rules.requests import broken_requests
from simulators.targets.rules.sources import broken_sources
from simulators.targets.rules.stores import broken_stores


def broken_rules(configuration: Configuration) -> Iterator[Broken]:
    """Every rule that does not hold."""
    for rules in (
        broken_kinds,
        broken_requests,
        broken_expressions,
        broken_sources,
        broken_faults,
        broken_stores,
        broken_names,
    ):
        yield from rules(configuration)
