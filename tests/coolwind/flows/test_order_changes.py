"""What changes an order whose summary is shown, and what only seems to."""

from collections.abc import Callable

import pytest

from coolwind.flows import BulkOrder, Facts, Flow, Outcome
from coolwind.flows.reading import StateReader

Talk = Callable[..., Outcome]

OPENING = "10 remotes and 5 filters"
CONTACT = "Name is Hari and phone number is 9876543210 and email is hari@example.com"


@pytest.fixture
def flow() -> Flow:
    return BulkOrder()


def lines_of(outcome: Outcome) -> dict[str, int]:
    """The quantities of an order by part ID."""
    reader = StateReader("bulk_order", BulkOrder().steps, outcome.state)
    return {line.text("part_id"): line.number("quantity") for line in reader.objects("lines")}


@pytest.mark.parametrize(
    "text",
    [
        "forget the filters",
        "forget about the filters",
        "skip the filters please",
        "take the filters off",
        "take off the filters",
        "scratch the filters",
        "exclude filters",
        "get rid of the filters",
        "leave the filters out",
        "just the remotes please",
        "cancel everything but remotes",
        "remove everything except the remotes",
        "nothing but remotes",
    ],
)
def test_a_part_is_let_go_in_many_ways(text: str, talk: Talk) -> None:
    assert lines_of(talk(OPENING, CONTACT, text)) == {"remote": 10}


def test_a_part_can_be_let_go_in_the_breath_that_asks_for_it(talk: Talk) -> None:
    assert lines_of(talk(f"{OPENING}, actually forget the filters")) == {"remote": 10}


@pytest.mark.parametrize(
    "text",
    [
        "drop the remotes, I need 4 valves instead",
        "leave out the remotes and give me 4 valves",
        "forget the remotes, 4 valves instead",
    ],
)
def test_another_part_comes_for_the_one_that_goes(text: str, talk: Talk) -> None:
    assert lines_of(talk(OPENING, CONTACT, text)) == {"filter": 5, "gas-valve": 4}


def test_the_only_part_goes_where_it_is_the_wrong_one(talk: Talk) -> None:
    outcome = talk("11 remotes", CONTACT, "wrong part, I need 11 thermostats")

    assert lines_of(outcome) == {"thermostat": 11}


def test_of_several_parts_the_customer_says_which_one_is_wrong(talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, "wrong part, I need 11 thermostats")

    assert lines_of(outcome) == {"remote": 10, "filter": 5, "thermostat": 11}
    assert "which" in outcome.reply.text.splitlines()[0]


