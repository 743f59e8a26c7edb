"""Services that forget a cleared conversation in one of two places, or not for good."""

from dataclasses import replace
from datetime import datetime

from coolwind.resumption import Resumed
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit
from simulators.targets.reference import Parts, ReferenceTarget
from simulators.targets.target import Delivery
from simulators.trace import Answer
from tests.defects.plain_service import PlainService


class KeepsTheCookies(ReferenceTarget):
    """Leaves the cookies in the browser when the chat is cleared: their session is gone."""

    def clear(self, delivery: Delivery) -> Answer:
        return replace(super().clear(delivery), cookies=())


class ClearsMemoryOnly(PlainService):
    """Forgets the conversation in memory; the store still has it, and it comes back.

    Seen in: services whose button empties the cache.
    """

    async def forget(self, session_id: str) -> None:
        self.parts.memory.drop(session_id)


class ClearsUntilTheRestart(PlainService):
    """Notes in memory that the customer started over, and leaves the conversation in the store: a
    restart brings it back.

    Seen in: n8n #38685.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._cleared: set[str] = set()

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        return None if session_id in self._cleared else await super().find(session_id, now)

    async def forget(self, session_id: str) -> None:
        self.parts.memory.drop(session_id)
        self._cleared.add(session_id)


class InsertsWhatIsGone(InMemoryStore):
    """Inserts a session that it does not have, whatever its age: a node that was not told of the
    clearing brings the conversation back.

    Seen in: stores that save with one statement, insert or else update.
    """

    async def commit(self, commit: Commit) -> None:
        session = commit.session
        if session.session_id not in self.snapshot().sessions:
            commit = replace(commit, session=replace(session, version=1))
        await super().commit(commit)


class LooksForTheSessionFirst(PlainService):
    """Looks whether the session is still there when a message comes, and not when its turn is
    stored: a turn that is in flight while the chat is cleared brings the conversation back.

    Seen in: services that save with one statement, insert or else update.
    """

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        self.parts.memory.drop(session_id)
        return await super().find(session_id, now)


class ClearsTheStoreOnly(PlainService):
    """Deletes the conversation from the store; memory still has it, and goes on.

    Seen in: caches that are not told of a deletion.
    """

    async def forget(self, session_id: str) -> None:
        await self.parts.store.delete(session_id)
