"""The seed's key metrics, counted from events."""

from typing import Any

import pytest

from coolwind.events import Event, EventName
from coolwind.metrics import Metrics


@pytest.fixture
def metrics():
    return Metrics()


def shown(metrics: Metrics):
    """The samples in the exposition, by name and labels."""
    lines = metrics.exposition().decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))


def tell(metrics: Metrics, *names: EventName, **fields: Any) -> None:
    for name in names:
        metrics(Event(name, "s1", fields))


def test_nothing_has_happened_at_the_start(metrics: Metrics) -> None:
    samples = shown(metrics)
    assert samples["coolwind_sessions_created_total"] == "0.0"
    assert samples["coolwind_session_restoration_ratio"] == "0.0"


def test_turns_are_counted_by_tier(metrics: Metrics) -> None:
    tell(metrics, EventName.TURN_SERVED, EventName.TURN_SERVED, served_from="store")
    tell(metrics, EventName.TURN_SERVED, served_from="memory")
    samples = shown(metrics)
    assert samples['coolwind_turns_total{tier="store"}'] == "2.0"
    assert samples['coolwind_turns_total{tier="memory"}'] == "1.0"


def test_restoration_and_creation_are_rated_by_messages_answered(metrics: Metrics) -> None:
    tell(metrics, *[EventName.TURN_SERVED] * 3, EventName.MESSAGE_REPEATED, served_from="memory")
    tell(metrics, EventName.SESSION_RESTORED, EventName.SESSION_RESTORED, seconds=0.002)
    tell(metrics, EventName.SESSION_CREATED)
    samples = shown(metrics)
    assert samples["coolwind_session_restoration_ratio"] == "0.5"
    assert samples["coolwind_session_creation_ratio"] == "0.25"


def test_completion_is_rated_for_each_flow(metrics: Metrics) -> None:
    tell(metrics, EventName.FLOW_COMPLETED, EventName.FLOW_CANCELLED, flow="bulk_order")
    tell(metrics, EventName.FLOW_STARTED, EventName.FLOW_CANCELLED, flow="callback")
    samples = shown(metrics)
    assert samples['coolwind_flow_completion_ratio{flow="bulk_order"}'] == "0.5"
    assert samples['coolwind_flow_completion_ratio{flow="callback"}'] == "0.0"
    assert samples['coolwind_flows_cancelled_total{flow="callback"}'] == "1.0"


def test_a_run_that_began_in_another_process_rates_at_most_one(metrics: Metrics) -> None:
    tell(metrics, EventName.FLOW_STARTED, *[EventName.FLOW_COMPLETED] * 2, flow="bulk_order")
    assert shown(metrics)['coolwind_flow_completion_ratio{flow="bulk_order"}'] == "1.0"


def test_a_run_that_is_lost_on_the_way_lowers_the_completion(metrics: Metrics) -> None:
    tell(metrics, *[EventName.FLOW_STARTED] * 4, EventName.FLOW_COMPLETED, flow="bulk_order")
    assert shown(metrics)['coolwind_flow_completion_ratio{flow="bulk_order"}'] == "0.25"


def test_the_restore_latency_is_a_histogram(metrics: Metrics) -> None:
    for seconds in (0.001, 0.002, 60.0):
        tell(metrics, EventName.SESSION_RESTORED, seconds=seconds)
    samples = shown(metrics)
    name = "coolwind_session_restore_seconds"
    assert samples[f'{name}_bucket{{le="0.001"}}'] == "1.0"
    assert samples[f'{name}_bucket{{le="5.0"}}'] == "2.0"
    assert samples[f'{name}_bucket{{le="+Inf"}}'] == samples[f"{name}_count"] == "3.0"
    assert samples[f"{name}_sum"] == "60.003"


def test_two_services_count_for_themselves(metrics: Metrics) -> None:
    tell(metrics, EventName.SESSION_CREATED)
    assert shown(Metrics())["coolwind_sessions_created_total"] == "0.0"


def test_an_event_without_a_metric_changes_nothing(metrics: Metrics) -> None:
    before = metrics.exposition()
    tell(metrics, EventName.STATE_CHECKED, EventName.STATE_MISSING)
    assert metrics.exposition() == before


def test_the_notifications_that_wait_are_as_many_as_were_told_last(metrics: Metrics) -> None:
    assert shown(metrics)["coolwind_notifications_waiting"] == "0.0"
    for waiting in (3, 1):
        tell(metrics, EventName.NOTIFICATIONS_WAITING, notifications=waiting)
    assert shown(metrics)["coolwind_notifications_waiting"] == "1.0"
