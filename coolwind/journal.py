"""The log: each event as one line, of JSON or, on a terminal, for people."""

import logging
import os
import sys
from contextlib import suppress
from traceback import format_tb
from typing import TextIO

import structlog
from structlog.typing import Processor

from coolwind.clock import Clock, SystemClock
from coolwind.events import Event, EventName, Field

_WARNINGS = frozenset(
    {
        EventName.SESSION_REFUSED,
        EventName.MODEL_FAILED,
        EventName.STATE_UNREADABLE,
        EventName.STORE_UNAVAILABLE,
        EventName.ROUND_FAILED,
        EventName.NOTIFICATION_FAILED,
        EventName.NOTIFICATION_REFUSED,
        EventName.NOTIFICATIONS_WAITING,
    }
)


class Journal:
    """A listener that writes to a text stream.

    What cannot be written is lost: a full disk must not cost a customer the reply.
    """

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._clock = clock
        self._logger = structlog.wrap_logger(
            structlog.PrintLogger(stream),
            processors=[structlog.processors.add_log_level, _renderer(stream)],
            wrapper_class=structlog.make_filtering_bound_logger(logging.NOTSET),
        )

    def __call__(self, event: Event) -> None:
        """Write the event."""
        self.write(_level(event), event)

    def write(self, level: int, event: Event) -> None:
        """Write the event at a level of the standard library's `logging`."""
        with suppress(OSError, ValueError):
            self._logger.log(
                level,
                event.name.value,
                at=self._clock.now().isoformat(timespec="microseconds"),
                session_id=event.session_id,
                **event.fields,
            )


class LibraryLog(logging.Handler):
    """Writes what libraries log, the web server above all, to the journal on standard error."""

    def __init__(self) -> None:
        super().__init__()
        self._journal = Journal(sys.stderr, SystemClock())

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record as an event; of an exception, where it came from without its words."""
        fields: dict[str, Field] = {"logger": record.name, "message": _message(record)}
        if record.exc_info and record.exc_info[1]:
            fields["traceback"] = _origin(record.exc_info[1])
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
        self._journal.write(level, Event(EventName.LIBRARY_LOGGED, fields=fields))


def _level(event: Event) -> int:
    is_over = event.fields.get("notifications") == 0
    return logging.WARNING if event.name in _WARNINGS and not is_over else logging.INFO


def _renderer(stream: TextIO) -> Processor:
    if not stream.isatty():
        return structlog.processors.JSONRenderer(sort_keys=True)
    return structlog.dev.ConsoleRenderer(
        colors="NO_COLOR" not in os.environ, repr_native_str=True, timestamp_key="at"
    )


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - whatever a library gave that does not fit its own text
        return str(record.msg)


def _origin(error: BaseException) -> str:
    """The traceback without what the exceptions say, which may be a customer's words."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        lines += [f"{type(cause).__name__}\n", *format_tb(cause.__traceback__)]
        cause = cause.__cause__ or cause.__context__
    return "".join(lines).rstrip()
