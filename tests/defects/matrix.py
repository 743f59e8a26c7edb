"""The gallery as a matrix: which fault, alone, exposes which defect, and as what."""

from simulators.campaign.campaign import Explored
from simulators.faults.catalogue import FAULTS
from simulators.faults.fault import Fault
from simulators.laws.outcome import Outcome
from tests.defects.gallery import DEFECTS, Defect, explored

_NAME = max(len(defect.name) for defect in DEFECTS) + 2
_CELL = 5


def initials(outcome: Outcome) -> str:
    """Two letters for an outcome: `SR` for silent-reset."""
    first, _, second = outcome.value.partition("-")
    return (first[0] + second[0] if second else first[:2]).upper()


def heading() -> str:
    """The names of the columns, each on a line of its own above the column."""
    lines = []
    for position, fault in enumerate(FAULTS):
        bars = f"{'|':^{_CELL}}" * position
        lines.append(f"{'':{_NAME}}{bars}  {fault.name}")
    return "\n".join(reversed(lines))


def row(defect: Defect) -> str:
    """The worst that each fault finds of a defect; the faults that must expose it stand in
    brackets."""
    found = explored(defect.target(), defect.conversation, FAULTS, 1)
    cells = "".join(_cell(defect, found, fault).center(_CELL) for fault in FAULTS)
    deep = f"  {defect.outcome.value} at depth {defect.depth}" if defect.depth > 1 else ""
    return f"{defect.name:{_NAME}}{cells}{deep}".rstrip()


def legend() -> str:
    """What the letters mean."""
    return "\n".join(
        (
            *(f"{initials(one):>4}  {one.value}" for one in Outcome if one not in _NO_FINDING),
            "   .  no alarm",
            "   -  the fault cannot strike",
            "  []  the fault that must expose the defect",
        )
    )


_NO_FINDING = (Outcome.FRESH, Outcome.INCONCLUSIVE)


def _cell(defect: Defect, found: Explored, fault: Fault) -> str:
    letters = _letters(defect, found, fault)
    return f"[{letters}]" if fault.name in defect.fault.split(",") else letters


def _letters(defect: Defect, found: Explored, fault: Fault) -> str:
    struck = [Outcome(one.outcome) for one in found.exploration.cells if one.fault == fault.name]
    if not struck:
        return "-"
    worst = max(struck, key=list(Outcome).index)
    if worst not in (Outcome.RESTORED, Outcome.FRESH):
        return initials(worst)
    # A session that only comes from the wrong tier counts as restored, and is a finding still.
    is_alarm = any(one.law == "Tier" for one in found.findings) and bool(
        explored(defect.target(), defect.conversation, (fault,), 1).findings
    )
    return initials(worst) if is_alarm else "."
