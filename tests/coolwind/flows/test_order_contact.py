"""Contact details in a message that also asks for parts, or says how many."""

from collections.abc import Callable

import pytest

from coolwind.flows import BulkOrder, Flow, Outcome
from coolwind.flows.reading import StateReader

Talk = Callable[..., Outcome]

OPENING = "I need 11 remotes"
HARI = ("Hari", "+919876543210", "hari@example.com")


@pytest.fixture
def flow() -> Flow:
    return BulkOrder()


def reader_of(outcome: Outcome) -> StateReader:
    return StateReader("bulk_order", BulkOrder().steps, outcome.state)


def lines_of(outcome: Outcome) -> dict[str, int | None]:
    """The quantities of an order by part ID."""
    lines = reader_of(outcome).objects("lines")
    return {line.text("part_id"): line.optional_number("quantity") for line in lines}


def reached_by(outcome: Outcome) -> tuple[str | None, ...]:
    """Name, phone and email of an order."""
    contact = reader_of(outcome).object("contact")
    return tuple(contact.optional_text(detail) for detail in ("name", "phone", "email"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Hari 9876543210 hari@example.com make it 12", {"remote": 12}),
        ("hari 9876543210 hari@example.com make it 12", {"remote": 12}),
        ("Hari 9876543210 hari@example.com 12 remotes", {"remote": 12}),
        ("Hari 9876543210 hari@example.com i need 12", {"remote": 12}),
        ("Hari 9876543210 hari@example.com remove 1", {"remote": 10}),
        ("Hari 9876543210 hari@example.com also 4 motors", {"remote": 11, "fan-motor": 4}),
        ("12 remotes Hari 9876543210 hari@example.com", {"remote": 12}),
        ("For 12 remotes: Hari 9876543210 hari@example.com", {"remote": 12}),
        ("Hari, 9876543210, hari@example.com for the remotes", {"remote": 11}),
        (
            "my name is Hari my number is 9876543210 my mail is hari@example.com i need 12 remotes",
            {"remote": 12},
        ),
        ("name Hari phone 9876543210 email hari@example.com make it 12", {"remote": 12}),
        (
            "Name: Hari Phone: 9876543210 Email: hari@example.com change to 12 remotes",
            {"remote": 12},
        ),
    ],
)
def test_contact_and_request_in_one_breath_are_both_taken(
    text: str, lines: dict[str, int], talk: Talk
) -> None:
    outcome = talk(OPENING, text)

    assert (lines_of(outcome), reached_by(outcome)) == (lines, HARI)


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("my number is 9876543210 also need 4 motors", (None, "+919876543210", None)),
        ("my name is Hari also add motors 4", ("Hari", None, None)),
        ("my email is hari@example.com plus 4 motors", (None, None, "hari@example.com")),
    ],
)
def test_one_detail_beside_a_request_is_kept(
    text: str, contact: tuple[str | None, ...], talk: Talk
) -> None:
    outcome = talk(OPENING, text)

    assert lines_of(outcome) == {"remote": 11, "fan-motor": 4}
    assert reached_by(outcome) == contact


@pytest.mark.parametrize(
    "text",
    [
        "11 remotes Hari 9876543210 hari@example.com",
        "Hari 9876543210 hari@example.com 11 remotes",
    ],
)
def test_an_order_begins_with_a_bare_contact_around_it(text: str, talk: Talk) -> None:
    outcome = talk(text)

    assert (lines_of(outcome), reached_by(outcome)) == ({"remote": 11}, HARI)


@pytest.mark.parametrize(
    "text",
    [
        "10 Samsung Remotes, 9876543210",
        "10 Remotes Samsung, 9876543210",
        "10 remotes for Samsung TV, 9876543210",
        "10 Remotes Urgent 9876543210",
    ],
)
def test_a_word_with_a_capital_beside_parts_is_no_name(text: str, talk: Talk) -> None:
    outcome = talk(text)

    assert lines_of(outcome) == {"remote": 10}
    assert reached_by(outcome) == (None, "+919876543210", None)


