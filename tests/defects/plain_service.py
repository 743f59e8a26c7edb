"""A small chat service without a defect; a service of the gallery differs from it in one piece."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from coolwind.effects import Effect
from coolwind.errors import Conflict, MessageReused, NoSuchSession, StoreUnavailable
from coolwind.flows import Facts, State
from coolwind.marks import marks_anywhere, opening_mark
from coolwind.messages import Answer, Message, Reply, Tier
from coolwind.models.model import Prompt
from coolwind.proofs import digest_of, opening_proof
from coolwind.resumption import CLEARED, EXPIRED, NOT_FOUND, Resumed, is_own
from coolwind.service import SHOP_TIME
from coolwind.session import Answered, Session
from coolwind.stores.store import Commit, Shelf
from coolwind.tombstone import Ending
from simulators.targets.reference import Parts

_TRIES = 3

_ENDED = {Ending.CLEARED: CLEARED, Ending.SWEPT: EXPIRED}


@dataclass(frozen=True, slots=True)
class Move:
    """What a message does to a session."""

    reply: Reply
    states: Mapping[str, State]
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message did to a session, to be stored whole or not at all."""

    before: Session
    after: Session
    effects: tuple[Effect, ...]


class PlainService:
    """Serves conversations over memory and store, one message at a time.

    The methods are the decisions of such a service, in the order in which a message meets them.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    async def handle(self, message: Message) -> Answer:
        """Take one message and answer it."""
        for _ in range(_TRIES):
            try:
                return await self.take_turn(message)
            except Conflict:
                if message.session_id is not None:
                    self.parts.memory.drop(message.session_id)
        raise StoreUnavailable("Other turns were faster: send the message again.")

    async def take_turn(self, message: Message) -> Answer:
        """Resume, answer, save, remember."""
        now = self.parts.clock.now()
        resumed = await self.resume(message, now)
        recorded = self.recorded(resumed.session, message)
        if recorded is not None:
            self.remember(resumed, self.parts.clock.now())
            return answer_of(message, resumed, recorded.reply)
        move = await self.advance(resumed, message.text)
        # Both may have taken long, and all deadlines run from the reply on.
        now = self.parts.clock.now()
        reply = _with_notice(move.reply, resumed.notice)
        session = resumed.session.after_turn(message, reply, move.states, now)
        self.parts.memory.drop(session.session_id)
        await self.save(Turn(resumed.session, session, move.effects))
        self.remember(replace(resumed, session=session), now)
        return answer_of(message, resumed, reply)

    async def resume(self, message: Message, now: datetime) -> Resumed:
        """The session that takes the message."""
        if message.session_id is None:
            return await self.begin(message, now, None)
        found = await self.find(message.session_id, now)
        if found is None:
            return await self.begin(message, now, await self.epitaph(message.session_id, message))
        if not self.is_welcome(found, message):
            return await self.begin(message, now, NOT_FOUND)
        if self.is_expired(found, now):
            return await self.begin(message, now, EXPIRED)
        return found

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        """The session of that ID, from memory or else from the store."""
        session = self.parts.memory.get(session_id, now)
        if session is not None:
            return Resumed(session, Tier.MEMORY)
        session = await self.parts.store.load(session_id)
        return None if session is None else Resumed(self.restored(session), Tier.STORE)

    async def epitaph(self, session_id: str, message: Message) -> str | None:
        """What there is to say of a session that is gone."""
        tombstone = await self.parts.store.tombstone(session_id)
        if tombstone is None or not tombstone.is_proven_by(message.proof):
            return NOT_FOUND
        return _ENDED[tombstone.ending]

    def restored(self, session: Session) -> Session:
        """What the store had, as it goes on."""
        return session

    def is_welcome(self, found: Resumed, message: Message) -> bool:
        """Whether the session belongs to who writes."""
        return is_own(found.session, message.proof)

    def is_expired(self, found: Resumed, now: datetime) -> bool:
        """Whether the session has been silent for too long."""
        return found.session.is_expired(now, self.parts.expiry)

    async def begin(self, message: Message, now: datetime, notice: str | None) -> Resumed:
        """The session that this very message opened before, else a new one."""
        opening = opening_mark(message)
        if opening is not None:
            opened = await self.parts.store.load_opened_by(opening)
            if opened is not None and not opened.is_expired(now, self.parts.expiry):
                found = await self.find(opened.session_id, now) or Resumed(opened, Tier.STORE)
                return replace(found, proof=opening_proof(opened.salt, message.message_id))
            if opened is not None:
                await self.sweep()
            await self.check_not_cleared(message, now)
        session_id = self.parts.ids.session_id()
        customer_id = message.customer_id or self.parts.ids.customer_id()
        salt = self.parts.ids.proof()
        proof = opening_proof(salt, message.message_id or "")
        session = Session(
            session_id=session_id,
            customer_id=customer_id,
            proof=digest_of(proof),
            started_at=now,
            last_turn_at=now,
            salt=salt,
            opening=opening,
        )
        return Resumed(session, Tier.NEW, proof, notice)

    async def check_not_cleared(self, message: Message, now: datetime) -> None:
        """Return when no session answered this message and was cleared before it expired."""
        tombstone = await self.parts.store.tombstone_with(marks_anywhere(message))
        if tombstone is None:
            return
        if not tombstone.is_expired(now, self.parts.expiry):
            raise MessageReused("This message belongs to a conversation that was cleared.")
        await self.sweep()

    def recorded(self, session: Session, message: Message) -> Answered | None:
        """The reply that this message got before."""
        return session.reply_to(message)

    async def advance(self, resumed: Resumed, text: str) -> Move:
        """Let the waiting flow, else the first that wants the message, else the model answer."""
        parts, session = self.parts, resumed.session
        today = parts.clock.now().astimezone(SHOP_TIME).date()
        shelf = await self.shelf(today)
        stock, numbers = shelf.stock, (shelf.order_number, shelf.callback_number)
        facts = Facts(today, parts.catalogue.parts(), stock, *numbers)
        states = session.states
        waiting = [flow for flow in parts.flows if flow.is_active(states.get(flow.name))]
        for flow in waiting[:1] or parts.flows:
            outcome = flow.advance(states.get(flow.name), text, facts)
            if outcome is not None:
                after = {**states, flow.name: outcome.state}
                kept = {name: state for name, state in after.items() if state}
                return Move(outcome.reply, kept, outcome.effects)
        prompt = Prompt(text, session.history, facts.parts, stock)
        words = await parts.model.complete(prompt)
        reply = Reply(words.text, words.intent, escalated=words.escalated)
        for flow in waiting[:1]:
            state = states[flow.name]
            asked_again = f"{reply.text}\n\n{flow.reminder(state)}"
            reply = replace(reply, text=asked_again, flow=flow.name, step=str(state["step"]))
        return Move(reply, states)

    async def shelf(self, today: date) -> Shelf:
        """What is left in the shop, and the next numbers of the day."""
        return await self.parts.store.shelf(today)

    async def save(self, turn: Turn) -> None:
        """Make a turn durable."""
        await self.parts.store.commit(Commit(turn.after, turn.effects))

    def remember(self, served: Resumed, now: datetime) -> None:
        """Keep a session at hand, after a turn for which it came from that tier."""
        self.parts.memory.put(served.session, now)

    async def read(self, session_id: str, proof: str | None) -> Session:
        """The customer's own session."""
        return await self.own(session_id, proof)

    async def own(self, session_id: str, proof: str | None) -> Session:
        """The session that the proof belongs to."""
        session = await self.parts.store.load(session_id)
        if session is None or not is_own(session, proof):
            raise NoSuchSession("There is no such conversation: send a message to begin one.")
        return session

    async def clear(self, session_id: str, proof: str | None) -> None:
        """Forget the customer's own session."""
        await self.own(session_id, proof)
        await self.forget(session_id)

    async def forget(self, session_id: str) -> None:
        """Forget a session in both tiers."""
        await self.parts.store.delete(session_id)
        self.parts.memory.drop(session_id)

    async def sweep(self) -> int:
        """Forget the sessions that have expired."""
        return await self.parts.store.sweep(self.parts.clock.now() - self.parts.expiry)


def _with_notice(reply: Reply, notice: str | None) -> Reply:
    return reply if notice is None else replace(reply, text=f"{notice}\n\n{reply.text}")


def answer_of(message: Message, resumed: Resumed, reply: Reply) -> Answer:
    """The answer to a message that a session took."""
    return Answer(
        reply=reply,
        session_id=resumed.session.session_id,
        proof=resumed.proof or message.proof or "",
        customer_id=resumed.session.customer_id,
        served_from=resumed.tier,
        message_id=message.message_id,
        fresh=resumed.notice is not None,
    )
