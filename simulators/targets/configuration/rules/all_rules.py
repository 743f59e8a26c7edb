"""All rules of `coolwind.toml`."""

from collections.abc import Iterator

from simulators.targets.configuration.rules.broken import Broken
from simulators.targets.configuration.rules.expressions import broken_expressions
from simulators.targets.configuration.rules.faults import broken_faults
from simulators.targets.configuration.rules.kinds import broken_kinds
from simulators.targets.configuration.rules.names import broken_names
from simulators.targets.configuration.rules.requests import broken_requests
from simulators.targets.configuration.rules.sources import broken_sources
from simulators.targets.configuration.rules.stores import broken_stores
from simulators.targets.configuration.tables import Configuration


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
