"""A message cut where customers correct themselves, turn a part down or wish for the next one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TypeAlias

from coolwind.catalogue import Part
from coolwind.understanding.meaning import (
    in_the_present,
    is_about_now,
    is_question,
    is_request,
    without_request,
)
from coolwind.understanding.parts import BETWEEN, Mention, mentions_in, names_in
from coolwind.understanding.quantities import number_at, numbers_in
from coolwind.understanding.sentences import Clause, clauses, phrase_at, phrases, vocabulary
from coolwind.understanding.shopping import BUYING, CHANGING

_Words: TypeAlias = tuple[str, ...]


class Link(IntEnum):
    """How a piece follows what was said before it: beside it, once more, or in its place."""

    BESIDE = 0
    RESTATES = 1
    CORRECTS = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that say one thing of the parts that they name; `denied` where they turn them down.

    `given_up` is the number that another one replaces ("12 instead of 11").
    """

    clause: Clause
    named: tuple[Mention, ...]
    link: Link
    denied: bool = False
    given_up: int | None = None


_CORRECTIONS = phrases(
    "sorry, oops, i mean, i meant, mean, meant, correction, instead, make it, make that, let it be",
    "wrong part, the wrong part, wrong item, the wrong item",
    "change it, change that, change to, switch to, no, nope",
)
_RESTATEMENTS = phrases(
    "actually, wait, hold on, hmm, i said, i told you, i asked for, i wrote, i typed, it should be",
    "should be, it is",
)
_COURTESIES = phrases("oh, ok, okay, well, hi, hello, please, sir, madam, yes, yeah, and, so, but")
_JOINING = vocabulary("and also then please")
_AFTER_OPENING_NO = vocabulary(
    "no wait sorry i we my it its make change only just please actually want the"
)
_DENIALS = phrases("not, no, without, except, instead of, rather than, not for, no for")
_GIVING_UP = phrases("not, instead of, rather than")
_GIVING_UP_FOR = phrases("from, change, make")
_DENIED_AFTER = phrases(
    "not needed, not required, not wanted, no need, no longer needed, no longer required",
    "is not needed, are not needed, is not required, are not required, are no longer needed",
)
_CALLING_OFF = vocabulary("cancel stop leave forget")
_WRONG = vocabulary("wrong incorrect mistake")
_EXCHANGES = vocabulary("change replace swap exchange convert")
_EXCHANGED_FOR = vocabulary("to with by for into")
_LETTING_GO = phrases(
    "forget, forget about, skip, scratch, exclude, get rid of, take off, take out, take away",
    "leave out, leave off, ditch, strike, strike off, omit",
)
_TAKING_AWAY = phrases("take off, take out, take away, leave out, leave off")
_LETTING_GO_AROUND = phrases("take off, take out, leave out, leave off, strike off, strike out")
"""The same, of which the last word stands behind the part: "take the filters off"."""

_ALL_BUT = phrases(
    "cancel everything but, cancel everything except, remove everything but, nothing but",
    "remove everything except, drop everything but, drop everything except, cancel all except",
    "cancel everything except for, remove everything except for, remove all except",
)
_NEXT_WISHES = phrases(
    "add, remove, cancel, delete, drop, change, make, include, reduce, increase, i want, i need",
    "we want, we need, give me, send me, i take, i will take, and give, and send, and take",
    "and put, and get, and buy, and order",
)


def pieces_of(text: str, parts: Sequence[Part]) -> Iterator[Piece]:
    """The pieces of a message, in order.

    Words that do nothing but announce a correction or give up a number are in no piece; they
    count for the next one.
    """
    link, given_up, requested = Link.BESIDE, None, False
    for clause in clauses(text):
        goes_on = requested and _goes_on_requesting(clause)
        requested = goes_on or is_request(clause)
        clause = replace(clause, asked=is_question(clause) and not goes_on)
        if clause.asked or not is_about_now(clause):
            yield Piece(clause, mentions_in(clause.words, parts), link)
            link, given_up = Link.BESIDE, None
            continue
        wished = _plainly_let_go(without_request(in_the_present(clause.words)), parts)
        for words in _cut(wished, parts):
            announced, words = _announced(words)
            link = max(link, announced)
            denied, words = _turned_down(words, parts)
            for span in denied:
                named = names_in(span, parts)
                yield Piece(replace(clause, words=span), named[:1], link, denied=True)
            number, words = _given_up(words)
            if number is not None:
                link, given_up = max(link, Link.RESTATES), number
            if any((word,) not in _COURTESIES for word in words):
                said = replace(clause, words=words)
                yield Piece(said, mentions_in(words, parts), link, given_up=given_up)
                is_open = link is not Link.BESIDE and not _says_something(words, parts)
                link = Link.RESTATES if is_open or not _WRONG.isdisjoint(words) else Link.BESIDE
                given_up = None
                clause = replace(clause, first=False)


def _goes_on_requesting(clause: Clause) -> bool:
    """Whether a request goes on behind a value: can you change it to …, "and add 2 filters?"."""
    verb = next((word for word in clause.words if word not in _JOINING), "")
    return clause.after_cut and verb in BUYING | CHANGING


def _plainly_let_go(words: _Words, parts: Sequence[Part]) -> _Words:
    """The words with "remove" for each way to let a part go, and "only" for "nothing but"."""
    for name in reversed(names_in(words, parts)):
        for at in range(name.start):
            only = phrase_at(words, at, _ALL_BUT)
            is_around = (words[at], *words[name.end : name.end + 1]) in _LETTING_GO_AROUND
            length = len(only or phrase_at(words, at, _LETTING_GO)) or int(is_around)
            between = words[at + length : name.start]
            if length and at + length <= name.start and _is_filling(between):
                plain = "only" if only else "remove"
                part, behind = words[name.start : name.end], words[name.end + int(is_around) :]
                words = (*words[:at], plain, *between, *part, *behind)
                break
    return _plainly_fewer(words, parts)


