"""What the service told of itself, and what it raised without being meant to."""

from collections.abc import Mapping, Sequence
from functools import cache
from traceback import extract_tb
from typing import TypeAlias

from coolwind.events import Event, EventName
from coolwind.metrics import Metrics
from simulators.trace import Row

Entries: TypeAlias = "tuple[Entries, Event | Row] | None"
"""The newest entry and everything before it, so that keeping them costs nothing.

An entry is an event, or the fields of a failure.
"""


_FAILURE = "service.failed"

EVENTS = (*(name.value for name in EventName), _FAILURE)
"""The names of all entries."""


_OF_A_HISTOGRAM = ("_bucket", "_count", "_sum")


@cache
def metric_names() -> tuple[str, ...]:
    """Every metric by its exposition name, without labels, also where it counts nothing yet."""
    lines = Metrics().exposition().decode().splitlines()
    families = (line.split() for line in lines if line.startswith("# TYPE"))
    return tuple(
        f"{name}{ending}"
        for _, _, name, kind in families
        for ending in (_OF_A_HISTOGRAM if kind == "histogram" else ("",))
    )


class Journal:
    """Hears every node and every incarnation of the service, in the order of what happened."""

    def __init__(self) -> None:
        self.entries: Entries = None
        """Setting them back forgets what came later."""

    def hear(self, event: Event) -> None:
        """Write down an event of the service."""
        self.entries = (self.entries, event)

    def note(self, error: Exception) -> None:
        """Write down what the service raised."""
        place = extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno} in {place.name}"
        self.entries = (self.entries, {"error": f"{type(error).__name__}: {error}", "at": where})

    def events(self) -> Sequence[tuple[str, Row]]:
        """Every entry as name and fields, the oldest first."""
        return [
            (entry.name.value, {"session_id": entry.session_id, **entry.fields})
            if isinstance(entry, Event)
            else (_FAILURE, entry)
            for entry in self._oldest_first()
        ]

    def metrics(self) -> Mapping[str, float]:
        """The metrics that the events amount to, by their exposition name with labels."""
        metrics = Metrics()
        for entry in self._oldest_first():
            if isinstance(entry, Event):
                metrics(entry)
        lines = metrics.exposition().decode().splitlines()
        values = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        # When a counter was made is the wall clock's knowledge.
        return {
            name: float(value)
            for name, _, value in values
            if not name.partition("{")[0].endswith("_created")
        }

    def _oldest_first(self) -> list[Event | Row]:
        entries: list[Event | Row] = []
        rest = self.entries
        while rest is not None:
            rest, entry = rest
            entries.append(entry)
        return entries[::-1]
