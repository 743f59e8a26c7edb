"""An expired conversation starts afresh, says so, and shows nothing of the old one."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulators.laws import EXPIRY, Breach
from simulators.trace import Exchange, Life, Strike

Make = Callable[..., Exchange]
Check = Callable[..., list[Breach]]
OVER = pytest.mark.parametrize("life", [Life.EXPIRED, Life.ENDED])


@pytest.fixture
def clean(exchange: Make) -> list[Exchange]:
    return [exchange(1, "Hari 98765 43210 hari@example.com"), exchange(2, life=Life.NONE)]


@pytest.fixture
def afresh(exchange: Make) -> Callable[..., Exchange]:
    def make(**changes: object) -> Exchange:
        usual: dict[str, object] = {
            "session_id": "session-2",
            "served_from": "new",
            "fresh": True,
            "life": Life.EXPIRED,
        }
        return exchange(2, **{**usual, **changes})

    return make


@OVER
def test_a_new_session_that_says_so_is_right(
    clean: list[Exchange], afresh: Make, broken: Check, life: Life
) -> None:
    assert broken(EXPIRY, [clean[0], afresh(life=life)], clean) == []


@OVER
@pytest.mark.parametrize(
    ("changes", "field", "actual"),
    [
        ({"session_id": "session-1"}, "session ID", "the old session"),
        ({"served_from": "store"}, "served from", "store"),
        ({"fresh": False}, "announcement", "none"),
        ({"reply": "Your order, Hari@example.com?"}, "text", "Hari@example.com"),
        ({"reply": "Shall we call 98765-43210?"}, "text", "98765-43210"),
    ],
)
def test_whatever_is_left_of_the_old_one_is_a_breach(
    clean: list[Exchange],
    afresh: Make,
    broken: Check,
    life: Life,
    changes: dict[str, object],
    field: str,
    actual: str,
) -> None:
    (breach,) = broken(EXPIRY, [clean[0], afresh(life=life, **changes)], clean)
    assert (breach.law, breach.turn, breach.field, breach.actual) == ("Expiry", 2, field, actual)


def test_nobody_is_told_twice(clean: list[Exchange], afresh: Make, broken: Check) -> None:
    cleared = Strike("clear-chat", "the customer", 1, True, "cleared", announced=True)
    again = afresh(fresh=False, life=Life.ENDED)
    assert broken(EXPIRY, [clean[0], cleared, again], clean) == []


def test_what_one_customer_was_told_another_was_not(
    clean: list[Exchange], afresh: Make, broken: Check
) -> None:
    cleared = Strike("clear-chat", "Hari", 1, True, "cleared", announced=True)
    (breach,) = broken(EXPIRY, [clean[0], cleared, afresh(fresh=False)], clean)
    assert breach.field == "announcement"


def test_who_asks_for_no_earlier_conversation_needs_no_announcement(
    clean: list[Exchange], afresh: Make, broken: Check
) -> None:
    assert broken(EXPIRY, [clean[0], afresh(fresh=False, presented=False)], clean) == []


def test_a_service_that_tells_little_is_judged_by_what_it_tells(
    clean: list[Exchange], afresh: Make, broken: Check
) -> None:
    silent = afresh(fresh=None, served_from=None, session_id=None)
    assert broken(EXPIRY, [clean[0], silent], clean) == []


def test_what_the_customer_writes_again_may_be_said_again(
    clean: list[Exchange], exchange: Make, broken: Check
) -> None:
    again = exchange(
        2,
        "call 9876543210",
        "We call 9876543210.",
        session_id="session-2",
        served_from="new",
        fresh=True,
        life=Life.EXPIRED,
    )
    assert broken(EXPIRY, [clean[0], again], clean) == []


def test_what_everybody_reads_is_nothing_of_the_old_one(
    exchange: Make, afresh: Make, broken: Check
) -> None:
    reply = "Call us: 9876543210"
    expected = [exchange(1, "is 9876543210 yours?"), exchange(2, reply=reply, life=Life.NONE)]
    assert broken(EXPIRY, [expected[0], afresh(reply=reply)], expected) == []


@pytest.mark.parametrize("life", [Life.HELD, Life.LOST, Life.UNKNOWN])
def test_a_conversation_that_goes_on_is_none_of_its_business(
    clean: list[Exchange], afresh: Make, broken: Check, life: Life
) -> None:
    assert broken(EXPIRY, [clean[0], afresh(life=life, session_id="session-1")], clean) == []


def test_a_refused_message_shows_nothing(
    clean: list[Exchange], afresh: Make, broken: Check
) -> None:
    assert broken(EXPIRY, [clean[0], afresh(status=503, session_id="session-1")], clean) == []


def test_a_message_of_the_old_one_is_not_quoted(
    exchange: Make, afresh: Make, broken: Check
) -> None:
    clean = [exchange(1, "I need 6 filters today"), exchange(2, life=Life.NONE)]
    quoting = afresh(reply='We have lost "i need 6 filters today". Welcome')
    (breach,) = broken(EXPIRY, [clean[0], quoting], clean)
    assert (breach.field, breach.actual) == ("text", "i need 6 filters today")


@pytest.mark.parametrize(
    ("message", "menu", "announcement"),
    [
        (
            "What are your opening hours",
            "Say: What are your opening hours",
            "Say: What are your opening hours",
        ),
        ("Book a callback", "Welcome", "It is over. You can: book a callback."),
    ],
)
def test_what_the_service_says_by_itself_is_nothing_of_the_old_one(
    exchange: Make, afresh: Make, broken: Check, message: str, menu: str, announcement: str
) -> None:
    clean = [exchange(1, "Good day to you", menu), exchange(2, message)]
    clean.append(exchange(3, life=Life.NONE))
    again = replace(afresh(reply=f"{announcement} Welcome"), turn=3)
    assert broken(EXPIRY, [*clean[:2], again], clean) == []


def test_whatever_a_fault_made_of_a_reply_the_same_words_are_of_the_old_one(
    exchange: Make, afresh: Make, broken: Check
) -> None:
    asked, menu = "What are your opening hours", "Say: What are your opening hours"
    clean = [exchange(1, "Good day to you", menu), exchange(2, asked), exchange(3, life=Life.NONE)]
    spoilt = [exchange(1, "Good day to you", "Please try again later"), clean[1]]
    again = replace(afresh(reply=f"{menu} Welcome"), turn=3)
    assert broken(EXPIRY, [*spoilt, again], clean) == []


def test_a_message_that_was_refused_is_of_the_old_one_as_well(
    exchange: Make, afresh: Make, broken: Check
) -> None:
    clean = [exchange(1, "I need 6 filters today"), exchange(2, life=Life.NONE)]
    quoting = afresh(reply='We have lost "I need 6 filters today". Welcome')
    refused = exchange(1, "I need 6 filters today", status=503)
    (breach,) = broken(EXPIRY, [refused, quoting], clean)
    assert breach.field == "text"


def test_what_the_service_gave_to_choose_from_is_nothing_of_the_old_one(
    exchange: Make, afresh: Make, broken: Check
) -> None:
    choice = "I want to order spare parts"
    clean = [exchange(1, "Good day to you", quick_replies=(choice,)), exchange(2, choice)]
    clean.append(exchange(3, life=Life.NONE))
    again = replace(afresh(reply="To begin anew, say I want to order spare parts. Welcome"), turn=3)
    assert broken(EXPIRY, [*clean[:2], again], clean) == []
