"""Services of several nodes that do not agree on whose a session is, or how far it has gone."""

from typing import cast

from coolwind.errors import Conflict, StoreUnavailable
from coolwind.messages import Answer, Message
from coolwind.stores.in_memory import InMemoryStore
from simulators.targets.reference import Parts
from tests.defects.plain_service import PlainService, Turn
from tests.defects.storing import LastWriteWins


class LeasingStore(InMemoryStore):
    """Notes which process owns a session."""

    def __init__(self) -> None:
        super().__init__()
        self._owners: dict[str, str] = {}

    async def claim(self, session_id: str, process: str) -> bool:
        """Whether the session belongs to that process now."""
        return self._owners.setdefault(session_id, process) == process

    async def release(self, process: str) -> None:
        """Nothing belongs to that process any more."""
        self._owners = {one: owner for one, owner in self._owners.items() if owner != process}


class LeasesWithoutEnd(PlainService):
    """Lets one process own a session until that process gives it back, which a dead one never
    does.

    Seen in: locks without a time to live.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._leases = cast(LeasingStore, parts.store)
        self._process = parts.ids.customer_id()

    async def handle(self, message: Message) -> Answer:
        session_id = message.session_id
        if session_id is not None and not await self._leases.claim(session_id, self._process):
            raise StoreUnavailable(f"Session {session_id} is being served by another process.")
        return await super().handle(message)

    async def close(self) -> None:
        """Give everything back."""
        await self._leases.release(self._process)


class LastOwner(LastWriteWins):
    """Notes which process has taken a session over last; nothing else guards its sessions."""

    def __init__(self) -> None:
        super().__init__()
        self._owners: dict[str, str] = {}

    async def take_over(self, session_id: str, process: str) -> None:
        """The session belongs to that process from now on."""
        self._owners[session_id] = process


class BelievesItsLock(PlainService):
    """Takes a session over once, and believes for ever that it is its own: the lock that it lost
    at a failover is not missed.

    Seen in: distributed locks without a fencing token.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._locks = cast(LastOwner, parts.store)
        self._process = parts.ids.customer_id()
        self._own: set[str] = set()

    async def handle(self, message: Message) -> Answer:
        session_id = message.session_id
        if session_id is not None and session_id not in self._own:
            await self._locks.take_over(session_id, self._process)
            self.parts.memory.drop(session_id)
        answer = await super().handle(message)
        self._own.add(answer.session_id)
        return answer


class KeepsItsStaleMemory(PlainService):
    """Refuses a turn when another node has taken the session further, and keeps what it remembers:
    it will be refused the next time, too.

    Seen in: adk-python #4751 and #3717 ("stale session").
    """

    async def save(self, turn: Turn) -> None:
        try:
            await super().save(turn)
        except Conflict as error:
            self.parts.memory.put(turn.before, self.parts.clock.now())
            raise StoreUnavailable(f"Session {turn.before.session_id} is stale.") from error


class AnswersFromAStaleMemory(PlainService):
    """Stores no turn that changes nothing, so that nobody notices, before the question is
    answered, that another node has taken the session further.

    Seen in: caches of one node that are not told of what the others write.
    """

    async def save(self, turn: Turn) -> None:
        if turn.before.version == 0 or turn.after.states != turn.before.states:
            await super().save(turn)
