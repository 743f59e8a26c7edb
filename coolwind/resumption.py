"""Which session a message belongs to: from memory, else from the store, else a new one."""

import hashlib
import hmac
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from coolwind.clock import Clock
from coolwind.errors import MessageReused
from coolwind.events import Event, EventName
from coolwind.ids import Ids, is_invented
from coolwind.memory import SessionMemory
from coolwind.messages import Message, Tier
from coolwind.session import Session
from coolwind.stores.store import SessionStore

NOT_FOUND = "I could not find our earlier conversation, so this chat starts afresh."
"""What the customer reads where the session is unknown or not proven to be their own.

One sentence for both, so that nobody learns which sessions exist.
"""

EXPIRED = "Our earlier conversation has expired, so this chat starts afresh."
"""What the customer reads where their own session has expired."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The session that takes the message, and the tier that had it.

    `notice` tells the customer that an earlier conversation is not continued. `events` is what
    happened on the way; it counts once the turn is committed.
    """

    session: Session
    tier: Tier
    notice: str | None = None
    events: tuple[Event, ...] = ()


class Resumption:
    """Finds the session of a message, or begins one."""

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Ids,
        store: SessionStore,
        memory: SessionMemory,
        expiry: timedelta,
    ) -> None:
        self._clock = clock
        self._ids = ids
        self._store = store
        self._memory = memory
        self._expiry = expiry

    async def resume(self, message: Message, now: datetime) -> Resumed:
        """The customer's own session if it still lives; else the one that this very message
        opened before; else a new one, with an ID and a proof that nobody had before.

        Raises `MessageReused` when this very message opened one that cannot give its reply again.
        """
        if message.session_id is None:
            return await self._begin(message, now)
        found = await self._find(message.session_id, now)
        if found is None:
            return await self._begin(message, now, NOT_FOUND)
        if not is_own(found.session, message.proof) or _is_of_another(message, found.session):
            refused = Event(EventName.SESSION_REFUSED, message.session_id)
            return await self._begin(message, now, NOT_FOUND, refused)
        if found.session.is_expired(now, self._expiry):
            expired = Event(EventName.SESSION_EXPIRED, message.session_id)
            return await self._begin(message, now, EXPIRED, expired)
        return found

    async def _find(self, session_id: str, now: datetime) -> Resumed | None:
        session = self._memory.get(session_id, now)
        if session is not None and not session.is_expired(now, self._expiry):
            return Resumed(session, Tier.MEMORY)
        self._memory.drop(session_id)
        began = self._clock.monotonic()
        session = await self._store.load(session_id)
        if session is None:
            return None
        return self._restored(session, began)

    async def _begin(
        self, message: Message, now: datetime, notice: str | None = None, *events: Event
    ) -> Resumed:
        opening = opening_mark(message)
        if opening is not None:
            opened = await self._opened_by(opening, now)
            if opened is not None and opened.session.reply_to(message) is None:
                raise MessageReused(
                    "This message began a conversation that has gone on for too long to give its "
                    "reply again: send the message with an ID of its own."
                )
            if opened is not None:
                return opened
            await self._check_cleared(opening, now)
        session = Session(
            session_id=self._ids.session_id(),
            customer_id=message.customer_id or self._ids.customer_id(),
            proof=self._ids.proof(),
            started_at=now,
            last_turn_at=now,
            opening=opening,
        )
        created = Event(EventName.SESSION_CREATED, session.session_id)
        return Resumed(session, Tier.NEW, notice, (*events, created))

    async def _opened_by(self, opening: str, now: datetime) -> Resumed | None:
        began = self._clock.monotonic()
        session = await self._store.load_opened_by(opening)
        if session is None:
            return None
        if session.is_expired(now, self._expiry):
            # Its mark has to be free for the new session, and only the store can tell for sure
            # that no turn has come in between.
            await self._store.sweep(now - self._expiry)
            return None
        return self._restored(session, began)

    async def _check_cleared(self, opening: str, now: datetime) -> None:
        """Return when the mark is not that of a session which was cleared before it expired."""
        last_turn_at = await self._store.last_turn_of_deleted(opening)
        if last_turn_at is None:
            return
        if now - last_turn_at < self._expiry:
            raise MessageReused(
                "This message began a conversation that was cleared: send the message with an ID "
                "of its own."
            )
        await self._store.sweep(now - self._expiry)

    def _restored(self, session: Session, began: float) -> Resumed:
        seconds = self._clock.monotonic() - began
        restored = Event(EventName.SESSION_RESTORED, session.session_id, {"seconds": seconds})
        return Resumed(session, Tier.STORE, events=(restored,))


def is_own(session: Session, proof: str | None) -> bool:
    """Whether the proof shows that the session belongs to whoever presents it."""
    presented = (proof or "").encode("utf-8", "surrogatepass")
    return hmac.compare_digest(presented, session.proof.encode("utf-8", "surrogatepass"))


def _is_of_another(message: Message, session: Session) -> bool:
    """Whether the page names another user than the session's: a guest can get a name later."""
    if message.customer_id is None or is_invented(session.customer_id):
        return False
    return message.customer_id != session.customer_id


def opening_mark(message: Message) -> str | None:
    """What recognises this message as the first of a session when it comes again.

    Whoever repeats an opening message gets the session's proof. So only a message whose ID is a
    UUID leaves a mark: nobody guesses such a name, while `1` is chosen by many.
    """
    if message.message_id is None:
        return None
    try:
        uuid.UUID(message.message_id)
    except ValueError:
        return None
    named = json.dumps([message.message_id, message.customer_id, message.text])
    return hashlib.sha256(named.encode()).hexdigest()
