"""The store for simulation: everything in this process, and still as a database would have it.

It keeps text, never a live object, and awaits nothing, so that a turn on it can be driven by hand.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from coolwind.catalogue import Part
from coolwind.documents import PREVIOUS_SCHEMA, SCHEMA, Schema, read_session, write_session
from coolwind.effects import CallbackTask, Correction, Effect, Notification, Order
from coolwind.errors import Conflict
from coolwind.session import Session
from coolwind.stores.records import (
    callback_prefix,
    next_number,
    no_task,
    order_prefix,
    read_callback_task,
    read_notification,
    read_order,
    read_tombstone,
    write_effect,
)
from coolwind.stores.store import Commit, Pending, Shelf
from coolwind.tombstone import COOKIE_SURPLUS, Ending, Tombstone


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session's document, and what the store must know of it without reading that."""

    document: str
    version: int
    last_turn_at: datetime
    opening: str | None


AT_ONCE = datetime.min.replace(tzinfo=UTC)
"""When the first attempt of a notification is due."""


@dataclass(frozen=True, slots=True)
class StoredNotification:
    """A notification in the outbox: JSON text, which is empty once it is delivered."""

    text: str
    session_id: str
    attempts: int = 0
    next_attempt_at: datetime = AT_ONCE
    delivered_at: datetime | None = None
    refused_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it is neither delivered nor refused."""
        return self.delivered_at is None and self.refused_at is None

    def is_due(self, now: datetime) -> bool:
        """Whether it waits for an attempt that can be made by now."""
        return self.waits and self.next_attempt_at <= now


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything stored; a value, so keeping one is a snapshot.

    `sessions` and `tombstones` by session ID, `stock` by part ID, `orders` and `callback_tasks` by
    number, `outbox` by dedupe key. Effects are JSON text.
    """

    sessions: Mapping[str, StoredSession] = field(default_factory=dict)
    tombstones: Mapping[str, Tombstone] = field(default_factory=dict)
    stock: Mapping[str, int] = field(default_factory=dict)
    orders: Mapping[str, str] = field(default_factory=dict)
    callback_tasks: Mapping[str, str] = field(default_factory=dict)
    outbox: Mapping[str, StoredNotification] = field(default_factory=dict)

    def with_effect(self, session_id: str, effect: Effect) -> "Contents":
        """The contents once the effect of that session has happened. Raises `Conflict` where it
        cannot.
        """
        match effect:
            case Order():
                return self._with_order(effect)
            case CallbackTask():
                tasks = _with_number(self.callback_tasks, effect)
                return replace(self, callback_tasks=tasks)
            case Correction(task):
                if task.number not in self.callback_tasks:
                    raise Conflict(no_task(task.number))
                tasks = {**self.callback_tasks, task.number: write_effect(task)}
                return replace(self, callback_tasks=tasks)
            case Notification():
                if effect.key in self.outbox:
                    return self
                stored = StoredNotification(write_effect(effect), session_id)
                return replace(self, outbox={**self.outbox, effect.key: stored})

    def _with_order(self, order: Order) -> "Contents":
        stock = dict(self.stock)
        for line in order.lines:
            if stock.get(line.part_id, 0) < line.quantity:
                raise Conflict(f"Fewer pieces of {line.part_id} are left than were ordered.")
            stock[line.part_id] -= line.quantity
        return replace(self, stock=stock, orders=_with_number(self.orders, order))


def _with_number(given: Mapping[str, str], effect: Order | CallbackTask) -> Mapping[str, str]:
    if effect.number in given:
        raise Conflict(f"The number {effect.number} was given to somebody else.")
    return {**given, effect.number: write_effect(effect)}


