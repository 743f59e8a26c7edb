"""What a mask says of the values that vary between clean runs, and of their words."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from simulators.laws.identifiers import taken_apart

Mask: TypeAlias = Mapping[tuple[int, str], frozenset[int]]
"""By turn and path, which words of the value there vary between clean runs (-1: all of it). One
that names something and does not look like it is there once more, as `name_at` has it; one that
looks like it and does not, as `anew_at` has it; a number of a sequence, as `sequence_at` has it. A
path that ends in `KEYS` is that of a table whose keys are drawn (`drawn_keys`)."""

KEYS: Final = ".*"


def name_at(position: int) -> int:
    """How a mask says that the word at that position (-1: all of the value) is a name."""
    return -5 - 3 * position


def anew_at(position: int) -> int:
    """How a mask says that the word at that position is no name, but is made anew now and then."""
    return -6 - 3 * position


def sequence_at(position: int) -> int:
    """How a mask says that the word at that position (-1: all of the value) is a number of a
    sequence, which is no other effect's."""
    return -7 - 3 * position


def within(varying: frozenset[int], first: int, piece: str) -> tuple[frozenset[int], int]:
    """Which words of a piece vary, whose first one is that word of the whole, and the word behind
    it."""
    count = len(taken_apart(piece)[0])
    here = frozenset(position - first for position in varying) & frozenset(range(count))
    marks = {
        mark(each)
        for each in here
        for mark in (name_at, anew_at, sequence_at)
        if mark(first + each) in varying
    }
    return here | marks, first + count
