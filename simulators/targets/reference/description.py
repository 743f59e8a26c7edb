"""What there is to say of a state, so that equal texts mean equal futures."""

import json
import marshal
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from coolwind.marks import message_mark
from coolwind.memory import Remembered, SessionMemory
from coolwind.proofs import digest_of
from coolwind.service import SHOP_TIME
from coolwind.session import Session
from coolwind.stores.in_memory import Contents, StoredNotification, StoredSession
from coolwind.stores.records import callback_prefix, order_prefix
from coolwind.tombstone import Tombstone
from simulators.targets.reference.arranging import Bounds
from simulators.targets.reference.crowd import is_stranger
from simulators.targets.simulation.guard import identity
from simulators.targets.simulation.image import Describe
from simulators.targets.simulation.simulation import VirtualClock

STRANGER: Final = "the session of a stranger"
"""Nobody of the conversation has to do with it, beyond the room that it takes up."""

_WITHOUT_IDENTITIES = 2
"""The version of marshal in which equal values have equal bytes, whether or not they are shared."""

_MOST_SESSIONS = 20_000
_MOST_DOCUMENTS = 4_096
_MARK = re.compile(r"""(["'])([0-9a-f]{32})\1""")
_APART = ("started_at", "last_turn_at", "history", "proof_digest")


class Describer:
    """Describes sessions by their age: a deadline that has passed has passed, however long ago; one
    that is met exactly has not, since services compare with and without that moment.

    When a session began, and when each message was said, is left out: the core goes by neither, and
    a variation that does is found out by its sequels.
    """

    def __init__(self, clock: VirtualClock, bounds: Bounds) -> None:
        self._clock = clock
        self._bounds = bounds
        # With the session itself, so that no other object can get its identity.
        self._sessions: dict[int, tuple[Session, str]] = {}
        self.by_class: Mapping[type, Describe] = {
            Contents: self._contents,
            datetime: self._moment,
            Remembered: self._remembered,
            Session: self._session,
            SessionMemory: self._memory,
            StoredNotification: lambda stored: (self._waiting(stored),),
            StoredSession: self._stored,
            Tombstone: lambda tombstone: (self._buried(tombstone),),
        }
        """How to describe objects of each class that a camera meets."""
        self._proofs: dict[str, str] = {}
        self._messages: dict[str, str] = {}
        self._documents: dict[str, tuple[str, str]] = {}

    def note_message(self, message_id: str) -> None:
        """A message of this ID is delivered: its mark is told as the ID from now on, so that a
        state shows which messages are known."""
        self._messages[message_mark(message_id, "")] = message_id

    def note_proof(self, proof: str) -> None:
        """A browser is given this proof: its digest is told as the proof itself from now on, so
        that a state shows which sessions a browser can prove.
        """
        self._proofs[digest_of(proof)] = proof

    def _proof(self, digest: str) -> str:
        return self._proofs.get(digest, digest)

    def _with_messages(self, text: str) -> str:
        return _MARK.sub(lambda mark: f"{mark[1]}{self._message(mark[2])}{mark[1]}", text)

    def _message(self, mark: str) -> str:
        return self._messages.get(mark, mark)

    def todays_numbers(self, contents: Contents) -> Sequence[str]:
        """The numbers given today: from them the next ones follow."""
        today = self._clock.moment.astimezone(SHOP_TIME).date()
        prefixes = (order_prefix(today), callback_prefix(today))
        given = (*contents.orders, *contents.callback_tasks)
        return [f"given today {number}" for number in given if number.startswith(prefixes)]

    def _contents(self, contents: Contents) -> Iterator[str]:
        yield f"{len(contents.sessions)} {len(contents.tombstones)} {len(contents.outbox)}"
        yield f"{dict(contents.stock)}"
        yield f"{dict(contents.orders)} {dict(contents.callback_tasks)}"
        for session_id, stored in contents.sessions.items():
            yield session_id
            yield from self._stored(stored)
        for session_id, tombstone in contents.tombstones.items():
            yield f"{session_id} {self._buried(tombstone)}"
        for key, notification in contents.outbox.items():
            yield f"{key} {self._waiting(notification)}"

    def _memory(self, memory: SessionMemory) -> Iterator[str]:
        """Who was idle for too long is evicted before anybody is looked up, and before others."""
        now, lifetime = self._clock.moment, self._bounds.idle_timeout
        live = [one for one in memory.snapshot() if now - one.used_at < lifetime]
        yield f"{len(live)} remembered"
        for remembered in live:
            yield remembered.session.session_id
            yield from self._remembered(remembered)

    def _moment(self, moment: datetime) -> Sequence[str]:
        return (self._age(moment, self._bounds.expiry),)

    def _remembered(self, remembered: Remembered) -> Iterator[str]:
        if is_stranger(remembered.session.customer_id):
            yield STRANGER
            return
        yield f"used {self._age(remembered.used_at, self._bounds.idle_timeout)}"
        yield from self._session(remembered.session)

    def _stored(self, stored: StoredSession) -> Iterator[str]:
        known = self._documents.get(stored.document)
        if known is None:
            if len(self._documents) >= _MOST_DOCUMENTS:
                self._documents.clear()
            text, digest = _timeless_document(stored.document)
            known = self._documents[stored.document] = (self._with_messages(text), digest)
        document, digest = known
        if document != STRANGER:
            age = self._age(stored.last_turn_at, self._bounds.expiry)
            is_there = stored.opening is not None and stored.opening in stored.document
            opening = "in the document" if is_there else repr(stored.opening)
            yield f"{age} {stored.version} {opening} {self._proof(digest)}"
        yield document

    def _waiting(self, stored: StoredNotification) -> str:
        # It is due or not; when it was delivered or refused matters to no turn.
        is_due = stored.is_due(self._clock.moment)
        pause = "" if is_due or not stored.waits else stored.next_attempt_at - self._clock.moment
        ended = (stored.delivered_at is not None, stored.refused_at is not None)
        return f"{stored.session_id} {stored.text} {stored.attempts} {pause} {ended}"

    def _buried(self, tombstone: Tombstone) -> str:
        # Without the digest of the proof, which follows from the session ID. Once it would have
        # expired, it can only be forgotten, and the cookies that lead to it are by then.
        marks = sorted(map(self._message, tombstone.marks))
        age = self._age(tombstone.last_turn_at, self._bounds.expiry)
        return f"{age} {tombstone.session_id} {tombstone.ending} {marks}"

    def _session(self, session: Session) -> Iterator[str]:
        known = self._sessions.get(identity(session))
        if known is None:
            if len(self._sessions) >= _MOST_SESSIONS:
                self._sessions.clear()
            text = self._with_messages(_timeless_session(session))
            known = self._sessions[identity(session)] = (session, text)
        yield f"{self._age(session.last_turn_at, self._bounds.expiry)} {self._proof(session.proof)}"
        # The states apart, because a careless service changes them in place.
        yield _in_words(session.states)
        yield known[1]

    def _age(self, moment: datetime, lifetime: timedelta) -> str:
        if moment.tzinfo is None:
            return repr(moment)
        age = self._clock.moment - moment
        return "passed" if age > lifetime else str(age)


