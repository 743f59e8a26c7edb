"""A store of events: a session is the fold of what happened in it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from functools import reduce
from typing import Any

from coolwind.messages import Message, Reply
from coolwind.session import Answered, Session
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit


class EventStore(InMemoryStore):
    """Keeps what happened in each session, and a session is the fold of its events.

    The documents beside the events are a view for whoever looks on from outside.
    """

    def __init__(self) -> None:
        super().__init__()
        self._events: dict[str, tuple[str, ...]] = {}

    async def load(self, session_id: str) -> Session | None:
        if session_id not in self.snapshot().sessions:
            return None
        opened, *turns = map(json.loads, self._events[session_id])
        return reduce(_after_turn, turns, _opened(opened))

    async def load_opened_by(self, opening: str) -> Session | None:
        session = await super().load_opened_by(opening)
        return None if session is None else await self.load(session.session_id)

    async def commit(self, commit: Commit) -> None:
        after = commit.session
        before = await self.load(after.session_id)
        await super().commit(commit)
        events = (_opening_event(after),) if before is None else self._events[after.session_id]
        turn = _turn_event(after, {} if before is None else before.states)
        self._events[after.session_id] = (*events, turn)


def _opening_event(session: Session) -> str:
    return json.dumps(
        {
            "session_id": session.session_id,
            "customer_id": session.customer_id,
            "proof": session.proof,
            "salt": session.salt,
            "opening": session.opening,
            "at": session.started_at.isoformat(),
        }
    )


def _opened(event: Mapping[str, Any]) -> Session:
    return Session(
        session_id=event["session_id"],
        customer_id=event["customer_id"],
        proof=event["proof"],
        salt=event["salt"],
        opening=event["opening"],
        started_at=datetime.fromisoformat(event["at"]),
        last_turn_at=datetime.fromisoformat(event["at"]),
    )


def _turn_event(after: Session, before: Mapping[str, object]) -> str:
    """The last turn of a session: what was said, and the flows that it moved; null for one that
    it left."""
    answered = after.answered[-1]
    moved = {
        name: after.states.get(name)
        for name in (*before, *after.states)
        if before.get(name) != after.states.get(name)
    }
    return json.dumps(
        {
            "customer_id": after.customer_id,
            "mark": answered.mark,
            "text": answered.text,
            "reply": asdict(answered.reply),
            "moved": moved,
            "at": after.last_turn_at.isoformat(),
        }
    )


def _after_turn(session: Session, event: Mapping[str, Any]) -> Session:
    message = Message(event["text"], customer_id=event["customer_id"])
    reply = Reply(**{**event["reply"], "quick_replies": tuple(event["reply"]["quick_replies"])})
    states = {**session.states, **event["moved"]}
    kept = {name: state for name, state in states.items() if state is not None}
    after = session.after_turn(message, reply, kept, datetime.fromisoformat(event["at"]))
    return replace(
        after, answered=(*session.answered, Answered(event["mark"], message.text, reply))
    )
