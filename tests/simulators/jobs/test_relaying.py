"""How far a scenario has come is told across processes."""

import json
import socket
from collections.abc import Iterator
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import pytest

from simulators.commands.driver import Driver
from simulators.jobs.relaying import RELAY, Receiver, Relay
from simulators.plugin.playing import _watcher
from tests.simulators.clock import Clock

LONG = 30.0


class Heard:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: SimpleQueue[tuple[str, int, int | None]] = SimpleQueue()

    def advance(self, scenario: str, plans: int, expected: int | None) -> None:
        self.told.put((scenario, plans, expected))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def receiver(heard: Heard) -> Iterator[Receiver]:
    receiver = Receiver(heard)
    yield receiver
    receiver.close()


def test_words_are_passed_on_once_a_second(heard: Heard, receiver: Receiver, clock: Clock) -> None:
    relay = Relay(receiver.address, clock)
    for seconds, plans in ((0.5, 1), (1.0, 2), (1.5, 3), (2.0, 4)):
        clock.seconds = seconds
        relay.advance("An order", plans, None if plans == 4 else 9)
    assert heard.told.get(timeout=LONG) == ("An order", 2, 9)
    assert heard.told.get(timeout=LONG) == ("An order", 4, None)
    assert heard.told.empty()


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"\xff",
        b"{",
        b"[]",
        b'["a guess"]',
        b'["a guess", "An order", 1, 2]',
        b"TOKEN, 7, 1, 2]",
        b'TOKEN, "An order", "1", 2]',
        b'TOKEN, "An order", 1]',
    ],
)
def test_what_is_nobodys_words_is_passed_over(
    heard: Heard, receiver: Receiver, words: bytes
) -> None:
    port, token = receiver.address.split(":")
    words = words.replace(b"TOKEN", b'["' + token.encode() + b'"')
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(words, ("127.0.0.1", int(port)))
        stranger.sendto(json.dumps([token, "An order", 5, 6]).encode(), ("127.0.0.1", int(port)))
    assert heard.told.get(timeout=LONG) == ("An order", 5, 6)
    assert heard.told.empty()


def test_nobody_has_to_hear_it(heard: Heard, clock: Clock) -> None:
    receiver = Receiver(heard)
    address = receiver.address
    receiver.close()
    relay = Relay(address, clock)
    for clock.seconds in range(1, 4):
        relay.advance("An order", 1, None)
    assert heard.told.empty()


def test_a_process_that_plays_tells_the_run_that_it_plays_for(
    heard: Heard, clock: Clock, tmp_path: Any
) -> None:
    driver = Driver(heard, tmp_path / "report.html")  # type: ignore[arg-type]
    node = SimpleNamespace(
        workerinput={},
        nodemanager=SimpleNamespace(),
        gateway=SimpleNamespace(_io=SimpleNamespace()),
    )
    driver.pytest_configure_node(node)
    config: Any = SimpleNamespace(workerinput=node.workerinput)
    assert isinstance(_watcher(config), Relay)
    relay = Relay(node.workerinput[RELAY], clock)
    clock.seconds = 1
    relay.advance("An order", 1, 2)
    assert heard.told.get(timeout=LONG) == ("An order", 1, 2)
    driver.pytest_unconfigure()
