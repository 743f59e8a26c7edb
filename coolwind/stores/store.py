"""The store port: the durable tier of the hybrid storage."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from coolwind.catalogue import Part
from coolwind.effects import CallbackTask, Effect, Notification, Order
from coolwind.session import Session
from coolwind.tombstone import Tombstone


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

    Every method raises `StoreUnavailable` when the store cannot be reached or has kept its caller
    waiting for too long (`coolwind.waiting`); then nothing is known of what it did. What a method
    returned is durable. Values that go in or come out are never shared with the store: changing
    one changes nothing stored.
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

    async def tombstone(self, session_id: str) -> Tombstone | None:
        """What stayed of the session with this ID, if it has ended."""
        ...

    async def tombstone_with(self, marks: Collection[str]) -> Tombstone | None:
        """What stayed of a session with any of these marks, if one has ended."""
        ...

    async def shelf(self, today: date) -> Shelf:
        """Stock and next numbers, as they are now."""
        ...

    async def commit(self, commit: Commit) -> None:
        """Store a turn.

        Raises `Conflict` and stores nothing when the stored session has another version than the
        turn started from (for a first turn: exists already, another session has the same opening
        mark, or the tombstone of another has any mark of this one), when a number was given to
        somebody else, when no callback task has the number of one to correct, or when the stock
        does not suffice.
        """
        ...

    async def delete(self, session_id: str) -> None:
        """Forget a session that its customer clears. Nothing happens where there is none.

        Its effects stay, and a tombstone (`Ending.CLEARED`) with the session's marks, so that the
        effects do not happen again when a message is repeated.
        """
        ...

    async def sweep(self, last_turn_until: datetime) -> int:
        """Forget the sessions whose last turn was at that moment or earlier; how many they were.

        Of each a tombstone stays (`Ending.SWEPT`). Tombstones with a last turn that early lose
        their marks, and those of `COOKIE_SURPLUS` before that moment, or earlier, go.
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

    async def try_write(self) -> None:
        """Write something that means nothing, as durably as a turn."""
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
