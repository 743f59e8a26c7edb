"""The one road in: a message becomes a turn."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta, timezone

from coolwind.catalogue import Catalogue
from coolwind.clock import Clock
from coolwind.effects import Effect
from coolwind.errors import (
    Conflict,
    MessageReused,
    NoSuchSession,
    StoreUnavailable,
    UnreadableState,
)
from coolwind.events import Event, EventName, Listener
from coolwind.flows.flow import Facts, Flow, State
from coolwind.ids import Ids
from coolwind.marks import opening_mark
from coolwind.memory import SessionMemory
from coolwind.messages import Answer, Message, Reply, Tier, legible
from coolwind.models.model import Completion, Prompt
from coolwind.models.steadfast import SteadfastModel
from coolwind.progress import flow_events, state_events, step_of
from coolwind.resumption import Resumed, Resumption, is_own
from coolwind.session import Answered, Session
from coolwind.stores.store import Commit, SessionStore
from coolwind.tombstone import Ending
from coolwind.turns import TurnOrder
from coolwind.understanding.offers import part_offered
from coolwind.waiting import one_patience

MAX_TAKES = 32
"""How often one turn is taken before the store counts as unavailable."""

SHOP_TIME = timezone(timedelta(hours=5, minutes=30), "IST")
"""The shop's day is that of Kerala."""

_TROUBLE = {
    StoreUnavailable: EventName.STORE_UNAVAILABLE,
    UnreadableState: EventName.STATE_UNREADABLE,
}

_EXPIRED = "This conversation has expired: send a message to begin another."

_ENDED = {
    Ending.CLEARED: "This conversation was cleared: send a message to begin another.",
    Ending.SWEPT: _EXPIRED,
}


@dataclass(frozen=True, slots=True)
class _Move:
    """What a turn does to a session."""

    reply: Reply
    states: Mapping[str, State]
    effects: tuple[Effect, ...] = ()
    events: tuple[Event, ...] = ()


class ChatService:
    """Serves conversations over two tiers, memory and store.

    A reply is given only when its turn is stored. Every method raises `StoreUnavailable` when the
    store cannot be reached, and `UnreadableState` when what it holds cannot be read.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        ids: Ids,
        store: SessionStore,
        model: SteadfastModel,
        catalogue: Catalogue,
        flows: Sequence[Flow],
        memory: SessionMemory,
        turns: TurnOrder,
        listener: Listener,
        expiry: timedelta,
    ) -> None:
        self._clock = clock
        self._store = store
        self._model = model
        self._catalogue = catalogue
        self._flows = tuple(flows)
        self._memory = memory
        self._turns = turns
        self._listener = listener
        self._expiry = expiry
        self._resumption = Resumption(
            clock=clock, ids=ids, store=store, memory=memory, expiry=expiry
        )

    async def handle(self, message: Message) -> Answer:
        """Take one message and answer it.

        A message that was answered before gets its recorded reply. Raises `MessageReused` where
        that cannot be: its ID was used for another text, its conversation was cleared, or it was
        answered more than `MAX_ANSWERED` turns ago.
        """
        message = replace(message, text=legible(message.text))
        model = _AskedOnce(self._model)
        async with self._turns.turn(_line(message)):
            with self._telling_of_trouble(message.session_id):
                for _ in range(MAX_TAKES):
                    try:
                        return await self._take_turn(message, model)
                    except Conflict:
                        self._listener(Event(EventName.TURN_RETAKEN, message.session_id))
                        if message.session_id is not None:
                            self._memory.drop(message.session_id)
                raise StoreUnavailable(
                    f"Other turns were faster {MAX_TAKES} times in a row: send the message again."
                )

    async def read(self, session_id: str, proof: str | None) -> Session:
        """The customer's own session as it is stored. Raises `NoSuchSession`."""
        with self._telling_of_trouble(session_id), one_patience():
            session = await self._own(session_id, proof)
        if session.is_expired(self._clock.now(), self._expiry):
            raise NoSuchSession(_EXPIRED)
        return session

    async def clear(self, session_id: str, proof: str | None) -> None:
        """Forget the customer's own session in both tiers. Raises `NoSuchSession`.

        A turn that is being served meanwhile goes to a new session.
        """
        with self._telling_of_trouble(session_id), one_patience():
            await self._own(session_id, proof)
            await self._store.delete(session_id)
        self._memory.drop(session_id)
        self._listener(Event(EventName.SESSION_CLEARED, session_id))

    async def sweep(self) -> int:
        """Forget the sessions that have expired; how many they were."""
        now = self._clock.now()
        self._memory.evict_idle(now)
        swept = await self._resumption.sweep(now)
        self._listener(Event(EventName.SESSIONS_SWEPT, fields={"sessions": swept}))
        return swept

    async def check_store(self) -> None:
        """Return when the store can be read and written."""
        with self._telling_of_trouble(), one_patience():
            await self._store.shelf(self._clock.now().astimezone(SHOP_TIME).date())
            await self._store.try_write()

    def waiting_flow(self, session: Session) -> Flow | None:
        """The flow that waits for the customer in this session."""
        return next(
            (flow for flow in self._flows if flow.is_active(session.states.get(flow.name))), None
        )

    async def _take_turn(self, message: Message, model: "_AskedOnce") -> Answer:
        now = self._clock.now()
        resumed = await self._resumption.resume(message, now)
        answered = resumed.session.reply_to(message)
        if answered is not None:
            await self._check_repetition(message, resumed, answered)
            self._memory.put(resumed.session, now)
            repeated = {"served_from": resumed.tier.value}
            self._announce(
                *resumed.events,
                Event(EventName.MESSAGE_REPEATED, resumed.session.session_id, repeated),
            )
            return replace(_answer(message, resumed, answered.reply), repeated=True)
        move = await self._move(message, resumed, model)
        # The model may have taken long, and both clocks run from the reply on.
        now = self._clock.now()
        session = resumed.session.after_turn(message, move.reply, move.states, now)
        # Until the commit is known to have succeeded, memory must not claim to know the session.
        self._memory.drop(session.session_id)
        await self._store.commit(Commit(session, move.effects))
        self._memory.put(session, now)
        served = {
            "served_from": resumed.tier.value,
            "flow": move.reply.flow,
            "step": move.reply.step,
        }
        self._announce(
            *resumed.events,
            *move.events,
            Event(EventName.TURN_SERVED, session.session_id, served),
        )
        return _answer(message, replace(resumed, session=session), move.reply)

    async def _check_repetition(
        self, message: Message, resumed: Resumed, answered: Answered
    ) -> None:
        """Return when the recorded reply is the answer to this message."""
        session_id = resumed.session.session_id
        if answered.text != message.text:
            raise MessageReused(
                "This message ID belongs to a message with another text: send the message with an "
                "ID of its own."
            )
        if resumed.tier is Tier.MEMORY and await self._store.load(session_id) is None:
            raise Conflict(f"Session {session_id} was cleared by another process.")

    async def _move(self, message: Message, resumed: Resumed, model: "_AskedOnce") -> _Move:
        session = resumed.session
        today = self._clock.now().astimezone(SHOP_TIME).date()
        shelf = await self._store.shelf(today)
        parts = self._catalogue.parts()
        facts = Facts(
            today=today,
            parts=parts,
            stock=shelf.stock,
            order_number=shelf.order_number,
            callback_number=shelf.callback_number,
            offered=part_offered(session.exchanges, parts),
        )
        prompt = Prompt(message.text, session.history, facts.parts, facts.stock, session.session_id)
        waiting = self.waiting_flow(session)
        checked = state_events(session, waiting)
        for flow in self._flows if waiting is None else (waiting,):
            before = session.states.get(flow.name)
            outcome = flow.advance(before, message.text, facts)
            if outcome is not None:
                reply = outcome.reply
                if outcome.aside:
                    words = await model.complete(replace(prompt, text=outcome.aside))
                    reply = _with_answer(reply, words)
                return _Move(
                    reply=_with_notice(reply, resumed.notice),
                    states=_with_state(session.states, flow, outcome.state),
                    effects=outcome.effects,
                    events=(*checked, *flow_events(flow, before, outcome, session.session_id)),
                )
        words = await model.complete(prompt)
        reply = _in_words(words, waiting, session.states)
        return _Move(_with_notice(reply, resumed.notice), session.states, events=checked)

    async def _own(self, session_id: str, proof: str | None) -> Session:
        session = await self._store.load(session_id)
        if session is not None and is_own(session, proof):
            return session
        tombstone = await self._store.tombstone(session_id)
        if tombstone is not None and tombstone.is_proven_by(proof):
            raise NoSuchSession(_ENDED[tombstone.ending])
        raise NoSuchSession("There is no such conversation: send a message to begin one.")

    @contextmanager
    def _telling_of_trouble(self, session_id: str | None = None) -> Iterator[None]:
        """Announce what keeps somebody from being served."""
        try:
            yield
        except (StoreUnavailable, UnreadableState) as error:
            name = _TROUBLE[type(error)]
            self._listener(Event(name, session_id, {"reason": str(error)}))
            raise

    def _announce(self, *events: Event) -> None:
        for event in events:
            self._listener(event)


