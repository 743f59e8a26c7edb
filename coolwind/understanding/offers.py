"""Which part the shop has just told the price of, so that a bare number can count it."""

from collections.abc import Sequence
from functools import lru_cache

from coolwind.catalogue import Part, rupees
from coolwind.understanding.meaning import is_meant, is_question, is_supposed
from coolwind.understanding.parts import names_in
from coolwind.understanding.quantities import numbers_in
from coolwind.understanding.requests import Change, Request, requests_in
from coolwind.understanding.sentences import Clause, clauses, vocabulary
from coolwind.understanding.shopping import strange_words, wishes_to_buy
from coolwind.understanding.wishes import ORDER_WORDS, Wish, wish_in

_POINTING = vocabulary("it this that them these those one ones")
"""Words for what was spoken of before."""


def part_offered(exchanges: Sequence[tuple[str, str]], parts: Sequence[Part]) -> Part | None:
    """The only part that the last message of a customer named and the reply told the prices of.

    `exchanges` are messages with their replies, the last one last. One that only asks about a
    number ("if I take 20?") is passed over, and so is a nod ("ok", "yes").
    """
    for asked, reply in reversed(exchanges):
        named = {
            mention.part for clause in clauses(asked) for mention in names_in(clause.words, parts)
        }
        if named:
            offered = [part for part in named if _is_offer(reply, part)]
            return offered[0] if len(named) == len(offered) == 1 else None
        if not _passes_over(asked):
            return None
    return None


def wish_for_offered(text: str, part: Part, parts: Sequence[Part]) -> Request | None:
    """The wish for the part that was offered, where a message says no more than that, or how many
    pieces: "ok need 11", "order them". None where it names a part, or does not mean it.
    """
    requests = requests_in(text, parts)
    if not requests and any(map(_takes_it, clauses(text))):
        return Request(part, None)
    if len(requests) != 1:
        return None
    request = requests[0]
    is_wish = any(
        numbers_in(clause.words) and is_meant(clause) and not is_supposed(clause)
        for clause in clauses(text)
    )
    is_count = request.part is None and request.change is Change.SET
    if not (is_wish and is_count and request.quantity):
        return None
    return Request(part, request.quantity)


def _is_offer(reply: str, part: Part) -> bool:
    """Whether a reply tells both prices of a part; the summary of an order tells one."""
    said = (part.name, rupees(part.price), rupees(part.bulk_price))
    return all(words in reply for words in said)


def _takes_it(clause: Clause) -> bool:
    """Whether the clause wishes to have what was spoken of, and names nothing else."""
    return wishes_to_buy(clause) and is_meant(clause) and not strange_words(clause, ()) - _POINTING


# Each turn looks back at the same few messages of a conversation.
@lru_cache(maxsize=256)
def _passes_over(text: str) -> bool:
    """Whether the message says nothing that could be about another part."""
    nods = wish_in(text, ORDER_WORDS) in (Wish.CONFIRM, Wish.ASSENT)
    return nods or _only_asks_about_number(text)


def _only_asks_about_number(text: str) -> bool:
    said = clauses(text)
    return bool(said) and all(
        numbers_in(clause.words) and (is_question(clause) or is_supposed(clause)) for clause in said
    )
