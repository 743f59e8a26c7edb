"""A service whose sessions travel: signed, in the cookies of the browsers."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from coolwind.documents import read_session, write_session
from coolwind.errors import Conflict
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore, StoredSession
from coolwind.stores.store import Commit
from coolwind.tombstone import Ending, tombstone_of
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Capability, Delivery
from simulators.trace import Answer
from tests.defects.designs.nothing import RemembersNothing
from tests.defects.plain_service import PlainService

STATE_COOKIE: Final = "chat_session_state"

_KEY: Final = b"a secret of the shop's servers"


@dataclass(slots=True)
class Request:
    """The state cookie of the request that is being served: as it came, and as it goes."""

    presented: str | None = None
    issued: str | None = None


class CookieStore(InMemoryStore):
    """Reads a session from the request's cookie, and writes it into that of the answer.

    What must not be undone by an old cookie is stored: effects, how a session was left by a turn
    that had some, and which sessions were cleared.
    """

    def __init__(self, request: Request) -> None:
        super().__init__()
        self._request = request

    async def load(self, session_id: str) -> Session | None:
        tombstone = await self.tombstone(session_id)
        if tombstone is not None and tombstone.ending is Ending.CLEARED:
            return None
        carried = _opened(self._request.presented, session_id)
        stored = await super().load(session_id)
        found = [session for session in (carried, stored) if session is not None]
        return max(found, key=lambda session: session.version, default=None)

    async def commit(self, commit: Commit) -> None:
        session, contents = commit.session, self.snapshot()
        stored = contents.sessions.get(session.session_id)
        if stored is not None and stored.version >= session.version:
            raise Conflict(f"The cookie of session {session.session_id} is an old one.")
        for effect in commit.effects:
            contents = contents.with_effect(session.session_id, effect)
        if commit.effects:
            left = StoredSession(
                write_session(session), session.version, session.last_turn_at, session.opening
            )
            contents = replace(contents, sessions={**contents.sessions, session.session_id: left})
        self.restore(contents)
        self._request.issued = _sealed(session)

    async def delete(self, session_id: str) -> None:
        session = await self.load(session_id)
        if session is not None:
            contents = self.snapshot()
            sessions = {name: one for name, one in contents.sessions.items() if name != session_id}
            tombstone = tombstone_of(session, Ending.CLEARED)
            tombstones = {**contents.tombstones, session_id: tombstone}
            self.restore(replace(contents, sessions=sessions, tombstones=tombstones))
        self._request.issued = ""


class CarriedSessions(ReferenceTarget):
    """Keeps sessions in signed cookies, and nothing of them in memory.

    Two messages at once carry the same cookie, so that no service of this design can know of both.
    """

    def __init__(self, name: str) -> None:
        self._request = Request()
        super().__init__(name, PlainService, store=self._open_store, memory=RemembersNothing)

    @property
    def capabilities(self) -> frozenset[Capability]:
        return super().capabilities - {Capability.CONCURRENCY}

    def deliver(self, delivery: Delivery) -> Answer:
        return self._with_state(delivery, super().deliver)

    def clear(self, delivery: Delivery) -> Answer:
        return self._with_state(delivery, super().clear)

    def read(self, delivery: Delivery) -> Answer:
        return self._with_state(delivery, super().read)

    def _open_store(self) -> CookieStore:
        return CookieStore(self._request)

    def _with_state(self, delivery: Delivery, serve: Callable[[Delivery], Answer]) -> Answer:
        request = self._request
        request.presented = delivery.cookies.get(STATE_COOKIE)
        answer, issued = serve(delivery), request.issued
        request.presented = request.issued = None
        if issued is None:
            return answer
        # It lives as long as the other cookies, and is taken away with them.
        states = [replace(one, name=STATE_COOKIE, value=issued) for one in answer.cookies[:1]]
        return replace(answer, cookies=(*answer.cookies, *states))


def _sealed(session: Session) -> str:
    """The session as a cookie: without its history, and with the last few replies, for room."""
    slim = replace(session, history=(), answered=session.answered[-4:])
    document = write_session(slim).encode()
    text = base64.urlsafe_b64encode(document).decode()
    return f"{session.session_id}.{text}.{_signature(document)}"


def _opened(cookie: str | None, session_id: str) -> Session | None:
    """The session in a cookie; None where there is none, another one, or a forged one."""
    name, _, sealed = (cookie or "").partition(".")
    text, _, signature = sealed.partition(".")
    document = base64.urlsafe_b64decode(text)
    if name != session_id or not hmac.compare_digest(signature, _signature(document)):
        return None
    return read_session(document.decode(), session_id)


def _signature(document: bytes) -> str:
    return hmac.new(_KEY, document, hashlib.sha256).hexdigest()
