"""A number that answers the price of a part."""

import pytest

from coolwind.catalogue import ShopCatalogue
from coolwind.understanding.offers import part_offered, wish_for_offered
from coolwind.understanding.requests import Request

PARTS = ShopCatalogue().parts()
REMOTE = PARTS[0]
OFFER = "AC remote control: ₹450.00 each, ₹380.00 each from 5 pieces; 60 in stock."
BOTH = f"{OFFER}\nAir filter: ₹250.00 each, ₹200.00 each from 5 pieces; 100 in stock."
HELP = "This is Cool Wind Services."


def offered(*exchanges: tuple[str, str]) -> str | None:
    part = part_offered(exchanges, PARTS)
    return None if part is None else part.part_id


@pytest.mark.parametrize("asked", ["remotes", "do u sell remotes", "remote rate?"])
def test_the_part_whose_price_was_told_last_is_offered(asked: str) -> None:
    assert offered(("hello", HELP), (asked, OFFER)) == "remote"


@pytest.mark.parametrize("asked", ["if i take 20?", "20?", "maybe 20"])
def test_a_question_about_a_number_does_not_end_the_offer(asked: str) -> None:
    assert offered(("remote rate?", OFFER), (asked, HELP)) == "remote"


@pytest.mark.parametrize(
    "exchanges",
    [
        (),
        (("hello", HELP),),
        (("remotes and filters", BOTH),),
        (("what do you sell?", BOTH),),
        (("remote rate?", OFFER), ("are you open?", HELP)),
        (("remote rate?", OFFER), ("20 technicians", HELP)),
        (("yes, 2 remotes", "2 × AC remote control at ₹450.00: ₹900.00"),),
        (("are the remotes new?", "Yes, all parts are new."),),
    ],
)
def test_no_part_is_offered_where_none_or_several_were_priced(
    exchanges: tuple[tuple[str, str], ...],
) -> None:
    assert offered(*exchanges) is None


@pytest.mark.parametrize(
    "text", ["11", "ok need 11", "ok 11 then", "give me 11 of them please", "i want 11"]
)
def test_a_wish_for_a_number_is_one_for_the_part_that_was_offered(text: str) -> None:
    request = wish_for_offered(text, REMOTE, PARTS)

    assert request is not None
    assert (request.part, request.quantity) == (REMOTE, 11)


@pytest.mark.parametrize(
    "text",
    [
        "11?",
        "maybe 11",
        "if i take 11",
        "not 11",
        "I bought 11 yesterday",
        "11 or 12",
        "11 filters",
        "add 11",
        "5 minutes",
        "0",
        "should I take 11?",
        "ok",
    ],
)
def test_what_is_no_wish_for_a_number_orders_nothing(text: str) -> None:
    assert wish_for_offered(text, REMOTE, PARTS) is None


@pytest.mark.parametrize("asked", ["ok", "ok thanks", "fine sir", "yes"])
def test_a_nod_does_not_end_the_offer(asked: str) -> None:
    assert offered(("remote rate?", OFFER), (asked, HELP)) == "remote"


@pytest.mark.parametrize("text", ["ok order them", "i want it", "give", "i will take these"])
def test_a_wish_for_what_was_offered_leaves_its_number_open(text: str) -> None:
    assert wish_for_offered(text, REMOTE, PARTS) == Request(REMOTE, None)


@pytest.mark.parametrize(
    "text", ["i do not want it", "do you want my number", "i will take them tomorrow", "ok thanks"]
)
def test_what_is_not_meant_is_no_wish_for_it(text: str) -> None:
    assert wish_for_offered(text, REMOTE, PARTS) is None
