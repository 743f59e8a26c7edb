"""The adapter of the reference target."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from coolwind.events import Listener
from coolwind.memory import SessionMemory
from coolwind.stores.in_memory import InMemoryStore
from simulators.conversation import StockedPart
from simulators.errors import TargetError
from simulators.targets.overlap import Overlap, Overlapped
from simulators.targets.reference.breaking import interruption_of
from simulators.targets.reference.flows import remembering_flows
from simulators.targets.reference.journal import EVENTS, metric_names
from simulators.targets.reference.observing import EFFECTS
from simulators.targets.reference.openings import DETAILS, KEPT, opening_of
from simulators.targets.reference.parts import (
    Deliverer,
    Design,
    Parts,
    Service,
    build_outbox,
    build_service,
)
from simulators.targets.reference.world import Snapshot, World
from simulators.targets.simulation.guard import Guard
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes, Names, Point
from simulators.trace import Answer, Observation, Row

_EVERYTHING: Final = frozenset(Capability)


class ReferenceTarget:
    """The chat service, or a variation of it, simulated: two nodes on one store.

    A variation replaces one piece and leaves the others: how a service or its outbox is built
    from its parts, the store, or the process memory, called as `SessionMemory` is. Code of the
    packages in which the pieces are defined, and of `packages`, is guarded against escapes.
    """

    def __init__(
        self,
        name: str = "reference",
        build: Callable[[Parts], Service] = build_service,
        *,
        outbox: Callable[[Parts], Deliverer] = build_outbox,
        store: Callable[[], InMemoryStore] = InMemoryStore,
        memory: Callable[[int, timedelta, Listener], SessionMemory] = SessionMemory,
        packages: Sequence[str] = (),
    ) -> None:
        self._name = name
        self._design = Design(build, outbox, store, memory)
        self._flows = remembering_flows()
        self.packages = tuple(dict.fromkeys(("coolwind", *packages, *self._design.homes())))
        """Where the code of the service is, as import names."""
        self.trusted: Sequence[str] = ("coolwind",)
        """Those of them whose modules keep nothing of a conversation."""
        self._guard = Guard(self.packages)
        self._begun: World | None = None

    @property
    def name(self) -> str:
        """What reports call it."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Everything."""
        return _EVERYTHING

    @property
    def living(self) -> object:
        """What lives of the service, beside its modules; None before it has begun."""
        return None if self._begun is None else self._begun.living

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        """Start a service that has seen nobody."""
        self._end()
        self._guard.install()
        self._begun = World(self._design, self._flows, self._guard, seed, arrangement)

    def change_catalogue(self, parts: Sequence[StockedPart]) -> None:
        """The shop sells these parts alone from now on."""
        self._world.change_catalogue(parts)

    def deliver(self, delivery: Delivery) -> Answer:
        """Hand over one message, and then the notifications that it set off."""
        return self._world.deliver(delivery)

    def points(self) -> Sequence[Point]:
        """What the service asked of store, language model and mail server."""
        return self._world.calls.points

    def interrupt(self, break_: str, point: str) -> None:
        """Let a call fail in the next delivery. Raises `UsageError` for an unknown break."""
        self._world.interruption = interruption_of(break_, point)

    def was_interrupted(self) -> bool:
        """Whether it failed."""
        return self._world.calls.has_struck

    def deliver_both(self, first: Delivery, second: Delivery, overlap: Overlap) -> Overlapped:
        """Hand over two messages at once."""
        return self._world.deliver_both(first, second, overlap)

    def clear(self, delivery: Delivery) -> Answer:
        """The customer clears the chat."""
        return self._world.clear(delivery)

    def read(self, delivery: Delivery) -> Answer:
        """The customer asks for the conversation so far."""
        return self._world.read(delivery)

    def observe(self, session_id: str | None) -> Observation:
        """What the store keeps of the session, and every effect so far."""
        return self._world.observe(session_id)

    def opening(self, flow: str, step: str) -> Sequence[str]:
        """The messages that lead to that step. Raises `UsageError` where none are known."""
        return opening_of(flow, step, self._world.parts)

    def now(self) -> datetime:
        """The simulated time."""
        return self._world.clock.now()

    def advance(self, duration: timedelta) -> None:
        """Let simulated time pass."""
        self._world.clock.advance(duration)

    def lifetimes(self) -> Lifetimes:
        """The idle timeout and the expiry that the service was started with."""
        return self._world.lifetimes

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        """Break the service in the way of that capability."""
        return self._world.strike(capability, session_id)

    def events(self) -> Sequence[tuple[str, Row]]:
        """Every event so far. What the service raised without being meant to is one, too."""
        return self._world.journal.events()

    def metrics(self) -> Mapping[str, float]:
        """The service's metrics, over all of its nodes and incarnations."""
        return self._world.journal.metrics()

    def names(self) -> Names:
        """What its flows ask a customer for and keep, and every event, effect and metric of its
        own."""
        return Names(DETAILS, KEPT, EVENTS, EFFECTS, metric_names())

    def snapshot(self) -> object:
        """Everything, as a value."""
        return self._world.snapshot()

    def restore(self, snapshot: object) -> None:
        """Go back to a snapshot of this target, of an earlier conversation, too."""
        if not isinstance(snapshot, Snapshot):
            raise TargetError(
                f"a {type(snapshot).__name__} is no snapshot of the target {self._name};"
                " pass what snapshot() returned"
            )
        if self._begun is not snapshot.world:
            self._end()
        self._begun = snapshot.world
        self._begun.restore(snapshot)

    def describe(self) -> Sequence[str]:
        """Everything but the log and the metrics, which no law reads."""
        return self._world.describe()

    def close(self) -> None:
        """Take the guard away."""
        self._end()
        self._begun = None
        self._guard.close()

    def _end(self) -> None:
        if self._begun is not None:
            self._begun.bury()

    @property
    def _world(self) -> World:
        if self._begun is None:
            raise TargetError(f"the target {self._name} has not begun; call begin first")
        return self._begun
