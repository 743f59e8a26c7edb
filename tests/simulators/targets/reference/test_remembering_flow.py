"""A flow that remembers its outcomes gives none for what was not the same question."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date

import pytest

from coolwind.catalogue import Part
from coolwind.flows.flow import Facts, Outcome, State
from coolwind.messages import Reply
from simulators.targets.reference.flows import RememberingFlow

BOLT = Part("bolt", "Bolt", ("bolt",), 20, 18, 500)
NUT = Part("nut", "Nut", ("nut",), 10, 9, 500)
FACTS = Facts(date(2026, 1, 5), (BOLT,), {"bolt": 500}, "CW-20260105-001", "CB-20260105-001")
OTHERS = Facts(date(2026, 1, 6), (NUT,), {"bolt": 499}, "CW-20260105-002", "CB-20260105-002", NUT)


class Told:
    """A flow that tells everything that it was told, and how often it was asked."""

    name, steps = "told", ()

    def __init__(self) -> None:
        self.times = 0

    def is_active(self, state: State | None) -> bool:
        return state is not None

    def advance(self, state: State | None, text: str, facts: Facts) -> Outcome:
        self.times += 1
        return Outcome({"told": f"{state} {text} {facts}"}, Reply(text="told", intent="told"))

    def reminder(self, state: State) -> str:
        return f"{state}"


def test_the_same_question_is_asked_once() -> None:
    flow = Told()
    remembering = RememberingFlow(flow)
    first, second = (remembering.advance({"step": "asked"}, "11", FACTS) for _ in range(2))
    assert first == second
    assert first is not second
    assert flow.times == 1


@pytest.mark.parametrize("field", [field.name for field in fields(Facts)])
def test_no_fact_is_left_out(field: str) -> None:
    changed = replace(FACTS, **{field: getattr(OTHERS, field)})
    _differs(None, "11", changed)


@pytest.mark.parametrize(("state", "text"), [({}, "11"), ({"step": "x"}, "11"), (None, "12")])
def test_neither_state_nor_message_is_left_out(state: Mapping[str, str] | None, text: str) -> None:
    _differs(state, text, FACTS)


def _differs(state: State | None, text: str, facts: Facts) -> None:
    remembering = RememberingFlow(Told())
    before = remembering.advance(None, "11", FACTS)
    after = remembering.advance(state, text, facts)
    assert before is not None
    assert after is not None
    assert before.state != after.state
