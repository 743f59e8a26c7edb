"""The run as gauges in the text format of Prometheus, for a textfile collector or a push."""

from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from reports.printable import one_line
from reports.record import Record
from reports.totals import totals_of


def prometheus(record: Record) -> str:
    """Gauges, labelled by target."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Run(record))
    return generate_latest(registry).decode()


class _Run(Collector):
    """Hands over the gauges of one run."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family for each thing that is counted."""
        record, totals = self._record, totals_of(self._record)
        target = one_line(record.started.target, 200)

        def family(name: str, says: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
            labels = ["target", *([label] if label else [])]
            made = GaugeMetricFamily(f"coolwind_{name}", says, labels=labels)
            for value, number in values.items():
                made.add_metric([target, *([one_line(value, 200)] if label else [])], number)
            return made

        verdicts = ("pass", "fail", "inconclusive")
        is_verdict = {word: float(word == totals.verdict) for word in verdicts}
        statuses = {status: float(number) for status, number in totals.statuses.items()}
        outcomes = Counter(finding.outcome for finding in record.findings)
        seconds = 0.0 if record.ended is None else record.ended.seconds
        yield family("verdict", "1 for what the run came to.", "verdict", is_verdict)
        yield family(
            "complete", "0 for a run that was cut short.", "", {"": float(not totals.is_partial)}
        )
        yield family("scenarios", "Scenarios by status.", "status", statuses)
        yield family("plans", "Fault plans judged.", "", {"": float(totals.plans)})
        yield family("turns", "Turns played.", "", {"": float(totals.turns)})
        yield family("findings", "Findings by outcome.", "outcome", _floats(outcomes))
        yield family(
            "fault_fired", "Plans in which a fault struck.", "fault", _floats(totals.fired)
        )
        yield family("tier_turns", "Turns after a fault by tier.", "tier", _floats(totals.tiers))
        rates = {rate.name: rate.part / rate.whole for rate in totals.rates}
        yield family("rate", "Rates between 0 and 1.", "rate", rates)
        yield family("duration_seconds", "How long the run took.", "", {"": seconds})


def _floats(counts: Mapping[str, int]) -> dict[str, float]:
    return {name: float(number) for name, number in counts.items()}
