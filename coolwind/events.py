"""What the service tells those who watch it: one definition for the log and for the metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

Field: TypeAlias = "bool | int | float | str | None"


class EventName(StrEnum):
    """Every event, by the name that stands in the log."""

    SESSION_CREATED = "session.created"
    SESSION_RESTORED = "session.restored"
    SESSION_EXPIRED = "session.expired"
    SESSION_REFUSED = "session.refused"
    SESSION_EVICTED = "session.evicted"
    SESSION_CLEARED = "session.cleared"
    SESSIONS_SWEPT = "sessions.swept"
    STATE_CHECKED = "state.checked"
    STATE_MISSING = "state.missing"
    STATE_UNREADABLE = "state.unreadable"
    FLOW_STARTED = "flow.started"
    FLOW_ADVANCED = "flow.advanced"
    FLOW_COMPLETED = "flow.completed"
    FLOW_CANCELLED = "flow.cancelled"
    MESSAGE_REPEATED = "message.repeated"
    MODEL_ANSWERED = "model.answered"
    MODEL_FAILED = "model.failed"
    REQUEST_SERVED = "request.served"
    TURN_SERVED = "turn.served"
    TURN_RETAKEN = "turn.retaken"
    STORE_UNAVAILABLE = "store.unavailable"
    ROUND_FAILED = "round.failed"
    NOTIFICATION_DELIVERED = "notification.delivered"
    NOTIFICATION_FAILED = "notification.failed"
    NOTIFICATION_REFUSED = "notification.refused"
    NOTIFICATIONS_WAITING = "notifications.waiting"
    LIBRARY_LOGGED = "library.logged"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. Fields never hold what a customer wrote, nor any contact detail."""

    name: EventName
    session_id: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)


class Listener(Protocol):
    """Somebody who is told of events."""

    def __call__(self, event: Event) -> None:
        """Take notice; must not raise."""
        ...


class Announcer:
    """Tells every listener, in order."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = tuple(listeners)

    def __call__(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)
