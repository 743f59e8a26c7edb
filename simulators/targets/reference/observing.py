"""What a law can see of a service: what the store keeps of a session, and every effect."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import cast

from coolwind.documents import read_session
from coolwind.effects import Notification
from coolwind.errors import UnreadableState
from coolwind.stores.in_memory import Contents
from simulators.trace import Observation, Row

EFFECTS = (_ORDER, _CALLBACK, _EMAIL) = ("order", "callback", "email")
"""The kinds of effects, as they are observed."""


class Mail:
    """Takes emails as a mail server does that knows a repetition by its key."""

    def __init__(self) -> None:
        self.delivered: Mapping[str, Notification] = {}
        """By dedupe key; each change makes another mapping."""

    async def deliver(self, notification: Notification) -> None:
        """Take an email, once."""
        if notification.key not in self.delivered:
            self.delivered = {**self.delivered, notification.key: notification}


def observe(contents: Contents, mail: Mail, session_id: str | None) -> Observation:
    """What is there of the session, and every effect so far."""
    stored = None if session_id is None else contents.sessions.get(session_id)
    return Observation(
        None if stored is None or session_id is None else _kept(stored.document, session_id),
        {
            _ORDER: tuple(map(_row, contents.orders.values())),
            _CALLBACK: tuple(map(_row, contents.callback_tasks.values())),
            _EMAIL: tuple(map(_email, mail.delivered.values())),
        },
    )


@lru_cache(maxsize=4_096)
def _kept(document: str, session_id: str) -> Row:
    """What a stored session holds, by flow, with its customer and its history."""
    try:
        session = read_session(document, session_id)
    except UnreadableState as error:
        return {"unreadable": str(error)}
    history = tuple({"author": one.author.value, "text": one.text} for one in session.history)
    return {**session.states, "customer": session.customer_id, "history": history}


@lru_cache(maxsize=4_096)
def _row(text: str) -> Row:
    return cast(Row, json.loads(text))


@lru_cache(maxsize=4_096)
def _email(notification: Notification) -> Row:
    return asdict(notification)
