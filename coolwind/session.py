"""What the service keeps of one conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from coolwind.flows.flow import State
from coolwind.marks import message_mark, opening_mark
from coolwind.messages import Message, Reply

MAX_HISTORY = 50
"""Messages, of both sides together, that a session remembers; the oldest go first."""

MAX_ANSWERED = 50
"""Turns whose reply a session can give again when their message is repeated.

Of earlier ones it only knows that they were answered.
"""


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    SHOP = "shop"


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the history; `at` is aware, in UTC."""

    author: Author
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that was answered, by the mark of its ID, and the reply that it got."""

    mark: str
    text: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Session:
    """A session, complete: what is not in here is lost when the process ends.

    A value: a turn makes the next one. `version` counts the turns committed to the store and
    guards the next commit. `proof` is a digest of the secret that binds the session to its
    customer's browser. `salt` is what that secret was made of, beside the ID of the opening
    message; None where it was not made of one. `opening` recognises a repetition of the very first
    message, which can carry no session ID. `states` holds the state of each flow by its name.
    `forgotten` are the marks of the messages whose reply is no longer among those `answered`.
    """

    session_id: str
    customer_id: str
    proof: str
    started_at: datetime
    last_turn_at: datetime
    version: int = 0
    salt: str | None = None
    opening: str | None = None
    states: Mapping[str, State] = field(default_factory=dict)
    history: tuple[Entry, ...] = ()
    answered: tuple[Answered, ...] = ()
    forgotten: tuple[str, ...] = ()

    @property
    def marks(self) -> frozenset[str]:
        """What recognises each message that it answered, and the one that opened it."""
        opening = () if self.opening is None else (self.opening,)
        return frozenset((*opening, *self.forgotten, *(one.mark for one in self.answered)))

    @property
    def exchanges(self) -> tuple[tuple[str, str], ...]:
        """The customer's last messages, each with the reply, the last one last."""
        return tuple(
            (message.text, reply.text)
            for message, reply in pairwise(self.history)
            if message.author is Author.CUSTOMER
        )

    def is_expired(self, now: datetime, expiry: timedelta) -> bool:
        """Whether the last turn lies at least `expiry` back."""
        return now - self.last_turn_at >= expiry

    def reply_to(self, message: Message) -> Answered | None:
        """The recorded turn that this message repeats, if it does."""
        if message.message_id is None:
            return None
        mark = message_mark(message.message_id, self.session_id)
        return next((one for one in self.answered if one.mark == mark), None)

    def has_forgotten(self, message: Message) -> bool:
        """Whether it answered this message, and cannot give the reply again."""
        if message.message_id is None or self.reply_to(message) is not None:
            return False
        began_it = self.opening is not None and self.opening == opening_mark(message)
        mark = message_mark(message.message_id, self.session_id)
        return mark in self.forgotten or (began_it and self.version > 0)

    def after_turn(
        self, message: Message, reply: Reply, states: Mapping[str, State], now: datetime
    ) -> "Session":
        """The session with one more turn in it, one version on, of the customer whom the message
        names.
        """
        exchange = (Entry(Author.CUSTOMER, message.text, now), Entry(Author.SHOP, reply.text, now))
        answered = self.answered
        if message.message_id is not None:
            mark = message_mark(message.message_id, self.session_id)
            answered += (Answered(mark, message.text, reply),)
        return replace(
            self,
            customer_id=message.customer_id or self.customer_id,
            version=self.version + 1,
            last_turn_at=now,
            states=states,
            history=(self.history + exchange)[-MAX_HISTORY:],
            answered=answered[-MAX_ANSWERED:],
            forgotten=(*self.forgotten, *(one.mark for one in answered[:-MAX_ANSWERED])),
        )
