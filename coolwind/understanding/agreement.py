"""A yes, plain or weak, where a message is nothing else.

It is read strictly, because an order hangs on it: every word has to be understood, and the words
that may stand beside a yes turn nothing down and put nothing off.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import product

from coolwind.understanding.sentences import Clause, Phrases, covered, phrases

OWN = ("", "the ", "my ", "this ", "that ", "our ")

POLITE = phrases(
    "please, kindly, thanks, thank you, thank you so much, thanks a lot, sir, madam, maam",
    "dear, great, perfect, good, nice, fine, wonderful, very much, now, then, and, so, just",
    "miss, i can not wait, we can not wait, can not wait, i can not wait any longer",
    "right away, right now, immediately, asap, for me, today, fast, quickly, soon",
    "already, as soon as possible, from my side, from our side, for the help, for your help",
)
"""Courtesy, with which nothing is decided."""

ASSENTS = phrases(
    "ok, okay, okey, okie, k, sure, i am sure, absolutely, definitely, of course",
    "certainly, agreed, correct, right, fine, all correct, all good, all right, alright, done",
    "deal, sure thing, nothing else, nothing more, that is all, that is it",
    "sounds good, looks good, looks fine, looks correct, looks right, good to go",
    "no problem, not a problem, no problems, no issue, no issues, no worries, do not worry",
    "no doubt, no objection, no objections, i have no objection, i have no objections",
    "no change, no changes, no change needed, no changes needed, nothing to change",
    "no need to change, no need to change anything, do not change anything, do not delay",
    "i want it, i want them, i want this, i want that, i want it all, i want them all",
    "i need it, i need them, i need this, i need them all, i want to order, we want to order",
    "i want to buy, i am happy, i am fine, i am ok, i am okay, with it, with that, with this",
    "perfect, great, excellent, wonderful, awesome, super, superb, fantastic, good, very good",
    "to me, with me, by me, with the price, with the total, with the details",
)
"""What may be a yes to anything that was said before, or only kindness."""

_YES = phrases(
    "yes, yes i do, yeah, yep, yup, yea, ya, y, go ahead, please do, proceed, go for it",
    "do it, do that, do the needful, confirm, confirmed, i confirm, i agree, i agree to it",
    "order now, order it, book it, place it, submit it, process it, finalise it, finalize it",
    "i accept, accepted, i approve, approved, already confirmed, i already confirmed",
    "i have confirmed, i have already confirmed, i take it, i take them, i will take it",
    "i will take them, we will take it, we will take them, i will take all, i will have it",
)
_READY = phrases(
    "i want to, i would like to, i wish to, i am ready to, we want to, we would like to",
    "let us, you can, you may",
)
_PLACING = (
    *("place", "confirm", "i confirm", "submit", "book", "process", "finalise", "finalize"),
    *("make", "go ahead with", "proceed with", "carry on with", "continue with", "i accept"),
)
_REPORTED = re.compile(
    r"^(?:(?:as|like) )?(?:(?:i|we) (?:have )?(?:already |just )?|already )"
    r"(?:said|say|told you|told|wrote|typed|answered|replied)\b"
    r"(?: (?:so|you|already|before|earlier|that))*"
    r"|(?<= )(?:already|before|earlier|twice|(?:\d|two|three|many|several) times)$"
)
"""How customers say once more what they said before."""

_FINE = "fine"
_SATISFIED = re.compile(
    r"\b(?:all )?(?:(?:the|my|your|our|these|those) )?(?:bulk )?"
    r"(?:prices?|rates?|total|amount|cost|details|quantity|quantities|numbers?|summary|contact|"
    r"address|email|name|pickup|location|everything|all|it|this|that|orders?|purchase|booking)"
    r"(?: (?:is|are|looks?|seems?|sounds?))?(?: (?:all|very|quite|also|now|perfectly))?"
    r" (?:fine|ok|okay|good|great|perfect|correct|right|acceptable|reasonable|all right|alright)\b"
)
_COLLECTING = re.compile(
    r"(?:\b(?:i|we) (?:will|shall|can) (?:come|collect|pick up|pick|pay)(?: and| to)?"
    r"(?: (?:collect|pick up|pick|pay|take))?(?: (?:it|them|this|that|up|cash|upi|card))*"
    r"(?: (?:from|at|in|by|on|with|around|the|your|my|shop|store|pickup|today|tomorrow|now|soon|"
    r"this|evening|morning|afternoon|noon|monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|\d{1,2}|am|pm|cash|upi|card))*"
    r"|\b(?:cash|upi|card) (?:on|at) (?:the )?(?:pickup|shop|collection)|\bready to pay)$"
)
_TO_BE_TOLD = re.compile(r"\b(?:confirm|confirmed|check|tell|say)(?: (?:me|that|if))* fine\b")
_TURN = re.compile(r"\b(?:but|because|although|though|whereas)\b", re.IGNORECASE)
_NODS = frozenset("👍👌✅💯🤝")
_KIND_SYMBOLS = frozenset("👍👌🙏🙂😊😀😄🎉✅💯🤝❤+")


def confirms(text: str, said: Sequence[Clause], things: frozenset[str]) -> bool:
    """Whether the message is a plain yes to one of the `things` ("order"), or to "it"."""
    return covered(_agreeable(text, said), *_plain_yes(things))


def assents(text: str, said: Sequence[Clause], things: frozenset[str]) -> bool:
    """Whether the message is a weak yes, and nothing else."""
    return _nods(text) or covered(_agreeable(text, said), *_weak_yes(things))


def without_report(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without those that say they are said again: "I said yes already"."""
    spoken = " ".join(words)
    if _REPORTED.match(spoken) is None:
        return words
    return tuple(_REPORTED.sub("", spoken).split())


