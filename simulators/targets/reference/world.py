"""One conversation's world: the clock, the store, the nodes, and what left the service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import cast

from coolwind.catalogue import Part, ShopCatalogue
from coolwind.effects import Notification
from coolwind.flows.flow import Flow
from coolwind.models.model import LanguageModel
from coolwind.models.steadfast import Patience, SteadfastModel
from coolwind.outbox import Notifier
from coolwind.stores.store import SessionStore
from coolwind.turns import AsyncioTurnOrder
from simulators.conversation import StockedPart
from simulators.targets.interruption import Calls, Frozen, Interruption
from simulators.targets.overlap import Overlap, Overlapped, Who
from simulators.targets.reference.arranging import (
    ArrangedModel,
    StockedCatalogue,
    bounds_of,
    parts_of,
)
from simulators.targets.reference.delivery import Doorway
from simulators.targets.reference.description import Describer
from simulators.targets.reference.flows import RememberingFlow
from simulators.targets.reference.journal import Entries, Journal
from simulators.targets.reference.nodes import Nodes, Running
from simulators.targets.reference.observing import Mail, observe
from simulators.targets.reference.parting import OUTBOX, SERVICE, Parting
from simulators.targets.reference.parts import Design, Parts
from simulators.targets.reference.strikes import Strikes
from simulators.targets.reference.window import Window
from simulators.targets.simulation.guard import Guard
from simulators.targets.simulation.image import Camera, Image
from simulators.targets.simulation.simulation import (
    Gate,
    PortCalls,
    SeededIds,
    VirtualClock,
    beginning,
)
from simulators.targets.simulation.turnout import Turnout
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes
from simulators.trace import NO_ANSWER, Answer, Observation
from simulators.values import replace

_PORTS = (
    ArrangedModel,
    Journal,
    Mail,
    PortCalls,
    RememberingFlow,
    SeededIds,
    ShopCatalogue,
    SteadfastModel,
    StockedCatalogue,
    VirtualClock,
)
"""Either they hold nothing that changes, or the world looks after what they hold."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A world as it was at a moment."""

    world: "World"
    moment: datetime
    identifiers: int
    running: Running
    parts: tuple[Part, ...]
    emails: Mapping[str, Notification]
    entries: Entries
    image: Image