def _plainly_fewer(words: _Words, parts: Sequence[Part]) -> _Words:
    """The words with "remove" for each way to take a number away: "take away 2", "take 2 away"."""
    starts = {name.start: name.end for name in names_in(words, parts)}
    for number in reversed(numbers_in(words)):
        end = starts.get(number.end, number.end)
        before, taken, behind = words[: number.start], words[number.start : end], words[end:]
        if before[-2:] in _TAKING_AWAY:
            return (*before[:-2], "remove", *taken, *behind)
        if (*before[-1:], *behind[:1]) in _TAKING_AWAY:
            return (*before[:-1], "remove", *taken, *behind[1:])
    return words


def _cut(words: _Words, parts: Sequence[Part]) -> Iterator[_Words]:
    """The words cut before a correction or the next wish, where both sides say something.

    What is called off on the first side need not be named.
    """
    start = 0
    for at in range(1, len(words)):
        begins = (
            _correction_at(words, at)
            or phrase_at(words, at, _NEXT_WISHES)
            or _is_another_number(words, at, parts)
        )
        if not begins:
            continue
        before, after = words[start:at], words[at:]
        ended = not _CALLING_OFF.isdisjoint(before) or _says_something(before, parts)
        if ended and _says_something(after, parts):
            yield before
            start = at
    yield words[start:]


def _is_another_number(words: _Words, at: int, parts: Sequence[Part]) -> bool:
    """Whether a number follows beside that of another part: 11 remotes "and 2 more"."""
    if words[at] not in ("and", "plus") or not _says_something(words, parts):
        return False
    if any(n.start < at < n.end for n in numbers_in(words)):
        return False
    counts_part = bool(names_in(words[at:], parts))
    return not names_in(words[:at], parts) if counts_part else bool(number_at(words, at + 1))


def _says_something(words: _Words, parts: Sequence[Part]) -> bool:
    return bool(numbers_in(words) or names_in(words, parts))


def _announced(words: _Words) -> tuple[Link, _Words]:
    """How the words announce that they follow what was said, and the words behind that."""
    link, behind, at = Link.BESIDE, 0, 0
    while at < len(words):
        correction = _correction_at(words, at)
        courtesy = phrase_at(words, at, _COURTESIES)
        if not correction and not courtesy:
            break
        at += len(correction or courtesy)
        if correction:
            behind = at
            link = max(link, Link.CORRECTS if correction in _CORRECTIONS else Link.RESTATES)
    words = words[behind:]
    if words[-1:] == ("instead",):
        return Link.CORRECTS, words[:-1]
    return link, words


def _correction_at(words: _Words, at: int) -> _Words:
    """The words at a place that announce a correction, or none."""
    found = phrase_at(words, at, _CORRECTIONS | _RESTATEMENTS)
    after = words[at + 1 : at + 2]
    if found == ("no",) and after:
        opens = number_at(words, at + 1) is not None or after[0] in _AFTER_OPENING_NO
        return found if opens else ()
    return () if found == ("instead",) and after == ("of",) else found


def _turned_down(words: _Words, parts: Sequence[Part]) -> tuple[tuple[_Words, ...], _Words]:
    """The words that turn a part down beside others ("no filters"), and the words without them."""
    for name, mention in zip(names_in(words, parts), mentions_in(words, parts), strict=True):
        start, end = _denial_around(words, name, mention, parts)
        if end > start:
            denied, rest = _turned_down(words[:start] + words[end:], parts)
            return (words[start:end], *denied), rest
    return (), words


def _denial_around(
    words: _Words, name: Mention, mention: Mention, parts: Sequence[Part]
) -> tuple[int, int]:
    """Where the words that turn a part down begin and end; an empty range where they do not."""
    if after := phrase_at(words, name.end, _DENIED_AFTER):
        return min(name.start, mention.start), name.end + len(after)
    for at in range(name.start):
        between = words[at + 1 : name.start]
        if words[at] in _EXCHANGES and _is_filling(between) and _goes_on(words, name, parts):
            return at, name.end + 1
        denial = phrase_at(words, at, _DENIALS)
        between = words[at + len(denial) : name.start]
        if denial and at + len(denial) <= name.start and _is_filling(between):
            counts = sum(word.isdigit() for word in between)
            is_correction = counts > (0 if denial[0] == "no" else 1)
            return (0, 0) if is_correction else (at, name.end)
    return 0, 0


def _goes_on(words: _Words, name: Mention, parts: Sequence[Part]) -> bool:
    """Whether another part follows that is to take the place of this one."""
    joins = set(words[name.end : name.end + 1]) <= _EXCHANGED_FOR
    after = [other for other in names_in(words, parts) if other.start > name.end]
    return bool(joins and after and _is_filling(words[name.end + 1 : after[0].start]))


def _is_filling(words: _Words) -> bool:
    return all(word in BETWEEN or word.isdigit() for word in words)


def _given_up(words: _Words) -> tuple[int | None, _Words]:
    """The number that is given up for another one, and the words without it."""
    for at in range(len(words)):
        denial = phrase_at(words, at, _GIVING_UP)
        change = phrase_at(words, at, _GIVING_UP_FOR)
        number = number_at(words, at + len(denial or change))
        if number is None:
            continue
        behind = phrase_at(words, number.end, _DENIED_AFTER)
        if denial or behind:
            return number.value, words[:at] + words[number.end + len(behind) :]
        if change and words[number.end : number.end + 1] == ("to",):
            return number.value, words[: number.start] + words[number.end :]
    return None, words
