"""What a customer means by a yes, a no or a cancel, and whether a clause is meant at all.

A wish with an effect is read strictly: every word of it has to be understood. What is not
understood as a whole is no wish, and the customer is asked again.
"""

import re
import unicodedata
from collections.abc import Collection
from enum import StrEnum
from itertools import product
from typing import TypeAlias

from coolwind.understanding.sentences import (
    Clause,
    clauses,
    contains_any,
    covered,
    phrases,
    vocabulary,
)


class Wish(StrEnum):
    """What the customer decides. `DECLINE` keeps everything as it is: no, not yet, wait.

    `ASSENT` is a weak yes ("ok thanks", "correct"): it may be to anything said before.
    """

    CONFIRM = "confirm"
    ASSENT = "assent"
    DECLINE = "decline"
    CANCEL = "cancel"


_Phrases: TypeAlias = frozenset[tuple[str, ...]]

ORDER_WORDS = frozenset({"order", "orders", "purchase", "booking", "bulk order"})
CALLBACK_WORDS = frozenset({"callback", "call", "call back", "request", "callback request"})

_POLITE = phrases(
    "please, kindly, thanks, thank you, thank you so much, thanks a lot, sir, madam, maam, bro",
    "dear, great, perfect, good, nice, fine, wonderful, very much, now, then, and, so, just",
    "right away, right now, immediately, asap, for me, today",
)
_YES = phrases(
    "yes, yes i do, yeah, yep, yup, yea, ya, y, haan, haan ji, go ahead, please do, proceed",
    "do it, do that, confirm, confirmed, i confirm, i agree, order now, order it, book it",
    "place it, submit it",
)
_ASSENTS = phrases(
    "ok, okay, okey, okie, k, sheri, sure, i am sure, absolutely, definitely, of course",
    "certainly, agreed, correct, right, fine, that is correct, that is right, that is fine",
    "it is correct, it is right, it is fine, all correct, everything is correct, looks good",
    "all details are correct, details are correct, sounds good, all right, alright, all good",
)
_READY = phrases(
    "i want to, i would like to, i wish to, i am ready to, we want to, we would like to",
    "let us, you can, you may",
)
_NO = phrases(
    "no, nope, nah, n, not yet, not now, not today, wait, hold on, hang on, one minute, one moment",
    "a minute, a moment, just a minute, just a moment, one second, a second, later, maybe later",
    "not sure, i am not sure, i am not sure yet, let me think, let me think about it",
    "i will think about it, i need to think, i have to think, do not, never, not ready",
    "i am not ready, i do not know, no thanks, no thank you, not this, i do not",
)
_DROP = phrases(
    "cancel, abort, quit, exit, stop, stop it, stop this, forget it, forget this, forget about it",
    "never mind, leave it, drop it, drop this, call it off, scrap it, start over, start again",
    "cancel it, cancel this, cancel that, cancel everything, cancel all, cancel all of it",
    "i changed my mind, i have changed my mind, changed my mind, not interested any more",
    "i am not interested any more, i do not want it any more, i do not need it any more",
    "i do not want this any more, i do not need this any more, no longer needed",
)
_NO_LONGER = (
    "i do not want the {} any more",
    "i do not want to {} any more",
    "i do not need the {}",
    "i do not need a {}",
    "i do not need an {}",
    "i do not need any {}",
    "i do not need {} any more",
    "i do not need a {} any more",
    "i do not need an {} any more",
    "i do not need any {} any more",
    "i do not want {} any more",
    "i do not want a {} any more",
    "i do not want an {} any more",
    "i do not want any {} any more",
    "i do not need the {} any more",
    "no need to {}",
    "no need to {} me",
    "no need to {} me back",
    "do not {} me",
    "do not {} me back",
    "no need for a {}",
)
_DROP_LEADS = phrases(
    "yes, yeah, ok, okay, hi, hello, hey, sorry, actually, oh, i want to, i would like to",
    "i wish to, i need to, i have to, we want to, i want you to, can you, could you, would you",
    "will you, let us, you can",
)

_NEGATIONS = phrases("not, never, none, neither, nor, without, no, no need")
_PAST = phrases(
    "yesterday, ago, last week, last month, last year, last time, last night, earlier",
    "previously, already, bought, ordered, purchased, had, was, were, did, saw, got, received",
    "paid, took, used to, placed",
)
_HYPOTHESES = phrases(
    "if, suppose, supposing, assume, assuming, imagine, unless, until, would, might, maybe",
    "perhaps, thinking, whether, could, wonder, wondering, someday",
)
_POLITE_PAST = {
    ("wanted",): ("want",),
    ("was", "looking"): ("am", "looking"),
    ("was", "thinking", "to"): ("want", "to"),
    ("would", "like"): ("want",),
    ("would", "love"): ("want",),
    ("would", "need"): ("need",),
}
_REQUESTS = phrases(
    "can i, can we, could i, could we, may i, may we, can you, could you, would you, will you",
    "is it possible to",
)
_TURN = re.compile(r"\b(?:but|because|although|though|whereas)\b", re.IGNORECASE)
_KIND_SYMBOLS = frozenset("👍👌🙏🙂😊😀😄🎉✅💯🤝❤+")
_GREETINGS = vocabulary("hi hello hey so and also ok")
_LEADS_INTO = vocabulary("i we my it its make change only the please sorry actually want")


