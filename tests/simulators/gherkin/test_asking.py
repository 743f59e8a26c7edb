"""Whether a reply asks for something."""

import pytest

from simulators.gherkin.asking import asks_for, things_of

ASKED = [
    ("What is your name?", "name"),
    ("To confirm your order, please provide: Name, Phone, Email", "email"),
    ("Please send me your name, phone number and email address.", "phone"),
    ("Please send me your name, phone number and email address.", "the phone number"),
    ("May I have your mobile number", "phone"),
    ("Could you share your e-mail?", "email"),
    ("I still need your phone number.", "telephone"),
    ("Please tell me:\n- your name\n- your phone number", "phone"),
    ("Please tell me:\n1. your name\n2. your place", "location"),
    ("Where are you?", "location"),
    ("Which town do you live in?", "location"),
    ("What is your delivery address?", "delivery location"),
    ("What is wrong with it?", "problem"),
    ("How many pieces do you need?", "quantity"),
    ("Perfect! Confirm this order?", "confirmation"),
    ("Shall I place the order?", "confirmation"),
    ("Reply 'yes' to go on.", "confirm"),
    ("Which colour do you prefer?", "colour"),
    ("Thank you. Now please give me the model of your AC.", "model of your AC"),
    ("Your NAME, please?", "Name"),
    ("Please provide:\n\nYour location.\nWhere is it?", "location"),
]

NOT_ASKED = [
    ("Pickup Location: Thiruvalla, Kerala. Confirm this order?", "location"),
    ("We do not need your address.", "address"),
    ("There is no need to send your phone number.", "phone"),
    ("I already have your email, what is your name?", "email"),
    ("Thank you for your name.", "name"),
    ("To confirm your order, please send me your name.", "confirmation"),
    ("Please send me your email address.", "location"),
    ("What is your username?", "name"),
    ("What is your name?", "phone"),
    ("Contact: Hari, +919876543210", "phone"),
    ("Please wait.\nYour name is Hari.", "name"),
    ("", "name"),
    ("I don't need your name.", "name"),
]


@pytest.mark.parametrize(("reply", "thing"), ASKED)
def test_a_question_or_a_request_asks(reply: str, thing: str) -> None:
    assert asks_for(reply, *things_of(thing))


@pytest.mark.parametrize(("reply", "thing"), NOT_ASKED)
def test_anything_else_does_not_ask(reply: str, thing: str) -> None:
    assert not asks_for(reply, thing)


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("the name", ("name",)),
        ("the name, the phone number and the email", ("name", "phone number", "email")),
        ('"name and address"', ("name", "address")),
        ("an email, and a name", ("email", "name")),
        ("their location", ("location",)),
    ],
)
def test_a_list_in_words_is_taken_apart(text: str, things: tuple[str, ...]) -> None:
    assert things_of(text) == things
