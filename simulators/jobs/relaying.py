"""How a process that plays tells the run that it plays for how far it has come."""

import json
import secrets
import socket
from collections.abc import Callable
from threading import Thread
from time import monotonic
from typing import Final

from simulators.jobs.progress import Advances

RELAY: Final = "coolwind_relay"
"""What a process that plays is given the address under."""

_HERE: Final = "127.0.0.1"
_BETWEEN_WORDS: Final = 1.0
"""Seconds between two words of one process, at least."""
_LONGEST: Final = 60_000


class Relay:
    """Passes on, at most once a second, how far an exploration has come. `address` is what the
    `Receiver` of the run gave; what cannot be sent is not told."""

    def __init__(self, address: str, clock: Callable[[], float] = monotonic) -> None:
        port, _, self._token = address.partition(":")
        self._to = (_HERE, int(port))
        self._clock = clock
        self._told_at = clock()

    def advance(self, scenario: str, plans: int, expected: int | None) -> None:
        """So many plans of a scenario were tried, of about so many; None where nobody knows."""
        if self._clock() - self._told_at < _BETWEEN_WORDS:
            return
        self._told_at = self._clock()
        words = json.dumps([self._token, scenario, plans, expected]).encode()
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(words, self._to)
        except OSError:
            return


class Receiver:
    """Hears on loopback what the processes of a run tell, and passes it on. Words without the
    token, which only they know, are nobody's."""

    def __init__(self, listener: Advances) -> None:
        self._listener = listener
        self._token = secrets.token_hex(16)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((_HERE, 0))
        self._thread = Thread(target=self._listen, name="coolwind-relay", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where a `Relay` tells."""
        return f"{self._socket.getsockname()[1]}:{self._token}"

    def close(self) -> None:
        """Hear no more."""
        end = json.dumps([self._token]).encode()
        self._socket.sendto(end, self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while True:
            match _words(self._socket.recv(_LONGEST)):
                case [self._token]:
                    return
                case [self._token, str(scenario), int(plans), int() | None as expected]:
                    self._listener.advance(scenario, plans, expected)


def _words(heard: bytes) -> object:
    try:
        return json.loads(heard)
    except ValueError:
        return None
