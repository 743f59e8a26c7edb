"""What a message counts and the shop does not sell: "3 sensors" beside 5 remotes."""

from collections.abc import Iterator, Sequence

from coolwind.catalogue import Part
from coolwind.understanding.pieces import Piece, pieces_of
from coolwind.understanding.quantities import MEASURES, numbers_in
from coolwind.understanding.sentences import vocabulary
from coolwind.understanding.shopping import strange_words

_OF_NO_COUNT = vocabulary(
    "for in at by of with to from on room flat no number house door shop after before within pin "
    "budget age my is"
)


def unknown_things(text: str, parts: Sequence[Part]) -> tuple[str, ...]:
    """The things, each with its number, in the customer's order."""
    return tuple(
        thing
        for piece in pieces_of(text, parts)
        if not (piece.denied or piece.clause.asked)
        for thing in _counted_in(piece)
    )


def _counted_in(piece: Piece) -> Iterator[str]:
    words = piece.clause.words
    strange = strange_words(piece.clause, piece.named) - MEASURES
    if len(strange) != 1:
        return
    for number in numbers_in(words):
        is_of_part = any(m.start <= number.start < m.end for m in piece.named)
        behind, before = words[number.end : number.end + 1], words[: number.start][-1:]
        if is_of_part or not _OF_NO_COUNT.isdisjoint(before):
            continue
        if strange == set(behind):
            yield " ".join(words[number.start : number.end + 1])
        elif strange == set(before) and number == numbers_in(words)[-1]:
            yield " ".join(words[number.start - 1 : number.end])
