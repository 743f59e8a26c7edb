"""How many plans with one fault will be tried in all, told while they are."""

from collections import Counter
from collections.abc import Mapping
from enum import Enum
from math import ceil
from typing import Final


class Kind(Enum):
    """Where a fault strikes; in this order they are tried, because what strikes between two turns
    takes the least and shows the most."""

    BETWEEN = "between two turns"
    INSIDE = "inside a turn"
    BESIDE = "beside another message"


_USUAL: Final = {Kind.BETWEEN: 1, Kind.INSIDE: 2, Kind.BESIDE: 6}
"""Plans of one place: a message that got no answer is sent again, or not; of two messages at once
the first few orders are many, and how many of them there are is seen when they are tried."""


class Forecast:
    """Knows how many places there are of each kind, and goes by what came of those that are done.

    `places` are the places at which a fault can strike; for one of two messages at once they are
    the ways in which they can meet.
    """

    def __init__(self, places: Mapping[Kind, int]) -> None:
        self._places = places
        self._done: Counter[Kind] = Counter()
        self._fruitful: Counter[Kind] = Counter()
        self._plans: Counter[Kind] = Counter()

    def note(self, kind: Kind, plans: int) -> None:
        """So many plans came of one place."""
        self._done[kind] += 1
        self._fruitful[kind] += plans > 0
        self._plans[kind] += plans

    @property
    def plans(self) -> int:
        """How many there will be, those included that were tried."""
        return ceil(sum(self._plans_of(kind) for kind in self._places))

    def _plans_of(self, kind: Kind) -> float:
        # A place of which nothing came, as of two messages where there is but one, tells nothing.
        fruitful = self._fruitful[kind]
        each = self._plans[kind] / fruitful if fruitful else _USUAL[kind]
        return self._plans[kind] + each * (self._places[kind] - self._done[kind])
