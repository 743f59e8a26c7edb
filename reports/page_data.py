"""What the page shows, as values of JSON: an overview that is read at once, and blocks of details
that are read when they are wanted.

A text is a place in `texts`, a line a place in `lines`, and -1 stands for nothing. Findings stand
in columns. Numbers that a browser could not hold exactly are texts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

from reports.alignment import Pair, aligned
from reports.bug_classes import bug_class_of
from reports.history import History
from reports.masking import is_masked
from reports.matrix import Matrix, MatrixCell, matrix_of, place_words
from reports.outcomes import Sign, Tone, sign_of
from reports.page_head import head, latencies, trend
from reports.page_pool import Pool
from reports.printable import block
from reports.record import (
    Exploration,
    FindingFound,
    LawBroken,
    PlanClass,
    Record,
    RunStarted,
    ScenarioPlayed,
)
from reports.sentences import counted, plans_words, shown_words, struck
from reports.shape import Json
from reports.totals import status_of, totals_of, worst_outcome

BLOCK = 200
"""How many findings stand in one block of details."""

MOST_CLASSES = 60
"""How many classes of plans are listed for one scenario."""


@dataclass(frozen=True, slots=True)
class PageData:
    """The parts of a page. `details` gives a block for each `BLOCK` findings, one after the other,
    `scenarios` the transcripts, and `groups` the matrix of each scenario."""

    overview: Json
    groups: Json
    scenarios: Json
    details: Iterator[Json]


def page_data(history: History) -> PageData:
    """Everything that the page shows."""
    record = history.record
    matrix, totals = matrix_of(record), totals_of(record)
    order = sorted(
        range(len(record.scenarios)),
        key=lambda index: (record.scenarios[index].feature, record.scenarios[index].line, index),
    )
    places = {index: place for place, index in enumerate(order)}
    scenarios = [record.scenarios[index] for index in order]
    pool = Pool()
    palette = [sign.outcome for sign in _signs(record, matrix)]
    overview: dict[str, Json] = {
        "head": head(record, totals, matrix),
        "replay": _replay(history.path),
        "matrix": {
            "columns": _columns(record, matrix),
            "rows": _rows(matrix, record, places, palette),
            "legend": [palette.index(outcome) for outcome in matrix.outcomes],
            "covered": f"{matrix.covered:,} of "
            f"{counted(len(matrix.rows) * len(matrix.columns), 'cell')} covered",
            "uncovered": matrix.uncovered_words,
        },
        "latencies": latencies(record),
        "trend": trend(history),
        "findings": _findings(record, pool, palette),
        "scenarios": _scenario_columns(scenarios, pool, palette),
        "signs": [_sign(sign_of(outcome)) for outcome in palette],
        "block": BLOCK,
    }
    details = (
        _block(record.findings[start : start + BLOCK], record.started)
        for start in range(0, len(record.findings), BLOCK)
    )
    return PageData(
        {**overview, "texts": pool.texts},
        _groups(record, order, matrix, palette),
        _transcripts(scenarios, palette),
        details,
    )


def _columns(record: Record, matrix: Matrix) -> Json:
    does = {column.name: f"{column.contract}: {column.does}" for column in record.started.faults}
    return [[block(column), block(does.get(column, ""))] for column in matrix.columns]


def _rows(
    matrix: Matrix, record: Record, places: Mapping[int, int], palette: Sequence[str]
) -> list[Json]:
    causes: dict[tuple[str, str], int] = {}
    for index, finding in enumerate(record.findings):
        causes.setdefault((finding.outcome, finding.scenario), index)
    return [
        [
            block(row[0] or place_words(row)),
            block(row[1] or "" if row[0] else ""),
            [
                _cell(matrix.cell(row, column), record, places, causes, palette)
                for column in matrix.columns
            ],
        ]
        for row in matrix.rows
    ]


def _cell(
    cell: MatrixCell,
    record: Record,
    places: Mapping[int, int],
    causes: Mapping[tuple[str, str], int],
    palette: Sequence[str],
) -> Json:
    """0 where nothing was tried, else outcome (-1: none), plans, fired, the finding to show (-1:
    none), the scenario to show (-1: none), and by tier the outcomes.

    Where no finding was made at this very place, the same outcome in a scenario that came by is
    taken: one cause is reported once, with its shortest plan.
    """
    if not cell.plans:
        return 0
    finding = next(
        (one for one in cell.findings if record.findings[one].outcome == cell.outcome), -1
    )
    if finding < 0 and cell.outcome is not None and sign_of(cell.outcome).tone is Tone.BAD:
        names = (record.scenarios[index].name for index in cell.scenarios)
        finding = next(
            (causes[cell.outcome, name] for name in names if (cell.outcome, name) in causes), -1
        )
    scenario = places[cell.scenarios[0]] if cell.scenarios else -1
    outcome = -1 if cell.outcome is None else palette.index(cell.outcome)
    tiers: list[Json] = [
        [block(tier or "not told"), palette.index(worst)] for tier, worst in cell.tiers.items()
    ]
    return [outcome, f"{cell.plans:,}", f"{cell.fired:,}", finding, scenario, tiers]


def _groups(
    record: Record, order: Sequence[int], matrix: Matrix, palette: Sequence[str]
) -> list[Json]:
    """The matrix of each scenario that went under fault plans: its place, then its rows."""
    mine: dict[tuple[str, str], list[int]] = {}
    for index, finding in enumerate(record.findings):
        mine.setdefault((finding.feature, finding.scenario), []).append(index)
    groups: list[Json] = []
    for place, index in enumerate(order):
        scenario = record.scenarios[index]
        if scenario.exploration is None:
            continue
        numbers = mine.get((scenario.feature, scenario.name), [])
        alone = replace(
            record,
            scenarios=(scenario,),
            findings=tuple(record.findings[number] for number in numbers),
        )
        its_own = replace(matrix_of(alone), columns=matrix.columns)
        rows = _rows(its_own, alone, {0: place}, palette)
        groups.append([place, [_with_numbers(row, numbers) for row in rows]])
    return groups


def _with_numbers(row: Json, numbers: Sequence[int]) -> Json:
    """A row in which findings have their numbers in the whole record."""
    assert isinstance(row, list)
    flow, step, cells = row
    assert isinstance(cells, list)
    for cell in cells:
        if isinstance(cell, list) and isinstance(cell[3], int) and cell[3] >= 0:
            cell[3] = numbers[cell[3]]
    return [flow, step, cells]


def _findings(record: Record, pool: Pool, palette: Sequence[str]) -> Json:
    """What the list of findings shows and what is searched, in columns. `also` names the faults
    that come to the same outcome in the same scenario, beside those of the plan that is told."""
    findings = record.findings
    numbers = {outcome: number for number, outcome in enumerate(palette)}
    by_outcome: dict[tuple[str, str, str], dict[str, None]] = {}
    for scenario in record.scenarios:
        for cell in () if scenario.exploration is None else scenario.exploration.cells:
            if cell.fired:
                key = scenario.feature, scenario.name, cell.outcome
                by_outcome.setdefault(key, {})[cell.fault] = None
    also: list[str] = []
    for finding in findings:
        faults = by_outcome.get((finding.feature, finding.scenario, finding.outcome), {})
        struck = {line.fault for line in finding.faulted}
        also.append(", ".join(fault for fault in faults if fault not in struck))
    columns: dict[str, Json] = {
        name: [pool.text(getattr(finding, name)) for finding in findings]
        for name in ("scenario", "feature", "law", "plan")
    }
    columns["outcome"] = [numbers[finding.outcome] for finding in findings]
    columns["also"] = [pool.text(names) for names in also]
    return columns


def _scenario_columns(
    scenarios: Sequence[ScenarioPlayed], pool: Pool, palette: Sequence[str]
) -> Json:
    worst = [worst_outcome(scenario) for scenario in scenarios]
    return {
        "name": [pool.text(scenario.name) for scenario in scenarios],
        "feature": [pool.text(scenario.feature) for scenario in scenarios],
        "line": [scenario.line for scenario in scenarios],
        "status": [status_of(scenario) for scenario in scenarios],
        "tags": [[pool.text(tag) for tag in scenario.tags] for scenario in scenarios],
        "plans": [_plans(one.exploration) for one in scenarios],
        "partial": [int(_is_partial(one.exploration)) for one in scenarios],
        "outcome": [-1 if outcome is None else palette.index(outcome) for outcome in worst],
    }


def _is_partial(explored: Exploration | None) -> bool:
    return explored is not None and explored.is_partial


def _plans(explored: Exploration | None) -> str:
    if explored is None:
        return ""
    decided = plans_words(explored)
    if not explored.samples:
        return decided
    return f"{decided}, {counted(explored.samples, 'sample')}"


def _transcripts(scenarios: Sequence[ScenarioPlayed], palette: Sequence[str]) -> Json:
    pool = Pool()
    shown: list[Json] = [_scenario(scenario, pool, palette) for scenario in scenarios]
    return {"scenarios": shown, "lines": pool.lines, "texts": pool.texts}


def _scenario(scenario: ScenarioPlayed, pool: Pool, palette: Sequence[str]) -> Json:
    explored = scenario.exploration
    classes = () if explored is None else explored.classes
    reasons = () if explored is None else (*explored.reasons, *explored.notes)
    lines: list[Json] = [*pool.transcript(scenario.transcript)]
    return {
        "message": pool.text(scenario.message),
        "reasons": [pool.text(one) for one in reasons],
        "masks": [pool.text(one) for one in (() if explored is None else explored.masks)],
        "classes": [
            [pool.text(one.last), palette.index(one.outcome), _plans_of(one)]
            for one in classes[:MOST_CLASSES]
        ],
        "more": max(0, len(classes) - MOST_CLASSES),
        "lines": lines,
    }


def _plans_of(ended: PlanClass) -> str:
    """How many plans end so; those that were drawn by chance stand apart."""
    samples = counted(ended.samples, "sample")
    if not ended.samples:
        return f"{ended.plans:,}"
    return f"{ended.plans:,} and {samples}" if ended.plans else samples


def _block(findings: Sequence[FindingFound], started: RunStarted) -> Json:
    pool = Pool()
    pairs: dict[tuple[int | str, ...], Json] = {}
    shown: list[Json] = [_detail(finding, started, pool, pairs) for finding in findings]
    return {"findings": shown, "lines": pool.lines, "texts": pool.texts}


def _detail(
    finding: FindingFound,
    started: RunStarted,
    pool: Pool,
    pairs: dict[tuple[int | str, ...], Json],
) -> Json:
    """`pairs` has what is known of the findings before: those of one cause in the data of a record
    have their transcripts as one object."""
    alike = (
        *(id(finding.clean), id(finding.faulted), id(finding.broken), finding.turn),
        *(finding.law, finding.field, finding.expected, finding.actual),
    )
    broken = finding.broken or (
        LawBroken(
            *(finding.law, finding.turn, "", finding.field, finding.expected, finding.actual)
        ),
    )
    return {
        "id": pool.text(finding.finding_id),
        "sentence": pool.text(finding.sentence),
        "where": pool.text(f"{finding.feature}:{finding.line}"),
        "shown": shown_words(finding),
        "struck": [[*map(pool.text, one)] for one in struck(finding, started).items()],
        "gherkin": pool.text(finding.gherkin.strip("\n")),
        "masked": is_masked(finding),
        "broken": [
            [pool.text(one.law), one.turn, *map(pool.text, (one.field, one.expected, one.actual))]
            for one in broken
        ],
        "known": _bug_class(finding, pool),
        "logs": [[*map(pool.text, (log.process, log.text))] for log in finding.logs],
        "pairs": pairs.get(alike) or pairs.setdefault(alike, _pairs(finding, broken, pool)),
    }


def _pairs(finding: FindingFound, broken: Sequence[LawBroken], pool: Pool) -> Json:
    """The row of the first difference, then a row for each pair: two lines, what differs, and the
    name and both values of everything that no bubble shows."""
    alignment = aligned(finding.clean, finding.faulted, finding.turn, broken)
    clean, faulted = pool.transcript(finding.clean), pool.transcript(finding.faulted)
    first = -1 if alignment.first is None else alignment.first
    rows: list[Json] = [
        [
            -1 if pair.clean is None else clean[pair.clean],
            -1 if pair.faulted is None else faulted[pair.faulted],
            ",".join(pair.differs),
            *_changed(pair, pool),
        ]
        for pair in alignment.pairs
    ]
    return [first, *rows]


def _changed(pair: Pair, pool: Pool) -> Iterator[Json]:
    for texts in pair.changed:
        yield [*map(pool.text, texts)]


def _signs(record: Record, matrix: Matrix) -> Iterable[Sign]:
    """Every outcome that the page names, from the best to the worst."""
    outcomes = dict.fromkeys((*matrix.outcomes, *_outcomes(record)))
    return sorted(map(sign_of, outcomes), key=lambda sign: (sign.rank, sign.outcome))


def _outcomes(record: Record) -> Iterator[str]:
    for finding in record.findings:
        yield finding.outcome
    for scenario in record.scenarios:
        if scenario.exploration is not None:
            yield from (cell.outcome for cell in scenario.exploration.cells)
            yield from (one.outcome for one in scenario.exploration.classes)


def _sign(sign: Sign) -> Json:
    return [block(sign.outcome), sign.letter, sign.tone.value]


def _bug_class(finding: FindingFound, pool: Pool) -> Json:
    """The class of bugs that a finding is of: its name, what it is and where it was seen."""
    known = bug_class_of(finding)
    return None if known is None else [*map(pool.text, (known.name, known.what, known.seen_in))]


def _replay(path: str | None) -> str:
    """What follows the ID of a finding in the command that plays it again. A page may be read on
    another machine, where a path from the root leads nowhere."""
    if path == "":
        return ""
    is_known = path is not None and not Path(path).is_absolute()
    return f" --record {quote(path) if path and is_known else 'RECORD'}"
