"""Fault plans: which faults strike, and where. Written with names, so that they can be kept."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from simulators.conversation import THE_CUSTOMER

_PLACED = re.compile(
    r"(?P<fault>[a-z][a-z0-9-]*)(?: of (?P<customer>.+?))? after turn (?P<turn>[0-9]+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """One fault in its place: after a turn, numbered from 1 (0 is before the first)."""

    after_turn: int
    fault: str
    customer: str = THE_CUSTOMER

    def __str__(self) -> str:
        whose = "" if self.customer == THE_CUSTOMER else f" of {self.customer}"
        return f"{self.fault}{whose} after turn {self.after_turn}"

    @classmethod
    def parse(cls, text: str) -> "Placed":
        """The inverse of `str`. Raises ValueError for anything else."""
        match = _PLACED.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                f"not a fault in its place: {text!r}; write it as 'crash after turn 2'"
            )
        return cls(int(match["turn"]), match["fault"], match["customer"] or THE_CUSTOMER)


Plan: TypeAlias = tuple[Placed, ...]
"""The faults of one play, in the order in which they strike."""


def describe(plan: Plan) -> str:
    """A plan as it stands in reports: `crash after turn 1, reload after turn 2`."""
    return ", ".join(str(placed) for placed in plan) or "no fault"
