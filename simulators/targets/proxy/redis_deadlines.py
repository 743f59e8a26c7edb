"""When keys of a Redis server go: by a time of its own, which no clock of ours moves."""

import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from simulators.errors import TargetError
from simulators.targets.proxy.listener import Upstream

_PATIENCE: Final = 5.0
"""Seconds that the server may take for an answer."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whose keys a connection sees: the commands that say who asks, and for which database."""

    who: tuple[bytes, ...] = ()
    database: tuple[bytes, ...] = ()

    def after(self, words: Sequence[bytes]) -> "Opening":
        """With that command."""
        match [words[0].upper() if words else b"", *words[1:]]:
            case [b"AUTH", *_]:
                return Opening(tuple(words), self.database)
            case [b"HELLO", _, *options] if b"AUTH" in map(bytes.upper, options):
                where = [option.upper() for option in options].index(b"AUTH")
                return Opening((b"AUTH", *options[where + 1 : where + 3]), self.database)
            case [b"SELECT", _]:
                return Opening(self.who, tuple(words))
        return self

    @property
    def commands(self) -> Sequence[Sequence[bytes]]:
        """What a connection of ours has to say first."""
        return [command for command in (self.who, self.database) if command]


class Deadlines:
    """Of the keys that a service named at one store."""

    def __init__(self) -> None:
        self._keys: dict[Opening, set[bytes]] = {}

    def named(self, opening: Opening, keys: Iterable[bytes]) -> None:
        """These keys were named on a connection that began so."""
        self._keys.setdefault(opening, set()).update(keys)

    def forget(self) -> None:
        """No key was named."""
        self._keys.clear()

    def bring_nearer(self, upstream: Upstream, duration: timedelta) -> None:
        """Let each of these keys that is to go do so earlier by that duration. Raises
        `TargetError`."""
        for opening, keys in list(self._keys.items()):
            if keys:
                _bring_nearer(
                    upstream, opening, sorted(keys), duration // timedelta(milliseconds=1)
                )


def _bring_nearer(upstream: Upstream, opening: Opening, keys: Sequence[bytes], passed: int) -> None:
    where = f"{upstream.host}:{upstream.port}"
    try:
        with socket.create_connection((upstream.host, upstream.port), _PATIENCE) as line:
            _asked(line, opening.commands)
            left = map(_number, _asked(line, [(b"PTTL", key) for key in keys]))
            nearer = [
                (b"PEXPIRE", key, b"%d" % max(milliseconds - passed, 0))
                for key, milliseconds in zip(keys, left, strict=True)
                if milliseconds >= 0
            ]
            for reply in _asked(line, nearer):
                _number(reply)
    except (OSError, ValueError) as error:
        raise TargetError(
            f"no time passes for the keys of the store at {where} ({error}); let the service's user"
            " ask it for PTTL and PEXPIRE, or name a hook of the service as the clock in [faults]"
        ) from error


def _asked(line: socket.socket, commands: Sequence[Sequence[bytes]]) -> Sequence[bytes]:
    """The replies, each of which is one line."""
    with line.makefile("rb") as replies:
        line.sendall(b"".join(map(_written, commands)))
        return [replies.readline() for _ in commands]


def _written(words: Sequence[bytes]) -> bytes:
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(one), one) for one in words)


def _number(reply: bytes) -> int:
    if not reply.startswith(b":"):
        raise ValueError(reply.decode("utf-8", "replace").strip() or "it hung up")
    return int(reply[1:])
