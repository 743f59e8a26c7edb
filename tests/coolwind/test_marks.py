"""Marks recognise a message that comes again, and no other."""

import pytest

from coolwind.marks import marks_anywhere, message_mark, opening_mark
from coolwind.messages import Message

UUID = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.mark.parametrize(
    "other",
    [
        Message("hello", message_id=UUID),
        Message("help", message_id=UUID, customer_id="meera"),
        Message("hello", message_id=UUID.replace("8", "9"), customer_id="meera"),
    ],
)
def test_an_opening_mark_tells_id_text_and_customer_apart(other: Message) -> None:
    message = Message("hello", message_id=UUID, customer_id="meera")
    assert opening_mark(message) != opening_mark(other)


def test_a_repetition_has_the_same_marks_whatever_it_presents() -> None:
    message = Message("hello", message_id=UUID, customer_id="meera")
    again = Message("hello", "s1", "proof-1", UUID, "meera")
    assert opening_mark(message) == opening_mark(again)
    assert marks_anywhere(message) == marks_anywhere(again)


@pytest.mark.parametrize("message_id", [None, "1", "8e03978e"])
def test_an_id_that_anybody_could_choose_has_no_mark_beyond_its_session(
    message_id: str | None,
) -> None:
    message = Message("hello", message_id=message_id)
    assert opening_mark(message) is None
    assert marks_anywhere(message) == frozenset()


def test_a_uuid_has_one_mark_in_every_session_and_any_other_id_one_in_each() -> None:
    assert message_mark(UUID, "s1") == message_mark(UUID, "s2")
    assert message_mark("1", "s1") != message_mark("1", "s2")


def test_what_a_session_answered_under_a_uuid_is_recognised_anywhere() -> None:
    assert message_mark(UUID, "s1") in marks_anywhere(Message("hello", message_id=UUID))


def test_a_mark_shows_neither_id_nor_text_nor_customer() -> None:
    for mark in marks_anywhere(Message("swordfish", message_id=UUID, customer_id="meera")):
        for word in ("swordfish", UUID, UUID.replace("-", ""), "meera"):
            assert word not in mark
