"""Services that forget a cleared conversation in one of two places."""

from dataclasses import replace

from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Delivery
from simulators.trace import Answer
from tests.defects.plain_service import PlainService


class KeepsTheCookies(ReferenceTarget):
    """Leaves the cookies in the browser when the chat is cleared: their session is gone."""

    def clear(self, delivery: Delivery) -> Answer:
        return replace(super().clear(delivery), cookies=())


class ClearsMemoryOnly(PlainService):
    """Forgets the conversation in memory; the store still has it, and it comes back.

    Seen in: n8n #38685.
    """

    async def forget(self, session_id: str) -> None:
        self.parts.memory.drop(session_id)


class ClearsTheStoreOnly(PlainService):
    """Deletes the conversation from the store; memory still has it, and goes on.

    Seen in: caches that are not told of a deletion.
    """

    async def forget(self, session_id: str) -> None:
        await self.parts.store.delete(session_id)
