"""The messages by which a new customer comes to each step of the flows."""

from collections.abc import Mapping, Sequence

from simulators.errors import UsageError

DETAILS = ("name", "phone", "phone number", "email", "email address", "location", "problem")
"""What a customer can say of themselves in the flows, by the words for it."""

KEPT = (
    *("name", "phone", "email", "location", "problem"),
    *("part id", "quantity", "pickup location", "lines", "contact", "prices", "arranged"),
)
"""What the flows keep of a conversation, by the names that it has there."""

_ORDER = (
    "I need 11 remote controls",
    "My name is Hari, my phone number is 9876543210 and my email is hari@example.com",
    "yes",
)
_CALLBACK = (
    "I called you but nobody answered",
    "My name is Hari",
    "9876543210",
    "Thiruvalla",
)
_OPENINGS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("bulk_order", "initial"): (),
    ("bulk_order", "collecting_parts"): ("I want to place a bulk order",),
    ("bulk_order", "collecting_quantity"): ("I need remote controls in bulk",),
    ("bulk_order", "collecting_contact"): _ORDER[:1],
    ("bulk_order", "confirming"): _ORDER[:2],
    ("bulk_order", "complete"): _ORDER,
    ("callback", "initial"): (),
    ("callback", "collecting_name"): _CALLBACK[:1],
    ("callback", "collecting_phone"): _CALLBACK[:2],
    ("callback", "collecting_location"): _CALLBACK[:3],
    ("callback", "collecting_problem"): _CALLBACK,
}


def opening_of(flow: str, step: str) -> Sequence[str]:
    """The messages that lead to that step. Raises `UsageError` where none are known."""
    try:
        return _OPENINGS[flow, step]
    except KeyError:
        known = ", ".join(f"{step} of {flow}" for flow, step in _OPENINGS)
        raise UsageError(
            f"nobody told how to come to step {step!r} of {flow!r}; choose one of: {known}"
        ) from None
