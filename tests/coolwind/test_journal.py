"""The log is one line of JSON for each event."""

import io
import json
from typing import Any

from coolwind.events import Announcer, Event, EventName
from coolwind.journal import Journal


def test_an_event_is_one_line_with_its_fields(clock: Any) -> None:
    stream = io.StringIO()
    fields = {"served_from": "store", "flow": None}
    Journal(stream, clock)(Event(EventName.TURN_SERVED, "s1", fields))
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line) == {
        "at": "2026-03-02T06:30:00.000000+00:00",
        "event": "turn.served",
        "level": "info",
        "session_id": "s1",
        "served_from": "store",
        "flow": None,
    }


def test_trouble_is_a_warning(clock: Any) -> None:
    stream = io.StringIO()
    Journal(stream, clock)(Event(EventName.STORE_UNAVAILABLE, fields={"reason": "a\nb"}))
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["level"] == "warning"


def test_every_listener_is_told_in_order() -> None:
    told = []
    event = Event(EventName.SESSION_CREATED)
    Announcer((lambda e: told.append((1, e)), lambda e: told.append((2, e))))(event)
    assert told == [(1, event), (2, event)]
