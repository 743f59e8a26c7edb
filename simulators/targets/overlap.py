"""Two messages that are served at once: in which order, and what each of them did, move by move.

A move of a message leads from one call of the service to a port up to the next one; its first, the
arrival, up to the first call. Between two moves the other message can have its turn.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from simulators.faults.fault import Beside, Together
from simulators.trace import Answer

ARRIVAL: Final = "arrival"
"""The first move of a message, before it makes any call."""

ANSWER: Final = "answer"
"""Stands for the order in which the first message goes on up to its answer."""

_THEN: Final = " then "


class Who(IntEnum):
    """Which of the two messages."""

    FIRST = 0
    SECOND = 1

    @property
    def other(self) -> "Who":
        """The other one."""
        return Who(1 - self)


@dataclass(frozen=True, slots=True)
class Order:
    """Who goes on when. The first message begins; at each of the `switches` the one that is being
    served stands still before that call, and the other goes on. Where one cannot go on, because it
    has its answer or waits for the other, the other does. Without switches, the first one goes on
    up to its answer, and it is written as that.
    """

    switches: tuple[str, ...] = ()

    def __str__(self) -> str:
        return _THEN.join(self.switches) or ANSWER

    @classmethod
    def parse(cls, text: str) -> "Order":
        """The inverse of `str`."""
        return cls(() if text == ANSWER else tuple(text.split(_THEN)))


@dataclass(frozen=True, slots=True)
class Overlap:
    """How two messages are to be served at once: by one process or by one on each of two nodes, in
    that order. `dies_after` is the call after which the process that makes it dies, with all that
    it is serving, when the order has come to its end. `beside` says what the second is, where it is
    no message."""

    order: Order
    on_two_nodes: bool
    dies_after: str | None = None
    beside: Beside = Beside.NEXT


def overlap_of(together: Together, point: str) -> Overlap:
    """How a fault lets two messages be served at once: in an order, whose last call is the one to
    die after where a process has to die."""
    order, beside = Order.parse(point), together.beside
    if not together.kills:
        return Overlap(order, together.on_two_nodes, beside=beside)
    *switches, dies_after = order.switches or (ANSWER,)
    return Overlap(Order(tuple(switches)), together.on_two_nodes, dies_after, beside)


@dataclass(frozen=True, slots=True)
class Move:
    """One move of one of the two messages.

    `call` is what it did, such as `store.commit #1`. `stores` says that something durable changed
    by it. `reads` are the parts of the world that it may have looked at, and `changes` those that
    were not the same after it, by names such as `store.sessions`, `memory` or `time`. `other_call`
    is the move that the other one could have made instead, None where it could make none. `left` is
    everything that outlives a process as it was after the move, with the time and with what had
    been answered; None where nobody can see it.
    """

    who: Who
    call: str
    stores: bool
    reads: frozenset[str]
    changes: frozenset[str]
    other_call: str | None
    left: object = field(default=None, compare=False, repr=False)

    def touches(self, other: "Move") -> bool:
        """Whether one of the two changes something that the other may look at, or changes, too."""
        return not (
            self.changes.isdisjoint(other.reads | other.changes)
            and other.changes.isdisjoint(self.reads)
        )


def unseen(who: Who, call: str, *, stores: bool, other_call: str | None) -> Move:
    """A move inside a real server: what its memory has changed or read cannot be seen, so that it
    may have been all of it."""
    anything = frozenset({"the service"})
    return Move(who, call, stores, reads=anything, changes=anything, other_call=other_call)


@dataclass(frozen=True, slots=True)
class Overlapped:
    """How two messages were served at once.

    `answers` come in the order of the messages; the one of a message that never got an answer is
    `NO_ANSWER`. `answered_last` is the one whose answer came last. `was_kept` says that the order
    was kept to its end, and that a process died where one had to.
    """

    answers: tuple[Answer, Answer]
    answered_last: Who
    moves: tuple[Move, ...]
    was_kept: bool
