"""Which messages begin an order."""

from collections.abc import Sequence

from coolwind.catalogue import Part
from coolwind.understanding.meaning import in_the_present, is_meant, is_request, is_supposed
from coolwind.understanding.parts import mentions_in
from coolwind.understanding.pieces import pieces_of
from coolwind.understanding.quantities import numbers_in
from coolwind.understanding.requests import Change, Request, requests_in
from coolwind.understanding.sentences import Clause, clauses, phrases, vocabulary
from coolwind.understanding.shopping import BUYING, is_bare, is_wanted, wishes_for_parts
from coolwind.understanding.wishes import ORDER_WORDS, takes_back

_BULK = phrases(
    "bulk, wholesale, large quantity, large quantities, huge quantity, large number, in quantity"
)
_BUYERS = vocabulary(
    "shop company office business hotel school college hospital clinic restaurant resort hostel "
    "apartment apartments building factory workshop bank church temple mosque store mall gym "
    "customers clients staff"
)
_BULK_BARE = _BUYERS | vocabulary(
    "hi hello hey so please bulk order orders purchase buy buying wholesale parts spare a the of "
    "in i for ac some new another again start want place need to quantity large and also ok yes "
    "sir madam have requirement requirements enquiry inquiry my our"
)
_BULK_LEADS = _BULK_BARE | vocabulary(
    "would like have my our make get start another us me give be able an do go ahead with or"
)
_BULK_TAILS = _BUYERS | vocabulary(
    "order orders purchase of for spare parts part ac items goods quantity quantities please and "
    "now today some the a my our thanks sir madam urgently asap new one again from you your pieces "
    "buying rate price rates prices at in requirement requirements"
)
_EXPLICITLY_BUYING = vocabulary("buy buying order ordering purchase purchasing")
_ORDERING = vocabulary("order ordering buy buying purchase")
_ORDER_BARE = (_BULK_BARE - vocabulary("my our the in of ac")) | vocabulary(
    "can could may we would like wish an now today items goods with you from"
)
_VAGUE = vocabulary("some many several few lots lot multiple")
_REPAIRING = vocabulary("change replace remove reduce cancel delete drop swap exchange")


def purchase_in(text: str, parts: Sequence[Part]) -> tuple[Request, ...] | None:
    """What a message that begins an order asks for; None where it begins none.

    Empty where the customer clearly wishes to order, or to buy in bulk, and names no part yet.
    """
    said = clauses(text)
    naming = [at for at, clause in enumerate(said) if mentions_in(clause.words, parts)]
    if naming and not _REPAIRING.isdisjoint(said[naming[0]].words):
        return None
    if naming and _is_taken_back(said[naming[-1] + 1 :]):
        return None
    if only_supposes_parts(text, parts):
        return None
    asked = requests_in(text, parts)
    wanted = tuple(r for r in asked if r.part is not None and r.change is not Change.REMOVE)
    if any(r.quantity is not None or r.change is Change.DOUBT for r in wanted):
        return wanted
    if any(_wants_bulk(clause, parts) or _wants_to_order(clause) for clause in said):
        return wanted
    if wanted and any(_buys_several(clause, parts) for clause in said):
        return wanted
    pieces = [piece for piece in pieces_of(text, parts) if not piece.denied]
    if wanted and any(wishes_for_parts(piece.clause, piece.named) for piece in pieces):
        return wanted
    return None


def only_supposes_parts(text: str, parts: Sequence[Part]) -> bool:
    """Whether it names parts, and no more than supposes that they are wanted."""
    naming = [clause for clause in clauses(text) if mentions_in(clause.words, parts)]
    return bool(naming) and all(map(is_supposed, naming))


def _is_taken_back(said: Sequence[Clause]) -> bool:
    """Whether a wish is taken back behind it, and no number takes the place of its own: "5 remotes,
    no wait, 6".
    """
    ends = [at for at, clause in enumerate(said) if takes_back(clause, ORDER_WORDS)]
    return bool(ends) and not any(
        numbers_in(clause.words) and is_bare(clause, ()) for clause in said[ends[-1] + 1 :]
    )


def _wants_bulk(clause: Clause, parts: Sequence[Part]) -> bool:
    """Whether the clause is a wish to buy in bulk."""
    words = in_the_present(clause.words)
    start = next((at for at in range(len(words)) if _bulk_at(words, at)), None)
    if start is None or not is_meant(clause):
        return False
    wishes = [at for at, word in enumerate(words[:start]) if word in BUYING | {"place", "make"}]
    named = mentions_in(words, parts)
    of_parts = {at for mention in named for at in range(mention.start, mention.end)}
    of_numbers = {at for n in numbers_in(words) for at in range(n.start, n.end)}
    rest = [words[at] for at in range(len(words)) if at not in of_parts | of_numbers]
    if all(word in _BULK_BARE for word in rest):
        return True
    between = set(range(wishes[0], start)) - of_parts if wishes else set()
    after = [words[at] for at in range(start + 1, len(words)) if at not in of_parts | of_numbers]
    return (
        bool(wishes)
        and all(words[at] in _BULK_LEADS or words[at].isdigit() for at in between)
        and all(word in _BULK_TAILS for word in after)
    )


def _wants_to_order(clause: Clause) -> bool:
    """Whether the clause is a wish to order, and nothing else: "I want to place an order"."""
    words = set(in_the_present(clause.words))
    # No air conditioner is sold, and parts of one are.
    words -= {"ac"} if "parts" in words else set()
    return (
        is_meant(clause)
        and (is_request(clause) or not words.isdisjoint(("want", "need", "wish")))
        and not _ORDERING.isdisjoint(words)
        and words <= _ORDER_BARE
    )


def _bulk_at(words: tuple[str, ...], at: int) -> bool:
    return any(words[at : at + len(phrase)] == phrase for phrase in _BULK)


def _buys_several(clause: Clause, parts: Sequence[Part]) -> bool:
    """Whether the clause buys more than one piece without a number ("buy some remotes")."""
    named = mentions_in(clause.words, parts)
    several = any(mention.plural for mention in named)
    if not several or not is_wanted(clause, named):
        return False
    return not (_VAGUE | _EXPLICITLY_BUYING).isdisjoint(clause.words)
