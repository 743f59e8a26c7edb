"""An order in the making, and the state in which it waits for the next message.

The state is a JSON object, stored for days and migrated between releases:

    step              one of the steps of `bulk_order`
    lines             [{"part_id": str, "quantity": int or null}], null until it is said
    contact           {"name", "phone", "email"}, each a string or null; the phone in E.164 form
    contact_reused    whether the contact is that of the customer's last order
    pickup_location   in the steps `confirming` and `complete`: what the customer was told
    prices            in the steps `confirming` and `complete`: what the customer was shown that one
                      piece costs, {part_id: paise}; missing where an older release showed the
                      summary, or where a "yes" could be to something else: it is then shown again
                      before an order is placed
    order_number      in the step `complete`

The step `initial` has no other key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from coolwind.effects import Contact
from coolwind.flows.basket import Line, Lines, order_lines
from coolwind.flows.flow import Facts, JsonValue
from coolwind.flows.reading import StateReader
from coolwind.understanding.details import Detail, Known

PICKUP_LOCATION = "Thiruvalla, Kerala"

CONTACT = (Detail.NAME, Detail.PHONE, Detail.EMAIL)
"""The details that an order needs, in the order in which they are asked for."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An order in the making."""

    lines: Lines = ()
    contact: Contact = field(default_factory=Contact)
    contact_reused: bool = False

    @property
    def missing(self) -> tuple[Detail, ...]:
        """The contact details still to be had, in the order in which they are asked for."""
        return tuple(detail for detail in CONTACT if detail not in self.known)

    @property
    def known(self) -> Known:
        """The contact details that the customer has given."""
        values = {detail: getattr(self.contact, detail) for detail in CONTACT}
        return {detail: value for detail, value in values.items() if value is not None}

    @property
    def step(self) -> str:
        """Where the dialogue stands with what is known."""
        if not self.lines:
            return "collecting_parts"
        if any(line.quantity is None for line in self.lines):
            return "collecting_quantity"
        return "collecting_contact" if self.missing else "confirming"


def draft_in(reader: StateReader) -> Draft:
    """The order that a state holds."""
    if reader.step == "initial":
        return Draft()
    contact = reader.object("contact")
    return Draft(
        lines=tuple(
            Line(line.text("part_id"), line.optional_number("quantity"))
            for line in reader.objects("lines")
        ),
        contact=Contact(*(contact.optional_text(detail) for detail in CONTACT)),
        contact_reused=reader.flag("contact_reused"),
    )


def state_of(draft: Draft, facts: Facts) -> dict[str, JsonValue]:
    """The state that holds an order, whose summary the customer is shown at today's prices."""
    state: dict[str, JsonValue] = {
        "step": draft.step,
        "lines": [{"part_id": line.part_id, "quantity": line.quantity} for line in draft.lines],
        "contact": {detail.value: getattr(draft.contact, detail) for detail in CONTACT},
        "contact_reused": draft.contact_reused,
    }
    if draft.step == "confirming":
        state["pickup_location"] = PICKUP_LOCATION
        state["prices"] = prices_of(draft.lines, facts)
    return state


def prices_of(lines: Lines, facts: Facts) -> Mapping[str, int]:
    """What one piece of each line costs today, in paise, by part ID."""
    return {line.part_id: line.price for line in order_lines(lines, facts)}
