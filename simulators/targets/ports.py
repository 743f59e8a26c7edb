"""Free ports on this machine."""

import random
import socket
from typing import Final

from simulators.errors import TargetError

_RANGE: Final = (20_000, 32_000)
"""Below where the systems take the ports of outgoing connections from, which could be in the way
between choosing a port and listening at it."""

_TRIES: Final = 200


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
    raise TargetError(
        f"no port from {_RANGE[0]} to {_RANGE[1]} is free; end what listens there, and start again"
    )
