"""The log: each event as one line of JSON."""

from typing import TextIO

import structlog

from coolwind.clock import Clock
from coolwind.events import Event, EventName

_WARNINGS = frozenset(
    {
        EventName.SESSION_REFUSED,
        EventName.MODEL_FAILED,
        EventName.STATE_UNREADABLE,
        EventName.STORE_UNAVAILABLE,
        EventName.NOTIFICATION_FAILED,
        EventName.NOTIFICATION_REFUSED,
        EventName.NOTIFICATIONS_WAITING,
    }
)


class Journal:
    """A listener that writes to a text stream."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._clock = clock
        self._logger = structlog.wrap_logger(
            structlog.PrintLogger(stream),
            processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
            wrapper_class=structlog.BoundLogger,
        )

    def __call__(self, event: Event) -> None:
        """Write the event."""
        write = self._logger.warning if event.name in _WARNINGS else self._logger.info
        write(
            event.name.value,
            at=self._clock.now().isoformat(timespec="microseconds"),
            session_id=event.session_id,
            **event.fields,
        )
