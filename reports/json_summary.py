"""The summary of a run for programs: what `coolwind run --json` prints.

| key | what |
|---|---|
| `verdict` | `pass`, `fail` or `inconclusive` |
| `partial` | whether the run was cut short, so that there may be more to find |
| `scenarios` | how many scenarios were played |
| `plans` | how many fault plans were judged |
| `turns` | how many turns were played, those of the fault plans included |
| `reasons` | why the verdict is not `pass`, as far as findings do not say it |
| `masked` | whether personal data is masked in a `gherkin`, so that it may not fail as it stands |
| `findings` | for each finding `scenario`, `law`, `outcome`, `plan` and `gherkin` |
"""

import json

from reports.masking import is_masked
from reports.record import Record
from reports.shape import Json
from reports.totals import totals_of


def summary_object(record: Record) -> dict[str, Json]:
    """The summary as an object of JSON."""
    totals = totals_of(record)
    return {
        "verdict": totals.verdict,
        "partial": totals.is_partial,
        "scenarios": totals.scenarios,
        "plans": totals.plans,
        "turns": totals.turns,
        "reasons": list(totals.reasons),
        "masked": any(map(is_masked, record.findings)),
        "findings": [
            {
                "scenario": finding.scenario,
                "law": finding.law,
                "outcome": finding.outcome,
                "plan": finding.plan,
                "gherkin": finding.gherkin,
            }
            for finding in record.findings
        ],
    }


def json_summary(record: Record) -> str:
    """The same as text, in ASCII alone, so that every pipe can carry it."""
    return json.dumps(summary_object(record), indent=2) + "\n"
