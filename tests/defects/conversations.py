"""The conversations that the services of the gallery are explored with."""

from dataclasses import dataclass, field
from datetime import timedelta

from simulators.conversation import (
    THE_CUSTOMER,
    Break,
    Impersonate,
    Pause,
    Say,
    Script,
    SwitchTab,
)
from simulators.targets.target import Arrangement

_FIRST = "Hi so i need to buy 11 remote controls"
_CONTACT = "Name is Hari and phone number is 9876543210 and email is hari@example.com"
_ASIDE = "What are your opening hours?"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A script, its name, and how the service is set up for it."""

    name: str
    script: Script
    arrangement: Arrangement = field(default_factory=Arrangement)


def _said(*texts: str) -> Script:
    return tuple(Say(THE_CUSTOMER, text) for text in texts)


BULK_ORDER = Conversation("A bulk order", _said(_FIRST, _CONTACT, "yes"))
ORDER_AND_QUESTION = Conversation(
    "A question after the order", _said(_FIRST, _CONTACT, "yes", _ASIDE)
)
CALLBACK = Conversation(
    "A callback",
    _said("I called you but nobody answered", "Priya", "9876543211", "Kochi", "AC not cooling"),
)
ASIDE = Conversation("A question in the middle", _said(_FIRST, _ASIDE, _CONTACT, "yes"))
PAUSES = Conversation(
    "A slow customer",
    (*_said(_FIRST), Pause(timedelta(minutes=20)), *_said(_CONTACT, "yes")),
)
TWO_CUSTOMERS = Conversation(
    "Two customers",
    (
        Say("Hari", _FIRST),
        Say("Priya", "I need 6 air filters"),
        Say("Hari", _CONTACT),
        Say("Priya", "My name is Priya, my phone is 9876543211, email priya@example.com"),
        Say("Hari", "yes"),
        Say("Priya", "yes"),
    ),
)
TWO_TABS = Conversation(
    "Two tabs",
    (
        *_said(_FIRST),
        Break("new-tab"),
        *_said(_CONTACT),
        SwitchTab(THE_CUSTOMER, 1),
        *_said("yes"),
    ),
)
STARTING_OVER = Conversation(
    "Starting over", (*_said(_FIRST, _CONTACT), Break("clear-chat"), *_said(_FIRST, _CONTACT))
)
FOREIGN_SESSION = Conversation(
    "A foreign session ID",
    (
        Say("Hari", _FIRST),
        Say("Hari", _CONTACT),
        Impersonate("Priya", "Hari"),
        Say("Priya", "yes"),
        Say("Hari", "yes"),
    ),
)

CONVERSATIONS = (
    BULK_ORDER,
    ORDER_AND_QUESTION,
    CALLBACK,
    ASIDE,
    PAUSES,
    TWO_CUSTOMERS,
    TWO_TABS,
    STARTING_OVER,
    FOREIGN_SESSION,
)
"""Every conversation: none of them may raise an alarm on a correct service."""
