"""The summary of a run on a terminal, at most 100 columns wide where it is ours to say.

Only the Gherkin of a finding is printed as wide as it is, because it is there to be copied.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import wrap
from typing import TextIO

from reports.masking import is_masked
from reports.matrix import Matrix, matrix_of, place_words
from reports.outcomes import UNCOVERED, Tone, sign_of
from reports.printable import block, fitted, one_line
from reports.record import FindingFound, Record, ScenarioPlayed, ServerLog
from reports.sentences import (
    counted,
    depth_words,
    not_covered,
    plans_words,
    shown_words,
    value_words,
    verdict_words,
)
from reports.terminal import COLUMNS, Span, Spans, plain, show
from reports.totals import Totals, status_of, totals_of, worst_outcome
from reports.transcript import transcript_text

MOST_FINDINGS = 50
"""How many findings are told one by one; the other forms of the report tell all."""

_LINES_OF_A_LOG = 3
_LAST_OF_A_TRANSCRIPT = 3
_LONGEST_FAULT = 32

_MASKED = (
    "Personal data is masked, so these scenarios may not fail as they stand: coolwind run"
    " --save-findings PLACE writes them as they do, --show-personal-data shows them."
)

_TONES: Mapping[Tone, str] = {Tone.GOOD: "green", Tone.UNSURE: "yellow", Tone.BAD: "bold red"}
_VERDICTS: Mapping[str, str] = {
    "pass": "bold green",
    "fail": "bold red",
    "inconclusive": "bold yellow",
}
_STATUSES: Mapping[str, Span] = {
    "passed": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "inconclusive": ("?", "yellow"),
    "skipped": ("-", "yellow"),
}


def summary(record: Record) -> str:
    """The whole summary as plain text."""
    return plain(_lines(record))


def show_summary(record: Record, stream: TextIO, environment: Mapping[str, str]) -> None:
    """Write the summary to a stream, in colours when it is a terminal that shows them."""
    show(_lines(record), stream, environment)


def _lines(record: Record) -> Iterator[Spans]:
    totals = totals_of(record)
    matrix = matrix_of(record)
    yield from _verdict(record, totals)
    parts = (
        _scenarios(record),
        _matrix(matrix),
        _rates(totals),
        _findings(record.findings),
        _masks(record),
        _gaps(record, matrix, totals),
    )
    for part in parts:
        lines = tuple(part)
        if lines:
            yield ()
            yield from lines


def _verdict(record: Record, totals: Totals) -> Iterator[Spans]:
    counts = ", ".join(
        (
            counted(totals.scenarios, "scenario"),
            counted(totals.plans, "fault plan"),
            counted(totals.turns, "turn"),
            counted(totals.findings, "finding"),
        )
    )
    yield (verdict_words(totals), _VERDICTS[totals.verdict]), (f"  {counts}", "")
    started = record.started
    seconds = "" if record.ended is None else f", {record.ended.seconds:.1f} s"
    depth = depth_words(started.depth)
    about = f"target {started.target}, seed {started.seed}, {depth} a plan{seconds}"
    yield ((one_line(about, COLUMNS), "dim"),)
    for reason in totals.reasons:
        yield from _wrapped("", reason, "yellow")


def _scenarios(record: Record) -> Iterator[Spans]:
    told = frozenset(finding.sentence for finding in record.findings)
    by_feature = sorted(record.scenarios, key=lambda scenario: (scenario.feature, scenario.line))
    for feature, group in groupby(by_feature, key=lambda scenario: scenario.feature):
        members = tuple(group)
        tally = ", ".join(
            f"{number} {status}"
            for status in _STATUSES
            if (number := sum(status_of(one) == status for one in members))
        )
        yield (fitted(feature, 63), "bold"), (f"  {tally}", "dim")
        for scenario in members:
            yield from _scenario(scenario, told)


def _scenario(scenario: ScenarioPlayed, told: Collection[str]) -> Iterator[Spans]:
    """A scenario, and why it is no pass, as far as what was told elsewhere does not say so."""
    explored = scenario.exploration
    plans = "" if explored is None else plans_words(explored)
    outcome = worst_outcome(scenario)
    yield (
        ("  ", ""),
        _STATUSES[status_of(scenario)],
        (" " + fitted(scenario.name, 59), ""),
        (f"  {plans:>14}", "dim"),
        (f"  {fitted(outcome or '', 18)}".rstrip(), "" if outcome is None else _style(outcome)),
    )
    if scenario.status == "failed" and scenario.message:
        first, *_ = block(scenario.message.strip(), 1000).split("\n")
        yield from _wrapped("      ", first, "red")
        for line in transcript_text(scenario.transcript[-_LAST_OF_A_TRANSCRIPT:]).splitlines():
            yield from _wrapped("        ", line, "dim")
    for reason in () if explored is None or explored.verdict == "pass" else explored.reasons:
        if reason in told:
            continue
        yield from _wrapped("      ", reason, "yellow")
    for note in () if explored is None else explored.notes:
        yield from _wrapped("      ", note, "dim")


def _matrix(matrix: Matrix) -> Iterator[Spans]:
    if not matrix.columns or not matrix.rows:
        return
    label = min(44, max(len(place_words(row)) for row in matrix.rows))
    longest = min(_LONGEST_FAULT, max(map(len, matrix.columns)))
    across = max(1, (COLUMNS - label - longest - 2) // 2)
    for start in range(0, len(matrix.columns), across):
        if start:
            yield ()
        yield from _matrix_part(matrix, matrix.columns[start : start + across], label)
    legend = [f"{sign_of(outcome).letter} {one_line(outcome, 30)}" for outcome in matrix.outcomes]
    yield from _wrapped("", "   ".join((*legend, f"{UNCOVERED} {matrix.uncovered_words}")), "dim")


def _matrix_part(matrix: Matrix, columns: Sequence[str], label: int) -> Iterator[Spans]:
    for index, column in enumerate(columns):
        stems = "│ " * index + "┌ "
        yield (" " * (label + 2) + stems, "dim"), (one_line(column, _LONGEST_FAULT), "")
    for row in matrix.rows:
        cells = (matrix.cell(row, column) for column in columns)
        yield (
            (fitted(place_words(row), label) + "  ", ""),
            *((cell.letter + " ", _style(cell.outcome)) for cell in cells),
        )


def _rates(totals: Totals) -> Iterator[Spans]:
    for rate in totals.rates:
        figures = f"{rate.percent:>6}  {rate.part:,} of {rate.whole:,} {rate.words}"
        yield (fitted(rate.name, 27), ""), (figures, "")


def _findings(findings: Sequence[FindingFound]) -> Iterator[Spans]:
    for index, finding in enumerate(findings[:MOST_FINDINGS]):
        if index:
            yield ()
        yield from _finding(finding)
    if (more := len(findings) - MOST_FINDINGS) > 0:
        yield ()
        yield ((f"{counted(more, 'more finding')} in the report", "bold red"),)


def _finding(finding: FindingFound) -> Iterator[Spans]:
    outcome = one_line(finding.outcome, 20)
    law = one_line(finding.law, 20)
    yield (
        (outcome, _style(finding.outcome)),
        (f"  breaks the {law} law", ""),
        (
            f"  {one_line(finding.finding_id, 20)}",
            "dim",
        ),
    )
    where = f"{finding.feature}:{finding.line}"
    room = COLUMNS - 4 - len(one_line(where, 40))
    yield (f"  {one_line(finding.scenario, room)}", "bold"), (f"  {one_line(where, 40)}", "dim")
    yield from _wrapped("  ", finding.sentence, "")
    shown_by = f"  ({shown_words(finding)})"
    plan = one_line(finding.plan, COLUMNS - 2 - len(shown_by))
    yield (f"  {plan}", ""), (shown_by, "dim")
    seen = f"turn {finding.turn}, {one_line(finding.field, 20)}: "
    half = (COLUMNS - len(seen) - 14) // 2
    expected, actual = (
        value_words(one_line(one, half)) for one in (finding.expected, finding.actual)
    )
    yield (f"  {seen}", ""), (expected, "green"), (" became ", ""), (actual, "red")
    yield ()
    for line in block(finding.gherkin.strip("\n")).split("\n"):
        yield ((f"    {line}".rstrip(), "cyan"),)
    for log in finding.logs:
        yield from _log(log)


def _masks(record: Record) -> Iterator[Spans]:
    if any(map(is_masked, record.findings)):
        yield from _wrapped("", _MASKED, "yellow")


def _log(log: ServerLog) -> Iterator[Spans]:
    lines = [line for line in block(log.text).split("\n") if line.strip()]
    if lines:
        yield ()
        yield ((f"    {one_line(log.process, 40)} wrote last:", "dim"),)
        for line in lines[-_LINES_OF_A_LOG:]:
            yield ((f"      {one_line(line, COLUMNS - 6)}", "dim"),)


def _gaps(record: Record, matrix: Matrix, totals: Totals) -> Iterator[Spans]:
    told = tuple(not_covered(record, matrix, totals))
    if told:
        yield (("Not covered", "bold"),)
    for line in told:
        yield from _wrapped("  ", line, "")


def _style(outcome: str | None) -> str:
    return "dim" if outcome is None else _TONES[sign_of(outcome).tone]


def _wrapped(indent: str, text: str, style: str) -> Iterator[Spans]:
    lines: Iterable[str] = wrap(
        one_line(text, 10 * COLUMNS),
        COLUMNS,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    for line in lines:
        yield ((line, style),)
