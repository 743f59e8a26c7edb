"""The memory tier of the hybrid storage: the sessions that this process served last."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from coolwind.events import Event, EventName, Listener
from coolwind.session import Session


class EvictionReason(StrEnum):
    """Why a session left memory by itself."""

    IDLE = "idle"
    CAPACITY = "capacity"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A session in memory, and when it was last asked for."""

    session: Session
    used_at: datetime


class SessionMemory:
    """Keeps at most `capacity` sessions, each until nobody asked for it during `idle_timeout`.

    Each use of a session starts its timeout anew. One more session than the capacity evicts the
    one that was not used for the longest time. Every eviction is announced with its reason.
    """

    def __init__(self, capacity: int, idle_timeout: timedelta, listener: Listener) -> None:
        self._capacity = capacity
        self._idle_timeout = idle_timeout
        self._listener = listener
        self._remembered: OrderedDict[str, Remembered] = OrderedDict()

    def get(self, session_id: str, now: datetime) -> Session | None:
        """The session, unless it is not here or was idle for too long."""
        self.evict_idle(now)
        remembered = self._remembered.get(session_id)
        if remembered is None:
            return None
        self._use(remembered.session, now)
        return remembered.session

    def put(self, session: Session, now: datetime) -> None:
        """Remember a session as its last commit left it."""
        self._use(session, now)
        while len(self._remembered) > self._capacity:
            self._evict(next(iter(self._remembered)), EvictionReason.CAPACITY)

    def drop(self, session_id: str) -> None:
        """Forget a session, if it is here; this is no eviction."""
        self._remembered.pop(session_id, None)

    def evict_idle(self, now: datetime) -> None:
        """Evict every session that was not used during the idle timeout."""
        while self._remembered:
            session_id, oldest = next(iter(self._remembered.items()))
            if now - oldest.used_at < self._idle_timeout:
                return
            self._evict(session_id, EvictionReason.IDLE)

    def snapshot(self) -> tuple[Remembered, ...]:
        """Everything remembered, the least recently used first."""
        return tuple(self._remembered.values())

    def restore(self, snapshot: tuple[Remembered, ...]) -> None:
        """Be as at that snapshot."""
        self._remembered = OrderedDict((each.session.session_id, each) for each in snapshot)

    def _use(self, session: Session, now: datetime) -> None:
        self._remembered[session.session_id] = Remembered(session, now)
        self._remembered.move_to_end(session.session_id)

    def _evict(self, session_id: str, reason: EvictionReason) -> None:
        del self._remembered[session_id]
        self._listener(Event(EventName.SESSION_EVICTED, session_id, {"reason": reason.value}))
