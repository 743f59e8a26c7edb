"""Whether nobody took a customer's call, or the customer asks to be called back."""

import re

from coolwind.understanding.good_news import is_settled
from coolwind.understanding.meaning import is_meant
from coolwind.understanding.sentences import (
    Clause,
    clauses,
    contains_any,
    phrases,
    tidy,
    vocabulary,
)

_CALLS = vocabulary(
    "call calls called calling rang ring phoned phone telephone dialed dialled tried number line"
)
_NOBODY = phrases("nobody, no one, noone, not, never, none, no body, without, no, unable")
_ANSWERS = vocabulary(
    "answer answers answered answering pick picked picks picking respond responds responded "
    "responding response reply replies replied attend attended attending attends lift lifted "
    "lifting reachable reach"
)
_CALLED_BACK = phrases("called back, called me back, called me, call back, calls back")
_LINE_IS = phrases(
    "is busy, was busy, always busy, line busy, switched off, is off, is engaged, was engaged, "
    "is dead, is not working, out of reach, keeps ringing, kept ringing, just rings",
    "went to voicemail, goes to voicemail, going to voicemail, to voice mail",
)
_CALL_FAILS = phrases(
    "not connecting, not getting connected, not connected, not going through, not get through",
    "not go through, not getting through, failed, failing, got cut, gets cut, getting cut",
)
_CALLED = vocabulary("call calls called calling rang ring ringing phoned dialed dialled")
_AROUND_FAILING = vocabulary(
    "i we it did not could can get getting got go going through connecting connected"
)
"""What alone stands beside words for a call that fails, where the call is named before them."""

_TAKES_CALLS = vocabulary(
    "answer answers answered answering pick picks picked picking attend attends attended attending "
    "lift lifts lifted lifting"
)
_PICKS_UP = vocabulary("pick picks picked picking lift lifts lifted lifting")
_NO_ONE = phrases("nobody, no one, noone, no body")
_AROUND_NO_ANSWER = _TAKES_CALLS | vocabulary(
    "nobody no one noone body why is are was did do you your people guys from there the shop not "
    "never still ever at all since morning today yesterday up please sir madam here hello hi"
)
"""What alone says that nobody answers without a word for a call: "nobody answers"."""

_TRYING_TO_CALL = phrases(
    "tried your number, tried your phone, tried your line, trying your number, trying your phone",
    "tried calling you, tried calling your, tried to call you, trying to call you, tried ringing",
    "missed call from you, missed call from your, missed your call, gave you a missed call",
)
_OTHERS = vocabulary(
    "he she friend brother sister wife husband mother father son daughter neighbour neighbor"
)
_SUPPOSED = phrases("if, unless, suppose, supposing, imagine, whether, will, would, might")
_ASKS_FOR_CALL = phrases(
    "call back, callback, call me back, give me a call, ring me back, phone me back"
)
_CALLS_OTHERWISE = phrases(
    "i will, we will, i shall, he will, she will, they will, let me, ready, order, available, stock"
)
_CALL_ME = ("call", "me")
_PLEASE_CALL = phrases("please call, kindly call")
_AFTER_CALL_ME = vocabulary(
    "back please now asap today tomorrow on at soon when regarding about again later in "
    "immediately urgently once sir"
)


_TIME_OF_CALL = re.compile(
    r"\b(?:call|ring|phone)(?: me| us| back| please| only| (?:on|at) [+\d ()-]{10,})*,? "
    r"(?:(?:at|after|before|around|by|between|from|in|on|only|the|this|next) )*"
    r"(?:\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|o'?clock)|tomorrow|tonight|morning|afternoon|evening|night"
    r"|noon|later|monday|tuesday|wednesday|thursday|friday|saturday|sunday|week|lunch|office)\b",
    re.IGNORECASE,
)


def names_a_time(text: str) -> bool:
    """Whether the customer says when to call: "call me after 6 pm"."""
    return _TIME_OF_CALL.search(re.sub(r"\s+", " ", tidy(text))) is not None


def misses_answer(text: str) -> bool:
    """Whether the customer says that nobody took their call, or asks to be called back."""
    if is_settled(text):
        return False
    return called_in_vain(text) or any(_asks_for_call(clause) for clause in clauses(text))


def called_in_vain(text: str) -> bool:
    """Whether the customer says that nobody took their call."""
    said = clauses(text)
    words = frozenset(word for clause in said for word in clause.words)
    return any(_is_unanswered(clause, words) for clause in said)


def _is_unanswered(clause: Clause, told: frozenset[str]) -> bool:
    """Whether the clause says so, in a message that has all the words that are `told`."""
    words = clause.words
    tells = "why" in words or (not clause.first and words[1:2] == ("not",))
    if clause.asked and not tells:
        return False
    if contains_any(words, _SUPPOSED) or not _OTHERS.isdisjoint(words):
        return False
    unanswered = contains_any(words, _NOBODY) and (
        not _ANSWERS.isdisjoint(words) or contains_any(words, _CALLED_BACK)
    )
    if contains_any(words, _TRYING_TO_CALL):
        return unanswered or _ANSWERS.isdisjoint(words)
    if unanswered and _says_no_more(words):
        return True
    is_of_call = _is_of_call(words) or (
        not _CALLED.isdisjoint(told) and _AROUND_FAILING.issuperset(words)
    )
    fails = is_of_call and contains_any(words, _CALL_FAILS)
    line_is = contains_any(words, _LINE_IS) and _is_of_line(words)
    return not _CALLS.isdisjoint(told) and (unanswered or fails or line_is)


def _says_no_more(words: tuple[str, ...]) -> bool:
    """Whether the words say no more than that nobody answers or picks up."""
    answers = _TAKES_CALLS if contains_any(words, _NO_ONE) else _PICKS_UP
    return _AROUND_NO_ANSWER.issuperset(words) and not answers.isdisjoint(words)


def _is_of_call(words: tuple[str, ...]) -> bool:
    return not {"call", "calls"}.isdisjoint(words) or (
        not {"phone", "line", "number"}.isdisjoint(words) and "my" not in words
    )


def _is_of_line(words: tuple[str, ...]) -> bool:
    return not {"phone", "line", "number", "telephone", "call", "it"}.isdisjoint(words) and (
        "my" not in words
    )


def _asks_for_call(clause: Clause) -> bool:
    if not is_meant(clause) or contains_any(clause.words, _CALLS_OTHERWISE):
        return False
    return (
        contains_any(clause.words, _ASKS_FOR_CALL)
        or clause.words in _PLEASE_CALL
        or any(
            clause.words[at : at + 2] == _CALL_ME
            and _AFTER_CALL_ME.issuperset(clause.words[at + 2 : at + 3])
            for at in range(len(clause.words))
        )
    )
