"""The same flow and step as in the clean run."""

from collections.abc import Callable

import pytest

from simulators.laws import STEP, Breach
from simulators.trace import Exchange

Make = Callable[..., Exchange]
Check = Callable[..., list[Breach]]


def test_the_same_place_is_right(exchange: Make, broken: Check) -> None:
    turn = exchange(1, flow="bulk_order", step="confirming")
    assert broken(STEP, [turn], [turn]) == []


@pytest.mark.parametrize(
    ("place", "field", "actual"),
    [
        ({"flow": "callback", "step": "confirming"}, "flow", "callback"),
        ({"flow": "bulk_order", "step": "initial"}, "step", "initial"),
        ({"flow": "bulk_order", "step": None}, "step", "nothing"),
    ],
)
def test_another_place_is_a_breach(
    exchange: Make, broken: Check, place: dict[str, str], field: str, actual: str
) -> None:
    expected = exchange(1, flow="bulk_order", step="confirming")
    (breach,) = broken(STEP, [exchange(1, **place)], [expected])
    assert (breach.law, breach.turn, breach.field, breach.actual) == ("Step", 1, field, actual)


def test_a_turn_that_was_not_taken_is_nowhere(exchange: Make, broken: Check) -> None:
    refused = exchange(1, status=503)
    assert broken(STEP, [refused], [exchange(1, flow="bulk_order", step="initial")]) == []


def test_where_a_repeated_message_led_is_nobodys_place(exchange: Make, broken: Check) -> None:
    expected = [exchange(1, flow="bulk_order", step="initial")]
    again = exchange(1, flow="callback", step="x", repeats=True)
    assert broken(STEP, [*expected, again], expected) == []
