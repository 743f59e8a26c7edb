"""What is served at once: two messages with what is handed over behind them, or one message while
the chat is cleared, or expires."""

from collections.abc import Mapping

from coolwind.stores.in_memory import InMemoryStore
from simulators.faults.fault import TICK, Beside
from simulators.targets.overlap import Overlap, Who
from simulators.targets.reference.delivery import Doorway
from simulators.targets.reference.nodes import Node
from simulators.targets.reference.parting import OUTBOX, SERVICE
from simulators.targets.simulation.simulation import VirtualClock
from simulators.targets.target import Delivery
from simulators.trace import Answer

_ARRIVED = "who has arrived"


class Window:
    """Two things that are served at once, each by one of these nodes.

    Where the second message arrives when the first has its answer, and notifications wait by then,
    handing them over is part of it. One outbox in each process does that: a second node hands over,
    too, what still waits when it has answered, unless it has set off notifications of its own.
    Otherwise they leave when both were served; else every order of two messages would come with
    every order of two outboxes.
    """

    def __init__(
        self,
        doorway: Doorway,
        nodes: tuple[Node, Node],
        store: InMemoryStore,
        clock: VirtualClock,
        overlap: Overlap,
    ) -> None:
        self.answers: dict[Who, Answer] = {}
        """What was answered, in that order."""
        self._doorway = doorway
        self._nodes = nodes
        self._store = store
        self._clock = clock
        self._overlap = overlap
        self._has_second_arrived = False
        self._handed_over: frozenset[str] = frozenset()

    @property
    def state(self) -> Mapping[str, object]:
        """What the one can see of the other, beside the memory of their process."""
        return {_ARRIVED: (Who.FIRST in self.answers, self._has_second_arrived)}

    def read_by(self, who: Who) -> frozenset[str]:
        """The parts of the world that one of them may look at where it stands, calls apart."""
        return frozenset({OUTBOX if who in self.answers else SERVICE})

    async def take_first(self, delivery: Delivery) -> None:
        """Serve the first message."""
        node, _ = self._nodes
        self.answers[Who.FIRST] = await self._doorway.serve(node, delivery)
        if self._has_second_arrived or not self._overlap.beside.is_message:
            return
        outbox = self._store.snapshot().outbox
        if any(stored.waits for stored in outbox.values()):
            self._handed_over = frozenset(outbox)
            await self._doorway.hand_over(node)

    async def take_second(self, delivery: Delivery) -> None:
        """Serve the second message, clear the chat, or let a tick go by and sweep."""
        _, node = self._nodes
        self._has_second_arrived = True
        match self._overlap.beside:
            case Beside.CLEARING:
                self.answers[Who.SECOND] = await self._doorway.clear(node, delivery)
                return
            case Beside.SWEEP:
                self._clock.advance(TICK)
                self.answers[Who.SECOND] = await self._doorway.sweep(node)
                return
        self.answers[Who.SECOND] = await self._doorway.serve(node, delivery)
        has_own = self._handed_over != self._store.snapshot().outbox.keys()
        if self._overlap.on_two_nodes and self._handed_over and not has_own:
            await self._doorway.hand_over(node)