class World:
    """Everything that a service and its customers meet in one conversation."""

    def __init__(
        self,
        design: Design,
        flows: tuple[Flow, ...],
        guard: Guard,
        seed: int,
        arrangement: Arrangement,
    ) -> None:
        self.clock = VirtualClock(beginning(seed))
        self.journal = Journal()
        self._design = design
        self._flows = flows
        self._bounds = bounds_of(arrangement)
        self._arrangement = repr(arrangement)
        self._ids = SeededIds(seed)
        self._catalogue = StockedCatalogue(parts_of(arrangement.parts))
        self._model = ArrangedModel(arrangement)
        self._mail = Mail()
        self._store = design.store()
        self._parting = Parting(self._store, self._mail)
        self.calls = Calls(self._durable, self.clock.advance)
        self.interruption: Interruption | None = None
        self._nodes = Nodes(design, guard, self._store, self.calls, self._parts_for)
        self._describer = Describer(self.clock, self._bounds)
        self._doorway = Doorway(
            self.clock, self._bounds.expiry, self.journal, self._describer.note_proof
        )
        self._strikes = Strikes(self._nodes, self._doorway, self._bounds.capacity)
        self._camera = Camera(_PORTS)

    @property
    def lifetimes(self) -> Lifetimes:
        """How long sessions live in this world."""
        return Lifetimes(self._bounds.idle_timeout, self._bounds.expiry)

    @property
    def parts(self) -> Sequence[Part]:
        """What the shop sells."""
        return self._catalogue.parts()

    def change_catalogue(self, stocked: Sequence[StockedPart]) -> None:
        """The shop sells these parts alone from now on."""
        parts, stored = parts_of(stocked), self._store.snapshot()
        counted = {part.part_id: part.opening_stock for part in parts}
        self._catalogue.stocked = parts
        self._store.restore(replace(stored, stock={**stored.stock, **counted}))

    def deliver(self, delivery: Delivery) -> Answer:
        """Hand over one message to the node that serves, and then the notifications that wait.

        These come round twice, and nothing happens to the second round: what an outbox reads in
        one it may send in the next. A round in which a fault struck does not count.
        """
        self._describer.note_message(delivery.message_id)
        self.calls.begin(self.interruption)
        self.interruption = None
        name = self._nodes.name(self._nodes.serving)
        try:
            answer = self._nodes.run(self._doorway.serve(self._nodes.serving, delivery))
        except Frozen:
            answer = NO_ANSWER
            self._nodes.crash()
        if self.calls.has_struck:
            self.calls.end()
        self._hand_over()
        self.calls.end()
        for _ in range(1 + self.calls.has_struck):
            self._hand_over()
        self._nodes.let_crowd_go()
        return replace(answer, node=name)

    def deliver_both(self, first: Delivery, second: Delivery, overlap: Overlap) -> Overlapped:
        """Hand over two messages at once, or one and what comes beside it, and then the
        notifications that wait."""
        for delivery in (first, second):
            self._describer.note_message(delivery.message_id)
        serving = self._nodes.serving
        nodes = serving, self._nodes.next_in_line if overlap.on_two_nodes else serving
        window = Window(self._doorway, nodes, self._store, self.clock, overlap)
        turnout = Turnout(
            overlap.order,
            self.clock,
            self._parting.parts,
            lambda: {**window.state, **({} if overlap.on_two_nodes else self._memory())},
            lambda: dict(window.answers),
            lambda who, call: self._parting.read_by(call) | window.read_by(who),
            overlap.dies_after,
        )
        names = [self._nodes.name(node) for node in nodes]
        self.calls.begin(None)
        with self.clock.napping(turnout.sleep):
            self._nodes.run_both(
                turnout, nodes, window.take_first(first), window.take_second(second)
            )
        self._nodes.run(self._doorway.hand_over(self._nodes.serving))
        if overlap.on_two_nodes:
            self._nodes.run(self._doorway.hand_over(self._nodes.next_in_line))
        one, other = (
            replace(window.answers.get(who, NO_ANSWER), node=name)
            for who, name in zip(Who, names, strict=True)
        )
        last = [Who.FIRST, *window.answers][-1]
        self._nodes.let_crowd_go()
        return Overlapped((one, other), last, turnout.moves, turnout.was_kept)

    def _memory(self) -> Mapping[str, Sequence[str]]:
        """The memory of the node that serves: what its service can come to, its outbox, and each
        line in which turns wait for one another. Nobody looks at a line but by moving in it."""
        node, by_class = self._nodes.serving, self._describer.by_class
        turns, without_lines = node.parts.turns, {**by_class, AsyncioTurnOrder: lambda _: ()}
        lines = turns.lines() if isinstance(turns, AsyncioTurnOrder) else {}
        return {
            SERVICE: self._camera.describe((node.service, node.parts.memory), without_lines),
            OUTBOX: self._camera.describe((node.outbox,), by_class),
            **{f"line {key}": self._camera.describe(line, by_class) for key, line in lines.items()},
        }

    def _durable(self) -> tuple[object, ...]:
        """Everything that outlives a process."""
        return self._store.snapshot(), self._mail.delivered, self._parting.own

    def _hand_over(self) -> None:
        try:
            self._nodes.run(self._doorway.hand_over(self._nodes.serving))
        except Frozen:
            self._nodes.crash()

    def clear(self, delivery: Delivery) -> Answer:
        """The customer clears the chat at the node that serves."""
        return self._nodes.run(self._doorway.clear(self._nodes.serving, delivery))

    def read(self, delivery: Delivery) -> Answer:
        """The customer asks the node that serves for the conversation so far."""
        return self._nodes.run(self._doorway.read(self._nodes.serving, delivery))

    def bury(self) -> None:
        """End what died in the middle of something; the conversation is over."""
        self._nodes.bury()

    def observe(self, session_id: str | None) -> Observation:
        """What the store keeps of the session, and every effect so far."""
        return observe(self._store.snapshot(), self._mail, session_id)

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        """Break the service in the way of that capability."""
        return self._strikes.strike(capability, session_id)

    def snapshot(self) -> Snapshot:
        """Everything, as a value."""
        return Snapshot(
            world=self,
            moment=self.clock.moment,
            identifiers=self._ids.counter,
            running=self._nodes.running,
            parts=self._catalogue.stocked,
            emails=self._mail.delivered,
            entries=self.journal.entries,
            image=self._camera.take(self.living),
        )

    def restore(self, snapshot: Snapshot) -> None:
        """Be as at that snapshot of this world."""
        self.clock.moment = snapshot.moment
        self._ids.counter = snapshot.identifiers
        self._nodes.running = snapshot.running
        self._catalogue.stocked = snapshot.parts
        self._mail.delivered = snapshot.emails
        self.journal.entries = snapshot.entries
        self._camera.put_back(snapshot.image)

    def describe(self) -> Sequence[str]:
        """Everything but the journal, which no law reads."""
        running = self._nodes.running
        return [
            f"{self._arrangement} {running.is_out}",
            _in_words(self._catalogue.stocked),
            *map(_told, self._mail.delivered.values()),
            *self._camera.describe(self.living, self._describer.by_class),
            *self._describer.todays_numbers(self._store.snapshot()),
        ]

    @property
    def living(self) -> tuple[object, ...]:
        """Everything that changes in a way of its own."""
        serving, nodes = self._nodes.running.serving, self._nodes.running.nodes
        # The nodes are alike: which of them serves is all that tells them apart.
        nodes = (*nodes[serving:], *nodes[:serving])
        held = ((node.service, node.outbox, node.parts.memory) for node in nodes)
        return (*held, self._store)

    def _parts_for(self, gate: Gate) -> Parts:
        bounds, hear = self._bounds, self.journal.hear

        def gated(name: str, port: object) -> PortCalls:
            return PortCalls(port, lambda method, call: gate(f"{name}.{method}", call))

        model = cast(LanguageModel, gated("model", self._model))
        return Parts(
            clock=self.clock,
            ids=self._ids,
            store=cast(SessionStore, gated("store", self._store)),
            model=SteadfastModel(model, self.clock, hear, Patience()),
            catalogue=self._catalogue,
            flows=self._flows,
            memory=self._design.memory(bounds.capacity, bounds.idle_timeout, hear),
            turns=AsyncioTurnOrder(),
            listener=hear,
            notifier=cast(Notifier, gated("mail", self._mail)),
            expiry=bounds.expiry,
        )


@lru_cache(maxsize=64)
def _in_words(parts: tuple[Part, ...]) -> str:
    return repr(parts)


@lru_cache(maxsize=4_096)
def _told(notification: Notification) -> str:
    return repr(notification)
