"""Free ports on this machine."""

import random
import socket
from typing import Final

from simulators.errors import TargetError

_RANGE: Final = (20_000, 32_000)
"""Below where the systems take the ports of outgoing connections from, which could be in the way
between choosing a port and listening at it."""

_TRIES: Final = 200


class Claim:
    """A free port that no other claim has, of this process or of another, as long as it is held:
    between choosing a port and listening at it a server takes its time, and one that is ready at
    that port must be no other."""

    def __init__(self) -> None:
        """Raises `TargetError` where no port is found."""
        self.port, self._socket = _claimed()

    def let_go(self) -> None:
        """Others may have it."""
        self._socket.close()


def _claimed() -> tuple[int, socket.socket]:
    # Of the same number and another protocol, so that it is in no server's way.
    for _ in range(_TRIES):
        port, claim = free_port(), socket.socket(type=socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
            continue
        return port, claim
    raise _none_free()


def free_port() -> int:
    """A port at which nobody listens. Raises `TargetError` where none is found."""
    chance = random.SystemRandom()
    for _ in range(_TRIES):
        port = chance.randrange(*_RANGE)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise _none_free()


def _none_free() -> TargetError:
    return TargetError(
        f"no port from {_RANGE[0]} to {_RANGE[1]} is free; end what listens there, and start again"
    )
