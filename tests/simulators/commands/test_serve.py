"""What `coolwind serve` tells whoever watches it: one event a line, and nothing else."""

import json
import logging
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulators.commands.serve import _Startup

COMMAND = "from simulators.cli import main; raise SystemExit(main())"
ORDER = (
    "I need 11 remote controls",
    "Name is Hari, phone 9876543210, email hari@example.com",
    "yes",
)

WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


@contextmanager
def served(folder: Path, stderr: int, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """The command in that folder, at a free port; it does not outlive the patience of a test."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "serve", "--port", "0"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), **environment},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )
    patience = threading.Timer(60, process.kill)
    patience.start()
    with process:
        try:
            yield process
        finally:
            patience.cancel()
            process.kill()


class Log:
    """The lines of a process's standard error, each of which is an event."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._lines = process.stderr
        self.text = ""
        self.events: list[dict[str, Any]] = []

    def read(self) -> dict[str, Any] | None:
        """The next event; none after the last one."""
        line = self._lines.readline()
        if not line:
            return None
        self.text += line
        self.events.append(json.loads(line))
        return self.events[-1]

    def until(self, name: str, text: str = "") -> dict[str, Any]:
        """The next event of that name whose message holds the text."""
        while (event := self.read()) is not None:
            if event["event"] == name and text in event.get("message", ""):
                return event
        raise AssertionError(f"no {name} {text} in\n{self.text}")


def address_in(text: str) -> str:
    found = re.search(r"Uvicorn running on (http://127\.0\.0\.1:\d+)", text)
    assert found
    return found[1]


def test_every_line_is_an_event_with_its_session_and_no_personal_data(tmp_path: Path) -> None:
    with served(tmp_path, subprocess.PIPE) as process:
        log = Log(process)
        address = address_in(log.until("library.logged", "Uvicorn running")["message"])
        with httpx.Client(base_url=address, timeout=30) as browser:
            steps = [
                browser.post("/api/chat", json={"message": message}).json()["step"]
                for message in ORDER
            ]
            assert steps == ["collecting_contact", "confirming", "complete"]
            response = browser.post("/api/chat", json={"message": "When do you open?"})
            assert log.until("notifications.waiting")["notifications"] == 2
            browser.get("/hari@example.com", params={"phone": "9876543210"})
            browser.get("/hari@example.com", headers=WEBSOCKET)
            with socket.create_connection(("127.0.0.1", httpx.URL(address).port)) as raw:
                raw.sendall(b"hari@example.com\r\n\r\n")
                assert raw.recv(1_000).startswith(b"HTTP/1.1 400")
            (tmp_path / "coolwind.db").rename(tmp_path / "away.db")
            assert browser.post("/api/chat", json={"message": "hello"}).status_code == 503
            proof = browser.cookies["chat_session_proof"]
        process.send_signal(signal.SIGINT)
        while log.read() is not None:
            pass
        assert process.stdout.read() == ""
        assert process.wait() == 0
    session_id = response.json()["sessionId"]
    assert all({"at", "event", "level", "session_id"} <= event.keys() for event in log.events)
    assert [event["at"] for event in log.events] == sorted(event["at"] for event in log.events)
    names = {event["event"] for event in log.events if event["session_id"] == session_id}
    assert {event["session_id"] for event in log.events} == {None, session_id}
    assert {
        *("session.created", "state.checked", "flow.started", "flow.completed", "turn.served"),
        *("model.answered", "request.served", "store.unavailable"),
    } <= names
    assert {event["event"] for event in log.events if event["session_id"] is None} == {
        *("library.logged", "sessions.swept", "notifications.waiting", "request.served"),
    }
    requests = [event for event in log.events if event["event"] == "request.served"]
    assert [(event["route"], event["status"], event["session_id"]) for event in requests] == [
        *[("/api/chat", 200, session_id)] * 4,
        *[(None, 404, None)] * 2,
        ("/api/chat", 503, session_id),
    ]
    for word in ("Hari", "hari@", "9876543210", proof):
        assert word not in log.text


@pytest.mark.parametrize("no_colour", [{}, {"NO_COLOR": "1"}])
def test_a_terminal_shows_lines_for_people(tmp_path: Path, no_colour: dict[str, str]) -> None:
    ours, theirs = pty.openpty()
    with served(tmp_path, theirs, **no_colour) as process:
        os.close(theirs)
        text = ""
        while "Uvicorn running" not in text:
            text += os.read(ours, 1_000).decode()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    os.close(ours)
    assert "library.logged" in text
    assert '{"' not in text
    assert ("\x1b[" in text) == (not no_colour)


def refused(folder: Path, port: int = 0, **environment: str) -> tuple[int, str]:
    """The status and the only line of a service that cannot start."""
    ended = subprocess.run(
        [sys.executable, "-c", COMMAND, "serve", "--port", str(port)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    return ended.returncode, ended.stderr


def test_a_database_that_is_none_ends_the_start_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Call Hari about the remotes, and the bill.\n" * 3)
    status, line = refused(tmp_path, COOLWIND_DATABASE="sqlite:///notes.txt")
    assert status == 3
    assert line.startswith(
        "coolwind: The database notes.txt cannot be used (file is not a database): give "
    )
    assert (tmp_path / "notes.txt").read_text().startswith("Call Hari")


def test_a_port_that_is_taken_ends_the_start_with_one_line_before_anything_else(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status, line = refused(tmp_path, port)
    assert status == 3
    assert line.startswith(f"coolwind: Port {port} of 127.0.0.1 cannot be listened at (")
    assert "--port" in line
    assert not list(tmp_path.iterdir())


def test_settings_that_are_bad_end_the_start_with_one_line(tmp_path: Path) -> None:
    status, line = refused(tmp_path, COOLWIND_MODEL="oracle", COOLWIND_SMTP_PORT="0")
    assert status == 4
    assert "COOLWIND_MODEL: " in line
    assert "COOLWIND_SMTP_PORT: " in line


def test_a_start_that_fails_by_a_bug_shows_its_traceback() -> None:
    startup = _Startup("http://127.0.0.1:8000")
    record = logging.LogRecord(
        "uvicorn.error", logging.ERROR, "", 0, "Traceback\nKeyError: 1", (), None
    )
    assert not startup(record)
    assert "KeyError: 1" in str(startup.trouble())
    assert isinstance(startup.trouble(), RuntimeError)
