"""What a run comes to as scenarios and steps, which is how Cucumber Messages tell it.

The steps of a scenario are those of its feature file; in an older record, which has none, they are
what was played: a message is a step, and so is a fault. A scenario ends with a step for its fault
plans. Each finding is a scenario of its own, in its shortest form, and its last step fails. A run
that was cut short is a scenario that is not defined.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from reports.printable import block, one_line
from reports.record import NO_RETRY, FindingFound, Line, Record, ScenarioPlayed
from reports.totals import status_of, totals_of
from reports.transcript import transcript_text
from reports.whole_run import SUITE, RunCase, case_of_run

_LONGEST = 1_000
_LONGEST_TEXT = 20_000
_KEYWORDS = ("Given", "When", "Then", "And", "But")
_QUOTES = '"""'
_CELL = re.compile(r"((?:[^\\|]|\\.?)*+)(?:\||$)")
_ESCAPED = re.compile(r"\\(.)")
_STATUSES = {
    "passed": "PASSED",
    "failed": "FAILED",
    "inconclusive": "UNDEFINED",
    "skipped": "SKIPPED",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step and how it went. The line is None where no feature file has it."""

    keyword: str
    text: str
    status: str = "PASSED"
    line: int | None = None
    table: tuple[tuple[str, ...], ...] = ()
    doc_string: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario as it is told; the first of its steps that has not passed bears the message."""

    name: str
    line: int
    tags: tuple[str, ...]
    steps: tuple[Step, ...]
    message: str | None
    seconds: float
    transcript: str


def cases_of(record: Record) -> Iterator[tuple[str, Case]]:
    """Everything that is told, each with the feature file that it stands in."""
    for scenario in record.scenarios:
        yield one_line(scenario.feature), _case_of_scenario(scenario)
    for finding in record.findings:
        yield one_line(finding.feature), _case_of_finding(finding)
    if (whole := case_of_run(totals_of(record))) is not None:
        yield SUITE, _case_of_run(whole)


def _case_of_scenario(scenario: ScenarioPlayed) -> Case:
    status = status_of(scenario)
    explored = scenario.exploration
    reasons = () if explored is None else explored.reasons
    why = scenario.message or "; ".join(reasons) or None
    return Case(
        one_line(scenario.name, _LONGEST),
        max(1, scenario.line),
        tuple(one_line(tag) for tag in scenario.tags),
        tuple(_steps_as_written(scenario) if scenario.steps else _steps_as_played(scenario)),
        None if status == "passed" else why,
        scenario.seconds,
        transcript_text(scenario.transcript),
    )


def _steps_as_written(scenario: ScenarioPlayed) -> Iterator[Step]:
    """The steps of its feature file, and one for how it went beyond them, where there is one."""
    status = _STATUSES[status_of(scenario)]
    end = len(scenario.steps) + 1
    # A record may have been written by hand, and name a step that there is not.
    stopped_at = min(scenario.stopped_at or end, end)
    for number, one in enumerate(scenario.steps, start=1):
        before = number < stopped_at
        here = "PASSED" if before else status if number == stopped_at else "SKIPPED"
        yield Step(
            one_line(one.keyword),
            one_line(one.text, _LONGEST),
            here,
            max(1, one.line),
            tuple(tuple(one_line(cell, _LONGEST) for cell in row) for row in one.table),
            None if one.doc_string is None else block(one.doc_string, _LONGEST_TEXT),
        )
    if stopped_at == end and (scenario.exploration or status != "PASSED"):
        yield _beyond_its_steps(scenario)


def _steps_as_played(scenario: ScenarioPlayed) -> Iterator[Step]:
    """What stands for the steps, where the record has none."""
    last = _beyond_its_steps(scenario)
    before = _before_the_last(last.status)
    yield from (replace(step, status=before) for step in _steps_of(scenario.transcript))
    yield last


def _beyond_its_steps(scenario: ScenarioPlayed) -> Step:
    explored = scenario.exploration
    plans = "" if explored is None else f", and under {explored.plans:,} fault plans"
    return Step("Then", f"it holds as written{plans}", _STATUSES[status_of(scenario)])


def _case_of_finding(finding: FindingFound) -> Case:
    steps = tuple(_steps_in(finding.gherkin)) or _steps_of(finding.faulted)
    steps = steps or (Step("Then", one_line(finding.sentence, _LONGEST) or "it holds"),)
    name = f"{finding.scenario}: {finding.outcome}, {finding.law} law"
    told = f"{finding.sentence}\n{finding.expected} became {finding.actual}\n{finding.plan}"
    return Case(
        one_line(name, _LONGEST),
        max(1, finding.line),
        ("finding", one_line(finding.outcome)),
        (*steps[:-1], replace(steps[-1], status="FAILED")),
        told,
        0.0,
        transcript_text(finding.faulted),
    )


def _case_of_run(whole: RunCase) -> Case:
    step = Step("Then", "the run comes to its end", _STATUSES["inconclusive"])
    return Case(whole.name, 1, (), (step,), whole.why, 0.0, "")


def _steps_of(lines: Sequence[Line]) -> tuple[Step, ...]:
    return tuple(
        Step("When", f'{one_line(line.customer)} says "{one_line(line.text, _LONGEST)}"')
        if line.fault is None
        else Step("And", _strike_words(line.fault))
        for line in lines
    )


def _strike_words(fault: str) -> str:
    if fault == NO_RETRY:
        return "the message is left alone"
    return f"the fault {one_line(fault, _LONGEST)} strikes"


def _steps_in(gherkin: str) -> Iterator[Step]:
    """The steps of a printed scenario, each with the table or the doc string below it."""
    lines = iter(gherkin.split("\n"))
    step: Step | None = None
    for line in lines:
        keyword, _, text = line.strip().partition(" ")
        if step is not None and keyword == "|":
            step = replace(step, table=(*step.table, tuple(_cells_in(text))))
        elif step is not None and keyword.startswith(_QUOTES):
            indent = line[: line.index(_QUOTES)]
            below = takewhile(lambda one: one.strip() != _QUOTES, lines)
            text = "\n".join(one.removeprefix(indent) for one in below)
            step = replace(step, doc_string=block(text, _LONGEST_TEXT))
        elif keyword in _KEYWORDS and text:
            if step is not None:
                yield step
            step = Step(keyword, one_line(text, _LONGEST))
    if step is not None:
        yield step


def _cells_in(row: str) -> Iterator[str]:
    *cells, _ = _CELL.findall(row)
    for cell in cells:
        text = _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], cell)
        yield one_line(text.strip(), _LONGEST)


def _before_the_last(status: str) -> str:
    return "SKIPPED" if status == "SKIPPED" else "PASSED"