class InMemoryStore:
    """A `SessionStore` that lasts as long as this object, and writes documents of one schema."""

    def __init__(self, schema: Schema = SCHEMA) -> None:
        self._schema = schema
        self._contents = Contents()

    def snapshot(self) -> Contents:
        """Everything stored now. Costs nothing."""
        return self._contents

    def restore(self, contents: Contents) -> None:
        """Be as at that snapshot."""
        self._contents = contents

    def previous_release(self) -> None:
        """Rewrite every session as the previous release would have written it."""
        self._contents = replace(
            self._contents,
            sessions={
                session_id: replace(
                    stored,
                    document=write_session(
                        read_session(stored.document, session_id), PREVIOUS_SCHEMA
                    ),
                )
                for session_id, stored in self._contents.sessions.items()
            },
        )

    async def open(self, parts: Sequence[Part]) -> None:
        opening_stock = {part.part_id: part.opening_stock for part in parts}
        stock = {**opening_stock, **self._contents.stock}
        self._contents = replace(self._contents, stock=stock)

    async def load(self, session_id: str) -> Session | None:
        stored = self._contents.sessions.get(session_id)
        return None if stored is None else read_session(stored.document, session_id)

    async def load_opened_by(self, opening: str) -> Session | None:
        for session_id, stored in self._contents.sessions.items():
            if stored.opening == opening:
                return read_session(stored.document, session_id)
        return None

    async def tombstone(self, session_id: str) -> Tombstone | None:
        return self._contents.tombstones.get(session_id)

    async def tombstone_with(self, marks: Collection[str]) -> Tombstone | None:
        for tombstone in self._contents.tombstones.values():
            if not tombstone.marks.isdisjoint(marks):
                return tombstone
        return None

    async def shelf(self, today: date) -> Shelf:
        return Shelf(
            stock=dict(self._contents.stock),
            order_number=next_number(order_prefix(today), self._contents.orders),
            callback_number=next_number(callback_prefix(today), self._contents.callback_tasks),
        )

    async def commit(self, commit: Commit) -> None:
        session = commit.session
        await self._check_version(session)
        stored = StoredSession(
            document=write_session(session, self._schema),
            version=session.version,
            last_turn_at=session.last_turn_at,
            opening=session.opening,
        )
        contents = replace(
            self._contents, sessions={**self._contents.sessions, session.session_id: stored}
        )
        for effect in commit.effects:
            contents = contents.with_effect(session.session_id, effect)
        self._contents = contents

    async def _check_version(self, session: Session) -> None:
        sessions = self._contents.sessions
        stored = sessions.get(session.session_id)
        if (0 if stored is None else stored.version) != session.version - 1:
            raise Conflict(f"Session {session.session_id} has gone on, or is gone.")
        if session.version == 1:
            cleared = await self.tombstone_with(session.marks)
            if cleared is not None and cleared.session_id != session.session_id:
                raise Conflict("A session that was cleared had answered the same message.")
        if session.opening is not None and any(
            other.opening == session.opening and session_id != session.session_id
            for session_id, other in sessions.items()
        ):
            raise Conflict("Another session has the same opening message.")

    async def delete(self, session_id: str) -> None:
        stored = self._contents.sessions.get(session_id)
        if stored is not None:
            self._end({session_id: stored}, Ending.CLEARED)

    async def sweep(self, last_turn_until: datetime) -> int:
        expired = {
            session_id: stored
            for session_id, stored in self._contents.sessions.items()
            if stored.last_turn_at <= last_turn_until
        }
        self._end(expired, Ending.SWEPT)
        tombstones = {
            session_id: replace(tombstone, marks=frozenset())
            if tombstone.last_turn_at <= last_turn_until
            else tombstone
            for session_id, tombstone in self._contents.tombstones.items()
            if tombstone.last_turn_at > last_turn_until - COOKIE_SURPLUS
        }
        self._contents = replace(self._contents, tombstones=tombstones)
        return len(expired)

    def _end(self, ended: Mapping[str, StoredSession], ending: Ending) -> None:
        sessions, tombstones = dict(self._contents.sessions), dict(self._contents.tombstones)
        for session_id, stored in ended.items():
            del sessions[session_id]
            tombstones[session_id] = read_tombstone(
                stored.document, session_id, stored.opening, stored.last_turn_at, ending
            )
        self._contents = replace(self._contents, sessions=sessions, tombstones=tombstones)

    async def pending(self, now: datetime, limit: int) -> Sequence[Pending]:
        due = [stored for stored in self._contents.outbox.values() if stored.is_due(now)]
        due.sort(key=lambda stored: stored.next_attempt_at)
        return [
            Pending(read_notification(stored.text), stored.session_id, stored.attempts)
            for stored in due[:limit]
        ]

    async def count_waiting(self) -> int:
        return sum(stored.waits for stored in self._contents.outbox.values())

    async def put_off(self, key: str, until: datetime) -> None:
        stored = self._contents.outbox.get(key)
        if stored is not None and stored.waits:
            attempts = stored.attempts + 1
            self._keep(key, replace(stored, attempts=attempts, next_attempt_at=until))

    async def mark_delivered(self, key: str, now: datetime) -> None:
        stored = self._contents.outbox.get(key)
        if stored is not None:
            self._keep(key, replace(stored, text="", delivered_at=now, refused_at=None))

    async def mark_refused(self, key: str, now: datetime) -> None:
        stored = self._contents.outbox.get(key)
        if stored is not None and stored.waits:
            self._keep(key, replace(stored, refused_at=now))

    def _keep(self, key: str, stored: StoredNotification) -> None:
        outbox = {**self._contents.outbox, key: stored}
        self._contents = replace(self._contents, outbox=outbox)

    async def sweep_outbox(self, delivered_until: datetime, refused_until: datetime) -> None:
        outbox = {
            key: stored
            for key, stored in self._contents.outbox.items()
            if not _is_by(stored.delivered_at, delivered_until)
            and not _is_by(stored.refused_at, refused_until)
        }
        self._contents = replace(self._contents, outbox=outbox)

    async def try_write(self) -> None:
        """It can always be written."""

    async def orders(self) -> Sequence[Order]:
        return [read_order(text) for text in self._contents.orders.values()]

    async def callback_tasks(self) -> Sequence[CallbackTask]:
        return [read_callback_task(text) for text in self._contents.callback_tasks.values()]

    async def close(self) -> None:
        """Nothing is held open; what was stored stays."""


def _is_by(moment: datetime | None, until: datetime) -> bool:
    return moment is not None and moment <= until
