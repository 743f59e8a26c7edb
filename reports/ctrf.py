"""The run in the Common Test Report Format (CTRF), version 0.0 of its schema."""

import json
from datetime import datetime

from reports.printable import block
from reports.record import FindingFound, Record, ScenarioPlayed
from reports.shape import Json
from reports.totals import status_of, totals_of
from reports.transcript import transcript_text
from reports.whole_run import SUITE, RunCase, case_of_run

_STATUSES = {"passed": "passed", "failed": "failed", "inconclusive": "other", "skipped": "skipped"}


def ctrf(record: Record) -> str:
    """A test for each scenario and for each finding; what could not be decided is `other`, and so
    is a run that was cut short, as a test of its own."""
    totals = totals_of(record)
    tests = [*map(_scenario, record.scenarios), *map(_finding, record.findings)]
    if (whole := case_of_run(totals)) is not None:
        tests.append(_run(whole))
    start = _milliseconds(record.started.started_at)
    seconds = 0.0 if record.ended is None else record.ended.seconds
    statuses = ("passed", "failed", "pending", "skipped", "other")
    counts: dict[str, Json] = {
        status: sum(test["status"] == status for test in tests) for status in statuses
    }
    listed: list[Json] = [*tests]
    reasons: list[Json] = [block(reason) for reason in totals.reasons]
    report: Json = {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "results": {
            "tool": {"name": "coolwind", "version": block(record.started.coolwind)},
            "summary": {
                "tests": len(tests),
                **counts,
                "start": start,
                "stop": start + round(1000 * seconds),
            },
            "tests": listed,
            "environment": {
                "appName": block(record.started.target),
                "osPlatform": block(record.started.environment.get("system", "unknown")),
                "extra": {"seed": record.started.seed},
            },
            "extra": {
                "verdict": totals.verdict,
                "partial": totals.is_partial,
                "plans": str(totals.plans),
                "reasons": reasons,
            },
        },
    }
    return json.dumps(report, indent=1) + "\n"


def _scenario(scenario: ScenarioPlayed) -> dict[str, Json]:
    status = status_of(scenario)
    test: dict[str, Json] = {
        "name": block(scenario.name),
        "status": _STATUSES[status],
        "duration": round(1000 * scenario.seconds),
        "suite": [block(scenario.feature)],
        "filePath": block(scenario.feature),
        "line": scenario.line,
        "tags": [block(tag) for tag in scenario.tags],
        "rawStatus": status,
    }
    if scenario.message is not None:
        test["message"] = block(scenario.message, 20_000)
    return test


def _finding(finding: FindingFound) -> dict[str, Json]:
    name = f"{finding.scenario}: {finding.law} law, {finding.outcome}, {finding.field}"
    return {
        "name": block(name),
        "status": "failed",
        "duration": 0,
        "suite": [block(finding.feature)],
        "filePath": block(finding.feature),
        "line": finding.line,
        "message": block(finding.sentence, 20_000),
        "trace": block(transcript_text(finding.faulted), 20_000),
        "rawStatus": block(finding.outcome),
        "extra": {"plan": block(finding.plan), "gherkin": block(finding.gherkin, 20_000)},
    }


def _run(whole: RunCase) -> dict[str, Json]:
    return {
        "name": whole.name,
        "status": _STATUSES["inconclusive"],
        "duration": 0,
        "suite": [SUITE],
        "message": block(whole.why, 20_000),
        "rawStatus": "inconclusive",
    }


def _milliseconds(started_at: str) -> int:
    """0 for what is no time: a record may have been written by hand."""
    try:
        return max(0, round(1000 * datetime.fromisoformat(started_at).timestamp()))
    except ValueError:
        return 0