class _AskedOnce:
    """The language model during one message: its answer stays as long as it is asked the same.

    A turn that is taken again, from what another turn has left, asks anew.
    """

    def __init__(self, model: SteadfastModel) -> None:
        self._model = model
        self._asked: tuple[Prompt, Completion] | None = None

    async def complete(self, prompt: Prompt) -> Completion:
        """The model's answer to this prompt."""
        if self._asked is None or self._asked[0] != prompt:
            self._asked = prompt, await self._model.complete(prompt)
        return self._asked[1]


def _line(message: Message) -> str | None:
    """The line that the message stands in: that of its session, or of whom it opens one for."""
    if message.session_id is not None:
        # With its proof, so that nobody else can make the customer wait.
        return f"{message.session_id} {message.proof}"
    return opening_mark(message)


def _in_words(words: Completion, waiting: Flow | None, states: Mapping[str, State]) -> Reply:
    reply = Reply(text=words.text, intent=words.intent, escalated=words.escalated)
    if waiting is None:
        return reply
    state = states[waiting.name]
    return replace(
        reply,
        text=f"{words.text}\n\n{waiting.reminder(state)}",
        flow=waiting.name,
        step=step_of(state),
    )


def _with_answer(reply: Reply, words: Completion) -> Reply:
    """The reply of a flow below the answer to what the customer asked beside it."""
    text = f"{words.text}\n\n{reply.text}"
    return replace(reply, text=text, escalated=reply.escalated or words.escalated)


def _with_notice(reply: Reply, notice: str | None) -> Reply:
    return reply if notice is None else replace(reply, text=f"{notice}\n\n{reply.text}")


def _with_state(states: Mapping[str, State], flow: Flow, state: State) -> Mapping[str, State]:
    """The states after a flow left this one; an empty one is forgotten."""
    others = {name: other for name, other in states.items() if name != flow.name}
    return {**others, flow.name: state} if state else others


def _answer(message: Message, resumed: Resumed, reply: Reply) -> Answer:
    session = resumed.session
    return Answer(
        reply=reply,
        session_id=session.session_id,
        proof=resumed.proof or message.proof or "",
        customer_id=session.customer_id,
        served_from=resumed.tier,
        message_id=message.message_id,
        fresh=message.session_id not in (None, session.session_id),
    )
