"""What a message asks for, and how it changes what was asked before."""

import pytest

from coolwind.catalogue import Part, ShopCatalogue
from coolwind.understanding.requests import Change, Request, requests_in, takes_all

PARTS = ShopCatalogue().parts()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("change the remotes to 15", ("remote", 15, Change.SET)),
        ("change the remotes from 11 to 15", ("remote", 15, Change.SET)),
        ("change the 11 remotes to 15", ("remote", 15, Change.SET)),
        ("I want 12 remotes instead of 5", ("remote", 12, Change.SET)),
        ("only 8 remotes", ("remote", 8, Change.SET)),
        ("reduce the filters to 3", ("filter", 3, Change.SET)),
        ("should be 12 remotes", ("remote", 12, Change.SET)),
        ("can you make it 12 remotes?", ("remote", 12, Change.INSTEAD)),
        ("add 5 filters", ("filter", 5, Change.ADD)),
        ("5 more filters please", ("filter", 5, Change.ADD)),
        ("also 3 motors", ("fan-motor", 3, Change.ADD)),
        ("3 motors too", ("fan-motor", 3, Change.ADD)),
        ("increase the filters by 2", ("filter", 2, Change.ADD)),
        ("remove the filters", ("filter", None, Change.REMOVE)),
        ("no filters", ("filter", None, Change.REMOVE)),
        ("I don't want the filters", ("filter", None, Change.REMOVE)),
        ("cancel the filters", ("filter", None, Change.REMOVE)),
        ("the filters are not needed", ("filter", None, Change.REMOVE)),
        ("filter venda", ("filter", None, Change.REMOVE)),
        ("11 remotes not needed", ("remote", None, Change.REMOVE)),
        ("remove 2 remotes", ("remote", 2, Change.REMOVE)),
        ("take 2 remotes away", ("remote", 2, Change.REMOVE)),
        ("take away 2 remotes", ("remote", 2, Change.REMOVE)),
        ("2 remotes less", ("remote", 2, Change.REMOVE)),
        ("reduce the remotes by 2", ("remote", 2, Change.REMOVE)),
        ("only the remotes please", ("remote", None, Change.ONLY)),
        ("no, 5 filters", ("filter", 5, Change.INSTEAD)),
        ("sorry, I meant filters", ("filter", None, Change.INSTEAD)),
        ("filters instead", ("filter", None, Change.INSTEAD)),
        ("11 remotes or 12", ("remote", None, Change.DOUBT)),
        ("11 or 12 remotes", ("remote", None, Change.DOUBT)),
        ("10-12 remotes", ("remote", None, Change.DOUBT)),
        ("reduce 2 remotes", ("remote", None, Change.DOUBT)),
        ("change the quantity of the remotes", ("remote", None, Change.DOUBT)),
    ],
)
def test_a_change_names_its_part(text: str, expected: tuple[str, int | None, Change]) -> None:
    (request,) = requests_in(text, PARTS)

    assert request.part is not None
    assert (request.part.part_id, request.quantity, request.change) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I need 11 remotes. No, 12 remotes", {"remote": 12}),
        ("I need 11 remotes, no, 12", {"remote": 12}),
        ("I need 11, sorry, 12 remotes", {"remote": 12}),
        ("11, sorry, 12 remotes", {"remote": 12}),
        ("I need 11 remotes. I meant 12", {"remote": 12}),
        ("I need 11 remotes, make it 12 instead", {"remote": 12}),
        ("11 remotes no wait 12 remotes", {"remote": 12}),
        ("11 remotes oops 12", {"remote": 12}),
        ("11 remotes, actually 12 remotes", {"remote": 12}),
        ("11 remotes, should be 12", {"remote": 12}),
        ("I don't want 11 remotes, I want 12", {"remote": 12}),
        ("not 11 remotes but 12", {"remote": 12}),
        ("12 remotes instead of 5 remotes", {"remote": 12}),
        ("I need 11 remotes. 11 remotes only.", {"remote": 11}),
        ("I need 11 remotes. Yes, 11 remotes", {"remote": 11}),
        ("I need 11 remotes and 2 more", {"remote": 13}),
        ("I need 11 remotes and 5 filters, sorry 6 filters", {"remote": 11, "filter": 6}),
        ("I need 11 remotes and 5 filters, sorry 6", {"remote": 11, "filter": 6}),
        ("I need 11 remotes and 5 filters. make the remotes 12", {"remote": 12, "filter": 5}),
        ("I need 11 remotes, no, 11 filters", {"filter": 11}),
        ("I need 11 remotes, I mean filters", {"filter": None}),
        ("I need 11 remotes and 5 filters, sorry, 5 valves", {"remote": 11, "gas-valve": 5}),
        ("I want 12, remotes please", {"remote": 12}),
        ("Is the remote available? I need 10", {"remote": 10}),
        ("remotes should be 12", {"remote": 12}),
        ("10 remotes, sorry typing mistake, 8 remotes", {"remote": 8}),
        ("10 remotes... no no 8", {"remote": 8}),
        ("10 remotes, sorry for the delay, 5 filters", {"remote": 10, "filter": 5}),
        ("change remotes to 12 and filters to 6", {"remote": 12, "filter": 6}),
    ],
)
def test_a_correction_replaces_what_it_corrects(text: str, expected: dict[str, int | None]) -> None:
    requests = requests_in(text, PARTS)

    assert {r.part.part_id if r.part else "?": r.quantity for r in requests} == expected
    assert all(request.change in (Change.SET, Change.INSTEAD) for request in requests)


