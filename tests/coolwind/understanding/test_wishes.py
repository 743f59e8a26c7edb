"""What counts as a yes, a no and a cancel, and what only looks like one."""

import pytest

from coolwind.understanding.meaning import is_denied, is_meant
from coolwind.understanding.sentences import clauses
from coolwind.understanding.wishes import CALLBACK_WORDS, ORDER_WORDS, Wish, wish_in

CONFIRMATIONS = [
    "yes mam thank you",
    "Yes ma'am",
    "yes miss",
    "I can't wait, place the order!",
    "yes",
    "sure thing, book it",
    "ok ok ok fine just do it already",
    "nothing else, confirm",
    "that's all, yes",
    "Yes please!",
    "YES",
    "yes yes yes",
    "y",
    "okay, go ahead",
    "sure, yes",
    "ok, place it",
    "yep, thanks",
    "place order",
    "Place the order please",
    "yes, place the order please",
    "please place my order",
    "I want to place the order",
    "I would like to confirm this order",
    "I'd like to place it now",
    "I confirm the order",
    "confirm",
    "Confirm this order.",
    "yes confirm",
    "proceed",
    "do it!",
    "haan ji",
    "correct, please proceed",
    "Yes, everything is correct. Place the order.",
    "ＹＥＳ",
    "great, place the order",
    "yes 👍🏽",
    "yes...",
    "yes, thank you very much",
    "all right, proceed",
    "yesss",
    "yes boss",
    "haan bhai, order kar do",
    "haan confirm karo",
    "ok sheri, confirm cheyyu",
    "conform the order",
    "yes, order please",
    "no problem, go ahead",
    "the price is fine, confirm",
    "I said yes already",
    "already told yes",
    "I said yes 3 times",
    "ys",
    "aama confirm pannunga",
    "I told you, yes",
    "as I said, confirm it",
    "price ok. place order",
    "all the details look good, order it",
    "no need to change anything, confirm",
    "don't worry, go ahead",
    "I have no objection, proceed with the order",
    "yes, I will collect it tomorrow evening at 5 pm",
    "cash on pickup, confirm",
    "I'll take it",
    "yes I want it",
    "yes, thanks for your help",
    "confirmed from my side",
    "ok da, confirm cheytho",
    "kindly process the order as soon as possible",
    "accepted",
]

ASSENTS = [
    "ok",
    "Okay.",
    "k",
    "sure",
    "fine",
    "right",
    "correct",
    "that's right",
    "ok thanks",
    "ok 🙏",
    "ok, sounds good",
    "all right",
    "everything is correct",
    "theek hai",
    "sheri",
    "order please",
    "okkkk",
    "no problem",
    "the price is fine",
    "no changes",
    "done",
    "I want this order",
    "perfect",
    "great, thank you",
    "good",
    "👍",
    "👍🏽👍🏽",
    "✅",
]

NO_CONFIRMATIONS = [
    "I do not want to confirm this",
    "not yet",
    "no",
    "yesterday I saw it cheaper",
    "yes but first tell me your opening hours",
    "yes, but is the bulk price final?",
    "should I confirm?",
    "if I say yes, what happens?",
    "yes?",
    "order confirmed?",
    "is this order confirmed",
    "I confirmed yesterday",
    "I placed the order last week",
    "place the order tomorrow",
    "confirm later",
    "I'll confirm later",
    "do not place the order",
    "don't confirm",
    "never confirm anything",
    "what happens after I place the order?",
    "my wife said yes",
    "yes I have a question",
    "yes and no",
    "yes but",
    "ok but…",
    "but yes",
    "yes 🤔",
    "yes ❌",
    "ok 👎🏽",
    "yes, cancel it",
    "ok cancel",
    "would you confirm it?",
    "can you place the order without a deposit",
    "maybe yes",
    "perhaps place the order",
    "how do I place the order?",
    "yessir whatever",
    "👍",
    "",
    "?!",
    "order mat karo",
    "nahi",
    "yes venda",
    "confirm venda",
    "haan nahi",
    "confirm cheyyanda",
    "confirm the price is ok",
    "please confirm that everything is correct",
    "confirm my details",
    "the price is not fine, confirm",
    "I never said yes",
    "I said no already",
    "he said yes",
    "I can't wait",
    "can't wait till tomorrow",
    "I will miss it, yes",
    "🙂",
    "👍👎",
    "thank you",
    "I said yes yesterday",
    "yes tomorrow",
    "I will take it tomorrow",
    "I will come to the shop and confirm",
    "I will collect it if you confirm the price",
    "yes, no changes to the price please",
    "yes if the price is fine",
    "all correct except the phone, confirm",
    "process my refund",
    "go ahead with the callback",
    "I want them all cancelled",
    "I need it tomorrow",
    "I already placed the order",
]

