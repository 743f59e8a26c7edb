"""Fault plans: which faults strike, and where. Written with names, so that they can be kept."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from simulators.conversation import THE_CUSTOMER
from simulators.targets.overlap import ANSWER, ARRIVAL

_FAULT = r"(?P<fault>[a-z][a-z0-9-]*)"
_CALL = rf"(?:{ARRIVAL}|{ANSWER}|[a-z0-9_.]+ #[0-9]+(?: \([^()\"]*\))?)"
_INSIDE = re.compile(
    rf"{_FAULT} at (?P<point>{_CALL}(?: then {_CALL})*) in turn (?P<turn>[0-9]+)"
    r"(?: try (?P<tries>[0-9]+))?(?P<given_up> and given up)?"
)
_BETWEEN = re.compile(
    rf"{_FAULT}(?: of (?P<customer>.+?))?"
    r" (?:after|before try (?P<tries>[0-9]+) of) turn (?P<turn>[0-9]+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """One fault in its place: after a turn, numbered from 1 (0 is before the first); or before the
    message of that turn is sent once more, after `tries` deliveries without an answer; or inside
    that turn, at a call (`point`, or an order of several calls), in the delivery after as many
    without an answer.

    `is_given_up` says that the customer, without an answer, leaves the message alone.
    """

    after_turn: int
    fault: str
    customer: str = THE_CUSTOMER
    point: str = ""
    tries: int = 0
    is_given_up: bool = False

    def __str__(self) -> str:
        again = f" try {self.tries + 1}" if self.tries else ""
        if self.point:
            end = " and given up" if self.is_given_up else ""
            return f"{self.fault} at {self.point} in turn {self.after_turn}{again}{end}"
        whose = "" if self.customer == THE_CUSTOMER else f" of {self.customer}"
        where = f"before{again} of" if self.tries else "after"
        return f"{self.fault}{whose} {where} turn {self.after_turn}"

    @classmethod
    def parse(cls, text: str) -> "Placed":
        """The inverse of `str`. Raises ValueError for anything else."""
        match = _INSIDE.fullmatch(text.strip()) or _BETWEEN.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                f"not a fault in its place: {text!r}; write it as 'crash after turn 2'"
            )
        found = match.groupdict()
        return cls(
            int(found["turn"]),
            found["fault"],
            found.get("customer") or THE_CUSTOMER,
            found.get("point") or "",
            int(found["tries"] or 1) - 1,
            bool(found.get("given_up")),
        )


Plan: TypeAlias = tuple[Placed, ...]
"""The faults of one play, in the order in which they strike."""


def describe(plan: Plan) -> str:
    """A plan as it stands in reports: `crash after turn 1, reload after turn 2`."""
    return ", ".join(str(placed) for placed in plan) or "no fault"
