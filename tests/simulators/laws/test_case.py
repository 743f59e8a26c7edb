"""A case is gone on with as the play goes on."""

from collections.abc import Callable

from simulators.laws import Case, case_of
from simulators.trace import Exchange, Observation, Row, Strike, Trace

Make = Callable[..., Exchange]
ORDER: Row = {"number": "CW-1", "quantity": 11}


def struck(*orders: Row) -> Strike:
    seen = Observation(effects={"order": orders})
    return Strike("crash", "the customer", 1, True, "crash", seen=seen)


def test_a_fault_by_which_nothing_came_to_light_adds_nothing(exchange: Make) -> None:
    clean = {turn: exchange(turn, effects={"order": (ORDER,)}) for turn in (1, 2)}

    def extended(case: Case, *happenings: Exchange | Strike) -> Case:
        return case.extended(Trace((clean[1], *happenings)), clean)

    first = case_of(Trace((clean[1],)), clean, {})
    behind = extended(first, struck(ORDER))
    assert behind.adds_nothing_to(first)
    assert not extended(first, struck(ORDER, ORDER)).adds_nothing_to(first)
    assert not extended(first, clean[2]).adds_nothing_to(first)
    assert not extended(behind, struck(ORDER), clean[2]).adds_nothing_to(behind)
