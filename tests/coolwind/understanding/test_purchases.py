"""Which messages begin an order, and how they change a running one."""

import pytest

from coolwind.catalogue import Part, ShopCatalogue
from coolwind.understanding.purchases import (
    Change,
    doubts_quantity,
    purchase_in,
    quantity_in,
    requests_in,
    takes_all,
)

PARTS = ShopCatalogue().parts()

PURCHASES: list[tuple[str, dict[str, int | None]]] = [
    ("Hi so i need to buy 11 remote controls", {"remote": 11}),
    ("I need 11 remote controls", {"remote": 11}),
    ("11 REMOTE CONTROLS!!!", {"remote": 11}),
    ("११ remote controls", {"remote": 11}),
    ("eleven remotes", {"remote": 11}),
    ("a dozen filters please", {"filter": 12}),
    ("two dozen PCBs", {"pcb": 24}),
    ("I need half a dozen motors", {"fan-motor": 6}),
    ("I would like to order twenty-five remotes", {"remote": 25}),
    ("we need one hundred and five filters", {"filter": 105}),
    ("1,000 capacitors please", {"capacitor": 1000}),
    ("can I get 11 remotes?", {"remote": 11}),
    ("Could you send 10 gas valves?", {"gas-valve": 10}),
    ("I need 11 remotes?", {"remote": 11}),
    ("remote control x 11", {"remote": 11}),
    ("remotes - 11, filters - 5", {"remote": 11, "filter": 5}),
    ("remotes: 11\nfilters: 5", {"remote": 11, "filter": 5}),
    ("11 remotes 5 filters", {"remote": 11, "filter": 5}),
    (
        "I need 11 remotes, 5 filters and 3 motors",
        {"remote": 11, "filter": 5, "fan-motor": 3},
    ),
    ("10 each of remotes and filters", {"remote": 10, "filter": 10}),
    ("Need 20 run capacitors of 35 mfd", {"capacitor": 20}),
    ("11 LG remotes needed urgently", {"remote": 11}),
    ("20 pcs of your AC remotes", {"remote": 20}),
    ("I run a repair shop and need 20 capacitors", {"capacitor": 20}),
    ("I need 5 remotes for my service shop", {"remote": 5}),
    ("I need for our new office building 11 remotes", {"remote": 11}),
    ("I wanted to order 11 remotes", {"remote": 11}),
    ("I was looking for 12 fan motors", {"fan-motor": 12}),
    ("Yesterday I bought 5 filters, now I need 10 remotes", {"remote": 10}),
    ("Do you have stock? I need 11 remotes", {"remote": 11}),
    ("5 LG remotes and 6 Daikin remotes", {"remote": 11}),
    ("not 11, 12 remotes", {"remote": 12}),
    ("I need one compressor", {"compressor": 1}),
    ("I need remotes and 5 filters", {"remote": None, "filter": 5}),
    ("I want to place a bulk order for remotes", {"remote": None}),
    ("I need remotes in bulk", {"remote": None}),
    ("wholesale remotes", {"remote": None}),
    ("I want to buy some remotes", {"remote": None}),
    ("I need 10 or 12 remotes in bulk", {"remote": None}),
    ("I want to place a bulk order", {}),
    ("bulk order", {}),
    ("Can I place a bulk order?", {}),
    ("I need to buy spare parts in bulk", {}),
    ("Place another bulk order", {}),
    ("another bulk order", {}),
    ("remotes, 11 pieces", {"remote": 11}),
    ("twenty (20) remotes", {"remote": 20}),
    ("I'd like a bulk order for our hotel", {}),
    ("No, I need 11 remotes", {"remote": 11}),
    ("I need 11 remotes, no hurry", {"remote": 11}),
    ("I need 11 remotes. No need to call", {"remote": 11}),
    ("My order is 11 remotes and 5 filters", {"remote": 11, "filter": 5}),
    ("Please place my order for 11 remotes", {"remote": 11}),
]

NO_PURCHASES = [
    "I need a technician",
    "I need 2 technicians",
    "I need 2 technicians to fix my remote",
    "my AC is not cooling",
    "do you have 5 star ACs",
    "I want a 5 star AC with remote",
    "do you have 11 remotes?",
    "11 remotes?",
    "how much are 11 remotes?",
    "what is the price of 10 filters",
    "yesterday I saw it cheaper",
    "yesterday I bought 11 remotes",
    "yesterday I bought 11 remotes, 5 filters",
    "I ordered 11 remotes last week",
    "I already have 11 remotes",
    "if I buy 11 remotes, is there a discount?",
    "I don't need 11 remotes",
    "I do not want a bulk order",
    "should I buy 11 remotes?",
    "I might need 11 remotes",
    "maybe I will buy 11 remotes later",
    "I want to return 5 remotes",
    "can I return 5 filters?",
    "I need a refund for 5 remotes",
    "I need help with 5 remotes",
    "I want to know the price of 5 remotes",
    "I need a discount on 11 remotes",
    "my 2 AC remotes are broken",
    "2 compressors need repair",
    "I need 2 compressors repaired",
    "I need to fix 3 motors",
    "3 filters need to be cleaned",
    "I need service for 3 ACs, remote not working",
    "the 2 motors make noise",
    "room 5 remote not working",
    "I paid 500 for the remote",
    "I have 11 remotes to sell",
    "where is my order of 11 remotes",
    "My order of 11 remotes is late",
    "I need 11 remotes. Actually no.",
    "I need 11 remotes but not today",
    "I need 11 remotes, forget it",
    "call me about 11 remotes",
    "no remotes",
    "I need a remote",
    "my remote is broken",
    "what is a bulk order?",
    "do you take bulk orders?",
    "is there a bulk discount?",
    "my bulk order has not arrived",
    "cancel my bulk order",
    "yesterday I placed a bulk order",
    "if I place a bulk order, what do I pay?",
    "hello",
    "🙂🙂🙂",
    "",
]


