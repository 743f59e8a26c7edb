"""Sentences that every form of the report says alike."""

from collections.abc import Iterator, Sequence

from reports.matrix import Gap, Matrix, place_words
from reports.printable import one_line
from reports.record import FindingFound, Record, ScenarioPlayed
from reports.totals import Totals


def not_covered(record: Record, matrix: Matrix, totals: Totals) -> Iterator[str]:
    """What a run left open, one sentence each."""
    if totals.is_partial:
        yield "Everything that would have come after the run was cut short."
    skipped = [scenario.name for scenario in record.scenarios if scenario.status == "skipped"]
    if skipped:
        yield f"{counted(len(skipped), 'scenario')} skipped: {listed(skipped)}."
    if not record.scenarios:
        yield "No scenario was played."
    elif not totals.plans:
        yield "No fault plan was played."
    elif unexplored := sum(_is_unexplored(scenario) for scenario in record.scenarios):
        yield f"{counted(unexplored, 'scenario')} played as written only, under no fault plan."
    if not totals.plans:
        return
    for gap in matrix.gaps:
        if gap.rows == matrix.rows:
            yield f"Never struck: {listed(gap.faults)}."
        else:
            yield f"At {listed([*map(place_words, gap.rows)])}: {_gap_words(gap, matrix)}."


_MOST_DIGITS = 12


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 plan`, `1,200 plans`, `3.4 × 10^34 plans`."""
    return f"{readable(number)} {noun}" if number == 1 else f"{readable(number)} {noun}s"


def readable(number: int) -> str:
    """A number as people read it: to the digit, or by its magnitude where the digits are too
    many."""
    if number < 10**_MOST_DIGITS:
        return f"{number:,}"
    digits = str(number)
    return f"{digits[0]}.{digits[1]} × 10^{len(digits) - 1}"


def verdict_words(totals: Totals) -> str:
    """The verdict, and whether it is that of a part of the run only."""
    return f"{totals.verdict} (partial)" if totals.is_partial else totals.verdict


def shown_words(finding: FindingFound) -> str:
    """How many plans show a finding, and how often the one that is told showed it again."""
    shown = f"shown by {counted(finding.plans, 'plan')}"
    if not finding.replays:
        return shown
    return f"{shown}, reproduced {finding.reproduced} of {finding.replays}"


def depth_words(depth: int | None) -> str:
    """The most faults of a plan, in words."""
    return "any number of faults" if depth is None else f"up to {counted(depth, 'fault')}"


def listed(names: Sequence[str]) -> str:
    """The first few of some names, and how many more there are."""
    shown = [one_line(name, 60) for name in names[:8]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _is_unexplored(scenario: ScenarioPlayed) -> bool:
    return scenario.exploration is None and scenario.status != "skipped"


def _gap_words(gap: Gap, matrix: Matrix) -> str:
    if gap.faults == matrix.columns:
        return "no fault struck"
    return f"struck by every fault but {listed(gap.faults)}"
