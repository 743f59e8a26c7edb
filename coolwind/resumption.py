"""Which session a message belongs to: from memory, else from the store, else a new one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from coolwind.clock import Clock
from coolwind.errors import MessageReused
from coolwind.events import Event, EventName
from coolwind.ids import Ids, is_invented
from coolwind.marks import marks_anywhere, message_mark, opening_mark
from coolwind.memory import SessionMemory
from coolwind.messages import Message, Tier
from coolwind.proofs import digest_of, is_proof, opening_proof
from coolwind.session import Session
from coolwind.stores.store import SessionStore
from coolwind.tombstone import Ending, Tombstone

NOT_FOUND = "I could not find our earlier conversation, so this chat starts afresh."
"""What the customer reads where the session is unknown or not proven to be their own.

One sentence for both, so that nobody learns which sessions exist.
"""

EXPIRED = "Our earlier conversation has expired, so this chat starts afresh."
"""What the customer reads where their own session has expired."""

CLEARED = "Our earlier conversation was cleared, so this chat starts afresh."
"""What the customer reads where they have cleared their own session, as in another tab."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """The session that takes the message, and the tier that had it.

    `proof` is the session's, where the browser did not present it. `notice` tells the customer that
    an earlier conversation is not continued. `events` is what happened on the way; it counts once
    the turn is committed.
    """

    session: Session
    tier: Tier
    proof: str | None = None
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

        Raises `MessageReused` when this very message was answered before and its reply cannot be
        given again: its session was cleared, or has gone on for too long.
        """
        resumed = await self._found_or_begun(message, now)
        if resumed.session.reply_to(message) is None:
            await self._check_new(message, resumed.session, now)
        return resumed

    async def sweep(self, now: datetime) -> int:
        """Forget the sessions in the store that have expired; how many they were."""
        return await self._store.sweep(now - self._expiry)

    async def _found_or_begun(self, message: Message, now: datetime) -> Resumed:
        if message.session_id is None:
            return await self._begin(message, now)
        found = await self._find(message.session_id, now)
        if found is None:
            return await self._begin_after(message.session_id, message, now)
        if not is_own(found.session, message.proof) or _is_of_another(message, found.session):
            refused = Event(EventName.SESSION_REFUSED, message.session_id)
            return await self._begin(message, now, NOT_FOUND, refused)
        if found.session.is_expired(now, self._expiry):
            return await self._begin_after_expiry(message.session_id, message, now)
        return found

    async def _begin_after_expiry(
        self, session_id: str, message: Message, now: datetime
    ) -> Resumed:
        """A new session in the place of one that has expired, and that is ended first: only the
        store can tell for sure that no turn of another node has come in between, and none can come
        behind it."""
        await self.sweep(now)
        began = self._clock.monotonic()
        session = await self._store.load(session_id)
        if session is not None:
            return self._restored(session, began)
        return await self._begin(message, now, EXPIRED, _expired(session_id))

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

    async def _begin_after(self, session_id: str, message: Message, now: datetime) -> Resumed:
        """A new session in the place of one that is gone, and may have left a tombstone."""
        tombstone = await self._store.tombstone(session_id)
        if tombstone is None or not tombstone.is_proven_by(message.proof):
            return await self._begin(message, now, NOT_FOUND)
        if tombstone.ending is Ending.SWEPT:
            return await self._begin(message, now, EXPIRED, _expired(session_id))
        if message.message_id and message_mark(message.message_id, session_id) in tombstone.marks:
            await self._refuse_repetition(tombstone, now)
        return await self._begin(message, now, CLEARED)

    async def _begin(
        self, message: Message, now: datetime, notice: str | None = None, *events: Event
    ) -> Resumed:
        opening = opening_mark(message)
        if opening is not None:
            opened = await self._opened_by(message, opening, now)
            if opened is not None:
                return opened
        session_id = self._ids.session_id()
        customer_id = message.customer_id or self._ids.customer_id()
        proof, salt = self._proof_for(message, opening)
        session = Session(
            session_id=session_id,
            customer_id=customer_id,
            proof=digest_of(proof),
            started_at=now,
            last_turn_at=now,
            salt=salt,
            opening=opening,
        )
        created = Event(EventName.SESSION_CREATED, session.session_id)
        return Resumed(session, Tier.NEW, proof, notice, (*events, created))

    def _proof_for(self, message: Message, opening: str | None) -> tuple[str, str | None]:
        """A proof that nobody had before, and its salt, if the message has an ID to make it of."""
        secret = self._ids.proof()
        if opening is None or message.message_id is None:
            return secret, None
        return opening_proof(secret, message.message_id), secret

    async def _opened_by(self, message: Message, opening: str, now: datetime) -> Resumed | None:
        began = self._clock.monotonic()
        session = await self._store.load_opened_by(opening)
        if session is None:
            return None
        if session.is_expired(now, self._expiry):
            # Its mark has to be free for the new session, and only the store can tell for sure
            # that no turn has come in between.
            await self.sweep(now)
            return None
        if session.salt is None or message.message_id is None:
            raise MessageReused(
                "This message has begun a conversation that cannot be proven by it: send the "
                "message with an ID of its own."
            )
        proof = opening_proof(session.salt, message.message_id)
        return replace(self._restored(session, began), proof=proof)

    async def _check_new(self, message: Message, session: Session, now: datetime) -> None:
        """Return when the message was answered neither by this session nor by one that was cleared
        since.
        """
        if session.has_forgotten(message):
            raise MessageReused(
                "This message was answered too long ago to give its reply again: send the message "
                "with an ID of its own."
            )
        marks = marks_anywhere(message)
        tombstone = await self._store.tombstone_with(marks) if marks else None
        if tombstone is not None:
            await self._refuse_repetition(tombstone, now)

    async def _refuse_repetition(self, tombstone: Tombstone, now: datetime) -> None:
        """Raise `MessageReused`, unless the session would have expired by now: then its marks are
        to be free.
        """
        if not tombstone.is_expired(now, self._expiry):
            raise MessageReused(
                "This message belongs to a conversation that was cleared: send the message with an "
                "ID of its own."
            )
        await self.sweep(now)

    def _restored(self, session: Session, began: float) -> Resumed:
        seconds = self._clock.monotonic() - began
        restored = Event(EventName.SESSION_RESTORED, session.session_id, {"seconds": seconds})
        return Resumed(session, Tier.STORE, events=(restored,))


def is_own(session: Session, proof: str | None) -> bool:
    """Whether the proof shows that the session belongs to whoever presents it."""
    return is_proof(proof, session.proof)


def _is_of_another(message: Message, session: Session) -> bool:
    """Whether the page names another user than the session's: a guest can get a name later."""
    if message.customer_id is None or is_invented(session.customer_id):
        return False
    return message.customer_id != session.customer_id


def _expired(session_id: str) -> Event:
    return Event(EventName.SESSION_EXPIRED, session_id)
