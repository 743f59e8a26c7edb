"""The dialogue of a bulk order, message by message."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from coolwind.effects import Contact, Notification, Order, OrderLine
from coolwind.errors import UnreadableState
from coolwind.flows import BulkOrder, Facts, Flow, Outcome, State
from coolwind.flows.flow import JsonValue

OPENING = "Hi so i need to buy 11 remote controls"
CONTACT = "Name is Hari and phone number is 9876543210 and email is hari@example.com"
UP_TO = {
    "initial": (),
    "collecting_parts": ("I want to place a bulk order",),
    "collecting_quantity": ("I want to place a bulk order for remotes",),
    "collecting_contact": (OPENING,),
    "confirming": (OPENING, CONTACT),
    "complete": (OPENING, CONTACT, "yes"),
}

Talk = Callable[..., Outcome]


@pytest.fixture
def flow() -> Flow:
    return BulkOrder()


def with_stock(facts: Facts, **stock: int) -> Facts:
    return replace(facts, stock={**facts.stock, **stock})


def test_the_seeds_conversation_places_its_order(talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, "yes")

    contact = Contact("Hari", "+919876543210", "hari@example.com")
    lines = (OrderLine("remote", "AC remote control", 11, 38_000),)
    order, to_customer, to_shop = outcome.effects
    assert order == Order("CW-20261122-001", lines, contact, "Thiruvalla, Kerala")
    assert isinstance(to_customer, Notification)
    assert isinstance(to_shop, Notification)
    assert (to_customer.key, to_customer.recipient) == (
        "order/CW-20261122-001/customer",
        "hari@example.com",
    )
    assert (to_shop.key, to_shop.recipient) == ("order/CW-20261122-001/shop", "orders@example.com")
    assert outcome.state["step"] == "complete"
    assert "CW-20261122-001" in outcome.reply.text


def test_the_shops_address_is_an_argument(talk: Talk, facts: Facts) -> None:
    state = talk(OPENING, CONTACT).state

    outcome = BulkOrder(shop_address="counter@example.com").advance(state, "yes", facts)

    assert outcome is not None
    recipients = {e.recipient for e in outcome.effects if isinstance(e, Notification)}
    assert recipients == {"hari@example.com", "counter@example.com"}


def test_the_summary_reads_like_the_seeds(talk: Talk) -> None:
    text = talk(OPENING, CONTACT).reply.text

    assert text.startswith(
        "Perfect! Pickup Location: Cool Wind Services, Thiruvalla, Kerala (ready in 2 to 4 hours)"
    )
    assert "11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00" in text
    assert "Total: ₹4,180.00" in text
    assert "Contact: Hari, +919876543210, hari@example.com" in text
    assert text.endswith("Confirm this order?")


@pytest.mark.parametrize("step", UP_TO)
def test_every_step_names_itself(step: str, talk: Talk, flow: Flow) -> None:
    outcome = talk(*UP_TO[step]) if UP_TO[step] else talk(OPENING, "cancel")

    assert outcome.state["step"] == step
    assert (outcome.reply.flow, outcome.reply.step) == ("bulk_order", step)
    assert outcome.reply.quick_replies
    assert flow.is_active(outcome.state) is (step not in ("initial", "complete"))


def test_no_reply_asks_for_a_delivery_location(talk: Talk) -> None:
    for texts in UP_TO.values():
        for at in range(1, len(texts) + 1):
            reply = talk(*texts[:at]).reply.text.lower()
            assert "delivery" not in reply
            assert "location?" not in reply


@pytest.mark.parametrize(("quantity", "price"), [(4, 45_000), (5, 38_000)])
def test_the_bulk_price_applies_from_five_pieces(quantity: int, price: int, talk: Talk) -> None:
    order = talk(f"I need {quantity} remotes", CONTACT, "yes").effects[0]

    assert isinstance(order, Order)
    assert [line.price for line in order.lines] == [price]


def test_several_parts_go_into_one_order(talk: Talk) -> None:
    order = talk("I need 11 remotes and 3 filters", CONTACT, "place order").effects[0]

    assert isinstance(order, Order)
    assert [(line.part_id, line.quantity) for line in order.lines] == [
        ("remote", 11),
        ("filter", 3),
    ]
    assert order.total == 11 * 38_000 + 3 * 25_000


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("PCB 2, sensor 3", "sensor 3"),
        ("I need 2 PCB and 3 sensors", "3 sensors"),
        ("I need 2 PCBs, 2 technicians", "2 technicians"),
        ("five batteries and 2 PCB", "five batteries"),
        ("5 pieces of sensor, 2 PCB", "5 pieces of sensor"),
        ("sensor - 5 nos, PCB - 2 nos", "sensor 5"),
        ("my 5 remotes broke, I need 2 PCB", "my 5 remotes broke"),
    ],
)
def test_what_the_shop_does_not_know_is_not_passed_over(text: str, thing: str, talk: Talk) -> None:
    begun, added = talk(text), talk(OPENING, text)

    for outcome in (begun, added):
        assert f'I did not understand "{thing}"' in outcome.reply.text
        assert {"part_id": "pcb", "quantity": 2} in outcome.state["lines"]


@pytest.mark.parametrize(
    "text",
    [
        "I need 11 remotes for 3 hotels",
        "I need 11 remotes in 2 days",
        "I need 11 remotes, 3 of them Samsung",
        "I need 11 remotes, my shop is at 12 MG Road",
        "We have 3 hotels. I need 11 remotes",
        "20 capacitors 36+1.5 mfd",
        "Hari, age 30, 9876543210, 11 remotes",
        "11 remotes for Hari",
    ],
)
def test_a_number_of_something_else_is_no_unknown_part(text: str, talk: Talk) -> None:
    assert "did not understand" not in talk(text).reply.text


def test_missing_quantities_are_asked_for_one_by_one(talk: Talk) -> None:
    outcome = talk("bulk order", "remotes and filters", "12", "a dozen")

    assert outcome.state["step"] == "collecting_contact"
    assert outcome.state["lines"] == [
        {"part_id": "remote", "quantity": 12},
        {"part_id": "filter", "quantity": 12},
    ]


@pytest.mark.parametrize("text", ["10 each", "ten of each please", "10 pieces each"])
def test_one_number_can_answer_for_every_part(text: str, talk: Talk) -> None:
    outcome = talk("bulk order", "remotes and filters", text)

    assert outcome.state["step"] == "collecting_contact"
    assert outcome.state["lines"] == [
        {"part_id": "remote", "quantity": 10},
        {"part_id": "filter", "quantity": 10},
    ]


def test_a_number_for_each_part_keeps_what_was_said_before(talk: Talk) -> None:
    outcome = talk("bulk order", "7 remotes, filters and valves", "10 each")

    assert [line["quantity"] for line in outcome.state["lines"]] == [7, 10, 10]


def test_a_number_for_each_part_corrects_them_all(talk: Talk) -> None:
    corrected = talk("I need 11 remotes and 5 filters", "make it 12 each")
    added = talk("3 more each", state=corrected.state)

    assert [line["quantity"] for line in corrected.state["lines"]] == [12, 12]
    assert [line["quantity"] for line in added.state["lines"]] == [15, 15]


def test_a_number_for_each_part_before_any_part_is_asked_what_it_counts(talk: Talk) -> None:
    assert "For which part?" in talk("bulk order", "10 each").reply.text


@pytest.mark.parametrize(
    "texts",
    [
        ["my mail: hari@example.com", "98765 43210", "I'm Hari"],
        ["Hari", "9876543210", "hari@example.com"],
        ["hari@example.com", "9876543210", "Hari"],
        ["9876543210", "my name is hari", "hari@example.com"],
        ["call me on 9876543210", "hari@example.com", "it's under Hari"],
        ["my details: Hari", "phone 9876543210 and mail hari@example.com"],
        ["Sure", "Hari here", "98765 43210", "hari@example.com thanks"],
        ["mail: hari@example.com", "Details: Hari, 9876543210"],
        ["hari@example.com 9876543210", "Hari"],
        ["hari@example.com 9876543210", "order for Hari"],
        ["hari@example.com 9876543210", "put it under hari"],
        ["ravi", "9876543210", "sorry my name is hari", "hari@example.com"],
        ["Hari 9876543210", "wait", "hari@example.com"],
        ["name hari", "no 9876543210", "id hari@example.com"],
        ["You can call Hari", "on 9876543210", "and write to hari@example.com"],
        ["Thanks, 9876543210", "hari@example.com", "Regards, Hari"],
        ["Yes please, 9876543210", "Contact person: Hari", "mail hari@example.com"],
    ],
)
def test_the_contact_comes_over_several_messages(texts: list[str], talk: Talk) -> None:
    outcome = talk(OPENING, *texts)

    assert outcome.state["step"] == "confirming"
    assert outcome.state["contact"] == {
        "name": "Hari",
        "phone": "+919876543210",
        "email": "hari@example.com",
    }


def test_the_reply_asks_only_for_what_is_missing(talk: Talk) -> None:
    reply = talk(OPENING, "hari here, 98765 43210").reply.text

    assert "email address" in reply
    assert "phone number" not in reply


@pytest.mark.parametrize(
    "text",
    [
        "I need 11 remotes. My name is Hari, 9876543210, hari@example.com",
        "11 remotes for Hari 9876543210 hari@example.com",
    ],
)
def test_contact_details_in_the_first_message_count(text: str, talk: Talk) -> None:
    outcome = talk(text)

    assert outcome.state["step"] == "confirming"
    assert outcome.state["contact"]["name"] == "Hari"


@pytest.mark.parametrize("step", ["collecting_contact", "confirming"])
@pytest.mark.parametrize(
    ("text", "detail", "value"),
    [
        ("no, my number is 91234 56780", "phone", "+919123456780"),
        ("change the email to new@example.com", "email", "new@example.com"),
        ("my name is Ravi", "name", "Ravi"),
        ("It's Ravi not Hari", "name", "Ravi"),
        ("my number is wrong, it is 91234 56780", "phone", "+919123456780"),
    ],
)
def test_a_detail_can_be_corrected(
    step: str, text: str, detail: str, value: str, talk: Talk
) -> None:
    before = (OPENING, "Hari, 9876543210") if step == "collecting_contact" else UP_TO[step]

    outcome = talk(*before, text)

    contact = outcome.state["contact"]
    assert isinstance(contact, dict)
    assert contact[detail] == value
    assert outcome.effects == ()


def test_a_detail_that_is_called_wrong_is_asked_for_again(talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, "change my phone number")

    assert outcome.state["step"] == "collecting_contact"
    assert "phone number" in outcome.reply.text


@pytest.mark.parametrize("text", ["my name is correct", "email is correct", "all correct?"])
def test_a_detail_that_is_called_right_is_kept(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    state = talk(OPENING, CONTACT).state

    outcome = flow.advance(state, text, facts)

    assert outcome is None or outcome.state == state


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("Hari. make it 12 remotes", 12),
        ("12 remotes, Hari 9876543210", 12),
        ("make it 12 and add 5 filters. Hari, 9876543210", 12),
        ("Hari, house no 12, 9876543210", 11),
        ("Name Hari Age 30", 11),
        ("ok wait. Hari", 11),
        ("I am Hari, make it 12", 12),
        ("I am Hari, 12", 12),
        ("I am Hari 12", 11),
        ("Hari, 12 MG Road, 9876543210", 11),
    ],
)
def test_a_name_is_understood_beside_a_correction(text: str, quantity: int, talk: Talk) -> None:
    outcome = talk(OPENING, text)

    assert outcome.state["contact"]["name"] == "Hari"
    assert outcome.state["lines"][0]["quantity"] == quantity


def test_a_detail_that_is_called_wrong_may_come_with_the_right_one(talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, "the name is wrong, it's Ravi")

    assert outcome.state["step"] == "confirming"
    assert "Contact: Ravi, +919876543210" in outcome.reply.text


def test_a_number_before_any_part_is_asked_what_it_counts(talk: Talk) -> None:
    outcome = talk("bulk order", "20")

    assert outcome.state["step"] == "collecting_parts"
    assert "For which part?" in outcome.reply.text


@pytest.mark.parametrize(
    ("text", "reason"), [("my number is 12345", "5 digits"), ("my mail: hari@example", "domain")]
)
@pytest.mark.parametrize("step", ["collecting_contact", "confirming"])
def test_a_wrong_detail_is_said_and_changes_nothing(
    step: str, text: str, reason: str, talk: Talk
) -> None:
    before = talk(*UP_TO[step])

    outcome = talk(text, state=before.state)

    assert reason in outcome.reply.text
    assert outcome.state == before.state


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("make it 15", 15),
        ("15", 15),
        ("change the remotes to 15", 15),
        ("no, 15 remotes", 15),
        ("5 more remotes", 16),
        ("add 4 more", 15),
        ("increase by 4", 15),
        ("remove 2 remotes", 9),
        ("2 less", 9),
        ("yes but make it 12", 12),
        ("yes, but 12", 12),
        ("make it 12 instead", 12),
        ("I meant 12", 12),
        ("11, sorry, 12 remotes", 12),
        ("12 no wait 13", 13),
        ("confirm 12", 12),
        ("place order for 12 remotes", 12),
        ("12 mathi", 12),
    ],
)
def test_the_quantity_can_be_corrected_before_the_order_is_placed(
    text: str, quantity: int, talk: Talk
) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert outcome.state["lines"] == [{"part_id": "remote", "quantity": quantity}]
    assert outcome.state["step"] == "confirming"


@pytest.mark.parametrize("text", ["double it", "make it double", "please double the quantity"])
def test_twice_as_many_are_counted_from_what_was_agreed(text: str, talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert outcome.state["lines"] == [{"part_id": "remote", "quantity": 22}]
    assert outcome.state["step"] == "confirming"


@pytest.mark.parametrize("text", ["don't double it", "can you double the quantity later?"])
def test_what_does_not_ask_for_twice_as_many_doubles_nothing(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    begun = talk(OPENING, CONTACT)
    outcome = flow.advance(begun.state, text, facts)

    assert outcome is None or outcome.state["lines"] == begun.state["lines"]


@pytest.mark.parametrize(
    "text",
    [
        "Change quantity",
        "change the quantity of the remotes",
        "11 remotes or 12",
        "12 or 13",
        "11 is wrong",
        "11 is too many",
        "reduce 2",
        "triple it",
        "half of that",
    ],
)
def test_a_doubted_quantity_is_asked_for_again(text: str, talk: Talk) -> None:
    assert talk(OPENING, CONTACT, text).state["step"] == "collecting_quantity"


@pytest.mark.parametrize("text", ["15", "change quantity", "12 and 6", "make it 12"])
def test_a_number_without_a_part_is_unclear_where_there_are_several(text: str, talk: Talk) -> None:
    before = talk("I need 11 remotes and 5 filters", CONTACT)

    outcome = talk(text, state=before.state)

    assert "For which part?" in outcome.reply.text
    assert outcome.state == before.state


@pytest.mark.parametrize(
    ("text", "remotes", "filters"),
    [
        ("12 instead of 11", 12, 5),
        ("not 5 but 6", 11, 6),
        ("change 5 to 6", 11, 6),
        ("remotes 12, filters 6", 12, 6),
        ("5 remotes and 11 filters", 5, 11),
        ("filter venda", 11, None),
        ("only the remotes please", 11, None),
        ("filters not needed", 11, None),
        ("cancel filters and confirm the rest", 11, None),
        ("yes for remotes, no for filters", 11, None),
        ("12 filters instead of the remotes", None, 12),
    ],
)
def test_of_two_parts_the_one_that_is_meant_changes(
    text: str, remotes: int | None, filters: int | None, talk: Talk
) -> None:
    outcome = talk("I need 11 remotes and 5 filters", CONTACT, text)

    pieces = {line["part_id"]: line["quantity"] for line in outcome.state["lines"]}
    assert (pieces.get("remote"), pieces.get("filter")) == (remotes, filters)
    assert outcome.effects == ()


@pytest.mark.parametrize(
    "text", ["I ordered 12 not 11", "it was 12 earlier", "it is for 3 ACs", "12/01/2026 pickup"]
)
@pytest.mark.parametrize(
    ("opening", "question"),
    [
        (OPENING, "I did not understand what is to change."),
        ("I need 11 remotes and 5 filters", "For which part?"),
    ],
    ids=["one part", "several parts"],
)
def test_a_number_that_is_not_understood_is_asked_about(
    opening: str, question: str, text: str, talk: Talk
) -> None:
    before = talk(opening, CONTACT)

    outcome = talk(text, state=before.state)

    assert outcome.reply.text.startswith(question)
    assert outcome.state == before.state


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("4180", "confirming"),
        ("why 4180", "confirming"),
        ("total 4180 ok", "confirming"),
        ("4,180?", "confirming"),
        ("4180 is fine, place it", "complete"),
        ("₹4,180.00 ok, confirm", "complete"),
        ("Rs. 4180/- fine, yes", "complete"),
    ],
)
def test_the_total_that_was_shown_counts_no_pieces(text: str, step: str, talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert outcome.state["step"] == step
    assert "11 × AC remote control" in outcome.reply.text


@pytest.mark.parametrize(
    "text", ["yes, total 4000 only", "4000 only", "yes 4000/-", "4181 please", "total 4000 ok"]
)
def test_a_number_out_of_reach_gives_up_nothing_that_was_agreed(text: str, talk: Talk) -> None:
    before = talk(OPENING, CONTACT)
    outcome = talk(text, state=before.state)

    assert (outcome.state, outcome.effects) == (before.state, ())
    assert "pieces, so the order stays as it is." in outcome.reply.text


@pytest.mark.parametrize(
    "text",
    ["do you want me to cancel?", "Should I cancel?", "cancel?", "shall we cancel the order, sir?"],
)
def test_a_yes_behind_a_question_whether_to_cancel_shows_the_order_again(
    text: str, talk: Talk
) -> None:
    asked = talk(OPENING, CONTACT, text)
    shown = talk("yes", state=asked.state)

    assert "Nothing is cancelled and nothing is ordered" in asked.reply.text
    assert (asked.effects, shown.effects) == ((), ())
    assert "11 × AC remote control" in shown.reply.text
    assert talk("yes", state=shown.state).reply.intent == "order_placed"
    assert talk("cancel order", state=asked.state).reply.intent == "order_cancelled"
    assert talk("show my order", "yes", state=asked.state).reply.intent == "order_placed"


def test_a_total_is_told_from_a_number_of_pieces_by_what_is_left(facts: Facts, talk: Talk) -> None:
    many = with_stock(facts, remote=5_000)

    outcome = talk(OPENING, CONTACT, "4180", facts=many)

    assert outcome.state["lines"] == [{"part_id": "remote", "quantity": 4180}]


def test_a_yes_to_a_total_that_has_changed_places_no_order(talk: Talk, facts: Facts) -> None:
    state = talk(OPENING, CONTACT).state
    dearer = replace(facts, parts=[replace(part, bulk_price=50_000) for part in facts.parts])

    outcome = talk("4180 is fine, place it", state=state, facts=dearer)

    assert outcome.effects == ()
    assert outcome.reply.text.startswith("The price has changed. Nothing is ordered yet.")


@pytest.mark.parametrize(
    "text",
    [
        "no, 5 filters",
        "5 filters instead",
        "5 filters, not remotes",
        "replace the remotes with 5 filters",
        "change to 5 filters",
        "wrong part, make it 5 filters",
    ],
)
def test_the_only_part_can_be_another(text: str, talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert outcome.state["lines"] == [{"part_id": "filter", "quantity": 5}]


def test_a_part_can_be_added_and_taken_out(talk: Talk) -> None:
    added = talk(OPENING, CONTACT, "add 5 filters")
    removed = talk("remove the remotes", state=added.state)

    assert removed.state["lines"] == [{"part_id": "filter", "quantity": 5}]


@pytest.mark.parametrize(
    ("text", "part", "quantity"),
    [
        ("stop, I want 12", "remote", 12),
        ("cancel this and give me 5 filters", "filter", 5),
        ("cancel it. I need 5 filters", "filter", 5),
    ],
)
def test_a_cancelled_order_can_be_replaced_at_once(
    text: str, part: str, quantity: int, talk: Talk
) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert outcome.state["lines"] == [{"part_id": part, "quantity": quantity}]
    assert outcome.state["step"] == "confirming"
    assert outcome.effects == ()


@pytest.mark.parametrize(
    "text",
    ["cancel, 11 remotes is too much", "cancel my order of 11 remotes", "cancel it. 5 only?"],
)
def test_a_reason_for_cancelling_begins_no_order(text: str, talk: Talk) -> None:
    assert talk(OPENING, CONTACT, text).state == {"step": "initial"}


def test_a_part_that_is_not_in_the_order_cannot_be_taken_out(talk: Talk) -> None:
    before = talk(OPENING, CONTACT)

    assert talk("no filters", state=before.state).state == before.state


def test_taking_out_the_last_part_asks_for_parts(talk: Talk) -> None:
    assert talk(OPENING, CONTACT, "remove the remotes").state["step"] == "collecting_parts"


def test_more_than_is_left_is_said_with_what_is_left(talk: Talk) -> None:
    outcome = talk("I need 80 remotes")

    assert outcome.state["step"] == "collecting_quantity"
    assert "only 60 left" in outcome.reply.text


@pytest.mark.parametrize(("text", "quantity"), [("50", 50), ("all of them", 60)])
def test_the_customer_may_take_fewer(text: str, quantity: int, talk: Talk) -> None:
    outcome = talk("I need 80 remotes", text)

    assert outcome.state["lines"] == [{"part_id": "remote", "quantity": quantity}]


@pytest.mark.parametrize("quantity", ["0", "-5"])
def test_no_pieces_are_no_quantity(quantity: str, talk: Talk) -> None:
    outcome = talk(f"I need {quantity} remotes")

    assert outcome.state["step"] == "collecting_quantity"
    assert "from 1 up" in outcome.reply.text


def test_a_part_that_is_sold_out_is_not_taken(talk: Talk, facts: Facts) -> None:
    outcome = talk("I need 11 remotes and 5 filters", facts=with_stock(facts, remote=0))

    assert outcome.state["lines"] == [{"part_id": "filter", "quantity": 5}]
    assert "sold out" in outcome.reply.text


def test_an_empty_shop_says_so(talk: Talk, facts: Facts) -> None:
    nothing = replace(facts, stock={})

    assert "nothing at the moment" in talk("bulk order", facts=nothing).reply.text


def test_a_part_that_is_no_longer_sold_leaves_the_order(talk: Talk, facts: Facts) -> None:
    state = talk("I need 11 remotes and 5 filters", CONTACT).state
    fewer = replace(facts, parts=[part for part in facts.parts if part.part_id != "remote"])

    outcome = talk("yes", state=state, facts=fewer)

    assert "no longer sold" in outcome.reply.text
    assert outcome.state["lines"] == [{"part_id": "filter", "quantity": 5}]
    assert outcome.effects == ()


def test_nothing_is_ordered_when_the_stock_no_longer_suffices(talk: Talk, facts: Facts) -> None:
    state = talk(OPENING, CONTACT).state

    outcome = talk("yes", state=state, facts=with_stock(facts, remote=10))

    assert outcome.effects == ()
    assert outcome.state["step"] == "collecting_quantity"
    assert "only 10 left" in outcome.reply.text
    assert (
        talk("10", state=outcome.state, facts=with_stock(facts, remote=10)).state["step"]
        == "confirming"
    )


def test_nothing_is_ordered_at_a_price_that_was_never_shown(talk: Talk, facts: Facts) -> None:
    state = talk(OPENING, CONTACT).state
    parts = [
        replace(part, price=2 * part.price, bulk_price=2 * part.bulk_price) for part in facts.parts
    ]
    dearer = replace(facts, parts=parts)

    asked = talk("yes", state=state, facts=dearer)
    placed = talk("yes", state=asked.state, facts=dearer)

    assert asked.effects == ()
    assert asked.state["step"] == "confirming"
    assert "The price has changed." in asked.reply.text
    assert "Total: ₹8,360.00" in asked.reply.text
    assert isinstance(placed.effects[0], Order)
    assert placed.effects[0].total == 836_000


def test_nothing_is_ordered_where_two_prices_changed_to_the_same_total(
    talk: Talk, facts: Facts
) -> None:
    state = talk("I need 10 remotes and 10 filters", CONTACT).state
    dearer = {"remote": 5_000, "filter": -5_000}
    parts = [
        replace(part, bulk_price=part.bulk_price + dearer.get(part.part_id, 0))
        for part in facts.parts
    ]

    asked = talk("yes", state=state, facts=replace(facts, parts=parts))

    assert asked.effects == ()
    assert "The price has changed." in asked.reply.text
    assert "10 × AC remote control at ₹430.00" in asked.reply.text
    assert "Total: ₹5,800.00" in asked.reply.text


def test_the_state_keeps_the_prices_that_were_shown_in_paise(talk: Talk) -> None:
    shown = talk("I need 11 remotes and 2 filters", CONTACT)

    assert shown.state["prices"] == {"remote": 38_000, "filter": 25_000}


def test_a_summary_of_an_older_release_is_shown_again(talk: Talk) -> None:
    state = {key: kept for key, kept in talk(OPENING, CONTACT).state.items() if key != "prices"}

    asked = talk("yes", state=state)

    assert asked.effects == ()
    assert asked.reply.text.endswith("Confirm this order?")
    assert talk("yes", state=asked.state).state["step"] == "complete"


@pytest.mark.parametrize("text", ["no", "nope", "nah", "n", "wait", "not now", "later", "venda"])
def test_a_refusal_is_nobodys_name(text: str, talk: Talk) -> None:
    before = talk(OPENING)

    assert talk(text, state=before.state).state == before.state


def test_a_missed_call_beside_the_order_is_not_passed_over(talk: Talk) -> None:
    outcome = talk("I tried calling but didnt get through. need 5 remotes also")

    assert outcome.state["step"] == "collecting_contact"
    assert outcome.reply.text.startswith(
        "Sorry that we missed your call. One thing after the other"
    )


@pytest.mark.parametrize("text", ["no", "not yet", "I do not want to confirm this", "wait"])
def test_a_refusal_keeps_the_order_unplaced(text: str, talk: Talk) -> None:
    before = talk(OPENING, CONTACT)

    outcome = talk(text, state=before.state)

    assert outcome.effects == ()
    assert outcome.state == before.state


@pytest.mark.parametrize("before", [(), ("no",), ("wait",)])
@pytest.mark.parametrize("text", ["ok", "ok thanks", "k", "fine", "correct", "right", "sure"])
def test_a_weak_yes_is_asked_whether_it_means_the_order(
    before: tuple[str, ...], text: str, talk: Talk
) -> None:
    shown = talk(OPENING, CONTACT, *before)

    outcome = talk(text, state=shown.state)

    assert outcome.effects == ()
    assert outcome.state == shown.state
    assert outcome.reply.text.startswith('Shall I place it? Say "yes" or "place order".')


@pytest.mark.parametrize("text", ["yes", "ok go ahead", "sure, place the order", "I confirm"])
def test_a_clear_yes_after_a_refusal_places_the_order(text: str, talk: Talk) -> None:
    assert talk(OPENING, CONTACT, "wait", text).state["step"] == "complete"


@pytest.mark.parametrize(
    "text",
    [
        "yesterday I saw it cheaper",
        "yes but first tell me your opening hours",
        "should I confirm?",
        "if I say yes, what happens?",
        "what are your opening hours?",
        "how do I cancel?",
        "I need a technician",
        "what do 5 filters cost?",
        "confirm? how much is delivery?",
        "is 12 possible?",
        "deliver to 12 MG Road",
        "I will come at 5 pm",
        "my driver will come, his name is Ravi",
        "🙂" * 250,
    ],
)
@pytest.mark.parametrize(
    "step", ["collecting_parts", "collecting_quantity", "collecting_contact", "confirming"]
)
def test_what_is_not_for_the_flow_is_left_to_others(
    step: str, text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    state = talk(*UP_TO[step]).state

    assert flow.advance(state, text, facts) is None


@pytest.mark.parametrize(
    ("step", "asks"),
    [
        ("collecting_parts", "which parts"),
        ("collecting_quantity", "how many pieces"),
        ("collecting_contact", "name, phone number and email address"),
        ("confirming", "confirm"),
        ("complete", "again"),
    ],
)
def test_the_reminder_asks_again_for_what_is_missing(
    step: str, asks: str, talk: Talk, flow: Flow
) -> None:
    assert asks in flow.reminder(talk(*UP_TO[step]).state)


@pytest.mark.parametrize(
    "step", ["collecting_parts", "collecting_quantity", "collecting_contact", "confirming"]
)
def test_a_cancelled_order_leaves_nothing_behind(step: str, talk: Talk) -> None:
    outcome = talk(*UP_TO[step], "cancel")

    assert outcome.state == {"step": "initial"}
    assert outcome.reply.intent == "order_cancelled"


@pytest.mark.parametrize("step", ["collecting_parts", "collecting_quantity", "collecting_contact"])
def test_a_yes_before_the_summary_orders_nothing(step: str, talk: Talk) -> None:
    outcome = talk(*UP_TO[step], "yes")

    assert outcome.effects == ()
    assert outcome.state["step"] == step


def test_a_yes_counts_only_after_the_summary_was_shown(talk: Talk) -> None:
    state = {**talk(OPENING, CONTACT).state, "step": "collecting_contact"}

    outcome = talk("yes", state=state)

    assert outcome.effects == ()
    assert outcome.state["step"] == "confirming"


@pytest.mark.parametrize("text", ["yes", "place order", "cancel", "thank you", "no", "make it 15"])
def test_a_finished_order_is_not_touched_again(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    assert flow.advance(talk(*UP_TO["complete"]).state, text, facts) is None


@pytest.mark.parametrize(
    "text",
    ["yes, 11 remotes, confirm", "please confirm my order of 11 remotes", "11 remotes, go ahead"],
)
def test_a_yes_may_say_the_order_again(text: str, talk: Talk) -> None:
    assert talk(OPENING, CONTACT, text).state["step"] == "complete"


@pytest.mark.parametrize(
    "text",
    [
        "yes, 12 remotes",
        "yes, 11 remotes and 2 filters",
        "confirm the price of 11 remotes",
        "11 remotes",
        "don't confirm the 11 remotes",
        "yes, 11 remotes?",
        "11 remotes? confirm",
        "I bought 11 remotes, confirm",
    ],
)
def test_more_or_less_than_a_yes_to_the_order_as_it_is_places_none(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    outcome = flow.advance(talk(OPENING, CONTACT).state, text, facts)

    assert outcome is None or (outcome.effects, outcome.state["step"]) == ((), "confirming")


@pytest.mark.parametrize("text", ["10 and 5", "10, 5 please", "ten and five"])
def test_several_numbers_answer_for_the_parts_in_their_order(text: str, talk: Talk) -> None:
    state = talk("bulk order", "remotes and filters", text).state

    assert [line["quantity"] for line in state["lines"]] == [10, 5]


@pytest.mark.parametrize("text", ["10 or 5", "10, 5 and 2", "10 and 5 each"])
def test_numbers_that_do_not_match_the_parts_are_asked_for(text: str, talk: Talk) -> None:
    assert talk("bulk order", "remotes and filters", text).state["step"] == "collecting_quantity"


@pytest.mark.parametrize(
    "text",
    [
        "what's the total?",
        "how much is the total amount",
        "show my order",
        "so far?",
        "how many remotes did I order?",
        "what all I ordered",
    ],
)
@pytest.mark.parametrize("said", [(), ("my name is Hari",), (CONTACT,)])
def test_the_order_is_shown_as_often_as_it_is_asked_for(
    said: tuple[str, ...], text: str, talk: Talk
) -> None:
    before = talk(OPENING, *said)
    outcome = talk(OPENING, *said, text)

    assert outcome.state == before.state
    assert "11 × AC remote control" in outcome.reply.text
    assert outcome.effects == ()


@pytest.mark.parametrize("text", ["what is the total price of 5 filters?", "who is Hari?"])
def test_another_question_is_left_to_others(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    assert flow.advance(talk(OPENING, CONTACT).state, text, facts) is None


@pytest.mark.parametrize(
    "text", ["how many do you have", "what is the rate for 20", "price?", "stock?", "how much each"]
)
def test_price_and_stock_are_told_where_a_quantity_is_asked_for(text: str, talk: Talk) -> None:
    before = talk("I need a remote")
    outcome = talk(text, state=before.state)

    assert outcome.state == before.state
    assert outcome.reply.text == before.reply.text
    assert "60 are left. One costs ₹450.00, and ₹380.00 from 5 pieces" in outcome.reply.text


def test_a_missed_call_goes_before_a_part_without_a_number(talk: Talk, facts: Facts) -> None:
    assert BulkOrder().advance(None, "nobody picks your phone, I need a remote", facts) is None
    assert talk("nobody picks your phone, I need 2 remotes").state["step"] == "collecting_contact"


@pytest.mark.parametrize(
    "text", ["it is not Hari", "its not hari", "i am not Hari", "no, the name is not Hari"]
)
def test_a_name_that_is_denied_is_asked_for_again(text: str, talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert outcome.state["step"] == "collecting_contact"
    assert outcome.state["contact"] == {
        "name": None,
        "phone": "+919876543210",
        "email": "hari@example.com",
    }
    assert outcome.reply.text.endswith("I still need your name.")


@pytest.mark.parametrize("text", ["is it not Hari?", "not Hari's number", "it is not for Hari"])
def test_what_denies_no_name_leaves_it(text: str, talk: Talk, flow: Flow, facts: Facts) -> None:
    before = talk(OPENING, CONTACT)
    outcome = flow.advance(before.state, text, facts)

    assert outcome is None or outcome.state == before.state


@pytest.mark.parametrize("text", ["my order is wrong", "the total is wrong", "there is a mistake"])
def test_whoever_objects_is_shown_the_order_and_asked_what_is_to_change(
    text: str, talk: Talk
) -> None:
    outcome = talk(OPENING, CONTACT, text)

    assert outcome.state["step"] == "confirming"
    assert outcome.effects == ()
    assert outcome.reply.text.startswith("I did not understand what is to change.")


def test_one_part_can_be_given_up_for_another_in_one_breath(talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, "cancel the remotes and give 5 filters")

    assert outcome.state["lines"] == [{"part_id": "filter", "quantity": 5}]


def test_a_missed_call_waits_for_the_order_and_the_customer_reads_so(talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, "nobody answered my call")

    assert outcome.state["step"] == "confirming"
    assert "once this order is placed or cancelled, tell me again" in outcome.reply.text


def test_another_order_reuses_the_contact_and_says_so(talk: Talk) -> None:
    outcome = talk(*UP_TO["complete"], "I need 10 filters")

    assert outcome.state["step"] == "confirming"
    assert outcome.state["lines"] == [{"part_id": "filter", "quantity": 10}]
    assert "order_number" not in outcome.state
    assert "The contact is the one of your last order." in outcome.reply.text


def test_a_corrected_contact_is_no_longer_that_of_the_last_order(talk: Talk) -> None:
    outcome = talk(*UP_TO["complete"], "I need 10 filters", "my name is Ravi")

    assert "last order" not in outcome.reply.text


def test_the_quick_replies_are_understood(talk: Talk, flow: Flow, facts: Facts) -> None:
    for texts in UP_TO.values():
        for at in range(1, len(texts) + 1):
            outcome = talk(*texts[:at])
            for quick_reply in outcome.reply.quick_replies:
                assert flow.advance(outcome.state, quick_reply, facts) is not None, quick_reply


@pytest.mark.parametrize(
    ("state", "named"),
    [
        ({"step": "asking_nicely"}, "asking_nicely"),
        ({}, "None"),
        ({"step": ["confirming"]}, "confirming"),
        ({"step": "confirming"}, "contact"),
        ({"step": "confirming", "contact": {}}, "lines"),
        ({"step": "confirming", "contact": {}, "lines": [3]}, "lines"),
        ({"step": "confirming", "contact": {}, "lines": [{"part_id": None}]}, "part_id"),
        ({"step": "confirming", "contact": {"name": 3}, "lines": []}, "name"),
        (
            {
                "step": "confirming",
                "contact": {},
                "lines": [{"part_id": "remote", "quantity": "many"}],
            },
            "quantity",
        ),
        (
            {"step": "confirming", "contact": {}, "lines": [], "contact_reused": "yes"},
            "contact_reused",
        ),
    ],
)
def test_a_state_that_no_release_wrote_is_refused(
    state: State, named: str, flow: Flow, facts: Facts
) -> None:
    with pytest.raises(UnreadableState, match=named) as refused:
        flow.advance(state, "yes", facts)

    assert "bulk_order" in str(refused.value)


@pytest.mark.parametrize("prices", ["much", {"remote": "much"}, {"remote": True}, [38_000]])
def test_prices_that_are_no_numbers_are_refused(
    prices: JsonValue, talk: Talk, flow: Flow, facts: Facts
) -> None:
    state = {**talk(OPENING, CONTACT).state, "prices": prices}

    with pytest.raises(UnreadableState, match="prices"):
        flow.advance(state, "yes", facts)


def test_the_other_questions_refuse_an_unknown_step_too(flow: Flow) -> None:
    with pytest.raises(UnreadableState):
        flow.is_active({"step": "asking_nicely"})
    with pytest.raises(UnreadableState):
        flow.reminder({"step": "asking_nicely"})


def test_a_number_begins_an_order_of_the_part_whose_price_was_told(
    flow: Flow, facts: Facts
) -> None:
    offering = replace(facts, offered=facts.parts[0])

    assert flow.advance(None, "ok need 11", facts) is None
    outcome = flow.advance(None, "ok need 11, Hari, 9876543210, hari@example.com", offering)
    assert outcome is not None
    assert outcome.state["lines"] == [{"part_id": facts.parts[0].part_id, "quantity": 11}]
    assert outcome.state["step"] == "confirming"


@pytest.mark.parametrize("text", ["350 only", "maybe 11", "9876543210"])
def test_an_amount_or_a_guess_after_a_price_begins_no_order(
    text: str, flow: Flow, facts: Facts
) -> None:
    assert flow.advance(None, text, replace(facts, offered=facts.parts[0])) is None


@pytest.mark.parametrize(
    "texts",
    [
        ("I need 11 remote controls, do you deliver to Pune?",),
        (OPENING, "my name is Hari. do you deliver to Pune?"),
        (OPENING, CONTACT, "make it 12, do you deliver to Pune?"),
    ],
)
def test_a_question_beside_an_order_is_left_to_the_language_model(
    texts: tuple[str, ...], talk: Talk
) -> None:
    assert talk(*texts).aside == "do you deliver to Pune?"


@pytest.mark.parametrize("text", ["make it 12", "make it 12, what is the total?", "12. How much?"])
def test_what_the_summary_tells_is_not_asked_of_the_language_model(text: str, talk: Talk) -> None:
    assert talk(OPENING, CONTACT, text).aside == ""


def test_a_yes_beside_a_question_places_no_order(flow: Flow, talk: Talk, facts: Facts) -> None:
    shown = talk(OPENING, CONTACT)
    assert flow.advance(shown.state, "yes, do you deliver to Pune?", facts) is None


@pytest.mark.parametrize("text", ["no cancel it", "no cancel the order", "no forget it"])
def test_a_no_before_what_gives_the_order_up_turns_nothing_around(text: str, talk: Talk) -> None:
    assert talk(OPENING, text).reply.intent == "order_cancelled"


@pytest.mark.parametrize("text", ["no cancel", "no, do not cancel it", "no don't cancel"])
def test_a_no_to_cancelling_keeps_the_order(text: str, talk: Talk) -> None:
    assert talk(OPENING, text).state["step"] == "collecting_contact"


def test_no_one_counts_nothing(talk: Talk) -> None:
    assert (
        "did not understand"
        not in talk("I called but no one answered, I need 11 remotes").reply.text
    )


@pytest.mark.parametrize("text", ["Hari make it 12", "make it 12 Hari", "Hari here, i want 12"])
def test_the_customers_name_around_a_correction_hides_nothing(text: str, talk: Talk) -> None:
    outcome = talk(OPENING, CONTACT, text)
    assert "• 12 × " in outcome.reply.text
    assert "Contact: Hari, " in outcome.reply.text


def test_the_customers_name_around_a_yes_places_the_order(talk: Talk) -> None:
    assert isinstance(talk(OPENING, CONTACT, "Hari here, confirm pls").effects[0], Order)


@pytest.mark.parametrize("text", ["Hari said yes", "for Hari yes", "yes Ravi", "Hari or Ravi, yes"])
def test_a_yes_of_somebody_else_places_none(
    text: str, talk: Talk, flow: Flow, facts: Facts
) -> None:
    outcome = flow.advance(talk(OPENING, CONTACT).state, text, facts)
    assert outcome is None or outcome.effects == ()


@pytest.mark.parametrize(
    "text", ["how much for 12?", "what is the price of 12 pieces?", "12 rate?"]
)
def test_what_another_quantity_would_cost_is_told_and_changes_nothing(
    text: str, talk: Talk
) -> None:
    outcome = talk(OPENING, CONTACT, text)
    assert outcome.reply.text.startswith("That would be:\n• 12 × AC remote control at ₹380.00")
    assert "Nothing is changed" in outcome.reply.text
    assert talk("yes", state=outcome.state).effects == ()
    assert "• 11 × " in talk("yes", state=outcome.state).reply.text


@pytest.mark.parametrize("before", [(OPENING,), (OPENING, CONTACT)])
@pytest.mark.parametrize("text", ["price?", "how many left?"])
def test_what_the_ordered_part_costs_is_told_of_it_alone(
    text: str, before: tuple[str, ...], talk: Talk
) -> None:
    told, *_ = talk(*before, text).reply.text.split("\n")
    assert told == (
        "AC remote control: 60 are left. One costs ₹450.00, and ₹380.00 from 5 pieces up."
    )


def test_more_than_there_is_has_no_price(talk: Talk) -> None:
    outcome = talk(OPENING, "how much for 100?")
    assert outcome.reply.text.startswith("AC remote control: only 60 left, so 100 is too many.")
    assert "• 11 × " in outcome.reply.text


def test_with_several_parts_a_number_alone_has_no_price(talk: Talk) -> None:
    outcome = talk("5 remotes and 6 filters", CONTACT, "how much for 12?")
    assert "12 ×" not in outcome.reply.text
    assert outcome.reply.text.count("One costs") == 2
    assert talk("yes", state=outcome.state).effects == ()
