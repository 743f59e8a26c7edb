"""The questions that stand in a message beside what else it says."""

from collections.abc import Sequence

from coolwind.catalogue import Part
from coolwind.understanding.contacts import details_in
from coolwind.understanding.details import Detail
from coolwind.understanding.missed_calls import misses_answer
from coolwind.understanding.quantities import numbers_in
from coolwind.understanding.requests import requests_in
from coolwind.understanding.sentences import clauses, said_and_asked, vocabulary

_ASKS_NOTHING = vocabulary(
    "ok okay fine right correct sir madam is it that this are can could you will there hello hi "
    "possible please no not yes all so then"
)
"""With which alone nothing is asked that wants an answer: "is it ok?"."""


def questions_beside(text: str, parts: Sequence[Part]) -> tuple[str, ...]:
    """What a message asks beside the parts, the details and the call that it speaks of, in the
    customer's words.
    """
    return tuple(
        piece.rstrip(",;.! ")
        for piece, opens in said_and_asked(text)
        if (opens or _asks_at_its_end(piece)) and _wants_answer(piece, parts)
    )


def _asks_at_its_end(piece: str) -> bool:
    """Whether only its mark makes a question of it, and it counts nothing: "and 5 filters?"."""
    said = clauses(piece)
    return piece.endswith("?") and not any(numbers_in(clause.words) for clause in said)


def _wants_answer(piece: str, parts: Sequence[Part]) -> bool:
    words = [word for clause in clauses(piece) for word in clause.words]
    is_heard = requests_in(piece, parts) or misses_answer(piece) or _tells_detail(piece)
    return len(words) > 1 and not (is_heard or _ASKS_NOTHING.issuperset(words))


def _tells_detail(piece: str) -> bool:
    return details_in(piece.rstrip("? "), tuple(Detail), tuple(Detail)).says_something
