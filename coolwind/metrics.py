"""The rates worth watching, as Prometheus metrics counted from events."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from coolwind.events import Event, EventName

CONTENT_TYPE = CONTENT_TYPE_LATEST

_COUNTERS = {
    EventName.SESSION_CREATED: ("sessions_created", "Sessions begun.", ()),
    EventName.SESSION_RESTORED: ("sessions_restored", "Sessions restored from the store.", ()),
    EventName.SESSION_EXPIRED: ("sessions_expired", "Sessions found expired by a message.", ()),
    EventName.SESSION_REFUSED: ("sessions_refused", "Sessions asked for without proof.", ()),
    EventName.SESSION_CLEARED: ("sessions_cleared", "Sessions cleared by their customer.", ()),
    EventName.SESSION_EVICTED: ("sessions_evicted", "Sessions evicted from memory.", ("reason",)),
    EventName.FLOW_STARTED: ("flows_started", "Flows begun.", ("flow",)),
    EventName.FLOW_COMPLETED: ("flows_completed", "Flows brought to their end.", ("flow",)),
    EventName.FLOW_CANCELLED: ("flows_cancelled", "Flows given up.", ("flow",)),
    EventName.MESSAGE_REPEATED: ("messages_repeated", "Messages answered once more.", ()),
    EventName.MODEL_FAILED: ("model_failures", "Calls that the language model failed.", ()),
    EventName.TURN_SERVED: ("turns", "Turns served, by the tier that served.", ("served_from",)),
    EventName.TURN_RETAKEN: ("turns_retaken", "Turns taken again after a conflict.", ()),
    EventName.STATE_UNREADABLE: ("unreadable_states", "Stored sessions nobody can read.", ()),
    EventName.STORE_UNAVAILABLE: ("store_failures", "Times the store was out of reach.", ()),
    EventName.NOTIFICATION_DELIVERED: ("notifications_delivered", "Notifications out.", ()),
    EventName.NOTIFICATION_FAILED: ("notification_failures", "Failed deliveries.", ()),
    EventName.NOTIFICATION_REFUSED: ("notifications_refused", "Dead letters.", ()),
}
"""Event to counter: its name between `coolwind_` and `_total`, its help, and the fields that are
its labels."""

_LABELS = {"served_from": "tier"}

_RESTORE_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the buckets of the restore latency."""


class Metrics(Collector):
    """A listener that counts, and shows its counts to Prometheus.

    The ratios are those of this process since it started. Restored and created sessions are rated
    by the messages answered, whether a turn was served or a recorded reply given again: what is
    left to 1 came from memory. Completed runs of a flow are rated by those that were started, so
    that a run that is lost on the way shows; by those that ended, completed or given up, where
    they are more, because a run may begin in one process and end in another. It reads no clock.
    """

    def __init__(self) -> None:
        self._tally: Counter[tuple[EventName, tuple[str, ...]]] = Counter(
            {(event, ()): 0 for event, (_, _, fields) in _COUNTERS.items() if not fields}
        )
        self._restored_within = [0] * (len(_RESTORE_SECONDS) + 1)
        self._restore_seconds = 0.0
        self._waiting = 0.0
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def __call__(self, event: Event) -> None:
        """Count the event."""
        if event.name is EventName.NOTIFICATIONS_WAITING:
            self._waiting = float(event.fields["notifications"] or 0)
        if event.name not in _COUNTERS:
            return
        fields = _COUNTERS[event.name][2]
        self._tally[event.name, tuple(str(event.fields[field]) for field in fields)] += 1
        if event.name is EventName.SESSION_RESTORED:
            seconds = float(event.fields["seconds"] or 0)
            self._restored_within[bisect_left(_RESTORE_SECONDS, seconds)] += 1
            self._restore_seconds += seconds

    def exposition(self) -> bytes:
        """The metrics in Prometheus's text format, of the content type `CONTENT_TYPE`."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Every metric as it is now."""
        for event, (name, text, fields) in _COUNTERS.items():
            labels = [_LABELS.get(field, field) for field in fields]
            counter = CounterMetricFamily(f"coolwind_{name}", text, labels=labels)
            for values, count in self._counts(event).items():
                counter.add_metric(values, count)
            yield counter
        yield GaugeMetricFamily(
            "coolwind_notifications_waiting",
            "Notifications in the outbox, neither delivered nor refused, when it last looked.",
            value=self._waiting,
        )
        yield self._latency()
        yield self._share_of_answers(
            EventName.SESSION_RESTORED,
            "coolwind_session_restoration_ratio",
            "Sessions restored from the store, to messages answered.",
        )
        yield self._share_of_answers(
            EventName.SESSION_CREATED,
            "coolwind_session_creation_ratio",
            "Sessions begun, to messages answered.",
        )
        yield self._completion()

    def _counts(self, event: EventName) -> dict[tuple[str, ...], int]:
        return {
            values: count for (name, values), count in sorted(self._tally.items()) if name is event
        }

    def _total(self, event: EventName) -> int:
        return sum(self._counts(event).values())

    def _latency(self) -> Metric:
        buckets = []
        restored = 0
        bounds = (*map(str, _RESTORE_SECONDS), "+Inf")
        for bound, count in zip(bounds, self._restored_within, strict=True):
            restored += count
            buckets.append((bound, restored))
        return HistogramMetricFamily(
            "coolwind_session_restore_seconds",
            "Time to restore a session from the store.",
            buckets=buckets,
            sum_value=self._restore_seconds,
        )

    def _share_of_answers(self, event: EventName, name: str, text: str) -> Metric:
        answers = self._total(EventName.TURN_SERVED) + self._total(EventName.MESSAGE_REPEATED)
        share = self._total(event) / answers if answers else 0.0
        return GaugeMetricFamily(name, text, value=share)

    def _completion(self) -> Metric:
        ratio = GaugeMetricFamily(
            "coolwind_flow_completion_ratio",
            "Completed runs of a flow, to those started (or ended, where they are more).",
            labels=["flow"],
        )
        started = Counter(self._counts(EventName.FLOW_STARTED))
        completed = Counter(self._counts(EventName.FLOW_COMPLETED))
        ended = completed + Counter(self._counts(EventName.FLOW_CANCELLED))
        for flow, runs in sorted((started | ended).items()):
            ratio.add_metric(flow, completed[flow] / runs)
        return ratio
