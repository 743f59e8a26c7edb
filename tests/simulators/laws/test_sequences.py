"""Numbers that a sequence gives to effects."""

from collections.abc import Callable

import pytest

from simulators.laws.comparison import Comparison
from simulators.laws.leaves import leaves
from simulators.laws.sequences import has_numbers, mask_of_sequences
from simulators.trace import Exchange, Observation, Row
from simulators.varying import ALL_OF_IT, Varies

Make = Callable[..., Exchange]


def ordered(
    exchange: Make, number: int, quantity: int = 11, row: int = 1, told: int | None = None
) -> Exchange:
    order = {"id": row, "number": number, "quantity": quantity}
    reply = f"Order {number if told is None else told}: {quantity} pieces"
    return exchange(1, reply=reply, effects={"order": (order,)})


def differing(clean: Exchange, second: Exchange, other: Exchange) -> list[str]:
    mask = mask_of_sequences({1: clean}, {1: second}, Observation(), {})
    return [one.path for one in Comparison(mask).differences(1, leaves(clean), leaves(other))]


def test_another_number_of_the_sequence_is_no_difference(exchange: Make) -> None:
    clean, second = ordered(exchange, 1), ordered(exchange, 2, row=2)
    assert differing(clean, second, ordered(exchange, 3, row=2)) == []
    assert differing(clean, second, ordered(exchange, 3)) == []


def test_everything_else_is_compared(exchange: Make) -> None:
    clean, second = ordered(exchange, 1), ordered(exchange, 2, row=2)
    assert differing(clean, second, ordered(exchange, 3, 12)) == [
        "text",
        "effects.order.0.quantity",
    ]


def test_what_goes_down_as_others_order_is_no_number_of_theirs(exchange: Make) -> None:
    clean, second = (exchange(1, effects={"order": ({"left": left},)}) for left in (9, 8))
    assert mask_of_sequences({1: clean}, {1: second}, Observation(), {}) == {}


def test_a_number_of_a_reply_alone_names_no_effect(exchange: Make) -> None:
    clean, second = (
        exchange(1, reply=f"You are number {number}", effects={"order": ({"a": 5},)})
        for number in (1, 2)
    )
    assert mask_of_sequences({1: clean}, {1: second}, Observation(), {}) == {}


def test_two_effects_have_two_numbers(exchange: Make) -> None:
    clean, second, alike, again = (
        exchange(1, effects={"order": tuple({"number": number} for number in numbers)})
        for numbers in ((1, 2), (3, 4), (2, 2), (2, 3))
    )
    assert differing(clean, second, again) == []
    assert differing(clean, second, alike) == ["effects.order.1.number"]


def test_one_that_looks_like_a_name_is_one_wherever_it_stands(exchange: Make) -> None:
    clean, second, other, swapped = (
        exchange(1, reply=f"Order {told}", effects={"order": ({"number": number},)})
        for told, number in (("A-01", "A-01"), ("A-02", "A-02"), ("A-3", "A-3"), ("A-3", "A-4"))
    )
    assert differing(clean, second, other) == []
    assert differing(clean, second, swapped) == ["effects.order.0.number"]


@pytest.mark.parametrize("rows", [("new",), ("old", "new"), ("new", "old")])
def test_what_others_ordered_before_is_left_out(exchange: Make, rows: tuple[str, ...]) -> None:
    orders: dict[str, Row] = {"old": {"number": 1}, "new": {"number": 2}}
    before = (orders["old"],)
    clean = exchange(1, effects={"order": before})
    second = exchange(1, effects={"order": tuple(orders[row] for row in rows)})
    mask = mask_of_sequences({1: clean}, {1: second}, Observation(effects={"order": before}), {})
    assert list(mask) == [(1, "effects.order.0.number")]


def test_how_many_effects_there_are_is_no_number_of_a_sequence(exchange: Make) -> None:
    before = exchange(1, effects={"order": ({"number": 1, "status": "new"},)})
    orders: tuple[Row, ...] = ({"number": 1, "status": "sent"}, {"number": 2, "status": "new"})
    second = exchange(1, effects={"order": orders})
    assert mask_of_sequences({1: before}, {1: second}, before.seen, {}) == {}


def test_what_varies_anyway_comes_from_no_sequence(exchange: Make) -> None:
    clean, second = ordered(exchange, 4821), ordered(exchange, 7313)
    varying = {
        (1, "text"): {1: Varies.FREELY},
        (1, "effects.order.0.number"): {ALL_OF_IT: Varies.FREELY},
    }
    assert mask_of_sequences({1: clean}, {1: second}, Observation(), varying) == {}


def test_an_effect_without_a_digit_has_no_number(exchange: Make) -> None:
    assert not has_numbers({1: exchange(1, effects={"order": ({"part": "fan"},)})})
    assert has_numbers({1: exchange(1, effects={"order": ({"part": "fan 2"},)})})
