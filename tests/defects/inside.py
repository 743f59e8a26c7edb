"""Services that come through every fault between two turns, and not through one inside a turn."""

from dataclasses import replace
from datetime import datetime
from typing import cast

from coolwind.errors import ModelUnavailable, StoreUnavailable
from coolwind.messages import Answer, Message
from coolwind.models.model import Prompt
from coolwind.resumption import Resumed
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit
from simulators.targets.reference import Parts
from tests.defects.plain_service import Move, PlainService, Turn
from tests.defects.storing import LastWriteWins

_BATCH = 50


class PlacesTheOrderFirst(PlainService):
    """Stores what a turn sets off, and the conversation in a second write: a message that is sent
    again in between sets all of it off once more.

    Seen in: langgraph #8039; Cogtrix #2053 (a crash between the effect and the save).
    """

    async def save(self, turn: Turn) -> None:
        if turn.effects:
            await self.parts.store.commit(Commit(turn.before, turn.effects))
        await self.parts.store.commit(Commit(turn.after))


class RecordsRepliesAfterwards(PlainService):
    """Stores a turn, and in a second write which message it answered.

    Seen in: evolution-api #2737; telegram-bot-api #126 (the message is known after its effect).
    """

    async def save(self, turn: Turn) -> None:
        unrecorded = replace(turn.after, answered=turn.before.answered)
        await self.parts.store.commit(Commit(unrecorded, turn.effects))
        await self.parts.store.commit(Commit(turn.after))


class RemembersBeforeItStores(PlainService):
    """Takes a turn into memory and then stores it: where that fails, memory answers the message
    that is sent again.

    Seen in: caches that are written before the database.
    """

    async def save(self, turn: Turn) -> None:
        self.parts.memory.put(turn.after, self.parts.clock.now())
        await super().save(turn)


class StepsBeforeItStores(PlainService):
    """Goes on to the next step in memory and then stores the turn: where the store has taken it
    and says that it failed, memory stays a version behind, and no message gets through.

    Seen in: form dialogs whose state is the live object.
    """

    async def save(self, turn: Turn) -> None:
        further = replace(turn.before, states=turn.after.states)
        self.parts.memory.put(further, self.parts.clock.now())
        await super().save(turn)


class NotesAFailureAsNothing(PlainService):
    """Notes that there is no such session where the store cannot be read, and begins anew when the
    message is sent again.

    Seen in: caches of what was not found, which take a failed lookup for an empty one.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._missing: set[str] = set()

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        if session_id in self._missing:
            return None
        try:
            return await super().find(session_id, now)
        except StoreUnavailable:
            self._missing.add(session_id)
            raise


class BeginsAnewOnAStoreError(PlainService):
    """Makes a new session, without a word, where the store fails while it looks for the old one.

    Seen in: hive PR #37 (whatever keeps a session from being found makes a new one).
    """

    async def resume(self, message: Message, now: datetime) -> Resumed:
        try:
            return await super().resume(message, now)
        except StoreUnavailable:
            return await self.begin(message, now, None)


class RowStore(LastWriteWins):
    """Can take the row of a session away, and nothing stays of it."""

    async def remove(self, session_id: str) -> None:
        """The session's row is no more."""
        contents = self._contents
        rows = {key: row for key, row in contents.sessions.items() if key != session_id}
        self._contents = replace(contents, sessions=rows)


class DeletesBeforeItInserts(PlainService):
    """Stores a session by deleting its row and inserting another, in two transactions.

    Seen in: chat stores without an update, which are rewritten for each message.
    """

    async def save(self, turn: Turn) -> None:
        await cast(RowStore, self.parts.store).remove(turn.after.session_id)
        await super().save(turn)


class LockingStore(InMemoryStore):
    """Can lock sessions."""

    def __init__(self) -> None:
        super().__init__()
        self._locked: frozenset[str] = frozenset()

    async def lock(self, session_id: str) -> bool:
        """Whether nobody else has it locked."""
        is_free = session_id not in self._locked
        self._locked |= {session_id}
        return is_free

    async def unlock(self, session_id: str) -> None:
        """Anybody can lock it again."""
        self._locked -= {session_id}


