"""Services that expire a session too early, too late, by halves, or without a word."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from coolwind.errors import NoSuchSession
from coolwind.flows import State
from coolwind.messages import Message, Tier
from coolwind.resumption import EXPIRED, Resumed
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import Commit
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Delivery
from simulators.trace import Answer
from tests.defects.plain_service import PlainService, Turn
from tests.defects.storing import LastWriteWins


class RestoresExpiredState(PlainService):
    """Restores whatever the store still has, however old it is.

    Seen in: the seed's fix ("System restores it anyway").
    """

    def is_expired(self, found: Resumed, now: datetime) -> bool:
        return found.tier is not Tier.STORE and super().is_expired(found, now)


class ExpiresWithoutAWord(PlainService):
    """Begins a new session in the place of an expired one, and tells nobody.

    Seen in: hive PR #37; switchboard #86.
    """

    async def begin(self, message: Message, now: datetime, notice: str | None) -> Resumed:
        return await super().begin(message, now, None if notice == EXPIRED else notice)


class RoundsToWholeSeconds(PlainService):
    """Keeps moments in a column of whole seconds, which rounds them up: the session expires
    early.

    Seen in: Rasa #7840 (on MySQL only).
    """

    def is_expired(self, found: Resumed, now: datetime) -> bool:
        silence = now - found.session.last_turn_at
        return timedelta(seconds=round(silence.total_seconds())) >= self.parts.expiry


class ExpiresATickLate(PlainService):
    """Lets a session live while its age is not greater than the expiry, where it has to be smaller.

    Seen in: comparisons written twice, once for the cache and once for the database.
    """

    def is_expired(self, found: Resumed, now: datetime) -> bool:
        return now - found.session.last_turn_at > self.parts.expiry


class RefreshesExpiryInMemoryOnly(PlainService):
    """Starts the expiry anew with each turn in memory, and leaves it in the store as the first
    turn set it.

    Seen in: Rasa #5091 and #9305; redis-style stores whose time to live is set on creation.
    """

    async def save(self, turn: Turn) -> None:
        stored = replace(turn.after, last_turn_at=turn.after.started_at)
        await super().save(replace(turn, after=stored))


class ExpiresFromTheFirstTurn(PlainService):
    """Writes the time of expiry when the session is made, and no turn moves it.

    Seen in: Rasa #5091 and #9305 (expires although active).
    """

    def is_expired(self, found: Resumed, now: datetime) -> bool:
        return now - found.session.started_at >= self.parts.expiry


class ExpiresButForItsHistory(PlainService):
    """Keeps the history in a collection of its own, where nobody set a time to live.

    Seen in: langchain-mongodb #151; langgraph-redis PR #139.
    """

    async def resume(self, message: Message, now: datetime) -> Resumed:
        resumed = await super().resume(message, now)
        if resumed.notice == EXPIRED and message.session_id is not None:
            old = await self.parts.store.load(message.session_id)
            if old is not None:
                return replace(resumed, session=replace(resumed.session, history=old.history))
        return resumed


class RefusesExpiredSessions(PlainService):
    """Answers the ID of an expired session with an error, and the browser keeps the cookie.

    Seen in: rocketmq-dashboard #4694.
    """

    async def begin(self, message: Message, now: datetime, notice: str | None) -> Resumed:
        if notice == EXPIRED:
            raise NoSuchSession(f"Session {message.session_id} has expired.")
        return await super().begin(message, now, notice)


class QuotesTheOldConversation(PlainService):
    """Announces a new start with what the customer wrote before the old session expired.

    Seen in: openclaw #85648, where the first prompt of a new session held the one before.
    """

    async def begin(self, message: Message, now: datetime, notice: str | None) -> Resumed:
        begun = await super().begin(message, now, notice)
        if notice != EXPIRED or message.session_id is None:
            return begun
        old = await self.find(message.session_id, now)
        if old is None:
            return begun
        return replace(begun, notice=f"{notice} You wrote: {old.session.history[0].text}.")


class RenewsNoCookies(ReferenceTarget):
    """Sets cookies when a session begins, and never again: they end while the session goes on.

    Seen in: koajs/generic-session #45.
    """

    def deliver(self, delivery: Delivery) -> Answer:
        answer = super().deliver(delivery)
        return answer if answer.served_from == Tier.NEW else replace(answer, cookies=())


class CookiesOfHalfAnHour(ReferenceTarget):
    """Sets cookies that live as long as memory keeps the session, and not as long as the store
    does.

    Seen in: the seed (a cookie of 30 minutes); daiv PR #981.
    """

    def deliver(self, delivery: Delivery) -> Answer:
        answer = super().deliver(delivery)
        end = self.now() + timedelta(minutes=30)
        return replace(answer, cookies=tuple(replace(c, expires_at=end) for c in answer.cookies))


class StoresWhatATurnChanged(LastWriteWins):
    """Looks at the expiry when a session is loaded and not when a turn is stored, and stores what
    the turn has changed alone: one in flight while the session expires goes on with the rest of it.

    Seen in: Redis hashes that expire between `HGETALL` and `HSET`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._states: dict[str, Mapping[str, State]] = {}

    async def commit(self, commit: Commit) -> None:
        session, stored = commit.session, self.snapshot().sessions
        before = self._states.get(session.session_id, {})
        if before and session.session_id not in stored:
            changed = {name: one for name, one in session.states.items() if before.get(name) != one}
            session = replace(session, states=changed)
        await super().commit(replace(commit, session=session))
        self._states[session.session_id] = session.states


class ListingStore(InMemoryStore):
    """Lists the sessions that have expired, and deletes those of the list."""

    def __init__(self) -> None:
        super().__init__()
        self._expired: tuple[str, ...] = ()

    async def list_expired(self, last_turn_until: datetime) -> None:
        """Note those whose last turn was made by then."""
        sessions = self.snapshot().sessions.items()
        self._expired = tuple(
            name for name, stored in sessions if stored.last_turn_at <= last_turn_until
        )

    async def sweep(self, last_turn_until: datetime) -> int:
        """Delete what is on the list."""
        del last_turn_until
        for session_id in self._expired:
            await self.delete(session_id)
        return len(self._expired)


class SweepsFromAList(PlainService):
    """Lists the sessions that have expired, and then deletes them: also one that was taken further
    meanwhile.

    Seen in: clean-up jobs that select first and delete by ID.
    """

    async def sweep(self) -> int:
        store = cast(ListingStore, self.parts.store)
        await store.list_expired(self.parts.clock.now() - self.parts.expiry)
        return await super().sweep()