CANCELLATIONS = [
    "cancel",
    "Cancel order",
    "cancel it",
    "please cancel the order",
    "no, cancel it",
    "yes, cancel",
    "can you cancel it?",
    "could you please cancel my order",
    "I want to cancel",
    "I'd like to cancel my order please",
    "cancel it, I found it cheaper",
    "cancel the order because it is too expensive",
    "cancel my order and call me",
    "stop",
    "forget it",
    "never mind",
    "nvm",
    "I changed my mind",
    "I don't want it anymore",
    "I do not want the order any more",
    "I don't need the order",
    "I do not want an order any more",
    "I don't need any order",
    "start over",
    "I do not want any order",
    "I do not want this order",
    "I don't want to order",
    "I don't want to order anything",
    "no I don't want to buy",
    "I don't want it",
    "no order please",
    "not interested",
    "no need for this order",
    "forget about the order",
    "order venda",
    "order nahi chahiye",
    "cancel cheyyu",
    "cancel karo bhai",
    "cancle it",
    "order cancel",
    "my order cancel cheyyu",
    "cancel my order of 11 remotes",
    "cancel it I found it cheaper",
    "no I changed my mind",
    "delete my order",
]

NO_CANCELLATIONS = [
    "please don't cancel",
    "don't cancel my order",
    "do not cancel it",
    "how do I cancel?",
    "if I cancel, do I lose my money?",
    "can I cancel later?",
    "cancel? no",
    "cancel, no wait",
    "yesterday I cancelled an order",
    "don't go and cancel it",
    "I never said cancel",
    "what is your cancellation policy",
    "my friend wants to cancel his subscription",
    "cancel the callback",
    "no cancel",
    "will you cancel it if I am late?",
    "the shop cancelled my order last year",
    "I do not want to confirm this",
    "do not place the order",
    "I don't need it now",
    "I don't want delivery",
    "I don't want the filters",
    "cancel for filters",
]


@pytest.mark.parametrize("text", CONFIRMATIONS)
def test_a_plain_confirmation_confirms(text: str) -> None:
    assert wish_in(text, ORDER_WORDS) is Wish.CONFIRM


@pytest.mark.parametrize("text", NO_CONFIRMATIONS)
def test_what_only_looks_like_a_yes_confirms_nothing(text: str) -> None:
    assert wish_in(text, ORDER_WORDS) is not Wish.CONFIRM


@pytest.mark.parametrize("text", ASSENTS)
def test_a_weak_yes_is_an_assent_to_whatever_was_said(text: str) -> None:
    assert wish_in(text, ORDER_WORDS) is Wish.ASSENT


@pytest.mark.parametrize("text", CANCELLATIONS)
def test_a_meant_cancellation_cancels(text: str) -> None:
    assert wish_in(text, ORDER_WORDS) is Wish.CANCEL


@pytest.mark.parametrize("text", NO_CANCELLATIONS)
def test_what_only_mentions_a_cancellation_cancels_nothing(text: str) -> None:
    assert wish_in(text, ORDER_WORDS) is not Wish.CANCEL


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "nope",
        "not yet",
        "wait",
        "I am not sure",
        "I do not want to confirm this",
        "Not now.",
        "no need",
        "I don't need it now",
        "venda",
        "nahi bhai",
        "order mat karo",
        "I said no",
        "I don't agree",
        "one min",
        "wait, let me ask",
    ],
)
def test_a_refusal_declines(text: str) -> None:
    assert wish_in(text, ORDER_WORDS) is Wish.DECLINE


@pytest.mark.parametrize(
    "text",
    [
        "wait i will ask my boss",
        "let me check with my partner",
        "i will let you know",
        "i will get back to you",
        "ok i will confirm tomorrow",
        "yes i will confirm",
        "hold for 2 days",
        "wait till i get money",
        "need some time",
        "i dont want",
        "i will send details later",
    ],
)
def test_who_puts_it_off_declines(text: str) -> None:
    assert wish_in(text, ORDER_WORDS) is Wish.DECLINE


@pytest.mark.parametrize(
    "text",
    [
        "no, what are your hours?",
        "no my number is wrong",
        "do not call my phone",
        "It's Ravi not Hari",
    ],
)
def test_a_message_that_says_more_than_a_refusal_decides_nothing(text: str) -> None:
    assert wish_in(text, ORDER_WORDS) is None


@pytest.mark.parametrize(
    "text", ["cancel the callback", "no need to call me", "don't call me back", "cancel my request"]
)
def test_a_callback_is_cancelled_in_its_own_words(text: str) -> None:
    assert wish_in(text, CALLBACK_WORDS) is Wish.CANCEL


@pytest.mark.parametrize(
    "text",
    ["I need 11 remotes", "can I get 11 remotes?", "I wanted to buy remotes", "I need 11 remotes?"],
)
def test_a_present_wish_is_meant(text: str) -> None:
    assert all(is_meant(clause) for clause in clauses(text))


@pytest.mark.parametrize(
    "text",
    [
        "I do not need remotes",
        "I bought remotes",
        "if I need remotes",
        "do you sell remotes?",
        "remotes?",
        "should I buy remotes",
        "I might need remotes",
    ],
)
def test_what_is_denied_past_supposed_or_asked_is_not_meant(text: str) -> None:
    assert not any(is_meant(clause) for clause in clauses(text))


def test_a_leading_no_that_opens_a_correction_denies_nothing() -> None:
    (clause,) = clauses("no my number is different")

    assert not is_denied(clause)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("that's all", Wish.ASSENT),
        ("sure thing", Wish.ASSENT),
        ("no, that's all", Wish.DECLINE),
        ("sure thing, but not now", Wish.DECLINE),
        ("it is already placed", None),
        ("nothing else matters", None),
    ],
)
def test_that_there_is_no_more_to_say_is_no_plain_yes(text: str, wish: Wish | None) -> None:
    assert wish_in(text, ORDER_WORDS) is wish
