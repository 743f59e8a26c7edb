"""What a message asks for: parts, how many pieces of each, and changes to what was asked before."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from coolwind.catalogue import Part
from coolwind.understanding.agreement import ASSENTS, POLITE
from coolwind.understanding.meaning import is_denied, is_meant
from coolwind.understanding.parts import BETWEEN, EACH, Mention
from coolwind.understanding.pieces import Link, Piece, pieces_of
from coolwind.understanding.quantities import Number, numbers_in
from coolwind.understanding.sentences import clauses, contains_any, covered, phrases, vocabulary
from coolwind.understanding.shopping import (
    CHANGING,
    gives_up,
    is_bare,
    is_wanted,
    wishes_to_buy,
)


class Change(StrEnum):
    """What is to happen to a part of an order.

    SET, ADD and REMOVE say so of its quantity; REMOVE without a quantity gives the part up. ONLY
    gives the others up. INSTEAD puts the part in the place of the only other one. DOUBLE asks for
    twice as many. DOUBT calls the quantity wrong or leaves it open.
    """

    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    ONLY = "only"
    INSTEAD = "instead"
    DOUBLE = "double"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked for; `quantity` is None where none is said.

    `part` is None where a number is said without one: it counts what the customer and the shop
    spoke of before, `each` part of it, or the part of which there were `given_up` pieces.
    """

    part: Part | None
    quantity: int | None
    change: Change = Change.SET
    each: bool = False
    given_up: int | None = None


_ADDING = vocabulary("add also another plus more extra additional include")
_REMOVING = vocabulary("remove delete drop cancel without less fewer minus")
_ORDERING = vocabulary("order go confirm place")
_WISHING = vocabulary("want need give send get buy take")
_RAISING = vocabulary("increase raise")
_LOWERING = vocabulary("reduce decrease lower")
_WRONG = phrases("wrong, incorrect, too many, too much, too few, too less")
_WRONG_QUANTITY = phrases(
    "change the quantity, change quantity, change my quantity, wrong quantity, quantity is wrong",
    "update the quantity, update quantity, correct the quantity, different quantity",
    "less quantity, more quantity, reduce quantity, reduce the quantity, increase quantity",
    "increase the quantity, change the number of pieces",
    "triple it, half of it, half of that, only half, make it half",
)
_DOUBLING = phrases(
    "double, double it, double that, double them, double the quantity, double the order",
    "twice that, twice as many",
)
_ALL_OF_THEM = phrases(
    "all, all of them, all of it, whatever is left, whatever you have, everything, the rest, "
    "all that is left, as many as you have, all you have, all of those"
)
_PICKED_OUT = re.compile(r"of (?:these|those) (?!please|only|now|then|also|too|for|thanks|sir)")
"""Follows a number that counts some of what was counted before: "3 of those Samsung"."""

_NO_COUNT = 10_000
"""A bare number from here up is a PIN code or a piece of a telephone number."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was understood of a message so far.

    `last` is the part that was named last. `standing` says that a bare part would be wished for.
    """

    requests: tuple[Request, ...] = ()
    last: Part | None = None
    standing: bool = True

    def of(self, part: Part | None) -> Request | None:
        """The request for a part, or for a number without one."""
        return next((request for request in self.requests if request.part == part), None)

    def without(self, request: Request | None) -> "_Heard":
        """The same but for that request."""
        return replace(self, requests=tuple(kept for kept in self.requests if kept is not request))

    def with_request(self, request: Request) -> "_Heard":
        """The same with a request, which takes the place of an earlier one for its part."""
        if self.of(request.part) is None:
            return replace(self, requests=(*self.requests, request))
        return replace(
            self,
            requests=tuple(
                request if kept.part == request.part else kept for kept in self.requests
            ),
        )


def requests_in(text: str, parts: Sequence[Part]) -> tuple[Request, ...]:
    """Everything that the customer asks for, or gives up, in a message; one request a part."""
    heard = _Heard()
    for piece in pieces_of(text, parts):
        heard = _after(heard, piece)
    return heard.requests


def counts_in(text: str, parts: Sequence[Part]) -> tuple[int, ...]:
    """The numbers that a message is, one for each of several parts: "10 and 5".

    None where it says anything else beside them, corrects itself, or names a part.
    """
    counts: list[int] = []
    for piece in pieces_of(text, parts):
        words = piece.clause.words
        is_plain = piece.link is Link.BESIDE and not (piece.denied or piece.named)
        if not is_plain or piece.given_up is not None or not is_bare(piece.clause, ()):
            return ()
        if _change_in(words) is not None or not EACH.isdisjoint(words):
            return ()
        for number in numbers_in(words):
            if number.value is None or number.value >= _NO_COUNT:
                return ()
            counts.append(number.value)
    return tuple(counts)


