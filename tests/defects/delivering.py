"""Services that answer a message twice, or send an email twice or never."""

from collections import deque
from dataclasses import replace

from coolwind.effects import Notification
from coolwind.messages import Message
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
