"""The model that needs no network."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolwind.catalogue import Part, ShopCatalogue
from coolwind.models import Completion, Prompt, ScriptedModel


@pytest.fixture
def answer(prompt: Prompt) -> Callable[..., Completion]:
    """The scripted answer to a text."""

    def answer(text: str, **changes: object) -> Completion:
        return scripted(replace(prompt, text=text, **changes))

    return answer


def scripted(prompt: Prompt) -> Completion:
    """Driven by hand: the model waits for nothing."""
    with pytest.raises(StopIteration) as finished:
        ScriptedModel().complete(prompt).send(None)
    return finished.value.value


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Hi", "greeting"),
        ("Hiiii!", "greeting"),
        ("namaskaram", "greeting"),
        ("Good morning", "greeting"),
        ("hello, when are you open?", "hours"),
        ("What are your opening hours", "hours"),
        ("Are u open on Sunday?", "hours"),
        ("WHERE IS YOUR SHOP?", "location"),
        ("What's your address", "location"),
        ("Do you deliver to Kochi?", "delivery"),
        ("where to collect?", "delivery"),
        ("can you ship it to my house", "delivery"),
        ("pickup only?", "delivery"),
        ("when can I collect it?", "delivery"),
        ("when will my order be ready", "delivery"),
        ("is there any branch in Kochi", "delivery"),
        ("can my brother collect?", "delivery"),
        ("where is my order", "placed"),
        ("order status", "placed"),
        ("I did not receive any mail", "placed"),
        ("i ordered 10 remotes last week, where is it", "placed"),
        ("any discount for 20?", "discount"),
        ("price too high", "discount"),
        ("why you need email", "details"),
        ("whats the need for phone", "details"),
        ("how to reach your shop", "location"),
        ("what all do you have", "parts"),
        ("i dont want to talk to a bot", "human"),
        ("give me the last price", "discount"),
        ("this is too expensive", "discount"),
        ("why do you need my number?", "details"),
        ("is my number safe?", "details"),
        ("why you need it?", "details"),
        ("How much is a remote control?", "parts"),
        ("price of run capacitors and PCB", "parts"),
        ("is the compressor in stock? mine stopped working", "parts"),
        ("how much do I pay for a fan motor", "parts"),
        ("compressor", "parts"),
        ("what do you sell?", "parts"),
        ("price list please", "parts"),
        ("is there a warranty on the remote?", "warranty"),
        ("can I return it if it is not working", "warranty"),
        ("Can I pay by card?", "payment"),
        ("do you take UPI", "payment"),
        ("I need a technician", "visit"),
        ("My AC is not cooling", "visit"),
        ("can you install an AC", "visit"),
        ("how can I cancel my order?", "changing"),
        ("I don't have an email id", "needed"),
        ("Do you give a GST bill?", "bill"),
        ("I want to order", "ordering"),
        ("I confirm my order", "ordering"),
        ("can you call me back", "callback"),
        ("when will you call?", "callback"),
        ("when can you come?", "visit"),
        ("Thank you!", "thanks"),
        ("ok thanks, bye", "thanks"),
        ("bye", "goodbye"),
        ("are you a human?", "human"),
        ("Are you a bot", "human"),
        ("I want to talk to somebody", "human"),
        ("can I speak with a real person please", "human"),
        ("connect me to an agent", "human"),
        ("am I talking to a machine", "human"),
        ("My AC stopped 2 hours ago", "general"),
        ("tell me a joke", "general"),
        ("", "general"),
        ("shipshape", "general"),
    ],
)
def test_a_common_question_is_understood(
    answer: Callable[..., Completion], text: str, intent: str
) -> None:
    assert answer(text).intent == intent


def test_only_the_wish_for_a_person_is_escalated(answer: Callable[..., Completion]) -> None:
    escalated = {text: answer(text).escalated for text in ("are you a robot?", "hello", "price?")}
    assert escalated == {"are you a robot?": True, "hello": False, "price?": False}


def test_the_hours_are_told(answer: Callable[..., Completion]) -> None:
    assert "Monday to Saturday" in answer("when are you open").text


@pytest.mark.parametrize("text", ["do you deliver?", "where are you?"])
def test_the_shop_is_in_thiruvalla_and_for_pickup_only(
    answer: Callable[..., Completion], text: str
) -> None:
    reply = answer(text).text
    assert "Thiruvalla, Kerala" in reply
    assert "pickup at the shop only" in reply


def test_price_bulk_price_and_stock_of_a_part_are_told(answer: Callable[..., Completion]) -> None:
    line = "Air filter: ₹250.00 each, ₹200.00 each from 5 pieces; 17 in stock."
    assert line in answer("price of air filters?").text


def test_every_named_part_is_told_once(answer: Callable[..., Completion]) -> None:
    lines = answer("motor, fan motor, blower motors and a valve").text.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == ["Fan motor", "Gas valve"]


@pytest.mark.parametrize(
    ("stock", "words"),
    [
        ({}, "please ask the shop"),
        ({"remote": 0}, "out of stock"),
        ({"remote": -1}, "out of stock"),
        ({"remote": 3}, "3 in stock"),
    ],
    ids=["unknown", "none", "less than none", "some"],
)
def test_the_stock_is_told_as_it_is(
    answer: Callable[..., Completion], stock: dict[str, int], words: str
) -> None:
    assert words in answer("remote?", stock=stock).text


def test_the_catalogue_is_listed_in_its_order(
    answer: Callable[..., Completion], prompt: Prompt
) -> None:
    lines = answer("what do you sell?").text.splitlines()
    assert [line.split(":")[0] for line in lines[1:-1]] == [part.name for part in prompt.parts]


def test_a_long_catalogue_is_listed_in_part(answer: Callable[..., Completion]) -> None:
    parts = [Part(f"p{i}", f"Part {i}", (f"thing{i}",), 100, 90, 5) for i in range(500)]
    every = " ".join(f"thing{i}" for i in range(500))
    assert "and more" in answer("what do you sell?", parts=parts).text
    assert len(answer("what do you sell?", parts=parts).text) < 600
    assert len(answer(every, parts=parts).text) < 1_200


def test_a_shop_without_parts_says_so(answer: Callable[..., Completion]) -> None:
    assert "not at hand" in answer("price?", parts=()).text


def test_a_part_is_found_by_its_whole_name_only(answer: Callable[..., Completion]) -> None:
    part = Part("x", "Odd part", ("c++ (new)", ""), 100, 90, 5)
    assert answer("valves", parts=[part]).intent == "general"
    assert answer("c++ (new)s", parts=[part]).intent == "parts"


def test_of_two_names_in_one_place_the_longer_wins(answer: Callable[..., Completion]) -> None:
    short = Part("motor", "Motor", ("motor",), 100, 90, 5)
    long = Part("mount", "Motor mount", ("motor mount",), 100, 90, 5)
    assert answer("motor mount", parts=[short, long]).text.startswith("Motor mount:")


def test_of_two_parts_with_one_name_the_first_wins(answer: Callable[..., Completion]) -> None:
    parts = [Part(name, name, ("motor",), 100, 90, 5) for name in ("A", "B")]
    assert answer("motor", parts=parts).text.startswith("A:")


def test_what_the_shop_says_does_not_depend_on_what_was_said_before(
    answer: Callable[..., Completion],
) -> None:
    assert answer("are you open?") == answer("are you open?", history=())


def test_closing_is_harmless() -> None:
    with pytest.raises(StopIteration):
        ScriptedModel().close().send(None)


WORDS = st.sampled_from(
    ["order", "confirm", "place", "deliver", "yes", "remote", "price", "human", "hi", "pay", "11"]
)


@given(st.lists(WORDS, max_size=6).map(" ".join) | st.text(max_size=500))
def test_no_answer_asks_for_a_delivery_location_or_claims_an_order(text: str) -> None:
    parts = ShopCatalogue().parts()
    reply = scripted(Prompt(text, (), parts, {})).text.casefold()
    assert reply
    for claim in ("order is placed", "order placed", "order has been", "order confirmed", "cw-"):
        assert claim not in reply
    assert not ("?" in reply and "deliver" in reply)
