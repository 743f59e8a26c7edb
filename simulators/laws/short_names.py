"""Codes that name something, and do not look like it: an order 4821, or one that is no text, or
KXQT.

That a code names something shows where two clean runs have another one each, and each run has its
own again: in a later reply, in what is kept, in an effect. One that comes up in one kind of place
alone may be anything, such as the number of a process.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from simulators.laws.identifiers import IDENTIFIER, OF_TIME, SHORTEST_TELLING_NAME
from simulators.laws.leaves import Leaf
from simulators.laws.pairing import Pairing, side_by_side
from simulators.varying import ALL_OF_IT

Place: TypeAlias = tuple[int, str]

_NUMBER: Final = re.compile(rf"\d{{{SHORTEST_TELLING_NAME},}}")
_CODE: Final = re.compile(rf"(?!(?:{OF_TIME})$)[A-Z\d]{{{SHORTEST_TELLING_NAME},}}")
_SECONDS_SINCE_1970: Final = re.compile(r"[12]\d{9}(?:\d{3}){0,3}")
_SPOKEN: Final = ("text", "quick replies")


def short_names(differing: Mapping[Place, tuple[Leaf, Leaf]]) -> Mapping[Place, frozenset[int]]:
    """Of the values that differ between two clean runs, by turn and path, the words, or all of it,
    that are such codes."""
    pairing = Pairing()
    seen_in: dict[str, set[Place]] = {}
    found: list[tuple[Place, int, str]] = []
    for (turn, path), pair in differing.items():
        for position, one, other in _codes(*pair):
            pairing.note(one, other)
            kind = (turn, "") if path in _SPOKEN else (0, path.partition(".")[0])
            seen_in.setdefault(one, set()).add(kind)
            found.append(((turn, path), position, one))
    names: dict[Place, frozenset[int]] = {}
    for place, position, one in found:
        looks_like_it = position != ALL_OF_IT and IDENTIFIER.fullmatch(one)
        if pairing.is_one_to_one(one) and len(seen_in[one]) > 1 and not looks_like_it:
            names[place] = names.get(place, frozenset()) | {position}
    return names


def _codes(one: Leaf, other: Leaf) -> Iterator[tuple[int, str, str]]:
    """The codes that differ and may name something, each with where it stands."""
    for position, word, counterpart in side_by_side(one, other):
        if word != counterpart and _CODE.fullmatch(word) and _CODE.fullmatch(counterpart):
            yield position, word, counterpart
    if type(one) is int and type(other) is int:
        both = str(one), str(other)
        if all(map(_NUMBER.fullmatch, both)) and not any(map(_SECONDS_SINCE_1970.fullmatch, both)):
            yield ALL_OF_IT, *both