def _in_words(states: Any) -> str:
    """The states of a session as a text: of plain values, one that was made before."""
    try:
        return _read_in_words(marshal.dumps(states, _WITHOUT_IDENTITIES))
    except ValueError:
        return _spelled(states)


@lru_cache(maxsize=4_096)
def _read_in_words(states: bytes) -> str:
    return _spelled(marshal.loads(states))


def _spelled(value: Any) -> str:
    """The value with all that JSON would take away, and a careless service goes by: the order of
    keys, a number as a key, a tuple or an enumeration in the place of a list or a text."""
    match value:
        case dict():
            pairs = (f"{_spelled(key)}: {_spelled(one)}" for key, one in value.items())
            return f"{{{', '.join(pairs)}}}"
        case list() | tuple():
            return f"{type(value).__qualname__}({', '.join(map(_spelled, value))})"
        case set() | frozenset():
            return f"{type(value).__qualname__}({', '.join(sorted(map(_spelled, value)))})"
        case _:
            return repr(value)


def _timeless_document(document: str) -> tuple[str, str]:
    """What there is to say of a document, and the digest of its proof."""
    try:
        content = json.loads(document)
        if is_stranger(content["customer_id"]):
            return STRANGER, ""
        history = [
            [one["author"], one["text"]] if isinstance(one, dict) else one[:2]
            for one in content["history"]
        ]
        rest = {key: content[key] for key in content if key not in _APART}
        opening = _opening(content["opening"], content["version"], len(content["answered"]))
        text = json.dumps({**rest, "opening": opening, "history": history})
        return text, content["proof_digest"]
    except (KeyError, TypeError, ValueError):
        return document, ""


def _timeless_session(session: Session) -> str:
    history = [(entry.author.value, entry.text) for entry in session.history]
    opening = _opening(session.opening, session.version, len(session.answered))
    return repr(
        (
            *(session.session_id, session.customer_id, session.salt, session.version),
            *(opening, history, session.answered, session.forgotten),
        )
    )


def _opening(mark: str | None, turns: int, answered: int) -> str | bool | None:
    """What there is to say of an opening mark: it follows from the first message, so that it is
    enough to have that among the answered ones."""
    return mark is not None if turns == answered else mark
