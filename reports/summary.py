"""The summary of a run, as wide as its terminal, but from 60 to 100 columns.

Only the Gherkin of a finding is printed as wide as it is, because it is there to be copied.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import wrap
from typing import TextIO

from reports.masking import is_masked
from reports.matrix import Matrix, matrix_of, place_words
from reports.outcomes import UNCOVERED, Tone, sign_of
from reports.printable import block, fitted, one_line, width
from reports.record import FindingFound, Record, RunStarted, ScenarioPlayed, ServerLog
from reports.sentences import (
    counted,
    depth_words,
    not_covered,
    outcome_words,
    plans_words,
    shown_words,
    struck,
    value_words,
    verdict_words,
)
from reports.terminal import COLUMNS, Span, Spans, columns_of, plain, show
from reports.totals import Totals, status_of, totals_of, worst_outcome
from reports.transcript import transcript_text

MOST_FINDINGS = 50
"""How many findings are told one by one; the other forms of the report tell all."""

_MOST_REASONS = 5
_LINES_OF_A_LOG = 3
_LAST_OF_A_TRANSCRIPT = 3
_LONGEST_FAULT = 32
_STEMS = 20
_NARROWEST = 60

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
    return plain(_lines(record, COLUMNS))


def show_summary(record: Record, stream: TextIO, environment: Mapping[str, str]) -> None:
    """Write the summary to a stream, in colours when it is a terminal that shows them."""
    columns = min(COLUMNS, max(_NARROWEST, columns_of(stream, environment)))
    show(_lines(record, columns), stream, environment)


def _lines(record: Record, columns: int) -> Iterator[Spans]:
    totals = totals_of(record)
    matrix = matrix_of(record)
    yield from _verdict(record, totals, columns)
    parts = (
        _scenarios(record, columns),
        _matrix(matrix, columns),
        _rates(totals, columns),
        _findings(record, columns),
        _masks(record, columns),
        _gaps(record, matrix, totals, columns),
    )
    for part in parts:
        lines = tuple(part)
        if lines:
            yield ()
            yield from lines


def _verdict(record: Record, totals: Totals, columns: int) -> Iterator[Spans]:
    counts = ", ".join(
        (
            counted(totals.scenarios, "scenario"),
            counted(totals.plans, "fault plan"),
            counted(totals.turns, "turn"),
            counted(totals.findings, "finding"),
        )
    )
    verdict: Span = (verdict_words(totals), _VERDICTS[totals.verdict])
    if len(verdict[0]) + 2 + len(counts) <= columns:
        yield verdict, (f"  {counts}", "")
    else:
        yield (verdict,)
        yield from _wrapped("", counts, "", columns)
    started = record.started
    seconds = "" if record.ended is None else f", {record.ended.seconds:.1f} s"
    depth = depth_words(started.depth)
    about = f"target {started.target}, seed {started.seed}, {depth} a plan{seconds}"
    yield ((one_line(about, columns), "dim"),)
    if ended := outcome_words(totals):
        yield from _wrapped("", f"plans by how they end: {ended}", "", columns)
    for reason in totals.reasons[:_MOST_REASONS]:
        yield from _wrapped("", reason, "yellow", columns)
    if (more := len(totals.reasons) - _MOST_REASONS) > 0:
        yield ((f"and {counted(more, 'more reason')} in the report", "yellow"),)


def _scenarios(record: Record, columns: int) -> Iterator[Spans]:
    told = frozenset(finding.sentence for finding in record.findings)
    by_feature = sorted(record.scenarios, key=lambda scenario: (scenario.feature, scenario.line))
    for feature, group in groupby(by_feature, key=lambda scenario: scenario.feature):
        members = tuple(group)
        tally = ", ".join(
            f"{number} {status}"
            for status in _STATUSES
            if (number := sum(status_of(one) == status for one in members))
        )
        yield (fitted(feature, columns - 37), "bold"), (f"  {tally}", "dim")
        for scenario in members:
            yield from _scenario(scenario, told, columns)


def _scenario(scenario: ScenarioPlayed, told: Collection[str], columns: int) -> Iterator[Spans]:
    """A scenario, and why it is no pass, as far as what was told elsewhere does not say so."""
    explored = scenario.exploration
    plans = "" if explored is None else plans_words(explored)
    outcome = worst_outcome(scenario)
    yield (
        ("  ", ""),
        _STATUSES[status_of(scenario)],
        (" " + fitted(scenario.name, columns - 41), ""),
        (f"  {plans:>14}", "dim"),
        (f"  {fitted(outcome or '', 18)}".rstrip(), "" if outcome is None else _style(outcome)),
    )
    if scenario.status == "failed" and scenario.message:
        first, *_ = block(scenario.message.strip()).split("\n")
        yield from _wrapped("      ", first, "red", columns)
        for line in transcript_text(scenario.transcript[-_LAST_OF_A_TRANSCRIPT:]).splitlines():
            yield from _wrapped("        ", line, "dim", columns)
    for reason in () if explored is None or explored.verdict == "pass" else explored.reasons:
        if reason in told:
            continue
        yield from _wrapped("      ", reason, "yellow", columns)
    for note in () if explored is None else explored.notes:
        yield from _wrapped("      ", note, "dim", columns)


def _matrix(matrix: Matrix, columns: int) -> Iterator[Spans]:
    if not matrix.columns or not matrix.rows:
        return
    label = min(44, columns - 36, max(len(place_words(row)) for row in matrix.rows))
    room = columns - label - 2
    groups = matrix.alike
    names = [_named(group, max(_LONGEST_FAULT, room - _STEMS)) for group in groups]
    for index, part in enumerate(_parts(names, room)):
        if index:
            yield ()
        yield from _matrix_part(matrix, groups, names, part, label)
    legend = [f"{sign_of(outcome).letter} {one_line(outcome, 30)}" for outcome in matrix.outcomes]
    legend.append(f"{UNCOVERED} {matrix.uncovered_words}")
    yield from _wrapped("", "   ".join(legend), "dim", columns)


def _named(faults: Sequence[str], most: int) -> str:
    """As many of them by name as there is room for."""
    names = [one_line(fault, _LONGEST_FAULT) for fault in faults]
    for count in range(len(names), 0, -1):
        rest = f" and {len(names) - count} more" if count < len(names) else ""
        text = f"{', '.join(names[:count])}{rest}"
        if width(text) <= most:
            return text
    return f"{counted(len(names), 'fault')}"


def _parts(names: Sequence[str], room: int) -> Iterator[range]:
    """The places of the faults that stand beside each other, each with a stem below its name."""
    start = 0
    for place, name in enumerate(names):
        if place > start and 2 * (place - start + 1) + width(name) > room:
            yield range(start, place)
            start = place
    yield range(start, len(names))


def _matrix_part(
    matrix: Matrix,
    groups: Sequence[Sequence[str]],
    names: Sequence[str],
    part: range,
    label: int,
) -> Iterator[Spans]:
    for index, place in enumerate(part):
        stems = "│ " * index + "┌ "
        yield (" " * (label + 2) + stems, "dim"), (names[place], "")
    for row in matrix.rows:
        cells = (matrix.cell(row, groups[place][0]) for place in part)
        yield (
            (fitted(place_words(row), label) + "  ", ""),
            *((cell.letter + " ", _style(cell.outcome)) for cell in cells),
        )


def _rates(totals: Totals, columns: int) -> Iterator[Spans]:
    for rate in totals.rates:
        figures = f"{rate.percent:>6}  {rate.part:,} of {rate.whole:,} {rate.words}"
        yield (fitted(rate.name, min(27, columns - 38)), ""), (figures, "")


def _findings(record: Record, columns: int) -> Iterator[Spans]:
    findings = record.findings
    for index, finding in enumerate(findings[:MOST_FINDINGS]):
        if index:
            yield ()
        yield from _finding(finding, record.started, columns)
    if (more := len(findings) - MOST_FINDINGS) > 0:
        yield ()
        yield ((f"{counted(more, 'more finding')} in the report", "bold red"),)


def _finding(finding: FindingFound, started: RunStarted, columns: int) -> Iterator[Spans]:
    outcome = one_line(finding.outcome, 20)
    broken = f"  breaks the {one_line(finding.law, 20)} law"
    known = f"  {one_line(finding.finding_id, 20)}"
    shown = f"  {shown_words(finding)}"
    if width(outcome + broken + known + shown) <= columns:
        yield (outcome, _style(finding.outcome)), (broken, ""), (known + shown, "dim")
    else:
        yield (outcome, _style(finding.outcome)), (broken, ""), (known, "dim")
        yield ((shown, "dim"),)
    where = f"{finding.feature}:{finding.line}"
    room = columns - 4 - len(one_line(where, 40))
    yield (f"  {one_line(finding.scenario, room)}", "bold"), (f"  {one_line(where, 40)}", "dim")
    for told in (finding.sentence, _plan_words(finding, started)):
        yield from _shortened("  ", told, -(-COLUMNS // columns), columns)
    seen = f"turn {finding.turn}, {one_line(finding.field, 20)}: "
    half = (columns - len(seen) - 14) // 2
    expected, actual = (
        value_words(one_line(one, half)) for one in (finding.expected, finding.actual)
    )
    yield (f"  {seen}", ""), (expected, "green"), (" became ", ""), (actual, "red")
    yield ()
    for line in block(finding.gherkin.strip("\n")).split("\n"):
        yield ((f"    {line}".rstrip(), "cyan"),)
    for log in finding.logs:
        yield from _log(log, columns)


def _plan_words(finding: FindingFound, started: RunStarted) -> str:
    """What the faults of a finding do, and its plan by their names."""
    does = " ".join(struck(finding, started).values())
    return f"{does} ({finding.plan})" if does else finding.plan


def _masks(record: Record, columns: int) -> Iterator[Spans]:
    if any(map(is_masked, record.findings)):
        yield from _wrapped("", _MASKED, "yellow", columns)


def _log(log: ServerLog, columns: int) -> Iterator[Spans]:
    # What only underlines or divides others says nothing by itself.
    lines = [line for line in block(log.text).split("\n") if any(map(str.isalnum, line))]
    if lines:
        yield ()
        yield ((f"    {one_line(log.process, 40)} wrote last:", "dim"),)
        for line in lines[-_LINES_OF_A_LOG:]:
            yield ((f"      {one_line(line, columns - 6)}", "dim"),)


def _gaps(record: Record, matrix: Matrix, totals: Totals, columns: int) -> Iterator[Spans]:
    told = tuple(not_covered(record, matrix, totals))
    if told:
        yield (("Not covered", "bold"),)
    for line in told:
        yield from _wrapped("  ", line, "", columns)


def _style(outcome: str | None) -> str:
    return "dim" if outcome is None else _TONES[sign_of(outcome).tone]


def _shortened(indent: str, text: str, most: int, columns: int) -> Iterator[Spans]:
    """At most so many lines of a text; an ellipsis stands for the rest of it."""
    lines = [*_wrapped(indent, text, "", columns)]
    yield from lines[: most - 1]
    if lines[most - 1 :]:
        rest = " ".join(line[0][0].strip() for line in lines[most - 1 :])
        room = columns - len(indent)
        yield ((f"{indent}{fitted(rest, room).rstrip()}", ""),)


def _wrapped(indent: str, text: str, style: str, columns: int) -> Iterator[Spans]:
    """The text in lines; of a long one the beginning and the end, where the remedy stands."""
    half = 5 * COLUMNS
    lines: Iterable[str] = wrap(
        one_line(text if len(text) <= 2 * half else f"{text[:half]} … {text[-half:]}"),
        columns,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    for line in lines:
        yield ((line, style),)
