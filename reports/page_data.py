"""What the page shows, as one value of JSON: texts and lines stand in it once each.

A text is a place in `texts`, a line a place in `lines`, and -1 stands for nothing. Findings stand
in columns. Numbers that a browser could not hold exactly are texts.
"""

from collections.abc import Iterable, Sequence

from reports.alignment import aligned
from reports.masking import MASK
from reports.matrix import Matrix, MatrixCell, matrix_of
from reports.outcomes import Sign, Tone, sign_of
from reports.printable import block
from reports.record import FindingFound, Line, Record, ScenarioPlayed
from reports.sentences import counted, depth_words, not_covered, shown_words
from reports.shape import Json
from reports.totals import Totals, status_of, totals_of, worst_outcome


class _Pool:
    """Gives each different text, and each different line, one place."""

    def __init__(self) -> None:
        self._texts: dict[str, int] = {}
        self._lines: dict[Line, int] = {}
        self._rows: list[Json] = []

    def text(self, text: str | None) -> int:
        if text is None:
            return -1
        return self._texts.setdefault(block(text), len(self._texts))

    def line(self, line: Line) -> int:
        place = self._lines.get(line)
        if place is None:
            place = self._lines[line] = len(self._rows)
            texts = (line.customer, line.text, line.reply, line.session_id, line.served_from)
            more = (line.flow, line.step, line.fault)
            numbers = [line.turn, line.status]
            self._rows.append([*numbers, *(self.text(text) for text in (*texts, *more))])
        return place

    @property
    def texts(self) -> list[Json]:
        return list(self._texts)

    @property
    def lines(self) -> list[Json]:
        return self._rows


def page_data(record: Record) -> dict[str, Json]:
    """Everything that the page shows."""
    pool = _Pool()
    totals = totals_of(record)
    matrix = matrix_of(record)
    scenarios = sorted(
        enumerate(record.scenarios), key=lambda one: (one[1].feature, one[1].line, one[0])
    )
    places = {index: place for place, (index, _) in enumerate(scenarios)}
    parts: dict[str, Json] = {
        "head": _head(record, totals, matrix),
        "matrix": _matrix(matrix, record, places),
        "scenarios": [_scenario(scenario, pool) for _, scenario in scenarios],
        "findings": _findings(record.findings, pool),
        "signs": {block(sign.outcome): _sign(sign) for sign in _signs(record, matrix)},
    }
    return {**parts, "lines": pool.lines, "texts": pool.texts}


def _head(record: Record, totals: Totals, matrix: Matrix) -> Json:
    started = record.started
    facts: list[Json] = [
        [counted(totals.scenarios, "scenario"), _tally(totals)],
        [counted(totals.plans, "fault plan"), f"{depth_words(started.depth)} each"],
        [counted(totals.turns, "turn"), "played"],
        [counted(totals.findings, "finding"), "laws broken, by cause"],
    ]
    about: list[Json] = [
        ["target", block(started.target)],
        ["seed", str(started.seed)],
        ["started", block(started.started_at)],
        ["took", "" if record.ended is None else f"{record.ended.seconds:.1f} s"],
        ["coolwind", block(started.coolwind)],
        ["python", block(started.python)],
        ["paths", block(", ".join(started.paths))],
    ]
    rates: list[Json] = [
        [block(rate.name), rate.percent, f"{rate.part:,} of {rate.whole:,} {rate.words}"]
        for rate in totals.rates
    ]
    does = {column.name: column for column in started.faults}
    fired: list[Json] = [
        [
            block(name),
            f"{number:,}",
            block(f"{does[name].contract}: {does[name].does}") if name in does else "",
        ]
        for name, number in totals.fired.items()
    ]
    return {
        "verdict": totals.verdict,
        "partial": totals.is_partial,
        "reasons": [block(reason) for reason in totals.reasons],
        "facts": facts,
        "about": [one for one in about if isinstance(one, list) and one[1]],
        "rates": rates,
        "fired": fired,
        "tiers": [[block(tier), f"{number:,}"] for tier, number in totals.tiers.items()],
        "gaps": list(not_covered(record, matrix, totals)),
        "masked": _is_masked(record),
    }


def _tally(totals: Totals) -> str:
    return ", ".join(f"{number:,} {status}" for status, number in totals.statuses.items() if number)


