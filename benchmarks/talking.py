"""Turns a second of the reference core: called directly, played by the simulator, explored."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import process_time

from benchmarks.conversations import Conversation, bulk_order
from coolwind.catalogue import ShopCatalogue
from coolwind.clock import SystemClock
from coolwind.effects import Notification
from coolwind.events import Event
from coolwind.flows.bulk_order import BulkOrder
from coolwind.flows.callback import Callback
from coolwind.flows.flow import Flow
from coolwind.ids import RandomIds
from coolwind.memory import SessionMemory
from coolwind.messages import Message
from coolwind.models.scripted import ScriptedModel
from coolwind.models.steadfast import Patience, SteadfastModel
from coolwind.outbox import Outbox
from coolwind.service import ChatService
from coolwind.stores.in_memory import InMemoryStore
from coolwind.turns import AsyncioTurnOrder
from simulators.explorer.explorer import Explorer
from simulators.faults.catalogue import select
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.reference.flows import remembering_flows
from simulators.targets.target import Arrangement

_IDLE_TIMEOUT, _EXPIRY = timedelta(minutes=30), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Pace:
    """Turns a second of processor time, each the best of several rounds.

    In the simulator, a flow takes no message twice from the same state; `remembering_core` is the
    core called directly with such flows.
    """

    core: float
    remembering_core: float
    simulator: float
    explorer: float

    @property
    def overhead(self) -> float:
        """By what share a turn takes longer through the simulator than in the core alone."""
        return self.core / self.simulator - 1

    @property
    def remembering_overhead(self) -> float:
        """The same against the core with flows that remember."""
        return self.remembering_core / self.simulator - 1


def measure(conversation: Conversation, conversations: int, rounds: int) -> Pace:
    """So many conversations a round, and a round of each kind in turn; the explorer goes through
    the bulk order with up to two faults."""
    target = ReferenceTarget()
    flows, remembering = (BulkOrder(), Callback()), remembering_flows()
    try:
        ways: tuple[Callable[[], int], ...] = (
            lambda: asyncio.run(_talk(conversation, conversations, flows)),
            lambda: asyncio.run(_talk(conversation, conversations, remembering)),
            lambda: _play(target, conversation, conversations),
            lambda: _explore(target),
        )
        paces = [[_pace(way) for way in ways] for _ in range(rounds)]
    finally:
        target.close()
    return Pace(*(max(column) for column in zip(*paces, strict=True)))


def _pace(way: Callable[[], int]) -> float:
    began = process_time()
    turns = way()
    return turns / (process_time() - began)


class _Mail:
    """Hands over nothing, and says that it did."""

    async def deliver(self, notification: Notification) -> None:
        pass


def _ignore(event: Event) -> None:
    pass


async def _talk(conversation: Conversation, conversations: int, flows: tuple[Flow, ...]) -> int:
    """Each conversation with a service of its own, as the simulator has it."""
    for _ in range(conversations):
        clock, store, catalogue = SystemClock(), InMemoryStore(), ShopCatalogue()
        await store.open(catalogue.parts())
        service = ChatService(
            clock=clock,
            ids=RandomIds(),
            store=store,
            model=SteadfastModel(ScriptedModel(), clock, _ignore, Patience()),
            catalogue=catalogue,
            flows=flows,
            memory=SessionMemory(8, _IDLE_TIMEOUT, _ignore),
            turns=AsyncioTurnOrder(),
            listener=_ignore,
            expiry=_EXPIRY,
        )
        outbox = Outbox(
            store=store, notifier=_Mail(), clock=clock, listener=_ignore, keys_kept=_EXPIRY
        )
        session_id = proof = None
        for text in conversation.texts:
            message = Message(text, session_id, proof, str(uuid.uuid4()), "hari")
            answer = await service.handle(message)
            await outbox.deliver_pending()
            session_id, proof = answer.session_id, answer.proof
    return conversations * len(conversation.texts)


def _play(target: ReferenceTarget, conversation: Conversation, conversations: int) -> int:
    player = Player(target)
    for _ in range(conversations):
        player.begin(Arrangement())
        player.play(conversation.script)
    return player.executions


def _explore(target: ReferenceTarget) -> int:
    player = Player(target)
    explorer = Explorer(player, bulk_order().script, Arrangement())
    clean = explorer.clean(player)
    for _ in explorer.explore(clean, tuple(select("transparent", target.capabilities)), 2):
        pass
    return player.executions