@pytest.mark.parametrize(
    "text",
    [
        "don't forget the filters",
        "don't skip the filters",
        "leave the filters as they are",
        "the filters look strange to me",
        "I changed my mind about the filters",
        "the email looks funny",
        "no it's Ravi",
        "last digit is not 1",
        "the name has two of them",
    ],
)
def test_what_is_not_understood_of_the_order_shows_it_again(text: str, talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert lines_of(outcome) == {"remote": 10, "filter": 5}
    assert "did not understand" in outcome.reply.text
    assert outcome.reply.text.endswith("Confirm this order?")


@pytest.mark.parametrize(
    "text", ["what do the filters cost?", "are the remotes new?", "what is your phone number?"]
)
def test_a_question_about_a_part_of_the_order_is_left_to_others(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    assert flow.advance(talk(OPENING, CONTACT).state, text, facts) is None


def test_a_part_that_is_only_said_to_be_broken_stays_with_the_others(talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, "just the remote is broken")

    assert lines_of(outcome) == {"remote": 10, "filter": 5}


def reached_by(outcome: Outcome) -> tuple[str | None, ...]:
    """Name, phone and email of an order."""
    contact = StateReader("bulk_order", BulkOrder().steps, outcome.state).object("contact")
    return tuple(contact.optional_text(detail) for detail in ("name", "phone", "email"))


HARI = ("Hari", "+919876543210", "hari@example.com")


@pytest.mark.parametrize(
    "text",
    [
        "your number 9123456780 is always busy",
        "is 9123456780 your number?",
        "what is 9123456780?",
        "is ravi@example.com your email?",
        "my old number was 9123456780",
        "don't call 9123456780",
        "I got a call from 9123456780, was it you?",
        "I called 9123456780 twice yesterday",
        "9123456780 is his number",
    ],
)
def test_a_number_that_is_not_the_customers_changes_no_contact(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    state = talk(OPENING, CONTACT).state

    outcome = flow.advance(state, text, facts)

    assert reached_by(outcome or talk(OPENING, CONTACT)) == HARI


@pytest.mark.parametrize(
    "text",
    [
        "also send a copy to ravi@example.com",
        "cc ravi@example.com",
        "my alternate number is 9123456780",
        "call my son 9123456780 when it is ready",
        "9123456780 is my son's number",
    ],
)
def test_a_second_number_or_address_is_said_not_to_be_noted(text: str, talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert reached_by(outcome) == HARI
    assert "is not noted" in outcome.reply.text


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("my number is 9123456780", ("Hari", "+919123456780", "hari@example.com")),
        ("call me on 9123456780", ("Hari", "+919123456780", "hari@example.com")),
        ("can you use 9123456780?", ("Hari", "+919123456780", "hari@example.com")),
        ("don't call 9876543210, call 9123456780", ("Hari", "+919123456780", "hari@example.com")),
        ("my mobile no. is 9123456780", ("Hari", "+919123456780", "hari@example.com")),
        ("send it to ravi@example.com", ("Hari", "+919876543210", "ravi@example.com")),
        ("don't call 9876543210", ("Hari", None, "hari@example.com")),
    ],
)
def test_a_number_of_the_customers_own_is_taken(
    text: str, contact: tuple[str | None, ...], talk: Talk
) -> None:
    assert reached_by(talk(OPENING, CONTACT, text)) == contact


def test_the_only_number_that_is_told_is_taken_whosever_it_is(talk: Talk) -> None:
    outcome = talk("11 remotes", "my alternate number is 9123456780")

    assert reached_by(outcome) == (None, "+919123456780", None)


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("no it's Harish", ("Harish", "+919876543210", "hari@example.com")),
        ("No, it is Harish", ("Harish", "+919876543210", "hari@example.com")),
        ("it's spelled Haree", ("Haree", "+919876543210", "hari@example.com")),
        ("my surname is Nair", ("Hari Nair", "+919876543210", "hari@example.com")),
        ("last digit of the phone should be 1", ("Hari", "+919876543211", "hari@example.com")),
        ("the last two digits are 34", ("Hari", "+919876543234", "hari@example.com")),
        ("I don't use that email any more", ("Hari", "+919876543210", None)),
        ("the email is old", ("Hari", "+919876543210", None)),
    ],
)
def test_a_contact_is_corrected_without_its_name(
    text: str, contact: tuple[str | None, ...], talk: Talk
) -> None:
    assert reached_by(talk(OPENING, CONTACT, text)) == contact


