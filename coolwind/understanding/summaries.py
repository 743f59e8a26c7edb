"""Whether a customer wants to see what was ordered so far, or what there is to be had."""

from collections.abc import Sequence

from coolwind.catalogue import Part
from coolwind.understanding.parts import names_in
from coolwind.understanding.sentences import clauses, contains_any, phrases, vocabulary

_TO_BE_SEEN = phrases(
    "total, total amount, summary, my order, order details, bill amount, final amount, so far"
)
_ORDERED = phrases("did i order, have i ordered, i have ordered, all i ordered, did we order")
_SEEING = phrases(
    "what, how much, show, see, check, tell, repeat, view, did i, have i, is, total amount, total"
)
_TO_BE_HAD = phrases("price, prices, rate, rates, cost, costs, how much, how many, stock, left")
_AROUND_OFFER = vocabulary(
    "price prices rate rates cost costs how much many stock left what is are the its it for of one "
    "each per piece pieces pcs do does you have has there in available now sir please bulk list "
    "give tell me your best last need want know"
)
_AT_MOST = 8


def asks_for_summary(text: str, parts: Sequence[Part]) -> bool:
    """Whether it asks for the order as it stands, and not for one of the parts: "show my order"."""
    return any(
        len(clause.words) <= _AT_MOST
        and (clause.asked or contains_any(clause.words[:1], _SEEING))
        and (contains_any(clause.words, _ORDERED) or _is_to_be_seen(clause.words, parts))
        for clause in clauses(text)
    )


def _is_to_be_seen(words: tuple[str, ...], parts: Sequence[Part]) -> bool:
    return contains_any(words, _TO_BE_SEEN) and not names_in(words, parts)


def asks_for_offer(text: str, parts: Sequence[Part] = ()) -> bool:
    """Whether it asks what the part at hand, or one of the `parts`, costs or how much of it there
    is, and nothing else: "rate?", "how many do you have?", "remote price".
    """
    said = [_without_parts(clause.words, parts) for clause in clauses(text)]
    return bool(said) and all(
        contains_any(words, _TO_BE_HAD)
        and all(word in _AROUND_OFFER or word.isdigit() for word in words)
        for words in said
    )


def _without_parts(words: tuple[str, ...], parts: Sequence[Part]) -> tuple[str, ...]:
    for mention in reversed(names_in(words, parts)):
        words = words[: mention.start] + words[mention.end :]
    return words
