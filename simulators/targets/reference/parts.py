"""What one incarnation of a service is made from, and how it is made from that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from coolwind.catalogue import Catalogue
from coolwind.clock import Clock
from coolwind.events import Listener
from coolwind.flows.flow import Flow
from coolwind.ids import Ids
from coolwind.memory import SessionMemory
from coolwind.messages import Answer, Message
from coolwind.models.steadfast import SteadfastModel
from coolwind.outbox import Notifier, Outbox
from coolwind.service import ChatService
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import SessionStore
from coolwind.turns import TurnOrder


class Service(Protocol):
    """The road into a chat service; errors are those of `ChatService`.

    One with a coroutine method `close` has it run when its process stops in good order.
    """

    async def handle(self, message: Message) -> Answer:
        """Take one message and answer it."""
        ...

    async def clear(self, session_id: str, proof: str | None) -> None:
        """Forget the customer's own session."""
        ...

    async def read(self, session_id: str, proof: str | None) -> Session:
        """The customer's own session."""
        ...

    async def sweep(self) -> int:
        """Forget the sessions that have expired; how many they were."""
        ...


class Deliverer(Protocol):
    """Hands over the notifications that wait; it runs after each turn."""

    async def deliver_pending(self) -> int:
        """Try each pending notification; how many were handed over."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that one incarnation of a service is made from.

    The store, the notifier and what the world outside keeps outlive the incarnation; `memory` and
    `turns` are its own. What else a service keeps in its attributes is part of snapshots and
    fingerprints, too.
    """

    clock: Clock
    ids: Ids
    store: SessionStore
    model: SteadfastModel
    catalogue: Catalogue
    flows: Sequence[Flow]
    memory: SessionMemory
    turns: TurnOrder
    listener: Listener
    notifier: Notifier
    expiry: timedelta


def build_service(parts: Parts) -> Service:
    """The chat service as it is deployed."""
    return ChatService(
        clock=parts.clock,
        ids=parts.ids,
        store=parts.store,
        model=parts.model,
        catalogue=parts.catalogue,
        flows=parts.flows,
        memory=parts.memory,
        turns=parts.turns,
        listener=parts.listener,
        expiry=parts.expiry,
    )


def build_outbox(parts: Parts) -> Deliverer:
    """The outbox as it is deployed."""
    return Outbox(
        store=parts.store,
        notifier=parts.notifier,
        clock=parts.clock,
        listener=parts.listener,
        keys_kept=parts.expiry,
    )


@dataclass(frozen=True, slots=True)
class Design:
    """The pieces that a variation of the service may replace; `memory` is called as
    `SessionMemory` is."""

    build: Callable[[Parts], Service]
    outbox: Callable[[Parts], Deliverer]
    store: Callable[[], InMemoryStore]
    memory: Callable[[int, timedelta, Listener], SessionMemory]

    def homes(self) -> tuple[str, ...]:
        """The packages, or lone modules, in which the pieces are defined."""
        modules = (piece.__module__ for piece in (self.build, self.outbox, self.store, self.memory))
        return tuple(
            module.rpartition(".")[0] or module for module in modules if module != __name__
        )
