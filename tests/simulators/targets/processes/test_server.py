"""One server, and who else may have its port."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.errors import NotStarted
from simulators.targets.configuration.tables import Ready
from simulators.targets.patience import Patience
from simulators.targets.processes.household import Household
from simulators.targets.processes.listening import is_older_than
from simulators.targets.processes.server import Launch, Server

SERVER = """
import http.server, signal, sys
port, taken = sys.argv[1:]
if port == taken:
    signal.pause()
handler = http.server.SimpleHTTPRequestHandler
http.server.HTTPServer(("127.0.0.1", int(port)), handler).serve_forever()
"""


@pytest.fixture
def household() -> Iterator[Household]:
    household = Household()
    yield household
    household.close()


def test_who_takes_the_port_before_the_server_does_is_not_taken_for_it(
    household: Household, tmp_path: Path
) -> None:
    ready, taken = Ready(), 0

    def launch(port: int) -> Launch:
        command = (sys.executable, "-S", "-c", SERVER, str(port), str(taken))
        return Launch(command, tmp_path, os.environ)

    server = Server(1, household, launch, ready)
    taken = server.port
    server.start()
    with socket.create_server(("127.0.0.1", taken)):
        server.await_ready(Patience(ready.timeout))
        assert server.port != taken
    assert server.process is not None
    server.leave()


@pytest.mark.parametrize("path", [None, "/"])
def test_one_that_listens_at_another_address_is_told_so(
    path: str | None, household: Household, tmp_path: Path
) -> None:
    def launch(port: int) -> Launch:
        elsewhere = SERVER.replace("127.0.0.1", "127.0.0.2")
        command = (sys.executable, "-S", "-c", elsewhere, str(port), "none")
        return Launch(command, tmp_path, os.environ)

    server = Server(1, household, launch, Ready(path=path, timeout=timedelta(seconds=1)))
    server.start()
    with pytest.raises(NotStarted, match=r"at port \d+, but not at 127.0.0.1; let it listen there"):
        server.await_ready(Patience(timedelta(seconds=1)))
    server.leave()


def test_one_that_goes_to_the_background_is_told_to_stay(
    household: Household, tmp_path: Path
) -> None:
    def launch(port: int) -> Launch:
        command = ("sh", "-c", f"echo started at {port}; sleep 60 &")
        return Launch(command, tmp_path, os.environ)

    server = Server(1, household, launch, Ready())
    server.start()
    with pytest.raises(NotStarted, match=r"last words: started at \d+; let command stay in"):
        server.await_ready(Patience(timedelta(seconds=30)))
    server.leave()


def test_a_program_that_runs_longer_is_told_from_one_that_was_started_since() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not is_older_than(os.getpgid(0), port)
        with subprocess.Popen(["sleep", "60"], start_new_session=True) as younger:
            assert is_older_than(younger.pid, port)
            younger.kill()
        assert not is_older_than(1, port)
    assert not is_older_than(os.getpgid(0), port)