def wish_in(text: str, things: Collection[str]) -> Wish | None:
    """What a message decides about one of the `things` ("order"), or about "it".

    None: it decides nothing, or more is said in it than a plain decision.
    """
    said = clauses(text)
    agreed = _agreement(text, said, things)
    if agreed is not None:
        return agreed
    drop = _drop_phrases(things)
    decided = [decision for clause in said if (decision := _decision(clause, things, drop))]
    if not decided:
        return None
    if decided[-1] is Wish.DECLINE and any(clause.asked for clause in said):
        return None
    return decided[-1]


def takes_back(clause: Clause, things: Collection[str]) -> bool:
    """Whether the clause takes back a wish that was told before it: "actually no", "not today"."""
    hesitation = phrases("actually, sorry, oh, hmm, well")
    return not clause.asked and (
        covered(clause.words, _NO, _POLITE | hesitation) or _drops(clause, _drop_phrases(things))
    )


def is_meant(clause: Clause) -> bool:
    """Whether the clause says what the customer wants now.

    Not so what is denied, past, supposed or asked. A request in a question's clothes ("can I
    get 11 remotes?") is meant.
    """
    words = polite_present(clause.words)
    request = _request_in(words)
    if clause.asked and not request and not _is_statement(words):
        return False
    rest = without_lead(words[len(request) :])
    return not contains_any(rest, _NEGATIONS | _PAST | _HYPOTHESES)


def is_denied(clause: Clause) -> bool:
    """Whether the clause turns something down, here and now."""
    words = without_lead(polite_present(clause.words))
    return (
        not clause.asked
        and contains_any(words, _NEGATIONS)
        and not contains_any(words, _PAST | _HYPOTHESES)
    )


def polite_present(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with a polite past ("I wanted to order") put into the present."""
    for past, present in _POLITE_PAST.items():
        for at in range(len(words)):
            if words[at : at + len(past)] == past:
                words = words[:at] + present + words[at + len(past) :]
    return words


def without_lead(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a leading "no" that only opens a correction ("no my number is …")."""
    if len(words) > 1 and words[0] == "no" and words[1] in _LEADS_INTO:
        return words[1:]
    return words


def _request_in(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words up to and with the form of a request, or none."""
    for at in range(min(3, len(words))):
        for form in _REQUESTS:
            if words[at : at + len(form)] == form:
                return words[: at + len(form)]
    return ()


def _is_statement(words: tuple[str, ...]) -> bool:
    """Whether it begins as a statement of the customer's, whatever mark it ends with."""
    return next((word for word in words if word not in _GREETINGS), "") in ("i", "we")


def _agreement(text: str, said: tuple[Clause, ...], things: Collection[str]) -> Wish | None:
    """A plain yes, or a weak one, where the message is nothing else."""
    if any(clause.asked for clause in said) or _TURN.search(text) or _has_strange_symbol(text):
        return None
    words = tuple(word for clause in said for word in clause.words)
    places = _with_things(("place", "confirm", "i confirm", "submit", "book"), things)
    if covered(words, _YES | places, _POLITE | _READY | _ASSENTS):
        return Wish.CONFIRM
    return Wish.ASSENT if covered(words, _ASSENTS, _POLITE) else None


def _has_strange_symbol(text: str) -> bool:
    """Whether a symbol stands there that could turn a yes round ("yes 🤔")."""
    return any(
        unicodedata.category(character) in ("So", "Sm") and character not in _KIND_SYMBOLS
        for character in text
    )


def _decision(clause: Clause, things: Collection[str], drop: _Phrases) -> Wish | None:
    if _drops(clause, drop):
        return Wish.CANCEL
    if clause.asked:
        return None
    if covered(clause.words, _NO, _POLITE) or _refuses(clause, things):
        return Wish.DECLINE
    return None


def _drop_phrases(things: Collection[str]) -> _Phrases:
    cancel = _with_things(("cancel", "stop", "abort", "drop"), things)
    no_longer = phrases(*(form.format(thing) for form, thing in product(_NO_LONGER, things)))
    return _DROP | cancel | no_longer


def _drops(clause: Clause, drop: _Phrases) -> bool:
    if clause.asked and not _request_in(clause.words):
        return False
    if covered(clause.words, drop, _POLITE | _DROP_LEADS):
        return True
    if "and" not in clause.words or contains_any(clause.words, _NEGATIONS | _HYPOTHESES):
        return False
    cut = clause.words.index("and")
    pieces = (clause.words[:cut], clause.words[cut + 1 :])
    return any(covered(piece, drop, _POLITE | _DROP_LEADS) for piece in pieces)


def _refuses(clause: Clause, things: Collection[str]) -> bool:
    """Whether it turns down what is at hand: "I do not want to confirm this", "don't cancel"."""
    about = {"confirm", "place", "cancel", "stop", "proceed", "it", "this", *things}
    return (
        is_denied(clause)
        and not about.isdisjoint(clause.words)
        and not contains_any(clause.words, phrases("email, phone, number, name"))
    )


def _with_things(verbs: Collection[str], things: Collection[str]) -> _Phrases:
    articles = ("", "the", "my", "this", "that")
    objects = [f"{article} {thing}" for article, thing in product(articles, things)]
    return phrases(*(f"{verb} {what}" for verb, what in product(verbs, [*objects, "it", "this"])))
