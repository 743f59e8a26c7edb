"""Free ports on this machine."""

import socket

import pytest

from simulators.errors import TargetError
from simulators.targets.processes import ports
from simulators.targets.processes.ports import Claim


def test_a_port_that_is_claimed_is_given_to_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Claim()
    other = ports.free_port()
    numbers = iter([first.port, other])
    monkeypatch.setattr(ports, "free_port", lambda: next(numbers))
    second = Claim()
    assert second.port == other
    first.let_go()
    second.let_go()


def test_a_server_can_listen_at_a_port_that_is_claimed_for_it() -> None:
    claim = Claim()
    socket.create_server(("127.0.0.1", claim.port)).close()
    claim.let_go()


def test_no_port_at_all_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim()
    monkeypatch.setattr(ports, "free_port", lambda: claim.port)
    with pytest.raises(TargetError, match="no port from 20000 to 32000 is free"):
        Claim()
    claim.let_go()