@pytest.mark.parametrize("text", ["it's fine", "it is ok", "his surname is Nair", "it is Happy"])
def test_what_resembles_no_name_corrects_none(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    outcome = flow.advance(talk(OPENING, CONTACT).state, text, facts)

    assert reached_by(outcome or talk(OPENING, CONTACT)) == HARI


def test_a_surname_takes_the_place_of_the_old_one(talk: Talk) -> None:
    outcome = talk("11 remotes", CONTACT, "my name is Hari Kumar", "my surname is Nair")

    assert reached_by(outcome)[0] == "Hari Nair"


@pytest.mark.parametrize("text", ["no need anymore", "not needed any more"])
def test_an_order_that_is_needed_no_more_is_cancelled(text: str, talk: Talk) -> None:
    assert talk(OPENING, CONTACT, text).reply.intent == "order_cancelled"


@pytest.mark.parametrize("text", ["no need now", "no need"])
def test_an_order_that_is_not_needed_now_is_kept(text: str, talk: Talk) -> None:
    assert talk(OPENING, CONTACT, text).state["step"] == "confirming"


@pytest.mark.parametrize(
    ("text", "remotes", "filters"),
    [
        ("+2 remotes", 12, 5),
        ("+ 2 remotes please", 12, 5),
        ("2 remotes", 2, 5),
        ("send remotes with 2 batteries each", 10, 5),
        ("2 remotes and filters each", 2, 2),
        ("I need 12 filters", 10, 12),
    ],
)
def test_a_number_counts_the_part_that_it_is_said_of(
    text: str, remotes: int, filters: int, talk: Talk
) -> None:
    assert lines_of(talk(OPENING, CONTACT, text)) == {"remote": remotes, "filter": filters}


@pytest.mark.parametrize(
    "text",
    [
        "put 2 filters in each box",
        "not more than 6 filters",
        "I don't want more than 6 filters",
        "next month I need 20 filters",
        "maybe 20 filters",
    ],
)
def test_a_number_that_orders_nothing_is_asked_about(text: str, talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert lines_of(outcome) == {"remote": 10, "filter": 5}
    assert "did not understand" in outcome.reply.text


def test_a_number_that_is_asked_for_may_be_a_guess(talk: Talk) -> None:
    outcome = talk("I want to place a bulk order for remotes", "maybe 20 remotes")

    assert lines_of(outcome) == {"remote": 20}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I'm called Hari Kumar", "Hari Kumar"),
        ("I am called Hari", "Hari"),
    ],
)
def test_a_name_may_be_what_the_customer_is_called(text: str, name: str, talk: Talk) -> None:
    assert reached_by(talk("11 remotes", text))[0] == name


@pytest.mark.parametrize(
    "text",
    [
        "11 remotes please. Hari, 9876543210, hari@example.com",
        "Hi, Hari here, 9876543210, hari@example.com. I need 11 remotes.",
    ],
)
def test_an_order_and_a_contact_may_come_at_once(text: str, talk: Talk) -> None:
    outcome = talk(text)

    assert lines_of(outcome) == {"remote": 11}
    assert reached_by(outcome) == HARI


@pytest.mark.parametrize(
    "text",
    [
        "11 remotes please. Thanks, 9876543210, hari@example.com",
        "Good morning, I need 11 remotes urgently. 9876543210",
        "Hotel Sunrise needs 11 remotes, 9876543210",
    ],
)
def test_courtesies_beside_a_contact_are_nobodys_name(text: str, talk: Talk) -> None:
    assert reached_by(talk(text))[:2] == (None, "+919876543210")


@pytest.mark.parametrize(
    "text",
    [
        "should I take 12?",
        "should I take 12 remotes?",
        "what if I take 12?",
        "12?",
        "is 12 ok?",
        "maybe 12?",
        "should I add valves?",
    ],
)
def test_a_question_about_another_quantity_changes_nothing_and_a_yes_to_it_does_not_order(
    text: str, talk: Talk
) -> None:
    asked = talk(OPENING, CONTACT, text)
    agreed = talk("yes", state=asked.state)

    assert asked.reply.text.startswith("Nothing is changed and nothing is ordered yet.")
    assert agreed.effects == ()
    assert lines_of(agreed) == {"remote": 10, "filter": 5}
    assert agreed.reply.text.endswith("Confirm this order?")
    assert talk("yes", state=agreed.state).reply.intent == "order_placed"


@pytest.mark.parametrize(
    "text",
    [
        "are the 10 remotes new?",
        "should I order them now?",
        "do you open at 9?",
        "should I come at 6?",
    ],
)
def test_another_question_with_a_number_is_left_to_others(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    assert flow.advance(talk(OPENING, CONTACT).state, text, facts) is None
