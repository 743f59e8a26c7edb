"""Correct services of different design: none of them may raise an alarm."""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from coolwind.documents import read_session, write_session
from coolwind.memory import SessionMemory
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit
from simulators.faults.catalogue import FAULTS
from simulators.faults.fault import Fault
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Target
from tests.defects.clearing import KeepsTheCookies
from tests.defects.plain_service import PlainService


@dataclass(frozen=True, slots=True)
class Correct:
    """A service without a defect; `impossible` are the faults that its design leaves no place."""

    name: str
    design: str
    target: Callable[[], Target]
    impossible: tuple[str, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault that can strike it."""
        return tuple(fault for fault in FAULTS if fault.name not in self.impossible)


class RemembersNothing(SessionMemory):
    """Keeps sessions in the store alone, and reads them anew for each message."""

    def put(self, session: Session, now: datetime) -> None:
        """Keep nothing."""


class EventStore(InMemoryStore):
    """Keeps of each session what every turn added, and rebuilds it from that.

    The documents beside the events are a view for whoever looks on from outside.
    """

    def __init__(self) -> None:
        super().__init__()
        self._events: dict[str, tuple[str, ...]] = {}

    async def load(self, session_id: str) -> Session | None:
        events = self._events.get(session_id, ())
        if session_id not in self.snapshot().sessions or not events:
            return None
        session, *later = (_read_event(event, session_id) for event in events)
        for one in later:
            history, answered = session.history + one.history, session.answered + one.answered
            session = replace(one, history=history, answered=answered)
        return session

    async def load_opened_by(self, opening: str) -> Session | None:
        session = await super().load_opened_by(opening)
        return None if session is None else await self.load(session.session_id)

    async def commit(self, commit: Commit) -> None:
        after = commit.session
        before = await self.load(after.session_id)
        await super().commit(commit)
        if before is not None:
            history, answered = after.history[-2:], after.answered[len(before.answered) :]
            after = replace(after, history=history, answered=answered)
        events = self._events.get(after.session_id, ()) if before else ()
        self._events[after.session_id] = (*events, _written_event(after))


def _written_event(change: Session) -> str:
    return json.dumps({"turn": change.version, "change": write_session(change)})


def _read_event(event: str, session_id: str) -> Session:
    return read_session(json.loads(event)["change"], session_id)


def _correct(
    name: str, design: object, target: Callable[..., Target], impossible: tuple[str, ...] = ()
) -> Correct:
    words = str(inspect.getdoc(design)).split("\n\n")[0].replace("\n", " ")
    return Correct(name, words, partial(target, name), impossible)


CORRECT: tuple[Correct, ...] = (
    _correct("reference", ReferenceTarget, ReferenceTarget),
    _correct("plain-service", PlainService, partial(ReferenceTarget, build=PlainService)),
    _correct(
        "remembers-nothing",
        RemembersNothing,
        partial(ReferenceTarget, memory=RemembersNothing),
        impossible=("eviction", "memory-pressure"),
    ),
    _correct("event-store", EventStore, partial(ReferenceTarget, store=EventStore)),
    _correct("keeps-the-cookies", KeepsTheCookies, partial(KeepsTheCookies, build=PlainService)),
)
"""Every correct service; the first is the reference core."""
