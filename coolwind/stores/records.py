"""What every store keeps beside the sessions: the text of effects, the numbers of a day, and what
stays of a session that ends.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from coolwind.documents import read_session
from coolwind.effects import CallbackTask, Contact, Notification, Order, OrderLine
from coolwind.errors import UnreadableState
from coolwind.tombstone import Ending, Tombstone, tombstone_of

NOBODYS = ""
"""The digest of a proof that is not known: nobody can present it."""

_DIGITS = 3


def order_prefix(today: date) -> str:
    """What the order numbers of a day begin with."""
    return f"CW-{_digits(today)}-"


def callback_prefix(today: date) -> str:
    """What the numbers of a day's callback tasks begin with."""
    return f"CB-{_digits(today)}-"


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")


def next_number(prefix: str, given: Iterable[str]) -> str:
    """The number after the highest that was given with this prefix."""
    serials = (int(number.removeprefix(prefix)) for number in given if number.startswith(prefix))
    return f"{prefix}{max(serials, default=0) + 1:0{_DIGITS}d}"


def no_task(number: str) -> str:
    """Why a task cannot be corrected."""
    return f"No callback task has the number {number}."


def write_effect(effect: Order | CallbackTask | Notification) -> str:
    """The effect as ASCII JSON text."""
    return json.dumps(asdict(effect), separators=(",", ":"))


def read_order(text: str) -> Order:
    """The order that `write_effect` wrote."""
    fields = json.loads(text)
    lines = tuple(OrderLine(**line) for line in fields.pop("lines"))
    return Order(lines=lines, contact=Contact(**fields.pop("contact")), **fields)


def read_callback_task(text: str) -> CallbackTask:
    """The callback task that `write_effect` wrote."""
    return CallbackTask(**json.loads(text))


def read_notification(text: str) -> Notification:
    """The notification that `write_effect` wrote."""
    return Notification(**json.loads(text))


def read_tombstone(
    document: str, session_id: str, opening: str | None, last_turn_at: datetime, ending: Ending
) -> Tombstone:
    """What stays of a stored session: of one that nobody can read, what is known without that."""
    try:
        return tombstone_of(read_session(document, session_id), ending)
    except UnreadableState:
        marks = frozenset() if opening is None or ending is Ending.SWEPT else frozenset({opening})
        return Tombstone(session_id, NOBODYS, ending, last_turn_at, marks)
