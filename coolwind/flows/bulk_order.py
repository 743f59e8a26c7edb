"""The flow `bulk_order`: parts, quantities, contact, a confirmation, an order to be picked up.

Its state is a JSON object, stored for days and migrated between releases:

    step              one of `BulkOrder.steps`
    lines             [{"part_id": str, "quantity": int or null}], null until it is said
    contact           {"name", "phone", "email"}, each a string or null; the phone in E.164 form
    contact_reused    whether the contact is that of the customer's last order
    pickup_location   in the steps `confirming` and `complete`: what the customer was told
    total             in the steps `confirming` and `complete`: the total that the customer was
                      shown, in paise; missing where an older release showed the summary, which
                      is then shown again before an order is placed
    order_number      in the step `complete`

The step `initial` has no other key.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from coolwind.catalogue import BULK_QUANTITY, rupees
from coolwind.effects import Contact, Effect, Notification, Order
from coolwind.flows.basket import (
    Line,
    Lines,
    Remarks,
    checked,
    described,
    order_lines,
    with_quantity,
    with_quantity_each,
    with_requests,
)
from coolwind.flows.flow import Facts, JsonValue, Outcome, State
from coolwind.flows.reading import StateReader
from coolwind.messages import Reply
from coolwind.understanding.contacts import Detail, Details, details_in, details_to_change
from coolwind.understanding.purchases import (
    counts_each,
    doubts_quantity,
    purchase_in,
    quantity_in,
    requests_in,
    takes_all,
)
from coolwind.understanding.wishes import ORDER_WORDS, Wish, wish_in

PICKUP_LOCATION = "Thiruvalla, Kerala"
SHOP_NAME = "Cool Wind Services"
READY_IN = "2 to 4 hours"

_CONTACT = (Detail.NAME, Detail.PHONE, Detail.EMAIL)
_LABELS = {Detail.NAME: "name", Detail.PHONE: "phone number", Detail.EMAIL: "email address"}
_CANCEL = "Cancel order"
_SHALL_I = 'Shall I place it? Say "yes" or "place order".'
_WHICH_PART = 'For which part? Tell me the part and the number, such as "12 remotes".'

_Question: TypeAlias = tuple[str, tuple[str, ...]]
"""What is asked, and the quick replies to it."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """An order in the making."""

    lines: Lines = ()
    contact: Contact = field(default_factory=Contact)
    contact_reused: bool = False

    @property
    def missing(self) -> tuple[Detail, ...]:
        """The contact details still to be had, in the order in which they are asked for."""
        return tuple(detail for detail in _CONTACT if getattr(self.contact, detail) is None)

    @property
    def step(self) -> str:
        """Where the dialogue stands with what is known."""
        if not self.lines:
            return "collecting_parts"
        if any(line.quantity is None for line in self.lines):
            return "collecting_quantity"
        return "collecting_contact" if self.missing else "confirming"


class BulkOrder:
    """Takes a bulk order; `shop_address` is where the shop reads of placed orders."""

    def __init__(self, *, shop_address: str = "orders@example.com") -> None:
        self._shop_address = shop_address

    @property
    def name(self) -> str:
        return "bulk_order"

    @property
    def steps(self) -> tuple[str, ...]:
        return (
            "initial",
            "collecting_parts",
            "collecting_quantity",
            "collecting_contact",
            "confirming",
            "complete",
        )

    def is_active(self, state: State | None) -> bool:
        return self._reader(state).step not in ("initial", "complete")

    def advance(self, state: State | None, text: str, facts: Facts) -> Outcome | None:
        draft = self._draft(state)
        if not self.is_active(state):
            return self._begun(draft, text, facts)
        wish = wish_in(text, ORDER_WORDS)
        if wish is Wish.CANCEL:
            return self._cancelled()
        if wish is Wish.CONFIRM and self._reader(state).step == draft.step == "confirming":
            return self._placed(draft, self._reader(state).optional_number("total"), facts)
        if wish is Wish.ASSENT and draft.step == "confirming":
            return self._asking(draft, (_SHALL_I,), facts)
        change = _changed(draft, text, facts, wish)
        if change is not None:
            return self._asking(*change, facts)
        if wish is Wish.DECLINE:
            return self._asking(draft, ("All right, nothing is ordered and nothing lost.",), facts)
        return self._asking(draft, (), facts) if wish in (Wish.CONFIRM, Wish.ASSENT) else None

    def reminder(self, state: State) -> str:
        draft = self._draft(state)
        questions = {
            "collecting_parts": "which parts do you need, and how many of each?",
            "collecting_quantity": "how many pieces do you need?",
            "collecting_contact": f"please send me your {_listed(draft.missing)}.",
            "confirming": 'shall I place it? Say "yes" to confirm this order, or "cancel".',
        }
        question = questions.get(self._reader(state).step, "tell me when you need parts again.")
        return f"Back to your bulk order: {question}"

    def _begun(self, last: _Draft, text: str, facts: Facts) -> Outcome | None:
        told = details_in(text, _CONTACT)
        requests = purchase_in(told.rest, facts.parts)
        if requests is None:
            return None
        lines = with_requests((), requests)
        draft = replace(last, lines=lines, contact_reused=not last.missing)
        return self._asking(_with_details(draft, told), told.complaints, facts)

    def _asking(self, draft: _Draft, remarks: Remarks, facts: Facts) -> Outcome:
        """The outcome that asks for the next thing, whatever that is."""
        lines, findings = checked(draft.lines, facts)
        draft = replace(draft, lines=lines)
        question, quick_replies = _QUESTIONS[draft.step](draft, facts)
        return Outcome(
            _state_of(draft, facts),
            Reply(
                text="\n".join([*remarks, *findings, question]),
                intent="bulk_order",
                flow=self.name,
                step=draft.step,
                quick_replies=(*quick_replies, _CANCEL),
            ),
        )

    def _placed(self, draft: _Draft, shown: int | None, facts: Facts) -> Outcome:
        """The outcome that places the order, where it costs what was `shown`."""
        lines, findings = checked(draft.lines, facts)
        if findings:
            sorry = "I could not place the order, because the stock has changed."
            return self._asking(draft, (sorry,), facts)
        if shown != _total(draft, facts):
            changed = "The price has changed." if shown is not None else "Please look once more."
            return self._asking(draft, (f"{changed} Nothing is ordered yet.",), facts)
        order = Order(
            number=facts.order_number,
            lines=order_lines(lines, facts),
            contact=draft.contact,
            pickup_location=PICKUP_LOCATION,
        )
        text = (
            f"Thank you, {draft.contact.name}! Your order {order.number} is placed.\n"
            f"{_summary(draft, facts)}\n"
            f"The details go to {draft.contact.email} by email."
        )
        return Outcome(
            {
                **_state_of(draft, facts),
                "step": "complete",
                "order_number": order.number,
            },
            Reply(text, "order_placed", self.name, "complete", ("Place another bulk order",)),
            self._effects(order, draft, facts),
        )

    def _effects(self, order: Order, draft: _Draft, facts: Facts) -> tuple[Effect, ...]:
        summary = _summary(draft, facts)
        return (
            order,
            Notification(
                key=f"order/{order.number}/customer",
                recipient=str(order.contact.email),
                subject=f"Your order {order.number} at {SHOP_NAME}",
                body=f"Dear {order.contact.name},\n\nthank you for your order.\n\n{summary}\n",
            ),
            Notification(
                key=f"order/{order.number}/shop",
                recipient=self._shop_address,
                subject=f"New bulk order {order.number}",
                body=f"{summary}\n",
            ),
        )

    def _cancelled(self) -> Outcome:
        return Outcome(
            {"step": "initial"},
            Reply(
                "Your order is cancelled and nothing of it is kept. "
                "Tell me whenever you need parts again.",
                "order_cancelled",
                self.name,
                "initial",
                ("Place a bulk order",),
            ),
        )

    def _reader(self, state: State | None) -> StateReader:
        return StateReader(self.name, self.steps, {"step": "initial"} if state is None else state)

    def _draft(self, state: State | None) -> _Draft:
        reader = self._reader(state)
        if reader.step == "initial":
            return _Draft()
        contact = reader.object("contact")
        return _Draft(
            lines=tuple(
                Line(line.text("part_id"), line.optional_number("quantity"))
                for line in reader.objects("lines")
            ),
            contact=Contact(*(contact.optional_text(detail) for detail in _CONTACT)),
            contact_reused=reader.flag("contact_reused"),
        )


def _changed(
    draft: _Draft, text: str, facts: Facts, wish: Wish | None
) -> tuple[_Draft, Remarks] | None:
    """The order after a message that adds to it or corrects it, and what to say about that.

    None: the message does neither.
    """
    told = details_in(text, _CONTACT)
    answers = draft.step == "collecting_contact" and wish is None
    if answers and not requests_in(told.rest, facts.parts):
        told = details_in(text, _CONTACT, draft.missing)
    said = _lines_said(draft.lines, told.rest, facts)
    lines, unclear = said or (draft.lines, ())
    after = replace(_with_details(draft, told), lines=lines)
    remarks = (*told.complaints, *unclear)
    if said is None and not remarks and not _tells(told):
        unwanted = details_to_change(text)
        after = _without_details(draft, unwanted)
        after = _with_details(after, details_in(text, _CONTACT, unwanted))
        return None if after == draft else (after, ())
    return after, remarks


def _lines_said(lines: Lines, text: str, facts: Facts) -> tuple[Lines, Remarks] | None:
    """The lines after what a message says of parts and quantities, or None if it says nothing."""
    requests = requests_in(text, facts.parts)
    if requests and doubts_quantity(text):
        doubted = {request.part.part_id for request in requests if request.quantity is None}
        return with_requests(_reopened(lines, doubted), requests), ()
    if requests:
        return with_requests(lines, requests), ()
    if takes_all(text):
        taken = tuple(
            replace(line, quantity=facts.stock.get(line.part_id, 0))
            if line.quantity is None
            else line
            for line in lines
        )
        return None if taken == lines else (taken, ())
    answer = quantity_in(text)
    if answer is not None and lines and counts_each(text):
        return with_quantity_each(lines, *answer), ()
    if answer is not None:
        counted = with_quantity(lines, *answer)
        return (lines, (_WHICH_PART,)) if counted is None else (counted, ())
    if doubts_quantity(text) and lines:
        one = {line.part_id for line in lines}
        return (_reopened(lines, one), ()) if len(one) == 1 else (lines, (_WHICH_PART,))
    return None


def _reopened(lines: Lines, part_ids: Collection[str]) -> Lines:
    return tuple(
        replace(line, quantity=None) if line.part_id in part_ids else line for line in lines
    )


def _with_details(draft: _Draft, told: Details) -> _Draft:
    if not _tells(told):
        return draft
    contact = Contact(
        name=told.name or draft.contact.name,
        phone=told.phone or draft.contact.phone,
        email=told.email or draft.contact.email,
    )
    return replace(draft, contact=contact, contact_reused=False)


def _without_details(draft: _Draft, unwanted: Collection[Detail]) -> _Draft:
    """The order whose contact misses what the customer wants to change, so that it is asked for."""
    kept = (None if d in unwanted else getattr(draft.contact, d) for d in _CONTACT)
    return replace(draft, contact=Contact(*kept))


def _tells(details: Details) -> bool:
    return any(value is not None for value in (details.name, details.phone, details.email))


def _total(draft: _Draft, facts: Facts) -> int:
    """What the order costs at the prices of today, in paise."""
    return sum(line.quantity * line.price for line in order_lines(draft.lines, facts))


def _state_of(draft: _Draft, facts: Facts) -> dict[str, JsonValue]:
    state: dict[str, JsonValue] = {
        "step": draft.step,
        "lines": [{"part_id": line.part_id, "quantity": line.quantity} for line in draft.lines],
        "contact": {detail.value: getattr(draft.contact, detail) for detail in _CONTACT},
        "contact_reused": draft.contact_reused,
    }
    if draft.step == "confirming":
        state["pickup_location"] = PICKUP_LOCATION
        state["total"] = _total(draft, facts)
    return state


def _listed(details: Sequence[Detail]) -> str:
    """ "name, phone number and email address"."""
    labels = [_LABELS[detail] for detail in details]
    return " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


def _ask_parts(draft: _Draft, facts: Facts) -> _Question:
    del draft
    sold = [part for part in facts.parts if facts.stock.get(part.part_id, 0) > 0]
    names = ", ".join(part.name for part in sold) or "nothing at the moment"
    return (
        f"Which parts do you need, and how many of each? In stock: {names}.",
        tuple(f"{2 * BULK_QUANTITY} {part.words[0]}s" for part in sold[:3]),
    )


def _ask_quantity(draft: _Draft, facts: Facts) -> _Question:
    line = next(line for line in draft.lines if line.quantity is None)
    part = next(part for part in facts.parts if part.part_id == line.part_id)
    left = facts.stock.get(line.part_id, 0)
    return (
        f"{part.name}: how many pieces do you need? {left} are left. One costs "
        f"{rupees(part.price)}, and {rupees(part.bulk_price)} from {BULK_QUANTITY} pieces up.",
        tuple(str(n) for n in (BULK_QUANTITY, 2 * BULK_QUANTITY, 4 * BULK_QUANTITY) if n <= left),
    )


def _ask_contact(draft: _Draft, facts: Facts) -> _Question:
    if draft.missing == _CONTACT:
        order = described(order_lines(draft.lines, facts), facts)
        return f"{order}\nTo confirm your order, please send me your {_listed(draft.missing)}.", ()
    thanks = f"Thank you, {draft.contact.name}." if draft.contact.name else "Thank you."
    return f"{thanks} To confirm your order, I still need your {_listed(draft.missing)}.", ()


def _ask_confirmation(draft: _Draft, facts: Facts) -> _Question:
    reused = "\nThe contact is the one of your last order." if draft.contact_reused else ""
    return (
        f"Perfect! {_summary(draft, facts)}{reused}\nConfirm this order?",
        ("Place order", "Change quantity"),
    )


def _summary(draft: _Draft, facts: Facts) -> str:
    """Where to pick up what, for how much, and whom the shop reaches how."""
    contact = draft.contact
    return (
        f"Pickup Location: {SHOP_NAME}, {PICKUP_LOCATION} (ready in {READY_IN}).\n"
        f"{described(order_lines(draft.lines, facts), facts)}\n"
        f"Contact: {contact.name}, {contact.phone}, {contact.email}"
    )


_QUESTIONS: Mapping[str, Callable[[_Draft, Facts], _Question]] = {
    "collecting_parts": _ask_parts,
    "collecting_quantity": _ask_quantity,
    "collecting_contact": _ask_contact,
    "confirming": _ask_confirmation,
}
