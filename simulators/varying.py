"""How the words of a value vary between clean runs of one script."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeAlias

ALL_OF_IT: Final = -1
"""The position of a value that varies as a whole, or is no text."""


class Varies(StrEnum):
    """How a word varies. Of one that varies in several ways, the last one of them counts."""

    AS_A_NAME = "as a name"
    """It names something, and does not look like it: it is followed from place to place."""
    FREELY = "freely"
    """It is another one each time; what looks like an identifier is followed all the same."""
    ANEW = "anew"
    """It looks like an identifier and names nothing, for it is made anew now and then."""
    IN_SEQUENCE = "in sequence"
    """It is a number of a sequence, which is no other effect's."""


Variation: TypeAlias = Mapping[int, Varies]
"""By position, the words of a value that vary, and how."""


def either(one: Variation, other: Variation) -> Variation:
    """What varies by either of two; of that, a name is what is one wherever it varies."""
    both = {at: max(one[at], other[at], key=_COUNT.index) for at in one.keys() & other.keys()}
    return {**one, **other, **both}


_COUNT: Final = tuple(Varies)
