"""The findings as SARIF 2.1.0, so that code scanning shows each at the line of its scenario."""

import json
from urllib.parse import quote

from reports.bug_classes import BUG_CLASSES
from reports.printable import block
from reports.record import FindingFound, Record
from reports.shape import Json
from reports.totals import totals_of


def sarif(record: Record) -> str:
    """A rule for each outcome, a result for each finding. A run that came to no verdict, or was
    cut short, says so as an unsuccessful invocation."""
    outcomes = list(dict.fromkeys(finding.outcome for finding in record.findings))
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
                        "rules": [_rule(outcome) for outcome in outcomes],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": totals.verdict != "inconclusive"
                        and not totals.is_partial,
                        "toolExecutionNotifications": notes,
                    }
                ],
                "results": [
                    _result(finding, outcomes.index(finding.outcome)) for finding in record.findings
                ],
            }
        ],
    }
    return json.dumps(log, indent=1) + "\n"


def _rule(outcome: str) -> Json:
    classes = BUG_CLASSES.get(outcome, ())
    told = ["; or ".join(one.name for one in classes), " ".join(one.what for one in classes)]
    short, full = (block(text or outcome) for text in told)
    return {
        "id": block(outcome),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "defaultConfiguration": {"level": "error"},
    }


def _result(finding: FindingFound, rule: int) -> Json:
    told = f"{finding.sentence} Scenario: {finding.scenario}. Plan: {finding.plan}."
    return {
        "ruleId": block(finding.outcome),
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": block(told, 20_000)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(block(finding.feature))},
                    "region": {"startLine": max(1, finding.line)},
                }
            }
        ],
        "partialFingerprints": {"coolwindFinding/v1": block(finding.finding_id)},
        "properties": {"law": block(finding.law), "gherkin": block(finding.gherkin, 20_000)},
    }