@pytest.mark.parametrize(
    ("text", "given_up", "wanted", "quantity"),
    [
        ("replace the remotes with 11 filters", "remote", "filter", 11),
        ("change remotes to filters", "remote", "filter", None),
        ("11 filters not remotes", "remote", "filter", 11),
        ("not remotes but filters", "remote", "filter", None),
        ("filters instead of remotes", "remote", "filter", None),
        ("I don't want remotes, 10 filters", "remote", "filter", 10),
        ("10 remotes and no filters", "filter", "remote", 10),
        ("no remotes only 5 filters", "remote", "filter", 5),
        ("remove the remotes and add 5 filters", "remote", "filter", 5),
    ],
)
def test_one_part_is_given_up_beside_another(
    text: str, given_up: str, wanted: str, quantity: int | None
) -> None:
    requests = {request.part.part_id: request for request in requests_in(text, PARTS)}

    assert set(requests) == {given_up, wanted}
    assert (requests[given_up].quantity, requests[given_up].change) == (None, Change.REMOVE)
    assert requests[wanted].quantity == quantity
    assert requests[wanted].change is not Change.REMOVE


@pytest.mark.parametrize(
    "text", ["5 LG remotes\n6 Daikin remotes", "11 remotes, 12", "I need 11 remotes. 12 remotes."]
)
def test_two_numbers_without_a_word_between_them_are_in_doubt(text: str) -> None:
    assert requests_in(text, PARTS) == (Request(PARTS[0], None, Change.DOUBT),)


