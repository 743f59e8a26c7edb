"""Which parts of the catalogue a clause names, and how many pieces of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coolwind.catalogue import Part
from coolwind.understanding.quantities import Number, numbers_in
from coolwind.understanding.sentences import vocabulary

_KNOWN_BETWEEN = vocabulary(
    "of pieces piece pcs pc nos no numbers units unit qty quantity x each more extra additional "
    "spare new ac air conditioner conditioners split window universal original genuine good the "
    "your these those such other brand branded quality inverter voltas"
)
_NEVER_BETWEEN = vocabulary(
    "to for with in on at from by and or but is are was were who which that need needs want wants "
    "buy order my our his her their have has technician person mechanic not without if then me "
    "us you it this i we ac's"
)
_MAX_STRANGE = 2
_BETWEEN_AFTER = vocabulary(
    "x quantity qty nos no numbers pieces pcs units of is are to about around total only "
    "just count from instead not"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A part that is named, and its quantity where one is said with it.

    `start` and `end` bound the words that say so.
    """

    part: Part
    quantity: int | None
    start: int
    end: int
    plural: bool


def mentions_in(words: tuple[str, ...], parts: Sequence[Part]) -> tuple[Mention, ...]:
    """The parts that a clause names, in order; a quantity belongs to one part only.

    With "each", the only number of the clause belongs to every part.
    """
    numbers = list(numbers_in(words))
    named = _named(words, parts)
    if "each" in words and len(numbers) == 1:
        return tuple(replace(mention, quantity=numbers[0].value) for mention in named)
    found = []
    for mention in named:
        number = next((n for n in reversed(numbers) if _counts_before(n, mention, words)), None)
        number = number or next((n for n in numbers if _counts_after(n, mention, words)), None)
        if number is not None:
            numbers.remove(number)
            mention = replace(
                mention,
                quantity=number.value,
                start=min(number.start, mention.start),
                end=max(number.end, mention.end),
            )
        found.append(mention)
    return tuple(found)


def _named(words: tuple[str, ...], parts: Sequence[Part]) -> list[Mention]:
    names = sorted(
        ((tuple(name.split()), part) for part in parts for name in part.words),
        key=lambda pair: -len(pair[0]),
    )
    found = []
    at = 0
    while at < len(words):
        for name, part in names:
            said = words[at : at + len(name)]
            if len(said) == len(name) and all(map(_is_form_of, said, name)):
                found.append(Mention(part, None, at, at + len(name), plural=said != name))
                at += len(name) - 1
                break
        at += 1
    return found


def _is_form_of(word: str, singular: str) -> bool:
    plurals = {singular, singular + "s", singular + "es"}
    if singular.endswith("y"):
        plurals.add(singular[:-1] + "ies")
    return word in plurals


def _counts_before(number: Number, mention: Mention, words: tuple[str, ...]) -> bool:
    between = words[number.end : mention.start]
    strange = [word for word in between if word not in _KNOWN_BETWEEN]
    return (
        number.end <= mention.start
        and len(strange) <= _MAX_STRANGE
        and not any(word in _NEVER_BETWEEN or _is_plural(word) for word in strange)
    )


def _counts_after(number: Number, mention: Mention, words: tuple[str, ...]) -> bool:
    between = words[mention.end : number.start]
    return number.start >= mention.end and all(
        word in _BETWEEN_AFTER or word.isdigit() for word in between
    )


def _is_plural(word: str) -> bool:
    """Whether it looks like other things that are counted ("2 technicians remote")."""
    return (word.endswith("s") and not word.endswith("ss")) or word.isdigit()
