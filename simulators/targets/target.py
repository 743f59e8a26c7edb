"""The target adapter: how the simulator reaches a service under test."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from simulators.conversation import Cookie, StockedPart
from simulators.targets.overlap import Overlap, Overlapped
from simulators.trace import Answer, Observation, Row


class Capability(StrEnum):
    """What a target can do for the simulator. What it does not declare is never asked of it."""

    RESTART = "restart"
    CRASH = "crash"
    EVICT = "evict"
    CROWD = "crowd"
    FAILOVER = "failover"
    DEPLOY = "deploy"
    STORE_OUTAGE = "store outage"
    STORE_RECOVERY = "store recovery"
    SWEEP = "sweep"
    CLOCK = "clock"
    EXACT_TIME = "time that stands still between messages"
    IDLE_TIMEOUT = "idle timeout"
    EXPIRY = "expiry"
    CLEAR = "clear"
    READ = "read"
    REPETITION = "repeated messages"
    SNAPSHOT = "snapshot"
    FINGERPRINT = "fingerprint"
    POINTS = "points inside a turn"
    STORE_FAILURE = "store failure"
    STORE_SILENCE = "lost answers of a store"
    MODEL_FAILURE = "language model failure"
    CONCURRENCY = "two turns at once"
    NODES = "two turns at once on two nodes"
    ORDER = "two turns at once in a given order"
    ARRANGE = "arrange"
    EVENTS = "events"
    METRICS = "metrics"
    NAMES = "names"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to the service, with what the customer's browser presents.

    A repeated delivery is an equal value. `session_id` is what the page remembers; the cookies of
    the `jar` go beside it, and which of the two counts is the service's decision. `customer_id`
    tells who writes, and `user_id` whom the page names as its user. `number` is that of its turn.
    """

    text: str
    customer_id: str
    message_id: str
    session_id: str | None = None
    jar: tuple[Cookie, ...] = ()
    names_user: bool = True
    claims: str | None = None
    number: int = 1

    @property
    def cookies(self) -> Mapping[str, str]:
        """Name and value of each cookie, whichever path it is for; of two, the first counts."""
        return {cookie.name: cookie.value for cookie in reversed(self.jar)}

    @property
    def user_id(self) -> str | None:
        """What the page names its user: the customer, unless it names nobody or claims another."""
        return (self.claims or self.customer_id) if self.names_user else None


@dataclass(frozen=True, slots=True)
class Point:
    """A call that a service made to one of its ports inside a turn, such as `store.commit #1`.

    `changes` says that something durable changed by it, and `is_first` that it was the first of
    the turn, or the first after the customer had the answer.
    """

    name: str
    changes: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a session lives after its last turn: in memory, and at all; None without end."""

    idle: timedelta | None = None
    expiry: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that a service knows, so that a scenario can be held to them: the details that a
    customer can give, those that it keeps, what it logs, the kinds of its effects, and its metrics
    without their labels."""

    details: Collection[str]
    kept: Collection[str]
    events: Collection[str]
    effects: Collection[str]
    metrics: Collection[str]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a scenario wants the service set up; None leaves the default.

    `model_answers` maps a customer's message to what the language model answers; `model_failure`
    makes every call to it fail that way (`429`, `500`, `timeout`, `empty`).
    """

    parts: Sequence[StockedPart] | None = None
    memory_capacity: int | None = None
    memory_idle_timeout: timedelta | None = None
    session_expiry: timedelta | None = None
    model_answers: Mapping[str, str] | None = None
    model_failure: str | None = None


class Target(Protocol):
    """A service under test, with its one store and its nodes.

    Every method may raise `TargetError` for trouble that is not the service's own. A method whose
    capability is not declared raises `Unsupported`.
    """

    @property
    def name(self) -> str:
        """What reports call it."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What this target can do."""
        ...

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        """Start a service that has seen nobody: empty store, empty memory, the same ID sequence
        and the same start of time for the same seed."""
        ...

    def change_catalogue(self, parts: Sequence[StockedPart]) -> None:
        """From now on the shop sells these parts alone, at these prices, and has that many of them.
        Needs ARRANGE."""
        ...

    def deliver(self, delivery: Delivery) -> Answer:
        """Hand over one message and wait for the answer, and for the effects that it set off."""
        ...

    def points(self) -> Sequence[Point]:
        """What the service asked of its ports in the last delivery, in order. Needs POINTS."""
        ...

    def interrupt(self, break_: str, point: str) -> None:
        """Let a break of that kind strike at that call in the next delivery. Needs POINTS.

        Raises `UsageError` for a kind that does not exist. A process that dies gives no answer
        (`NO_ANSWER`), and another incarnation of it takes its place.
        """
        ...

    def was_interrupted(self) -> bool:
        """Whether that break was seen to strike in the last delivery. Needs POINTS."""
        ...

    def deliver_both(self, first: Delivery, second: Delivery, overlap: Overlap) -> Overlapped:
        """Hand over two messages at once, and wait for both and for the effects that they set
        off; where the chat is cleared beside a message, the second is what `clear` takes. Needs
        CONCURRENCY, and on two nodes NODES. Without ORDER, the order says no more than which is
        sent first."""
        ...

    def clear(self, delivery: Delivery) -> Answer:
        """The customer clears the chat (`delivery.text` is empty). Needs CLEAR."""
        ...

    def read(self, delivery: Delivery) -> Answer:
        """The customer asks for the conversation so far (`delivery.text` is empty); the answer's
        text shows it. Needs READ."""
        ...

    def observe(self, session_id: str | None) -> Observation:
        """What the service keeps of that session, and every effect so far; of kinds that it can
        count for one session alone, those of that session (`Observation.own`)."""
        ...

    def opening(self, flow: str, step: str) -> Sequence[str]:
        """The messages by which a new customer comes to that step of that flow, on an undisturbed
        service with its default arrangement; its catalogue may be another one. Raises `UsageError`
        where none are known, naming those that are."""
        ...

    def now(self) -> datetime:
        """The service's time, aware, in UTC."""
        ...

    def advance(self, duration: timedelta) -> None:
        """Let time pass. Needs CLOCK."""
        ...

    def lifetimes(self) -> Lifetimes:
        """What the service promises, as it is configured; not what it was seen to do."""
        ...

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        """Break the service in the way of that capability: RESTART, CRASH, EVICT, CROWD, FAILOVER,
        DEPLOY, STORE_OUTAGE, STORE_RECOVERY or SWEEP. True only when it was seen to have taken
        place: the session had been in memory and is no longer, another node answers, and so on."""
        ...

    def events(self) -> Sequence[tuple[str, Row]]:
        """Log events so far, as name and fields, oldest first. Needs EVENTS."""
        ...

    def metrics(self) -> Mapping[str, float]:
        """Metrics as they stand, by their exposition name with labels. Needs METRICS."""
        ...

    def names(self) -> Names:
        """Every name that the service knows. Needs NAMES."""
        ...

    def snapshot(self) -> object:
        """Everything that the service's future depends on, as a value. Needs SNAPSHOT."""
        ...

    def restore(self, snapshot: object) -> None:
        """Go back to a snapshot of this target; it can be restored any number of times."""
        ...

    def describe(self) -> Sequence[str]:
        """Everything that the service's future depends on, or that a law can see, in words: equal
        pieces, equal futures. Needs FINGERPRINT.

        Deadlines count relative to now. Identifiers stand as they are; whoever compares two
        descriptions puts names in their place (`targets.naming`).
        """
        ...

    def close(self) -> None:
        """Leave nothing behind: no process, no file, no patch."""
        ...
