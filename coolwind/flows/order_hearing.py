"""How a message is read that may begin, change or confirm an order."""

from collections.abc import Mapping

from coolwind.flows.flow import Facts
from coolwind.flows.order_draft import Draft
from coolwind.understanding.amounts import with_total_in_words
from coolwind.understanding.offers import wish_for_offered
from coolwind.understanding.purchases import purchase_in
from coolwind.understanding.questions import questions_beside
from coolwind.understanding.requests import Request, requests_in
from coolwind.understanding.signatures import without_signature
from coolwind.understanding.summaries import asks_for_offer, asks_for_summary
from coolwind.understanding.wishes import ORDER_WORDS, Wish, wish_in


def plainly(draft: Draft, text: str, shown: Mapping[str, int], facts: Facts) -> str:
    """The text without the customer's name before or behind a wish ("Hari make it 12"), in which
    the total of the prices that were shown counts no pieces: there are not so many.
    """
    text = _unsigned(draft, text, facts)
    total = sum((line.quantity or 0) * shown.get(line.part_id, 0) for line in draft.lines)
    most = max((facts.stock.get(line.part_id, 0) for line in draft.lines), default=0)
    return with_total_in_words(text, total) if total > 100 * most else text


def wanted_in(text: str, facts: Facts) -> tuple[Request, ...] | None:
    """What a message wants that begins an order, also of the part that was offered; None where it
    begins none.
    """
    requests = purchase_in(text, facts.parts)
    return _of_offered(text, facts) if requests is None else requests


def is_confirmed_again(text: str, facts: Facts) -> bool:
    """Whether it is a yes beside the parts that it names: "yes, 11 remotes"."""
    return wish_in(text, ORDER_WORDS, facts.parts) is Wish.CONFIRM


def asked_beside(text: str, facts: Facts) -> str:
    """What a message asks beside an order, but for what it costs: its summary tells that."""
    return " ".join(
        question
        for question in questions_beside(text, facts.parts)
        if not (asks_for_offer(question) or asks_for_summary(question, facts.parts))
    )


def _unsigned(draft: Draft, text: str, facts: Facts) -> str:
    name = draft.contact.name
    rest = None if name is None else without_signature(text, name)
    if rest is None:
        return text
    return rest if wish_in(rest, ORDER_WORDS) or requests_in(rest, facts.parts) else text


def _of_offered(text: str, facts: Facts) -> tuple[Request, ...] | None:
    """The wish for the part that was offered, where there can be so many pieces: a greater number
    is an amount of money, more likely.
    """
    if facts.offered is None:
        return None
    wish = wish_for_offered(text, facts.offered, facts.parts)
    left = facts.stock.get(facts.offered.part_id, 0)
    return None if wish is None or (wish.quantity or 0) > left else (wish,)
