"""A place of a play: how far it has come, and what each of its turns has to equal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from simulators.plan import Placed, Plan
from simulators.trace import Exchange
from simulators.values import replace

Reference: TypeAlias = Mapping[int, Exchange]
"""By turn, what each exchange has to equal."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a play: after `plan`, before `script[position]`.

    `turn` is the last one, and `customer` who wrote it. Each of the `references` is legal: the
    clean run; from where a conversation is over, what somebody new lives through; and where a
    message was left alone that was not answered, the conversation with that turn and without it.
    `tries` is how often the message of that turn was sent without an answer; 0 once it has one.
    `has_ended` says that the script had more to do after that turn, which is done.
    """

    position: int
    turn: int
    customer: str
    references: tuple[Reference, ...]
    plan: Plan = ()
    tries: int = 0
    has_ended: bool = False

    @property
    def progress(self) -> int:
        """How far on in the script it is; further where the last message has its answer."""
        return 2 * self.position + (self.tries == 0)

    def arrived(self, exchange: Exchange, placed: Placed | None) -> "Place":
        """The place after a delivery, in which that fault struck."""
        if placed is None:
            return replace(self, tries=0)
        is_unanswered = exchange.interrupted and exchange.answer.is_error
        tries = placed.tries + 1 if is_unanswered else 0
        return replace(self, plan=(*self.plan, placed), tries=tries)

    def also(self, reference: Reference) -> "Place":
        """The place where that is legal as well."""
        return replace(self, references=(*self.references, reference))
