"""Two runs held against each other, and the trend of several."""

from dataclasses import replace

import pytest

from reports.comparison import compare
from reports.history import history_of
from reports.record import Exploration, Record, ScenarioPlayed


def kinds(record: Record, later: Record) -> tuple[list[str], list[str]]:
    comparison = compare(record, later)
    return [one.kind for one in comparison.worse], [one.kind for one in comparison.better]


def test_a_run_is_no_worse_than_itself(failing: Record, passing: Record) -> None:
    assert kinds(failing, failing) == ([], [])
    assert kinds(passing, passing) == ([], [])


def test_what_is_broken_newly_is_worse_and_what_is_mended_is_better(
    passing: Record, failing: Record
) -> None:
    worse, better = kinds(passing, failing)
    assert {"verdict", "finding", "scenario", "matrix"} <= set(worse)
    assert better == []
    comparison = compare(failing, passing)
    assert "finding" in [one.kind for one in comparison.better]
    assert any(one.words.endswith("silent-reset, gone") for one in comparison.better)


def test_a_scenario_that_is_gone_is_worse_and_mends_no_finding(
    failing: Record, order: ScenarioPlayed
) -> None:
    without = replace(failing, scenarios=failing.scenarios[1:], findings=())
    comparison = compare(failing, without)
    assert ("coverage", order.name) in [
        (one.kind, one.what.partition(" (")[0]) for one in comparison.worse
    ]
    assert "finding" not in [one.kind for one in comparison.better]


def test_a_fault_that_strikes_no_longer_is_worse(
    passing: Record, explored: Exploration, order: ScenarioPlayed
) -> None:
    fewer = replace(explored, cells=explored.cells[1:])
    later = replace(passing, scenarios=(replace(order, exploration=fewer), passing.scenarios[1]))
    (change,) = compare(passing, later).worse
    assert change.words == "coverage: restart at no flow: restored, gone"
    assert kinds(later, passing) == ([], [])


def test_the_newest_run_is_shown_and_the_others_lead_to_it(
    passing: Record, failing: Record
) -> None:
    older = replace(passing, started=replace(passing.started, started_at="2026-11-21T10:00:00Z"))
    history = history_of([failing, older])
    assert history.record is failing
    assert [point.findings for point in history.points] == [0, 1]
    assert history.change is not None
    assert history.change.worse


def test_one_run_has_no_trend(passing: Record) -> None:
    assert history_of([passing]).change is None
    with pytest.raises(ValueError, match="unpack"):
        history_of([])