@pytest.mark.parametrize(
    "text",
    [
        "what do 5 filters cost?",
        "the remote is broken",
        "don't remove the filters",
        "if I take 5 filters, is it cheaper",
        "remotes or filters",
        "change 2 capacitors in my ac",
        "yesterday I bought 10 remotes not filters",
        "I will order 10 remotes tomorrow",
        "I have 10 remotes",
    ],
)
def test_what_is_not_meant_changes_nothing(text: str) -> None:
    assert requests_in(text, PARTS) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15", (15, Change.SET)),
        ("15 pieces please", (15, Change.SET)),
        ("make it 15", (15, Change.SET)),
        ("can you make it 15?", (15, Change.SET)),
        ("can I get 15?", (15, Change.SET)),
        ("I said 15", (15, Change.SET)),
        ("it should be 15", (15, Change.SET)),
        ("confirm 15", (15, Change.SET)),
        ("15 mathi", (15, Change.SET)),
        ("15 ennam", (15, Change.SET)),
        ("only a dozen", (12, Change.SET)),
        ("2 doz", (24, Change.SET)),
        ("maybe 15", (15, Change.SET)),
        ("around 15", (15, Change.SET)),
        ("not 11, 12", (12, Change.SET)),
        ("11 alla 12", (12, Change.SET)),
        ("11 venda 12 mathi", (12, Change.SET)),
        ("go ahead with 12", (12, Change.SET)),
        ("place order for 12", (12, Change.SET)),
        ("no 12", (12, Change.SET)),
        ("nope 12", (12, Change.SET)),
        ("10, no 12", (12, Change.SET)),
        ("10 no wait 12", (12, Change.SET)),
        ("10, sorry 12", (12, Change.SET)),
        ("10 i mean 12", (12, Change.SET)),
        ("change 11 to 12", (12, Change.SET)),
        ("wrong quantity, 12", (12, Change.SET)),
        ("we'll take 12", (12, Change.SET)),
        ("20 (twenty)", (20, Change.SET)),
        ("20 no's", (20, Change.SET)),
        ("2 thousand five hundred", (2500, Change.SET)),
        ("five hundred", (500, Change.SET)),
        ("half dozen", (6, Change.SET)),
        ("one and a half dozen", (18, Change.SET)),
        ("a dozen and a half", (18, Change.SET)),
        ("5 more", (5, Change.ADD)),
        ("increase by 5", (5, Change.ADD)),
        ("2 less", (2, Change.REMOVE)),
        ("remove 2", (2, Change.REMOVE)),
        ("take away 2", (2, Change.REMOVE)),
        ("please take off 2", (2, Change.REMOVE)),
        ("take 2 away", (2, Change.REMOVE)),
        ("leave 2 out please", (2, Change.REMOVE)),
        ("take 2", (2, Change.SET)),
        ("-5", (-5, Change.SET)),
        ("10 to 12", (None, Change.DOUBT)),
        ("10 or 12", (None, Change.DOUBT)),
        ("10, 12", (None, Change.DOUBT)),
        ("10 and 5", (None, Change.DOUBT)),
        ("10 for me and 5 for my friend", (None, Change.DOUBT)),
        ("10 plus 2", (None, Change.DOUBT)),
        ("11 is wrong, 12", (12, Change.SET)),
        ("10 + 2", (None, Change.DOUBT)),
        ("11 is wrong", (None, Change.DOUBT)),
        ("11 is too many", (None, Change.DOUBT)),
        ("reduce 2", (None, Change.DOUBT)),
        ("change quantity", (None, Change.DOUBT)),
        ("Change the quantity please", (None, Change.DOUBT)),
        ("wrong quantity", (None, Change.DOUBT)),
    ],
)
def test_a_number_without_a_part_counts_what_was_spoken_of(
    text: str, expected: tuple[int | None, Change]
) -> None:
    (request,) = requests_in(text, PARTS)

    assert (request.part, request.quantity, request.change) == (None, *expected)


@pytest.mark.parametrize(
    "text",
    [
        "2 technicians",
        "call me after 5",
        "5 days",
        "rs 500",
        "Rs. 500 please",
        "50%",
        "15?",
        "is 15 possible?",
        "2.5",
        "99999999999999999999",
        "689101",
        "none",
        "not 10",
        "do not change the quantity",
        "what quantity?",
        "12 MG Road",
        "flat 5, 2nd floor",
        "number is nine eight seven six",
        "I need it by 5",
        "the one is fine",
        "one is enough for me",
        "will you give it for 350",
        "98765",
        "my name ;; 30",
    ],
)
def test_what_counts_no_pieces_is_no_request(text: str) -> None:
    assert requests_in(text, PARTS) == ()


