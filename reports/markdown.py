"""The summary of a run as Markdown, for a comment on a pull request.

Everything that a customer, a service or a feature file wrote stands in code, where it is neither
markup nor a mention. The text stays within what a comment can hold.
"""

import re
from collections.abc import Iterator, Sequence

from reports.matrix import Matrix, matrix_of, place_words
from reports.outcomes import UNCOVERED, sign_of
from reports.printable import block, one_line
from reports.record import FindingFound, Record, RunStarted, ScenarioPlayed
from reports.sentences import (
    counted,
    depth_words,
    not_covered,
    readable,
    shown_words,
    struck,
    value_words,
    verdict_words,
)
from reports.totals import Totals, status_of, totals_of, worst_outcome
from reports.transcript import reference_words, transcript_text

MOST_IN_A_COMMENT = 64_000
"""A comment holds 65,536 characters; as bytes of UTF-8 a text is never shorter than that."""

MOST_BYTES = 1_000_000
"""A step summary holds 1,024 KiB, and is dropped whole beyond that."""

_MARKS = {"pass": "✅", "fail": "❌", "inconclusive": "⚠️"}
_STATUSES = {"passed": "✅", "failed": "❌", "inconclusive": "❔", "skipped": "⏭️"}


def markdown(record: Record, room: int = MOST_IN_A_COMMENT) -> str:
    """The whole summary in GitHub's Markdown; findings come before scenarios, and what does not
    fit into so many bytes of UTF-8 is counted at the end."""
    totals = totals_of(record)
    matrix = matrix_of(record)
    sections = (
        (_head(record, totals),),
        (_matrix(matrix),),
        (_rates(totals),),
        (_not_covered(tuple(not_covered(record, matrix, totals))),),
        (_finding(finding, record.started) for finding in record.findings),
        _scenarios(record.scenarios),
    )
    parts: list[str] = []
    left_out = 0
    for part in (part for section in sections for part in section if part):
        size = len(part.encode("utf-8", "backslashreplace")) + 1
        if left_out or size > room:
            left_out += 1
            continue
        parts.append(part)
        room -= size
    if left_out:
        parts.append(f"{counted(left_out, 'more section')} in the report.\n")
    return "\n".join(parts)


def _head(record: Record, totals: Totals) -> str:
    counts = ", ".join(
        (
            counted(totals.scenarios, "scenario"),
            counted(totals.plans, "fault plan"),
            counted(totals.turns, "turn"),
            counted(totals.findings, "finding"),
        )
    )
    started = record.started
    depth = depth_words(started.depth)
    about = f"Target {_code(started.target)}, seed {started.seed}, {depth} a plan."
    ended = [f"{readable(plans)} {_code(outcome)}" for outcome, plans in totals.outcomes.items()]
    ends = f"Plans by how they end: {', '.join(ended)}.\n\n" if ended else ""
    return (
        f"## {_MARKS[totals.verdict]} Coolwind: {verdict_words(totals)}\n\n{counts}\n\n"
        f"{ends}{about}\n" + _list("\n", [_code(reason, 1000) for reason in totals.reasons[:20]])
    )


def _matrix(matrix: Matrix) -> str:
    if not matrix.rows or not matrix.columns:
        return ""
    header = ["fault", *(_code(place_words(row), 80) for row in matrix.rows)]
    lines = [_row(header), _row(["---", *(":-:" for _ in matrix.rows)])]
    for faults in matrix.alike:
        letters = (_code(matrix.cell(row, faults[0]).letter) for row in matrix.rows)
        lines.append(_row([", ".join(_code(fault, 40) for fault in faults), *letters]))
    legend = [f"{_code(sign_of(outcome).letter)} {_code(outcome)}" for outcome in matrix.outcomes]
    legend.append(f"`{UNCOVERED}` {matrix.uncovered_words}")
    return "\n".join((*lines, "", ", ".join(legend), ""))


def _rates(totals: Totals) -> str:
    if not totals.rates:
        return ""
    rows = (
        _row([_code(rate.name, 80), rate.percent, f"{rate.part:,} of {rate.whole:,} {rate.words}"])
        for rate in totals.rates
    )
    return "\n".join((_row(["rate", "", ""]), _row(["---", "--:", "---"]), *rows, ""))


def _not_covered(told: Sequence[str]) -> str:
    return _list("**Not covered**\n\n", [_escaped(one_line(one, 1000)) for one in told])


def _list(head: str, items: Sequence[str]) -> str:
    return head + "".join(f"- {item}\n" for item in items) if items else ""


def _finding(finding: FindingFound, started: RunStarted) -> str:
    where = f"{finding.feature}:{finding.line}"
    means = struck(finding, started)
    lines = (
        f"### {_code(finding.outcome, 40)} breaks the {_code(finding.law, 40)} law",
        "",
        _escaped(one_line(finding.sentence, 500)),
        "",
        f"- Scenario {_code(finding.scenario)} at {_code(where)}",
        f"- Plan {_code(finding.plan)}, {shown_words(finding)}",
        *(f"  - {_code(fault)}: {_code(does, 200)}" for fault, does in means.items()),
        f"- Turn {finding.turn}, {_code(finding.field, 80)}: {_code(finding.expected, 200)} "
        f"became {_code(finding.actual, 200)}",
        "",
        _fenced(finding.gherkin.strip("\n"), "gherkin"),
        "",
        "<details><summary>Clean and faulted transcript</summary>",
        "",
        reference_words(finding.clean).capitalize(),
        "",
        _fenced(transcript_text(finding.clean), "text"),
        "",
        "With the fault",
        "",
        _fenced(transcript_text(finding.faulted), "text"),
        "",
        "</details>",
        "",
    )
    return "\n".join(lines)


def _scenarios(scenarios: Sequence[ScenarioPlayed]) -> Iterator[str]:
    if not scenarios:
        return
    rows = [_row(["", "scenario", "plans", "worst outcome"]), _row(["---", "---", "--:", "---"])]
    for scenario in sorted(scenarios, key=lambda one: (one.feature, one.line)):
        outcome = worst_outcome(scenario)
        explored = scenario.exploration
        plans = "" if explored is None else f"{explored.plans:,}"
        if explored is not None and explored.is_partial:
            plans += " so far"
        where = f"{scenario.feature}:{scenario.line}"
        named = f"{_code(scenario.name, 200)} {_code(where)}"
        shown = "" if outcome is None else _code(outcome, 40)
        rows.append(_row([_STATUSES[status_of(scenario)], named, plans, shown]))
        if scenario.message and scenario.status == "failed":
            rows.append(_row(["", _code(scenario.message, 300), "", ""]))
    table = "\n".join(rows)
    yield f"<details><summary>Scenarios</summary>\n\n{table}\n\n</details>\n"


def _row(cells: Sequence[str]) -> str:
    # A backslash before it does not keep every pipe from ending its cell.
    return f"| {' | '.join(cell.replace('|', '¦') for cell in cells)} |"


def _code(text: str, longest: int = 200) -> str:
    shown = value_words(one_line(text, longest))
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _fenced(text: str, language: str) -> str:
    shown = block(text, 20_000)
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _escaped(text: str) -> str:
    """Prose with every mark of Markdown taken literally, and no mention, reference or link."""
    literal = re.sub(r"([\\`*_{}\[\]<>()#+!|~$&])", r"\\\1", text)
    return re.sub(r"(@|\\#|:(?=//)|www(?=\.)|GH(?=-))", "\\1\u200b", literal)