def takes_all(text: str) -> bool:
    """Whether an answer to "how many" is: whatever is left."""
    return any(
        not clause.asked and _without_please(clause.words) in _ALL_OF_THEM
        for clause in clauses(text)
    )


def _after(heard: _Heard, piece: Piece) -> _Heard:
    standing = heard.standing or piece.clause.first
    bare = is_bare(piece.clause, piece.named)
    if piece.denied or is_denied(piece.clause):
        heard = _with_denial(heard, piece)
    elif piece.named and (is_wanted(piece.clause, piece.named) or (bare and standing)):
        heard = _with_parts(heard, piece)
    elif not piece.named:
        heard = _with_number(heard, piece)
    return replace(
        heard,
        last=piece.named[-1].part if piece.named else heard.last,
        standing=standing if bare or piece.denied else is_meant(piece.clause),
    )


def _with_denial(heard: _Heard, piece: Piece) -> _Heard:
    if piece.denied or gives_up(piece.clause):
        for mention in piece.named:
            heard = heard.with_request(Request(mention.part, None, Change.REMOVE))
    return heard


def _with_parts(heard: _Heard, piece: Piece) -> _Heard:
    """What was heard, and the parts that a piece wishes for."""
    words, change, start = piece.clause.words, Change.SET, 0
    link, begins = piece.link, piece.clause.first
    if not CHANGING.isdisjoint(words) or "only" in words:
        link = max(link, Link.RESTATES)
    for mention, following in zip(piece.named, (*piece.named[1:], None), strict=True):
        segment = words[start : mention.end if following else len(words)]
        change = _change_in(segment) or change
        request = _request_for(mention, change, segment, words[start : mention.start])
        if segment[:1] == ("and",):
            link = Link.BESIDE
        earlier = heard.of(request.part)
        if earlier is None:
            heard = _with_new(heard, request, link)
        else:
            heard = heard.with_request(_combined(earlier, request, link, begins))
        start, link, begins = mention.end, min(link, Link.RESTATES), False
    return heard


def _request_for(
    mention: Mention, change: Change, segment: tuple[str, ...], before: tuple[str, ...]
) -> Request:
    doubted = contains_any(segment, _WRONG_QUANTITY) and mention.quantity is None
    if mention.unclear or doubted or contains_any(segment, _WRONG):
        change = Change.DOUBT
    elif mention.quantity is None and change is Change.SET and _picks_out(segment, before):
        change = Change.ONLY
    quantity = None if change is Change.DOUBT else mention.quantity
    return Request(mention.part, quantity, change)


def _picks_out(segment: tuple[str, ...], before: tuple[str, ...]) -> bool:
    """Whether a part, with words before it, is said to be the only one: "just the remotes"."""
    is_just = "just" in before and BETWEEN.issuperset(before[before.index("just") + 1 :])
    return "only" in segment or is_just


def _combined(earlier: Request, request: Request, link: Link, begins: bool) -> Request:
    """A request for a part that the same message named before.

    Beside each other they are summed up: "5 LG remotes and 6 Daikin remotes". Where a new sentence
    `begins` with another quantity, it is not clear which is meant.
    """
    if request.change is Change.REMOVE or earlier.change is Change.REMOVE:
        return request
    if request.quantity is None:
        return request if request.change is Change.DOUBT else earlier
    if earlier.quantity is None or earlier.quantity == request.quantity:
        return request
    if link >= Link.RESTATES:
        return replace(earlier, quantity=request.quantity)
    if begins and request.change is Change.SET:
        return replace(request, quantity=None, change=Change.DOUBT)
    return replace(earlier, quantity=earlier.quantity + request.quantity)


def _with_new(heard: _Heard, request: Request, link: Link) -> _Heard:
    """What was heard, and a part that is named for the first time."""
    number = heard.of(None)
    if number is not None and request.quantity is None and request.change is Change.SET:
        # "I want 12, remotes please"
        return heard.without(number).with_request(replace(number, part=request.part))
    if link is not Link.CORRECTS or request.change is not Change.SET:
        return heard.with_request(request)
    if not heard.requests:
        return heard.with_request(replace(request, change=Change.INSTEAD))
    replaced = number or heard.of(heard.last)
    if replaced is not None and replaced.change is Change.REMOVE:
        return heard.with_request(request)
    return heard.without(replaced).with_request(request)


