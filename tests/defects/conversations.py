"""The conversations that the services of the gallery are explored with."""

from dataclasses import dataclass, field
from datetime import timedelta

from simulators.conversation import (
    THE_CUSTOMER,
    Break,
    ChangeCatalogue,
    ClaimUser,
    Impersonate,
    OmitUser,
    Operate,
    Operation,
    Pause,
    Read,
    Say,
    Script,
    StockedPart,
    SwitchTab,
)
from simulators.targets.target import Arrangement

_FIRST = "Hi so i need to buy 11 remote controls"
_CONTACT = "Name is Hari and phone number is 9876543210 and email is hari@example.com"
_ASIDE = "What are your opening hours?"
_MISSED_CALL = "I called you but nobody answered"


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
    _said(_MISSED_CALL, "Priya", "9876543211", "Kochi", "AC not cooling"),
)
CALLBACK_AT_ONCE = Conversation(
    "A callback in one message",
    _said(
        f"{_MISSED_CALL}. My name is Priya, my number is 9876543211, I am in Kochi and my AC is"
        " not cooling"
    ),
)
ASIDE = Conversation("A question in the middle", _said(_FIRST, _ASIDE, _CONTACT, "yes"))
SUMMARY = Conversation("Up to the summary", _said(_FIRST, _CONTACT))
SUMMARY_AND_QUESTION = Conversation("A question at the summary", _said(_FIRST, _CONTACT, _ASIDE))
SECOND_THOUGHTS = Conversation(
    "A question before the confirmation", _said(_FIRST, _CONTACT, _ASIDE, "yes")
)
PIECEMEAL = Conversation(
    "Contact details in pieces",
    _said(_FIRST, "My name is Hari", _ASIDE, "9876543210, hari@example.com", "yes"),
)
TWO_ORDERS = Conversation(
    "Two orders", _said(_FIRST, _CONTACT, "yes", "I need 6 air filters", "yes")
)
NEW_PRICE = Conversation(
    "A price that changes before the yes",
    (
        *_said(_FIRST, _CONTACT),
        ChangeCatalogue((StockedPart("AC remote control", 48_000, 41_000, 60),)),
        *_said("yes", "yes"),
    ),
)
PAUSES = Conversation(
    "A slow customer",
    (*_said(_FIRST), Pause(timedelta(minutes=20)), *_said(_CONTACT, "yes")),
)
SHORT_SESSIONS = Conversation(
    "A slow customer where sessions are short",
    (
        *_said(_FIRST),
        Pause(timedelta(minutes=25)),
        *_said(_CONTACT),
        Pause(timedelta(minutes=25)),
        *_said("yes"),
    ),
    Arrangement(session_expiry=timedelta(minutes=45)),
)
LONG_PAUSES = Conversation(
    "A customer who comes back for days",
    (
        *_said(_FIRST),
        Pause(timedelta(days=5)),
        *_said(_CONTACT),
        Pause(timedelta(days=5)),
        *_said(_ASIDE, "yes"),
    ),
    Arrangement(session_expiry=timedelta(days=6)),
)
OUTAGE = Conversation(
    "An outage at the beginning",
    (
        Operate(Operation.STORE_OUTAGE),
        *_said(_ASIDE),
        Operate(Operation.STORE_RECOVERY),
        *_said(_FIRST, _CONTACT),
    ),
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
THE_LAST_ONES = Conversation(
    "The last ones",
    (
        Say("Hari", "I need 8 compressors"),
        Say("Hari", _CONTACT),
        Say("Priya", "I need 8 compressors"),
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
FOREIGN_USER = Conversation(
    "A foreign user ID",
    (
        Say("Hari", _FIRST),
        Say("Hari", _CONTACT),
        Say("Priya", _ASIDE),
        ClaimUser("Priya", "Hari"),
        Say("Priya", "yes"),
        Say("Hari", "yes"),
    ),
)
NAMELESS = Conversation(
    "A page that names its user once",
    (*_said(_FIRST), OmitUser(THE_CUSTOMER), *_said(_CONTACT)),
)
FOREIGN_TRANSCRIPT = Conversation(
    "A foreign transcript",
    (
        Say("Hari", _FIRST),
        Say("Hari", _CONTACT),
        Read("Hari"),
        Impersonate("Priya", "Hari"),
        Read("Priya"),
        Say("Hari", "yes"),
    ),
)

CONVERSATIONS = (
    BULK_ORDER,
    ORDER_AND_QUESTION,
    CALLBACK,
    CALLBACK_AT_ONCE,
    ASIDE,
    SUMMARY,
    SUMMARY_AND_QUESTION,
    SECOND_THOUGHTS,
    PIECEMEAL,
    TWO_ORDERS,
    NEW_PRICE,
    PAUSES,
    SHORT_SESSIONS,
    LONG_PAUSES,
    OUTAGE,
    TWO_CUSTOMERS,
    THE_LAST_ONES,
    TWO_TABS,
    STARTING_OVER,
    FOREIGN_SESSION,
    FOREIGN_USER,
    FOREIGN_TRANSCRIPT,
    NAMELESS,
)
"""Every conversation: none of them may raise an alarm on a correct service."""
