"""Services that store late, not all, or under a wrong guard."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from coolwind.errors import Conflict, StoreUnavailable
from coolwind.messages import Answer, Message
from coolwind.resumption import Resumed
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit, Shelf
from simulators.targets.reference import Parts
from tests.defects.plain_service import PlainService, Turn


class LastWriteWins(InMemoryStore):
    """Overwrites a session that another node has taken further, because its update has no guard.

    Seen in: Rasa #9213 and #6290; adk-python #4751.
    """

    async def commit(self, commit: Commit) -> None:
        stored = self.snapshot().sessions.get(commit.session.session_id)
        version = 1 if stored is None else stored.version + 1
        await super().commit(replace(commit, session=replace(commit.session, version=version)))


class ReadsFromAReplica(LastWriteWins):
    """Reads sessions from a replica, which gets each update when the next one is written.

    Seen in: langgraph #8298 (the store lags the acknowledged turn).
    """

    def __init__(self) -> None:
        super().__init__()
        self._replica: dict[str, Session] = {}

    async def load(self, session_id: str) -> Session | None:
        current = await super().load(session_id)
        return current and self._replica.get(session_id, current)

    async def commit(self, commit: Commit) -> None:
        before = await super().load(commit.session.session_id)
        await super().commit(commit)
        if before is not None:
            self._replica[before.session_id] = before


class FallsBackToMemory(PlainService):
    """Keeps a new session in memory when the store cannot be reached, and never writes it back.

    Seen in: Rasa's FailSafeTrackerStore.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._shelf = Shelf({}, "", "")

    async def begin(self, message: Message, now: datetime, notice: str | None) -> Resumed:
        try:
            return await super().begin(message, now, notice)
        except StoreUnavailable:
            return await super().begin(replace(message, message_id=None), now, notice)

    async def shelf(self, today: date) -> Shelf:
        with suppress(StoreUnavailable):
            self._shelf = await super().shelf(today)
        return self._shelf

    async def save(self, turn: Turn) -> None:
        with suppress(StoreUnavailable):
            await super().save(turn)


class WritesBehind(PlainService):
    """Writes new sessions and orders at once, and every other turn when the next message comes or
    the process stops in good order.

    Seen in: langgraph #8298; vellum-assistant PR #23348.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._unwritten: list[Commit] = []

    async def handle(self, message: Message) -> Answer:
        await self.close()
        return await super().handle(message)

    async def save(self, turn: Turn) -> None:
        if turn.effects or turn.before.version == 0:
            await super().save(turn)
        else:
            self._unwritten.append(Commit(turn.after, turn.effects))

    async def close(self) -> None:
        """Write what is left."""
        for commit in self._unwritten:
            with suppress(Conflict):
                await self.parts.store.commit(commit)
        self._unwritten.clear()


class SavesOpenFlowsOnly(PlainService):
    """Places the order and leaves the finished flow unsaved: a restart asks for the
    confirmation once more.

    Seen in: langgraph #8039 (the effect runs again after a restart).
    """

    async def save(self, turn: Turn) -> None:
        states, flows = turn.after.states, self.parts.flows
        if not any(flow.is_active(states.get(flow.name)) for flow in flows):
            turn = replace(turn, after=replace(turn.before, version=turn.after.version))
        await super().save(turn)
