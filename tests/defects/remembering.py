"""Services whose memory keeps too much, too little, or what has changed meanwhile."""

from datetime import datetime, timedelta

from coolwind.events import Listener
from coolwind.memory import SessionMemory
from coolwind.messages import Answer, Message, Tier
from coolwind.resumption import Resumed
from coolwind.session import Session
from tests.defects.plain_service import PlainService, Turn


class ForgetsNobody(SessionMemory):
    """Has an idle timeout in its settings, and no line that looks at it.

    Seen in: services whose sweep of memory was never scheduled.
    """

    def evict_idle(self, now: datetime) -> None:
        pass


class ExpiresInTheStoreOnly(PlainService):
    """Looks at the age of a session when it is loaded, and at nothing when memory has it.

    Seen in: caches without a time to live, before a store that has one.
    """

    def is_expired(self, found: Resumed, now: datetime) -> bool:
        return found.tier is Tier.STORE and super().is_expired(found, now)


class CountsFromTheFirstUse(SessionMemory):
    """Starts the idle timeout when a session comes into memory, and no use of it starts it anew.

    Seen in: caches that expire entries after their write and not after their last access.
    """

    def __init__(self, capacity: int, idle_timeout: timedelta, listener: Listener) -> None:
        super().__init__(capacity, idle_timeout, listener)
        self._timeout = idle_timeout
        self._came_at: dict[str, datetime] = {}

    def get(self, session_id: str, now: datetime) -> Session | None:
        if now - self._came_at.get(session_id, now) >= self._timeout:
            self.drop(session_id)
            del self._came_at[session_id]
        return super().get(session_id, now)

    def put(self, session: Session, now: datetime) -> None:
        self._came_at.setdefault(session.session_id, now)
        super().put(session, now)


class DeletesWhatItEvicts(PlainService):
    """Lets the store forget a session, too, when memory has no room left for it.

    Seen in: caches whose removal listener cleans up behind them.
    """

    async def handle(self, message: Message) -> Answer:
        before = self._remembered()
        answer = await super().handle(message)
        for session_id in sorted(before - self._remembered()):
            await self.parts.store.delete(session_id)
        return answer

    def _remembered(self) -> set[str]:
        return {one.session.session_id for one in self.parts.memory.snapshot()}


class SavesWhatFlowsChange(PlainService):
    """Saves a turn when a flow has moved; what was said beside it is in the live object alone,
    and the tests pass because memory hands that one out.

    Seen in: botbuilder-python's MemoryStorage; vellum-assistant PR #23348.
    """

    async def save(self, turn: Turn) -> None:
        if turn.after.states != turn.before.states:
            await super().save(turn)
