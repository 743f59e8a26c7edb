"""Whether a customer wants to see what was ordered so far."""

from collections.abc import Sequence

from coolwind.catalogue import Part
from coolwind.understanding.parts import names_in
from coolwind.understanding.sentences import clauses, contains_any, phrases

_TO_BE_SEEN = phrases(
    "total, total amount, summary, my order, order details, bill amount, final amount, so far"
)
_SEEING = phrases(
    "what, how much, show, see, check, tell, repeat, view, did i, have i, is, total amount, total"
)
_AT_MOST = 8


def asks_for_summary(text: str, parts: Sequence[Part]) -> bool:
    """Whether it asks for the order as it stands, and not for one of the parts: "show my order"."""
    return any(
        len(clause.words) <= _AT_MOST
        and not names_in(clause.words, parts)
        and contains_any(clause.words, _TO_BE_SEEN)
        and (clause.asked or contains_any(clause.words[:1], _SEEING))
        for clause in clauses(text)
    )