def _matrix(matrix: Matrix, record: Record, places: dict[int, int]) -> Json:
    causes: dict[tuple[str, str], int] = {}
    for index, finding in enumerate(record.findings):
        causes.setdefault((finding.outcome, finding.scenario), index)
    rows: list[Json] = [
        [
            block(row[0] or "no flow"),
            block(row[1] or ""),
            [_cell(matrix.cell(row, column), record, places, causes) for column in matrix.columns],
        ]
        for row in matrix.rows
    ]
    does = {column.name: f"{column.contract}: {column.does}" for column in record.started.faults}
    columns: list[Json] = [
        [block(column), block(does.get(column, ""))] for column in matrix.columns
    ]
    return {
        "columns": columns,
        "rows": rows,
        "legend": [block(outcome) for outcome in matrix.outcomes],
        "covered": f"{matrix.covered:,} of "
        f"{counted(len(matrix.rows) * len(matrix.columns), 'cell')} covered",
    }


def _cell(
    cell: MatrixCell,
    record: Record,
    places: dict[int, int],
    causes: dict[tuple[str, str], int],
) -> Json:
    """Outcome, plans, fired, the finding to show (-1: none), the scenario to show (-1: none).

    Where no finding was made at this very place, the same outcome in a scenario that came by is
    taken: one cause is reported once, with its shortest plan.
    """
    finding = next(
        (one for one in cell.findings if record.findings[one].outcome == cell.outcome), -1
    )
    if finding < 0 and cell.outcome is not None and sign_of(cell.outcome).tone is Tone.BAD:
        names = (record.scenarios[index].name for index in cell.scenarios)
        finding = next(
            (causes[cell.outcome, name] for name in names if (cell.outcome, name) in causes), -1
        )
    scenario = places[cell.scenarios[0]] if cell.scenarios else -1
    outcome = None if cell.outcome is None else block(cell.outcome)
    return [outcome, f"{cell.plans:,}", f"{cell.fired:,}", finding, scenario]


def _scenario(scenario: ScenarioPlayed, pool: _Pool) -> Json:
    explored = scenario.exploration
    reasons = () if explored is None else (*explored.reasons, *explored.notes)
    outcome = worst_outcome(scenario)
    return {
        "name": pool.text(scenario.name),
        "feature": pool.text(scenario.feature),
        "line": scenario.line,
        "tags": [pool.text(tag) for tag in scenario.tags],
        "status": status_of(scenario),
        "message": pool.text(scenario.message),
        "plans": "" if explored is None else counted(explored.plans, "plan"),
        "outcome": None if outcome is None else block(outcome),
        "reasons": [pool.text(reason) for reason in reasons],
        "lines": [pool.line(line) for line in scenario.transcript],
    }


def _findings(findings: Sequence[FindingFound], pool: _Pool) -> Json:
    texts = ("finding_id", "scenario", "feature", "law", "field", "plan")
    more = ("sentence", "expected", "actual", "gherkin")
    columns: dict[str, Json] = {
        name: [pool.text(getattr(finding, name)) for finding in findings]
        for name in (*texts, *more)
    }
    columns["outcome"] = [block(finding.outcome) for finding in findings]
    columns["line"] = [finding.line for finding in findings]
    columns["turn"] = [finding.turn for finding in findings]
    columns["plans"] = [shown_words(finding) for finding in findings]
    columns["pairs"] = [_pairs(finding, pool) for finding in findings]
    return columns


def _pairs(finding: FindingFound, pool: _Pool) -> Json:
    """The row of the first difference, then a row for each pair: two lines and what differs."""
    alignment = aligned(finding.clean, finding.faulted, finding.turn)
    first = -1 if alignment.first is None else alignment.first
    rows: list[Json] = [
        [
            -1 if pair.clean is None else pool.line(finding.clean[pair.clean]),
            -1 if pair.faulted is None else pool.line(finding.faulted[pair.faulted]),
            ",".join(pair.differs),
        ]
        for pair in alignment.pairs
    ]
    return [first, *rows]


def _signs(record: Record, matrix: Matrix) -> Iterable[Sign]:
    outcomes = (
        *matrix.outcomes,
        *(finding.outcome for finding in record.findings),
        *(
            cell.outcome
            for one in record.scenarios
            if one.exploration
            for cell in one.exploration.cells
        ),
    )
    return sorted(map(sign_of, dict.fromkeys(outcomes)), key=lambda sign: (sign.rank, sign.outcome))


def _sign(sign: Sign) -> Json:
    return [sign.letter, sign.tone.value, sign.rank]


def _is_masked(record: Record) -> bool:
    return any(MASK in finding.gherkin for finding in record.findings)