@pytest.mark.parametrize("text", ["12 instead of 11", "not 11 but 12", "change 11 to 12"])
def test_a_number_can_be_set_against_the_one_that_it_replaces(text: str) -> None:
    (request,) = requests_in(text, PARTS)

    assert (request.quantity, request.given_up) == (12, 11)


@pytest.mark.parametrize("text", ["10 each", "both 10", "10 of both please"])
def test_a_number_can_count_every_part(text: str) -> None:
    assert requests_in(text, PARTS) == (Request(None, 10, each=True),)


@pytest.mark.parametrize("text", ["all of them", "ok, all", "I take whatever is left please"])
def test_all_that_is_left_can_be_taken(text: str) -> None:
    assert takes_all(text)


@pytest.mark.parametrize("text", ["all good?", "not all", "everything?"])
def test_not_every_all_takes_all(text: str) -> None:
    assert not takes_all(text)


@pytest.mark.parametrize("text", ["10 batteries", "10 battery", "10 baterys"])
def test_a_part_with_an_irregular_plural_is_understood(text: str) -> None:
    battery = Part("battery", "Battery", ("battery", "switch"), 100, 90, 50)

    assert requests_in(text, (battery,)) == (Request(battery, 10),)


@pytest.mark.parametrize(
    ("text", "part", "quantity"),
    [
        ("2 pin capacitor 6 nos", "capacitor", 6),
        ("need 6 nos 2 pin capacitor", "capacitor", 6),
        ("6 pcs of 2 pin capacitors", "capacitor", 6),
        ("need 2 pin capacitors, 6 nos", "capacitor", 6),
        ("4 pole compressor 3 nos", "compressor", 3),
        ("need 3 phase compressor 5 nos", "compressor", 5),
        ("3 speed fan motor 5 pcs", "fan-motor", 5),
        ("8 bit pcb 5 pieces", "pcb", 5),
        ("2 in 1 remote 10 pcs", "remote", 10),
        ("4 button remote 10 units", "remote", 10),
        ("12 volt fan motor 6 nos", "fan-motor", 6),
        ("10 black filters", "filter", 10),
        ("2 pin capacitor 6", "capacitor", 6),
        ("need 6 2 pin capacitors", "capacitor", 6),
        ("need 5 remotes in 2 days", "remote", 5),
    ],
)
def test_a_number_that_counts_pieces_wins_over_one_that_describes_the_part(
    text: str, part: str, quantity: int
) -> None:
    requests = requests_in(text, PARTS)

    assert [(request.part and request.part.part_id, request.quantity) for request in requests] == [
        (part, quantity)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2 wire capacitors 6",
        "need 2 pin capacitor",
        "5 capacitors each for LG and Samsung",
        "8 button capacitor 5",
    ],
)
def test_of_two_numbers_that_could_count_the_part_neither_is_taken(text: str) -> None:
    assert [request.quantity for request in requests_in(text, PARTS)] == [None]


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("2 pin capacitor 6 nos fan motor 5 nos", {"capacitor": 6, "fan-motor": 5}),
        ("2 pin capacitor 6 nos and 3 speed fan motor 5 nos", {"capacitor": 6, "fan-motor": 5}),
        ("filters 4 nos 2 pin capacitors 6 nos", {"filter": 4, "capacitor": 6}),
        ("10 black filters 5 nos motors", {"filter": 10, "fan-motor": 5}),
        ("3 pin capacitor 10 2 blade fan motor 6", {"capacitor": 10, "fan-motor": 6}),
        ("10 3 pin capacitors 6 2 blade fan motors", {"capacitor": 10, "fan-motor": 6}),
        ("5 each for remotes and filters", {"remote": 5, "filter": 5}),
    ],
)
def test_each_of_several_parts_has_the_number_that_counts_it(
    text: str, quantities: dict[str, int]
) -> None:
    requests = requests_in(text, PARTS)

    assert {request.part.part_id: request.quantity for request in requests if request.part} == (
        quantities
    )
