"""Nothing of one customer reaches another."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulators.laws import ISOLATION, Breach
from simulators.trace import Exchange, Observation, Row

Make = Callable[..., Exchange]
Check = Callable[..., list[Breach]]
UUID = "b840918e-9665-48be-9533-a000bfceb596"


def said(exchange: Make, text: str, reply: str = "Thanks", **answered: object) -> list[Exchange]:
    """Anu writes something, and Hari reads a reply."""
    return [
        exchange(1, text, customer="Anu", session_id=UUID),
        exchange(2, "hello", reply, customer="Hari", **answered),
    ]


def test_a_session_each_is_right(exchange: Make, broken: Check) -> None:
    turns = said(exchange, "9876543210")
    assert broken(ISOLATION, turns, turns) == []


def test_the_session_of_another_is_a_breach(exchange: Make, broken: Check) -> None:
    turns = said(exchange, "hello", session_id=UUID)
    (breach,) = broken(ISOLATION, turns, turns)
    assert breach == Breach(
        "Isolation", 2, "Hari", "session ID", "a session of Hari", "the session of Anu"
    )


@pytest.mark.parametrize(
    ("text", "reply", "shown"),
    [
        ("call 98765 43210", "We call 9876543210.", "9876543210"),
        ("call 9876543210", "We call +91 98765-43210.", "98765-43210"),
        ("anu@example.com", "Mail to ANU@example.com", "ANU@example.com"),
        ("hello", f"Your session is {UUID}.", UUID),
        ("hello", f"Your session is {UUID.upper()}.", UUID.upper()),
    ],
)
def test_what_another_wrote_or_is_known_by_is_a_breach(
    exchange: Make, broken: Check, text: str, reply: str, shown: str
) -> None:
    turns = said(exchange, text, reply)
    (breach,) = broken(ISOLATION, turns, turns)
    assert (breach.turn, breach.customer, breach.field) == (2, "Hari", "text")
    assert (breach.expected, breach.actual) == ("nothing of Anu", shown)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("I need 11 remotes", "You want 11 remotes"),
        ("call 12345678", "12345678 pieces"),
        ("my name is Anu", "Anu is a nice name"),
    ],
)
def test_what_anybody_could_say_is_not_private(
    exchange: Make, broken: Check, text: str, reply: str
) -> None:
    turns = said(exchange, text, reply)
    assert broken(ISOLATION, turns, turns) == []


def test_a_number_that_both_wrote_may_be_said_to_both(exchange: Make, broken: Check) -> None:
    turns = [
        exchange(1, "9876543210", customer="Anu", session_id="session-a"),
        exchange(2, "98765 43210", "We call 9876543210", customer="Hari"),
    ]
    assert broken(ISOLATION, turns, turns) == []


def test_a_short_session_id_can_be_said_by_chance(exchange: Make, broken: Check) -> None:
    turns = [
        exchange(1, "hello", customer="Anu", session_id="1"),
        exchange(2, "hello", "You want 1 remote", customer="Hari", session_id="2"),
    ]
    assert broken(ISOLATION, turns, turns) == []


def test_a_leak_in_the_reply_to_a_repeated_message_is_one(exchange: Make, broken: Check) -> None:
    turns = said(exchange, "9876543210")
    again = exchange(2, "hello", "We call 9876543210", customer="Hari", repeats=True)
    assert broken(ISOLATION, [*turns, again], turns)


def test_a_megabyte_of_letters_can_be_searched(exchange: Make, broken: Check) -> None:
    turns = said(exchange, "a" * 1_000_000, "b" * 1_000_000)
    assert broken(ISOLATION, turns, turns) == []


@pytest.mark.parametrize(
    ("kept", "as_usual", "is_told"),
    [
        ({"contact": {"email": "Anu@example.com"}}, {"contact": {"email": ""}}, True),
        ({"contact": {"email": "Anu@example.com"}}, {"all": ["anu@example.com"]}, False),
        ({"contact": {"email": "hari@example.com"}}, {"contact": {"email": ""}}, False),
    ],
)
def test_what_is_kept_of_another_is_a_breach_unless_it_is_so_without_a_fault(
    exchange: Make, broken: Check, kept: Row, as_usual: Row, *, is_told: bool
) -> None:
    text = "anu@example.com"
    turns = said(exchange, text)
    faulted, clean = (
        [turns[0], replace(turns[1], seen=Observation({"of this session": seen}))]
        for seen in (kept, as_usual)
    )
    breaches = broken(ISOLATION, faulted, clean)
    told = [(one.turn, one.customer, one.field, one.expected, one.actual) for one in breaches]
    assert told == ([(2, "Hari", "what is kept", "nothing of Anu", text)] if is_told else [])
