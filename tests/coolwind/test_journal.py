"""The log is one line of JSON for each event."""

import io
import json
import logging
import sys
from typing import Any

import pytest

from coolwind.events import Announcer, Event, EventName
from coolwind.journal import Journal, LibraryLog


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


@pytest.mark.parametrize(("waiting", "level"), [(2, "warning"), (0, "info")])
def test_that_nothing_waits_any_more_is_no_trouble(clock: Any, waiting: int, level: str) -> None:
    stream = io.StringIO()
    fields = {"notifications": waiting, "reason": None}
    Journal(stream, clock)(Event(EventName.NOTIFICATIONS_WAITING, fields=fields))
    assert json.loads(stream.getvalue())["level"] == level


def test_what_cannot_be_written_stops_nobody(clock: Any) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError("No space left on device")

    closed = io.StringIO()
    journals = [Journal(stream, clock) for stream in (Full(), closed)]
    closed.close()
    for journal in journals:
        journal(Event(EventName.SESSION_CREATED, "s1"))


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_one_line_an_event_that_cannot_steer_it(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    fields = {"message": "a\n\x1b[2Jb", "status": 200}
    Journal(stream, clock)(Event(EventName.LIBRARY_LOGGED, None, fields))
    (line,) = stream.getvalue().splitlines()
    assert line.startswith("2026-03-02T06:30:00.000000+00:00 [info     ] library.logged")
    assert "message='a\\n\\x1b[2Jb'" in line
    assert "status=200" in line
    assert "\x1b" not in line


def test_a_terminal_that_wants_colours_gets_them(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    Journal(stream, clock)(Event(EventName.SESSION_CREATED, "s1"))
    assert "\x1b[" in stream.getvalue()


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch):
    """A library's logger, and what of it reached standard error."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logger = logging.Logger("a.library")
    logger.addHandler(LibraryLog())
    return logger, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("level", "name"), [(1, "debug"), (25, "info"), (30, "warning"), (99, "critical")]
)
def test_what_a_library_logs_is_an_event(library: Any, level: int, name: str) -> None:
    logger, lines = library
    logger.log(level, "Serving %s\nand %d more", "one", 2)
    (line,) = lines()
    del line["at"]
    assert line == {
        "event": "library.logged",
        "level": name,
        "logger": "a.library",
        "message": "Serving one\nand 2 more",
        "session_id": None,
    }


def test_a_record_that_does_not_fit_its_own_text_is_written_as_it_is(library: Any) -> None:
    logger, lines = library
    logger.error("%d of %d", "three")
    assert [line["message"] for line in lines()] == ["%d of %d"]


def test_an_exception_is_told_by_where_it_came_from_and_not_by_what_it_says(library: Any) -> None:
    def fail(customer: str) -> None:
        try:
            {}[customer]
        except KeyError as error:
            raise ValueError(f"{customer} has no order") from error

    logger, lines = library
    try:
        fail("Hari")
    except ValueError:
        logger.exception("It broke")
    logger.error("It broke again", exc_info=True)
    first, again = lines()
    assert first["message"] == "It broke"
    assert first["traceback"].startswith("ValueError\n")
    assert "in fail\n" in first["traceback"]
    assert "\nKeyError\n" in first["traceback"]
    assert "Hari has no order" not in first["traceback"]
    assert "traceback" not in again


def test_every_listener_is_told_in_order() -> None:
    told = []
    event = Event(EventName.SESSION_CREATED)
    Announcer((lambda e: told.append((1, e)), lambda e: told.append((2, e))))(event)
    assert told == [(1, event), (2, event)]
