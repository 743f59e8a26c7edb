"""Towns from which the shop's customers write: places also where no place was asked for."""

import re
from collections.abc import Sequence

from coolwind.understanding.everyday_words import NOT_PEOPLE, TOWNS
from coolwind.understanding.names import as_place, whole_name

_NAMED = rf"(?:{'|'.join(sorted(TOWNS))})\b(?:\s+(?:side|town|city|district|dist|junction)\b)?"
_IN_PIECE = re.compile(rf"(?:\b(?:in|at|near|from)\s+)?\b(?P<town>{_NAMED})", re.IGNORECASE)
_IN_SENTENCE = re.compile(
    rf"(?<!\bto )(?<!\bof )(?<!\bbought from )(?<!\bpurchased from )\b(?P<town>{_NAMED})",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:at|near|(?:called|calling|rang|ringing)(?: (?:you|up|your shop))* from) "
    r"(?P<place>[A-Z][\w'-]+(?: [A-Z][\w'-]+)*)"
)
"""A place with a capital, where the customer or the machine is, in a sentence without capitals."""


def town_in(words: str) -> str | None:
    """The town that a sentence names, but for one where something was bought or is going; else a
    place that is written with a capital: "at Nallanikunnu".
    """
    found = _IN_SENTENCE.search(words)
    if found is not None:
        return as_place(found["town"])
    elsewhere = _ELSEWHERE.search(words)
    if elsewhere is None or not NOT_PEOPLE.isdisjoint(elsewhere["place"].lower().split()):
        return None
    return as_place(elsewhere["place"])


def town_among(pieces: Sequence[str]) -> tuple[str, list[str]] | None:
    """The first town that a piece is, alone or beside a name, and the pieces without it."""
    for at, piece in enumerate(pieces):
        found = _IN_PIECE.search(piece)
        if found is None:
            continue
        beside = f"{piece[: found.start()]} {piece[found.end() :]}".strip()
        town = as_place(found["town"])
        if town is not None and (not beside or whole_name(beside)):
            return town, [*pieces[:at], *filter(None, [beside]), *pieces[at + 1 :]]
    return None
