"""The messages by which a new customer comes to each step of the flows."""

from collections.abc import Mapping, Sequence

from coolwind.catalogue import Part
from simulators.errors import UsageError

DETAILS = ("name", "phone", "phone number", "email", "email address", "location", "problem")
"""What a customer can say of themselves in the flows, by the words for it."""

KEPT = (
    *("name", "phone", "email", "location", "problem"),
    *("part id", "quantity", "pickup location", "lines", "contact", "prices", "arranged"),
)
"""What the flows keep of a conversation, by the names that it has there."""

_USUAL = "remote"
_PIECES = 11

_CONTACT = "My name is Hari, my phone number is 9876543210 and my email is hari@example.com"
_CALLBACK = (
    "I called you but nobody answered",
    "My name is Hari",
    "9876543210",
    "Thiruvalla",
    "The AC does not cool",
)


def opening_of(flow: str, step: str, parts: Sequence[Part]) -> Sequence[str]:
    """The messages that lead to that step in a shop that sells these parts. Raises `UsageError`
    where none are known."""
    openings = _openings(*_wish(parts))
    try:
        return openings[flow, step]
    except KeyError:
        known = ", ".join(f"{step} of {flow}" for flow, step in openings)
        raise UsageError(
            f"nobody told how to come to step {step!r} of {flow!r}; choose one of: {known}"
        ) from None


def _openings(goods: str, pieces: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    order = (f"I need {pieces}", _CONTACT, "yes")
    return {
        ("bulk_order", "initial"): (),
        ("bulk_order", "collecting_parts"): ("I want to place a bulk order",),
        ("bulk_order", "collecting_quantity"): (f"I need {goods} in bulk",),
        ("bulk_order", "collecting_contact"): order[:1],
        ("bulk_order", "confirming"): order[:2],
        ("bulk_order", "complete"): order,
        ("callback", "initial"): (),
        ("callback", "collecting_name"): _CALLBACK[:1],
        ("callback", "collecting_phone"): _CALLBACK[:2],
        ("callback", "collecting_location"): _CALLBACK[:3],
        ("callback", "collecting_problem"): _CALLBACK[:4],
        ("callback", "complete"): _CALLBACK,
    }


def _wish(parts: Sequence[Part]) -> tuple[str, str]:
    """What to order and how many of it: remote controls, or else what there is most of."""
    for part in parts:
        if part.part_id == _USUAL and part.opening_stock >= _PIECES:
            return "remote controls", f"{_PIECES} remote controls"
    most = max(parts, key=lambda part: part.opening_stock)
    return most.name, f"{min(_PIECES, most.opening_stock)} {most.name}"
