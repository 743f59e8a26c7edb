"""What a message counts that is not understood: "3 sensors" beside 5 remotes."""

from collections.abc import Iterator, Sequence

from coolwind.catalogue import Part
from coolwind.understanding.meaning import is_about_now, is_denied
from coolwind.understanding.parts import BETWEEN
from coolwind.understanding.pieces import Piece, pieces_of
from coolwind.understanding.quantities import MEASURES, numbers_in
from coolwind.understanding.sentences import vocabulary
from coolwind.understanding.shopping import is_bare, is_wanted, strange_words

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
    strange = strange_words(piece.clause, piece.named) - MEASURES
    if len(strange) != 1:
        return
    if _is_passed_over(piece):
        yield " ".join(piece.clause.words)
    else:
        yield from _numbers_beside(piece, *strange)


def _is_passed_over(piece: Piece) -> bool:
    """Whether it counts parts and is neither understood as a wish nor as something else."""
    counts = any(mention.quantity is not None for mention in piece.named)
    is_wish = is_about_now(piece.clause) and not is_denied(piece.clause)
    is_heard = is_wanted(piece.clause, piece.named) or is_bare(piece.clause, piece.named)
    return counts and is_wish and not is_heard


def _numbers_beside(piece: Piece, strange: str) -> Iterator[str]:
    """The numbers that count the strange word, each with it: "5 pieces of sensor"."""
    words = piece.clause.words
    at = words.index(strange)
    for number in numbers_in(words):
        start, end = min(number.start, at), max(number.end, at + 1)
        between = words[number.end : at] or words[at + 1 : number.start]
        is_of_part = any(mention.start < end and start < mention.end for mention in piece.named)
        is_measured = not _OF_NO_COUNT.isdisjoint(words[:start][-1:] + words[: number.start][-1:])
        if BETWEEN.issuperset(between) and not is_of_part and not is_measured:
            yield " ".join(words[start:end])
