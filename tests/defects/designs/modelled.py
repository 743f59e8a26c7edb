"""A service that leaves the reading of messages to a language model."""

import json
from collections.abc import Mapping
from typing import Final

from coolwind.catalogue import Part
from coolwind.effects import CallbackTask, Contact, Effect, Notification, Order, OrderLine
from coolwind.flows import State
from coolwind.flows.flow import JsonValue
from coolwind.messages import Reply
from coolwind.models.model import Prompt
from coolwind.resumption import Resumed
from coolwind.service import SHOP_TIME
from coolwind.stores.store import Shelf
from tests.defects.plain_service import Move, PlainService

_HARI: Final = {"name": "Hari", "phone": "+919876543210", "email": "hari@example.com"}
_PRIYA: Final = {"name": "Priya", "phone": "+919876543211"}

RECORDED: Final[Mapping[str, Mapping[str, JsonValue]]] = {
    "Hi so i need to buy 11 remote controls": {"wish": "order", "part": "remote", "quantity": 11},
    "I need 6 air filters": {"wish": "order", "part": "filter", "quantity": 6},
    "I need 8 compressors": {"wish": "order", "part": "compressor", "quantity": 8},
    "Name is Hari and phone number is 9876543210 and email is hari@example.com": _HARI,
    "My name is Hari": {"name": "Hari"},
    "9876543210, hari@example.com": {"phone": _HARI["phone"], "email": _HARI["email"]},
    "My name is Priya, my phone is 9876543211, email priya@example.com": {
        **_PRIYA,
        "email": "priya@example.com",
    },
    "yes": {"confirms": True},
    "What are your opening hours?": {"answer": "We open at nine, from Monday to Saturday."},
    "I called you but nobody answered": {"wish": "callback"},
    "Priya": {"name": "Priya"},
    "9876543211": {"phone": _PRIYA["phone"]},
    "Kochi": {"location": "Kochi"},
    "AC not cooling": {"problem": "AC not cooling"},
    "I called you but nobody answered. My name is Priya, my number is 9876543211, I am in Kochi"
    " and my AC is not cooling": {
        **_PRIYA,
        "wish": "callback",
        "location": "Kochi",
        "problem": "AC not cooling",
    },
}
"""What the model has read in each message, as it was recorded once."""


_SLOTS: Final = {
    "order": ("part", "quantity", "name", "phone", "email"),
    "callback": ("name", "phone", "location", "problem"),
}
_CONTACT: Final = ("name", "phone", "email")
_OPEN: Final[State] = {"step": "open"}


class FormByModel(PlainService):
    """Lets a language model read each message, whose answers are recorded, and fills a form with
    what it has read: there is no flow.
    """

    async def advance(self, resumed: Resumed, text: str) -> Move:
        session, parts = resumed.session, self.parts.catalogue.parts()
        shelf = await self.shelf(self.parts.clock.now().astimezone(SHOP_TIME).date())
        words = await self.parts.model.complete(Prompt(text, session.history, parts, shelf.stock))
        before, read = session.states.get("form", _OPEN), _reading(words.text)
        if "answer" in read:
            return _saying(f"{read['answer']} {_question(before)}", before)
        form = {**before, **read}
        confirms = form.pop("confirms", False) and before["step"] == "confirming"
        missing = [slot for slot in _SLOTS.get(str(form.get("wish")), ()) if slot not in form]
        if "wish" not in form or missing:
            form["step"] = f"asking_{missing[0]}" if missing else "open"
            return _saying(_question(form), form)
        if form["wish"] == "callback":
            return _called_back(form, shelf)
        part = next(part for part in parts if part.part_id == form["part"])
        if _quantity(form) > shelf.stock[part.part_id]:
            fewer = {**form, "step": "asking_quantity"}
            del fewer["quantity"]
            return _saying(f"Only {shelf.stock[part.part_id]} are left. {_question(fewer)}", fewer)
        if not confirms:
            form["step"] = "confirming"
            return _saying(_question(form), form)
        return _ordered(form, part, shelf)


def _reading(answer: str) -> Mapping[str, JsonValue]:
    """What the model has read in a message; words that are no reading are its answer."""
    try:
        read = json.loads(answer)
    except ValueError:
        read = None
    return read if isinstance(read, dict) else {"answer": answer}


def _question(form: State) -> str:
    step = str(form["step"])
    if step.startswith("asking_"):
        return f"What is the {step.removeprefix('asking_')}?"
    if step == "confirming":
        return f"{form['quantity']} of {form['part']} for {form['name']}, {form['phone']}: yes?"
    return "How can we help you?"


def _quantity(form: State) -> int:
    quantity = form["quantity"]
    assert isinstance(quantity, int)
    return quantity


def _called_back(form: State, shelf: Shelf) -> Move:
    name, phone, location, problem = (str(form[slot]) for slot in _SLOTS["callback"])
    task = CallbackTask(shelf.callback_number, name, phone, location, problem)
    return _saying(f"We will call {phone} back ({task.number}).", _done(form), task)


def _ordered(form: State, part: Part, shelf: Shelf) -> Move:
    quantity = _quantity(form)
    line = OrderLine(part.part_id, part.name, quantity, part.price_for(quantity))
    contact = Contact(*(str(form[slot]) for slot in _CONTACT))
    order = Order(shelf.order_number, (line,), contact, "Thiruvalla")
    email = Notification(
        f"order/{order.number}", str(contact.email), f"Order {order.number}", "Thank you."
    )
    return _saying(f"Thank you: this is order {order.number}.", _done(form), order, email)


def _done(form: State) -> State:
    """A form for the next wish of the same customer."""
    return {"step": "open", **{slot: form[slot] for slot in _CONTACT if slot in form}}


def _saying(text: str, form: State, *effects: Effect) -> Move:
    reply = Reply(text, "form", flow="form", step=str(form["step"]))
    return Move(reply, {"form": form}, effects)
