"""Sees whether a service that runs elsewhere goes away for a moment."""

import socket
import threading
from contextlib import suppress
from time import monotonic
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

from simulators.errors import TargetError

_AGE: Final = 0.25
"""Seconds after which a connection is let go for a younger one: one that is closed at that age was
not closed for being idle."""

_PATIENCE: Final = 5.0
_BETWEEN_TRIES: Final = 0.02


class Vigil:
    """Holds a connection to a service, one after the other, as long as it lasts. A service whose
    process ends closes the one that it has, or refuses the next.

    A connection that belongs to somebody else, such as a load balancer, shows nothing. Raises
    `TargetError` at a service that closes connections of that age anyway.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._address = (parts.hostname or "127.0.0.1", port)
        self._has_ended = threading.Event()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="vigil", daemon=True)

    def __enter__(self) -> "Vigil":
        with suppress(OSError), self._connected() as trial:
            if is_closed(trial, _AGE):
                raise TargetError(
                    f"the service at {self._address[0]}:{self._address[1]} closes connections on"
                    " which nothing is said, so that its end cannot be seen by them; write"
                    " incarnation in [target]"
                )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def has_seen_it(self, seconds: float) -> bool:
        """Whether the service was seen to go away, or is in that time."""
        return self._has_ended.wait(seconds)

    def _watch(self) -> None:
        held: socket.socket | None = None
        while not (self._is_over.is_set() or self._has_ended.is_set()):
            try:
                younger = self._connected()
            except (ConnectionRefusedError, ConnectionResetError):
                self._has_ended.set()
                break
            except OSError:
                # Whoever does not answer in time may be busy.
                self._is_over.wait(_BETWEEN_TRIES)
                continue
            if held is not None:
                self._look(held, 0)
                held.close()
            held = younger
            self._look(held, _AGE)
        if held is not None:
            held.close()

    def _look(self, held: socket.socket, seconds: float) -> None:
        if is_closed(held, seconds):
            self._has_ended.set()

    def _connected(self) -> socket.socket:
        return socket.create_connection(self._address, timeout=_PATIENCE)


def is_closed(connection: socket.socket, seconds: float) -> bool:
    """Whether the other side has closed it, or does in so many seconds."""
    deadline = monotonic() + seconds
    try:
        while True:
            connection.settimeout(max(0, deadline - monotonic()))
            if not connection.recv(1_024):
                return True
    except (TimeoutError, BlockingIOError):
        return False
    except OSError:
        return True
