"""Connections to databases, and what of their transactions is not committed."""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary, ref

from simulators.targets.application.life import LIFE, Life
from simulators.targets.proxy.dialect import Call, Kind

_ROLLBACK: Final = "ROLLBACK"


class Database(Protocol):
    """What a driver knows of its connections."""

    def is_in_transaction(self, connection: Any) -> bool:
        """Whether one is open."""
        ...

    def break_(self, connection: Any) -> None:
        """Let it go as it goes where its database is lost."""
        ...

    def let_go(self, connection: Any) -> None:
        """Let it go as it goes where its process dies: what is not committed is undone. May be
        called in any thread."""
        ...

    def close(self, connection: Any) -> None:
        """Close one that was let go, when nobody is left to use it."""
        ...


@dataclass(eq=False, slots=True)
class Link:
    """One connection."""

    _life: ref[Life] | None
    """Whose it is; None for one of nobody's in particular."""
    _connection: ref[Any]
    _database: Database
    has_written: bool = False
    """Whether there is something that a COMMIT makes durable."""
    is_lost: bool = False
    """Whether it was of an application that died."""

    def is_of(self, life: Life) -> bool:
        """Whether it is that life's."""
        return self._life is not None and self._life() is life

    def settle(self, call: Call | None) -> bool:
        """Take note of a call that succeeded; whether something durable changed by it."""
        is_open = self._database.is_in_transaction(self._connection())
        if call is not None and call.label == _ROLLBACK and not is_open:
            self.has_written = False
        self.has_written |= call is not None and call.kind is Kind.WRITE
        changes = self.has_written and not is_open
        self.has_written &= is_open
        return changes

    def forget(self) -> bool:
        """What was not committed is undone; nothing durable changed by it."""
        self.has_written = False
        return False

    def fail(self) -> None:
        """The database is lost to this connection."""
        self.has_written = False
        self._database.break_(self._connection())

    def lose(self) -> None:
        """Its application dies."""
        self.is_lost = True
        self._database.let_go(self._connection())

    def close(self) -> None:
        """Nobody is left to use it, but by mistake."""
        self._database.close(self._connection())


@dataclass(slots=True)
class Connections:
    """Those that were seen."""

    _links: "WeakKeyDictionary[object, Link]" = field(default_factory=WeakKeyDictionary)
    _held: dict[Life, list[object]] = field(default_factory=dict)

    def link(self, connection: object, database: Database) -> Link:
        """What is known of a connection. One that is new is of the life in which it is used."""
        link = self._links.get(connection)
        if link is None:
            # Through its life, what is known of a connection would keep it.
            life = LIFE.get()
            owner = None if life is None else ref(life)
            link = self._links[connection] = Link(owner, ref(connection), database)
        return link

    def is_lost(self, connection: object) -> bool:
        """Whether it was of an application that died."""
        link = self.known(connection)
        return link is not None and link.is_lost

    def known(self, connection: object) -> Link | None:
        """The link of a connection that was seen."""
        try:
            return self._links.get(connection)
        except TypeError:
            # It cannot be referred to weakly, and was none.
            return None

    def lose(self, life: Life) -> None:
        """Let go of all that are of that life."""
        for connection, link in list(self._links.items()):
            if link.is_of(life) and not link.is_lost:
                link.lose()
                self.hold(life, connection)

    def hold(self, life: Life, left: object) -> None:
        """Keep what a life leaves from being deleted while it is open, which Python warns of."""
        self._held.setdefault(life, []).append(left)

    def close(self, life: Life) -> None:
        """Close what a life left, which is over, as the end of its process does."""
        self.lose(life)
        for left in self._held.pop(life, ()):
            link = self.known(left)
            # What cannot be closed so is none of ours.
            with suppress(Exception):
                (left if link is None else link).close()  # type: ignore[attr-defined]


def hang_up(descriptor: Callable[[], int]) -> None:
    """End a connection over the network as the death of its process does, without a word to the
    driver. May be called in any thread."""
    with suppress(Exception), socket.socket(fileno=os.dup(descriptor())) as connection:
        connection.shutdown(socket.SHUT_RDWR)
