"""Questions that stand beside an order, a detail or a call."""

import pytest

from coolwind.catalogue import ShopCatalogue
from coolwind.understanding.contacts import details_in
from coolwind.understanding.details import Detail
from coolwind.understanding.questions import questions_beside

PARTS = ShopCatalogue().parts()


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("I want 11 remote controls, do you deliver to Pune?", ("do you deliver to Pune?",)),
        ("11 remotes. Home delivery available?", ("Home delivery available?",)),
        ("my name is Hari and is there any discount", ("and is there any discount",)),
        ("hari@example.com. How do I pay? Are you open?", ("How do I pay?", "Are you open?")),
        ("Can you give a discount? I need 11 remotes", ("Can you give a discount?",)),
    ],
)
def test_a_question_is_left_to_answer(text: str, questions: tuple[str, ...]) -> None:
    assert questions_beside(text, PARTS) == questions


@pytest.mark.parametrize(
    "text",
    [
        "I need 11 remotes",
        "can I get 11 remotes and 5 filters?",
        "11 remotes, ok?",
        "11 remotes please, is it possible?",
        "why does nobody answer my calls?",
        "can you call me back?",
        "Hari?",
        "nobody answers, why?",
    ],
)
def test_what_is_heard_or_asks_nothing_is_none(text: str) -> None:
    assert questions_beside(text, PARTS) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Hari, when will you call?",
        "When will you call? Hari",
        "Hari. Do you deliver to Pune? Are you open?",
    ],
)
def test_an_answer_beside_a_question_is_taken(text: str) -> None:
    assert details_in(text, tuple(Detail), tuple(Detail)).told == {Detail.NAME: "Hari"}


@pytest.mark.parametrize("text", ["do you know Hari?", "Hari or Ravi?", "are you Hari, the owner?"])
def test_what_is_asked_about_is_no_answer(text: str) -> None:
    assert not details_in(text, tuple(Detail), tuple(Detail)).says_something


def test_the_question_stays_in_what_is_not_understood() -> None:
    assert (
        "do you deliver?"
        in details_in("Hari, do you deliver?", (Detail.NAME,), (Detail.NAME,)).rest
    )
