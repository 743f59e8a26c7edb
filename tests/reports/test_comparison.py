"""Two runs held against each other, and the trend of several."""

from dataclasses import replace

import pytest

from reports.comparison import compare
from reports.history import history_of
from reports.record import (
    NO_RETRY,
    Exploration,
    FindingFound,
    Line,
    Record,
    RunEnded,
    ScenarioPlayed,
)


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


def test_a_whole_run_without_the_scenario_that_failed_is_not_called_better(
    failing: Record, passing: Record
) -> None:
    comparison = compare(failing, passing)
    assert [one.what for one in comparison.untold if one.kind == "verdict"] == ["the run"]
    again = (replace(one, status="passed", message=None) for one in failing.scenarios[1:2])
    later = replace(passing, scenarios=(*passing.scenarios, *again))
    assert [one.what for one in compare(failing, later).better if one.kind == "verdict"]


def test_a_fault_that_strikes_no_longer_is_worse(
    passing: Record, explored: Exploration, order: ScenarioPlayed
) -> None:
    fewer = replace(explored, cells=explored.cells[1:])
    later = replace(passing, scenarios=(replace(order, exploration=fewer), passing.scenarios[1]))
    (change,) = compare(passing, later).worse
    assert change.words == "coverage: restart at no flow: restored, gone"
    assert kinds(later, passing) == ([], [])


def test_a_good_end_instead_of_another_one_is_neither_worse_nor_better(
    passing: Record, explored: Exploration, order: ScenarioPlayed
) -> None:
    """Who clears the chat meanwhile may find the message in the old conversation, or a new one."""
    first, *rest = explored.cells
    assert first.outcome == "restored"
    cells = (replace(first, outcome="fresh"), *rest)
    scenario = replace(order, exploration=replace(explored, cells=cells))
    later = replace(passing, scenarios=(scenario, passing.scenarios[1]))
    assert kinds(passing, later) == kinds(later, passing) == ([], [])


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


@pytest.fixture
def deeper(passing: Record, failing: Record, finding: FindingFound) -> Record:
    """A run of the same scenarios with up to two faults a plan; only two together break a law."""
    crash = next(line for line in finding.faulted if line.fault is not None)
    twice = replace(finding, faulted=(crash, *finding.faulted), plan="crash after turns 1 and 2")
    return Record(
        replace(passing.started, depth=2),
        (failing.scenarios[0], *passing.scenarios[1:]),
        (twice,),
        RunEnded("fail", 2.0),
    )


def test_what_only_a_deeper_run_tried_is_not_worse(passing: Record, deeper: Record) -> None:
    comparison = compare(passing, deeper)
    assert (comparison.worse, comparison.better) == ((), ())
    assert {one.kind for one in comparison.untold} == {"verdict", "finding", "scenario", "matrix"}
    assert "verdict: the run: pass became fail" in [one.words for one in comparison.untold]
    assert comparison.differences == ("Not the same depth: up to 1 fault, then up to 2 faults.",)


def test_a_run_that_tries_less_has_mended_nothing(passing: Record, deeper: Record) -> None:
    comparison = compare(deeper, passing)
    assert [one.words for one in comparison.worse] == [
        "coverage: the depth: up to 2 faults became up to 1 fault"
    ]
    assert comparison.better == ()
    told = [one.words for one in comparison.untold]
    assert "verdict: the run: fail became pass" in told
    assert any(one.endswith("silent-reset, gone") for one in told)


def test_what_fails_in_both_runs_has_not_changed(deeper: Record, failing: Record) -> None:
    """Also where one of them found it in plans that the other did not try."""
    broken = replace(failing, scenarios=deeper.scenarios)
    for old, new in ((deeper, broken), (broken, deeper)):
        comparison = compare(old, new)
        told = (*comparison.worse, *comparison.better, *comparison.untold)
        assert not {"verdict", "scenario"} & {one.kind for one in told}
    cut = replace(deeper, scenarios=deeper.scenarios[1:], findings=(), ended=None)
    told = [one.words for one in compare(deeper, cut).untold]
    assert "coverage: A bulk order is placed (bulk_order.feature): failed, gone" in told


def test_a_scenario_that_fails_without_a_fault_as_well_is_worse(deeper: Record) -> None:
    as_written = replace(deeper.scenarios[0], status="failed", exploration=None)
    later = replace(deeper, scenarios=(as_written, *deeper.scenarios[1:]), findings=())
    words = "A bulk order is placed (bulk_order.feature): failed under faults became failed as"
    assert any(words in one.words for one in compare(deeper, later).worse)
    assert "scenario" not in kinds(later, deeper)[0]


def test_what_a_shallow_run_tried_too_is_worse_in_a_deeper_one(
    passing: Record, failing: Record
) -> None:
    later = replace(failing, started=replace(failing.started, depth=2))
    worse = compare(passing, later).worse
    assert {"verdict", "finding", "scenario"} <= {one.kind for one in worse}


@pytest.fixture
def without_crash(passing: Record, order: ScenarioPlayed) -> Record:
    """The passing run, without the fault by which the finding is told."""
    assert order.exploration is not None
    cells = tuple(cell for cell in order.exploration.cells if cell.fault != "crash")
    scenario = replace(order, exploration=replace(order.exploration, cells=cells))
    faults = tuple(one for one in passing.started.faults if one.name != "crash")
    started = replace(passing.started, faults=faults)
    return replace(passing, started=started, scenarios=(scenario, passing.scenarios[1]))


