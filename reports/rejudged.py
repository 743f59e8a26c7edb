"""A record after its findings were judged again: what was taken back leaves no pass behind."""

from collections.abc import Mapping
from dataclasses import replace

from reports.record import FindingFound, Record, ScenarioPlayed

AGAIN = (
    "a law was corrected since, and of the plans that broke none the record keeps no play; run it"
    " again"
)
"""Why a scenario without its findings is not passed."""


def with_findings(record: Record, kept: Mapping[int, FindingFound]) -> Record:
    """The record with those of its findings alone, by their places, as they are judged now.

    Where a scenario has lost all that spoke against it, its verdict is inconclusive, and so is
    that of the run: plays that were not kept cannot be judged again.
    """
    findings = tuple(kept[index] for index in sorted(kept))
    before = {(one.feature, one.scenario) for one in record.findings}
    left = {(one.feature, one.scenario) for one in findings}
    cleared = before - left
    scenarios = tuple(
        _undecided(one) if (one.feature, one.name) in cleared else one for one in record.scenarios
    )
    ended = record.ended
    if ended is not None and cleared:
        fails = bool(findings) or any(one.status == "failed" for one in scenarios)
        told = {one.sentence for one in record.findings} - {one.sentence for one in findings}
        reasons = tuple(reason for reason in ended.reasons if reason not in told)
        verdict = "fail" if fails else "inconclusive"
        ended = replace(ended, verdict=verdict, reasons=(*reasons, AGAIN))
    return replace(record, scenarios=scenarios, findings=findings, ended=ended)


def _undecided(scenario: ScenarioPlayed) -> ScenarioPlayed:
    if scenario.exploration is None:
        return scenario
    explored = replace(scenario.exploration, verdict="inconclusive", reasons=(AGAIN,))
    return replace(scenario, exploration=explored, message=None)
