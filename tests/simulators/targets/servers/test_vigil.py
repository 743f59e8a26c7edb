"""Whether a service was seen to go away."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import TypeAlias

import pytest

from simulators.errors import TargetError
from simulators.targets.processes.ports import free_port
from simulators.targets.servers.vigil import Vigil

Serving: TypeAlias = Callable[[Callable[[socket.socket], object]], None]


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """What listens, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def serving(listening: socket.socket) -> Iterator[Serving]:
    """Does that to each connection, until nothing listens any more."""
    with ExitStack() as connections:

        def serve(do: Callable[[socket.socket], object]) -> None:
            def accept() -> None:
                with suppress(OSError):
                    while True:
                        accepted, _ = listening.accept()
                        do(connections.enter_context(accepted))

            thread = threading.Thread(target=accept)
            thread.start()
            connections.callback(thread.join)

        yield serve
        listening.shutdown(socket.SHUT_RDWR)


def url(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def short_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection is held for longer than a moment."""
    monkeypatch.setattr("simulators.targets.servers.vigil._AGE", 0.05)


@pytest.mark.usefixtures("short_lived")
def test_a_service_that_stays_is_not_seen_to_go(listening: socket.socket) -> None:
    with Vigil(url(listening)) as vigil:
        assert not vigil.has_seen_it(0.12)


def test_a_service_that_listens_no_more_has_gone(listening: socket.socket) -> None:
    with Vigil(url(listening)) as vigil:
        listening.close()
        assert vigil.has_seen_it(5)


def test_a_service_that_closes_the_connection_that_it_has_has_gone(
    listening: socket.socket, serving: Serving
) -> None:
    kept: list[socket.socket] = []

    def keep(accepted: socket.socket) -> None:
        kept.append(accepted)
        if len(kept) == 3:
            accepted.close()

    serving(keep)
    with Vigil(url(listening)) as vigil:
        assert vigil.has_seen_it(5)
        assert len(kept) == 3


def test_a_service_that_is_down_already_has_gone() -> None:
    with Vigil(f"http://127.0.0.1:{free_port()}") as vigil:
        assert vigil.has_seen_it(5)


@pytest.mark.usefixtures("short_lived")
def test_what_a_service_says_first_is_no_end(listening: socket.socket, serving: Serving) -> None:
    serving(lambda accepted: accepted.sendall(b"welcome"))
    with Vigil(url(listening)) as vigil:
        assert not vigil.has_seen_it(0.12)


def test_a_service_that_hangs_up_anyway_is_told_of(
    listening: socket.socket, serving: Serving
) -> None:
    serving(socket.socket.close)
    with (
        pytest.raises(TargetError, match="its end cannot be seen by them; write incarnation in"),
        Vigil(url(listening)),
    ):
        pass
