"""Numbers of pieces in a clause: digits and words, and which numbers count something else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coolwind.understanding.sentences import contains_any, phrase_at, phrases, vocabulary

_UNITS = {
    word: value
    for value, word in enumerate(
        (
            *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
            *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
            *("seventeen", "eighteen", "nineteen"),
        )
    )
}
_TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_SMALL = _UNITS | _TENS
_SCALES = {"hundred": 100, "thousand": 1000, "lakh": 100_000}
_SHORT_SCALE = re.compile(r"k|e\d+")
"""Behind a number ("10k", "1e3"): a thousand, or a slip of the finger."""

_GROUPS = {"dozen": 12, "dozens": 12, "couple": 2, "pair": 2, "pairs": 2}

MEASURES = vocabulary(
    "ton tons tonne tonnes star stars mfd uf volt volts v watt watts w kw kg hp inch inches mm cm "
    "m meter meters metre metres feet year years yr yrs month months week weeks day days hour "
    "hours hr hrs minute minutes min mins am pm rupees rupee rs inr percent km times time bhk amp "
    "amps star-rated degree degrees"
)
"""Words that say what a number counts, where it counts no pieces."""

DESCRIBING = vocabulary("pin pole phase bit speed core way blade terminal")
"""Words with which a number says which part one is: a "2 pin" capacitor."""

_NEVER_AFTER = vocabulary(
    "rs inr rupees not than from model version sector after before since at on till until"
)
_RAISING_OR_LOWERING = vocabulary("increase raise reduce decrease lower")
_ONE_NEVER_AFTER = vocabulary(
    "this that which the any some every each no correct right wrong new old other last first same"
)
_ONE_NEVER_BEFORE = vocabulary("is was of by")
_MAX_DIGITS = 9
_CHANGES = phrases("from, change, make, increase, reduce, update, correct, raise, lower, decrease")
_OF_SOME = phrases("of them, of which, out of")
_AFTER_OF_THEM = vocabulary("please only now then also too for thanks sir")
_IN_ONE = (("in", "1"), ("in", "one"))
"""Behind the first number of a part that does several things: a "2 in 1 remote"."""

_LEAVES_OPEN = ((), ("or",), ("to",), ("plus",))


@dataclass(frozen=True, slots=True)
class Number:
    """A number that can be a count of pieces, and the words `start` to `end` that say it.

    `value` is None where they leave it open: "10 or 12", "10k".
    """

    value: int | None
    start: int
    end: int


def numbers_in(words: tuple[str, ...]) -> tuple[Number, ...]:
    """The numbers in a clause's words that can count pieces.

    Left out are measures ("5 star", "35 mfd"), prices, ordinals, fractions, what only describes a
    part ("2 pin"), and what is denied or given up ("not 11", "from 11", "instead of 11").
    """
    said = [n for n in _said(words) if not DESCRIBING.issuperset(words[n.end :][:1] or ("",))]
    return tuple(n for n in _settled(words, said) if _counts_pieces(words, n))


def _said(words: tuple[str, ...]) -> list[Number]:
    found: list[Number] = []
    at = 0
    while at < len(words):
        number = number_at(words, at)
        if number is None:
            at += 1
            continue
        at = number.end
        if found and (found[-1].value, found[-1].end) == (number.value, number.start):
            # "twenty (20)" is one number, said twice.
            number = replace(number, start=found.pop().start)
        found.append(number)
    return found


def _settled(words: tuple[str, ...], said: Sequence[Number]) -> Iterator[Number]:
    """The numbers, with those as one that belong together: "10 or 12", "from 10 to 12"."""
    changes = contains_any(words, _CHANGES)
    pending: Number | None = None
    for number in _without_spelled_out(said):
        between = None if pending is None else words[pending.end : number.start]
        if pending is not None and between == ("to",) and changes:
            pending = number
        elif pending is not None and (
            between in _LEAVES_OPEN
            or (between == ("and",) and words[: pending.start][-1:] == ("between",))
        ):
            pending = Number(None, pending.start, number.end)
        else:
            if pending is not None:
                yield pending
            pending = number
    if pending is not None:
        yield pending


def _without_spelled_out(said: Sequence[Number]) -> Iterator[Number]:
    """The numbers without digits that are said one by one: "nine eight seven six"."""
    for at, number in enumerate(said):
        beside = [other for other in said[max(0, at - 2) : at + 3] if other is not number]
        touching = [n for n in beside if number.start in (n.end,) or number.end in (n.start,)]
        if len(touching) < 2:
            yield number


def number_at(words: tuple[str, ...], at: int) -> Number | None:
    """The number whose words begin at a place, whatever it counts, or None."""
    number = _plain_number_at(words, at)
    if number is None or number.value is None:
        return number
    behind = words[number.end :]
    for half in (("and", "a", "half"), ("and", "half")):
        end = number.end + len(half)
        if behind[: len(half)] != half:
            continue
        if words[end : end + 1] == ("dozen",):
            return Number(12 * number.value + 6, at, end + 1)
        if words[number.end - 1] == "dozen":
            return Number(number.value + 6, at, end)
    return number


def _plain_number_at(words: tuple[str, ...], at: int) -> Number | None:
    word = words[at] if at < len(words) else ""
    if word == "half" and words[at + 1 : at + 3] == ("a", "dozen"):
        return Number(6, at, at + 3)
    if word == "half" and words[at + 1 : at + 2] == ("dozen",):
        return Number(6, at, at + 2)
    if word in ("a", "an", "one") and at + 1 < len(words) and words[at + 1] in _SCALES | _GROUPS:
        return _scaled(words, at + 1, 1, at)
    if word in ("dozen", "hundred", "couple", "pair"):
        return _scaled(words, at, 1, at)
    if word.replace(".", "").isdigit() and _SHORT_SCALE.fullmatch(" ".join(words[at + 1 : at + 2])):
        return Number(None, at, at + 2)
    if word.removeprefix("-").isdigit() and len(word) <= _MAX_DIGITS:
        return _scaled(words, at + 1, int(word), at)
    if word in _SMALL:
        value, end = _small(words, at)
        return _scaled(words, end, value, at)
    return None


def _small(words: tuple[str, ...], at: int) -> tuple[int, int]:
    """A number below a hundred that begins at `at`, and where it ends."""
    value = _SMALL[words[at]]
    if words[at] in _TENS and at + 1 < len(words) and 1 <= _UNITS.get(words[at + 1], 0) <= 9:
        return value + _UNITS[words[at + 1]], at + 2
    return value, at + 1


def _scaled(words: tuple[str, ...], at: int, value: int, start: int) -> Number:
    """The number `value` with the scales that follow from `at` on ("hundred and five")."""
    total = 0
    while at < len(words):
        word = words[at]
        if word in _SCALES:
            total, value, at = total + max(value, 1) * _SCALES[word], 0, at + 1
        elif word in _GROUPS and value:
            return Number(total + value * _GROUPS[word], start, at + 1)
        elif total and word == "and" and at + 1 < len(words) and words[at + 1] in _SMALL:
            at += 1
        elif total and not value and word in _SMALL:
            value, at = _small(words, at)
        else:
            break
    return Number(total + value, start, at)


def _counts_pieces(words: tuple[str, ...], number: Number) -> bool:
    before = words[max(0, number.start - 2) : number.start]
    after = words[number.end] if number.end < len(words) else ""
    if after in MEASURES or before in (("instead", "of"), ("rather", "than")):
        return False
    if words[number.end :][:2] in _IN_ONE or (before[-1:] == ("in",) and before[0].isdigit()):
        return False
    of_some = phrase_at(words, number.end, _OF_SOME)
    if of_some and not _AFTER_OF_THEM.issuperset(words[number.end + len(of_some) :][:1]):
        return False
    says_one = words[number.start : number.end] == ("one",)
    if says_one and after in _ONE_NEVER_BEFORE:
        return False
    if before[-1:] == ("by",) and _RAISING_OR_LOWERING.isdisjoint(words):
        return False
    blocked = _NEVER_AFTER | _ONE_NEVER_AFTER if says_one else _NEVER_AFTER
    return not before or before[-1] not in blocked
