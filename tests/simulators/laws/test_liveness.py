"""After the faults the conversation can be finished."""

from collections.abc import Callable

from simulators.laws import LIVENESS, Breach
from simulators.trace import Exchange

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
