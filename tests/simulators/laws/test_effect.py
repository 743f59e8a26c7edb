"""Each effect happens exactly once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulators.laws import EFFECT, Breach
from simulators.trace import Exchange, Observation, Row, Strike

Make = Callable[..., Exchange]
Check = Callable[..., list[Breach]]
ORDER: Row = {"number": "CW-1", "quantity": 11}


def test_a_flag_of_an_effect_that_became_a_number_is_a_breach(
    exchange: Make, broken: Check
) -> None:
    paid, as_number = ({"order": ({**ORDER, "is_paid": flag},)} for flag in (True, 1))
    clean = exchange(1, effects=paid)
    (in_turn,) = broken(EFFECT, [exchange(1, effects=as_number)], [clean])
    (by_fault,) = broken(EFFECT, [clean, strike(as_number)], [clean])
    assert in_turn == by_fault
    assert (in_turn.expected, in_turn.actual) == ("is_paid True", "is_paid 1")


def strike(effects: dict[str, tuple[Row, ...]], after_turn: int = 1) -> Strike:
    seen = Observation(effects=effects)
    return Strike("crash", "the customer", after_turn, True, "crash", seen=seen)


def test_the_same_effects_are_right(exchange: Make, broken: Check) -> None:
    turn = exchange(1, effects={"order": (ORDER,)})
    assert broken(EFFECT, [turn, strike({"order": (ORDER,)})], [turn]) == []


@pytest.mark.parametrize(
    ("effects", "expected", "actual"),
    [({"order": (ORDER, ORDER)}, "1", "2"), ({"order": ()}, "1", "0"), ({}, "1", "0")],
)
def test_another_number_of_effects_is_a_breach(
    exchange: Make,
    broken: Check,
    effects: dict[str, tuple[Row, ...]],
    expected: str,
    actual: str,
) -> None:
    clean = exchange(1, effects={"order": (ORDER,)})
    breach, *_ = broken(EFFECT, [exchange(1, effects=effects)], [clean])
    assert breach == Breach("Effect", 1, "the customer", "order", expected, actual)


def test_an_effect_of_another_kind_is_a_breach(exchange: Make, broken: Check) -> None:
    breach, *_ = broken(EFFECT, [exchange(1, effects={"email": ({},)})], [exchange(1)])
    assert (breach.field, breach.expected, breach.actual) == ("email", "0", "1")


def test_a_changed_effect_says_what_changed_and_is_no_count(exchange: Make, broken: Check) -> None:
    clean = exchange(1, effects={"order": (ORDER,)})
    happened = exchange(1, effects={"order": ({**ORDER, "quantity": 12},)})
    (breach,) = broken(EFFECT, [happened], [clean])
    assert (breach.field, breach.expected, breach.actual) == ("order", "quantity 11", "quantity 12")


def test_a_fault_sets_off_nothing(exchange: Make, broken: Check) -> None:
    clean = [exchange(1), exchange(2, effects={"order": (ORDER,)})]
    breach, *_ = broken(EFFECT, [clean[0], strike({"order": (ORDER,)}), clean[1]], clean)
    assert (breach.turn, breach.expected, breach.actual) == (1, "0", "1")


def test_a_fault_of_a_customer_who_wrote_nothing_is_judged_too(
    exchange: Make, broken: Check
) -> None:
    clean = [exchange(1, customer="Hari", effects={"order": (ORDER,)})]
    assert broken(EFFECT, [*clean, strike({})], clean)


def test_a_repeated_message_sets_off_nothing(exchange: Make, broken: Check) -> None:
    clean = [exchange(1, effects={"order": (ORDER,)})]
    again = exchange(1, effects={"order": (ORDER, ORDER)}, repeats=True)
    breach, *_ = broken(EFFECT, [*clean, again], clean)
    assert (breach.expected, breach.actual) == ("1", "2")


def test_a_fault_before_the_first_turn_has_nothing_to_be_held_against(
    exchange: Make, broken: Check
) -> None:
    clean = [exchange(1)]
    assert broken(EFFECT, [strike({}, 0), *clean], clean) == []


def test_what_a_refused_or_overlapping_message_left_is_judged_by_the_fault_behind_it(
    exchange: Make, broken: Check
) -> None:
    clean = exchange(1, effects={"order": (ORDER,)})
    lacking = replace(clean, seen=Observation())
    refused = replace(lacking, answer=replace(clean.answer, status=503))
    for happened in (refused, replace(lacking, overlapped=True)):
        assert broken(EFFECT, [happened], [clean]) == []
        breach, *_ = broken(EFFECT, [happened, strike({})], [clean])
        assert (breach.field, breach.expected, breach.actual) == ("order", "1", "0")


class TestEffectsOfOneSession:
    """Where a target counts them so, a fault is held against the struck customer's own last turn;
    what it counts for all customers against the last turn of all."""

    @staticmethod
    def seen(bookings: int, orders: int) -> Observation:
        effects = {"booking": ({},) * bookings, "order": ({},) * orders}
        return Observation(effects=effects, own=frozenset({"booking"}))

    def played(self, exchange: Make) -> list[Exchange]:
        """Priya books; then Hari says something, and an order leaves."""
        booked, ordered = exchange(1, customer="Priya"), exchange(2, customer="Hari")
        return [replace(booked, seen=self.seen(1, 0)), replace(ordered, seen=self.seen(0, 1))]

    def struck(self, bookings: int, orders: int, customer: str = "Priya") -> Strike:
        seen = self.seen(bookings, orders)
        return Strike("reload", customer, 2, True, "reload", seen=seen)

    @pytest.mark.parametrize(("customer", "bookings"), [("Priya", 1), ("Hari", 0), ("Anu", 0)])
    def test_each_customer_has_their_own(
        self, exchange: Make, broken: Check, customer: str, bookings: int
    ) -> None:
        clean = self.played(exchange)
        assert broken(EFFECT, [*clean, self.struck(bookings, 1, customer)], clean) == []

    @pytest.mark.parametrize(
        ("customer", "bookings", "orders", "field", "expected", "actual"),
        [
            ("Priya", 0, 1, "booking", "1", "0"),
            ("Priya", 2, 1, "booking", "1", "2"),
            ("Hari", 1, 1, "booking", "0", "1"),
            ("Priya", 1, 0, "order", "1", "0"),
        ],
    )
    def test_another_number_is_a_breach(
        self,
        exchange: Make,
        broken: Check,
        customer: str,
        bookings: int,
        orders: int,
        field: str,
        expected: str,
        actual: str,
    ) -> None:
        clean = self.played(exchange)
        happened = [*clean, self.struck(bookings, orders, customer)]
        (breach,) = broken(EFFECT, happened, clean)
        assert breach == Breach("Effect", 2, customer, field, expected, actual)