@pytest.mark.parametrize(("text", "expected"), PURCHASES)
def test_a_clear_wish_to_buy_begins_an_order(text: str, expected: dict[str, int | None]) -> None:
    requests = purchase_in(text, PARTS)

    assert requests is not None
    assert {request.part.part_id: request.quantity for request in requests} == expected


@pytest.mark.parametrize("text", NO_PURCHASES)
def test_what_is_no_wish_to_buy_begins_no_order(text: str) -> None:
    assert purchase_in(text, PARTS) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("change the remotes to 15", ("remote", 15, Change.SET)),
        ("change the remotes from 11 to 15", ("remote", 15, Change.SET)),
        ("I want 12 remotes instead of 5", ("remote", 12, Change.SET)),
        ("only 8 remotes", ("remote", 8, Change.SET)),
        ("reduce the filters to 3", ("filter", 3, Change.SET)),
        ("add 5 filters", ("filter", 5, Change.ADD)),
        ("5 more filters please", ("filter", 5, Change.ADD)),
        ("also 3 motors", ("fan-motor", 3, Change.ADD)),
        ("remove the filters", ("filter", None, Change.REMOVE)),
        ("no filters", ("filter", None, Change.REMOVE)),
        ("I don't want the filters", ("filter", None, Change.REMOVE)),
        ("cancel the filters", ("filter", None, Change.REMOVE)),
    ],
)
def test_a_change_names_its_part(text: str, expected: tuple[str, int | None, Change]) -> None:
    (request,) = requests_in(text, PARTS)

    assert (request.part.part_id, request.quantity, request.change) == expected


@pytest.mark.parametrize(
    "text",
    [
        "what do 5 filters cost?",
        "the remote is broken",
        "don't remove the filters",
        "if I take 5 filters, is it cheaper",
    ],
)
def test_what_is_not_meant_changes_nothing(text: str) -> None:
    assert requests_in(text, PARTS) == ()


def test_a_part_given_up_and_asked_for_again_is_asked_for() -> None:
    (request,) = requests_in("I don't want 11 remotes, I want 12 remotes", PARTS)

    assert (request.quantity, request.change) == (12, Change.SET)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15", (15, Change.SET)),
        ("15 pieces please", (15, Change.SET)),
        ("make it 15", (15, Change.SET)),
        ("only a dozen", (12, Change.SET)),
        ("maybe 15", (15, Change.SET)),
        ("around 15", (15, Change.SET)),
        ("not 11, 12", (12, Change.SET)),
        ("no 12", (12, Change.SET)),
        ("change 11 to 12", (12, Change.SET)),
        ("we'll take 12", (12, Change.SET)),
        ("20 (twenty)", (20, Change.SET)),
        ("20 no's", (20, Change.SET)),
        ("2 thousand five hundred", (2500, Change.SET)),
        ("five hundred", (500, Change.SET)),
        ("half dozen", (6, Change.SET)),
        ("5 more", (5, Change.ADD)),
        ("-5", (-5, Change.SET)),
        ("10 to 12", None),
        ("10, 12", None),
        ("2 technicians", None),
        ("call me after 5", None),
        ("5 days", None),
        ("rs 500", None),
        ("15?", None),
        ("2.5", None),
        ("99999999999999999999", None),
        ("none", None),
    ],
)
def test_a_bare_number_answers_how_many(text: str, expected: tuple[int, Change] | None) -> None:
    assert quantity_in(text) == expected


@pytest.mark.parametrize(
    "text", ["change quantity", "Change the quantity please", "wrong quantity"]
)
def test_a_quantity_can_be_doubted_without_a_new_one(text: str) -> None:
    assert doubts_quantity(text)


@pytest.mark.parametrize("text", ["do not change the quantity", "what quantity?", "11 remotes"])
def test_a_quantity_is_not_doubted_by_the_way(text: str) -> None:
    assert not doubts_quantity(text)


@pytest.mark.parametrize("text", ["all of them", "ok, all", "I take whatever is left please"])
def test_all_that_is_left_can_be_taken(text: str) -> None:
    assert takes_all(text)


@pytest.mark.parametrize("text", ["all good?", "not all", "everything?"])
def test_not_every_all_takes_all(text: str) -> None:
    assert not takes_all(text)


def test_a_part_with_an_irregular_plural_is_understood() -> None:
    battery = Part("battery", "Battery", ("battery", "switch"), 100, 90, 50)

    for text in ("10 batteries", "10 switches"):
        (request,) = requests_in(text, (battery,))
        assert request.quantity == 10
