"""What a flow is: a dialogue of several turns, as a pure function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeAlias

from coolwind.catalogue import Part
from coolwind.effects import Effect
from coolwind.messages import Reply

JsonValue: TypeAlias = (
    "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)
State: TypeAlias = Mapping[str, JsonValue]
"""What a flow keeps between turns: a JSON object whose key `step` names the place in the flow.
A value: nobody changes one, a turn makes another."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a flow may know of the world in one turn.

    `stock` maps a part's ID to the pieces left. `order_number` and `callback_number` are the
    numbers that the next order and the next callback task will bear. `offered` is the part that
    the shop has just told the price of, where it was one alone.
    """

    today: date
    parts: Sequence[Part]
    stock: Mapping[str, int]
    order_number: str
    callback_number: str
    offered: Part | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one message did: the state it leaves behind, the reply, and what must happen once.

    `aside` is what the customer asked beside it; the language model answers that.
    """

    state: State
    reply: Reply
    effects: tuple[Effect, ...] = ()
    aside: str = ""


class Flow(Protocol):
    """A dialogue of several turns. No method does I/O, reads a clock or makes an ID."""

    @property
    def name(self) -> str:
        """The flow's name; the session keeps its state under it."""
        ...

    @property
    def steps(self) -> tuple[str, ...]:
        """Every step, in the order of an undisturbed conversation."""
        ...

    def is_active(self, state: State | None) -> bool:
        """Whether the flow waits for the customer in this state."""
        ...

    def advance(self, state: State | None, text: str, facts: Facts) -> Outcome | None:
        """Take one message.

        None says that the message is not for this flow: an inactive flow was not asked for, or an
        active one was asked something else, which leaves its state as it is.
        """
        ...

    def reminder(self, state: State) -> str:
        """One sentence that leads back to an active flow after something else was asked."""
        ...
