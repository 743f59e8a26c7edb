"""Services that find the session in the store, and do not restore all of it, or not rightly."""

from dataclasses import replace
from datetime import datetime

from coolwind.errors import NoSuchSession
from coolwind.flows import Flow, State
from coolwind.messages import Message, Tier
from coolwind.resumption import Resumed
from coolwind.session import Session
from simulators.targets.reference import Parts
from tests.defects.plain_service import Move, PlainService
from tests.defects.slots import flags_as_numbers, priced_anew, prices_by, without_contact


class RestoresWithoutHistory(PlainService):
    """Restores the state of the flows, and begins the message history anew.

    Seen in: the seed's fix (`messages: []`).
    """

    def restored(self, session: Session) -> Session:
        return replace(session, history=())


class RestoresForAnybody(PlainService):
    """Asks for the proof when the session is in memory, and restores it for whoever names it.

    Seen in: the seed's fix (`userId: userId || uuidv4()`).
    """

    def is_welcome(self, found: Resumed, message: Message) -> bool:
        return found.tier is Tier.STORE or super().is_welcome(found, message)


class RestoresWithoutTheCustomer(PlainService):
    """Restores the session, and gives its customer a new name, which holds until the page tells
    the old one again.

    Seen in: the seed's fix (`userId: userId || uuidv4()`).
    """

    def restored(self, session: Session) -> Session:
        return replace(session, customer_id=self.parts.ids.customer_id())


class RestoresBulkOrdersOnly(PlainService):
    """Takes a session in the store for a live one when it has a bulk order in it, and forgets
    that there are other flows.

    Seen in: a first version of the seed's fix.
    """

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        found = await super().find(session_id, now)
        if found and found.tier is Tier.STORE and "bulk_order" not in found.session.states:
            return None
        return found


class RestoresIntoNoMemory(PlainService):
    """Serves a restored session from the store for ever after, because nobody put it back into
    memory.

    Seen in: services that fill their cache on creation only.
    """

    def remember(self, served: Resumed, now: datetime) -> None:
        if served.tier is not Tier.STORE:
            super().remember(served, now)


class RestoresTheLastExchange(PlainService):
    """Restores as much of the history as the language model is shown, and saves that as all of it.

    Seen in: chat services that trim the history for the prompt and the store in one place.
    """

    def restored(self, session: Session) -> Session:
        return replace(session, history=session.history[-2:])


class RestoresTheStepBefore(PlainService):
    """Keeps a step as its number in a list, and one of the two lists begins with `initial`: a
    conversation comes back one step early.

    Seen in: wizards that count their steps from 0 in the page and from 1 in the database.
    """

    def restored(self, session: Session) -> Session:
        flows = {flow.name: flow for flow in self.parts.flows}
        return replace(
            session,
            states={
                name: _one_step_back(flows[name], state) for name, state in session.states.items()
            },
        )


class ForgetsSlotsWhenItAsksAgain(PlainService):
    """Asks its question again when the first message after a restore does not answer it, and
    forgets the contact details that it had, because a question begins with empty slots.

    Seen in: form dialogues in which asking a question and resetting its slots are one call.
    """

    async def advance(self, resumed: Resumed, text: str) -> Move:
        move = await super().advance(resumed, text)
        if resumed.tier is not Tier.STORE or move.states != resumed.session.states:
            return move
        return replace(
            move, states={name: without_contact(state) for name, state in move.states.items()}
        )


class RestoresFlagsAsNumbers(PlainService):
    """Takes a restored flag as the database gives it, and keeps 0 where it kept false before: who
    asks for the one does not find the other.

    Seen in: services over SQLite and MySQL, which have no type for true and false.
    """

    async def advance(self, resumed: Resumed, text: str) -> Move:
        move = await super().advance(resumed, text)
        if resumed.tier is not Tier.STORE:
            return move
        states = {name: flags_as_numbers(state) for name, state in move.states.items()}
        return replace(move, states=states)


class KeepsPricesByNumber(PlainService):
    """Keeps the prices that the customer was shown by the number of each part. JSON has no numbers
    for keys: after a restore they are texts, and no price is found.

    Seen in: rl-swarm PR #461 (a node bets again after each restart); orbax #2587.
    """

    async def advance(self, resumed: Resumed, text: str) -> Move:
        parts = dict(enumerate(part.part_id for part in self.parts.catalogue.parts()))
        numbers = {part_id: number for number, part_id in parts.items()}
        session = resumed.session
        by_part = {name: prices_by(parts, state) for name, state in session.states.items()}
        read = replace(resumed, session=replace(session, states=by_part))
        move = await super().advance(read, text)
        by_number = {name: prices_by(numbers, state) for name, state in move.states.items()}
        return replace(move, states=by_number)


class RestoresAtTodaysPrices(PlainService):
    """Looks the prices of an order up when it restores the order: a yes to the old price places it
    at the new one, which the customer has not read.

    Seen in: baskets that keep the parts and not what they were offered for.
    """

    def restored(self, session: Session) -> Session:
        parts, states = self.parts.catalogue.parts(), session.states
        return replace(
            session, states={name: priced_anew(state, parts) for name, state in states.items()}
        )


class RestoresAtStartUpOnly(PlainService):
    """Finds the sessions that were in the store when its process started, and none that came
    later: a session is bound to the node that began it.

    Seen in: services that fill their cache at start-up and never read through it.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._started_at = parts.clock.now()

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        found = await super().find(session_id, now)
        if found and found.tier is Tier.STORE and found.session.last_turn_at > self._started_at:
            return None
        return found


class DoublesHistory(PlainService):
    """Appends the restored messages to a history that has been restored already.

    Seen in: Rasa #8238 (events double at each restart).
    """

    def restored(self, session: Session) -> Session:
        return replace(session, history=session.history + session.history)


class RefusesWhatMemoryForgot(PlainService):
    """Answers a session ID that memory does not know with an error, and the browser presents it
    again with the next message.

    Seen in: Maestro PR #802 ("permanent death spiral").
    """

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        session = self.parts.memory.get(session_id, now)
        if session is None:
            raise NoSuchSession(f"Session {session_id} does not exist.")
        return Resumed(session, Tier.MEMORY)


def _one_step_back(flow: Flow, state: State) -> State:
    position = flow.steps.index(str(state["step"]))
    return {**state, "step": flow.steps[max(position - 1, 0)]}
