"""The store port: the durable tier of the hybrid storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from coolwind.catalogue import Part
from coolwind.effects import CallbackTask, Effect, Notification, Order
from coolwind.session import Session


@dataclass(frozen=True, slots=True)
class Commit:
    """Everything durable that one turn did; it is stored whole or not at all.

    `session.version` is one more than the version that the turn started from.
    """

    session: Session
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the store knows of the shop: pieces left by part ID, and the next numbers of a day."""

    stock: Mapping[str, int]
    order_number: str
    callback_number: str


@dataclass(frozen=True, slots=True)
class Pending:
    """A notification whose next attempt is due; so many were made in vain.

    `session_id` is that of the turn that left it, None where an earlier release stored it.
    """

    notification: Notification
    session_id: str | None
    attempts: int


class SessionStore(Protocol):
    """Durable sessions and effects.

    Every method raises `StoreUnavailable` when the store cannot be reached; then nothing is known
    of what it did. What a method returned is durable. Values that go in or come out are never
    shared with the store: changing one changes nothing stored.
    """

    async def open(self, parts: Sequence[Part]) -> None:
        """Make the store ready, with the opening stock of each part it has not seen before."""
        ...

    async def load(self, session_id: str) -> Session | None:
        """The session as its last commit left it."""
        ...

    async def load_opened_by(self, opening: str) -> Session | None:
        """The session whose first message had this mark (`Session.opening`)."""
        ...

    async def last_turn_of_deleted(self, opening: str) -> datetime | None:
        """When the deleted session whose first message had this mark had its last turn."""
        ...

    async def shelf(self, today: date) -> Shelf:
        """Stock and next numbers, as they are now."""
        ...

    async def commit(self, commit: Commit) -> None:
        """Store a turn.

        Raises `Conflict` and stores nothing when the stored session has another version than the
        turn started from (for a first turn: exists already, or another session, be it a deleted
        one, has the same opening mark), when a number was given to somebody else, or when the
        stock does not suffice.
        """
        ...

    async def delete(self, session_id: str) -> None:
        """Forget a session; its effects stay. Nothing happens where there is none.

        They must not happen again when the message that began it is repeated. So its opening mark
        stays, with its ID, the moment of its last turn and nothing else, until a sweep up to that
        moment.
        """
        ...

    async def sweep(self, last_turn_until: datetime) -> int:
        """Forget the sessions whose last turn was at that moment or earlier; how many they were.

        What stayed of deleted sessions goes as well, and is not counted.
        """
        ...

    async def pending(self, now: datetime, limit: int) -> Sequence[Pending]:
        """Notifications that wait and whose next attempt is due by now: those never tried first,
        in their order, then those that were put off, by the moment until which they were.
        """
        ...

    async def count_waiting(self) -> int:
        """How many notifications wait, due or not: neither delivered nor refused."""
        ...

    async def put_off(self, key: str, until: datetime) -> None:
        """Record an attempt in vain: the notification with this key is not due until then."""
        ...

    async def mark_delivered(self, key: str, now: datetime) -> None:
        """Record that the notification with this key was handed over.

        Its key and its session ID stay until a sweep, so that it is not taken once more. What it
        said, and to whom, is forgotten at once.
        """
        ...

    async def mark_refused(self, key: str, now: datetime) -> None:
        """Record that the notification with this key will never be taken: it is a dead letter.

        It stays whole until a sweep, for somebody of the shop to read.
        """
        ...

    async def sweep_outbox(self, delivered_until: datetime, refused_until: datetime) -> None:
        """Forget the notifications delivered, and those refused, at these moments or earlier.

        One that waits is never forgotten.
        """
        ...

    async def orders(self) -> Sequence[Order]:
        """Every order placed, oldest first."""
        ...

    async def callback_tasks(self) -> Sequence[CallbackTask]:
        """Every callback task, oldest first."""
        ...

    async def close(self) -> None:
        """Let go of what the store holds open."""
        ...
