"""What a customer means by a yes, a no or a cancel.

A wish with an effect is read strictly: every word of it has to be understood. What is not
understood as a whole is no wish, and the customer is asked again.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cache
from itertools import product

from coolwind.catalogue import Part
from coolwind.understanding.agreement import (
    ASSENTS,
    OWN,
    POLITE,
    assents,
    confirms,
    named,
    with_things,
    without_report,
)
from coolwind.understanding.meaning import (
    after_negation,
    is_affirmed,
    is_denied,
    is_request,
    without_lead,
)
from coolwind.understanding.parts import mentions_in
from coolwind.understanding.sentences import (
    Clause,
    Phrases,
    clauses,
    contains_any,
    covered,
    phrase_at,
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


ORDER_WORDS = frozenset({"order", "orders", "purchase", "booking", "bulk order", "buy"})
CALLBACK_WORDS = frozenset({"callback", "call", "call back", "request", "callback request"})

_NO = phrases(
    "no, nope, nah, n, not, not yet, not now, not today, wait, hold on, hang on, one minute",
    "one moment, one sec, a minute, a moment, just a minute, just a moment, one second, a second",
    "later, maybe later, not sure, i am not sure, i am not sure yet, let me think",
    "let me think about it, i will think about it, i need to think, i have to think, do not",
    "never, not ready, i am not ready, i do not know, no thanks, no thank you, not this, i do not",
    "i do not want, do not want, i do not need, do not need",
    "no need, not needed, not required, not necessary, hold, one min, a min, just a min",
    "give me a minute, give me a moment, give me some time, give me time, i need time",
    "i need some time, let me check, let me see, let me ask, i need to ask, i need to check",
)
_DROP = phrases(
    "cancel, abort, quit, exit, stop, stop it, stop this, forget it, forget this, forget about it",
    "never mind, leave it, drop it, drop this, call it off, scrap it, start over, start again",
    "cancel it, cancel this, cancel that, cancel everything, cancel all, cancel all of it",
    "i changed my mind, i have changed my mind, changed my mind, not interested",
    "i am not interested, not interested any more, i am not interested any more",
    "no longer needed, no longer required, no need any more, no need any longer",
    "not needed any more, not required any more, not necessary any more, no more needed",
)
_PUTTING_OFF = phrases(
    "i will ask, we will ask, let me ask, have to ask, need to ask, ask my, i will check",
    "we will check, let me check, have to check, need to check, i will think, let me think",
    "i will see, let me see, i will decide, we will decide, not decided, let you know",
    "get back to you, come back to you, tell you later, inform you, i will confirm",
    "we will confirm, will confirm later, will confirm tomorrow, wait till, wait until, wait for",
    "hold for, give me time, need time, need some time, discuss with, talk to my, speak to my",
    "details later, send later, send it later, give later, tell later, share later, later only",
)
_NOT_WANTED = phrases(
    "do not want, do not need, no longer want, no longer need, no need for, no need of, no need",
    "not interested in, not needed, not required, not wanted, no longer needed",
    "no longer required, no",
)
_AROUND_NOT_WANTED = phrases("i, we, am, is, it is, any more, any longer, required")
_FOR_NOW = phrases("now, today, yet, for now, right now, at the moment")
_DROP_LEADS = phrases(
    "yes, yeah, ok, okay, hi, hello, hey, sorry, actually, oh, i want to, i would like to",
    "i wish to, i need to, i have to, we want to, i want you to, can you, could you, would you",
    "will you, let us, you can",
)
WHETHER = phrases(
    "should i, should we, should it be, shall i, shall we, do i, do we, do i have to, do i need to",
    "do you want me to, do you want us to, would you like me to, want me to, you want me to, or",
    "is it better to, would it be better to, am i to",
)
"""How a customer asks what to do."""

_LEADS_TO_PART = phrases("of, for, the, and")
_DECIDING = vocabulary(
    "confirm confirmed place cancel stop proceed agree accept approve approved process submit"
)
_GOES_ON = vocabulary("of for i we as since found got")


def wish_in(text: str, things: frozenset[str], parts: Sequence[Part] = ()) -> Wish | None:
    """What a message decides about one of the `things` ("order"), or about "it".

    The `parts` may be named beside the decision, each with its number: "yes, 11 remotes". None: it
    decides nothing, or more is said in it than a plain decision.
    """
    said = [replace(clause, words=_decisive(clause.words, parts)) for clause in clauses(text)]
    said = [clause for clause in said if clause.words or clause.asked]
    if confirms(text, said, things):
        return Wish.CONFIRM
    if assents(text, said, things):
        return Wish.ASSENT
    drop = _drop_phrases(things)
    decided = [decision for clause in said if (decision := _decision(clause, things, drop))]
    if not decided:
        return None
    if decided[-1] is Wish.DECLINE and any(clause.asked for clause in said):
        return None
    return decided[-1]


def asks_whether_to_drop(text: str, things: frozenset[str]) -> bool:
    """Whether the customer asks if one of the things is to be given up: "should I cancel?"."""
    drop = _drop_phrases(things)
    return any(
        clause.asked and covered(clause.words, drop, POLITE | WHETHER) for clause in clauses(text)
    )


def takes_back(clause: Clause, things: frozenset[str]) -> bool:
    """Whether the clause takes back a wish that was told before it: "actually no", "not today"."""
    hesitation = phrases("actually, sorry, oh, hmm, well")
    return not clause.asked and (
        covered(clause.words, _NO, POLITE | hesitation)
        or _drops(clause, _drop_phrases(things))
        or _is_not_wanted(clause, things)
    )


def _decisive(words: tuple[str, ...], parts: Sequence[Part]) -> tuple[str, ...]:
    """The words without the parts that they name, and without those that only say it again."""
    for mention in reversed(mentions_in(words, parts)):
        start = mention.start - (words[mention.start - 1 : mention.start] in _LEADS_TO_PART)
        words = words[:start] + words[mention.end :]
    return without_report(words)


def _decision(clause: Clause, things: frozenset[str], drop: Phrases) -> Wish | None:
    if _drops(clause, drop):
        return Wish.CANCEL
    if clause.asked:
        return None
    if _is_not_wanted(clause, things):
        return Wish.DECLINE if contains_any(clause.words, _FOR_NOW) else Wish.CANCEL
    if covered(clause.words, _NO, POLITE | ASSENTS) or _refuses(clause, things):
        return Wish.DECLINE
    return Wish.DECLINE if contains_any(clause.words, _PUTTING_OFF) else None


@cache
def _drop_phrases(things: frozenset[str]) -> Phrases:
    not_me = phrases(*(f"do not {thing} me{back}" for thing in things for back in ("", " back")))
    drop = with_things(("cancel", "stop", "abort", "drop", "delete", "forget about"), things)
    behind = phrases(*(f"{thing} cancel" for thing in named(things, OWN)))
    return _DROP | drop | behind | not_me


def _drops(clause: Clause, drop: Phrases) -> bool:
    if clause.asked and not is_request(clause):
        return False
    words = without_lead(clause.words)
    if words[:1] == ("no",) and len(phrase_at(words, 1, drop)) > 1:
        words = words[1:]
    if covered(words, drop, POLITE | _DROP_LEADS):
        return True
    ordered = phrase_at(words, 0, drop)
    if (
        len(ordered) > 1
        and ordered[0] == "cancel"
        and _GOES_ON.issuperset(words[len(ordered) :][:1])
    ):
        return True
    if "and" not in clause.words or not is_affirmed(clause):
        return False
    cut = clause.words.index("and")
    pieces = (clause.words[:cut], clause.words[cut + 1 :])
    return any(covered(piece, drop, POLITE | _DROP_LEADS) for piece in pieces)


def _is_not_wanted(clause: Clause, things: frozenset[str]) -> bool:
    """Whether one of the things is turned down for good: "I do not want any order"."""
    if not contains_any(clause.words, _NOT_WANTED):
        return False
    whom = ("", " it", " anything", " me", " me back")
    verbs = [f"{to} {thing}{what}" for to, thing, what in product(("to", "you to"), things, whom)]
    objects = phrases(
        "it, this, that, anything", *named(things, (*OWN, "a ", "an ", "any ")), *verbs
    )
    around = _NOT_WANTED | _AROUND_NOT_WANTED | POLITE | _DROP_LEADS | _FOR_NOW
    return covered(clause.words, objects, around)


def _refuses(clause: Clause, things: frozenset[str]) -> bool:
    """Whether it turns down what is at hand: "I do not want to confirm this", "don't cancel"."""
    about = {*_DECIDING, *things}
    pointed_at = {"it", "this"} & set(after_negation(clause.words))
    return (
        is_denied(clause)
        and clause.words[0] != "you"
        and bool(pointed_at or about & set(clause.words))
        and not contains_any(clause.words, phrases("email, phone, number, name"))
    )
