"""What varies between clean runs, turn by turn and value by value."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from simulators.laws.identifiers import taken_apart
from simulators.varying import Variation, either

Mask: TypeAlias = Mapping[tuple[int, str], Variation]
"""By turn and path, which words of the value there vary, and how. A path that ends in `KEYS` is
that of a table whose keys are drawn (`drawn_keys`)."""

KEYS: Final = ".*"


def united(one: Mask, other: Mask) -> Mask:
    """What varies by either of two masks."""
    both = {place: either(one[place], other[place]) for place in one.keys() & other.keys()}
    return {**one, **other, **both}


def within(varying: Variation, first: int, piece: str) -> tuple[Variation, int]:
    """Which words of a piece vary, whose first one is that word of the whole, and the word behind
    it."""
    behind = first + len(taken_apart(piece)[0])
    here = (position for position in range(first, behind) if position in varying)
    return {position - first: varying[position] for position in here}, behind
