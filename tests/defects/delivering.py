"""Services that answer a message twice, or send an email twice or never."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from coolwind.effects import Notification
from coolwind.flows import State
from coolwind.messages import Answer, Message
from coolwind.resumption import Resumed
from coolwind.session import Answered, Session
from simulators.targets.reference import Parts
from tests.defects.plain_service import PlainService, Turn

_BATCH = 50


class TakesEveryDelivery(PlainService):
    """Takes a message that is delivered again as the next one.

    Seen in: evolution-api #2737; chatwoot #11901; telegram-bot-api #126.
    """

    def recorded(self, session: Session, message: Message) -> Answered | None:
        del session, message
        return None


class RecordsRepliesInMemory(PlainService):
    """Knows the messages that it answered as long as the process lives.

    Seen in: telegram-bot-api #126; Cogtrix #2053.
    """

    async def save(self, turn: Turn) -> None:
        await super().save(replace(turn, after=replace(turn.after, answered=())))


class RecordsNoReplies(PlainService):
    """Knows the messages that it answered, and not what it answered: whoever sends one again,
    because the answer was lost on its way, never gets it.

    Seen in: consumers of queues that drop what they have seen.
    """

    def recorded(self, session: Session, message: Message) -> Answered | None:
        known = super().recorded(session, message)
        if known is None:
            return None
        return replace(known, reply=replace(known.reply, text="I have had that message already."))


class RecordsTheLastReplyOnly(PlainService):
    """Knows the last message that it answered, and takes one that was long on its way for a new
    one.

    Seen in: evolution-api #2737 (the last message ID of a chat is compared).
    """

    def recorded(self, session: Session, message: Message) -> Answered | None:
        return super().recorded(replace(session, answered=session.answered[-1:]), message)


class TakesBackWhatCameSince(PlainService):
    """Stores with a message that comes again what its first delivery had made of the conversation,
    and overwrites what came since.

    Seen in: chatwoot #14529 (a late webhook sets a message back from delivered to sent).
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._made: Mapping[str | None, Mapping[str, State]] = {}

    async def take_turn(self, message: Message) -> Answer:
        answer = await super().take_turn(message)
        now = self.parts.clock.now()
        session = self.parts.memory.get(answer.session_id, now)
        if session is None:
            return answer
        made = self._made.get(message.message_id)
        if made is None:
            self._made = {**self._made, message.message_id: session.states}
            return answer
        back = replace(session, states=made, version=session.version + 1)
        await self.save(Turn(session, back, ()))
        self.parts.memory.put(back, now)
        return answer


class ForgetsMessagesAfterTenMinutes(PlainService):
    """Knows for ten minutes which messages it answered, and a phone that was out of reach sends
    one again later than that.

    Seen in: queues that deduplicate within a window of minutes (Amazon SQS FIFO: five).
    """

    def recorded(self, session: Session, message: Message) -> Answered | None:
        is_known = self.parts.clock.now() - session.last_turn_at < timedelta(minutes=10)
        return super().recorded(session, message) if is_known else None


class BeginsForEachDelivery(PlainService):
    """Looks for a repeated message in its session, and a first message has none: delivered again,
    it begins another conversation, with the same effects.

    Seen in: chatwoot PR #13359.
    """

    async def begin(self, message: Message, now: datetime, notice: str | None) -> Resumed:
        return await super().begin(replace(message, message_id=None), now, notice)


class EmailsBeforeItCommits(PlainService):
    """Sends the emails of a turn and then stores it: a turn that has to be taken again, because
    another node was faster, sends them again.

    Seen in: langgraph #8039; Cogtrix #2053 (the effect comes before what would guard it).
    """

    async def save(self, turn: Turn) -> None:
        emails = [effect for effect in turn.effects if isinstance(effect, Notification)]
        for email in emails:
            key = f"{email.key}/{self.parts.ids.customer_id()}"
            await self.parts.notifier.deliver(replace(email, key=key))
        others = tuple(effect for effect in turn.effects if effect not in emails)
        await super().save(replace(turn, effects=others))


class RemembersWhatItSent:
    """Notes in the process which emails were sent, and sends each under a key of that process.

    Seen in: langgraph #8039; Cogtrix #2053.
    """

    def __init__(self, parts: Parts) -> None:
        self._clock = parts.clock
        self._store = parts.store
        self._notifier = parts.notifier
        self._process = parts.ids.customer_id()
        self._sent: set[str] = set()

    async def deliver_pending(self) -> int:
        """Send what this process has not sent yet."""
        pending = await self._store.pending(self._clock.now(), _BATCH)
        unsent = [one.notification for one in pending if one.notification.key not in self._sent]
        for notification in unsent:
            key = f"{self._process}/{notification.key}"
            await self._notifier.deliver(replace(notification, key=key))
            self._sent.add(notification.key)
        return len(unsent)


class MarksBeforeItSends:
    """Takes emails out of the store into a queue in the process, and sends the queue next time.

    Seen in: outboxes that mark a row as done when a worker picks it up.
    """

    def __init__(self, parts: Parts) -> None:
        self._clock = parts.clock
        self._store = parts.store
        self._notifier = parts.notifier
        self._queue: deque[Notification] = deque()

    async def deliver_pending(self) -> int:
        """Send what was queued before, then queue what is pending."""
        ready = len(self._queue)
        for _ in range(ready):
            await self._notifier.deliver(self._queue.popleft())
        now = self._clock.now()
        for pending in await self._store.pending(now, _BATCH):
            self._queue.append(pending.notification)
            await self._store.mark_delivered(pending.notification.key, now)
        return ready


class ClaimsAfterItSends:
    """Sends what waits, each try under a name of its own, and claims it when it has left: two nodes
    that look at once send it twice.

    Seen in: outboxes that several workers poll without `for update skip locked`.
    """

    def __init__(self, parts: Parts) -> None:
        self._clock = parts.clock
        self._ids = parts.ids
        self._store = parts.store
        self._notifier = parts.notifier

    async def deliver_pending(self) -> int:
        """Send what waits, and then note that it has left."""
        pending = await self._store.pending(self._clock.now(), _BATCH)
        for one in pending:
            key = f"{one.notification.key}/{self._ids.customer_id()}"
            await self._notifier.deliver(replace(one.notification, key=key))
            await self._store.mark_delivered(one.notification.key, self._clock.now())
        return len(pending)
