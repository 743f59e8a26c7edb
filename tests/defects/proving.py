"""Services that read the wrong thing of what a browser presents, or ask it for no proof."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from coolwind.documents import read_session
from coolwind.http.incoming import SESSION_COOKIE
from coolwind.messages import Message, Tier
from coolwind.resumption import Resumed
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from simulators.conversation import Cookie
from simulators.targets.reference import Parts, ReferenceTarget
from simulators.targets.target import Delivery
from simulators.trace import Answer
from tests.defects.plain_service import PlainService


class TrustsTheSessionId(PlainService):
    """Continues the session that the page names, whoever asks.

    Seen in: any service that does not bind a session to its customer.
    """

    def is_welcome(self, found: Resumed, message: Message) -> bool:
        del found, message
        return True


class ShowsWhatMemoryForgot(PlainService):
    """Asks for the proof of a session that memory has, and shows any other that the store has to
    whoever names it.

    Seen in: transcripts behind a link that holds no more than the ID of the chat.
    """

    async def read(self, session_id: str, proof: str | None) -> Session:
        session = await self.parts.store.load(session_id)
        if session is None or self.parts.memory.get(session_id, self.parts.clock.now()):
            return await self.own(session_id, proof)
        return session


class ForgetsTheOwnerFirst(PlainService):
    """Keeps whose a session is for half an hour, and takes a session of nobody for anybody's.

    Seen in: langchain-mongodb #151 and daiv PR #981 (parts of a session have different lifetimes).
    """

    def is_welcome(self, found: Resumed, message: Message) -> bool:
        silence = self.parts.clock.now() - found.session.last_turn_at
        return silence >= timedelta(minutes=30) or super().is_welcome(found, message)


class KnowsCustomersByTheirAddress(PlainService):
    """Takes whoever cannot prove a session for the one who wrote last from the same address, and
    all customers sit behind one.

    Seen in: chat widgets that fall back to the network address behind a shared router.
    """

    async def resume(self, message: Message, now: datetime) -> Resumed:
        neighbours = self.parts.memory.snapshot()
        resumed = await super().resume(message, now)
        if resumed.notice is None or not neighbours:
            return resumed
        return Resumed(neighbours[-1].session, Tier.MEMORY)


class UsersStore(InMemoryStore):
    """Finds sessions by their user, too."""

    async def last_of(self, customer_id: str | None) -> Session | None:
        """The session that this user wrote in last."""
        stored = self.snapshot().sessions.items()
        sessions = (read_session(one.document, session_id) for session_id, one in stored)
        own = [session for session in sessions if session.customer_id == customer_id]
        return max(own, key=lambda session: session.last_turn_at, default=None)


class TrustsTheUserId(PlainService):
    """Goes on, once memory has forgotten the session, with the one that the page's user wrote in
    last: whoever the page says that this is.

    Seen in: chat widgets that restore a conversation by the `userId` of the request.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._users = cast(UsersStore, parts.store)

    async def resume(self, message: Message, now: datetime) -> Resumed:
        resumed = await super().resume(message, now)
        if resumed.tier is not Tier.STORE:
            return resumed
        last = await self._users.last_of(message.customer_id)
        return resumed if last is None else replace(resumed, session=last)


class PrefersThePage(ReferenceTarget):
    """Lets the session ID that a page remembers go before the cookie, which another tab has
    renewed meanwhile.

    Seen in: chat widgets that keep the session ID in each page and the proof in a cookie.
    """

    def deliver(self, delivery: Delivery) -> Answer:
        if delivery.session_id is not None and SESSION_COOKIE in delivery.cookies:
            cookie = Cookie(SESSION_COOKIE, delivery.session_id)
            delivery = replace(delivery, jar=(cookie, *_without_session(delivery.jar)))
        return super().deliver(delivery)


class IgnoresTheCookie(ReferenceTarget):
    """Reads the session ID in the JSON body and never the cookie: a reload begins anew.

    Seen in: the seed ("the server was ignoring it").
    """

    def deliver(self, delivery: Delivery) -> Answer:
        return super().deliver(replace(delivery, jar=_without_session(delivery.jar)))


class ReadsTheCookieOnly(ReferenceTarget):
    """Reads the cookie and never the session ID in the body, so that it cannot know that a
    conversation was lost.

    Seen in: chat widgets behind a browser that drops cookies of third parties.
    """

    def deliver(self, delivery: Delivery) -> Answer:
        return super().deliver(replace(delivery, session_id=None))


def _without_session(jar: tuple[Cookie, ...]) -> tuple[Cookie, ...]:
    return tuple(cookie for cookie in jar if cookie.name != SESSION_COOKIE)
