"""The matrix flow step × fault: what each fault did at each step, over all scenarios."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from reports.outcomes import UNCOVERED, Tone, sign_of, worst
from reports.record import NO_RETRY, Cell, FindingFound, Line, Record

Place: TypeAlias = tuple[str | None, str | None]
"""A flow and a step of it, both None outside any flow; the flow alone where nobody tells it."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What one fault did at one step.

    `outcome` is the worst of the plans in which the fault struck, None when it struck in none.
    `tiers` has the same by the tier that served the next turn, as far as that is told. `scenarios`
    are the places in the record of the scenarios that came by here, worst first, and
    `findings` those of the findings made here.
    """

    plans: int = 0
    fired: int = 0
    outcome: str | None = None
    scenarios: tuple[int, ...] = ()
    findings: tuple[int, ...] = ()
    tiers: Mapping[str, str] = field(default_factory=dict)

    @property
    def letter(self) -> str:
        """One character: that of the outcome, or the one for uncovered."""
        return UNCOVERED if self.outcome is None else sign_of(self.outcome).letter


@dataclass(frozen=True, slots=True)
class Gap:
    """Some faults, and some steps at which none of them struck."""

    faults: tuple[str, ...]
    rows: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows in the order of the flows, columns in the order of the catalogue.

    A cell that is not there was never tried; where `is_partial`, the run was cut short, and might
    have tried it later.
    """

    rows: tuple[Place, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[Place, str], MatrixCell]
    is_partial: bool = False

    def cell(self, row: Place, column: str) -> MatrixCell:
        """The cell at a step and a fault; an empty one when it was never tried."""
        return self.cells.get((row, column)) or MatrixCell()

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The outcomes that stand in the matrix, best first."""
        found = {cell.outcome for cell in self.cells.values() if cell.outcome is not None}
        return tuple(sorted(found, key=lambda outcome: (sign_of(outcome).rank, outcome)))

    @property
    def alike(self) -> tuple[tuple[str, ...], ...]:
        """The faults: those that did no harm, and the same at every step, together."""
        groups: dict[Sequence[str], list[str]] = {}
        for fault in self.columns:
            cells = [self.cell(row, fault) for row in self.rows]
            outcomes = [cell.outcome for cell in cells if cell.outcome is not None]
            is_harmless = all(sign_of(outcome).tone is Tone.GOOD for outcome in outcomes)
            letters = tuple(cell.letter for cell in cells)
            groups.setdefault(letters if is_harmless else fault, []).append(fault)
        return tuple(map(tuple, groups.values()))

    @property
    def gaps(self) -> tuple["Gap", ...]:
        """What no fault covered: each uncovered cell is in exactly one gap.

        First the faults that struck nowhere, then the steps that miss the same faults.
        """
        nowhere = tuple(
            column
            for column in self.columns
            if all(self.cell(row, column).outcome is None for row in self.rows)
        )
        by_faults: dict[tuple[str, ...], list[Place]] = {}
        for row in self.rows:
            missing = tuple(
                column
                for column in self.columns
                if column not in nowhere and self.cell(row, column).outcome is None
            )
            if missing:
                by_faults.setdefault(missing, []).append(row)
        gaps = tuple(Gap(faults, tuple(rows)) for faults, rows in by_faults.items())
        return (Gap(nowhere, self.rows), *gaps) if nowhere else gaps

    @property
    def uncovered_words(self) -> str:
        """What the letter of an uncovered cell stands for."""
        return "not struck before the run was cut short" if self.is_partial else "uncovered"

    @property
    def covered(self) -> int:
        """How many cells a fault struck in."""
        return sum(cell.outcome is not None for cell in self.cells.values())


def place_words(place: Place) -> str:
    """A flow and its step in words; a step alone where no flow is told."""
    return " ".join(filter(None, place)) or "no flow"


def matrix_of(record: Record) -> Matrix:
    """The matrix of a record. Its rows are all steps from which any scenario went on."""
    gathered: dict[tuple[Place, str], list[tuple[int, Cell]]] = {}
    walks: list[Sequence[Place]] = []
    columns = {column.name: None for column in record.started.faults}
    for index, scenario in enumerate(record.scenarios):
        walks.append(
            [
                (line.flow, line.step)
                # No turn follows the last line that could show what a fault there did.
                for line in scenario.transcript[:-1]
                if line.fault is None and line.step is not None
            ]
        )
        if scenario.exploration is None:
            continue
        for cell in scenario.exploration.cells:
            walks.append([(cell.flow, cell.step)])
            columns[cell.fault] = None
            gathered.setdefault(((cell.flow, cell.step), cell.fault), []).append((index, cell))
    found = _findings_by_place(record.findings)
    return Matrix(
        _steps_in_order(walks),
        tuple(columns),
        {key: _merged(cells, found.get(key, [])) for key, cells in gathered.items()},
        record.is_partial,
    )


def struck_at(transcript: Iterable[Line]) -> Iterable[tuple[Place, str]]:
    """Where the conversation stood when each fault of a transcript struck, and the fault."""
    standing: dict[str, Place] = {}
    last: Place = (None, None)
    for line in transcript:
        if line.fault is None:
            last = standing[line.customer] = (line.flow, line.step)
        elif line.fault == NO_RETRY:
            continue
        elif line.flow is not None or line.step is not None:
            yield (line.flow, line.step), line.fault
        else:
            yield standing.get(line.customer, last), line.fault


def _findings_by_place(
    findings: Iterable[FindingFound],
) -> Mapping[tuple[Place, str], list[int]]:
    found: dict[tuple[Place, str], list[int]] = {}
    for index, finding in enumerate(findings):
        for key in dict.fromkeys(struck_at(finding.faulted)):
            found.setdefault(key, []).append(index)
    return found


def _merged(cells: list[tuple[int, Cell]], findings: list[int]) -> MatrixCell:
    by_weight = sorted(
        cells, key=lambda one: (-sign_of(one[1].outcome).rank if one[1].fired else 1, one[0])
    )
    return MatrixCell(
        plans=sum(cell.plans for _, cell in cells),
        fired=sum(cell.fired for _, cell in cells),
        outcome=worst(cell.outcome for _, cell in cells if cell.fired),
        scenarios=tuple(dict.fromkeys(index for index, _ in by_weight)),
        findings=tuple(findings),
        tiers=_by_tier([cell for _, cell in cells]),
    )


def _by_tier(cells: Sequence[Cell]) -> Mapping[str, str]:
    """The worst outcome of each tier that served the turn after the fault."""
    outcomes: dict[str, list[str]] = {}
    for cell in cells:
        if cell.fired and cell.tier is not None:
            outcomes.setdefault(cell.tier, []).append(cell.outcome)
    return {tier: max(each, key=lambda one: sign_of(one).rank) for tier, each in outcomes.items()}


def _steps_in_order(walks: Iterable[Sequence[Place]]) -> tuple[Place, ...]:
    """Each new place goes behind the one it was reached from, else before the one it leads to."""
    order: list[Place] = []
    for walk in walks:
        for index, place in enumerate(walk):
            if place in order:
                continue
            if index:
                order.insert(order.index(walk[index - 1]) + 1, place)
            else:
                next_known = (order.index(later) for later in walk if later in order)
                order.insert(next(next_known, len(order)), place)
    flows = dict.fromkeys(flow for flow, _ in order)
    ranks = {flow: rank for rank, flow in enumerate(flows)}
    # What is outside any flow comes first, before a step of which no flow is told.
    return tuple(
        sorted(order, key=lambda place: ranks[place[0]] if place[0] else -1 if place[1] else -2)
    )
