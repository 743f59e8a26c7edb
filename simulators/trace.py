"""What one play of a conversation brought to light."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from reports.record import NO_RETRY
from simulators.conversation import Cookie
from simulators.varying import Variation

JsonValue: TypeAlias = (
    "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)
Row: TypeAlias = Mapping[str, JsonValue]

TIERS: Final = ("memory", "store", "new")
"""Where the session of a turn can come from."""


def is_same(one: JsonValue, other: JsonValue) -> bool:
    """Whether two values are the same; no number is a claim, though Python holds 1 for True."""
    if one != other:
        return False
    waiting: list[tuple[Any, Any]] = [(one, other)]
    while waiting:
        here, there = waiting.pop()
        if here is there or isinstance(here, str):
            continue
        # In the order in which it is asked fastest.
        match here:
            case list() | tuple():
                waiting += zip(here, there, strict=True)
            case dict() | Mapping():
                waiting += [(item, there[key]) for key, item in here.items()]
            case _ if isinstance(here, bool) is not isinstance(there, bool):
                return False
    return True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one message.

    `status` is the HTTP status, or what the target's adapter makes of it; 400 and up is an error,
    whose sentence for the customer stands in `text`, and 0 is no answer at all. What a service
    does not tell is None. `served_from` is memory, store or new. `fresh` says that the service
    announced a new start, and `escalated` that a human takes over. `node` names the node that the
    message went to, where there may be several. `place_is_seen` says that flow and step are what
    was seen of the session when all that was under way was answered, and not what this answer says.
    """

    status: int
    text: str
    session_id: str | None = None
    flow: str | None = None
    step: str | None = None
    served_from: str | None = None
    fresh: bool | None = None
    quick_replies: tuple[str, ...] = ()
    intent: str | None = None
    escalated: bool | None = None
    cookies: tuple[Cookie, ...] = ()
    retry_after: float | None = None
    node: str | None = None
    place_is_seen: bool = False

    @property
    def is_error(self) -> bool:
        """Whether the message was not taken, as far as the customer can tell."""
        return self.status >= 400 or self.is_missing

    @property
    def is_missing(self) -> bool:
        """Whether nothing came back."""
        return self.status == 0

    @property
    def as_said(self) -> "Answer":
        """Without a flow and a step that it does not say itself."""
        return replace(self, flow=None, step=None) if self.place_is_seen else self

    @property
    def shows(self) -> tuple[object, ...]:
        """What a customer, and whoever tests, can tell it by."""
        return (
            *(self.text, self.flow, self.step),
            *(self.quick_replies, self.intent, self.escalated),
        )


NO_ANSWER: Final = Answer(0, "")
"""What a customer gets whose message was on its way into a process that died."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What the service holds after a turn, seen from outside the conversation.

    `kept` is what it keeps of the customer's session, None where it keeps nothing or does not
    tell. `effects` lists, by kind, every effect so far, of all customers; but of the kinds that
    `own` names, those of the customer's session alone.
    """

    kept: Row | None = None
    effects: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Observation):
            return NotImplemented
        return (
            self.own == other.own
            and is_same(self.kept, other.kept)
            and is_same(self.effects, other.effects)
        )

    @property
    def of_all(self) -> "Observation":
        """Without what is seen of the one session alone."""
        shared = {kind: rows for kind, rows in self.effects.items() if kind not in self.own}
        return Observation(None, shared, self.own)

    @property
    def of_session(self) -> "Observation":
        """What is seen of the one session alone."""
        own = {kind: rows for kind, rows in self.effects.items() if kind in self.own}
        return Observation(self.kept, own, self.own)

    def when(self, latest: "Observation") -> "Observation":
        """The same of the session, when what is seen of all is as in the latest one."""
        effects = {**latest.of_all.effects, **self.of_session.effects}
        return Observation(self.kept, effects, self.own)


class Life(StrEnum):
    """How a customer's session stood when a message was delivered, as far as can be known from
    outside."""

    NONE = "none"
    """The customer had no session yet."""
    HELD = "held"
    """The node that got the message had served the session and kept its memory since."""
    LOST = "lost"
    """Memory was gone; the store alone could know the session."""
    UNKNOWN = "unknown"
    """Memory may have had it or not."""
    EXPIRED = "expired"
    """So much time had passed that the session had to be over."""
    ENDED = "ended"
    """A fault had ended it: no correct service could continue it."""

    @property
    def is_over(self) -> bool:
        """Whether a new session has to begin."""
        return self in (Life.EXPIRED, Life.ENDED)

    @property
    def doubted(self) -> "Life":
        """The same, after something that may have pushed the session out of memory."""
        return Life.UNKNOWN if self is Life.HELD else self


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message delivered, its answer, and the state of things after it.

    `turn` counts from 1 over all customers. A delivery that repeats an earlier message bears that
    message's turn and `repeats` is true; so it is where one asked for the conversation so far, and
    `turn` is 0. `at` is the target's time. `life` is how the session
    stood before, and `presented` says whether the message carried its ID. `interrupted` says that
    a fault struck inside this very delivery. `took` is how long the answer took, in seconds of
    real time, `calls` what the service asked of its ports for it, and `writes` those of the calls
    by which something durable changed, None where that is not known. `origin` is, where an exchange
    is what a play has to equal that departed from the clean run, what had come about before that in
    the play from which it is; empty where that is the very same play. `varies` is, of such a one,
    by path which words were not the same in another play of it. The five say how it went and not
    what came of it, so no two exchanges differ by them.
    """

    turn: int
    customer: str
    text: str
    message_id: str
    answer: Answer
    seen: Observation
    at: datetime
    tab: int = 1
    repeats: bool = False
    life: Life = Life.UNKNOWN
    presented: bool = False
    interrupted: bool = False
    overlapped: bool = False
    departs: bool = False
    took: float | None = field(default=None, compare=False)
    calls: tuple[str, ...] = field(default=(), compare=False)
    writes: tuple[str, ...] | None = field(default=None, compare=False)
    origin: "tuple[Exchange | Strike, ...]" = field(default=(), compare=False, repr=False)
    varies: Mapping[str, Variation] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault injected after a turn (0: before the first).

    `fired` is the proof that the break really took place, and `evidence` says in words what was
    seen of it, or why it could not take place. `announced` says that the customer was told of a
    new start on the spot, and `seen` is what the service held right after the fault, for the
    customer whom it struck. `point` is the call at which it struck, where that was inside the
    turn. `is_unsettled` says that the turn may have happened or not by then.
    """

    fault: str
    customer: str
    after_turn: int
    fired: bool
    evidence: str
    announced: bool = False
    seen: Observation = Observation()
    point: str | None = None
    is_unsettled: bool = False

    @property
    def is_between_turns(self) -> bool:
        """Whether it struck by itself, and neither inside a turn nor as what a customer left alone
        of one."""
        return self.point is None and self.fault != NO_RETRY


@dataclass(frozen=True, slots=True)
class Trace:
    """One play from its first action to its last, in order."""

    happenings: tuple[Exchange | Strike, ...] = ()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The deliveries, repeated ones included."""
        return tuple(item for item in self.happenings if isinstance(item, Exchange))

    @property
    def turns(self) -> Mapping[int, Exchange]:
        """The last delivery of each turn that the customer made, by turn number."""
        return {item.turn: item for item in self.exchanges if not item.repeats}

    @property
    def strikes(self) -> tuple[Strike, ...]:
        """The faults injected."""
        return tuple(item for item in self.happenings if isinstance(item, Strike))
