"""Services that find the session in the store, and do not restore all of it, or not rightly."""

from dataclasses import replace
from datetime import datetime

from coolwind.errors import NoSuchSession
from coolwind.messages import Message, Tier
from coolwind.resumption import Resumed
from coolwind.session import Session
from tests.defects.plain_service import PlainService


class RestoresWithoutHistory(PlainService):
    """Restores the state of the flows, and begins the message history anew.

    Seen in: the seed's fix (`messages: []`).
    """

    def restored(self, session: Session) -> Session:
        return replace(session, history=())


class RestoresForAnybody(PlainService):
    """Asks for the proof when the session is in memory, and restores it for whoever names it.

    Seen in: the seed's fix (`userId: userId || uuidv4()`).
    """

    def is_welcome(self, found: Resumed, message: Message) -> bool:
        return found.tier is Tier.STORE or super().is_welcome(found, message)


class RestoresBulkOrdersOnly(PlainService):
    """Takes a session in the store for a live one when it has a bulk order in it, and forgets
    that there are other flows.

    Seen in: a first version of the seed's fix.
    """

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        found = await super().find(session_id, now)
        if found and found.tier is Tier.STORE and "bulk_order" not in found.session.states:
            return None
        return found


class RestoresIntoNoMemory(PlainService):
    """Serves a restored session from the store for ever after, because nobody put it back into
    memory.

    Seen in: services that fill their cache on creation only.
    """

    def remember(self, served: Resumed, now: datetime) -> None:
        if served.tier is not Tier.STORE:
            super().remember(served, now)


class DoublesHistory(PlainService):
    """Appends the restored messages to a history that has been restored already.

    Seen in: Rasa #8238 (events double at each restart).
    """

    def restored(self, session: Session) -> Session:
        return replace(session, history=session.history + session.history)


class RefusesWhatMemoryForgot(PlainService):
    """Answers a session ID that memory does not know with an error, and the browser presents it
    again with the next message.

    Seen in: Maestro PR #802 ("permanent death spiral").
    """

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        session = self.parts.memory.get(session_id, now)
        if session is None:
            raise NoSuchSession(f"Session {session_id} does not exist.")
        return Resumed(session, Tier.MEMORY)