@pytest.fixture
def whole(passing: Record, failing: Record) -> Record:
    """The failing run, without the scenario that fails as it is written."""
    return replace(failing, scenarios=(failing.scenarios[0], passing.scenarios[1]))


def test_a_fault_that_an_earlier_run_did_not_know_is_not_worse(
    without_crash: Record, whole: Record
) -> None:
    explored = whole.scenarios[0].exploration
    assert explored is not None
    cells = tuple(
        cell if cell.fault == "crash" else replace(cell, outcome="restored")
        for cell in explored.cells
    )
    scenario = replace(whole.scenarios[0], exploration=replace(explored, cells=cells))
    later = replace(whole, scenarios=(scenario, whole.scenarios[1]))
    comparison = compare(without_crash, later)
    assert comparison.worse == ()
    assert {"verdict", "finding", "scenario", "matrix"} == {one.kind for one in comparison.untold}


def test_a_finding_that_any_fault_of_both_runs_shows_counts(
    without_crash: Record, whole: Record, finding: FindingFound
) -> None:
    """It is told by a crash, which one of the runs did not know, and a restart shows it as well."""
    shown = replace(whole, findings=(replace(finding, shown_alone_by=("crash", "restart")),))
    for depth in (1, 2):
        one, other = (
            replace(record, started=replace(record.started, depth=depth))
            for record in (without_crash, shown)
        )
        assert {"verdict", "finding", "scenario"} <= set(kinds(one, other)[0])
        assert {"verdict", "finding", "scenario"} <= set(kinds(other, one)[1])
    # In an older record nobody can tell what the restart shows.
    comparison = compare(without_crash, whole)
    assert "finding" not in [one.kind for one in comparison.worse]
    assert "finding" in [one.kind for one in comparison.untold]


def test_a_run_cut_short_has_mended_nothing(failing: Record, explored: Exploration) -> None:
    undecided = replace(explored, verdict="inconclusive", cells=())
    scenario = replace(failing.scenarios[0], exploration=undecided)
    cut = replace(failing, scenarios=(scenario, *failing.scenarios[2:]), findings=(), ended=None)
    comparison = compare(failing, cut)
    assert comparison.better == ()
    words = [one.words for one in comparison.untold]
    assert "verdict: the run: fail became inconclusive" in words
    assert any(one.endswith("failed became inconclusive") for one in words)
    assert any(one.endswith("silent-reset, gone") for one in words)


@pytest.fixture
def cut(passing: Record, explored: Exploration) -> Record:
    """The passing run, cut short while the plans of its first scenario were tried."""
    begun = replace(explored, verdict="inconclusive", cells=explored.cells[:5], is_partial=True)
    scenario = replace(passing.scenarios[0], exploration=begun)
    return replace(passing, scenarios=(scenario,), ended=None)


def test_what_a_run_that_was_cut_short_did_not_come_to_is_not_worse(
    passing: Record, cut: Record
) -> None:
    comparison = compare(passing, cut)
    assert [one.words for one in comparison.worse] == ["verdict: the run: pass became inconclusive"]
    assert comparison.better == ()
    assert {one.kind for one in comparison.untold} == {"scenario", "coverage"}
    assert comparison.differences == (
        "The later run was cut short: what it did not come to is neither worse nor better.",
    )


def test_what_a_run_that_was_cut_short_came_to_counts(failing: Record, cut: Record) -> None:
    """A scenario that it played to its end, as far as that."""
    whole = replace(cut, scenarios=(failing.scenarios[0], *cut.scenarios[1:]))
    mended = replace(cut, scenarios=(replace(whole.scenarios[0], exploration=None),))
    later = replace(whole, findings=failing.findings)
    assert "finding" in [one.kind for one in compare(mended, later).untold]
    played = replace(failing.scenarios[1], status="passed", message=None)
    better = compare(failing, replace(cut, scenarios=(played,))).better
    assert [one.words for one in better] == [
        "scenario: An order goes on after a restart (bulk_order.feature): failed became passed"
    ]


def test_what_comes_after_a_run_that_was_cut_short_is_not_better(
    passing: Record, failing: Record, cut: Record
) -> None:
    assert compare(cut, passing).better == ()
    found = compare(cut, failing)
    # A scenario that fails as it is written, too: the earlier run may not have come to it.
    assert found.worse == ()
    assert {"verdict", "finding", "scenario", "matrix"} == {one.kind for one in found.untold}
    assert found.differences == (
        "The earlier run was cut short: what it did not come to is neither worse nor better.",
    )


def test_a_message_that_was_left_alone_is_no_fault_that_was_not_tried(
    passing: Record, failing: Record, finding: FindingFound
) -> None:
    left = Line(2, "the customer", "", "the message was not sent again", fault=NO_RETRY)
    later = replace(failing, findings=(replace(finding, faulted=(*finding.faulted, left)),))
    assert "finding" in [one.kind for one in compare(passing, later).worse]


def test_runs_that_are_not_alike_say_so(passing: Record) -> None:
    started = replace(
        passing.started, target="shop", seed=7, budget=60.0, faults=(), coolwind="0.2.0"
    )
    told = " ".join(compare(passing, replace(passing, started=started)).differences)
    for words in ("target: reference, then shop", "seed: 1, then 7", "then 60 s a scenario"):
        assert words in told
    assert "more, then none" in told
    assert "version of Coolwind: 0.1.0, then 0.2.0" in told
    assert compare(passing, passing).differences == ()
