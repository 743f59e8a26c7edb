"""Which parts of the catalogue a clause names, and how many pieces of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from coolwind.catalogue import Part
from coolwind.understanding.quantities import DESCRIBING, MEASURES, Number, number_at, numbers_in
from coolwind.understanding.sentences import contains_any, phrases, vocabulary
from coolwind.understanding.spelling import is_form_of

BETWEEN = vocabulary(
    "of pieces piece pcs pc nos no numbers units unit qty quantity x each more extra additional "
    "spare new ac air conditioner conditioners split window universal original genuine good the "
    "your these those such other brand branded quality inverter voltas lg samsung daikin any some"
)
"""Words that stand between a number and its part."""

EACH = vocabulary("each apiece both")
"""Words with which a number counts for every part."""

_NEVER_BETWEEN = vocabulary(
    "to for with in on at from by and or but is are was were who which that need needs want wants "
    "buy order my our his her their have has technician person mechanic not without if then me "
    "us you it this i we ac's"
)
_MAX_STRANGE = 2
_BETWEEN_AFTER = vocabulary(
    "x quantity qty nos no numbers pieces pcs units of is are to by about around total only "
    "just count from instead not should be minimum at least needed required"
)
_COUNTED = vocabulary("nos no pcs pc pieces piece units unit numbers")
"""Words right behind a number with which it counts pieces, and nothing else."""

_FOR_EACH = phrases("each for")
_OR = vocabulary("or to plus")


@dataclass(frozen=True, slots=True)
class Mention:
    """A part that is named, and its quantity where one is said with it.

    `start` and `end` bound the words that say so. `unclear` says that the words leave open which
    quantity is meant ("11 remotes or 12").
    """

    part: Part
    quantity: int | None
    start: int
    end: int
    plural: bool
    unclear: bool = False


def mentions_in(words: tuple[str, ...], parts: Sequence[Part]) -> tuple[Mention, ...]:
    """The parts that a clause names, in order; a quantity belongs to one part only.

    With "each", the only number of the clause belongs to every part.
    """
    named = [_described(mention, words) for mention in names_in(words, parts)]
    if not named:
        return ()
    starts = {mention.start for mention in named}
    numbers = [n for n in numbers_in(words) if n.end in starts or not _is_beside_each(n, words)]
    if len(numbers) == 1 and not EACH.isdisjoint(words):
        if len(named) == 1 and contains_any(words[named[0].end :], _FOR_EACH):
            return (replace(named[0], unclear=True),)
        return tuple(replace(mention, quantity=numbers[0].value) for mention in named)
    found = []
    for mention, following in zip(named, (*named[1:], None), strict=True):
        number = next((n for n in reversed(numbers) if _counts_before(n, mention, words)), None)
        number = number or next((n for n in numbers if _counts_after(n, mention, words)), None)
        if number is not None:
            numbers.remove(number)
            others = _others_for(mention, number, following, numbers, words)
            numbers = [n for n in numbers if n not in others]
            mention = _with_count(mention, number, others, words)
        found.append(mention)
    if len(found) == 1 and numbers and not EACH.isdisjoint(words):
        # "10 remotes each for 2 shops"
        return (replace(found[0], quantity=None, unclear=True),)
    return tuple(_with_alternative(mention, numbers, words) for mention in found)


def _described(mention: Mention, words: tuple[str, ...]) -> Mention:
    """The part with the words before it that say which one it is: "2 pin capacitor"."""
    at = mention.start - 1
    if at < 1 or words[at] not in DESCRIBING or number_at(words, at - 1) is None:
        return mention
    return replace(mention, start=at - 1)


def _is_beside_each(number: Number, words: tuple[str, ...]) -> bool:
    """Whether it counts what comes with each piece: remotes with "2 batteries each"."""
    counted, each = words[number.end : number.end + 1], words[number.end + 1 : number.end + 2]
    return bool(each) and EACH.issuperset(each) and not (BETWEEN | MEASURES).issuperset(counted)


def _others_for(
    mention: Mention,
    number: Number,
    following: Mention | None,
    numbers: Sequence[Number],
    words: tuple[str, ...],
) -> tuple[Number, ...]:
    """The other numbers that can count a part, where the first one can belong to a word that says
    which part it is: "2 pin capacitor 6 nos".
    """
    if not _strange_between(number, mention, words):
        return ()
    return tuple(
        other
        for other in numbers
        if (other.end <= number.start and BETWEEN.issuperset(words[other.end : number.start]))
        or (
            _counts_after(other, mention, words)
            and not _is_of_next(other, following, numbers, words)
        )
    )


def _is_of_next(
    number: Number,
    following: Mention | None,
    numbers: Sequence[Number],
    words: tuple[str, ...],
) -> bool:
    """Whether a number counts the part that follows it, and no number behind that one does."""
    if following is None or not _counts_before(number, following, words):
        return False
    return not any(_counts_after(other, following, words) for other in numbers)


def _with_count(
    mention: Mention, number: Number, others: Sequence[Number], words: tuple[str, ...]
) -> Mention:
    """The part with the number that counts it, where others can, too; the one that says "pieces"
    does. Else it is unclear.
    """
    if not others:
        return _with_number(mention, number)
    counting = [other for other in others if _COUNTED.issuperset(words[other.end :][:1] or ("",))]
    described = replace(mention, start=min(number.start, mention.start))
    return _with_number(
        described, counting[0] if len(counting) == 1 else replace(others[-1], value=None)
    )


def _with_number(mention: Mention, number: Number) -> Mention:
    return replace(
        mention,
        quantity=number.value,
        start=min(number.start, mention.start),
        end=max(number.end, mention.end),
        unclear=number.value is None,
    )


def _with_alternative(mention: Mention, left: Sequence[Number], words: tuple[str, ...]) -> Mention:
    """The mention with a number that nothing else counts and that an "or" sets beside its own."""
    other = next((n for n in left if n.start == mention.end + 1), None)
    if mention.quantity is None or other is None or words[mention.end] not in _OR:
        return mention
    is_new = words[mention.end] == "to" and "change" in words[: mention.start]
    return replace(
        mention,
        quantity=other.value if is_new else None,
        end=other.end,
        unclear=not is_new,
    )


def names_in(words: tuple[str, ...], parts: Sequence[Part]) -> tuple[Mention, ...]:
    """The parts that a clause names, in order, without quantities."""
    names = _names_by_initial(tuple(parts))
    found = []
    at = 0
    while at < len(words):
        for name, part in names.get(words[at][:1], ()):
            said = words[at : at + len(name)]
            if len(said) == len(name) and all(map(is_form_of, said, name)):
                found.append(Mention(part, None, at, at + len(name), plural=said != name))
                at += len(name) - 1
                break
        at += 1
    return tuple(found)


@cache
def _names_by_initial(
    parts: tuple[Part, ...],
) -> Mapping[str, Sequence[tuple[tuple[str, ...], Part]]]:
    """The names of the parts, also in one word ("fanmotor"), by the letter with which they begin,
    longer ones first.
    """
    spelled = [(name, part) for part in parts for name in part.words]
    names = [(tuple(name.split()), part) for name, part in spelled]
    names += [((name.replace(" ", ""),), part) for name, part in spelled if " " in name]
    names.sort(key=lambda pair: -len(pair[0]))
    by_initial: dict[str, list[tuple[tuple[str, ...], Part]]] = {}
    for name, part in names:
        by_initial.setdefault(name[0][:1], []).append((name, part))
    return by_initial


def _counts_before(number: Number, mention: Mention, words: tuple[str, ...]) -> bool:
    strange = _strange_between(number, mention, words)
    return (
        number.end <= mention.start
        and len(strange) <= _MAX_STRANGE
        and not any(word in _NEVER_BETWEEN or _is_plural(word) for word in strange)
    )


def _strange_between(number: Number, mention: Mention, words: tuple[str, ...]) -> Sequence[str]:
    """The words between a number and the part behind it that can be of another thing."""
    between = _without_measures(words[number.end : mention.start])
    return [word for word in between if word not in BETWEEN]


def _without_measures(words: tuple[str, ...]) -> Iterator[str]:
    """The words without those that measure the part: 10 pieces "of 45 mfd" capacitor."""
    for word, following in zip(words, (*words, "")[1:], strict=True):
        if word not in MEASURES and not (following in MEASURES and _is_number(word)):
            yield word


def _is_number(word: str) -> bool:
    return word.replace(".", "").isdigit()


def _counts_after(number: Number, mention: Mention, words: tuple[str, ...]) -> bool:
    between = words[mention.end : number.start]
    return number.start >= mention.end and all(
        word in _BETWEEN_AFTER | MEASURES or word.isdigit() for word in between
    )


def _is_plural(word: str) -> bool:
    """Whether it looks like other things that are counted ("2 technicians remote")."""
    return (word.endswith("s") and not word.endswith("ss")) or word.isdigit()