class LocksWithoutEnd(PlainService):
    """Locks a session in the store while it takes a turn, and unlocks it in a `finally`, to which
    a process that dies never comes.

    Seen in: locks without a time to live.
    """

    async def take_turn(self, message: Message) -> Answer:
        store, session_id = cast(LockingStore, self.parts.store), message.session_id
        if session_id is None:
            return await super().take_turn(message)
        if not await store.lock(session_id):
            raise StoreUnavailable(f"Another message of session {session_id} is being answered.")
        try:
            return await super().take_turn(message)
        finally:
            await store.unlock(session_id)


class CountingStore(InMemoryStore):
    """Counts how often a message was tried."""

    def __init__(self) -> None:
        super().__init__()
        self._tries: dict[str, int] = {}

    async def try_once_more(self, message_id: str) -> int:
        """How often it was tried, this time included."""
        self._tries[message_id] = self._tries.get(message_id, 0) + 1
        return self._tries[message_id]


class GivesUpAtTheSecondTry(PlainService):
    """Counts in the store how often a message was tried, and refuses one for ever whose first try
    came to no end.

    Seen in: queues with a dead letter after one delivery, which count a crash as the message's own
    failure.
    """

    async def take_turn(self, message: Message) -> Answer:
        store, session_id = cast(CountingStore, self.parts.store), message.session_id
        session = None if session_id is None else await store.load(session_id)
        is_open = session is not None and session.reply_to(message) is None
        if is_open and await store.try_once_more(message.message_id) > 1:
            raise StoreUnavailable(f"The message {message.message_id} was given up.")
        return await super().take_turn(message)


class CountsOpenTurns(PlainService):
    """Takes two messages at a time, and counts one as open for ever that did not end well: after
    two failures of the store nobody gets in.

    Seen in: pools and rate limiters whose slots are not given back when an error is raised.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._open = 0

    async def take_turn(self, message: Message) -> Answer:
        if self._open == 2:
            raise StoreUnavailable("All lines are busy.")
        self._open += 1
        answer = await super().take_turn(message)
        self._open -= 1
        return answer


class NamesEachAttempt:
    """Sends each email under a key of the attempt: where the process dies before the store knows,
    the customer gets it twice.

    Seen in: langgraph #8039; outboxes whose receivers cannot tell a repetition.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def deliver_pending(self) -> int:
        """Send what waits."""
        store, now = self._parts.store, self._parts.clock.now()
        waiting = [one.notification for one in await store.pending(now, _BATCH)]
        for email in waiting:
            attempt = f"{self._parts.ids.customer_id()}/{email.key}"
            await self._parts.notifier.deliver(replace(email, key=attempt))
            await store.mark_delivered(email.key, now)
        return len(waiting)


class ForgetsTheFormWhenTheModelFails(PlainService):
    """Begins the conversation over, without a word, where the language model has no answer.

    Seen in: bots whose handler of errors resets the state.
    """

    async def advance(self, resumed: Resumed, text: str) -> Move:
        move = await super().advance(resumed, text)
        return replace(move, states={}) if move.reply.intent == "unavailable" else move


class CallsTheToolAgain(PlainService):
    """Asks the language model which tool to call, lets that place the order, and asks for the words
    to go with it: without these the message fails, and sent again it calls the tool once more.

    Seen in: agno #10366 (retries run a tool again that had succeeded before the model failed).
    """

    async def save(self, turn: Turn) -> None:
        if not turn.effects:
            await super().save(turn)
            return
        await self._ask("Which tool?", turn)
        await self.parts.store.commit(Commit(turn.before, turn.effects))
        await self._ask("What is there to say of it?", turn)
        await self.parts.store.commit(Commit(turn.after))

    async def _ask(self, question: str, turn: Turn) -> None:
        prompt = Prompt(question, turn.before.history, self.parts.catalogue.parts(), {})
        words = await self.parts.model.complete(prompt)
        if words.intent == "unavailable":
            raise ModelUnavailable(words.text)
