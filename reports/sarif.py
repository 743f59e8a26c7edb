"""The findings as SARIF 2.1.0, so that code scanning shows each at the line of its scenario, and
beside them the scenarios that fail as they are written.
"""

import json
from dataclasses import dataclass
from urllib.parse import quote

from reports.bug_classes import BUG_CLASSES, bug_class_of
from reports.outcomes import sign_of
from reports.printable import block
from reports.record import FindingFound, Record, ScenarioPlayed
from reports.shape import Json
from reports.totals import totals_of
from reports.transcript import transcript_text

_AS_WRITTEN = "failed-as-written"
"""The rule of a scenario that fails with no fault beside those that it has itself."""


def sarif(record: Record) -> str:
    """A rule for each outcome and one for scenarios that fail as they are written, a result for
    each finding and each such scenario. A run that came to no verdict, or was cut short, says so as
    an unsuccessful invocation."""
    failed = [scenario for scenario in record.scenarios if scenario.status == "failed"]
    found = [*map(_finding, record.findings), *map(_failed, failed)]
    rules = list(dict.fromkeys(one.rule for one in found))
    totals = totals_of(record)
    notes: list[Json] = [
        {"level": "warning", "message": {"text": block(reason) or "no reason"}}
        for reason in totals.reasons
    ]
    log: Json = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Coolwind",
                        "version": block(record.started.coolwind),
                        "rules": [_rule(rule) for rule in rules],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": totals.verdict != "inconclusive"
                        and not totals.is_partial,
                        "toolExecutionNotifications": notes,
                    }
                ],
                "results": [_result(one, rules.index(one.rule)) for one in found],
                "properties": {"verdict": totals.verdict, "partial": totals.is_partial},
            }
        ],
    }
    return json.dumps(log, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class _Found:
    """One thing to show at a line of a feature file. `identity` is the same in every run."""

    rule: str
    told: str
    feature: str
    line: int
    identity: tuple[str, str]
    properties: dict[str, Json]


def _finding(finding: FindingFound) -> _Found:
    told = f"{finding.sentence} Scenario: {finding.scenario}. Plan: {finding.plan}."
    known = bug_class_of(finding)
    return _Found(
        finding.outcome,
        told,
        finding.feature,
        finding.line,
        ("coolwindFinding/v1", finding.finding_id),
        {
            "law": block(finding.law),
            "bugClass": None if known is None else known.name,
            "gherkin": block(finding.gherkin, 20_000),
        },
    )


def _failed(scenario: ScenarioPlayed) -> _Found:
    return _Found(
        _AS_WRITTEN,
        f"The scenario {scenario.name} fails as it is written: {scenario.message or 'failed'}",
        scenario.feature,
        scenario.line,
        ("coolwindScenario/v1", f"{scenario.feature}: {scenario.name}"),
        {"transcript": block(transcript_text(scenario.transcript), 20_000)},
    )


def _rule(rule: str) -> Json:
    means = "A scenario fails as it is written." if rule == _AS_WRITTEN else sign_of(rule).means
    classes = " ".join(f"{one.name}: {one.what}" for one in BUG_CLASSES.get(rule, ()))
    known = f" Known classes of bug: {classes}" if classes else ""
    return {
        "id": block(rule),
        "shortDescription": {"text": block(means or rule)},
        "fullDescription": {"text": block(f"{means or rule}{known}")},
        "defaultConfiguration": {"level": "error"},
    }


def _result(found: _Found, rule: int) -> Json:
    fingerprint, identity = found.identity
    return {
        "ruleId": block(found.rule),
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": block(found.told, 20_000)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(block(found.feature))},
                    "region": {"startLine": max(1, found.line)},
                }
            }
        ],
        "partialFingerprints": {fingerprint: block(identity)},
        "properties": found.properties,
    }