@pytest.mark.parametrize(
    "text",
    [
        "11, Hari, 9876543210, hari@example.com",
        "11 pieces. Hari. 9876543210. hari@example.com",
        "11 Hari 9876543210 hari@example.com",
        "Hari 9876543210 hari@example.com 11",
        "hari 9876543210 hari@example.com 11",
    ],
)
def test_the_quantity_that_was_asked_for_comes_with_the_contact(text: str, talk: Talk) -> None:
    outcome = talk("need remotes", text)

    assert (lines_of(outcome), reached_by(outcome)) == ({"remote": 11}, HARI)


@pytest.mark.parametrize(
    "text",
    ["10 and 20 Hari 9876543210 hari@example.com", "Hari 9876543210 hari@example.com 10 and 20"],
)
def test_several_quantities_come_with_the_contact(text: str, talk: Talk) -> None:
    outcome = talk("need remotes and filters", text)

    assert (lines_of(outcome), reached_by(outcome)) == ({"remote": 10, "filter": 20}, HARI)


def test_a_contact_told_while_the_quantity_is_open_is_noted_and_acknowledged(talk: Talk) -> None:
    told = talk("need remotes", "Hari, 9876543210, hari@example.com")

    assert reached_by(told) == HARI
    assert told.reply.text.startswith(
        "Thank you, Hari. I have noted your name, phone number and email address.\n"
    )
    assert told.state["step"] == "collecting_quantity"
    assert talk("10", state=told.state).state["step"] == "confirming"


def test_a_contact_in_the_message_that_asks_for_parts_is_acknowledged(talk: Talk) -> None:
    outcome = talk("need remotes. my name is Hari")

    assert outcome.reply.text.startswith("Thank you, Hari. I have noted your name.\n")


CONTACT = "Hari, 9876543210, hari@example.com"


@pytest.mark.parametrize(
    ("text", "lines", "contact"),
    [
        (
            "9876543299 is my number and 4 motors also please",
            {"remote": 11, "fan-motor": 4},
            ("Hari", "+919876543299", "hari@example.com"),
        ),
        ("Harish is my name and 12 remotes", {"remote": 12}, ("Harish", *HARI[1:])),
        (
            "hari2@example.com is the right email and make it 12 remotes",
            {"remote": 12},
            (*HARI[:2], "hari2@example.com"),
        ),
        (
            "can you change email to hari2@example.com and add 2 filters?",
            {"remote": 11, "filter": 2},
            (*HARI[:2], "hari2@example.com"),
        ),
        (
            "can you change my number to 9876543299 and make it 12 remotes?",
            {"remote": 12},
            ("Hari", "+919876543299", "hari@example.com"),
        ),
        (
            "can you use hari2@example.com and when can I get 2 filters?",
            {"remote": 11},
            (*HARI[:2], "hari2@example.com"),
        ),
    ],
)
def test_what_follows_a_corrected_detail_is_heard(
    text: str, lines: dict[str, int], contact: tuple[str, ...], talk: Talk
) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert (lines_of(outcome), reached_by(outcome)) == (lines, contact)


@pytest.mark.parametrize(
    "text",
    [
        "9876543299 is the number to call and 4 motors also",
        "9876543299 is my son's number and 4 motors",
    ],
)
def test_parts_beside_a_detail_that_are_not_understood_are_not_passed_over(
    text: str, talk: Talk
) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert lines_of(outcome) == {"remote": 11}
    assert "I did not understand what is to change." in outcome.reply.text


def test_a_label_belongs_to_the_value_that_follows_it(talk: Talk) -> None:
    outcome = talk(OPENING, "9876543210 my email is hari@example.com")

    assert reached_by(outcome) == (None, "+919876543210", "hari@example.com")