def with_things(verbs: Iterable[str], things: Collection[str]) -> Phrases:
    """Each verb with each of the things, or with "it"."""
    objects = [*named(things, OWN), "it", "this"]
    return phrases(*(f"{verb} {what}" for verb, what in product(verbs, objects)))


def named(things: Collection[str], articles: Sequence[str]) -> list[str]:
    """The things with each of the articles before them."""
    return [f"{article}{thing}" for article, thing in product(articles, things)]


@cache
def _plain_yes(things: frozenset[str]) -> tuple[Phrases, Phrases]:
    """What a plain yes needs, and what may stand beside it."""
    beside = POLITE | _READY | ASSENTS | phrases(*named(things, OWN))
    return _YES | with_things(_PLACING, things), beside


@cache
def _weak_yes(things: frozenset[str]) -> tuple[Phrases, Phrases]:
    """What a weak yes needs, and what may stand beside it."""
    return ASSENTS | phrases(*named(things, OWN)), POLITE


def _agreeable(text: str, said: Sequence[Clause]) -> tuple[str, ...]:
    """The words of a message that may agree, with a "fine" for each remark that something is well.

    None of them where it asks, turns round, or wants to hear whether something is well.
    """
    if any(clause.asked for clause in said) or _TURN.search(text) or _has_strange_symbol(text):
        return ()
    remarks = [_SATISFIED.sub(_FINE, " ".join(clause.words)) for clause in said]
    if any(_TO_BE_TOLD.search(remark) for remark in remarks):
        return ()
    return tuple(word for remark in remarks for word in _COLLECTING.sub("please", remark).split())


def _nods(text: str) -> bool:
    """Whether it is nothing but signs of agreement: "👍🏽"."""
    shown = {c for c in text if unicodedata.category(c) not in ("Sk", "Mn", "Cf", "Zs", "Cc")}
    return bool(shown) and shown <= _NODS


def _has_strange_symbol(text: str) -> bool:
    """Whether a symbol stands there that could turn a yes round ("yes 🤔")."""
    return any(
        unicodedata.category(character) in ("So", "Sm") and character not in _KIND_SYMBOLS
        for character in text
    )
