"""What a customer is asked and told of an order in the making."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from coolwind.catalogue import BULK_QUANTITY, Part, rupees
from coolwind.flows.basket import Remarks, checked, described, order_lines, part_of
from coolwind.flows.flow import Facts
from coolwind.flows.order_draft import CONTACT, PICKUP_LOCATION, Draft
from coolwind.understanding.details import Detail, Details

SHOP_NAME = "Cool Wind Services"
READY_IN = "2 to 4 hours"

_LABELS = {Detail.NAME: "name", Detail.PHONE: "phone number", Detail.EMAIL: "email address"}

Question: TypeAlias = tuple[str, tuple[str, ...]]
"""What is asked, and the quick replies to it."""


def question_for(draft: Draft, facts: Facts) -> Question:
    """The question for the next thing that the order needs."""
    return _QUESTIONS[draft.step](draft, facts)


def reminder_of(step: str, missing: Sequence[Detail]) -> str:
    """The same question again, in one sentence."""
    questions = {
        "collecting_parts": "which parts do you need, and how many of each?",
        "collecting_quantity": "how many pieces do you need?",
        "collecting_contact": f"please send me your {_listed(missing)}.",
        "confirming": 'shall I place it? Say "yes" to confirm this order, or "cancel".',
    }
    return questions.get(step, "tell me when you need parts again.")


def noted(draft: Draft, told: Details) -> Remarks:
    """What to say of contact details that are told before they are asked for."""
    new = [detail for detail in CONTACT if detail in told.told]
    if not new or draft.step not in ("collecting_parts", "collecting_quantity"):
        return ()
    thanks = f"Thank you, {draft.contact.name}." if draft.contact.name else "Thank you."
    return (f"{thanks} I have noted your {_listed(new)}.",)


def summary_of(draft: Draft, facts: Facts) -> str:
    """Where to pick up what, for how much, and whom the shop reaches how."""
    contact = draft.contact
    return (
        f"Pickup Location: {SHOP_NAME}, {PICKUP_LOCATION} (ready in {READY_IN}).\n"
        f"{described(order_lines(draft.lines, facts), facts)}\n"
        f"Contact: {contact.name}, {contact.phone}, {contact.email}"
    )


def quote_for(draft: Draft, counts: Sequence[int | None], facts: Facts) -> str:
    """What the parts ordered cost and how many there are, or what so many pieces of the only one
    cost, where a message asks for that and says these numbers.
    """
    parts = [part for line in draft.lines if (part := part_of(line, facts)) is not None]
    if len(draft.lines) != 1 or len(counts) != 1:
        return "\n".join(f"{part.name}: {_offer(part, facts)}" for part in parts)
    asked, findings = checked((replace(draft.lines[0], quantity=counts[0]),), facts)
    return "\n".join(findings or ("That would be:", described(order_lines(asked, facts), facts)))


def _offer(part: Part, facts: Facts) -> str:
    return (
        f"{facts.stock.get(part.part_id, 0)} are left. One costs {rupees(part.price)}, and "
        f"{rupees(part.bulk_price)} from {BULK_QUANTITY} pieces up."
    )


def _ask_parts(draft: Draft, facts: Facts) -> Question:
    del draft
    sold = [part for part in facts.parts if facts.stock.get(part.part_id, 0) > 0]
    names = ", ".join(part.name for part in sold) or "nothing at the moment"
    return (
        f"Which parts do you need, and how many of each? In stock: {names}.",
        tuple(f"{2 * BULK_QUANTITY} {part.words[0]}s" for part in sold[:3]),
    )


def _ask_quantity(draft: Draft, facts: Facts) -> Question:
    line = next(line for line in draft.lines if line.quantity is None)
    part = next(part for part in facts.parts if part.part_id == line.part_id)
    left = facts.stock.get(line.part_id, 0)
    return (
        f"{part.name}: how many pieces do you need? {_offer(part, facts)}",
        tuple(str(n) for n in (BULK_QUANTITY, 2 * BULK_QUANTITY, 4 * BULK_QUANTITY) if n <= left),
    )


def _ask_contact(draft: Draft, facts: Facts) -> Question:
    if draft.missing == CONTACT:
        order = described(order_lines(draft.lines, facts), facts)
        return f"{order}\nTo confirm your order, please send me your {_listed(draft.missing)}.", ()
    thanks = f"Thank you, {draft.contact.name}." if draft.contact.name else "Thank you."
    return f"{thanks} To confirm your order, I still need your {_listed(draft.missing)}.", ()


def _ask_confirmation(draft: Draft, facts: Facts) -> Question:
    reused = "\nThe contact is the one of your last order." if draft.contact_reused else ""
    return (
        f"Perfect! {summary_of(draft, facts)}{reused}\nConfirm this order?",
        ("Place order", "Change quantity"),
    )


def _listed(details: Sequence[Detail]) -> str:
    """ "name, phone number and email address"."""
    labels = [_LABELS[detail] for detail in details]
    return " and ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


_QUESTIONS: Mapping[str, Callable[[Draft, Facts], Question]] = {
    "collecting_parts": _ask_parts,
    "collecting_quantity": _ask_quantity,
    "collecting_contact": _ask_contact,
    "confirming": _ask_confirmation,
}