def _with_number(heard: _Heard, piece: Piece) -> _Heard:
    """What was heard, and the number of pieces that a piece says without a part."""
    words = piece.clause.words
    numbers = numbers_in(words)
    if is_meant(piece.clause) and _doubles(words):
        return heard.with_request(Request(None, None, Change.DOUBLE))
    if not numbers and is_meant(piece.clause) and contains_any(words, _WRONG_QUANTITY):
        return heard.with_request(Request(None, None, Change.DOUBT))
    if not numbers or not _counts_pieces(piece, numbers):
        return heard
    quantity = numbers[0].value if len(numbers) == 1 and is_bare(piece.clause, ()) else None
    change = _change_in(words) or Change.SET
    if quantity is None or contains_any(words, _WRONG):
        change = Change.DOUBT
    request = Request(
        part=_part_meant(heard, piece),
        quantity=None if change is Change.DOUBT else quantity,
        change=change,
        each=not EACH.isdisjoint(words),
        given_up=piece.given_up if change is not Change.DOUBT else quantity,
    )
    return heard.with_request(_counted(heard.of(request.part), request, piece))


def _doubles(words: tuple[str, ...]) -> bool:
    """Whether they wish for twice as many, and nothing else."""
    return covered(words, _DOUBLING, POLITE | ASSENTS)


def _counts_pieces(piece: Piece, numbers: Sequence[Number]) -> bool:
    """Whether a number without a part counts pieces: not that of "Hari 12" or "give it for 350"."""
    words, first = piece.clause.words, numbers[0]
    if piece.clause.asked or not (is_bare(piece.clause, ()) or _goes_on_counting(words, first)):
        return False
    is_left_alone = piece.link is Link.BESIDE and all(map(str.isdigit, words))
    is_price = words[: first.start][-1:] == ("for",) and _ORDERING.isdisjoint(words)
    is_picked_out = _PICKED_OUT.match(" ".join(words[first.end :])) is not None
    is_too_long = (first.value or 0) >= _NO_COUNT
    return not (
        is_price or is_picked_out or is_too_long or (piece.clause.after_cut and is_left_alone)
    )


def _goes_on_counting(words: tuple[str, ...], first: Number) -> bool:
    """Whether it adds a number to one before, for something else: "and 5 for my friend"."""
    follows = words[0] in ("and", "plus") and "for" in words
    return follows or (first.start == 0 and words[first.end : first.end + 1] == ("for",))


def _part_meant(heard: _Heard, piece: Piece) -> Part | None:
    """The part that a number counts: the last one, where the customer wished for it or does now."""
    if not EACH.isdisjoint(piece.clause.words):
        return None
    is_wished_for = heard.of(heard.last) is not None or wishes_to_buy(piece.clause)
    return heard.last if is_wished_for else None


def _counted(earlier: Request | None, request: Request, piece: Piece) -> Request:
    """A number said after another one for the same part, or for none."""
    if earlier is not None and earlier.change is Change.DOUBT and piece.link is Link.BESIDE:
        return earlier
    if earlier is None or earlier.quantity is None:
        return request
    if request.change is Change.ADD:
        return replace(earlier, quantity=earlier.quantity + (request.quantity or 0))
    replaces = piece.link >= Link.RESTATES or not CHANGING.isdisjoint(piece.clause.words)
    if request.change is Change.SET and replaces:
        return replace(earlier, quantity=request.quantity)
    return replace(request, quantity=None, change=Change.DOUBT)


def _change_in(words: tuple[str, ...]) -> Change | None:
    """The change that some words name, or None."""
    removals = [at for at, word in enumerate(words) if word in _REMOVING]
    if removals and _WISHING.isdisjoint(words[removals[-1] :]) and not contains_any(words, _WRONG):
        return Change.REMOVE
    if not _ADDING.isdisjoint(words) or words[-1:] == ("too",) or words[-2:] == ("as", "well"):
        return Change.ADD
    raising, lowering = not _RAISING.isdisjoint(words), not _LOWERING.isdisjoint(words)
    if not raising and not lowering:
        return None
    if "by" in words:
        return Change.ADD if raising else Change.REMOVE
    return Change.SET if "to" in words else Change.DOUBT


def _without_please(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without polite ones and without "I take"."""
    polite = ["please", "ok", "okay", "yes", "then", "i", "take", "will", "want", "give", "me"]
    return tuple(word for word in words if word not in polite)
