"""Two nodes that lease a session from the store before they serve it."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, cast

from coolwind.errors import Conflict
from coolwind.messages import Answer, Message, Tier
from coolwind.resumption import Resumed
from coolwind.stores.store import Commit
from simulators.targets.reference import Parts
from tests.defects.plain_service import PlainService, Turn
from tests.defects.storing import LastWriteWins

LEASE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one process to serve a session; each other process begins another term."""

    process: str
    term: int
    until: datetime


class LeaseStore(LastWriteWins):
    """Leases each session to one process at a time. What a process writes whose lease has gone to
    another one meanwhile is refused (fencing, as Kleppmann has it); nothing else guards sessions.
    """

    def __init__(self) -> None:
        super().__init__()
        self._leases: dict[str, Lease] = {}

    async def lease(self, session_id: str, process: str, now: datetime) -> Lease:
        """The lease that holds from now on: of that process, unless another one still has one."""
        held = self._leases.get(session_id, Lease(process, 1, now))
        if held.process != process and now < held.until:
            return held
        term = held.term + (held.process != process)
        self._leases[session_id] = Lease(process, term, now + LEASE)
        return self._leases[session_id]

    async def commit_under(self, commit: Commit, process: str, term: int) -> None:
        """Store a turn of the process that has the lease of that term. Raises `Conflict`."""
        self._check_lease(commit.session.session_id, process, term)
        await self.commit(commit)

    async def delete_under(self, session_id: str, process: str, term: int) -> None:
        """Forget a session of the process that has the lease of that term. Raises `Conflict`."""
        self._check_lease(session_id, process, term)
        await self.delete(session_id)

    def _check_lease(self, session_id: str, process: str, term: int) -> None:
        held = self._leases[session_id]
        if (held.process, held.term) != (process, term):
            raise Conflict(f"Session {session_id} was leased to another process meanwhile.")

    async def give_back(self, process: str, now: datetime) -> None:
        """No lease of that process holds any longer."""
        for session_id, held in self._leases.items():
            if held.process == process:
                self._leases[session_id] = replace(held, until=now)


class LeasedNode(PlainService):
    """Serves a session while it has the lease on it, one message at a time, and trusts its memory
    for as long as no other node had one; a lease ends by itself where a node has died.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._leases = cast(LeaseStore, parts.store)
        self._process = parts.ids.customer_id()
        self._terms: dict[str, int] = {}

    async def handle(self, message: Message) -> Answer:
        async with self.parts.turns.turn(message.session_id):
            return await super().handle(message)

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        await self._lease(session_id)
        return await super().find(session_id, now)

    async def begin(self, message: Message, now: datetime, notice: str | None) -> Resumed:
        begun = await super().begin(message, now, notice)
        if begun.tier is Tier.NEW:
            await self._lease(begun.session.session_id)
        return begun

    async def save(self, turn: Turn) -> None:
        term = self._terms[turn.after.session_id]
        commit = Commit(turn.after, turn.effects)
        await self._leases.commit_under(commit, self._process, term)

    async def clear(self, session_id: str, proof: str | None) -> None:
        async with self.parts.turns.turn(session_id):
            while True:
                await self._lease(session_id)
                with suppress(Conflict):
                    await super().clear(session_id, proof)
                    return

    async def forget(self, session_id: str) -> None:
        term = self._terms[session_id]
        await self._leases.delete_under(session_id, self._process, term)
        self.parts.memory.drop(session_id)

    async def close(self) -> None:
        """Let the other nodes have what this one served."""
        await self._leases.give_back(self._process, self.parts.clock.now())

    async def _lease(self, session_id: str) -> None:
        """Return when the session is this node's."""
        clock = self.parts.clock
        while True:
            lease = await self._leases.lease(session_id, self._process, clock.now())
            if lease.process == self._process:
                break
            await clock.sleep((lease.until - clock.now()).total_seconds())
        if self._terms.get(session_id) != lease.term:
            self.parts.memory.drop(session_id)
            self._terms[session_id] = lease.term
