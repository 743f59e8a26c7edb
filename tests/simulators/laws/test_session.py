"""The same session ID in every turn, never another's."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulators.laws import SESSION, Breach
from simulators.trace import Exchange, Life

Make = Callable[..., Exchange]
Check = Callable[..., list[Breach]]


@pytest.fixture
def clean(exchange: Make) -> list[Exchange]:
    return [exchange(1, life=Life.NONE, presented=False), exchange(2), exchange(3)]


def test_the_same_session_throughout_is_right(clean: list[Exchange], broken: Check) -> None:
    assert broken(SESSION, clean, clean) == []


def test_an_id_that_differs_from_the_clean_run_throughout_is_right(
    clean: list[Exchange], exchange: Make, broken: Check
) -> None:
    happened = [exchange(turn, session_id="session-9") for turn in (1, 2, 3)]
    assert broken(SESSION, happened, clean) == []


def test_a_new_session_in_the_middle_is_a_breach(
    clean: list[Exchange], exchange: Make, broken: Check
) -> None:
    happened = [clean[0], exchange(2, session_id="session-2"), exchange(3)]
    (breach,) = broken(SESSION, happened, clean)
    assert breach == Breach(
        "Session", 2, "the customer", "session ID", "the session of turn 1", "a new session"
    )


def test_what_is_legal_without_a_turn_names_sessions_as_they_are(
    clean: list[Exchange], exchange: Make, broken: Check
) -> None:
    unanswered = exchange(2, status=0, session_id=None)
    actual = [exchange(1, session_id="session-7"), unanswered]
    left_out = replace(unanswered, departs=True)
    expected = [clean[0], left_out, exchange(3, session_id="session-7")]
    assert broken(SESSION, [*actual, exchange(3, session_id="session-7")], expected) == []
    (breach,) = broken(SESSION, [*actual, exchange(3, session_id="session-8")], expected)
    assert (breach.turn, breach.actual) == (3, "a new session")


def test_the_session_of_an_earlier_turn_is_named(
    clean: list[Exchange], exchange: Make, broken: Check
) -> None:
    expected = [clean[0], exchange(2, session_id="session-2"), exchange(3, session_id="session-2")]
    happened = [clean[0], exchange(2, session_id="session-2"), exchange(3)]
    (breach,) = broken(SESSION, happened, expected)
    assert (breach.expected, breach.actual) == ("the session of turn 2", "the session of turn 1")


def test_a_new_session_is_right_when_the_old_one_is_over(
    clean: list[Exchange], exchange: Make, broken: Check
) -> None:
    happened = [clean[0], exchange(2, session_id="session-2", life=Life.EXPIRED)]
    assert broken(SESSION, happened, clean) == []


def test_an_error_says_nothing_of_the_session(
    clean: list[Exchange], exchange: Make, broken: Check
) -> None:
    assert broken(SESSION, [clean[0], exchange(2, status=503, session_id="x")], clean) == []


def test_a_session_id_that_is_told_no_more_is_a_breach(exchange: Make, broken: Check) -> None:
    (breach,) = broken(SESSION, [exchange(2, session_id=None)], [exchange(2)])
    assert (breach.expected, breach.actual) == ("a session ID", "none")


def test_a_service_that_tells_no_session_is_not_judged(exchange: Make, broken: Check) -> None:
    expected = [exchange(1, session_id=None), exchange(2, session_id=None)]
    assert broken(SESSION, [exchange(1), exchange(2, session_id="session-2")], expected) == []


class TestARepeatedMessage:
    """It belongs to the session that it went on with."""

    def test_the_same_session_is_right(
        self, clean: list[Exchange], exchange: Make, broken: Check
    ) -> None:
        assert broken(SESSION, [*clean[:2], exchange(2, repeats=True), clean[2]], clean) == []

    def test_a_new_session_is_a_breach_where_it_came_to_light(
        self, clean: list[Exchange], exchange: Make, broken: Check
    ) -> None:
        again = exchange(2, repeats=True, session_id="session-2")
        (breach,) = broken(SESSION, [*clean, again], clean)
        assert (breach.turn, breach.actual) == (3, "a new session")

    def test_the_very_first_message_had_no_session_to_go_on_with(
        self, clean: list[Exchange], exchange: Make, broken: Check
    ) -> None:
        again = exchange(1, repeats=True, session_id="session-2")
        assert broken(SESSION, [clean[0], again, *clean[1:]], clean) == []

    def test_a_session_that_it_made_is_not_the_customers_own(
        self, clean: list[Exchange], exchange: Make, broken: Check
    ) -> None:
        again = exchange(1, repeats=True, session_id="session-2")
        happened = [clean[0], again, exchange(2, session_id="session-2")]
        (breach,) = broken(SESSION, happened, clean)
        assert (breach.turn, breach.actual) == (2, "another session")
