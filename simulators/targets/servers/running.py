"""What a target of real servers needs of them, however they are run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from simulators.targets.configuration.templates import Values
from simulators.targets.stores.stores import Stores
from simulators.targets.target import Capability


class Running(Protocol):
    """The servers of a service.

    What the names of a server stand for is told by `node` and `nodes`; the name `url` is where it
    serves. Every method may raise `TargetError`.
    """

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Which of RESTART, CRASH, FAILOVER and NODES can be done to it."""
        ...

    @property
    def stores(self) -> Stores | None:
        """The stores before which something stands that can strike, if any."""
        ...

    def begin(self) -> None:
        """A service that has seen nobody."""
        ...

    def node(self, customer_id: str | None) -> Values:
        """The node that has that customer's next message, or nobody's: an equal one each time,
        until `served`."""
        ...

    def node_beside(self, node: Values) -> Values:
        """Another node than that one; the same where there is no other."""
        ...

    def nodes(self) -> Sequence[Values]:
        """All nodes."""
        ...

    def served(self, customer_id: str) -> None:
        """A message of that customer was delivered."""
        ...

    def break_(self, capability: Capability) -> bool:
        """Break it in that way; whether that was seen to take place. All nodes serve after it."""
        ...

    def unseen(self, capability: Capability) -> str:
        """Why a break of that kind was not seen to take place, with the remedy; empty where no more
        is known."""
        ...

    def unanswered(self) -> None:
        """A node did not answer; one that is dying has a moment to be dead."""
        ...

    def revive(self) -> bool:
        """Start what died by itself, as whatever watches over a service does; whether that was
        needed."""
        ...

    def kill(self, server: str) -> None:
        """Kill the node of that number, and wait until it is dead."""
        ...

    def last_words(self) -> str:
        """The end of what the node said that died, or that has the next message."""
        ...

    def logs(self) -> Mapping[str, str]:
        """The end of what each process of this conversation wrote, by its name, in order."""
        ...

    def environment(self, names: Values) -> Mapping[str, str]:
        """The environment of a command that looks at that node."""
        ...

    @property
    def folder(self) -> Path:
        """The folder in which commands start."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...
