"""After the faults the conversation can be finished."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulators.laws import LIVENESS, Breach
from simulators.trace import Exchange, Strike

Make = Callable[..., Exchange]
Check = Callable[..., list[Breach]]


def test_a_message_that_is_taken_is_right(exchange: Make, broken: Check) -> None:
    assert broken(LIVENESS, [exchange(1)], [exchange(1)]) == []


def test_a_message_that_is_never_taken_is_a_breach(exchange: Make, broken: Check) -> None:
    refused = exchange(1, status=500)
    first, second = broken(LIVENESS, [refused, refused], [exchange(1)])
    assert first == Breach("Liveness", 1, "the customer", "status", "200", "500")
    assert second == first


def test_a_message_that_is_taken_when_sent_again_is_another_breach(
    exchange: Make, broken: Check
) -> None:
    (breach,) = broken(LIVENESS, [exchange(1, status=503), exchange(1)], [exchange(1)])
    assert (breach.field, breach.actual) == ("status of the first try", "503")


@pytest.mark.parametrize(
    ("interrupted", "seconds", "between", "is_breach"),
    [
        (True, 5.0, 0, False),
        (True, 5.0, 1, False),
        (True, None, 0, True),
        (False, 5.0, 0, True),
    ],
)
def test_after_a_message_without_an_answer_a_service_may_ask_for_time(
    exchange: Make,
    broken: Check,
    interrupted: bool,
    seconds: float | None,
    between: int,
    is_breach: bool,
) -> None:
    struck = replace(exchange(1, status=503), interrupted=interrupted)
    refusal = exchange(1 + between, status=503)
    refused = replace(refusal, answer=replace(refusal.answer, retry_after=seconds))
    taken = exchange(1 + between)
    clean = [exchange(1), exchange(2)][between : 1 + between]
    found = broken(LIVENESS, [struck, refused, taken], clean)
    assert [one.field for one in found if one.turn == 1 + between][-1:] == (
        ["status of the first try"] * is_breach
    )


def test_a_service_that_has_answered_since_may_ask_for_no_time(
    exchange: Make, broken: Check
) -> None:
    struck = replace(exchange(1, status=503), interrupted=True)
    refusal = exchange(2, status=503)
    refused = replace(refusal, answer=replace(refusal.answer, retry_after=5.0))
    happened = [struck, exchange(1), refused, exchange(2)]
    (breach,) = broken(LIVENESS, happened, [exchange(1), exchange(2)])
    assert (breach.turn, breach.field) == (2, "status of the first try")


def test_what_the_clean_run_refuses_may_be_refused(exchange: Make, broken: Check) -> None:
    refused = exchange(1, status=422)
    assert broken(LIVENESS, [refused], [refused]) == []


def test_a_repetition_that_nobody_reads_may_be_refused(exchange: Make, broken: Check) -> None:
    happened = [exchange(1), exchange(1, status=503, repeats=True)]
    assert broken(LIVENESS, happened, [exchange(1)]) == []


def test_a_turn_that_the_clean_run_does_not_have_is_not_judged(
    exchange: Make, broken: Check
) -> None:
    assert broken(LIVENESS, [exchange(1), exchange(2, status=500)], [exchange(1)]) == []


@pytest.mark.parametrize(
    ("fault", "fired", "is_breach"),
    [
        ("slow-store", True, True),
        ("slow-store", False, False),
        ("store-timeout", True, False),
        ("crash-after", True, False),
    ],
)
def test_a_message_is_answered_where_something_only_takes_its_time(
    exchange: Make, broken: Check, fault: str, fired: bool, is_breach: bool
) -> None:
    refused = replace(exchange(1, status=503), interrupted=True)
    strike = Strike(fault, "the customer", 1, fired, "seen", point="store.commit #1")
    happened = [refused, strike, exchange(1)]
    found = [one.field for one in broken(LIVENESS, happened, [exchange(1)])]
    assert found == ["status of the first try"] * is_breach


def test_what_an_error_refused_before_is_not_the_doing_of_what_takes_its_time(
    exchange: Make, broken: Check
) -> None:
    refused = replace(exchange(1, status=503), interrupted=True)
    error, slow = (
        Strike(fault, "the customer", 1, True, "seen", point="store.load #1")
        for fault in ("store-error", "slow-store")
    )
    again = replace(exchange(1), interrupted=True)
    assert broken(LIVENESS, [refused, error, again, slow], [exchange(1)]) == []
