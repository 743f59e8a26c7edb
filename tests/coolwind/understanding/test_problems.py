"""What is out of order, in the customer's words."""

import pytest

from coolwind.understanding.problems import MAX_PROBLEM, problem_from, problem_in


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("AC not cooling", "AC not cooling"),
        ("I called about my AC not cooling and nobody picked up", "my AC not cooling"),
        ("The problem is that the fan makes odd sounds", "the fan makes odd sounds"),
        ("Hi, my AC is leaking water. I am Hari", "my AC is leaking water"),
        ("issue: remote", "remote"),
        ("no cooling", "no cooling"),
        ("no, it's not cooling", "not cooling"),
        ("it makes noise, when will you come?", "it makes noise"),
        ("do you repair ACs?", None),
        ("how much is a repair", None),
        ("I called and nobody answered", None),
        ("problem: ?", None),
        ("Service Road, Edappally", None),
        ("Gas Road, Kochi", None),
        ("hello", None),
        ("Hari 9876543210 thiruvalla ac not cooling", "thiruvalla ac not cooling"),
        ("Call me on 9876543210, AC not cooling", "AC not cooling"),
        ("the AC trips, how much will repair cost?", "the AC trips"),
        ("I called three times. Very bad service", None),
    ],
)
def test_a_problem_is_kept_in_the_customers_words(text: str, problem: str | None) -> None:
    assert problem_in(text) == problem


def test_a_long_problem_is_cut() -> None:
    assert len(str(problem_in("the problem is " + "x" * 490))) == MAX_PROBLEM


@pytest.mark.parametrize(
    "text",
    [
        "cooling illa",
        "ac thanukkunnilla",
        "fridge",
        "display shows E4",
        "sorry, the AC is dead",
        "call me fast, the AC is leaking",
        "E4",
        "technician",
        "I want a refund",
        "I want to talk to a person",
        "the AC is bad",
    ],
)
def test_an_answer_in_any_words_is_a_problem(text: str) -> None:
    assert problem_from(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "just call me",
        "please call fast",
        "call after 5 pm",
        "I already told you",
        "I will explain when you call",
        "I will come to the shop",
        "sorry Kottayam",
        "thanks bro",
        "same as told",
        "I'll get it done elsewhere",
        "😡",
        "sir",
        "got it",
        "waiting",
        "lol",
        "send your location",
        "you people are useless",
    ],
)
def test_a_word_about_the_call_is_no_problem(text: str) -> None:
    assert problem_from(text) is None
