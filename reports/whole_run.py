"""The run as a case of its own, for the forms that are lists of test cases.

Where all scenarios that were played came through, nothing in such a list would say that the run
was cut short, or that it came to no verdict: it would be all green.
"""

from dataclasses import dataclass

from reports.totals import Totals

SUITE = "coolwind"
"""Where a case stands that belongs to no feature file."""


@dataclass(frozen=True, slots=True)
class RunCase:
    """What could not be decided of the run as a whole. `why` is never empty."""

    name: str
    why: str


def case_of_run(totals: Totals) -> RunCase | None:
    """The case, where the run was cut short, or where no scenario and no finding says why it is no
    pass; else None."""
    if totals.is_partial:
        return RunCase("the run was cut short", "; ".join(totals.reasons))
    is_told = totals.findings or totals.statuses["failed"] or totals.statuses["inconclusive"]
    if totals.verdict == "pass" or is_told:
        return None
    return RunCase("the run came to no verdict", "; ".join(totals.reasons) or totals.verdict)
