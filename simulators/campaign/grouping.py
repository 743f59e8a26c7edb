"""Findings that are one cause: the same break at the same call, found again by another field."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from reports.record import FindingFound
from simulators.faults.catalogue import named
from simulators.laws import DATA, EFFECT, REPLY, STEP
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
from simulators.plan import Placed
from simulators.targets.overlap import ARRIVAL, Order

Sign: TypeAlias = tuple[object, ...]

_OF_A_TURN = (EFFECT.name, STEP.name, DATA.name, REPLY.name)


def sign_of(judged: Judged, outcome: Outcome) -> Sign | None:
    """What two findings have in common that are one cause; None where nothing tells.

    Where a fault strikes at a call, the place in the code is known: the same calls of the same flow
    broken in the same way, with the same outcome for what a turn leaves, are one cause; and so are
    two messages of which one comes between the other's calls at the same of them, whichever it is.
    Which field shows it first hangs on the turn, and on who writes. A fault between two turns has
    no such place: another field may be another bug, unless a fault at a call, or two messages that
    overlap, had to come with it.
    """
    is_at_a_call = any(placed.point for placed in judged.plan)
    if judged.breaches[0].law not in _OF_A_TURN or not is_at_a_call:
        return None
    return outcome, *((*_place(one, judged), one.tries, one.is_given_up) for one in judged.plan)


def _place(placed: Placed, judged: Judged) -> Sign:
    """Where a fault strikes, whichever turn that is in."""
    together = named(placed.fault).together
    if together is not None and not together.kills:
        return placed.fault, frozenset(Order.parse(placed.point).switches) - {ARRIVAL}
    turn = judged.reference.get(placed.after_turn)
    flow = None if turn is None or together is not None or not placed.point else turn.answer.flow
    return placed.fault, placed.point, flow


def together(findings: Sequence[FindingFound]) -> FindingFound:
    """One finding of several that are one cause, told by the first of them."""
    first, *others = findings
    fields = [one for one in dict.fromkeys(each.field for each in others) if one != first.field]
    sentence = first.sentence
    if fields:
        *most, last = fields
        listed = f"{', '.join(most)} and {last}" if most else last
        sentence += f" It shows in {listed}, too."
    return replace(
        first,
        sentence=sentence,
        plans=sum(one.plans for one in findings),
        shown_alone_by=tuple(sorted({name for one in findings for name in one.shown_alone_by})),
    )
