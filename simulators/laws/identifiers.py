"""What names something in a text, and what stands in its place in another one."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

# A session with the ID 17 has nothing to do with 17 pieces, or with what took 17 ms.
SHORTEST_TELLING_NAME = 4
WORD = re.compile(r"\w[\w-]*")
CHUNK = re.compile(r"\S+")
# A word of chance, a date or a time of day may come again or change as it likes; so may the end of
# one in UTC, such as 250Z: in a long conversation two of them have the same thousandth of a second.
_OF_TIME = r"\d{4}-\d\d-\d\d(?:T\d+)?|\d{8}T\d{4}(?:\d\d)?Z?|\d{1,9}Z|\d{1,2}[a-zA-Z]{1,2}"
# What has letters and digits, or many digits, names something.
IDENTIFIER = re.compile(rf"(?=.*\d)(?=.*[^\W\d_]|.*\d{{5}})(?!(?:{_OF_TIME})$).+")
_DAY = r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_WITH_NAME = rf"\d\d? {_MONTH},? \d{{4}}|{_MONTH} \d\d?(?:,? \d{{4}})?"
_IN_DIGITS = r"\d{4}[-/]\d\d[-/]\d\d|\d\d?[-/.]\d\d?[-/.]\d{2,4}"
_DATE = rf"{_DAY}(?:{_IN_DIGITS}|{_WITH_NAME})"
_TIME = r"\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp][Mm]\b)?(?:Z|[+-]\d\d:?\d\d)?"
_DATE_FIRST = rf"{_DATE}(?:(?:T|,? (?:at )?){_TIME})?"
_TIME_FIRST = rf"{_TIME}(?:,? (?:on )?{_DATE})?"
MOMENT = re.compile(rf"(?<!\w)(?:{_DATE_FIRST}|{_TIME_FIRST})")
"""A date, a time of day, or both: at the turn of the hour all of it changes, and not only the
seconds that are other ones each time."""

# In Base64 it has signs that no word has, and in each play in other places.
IN_SIGNS = re.compile(r"[\w+/=-]+")
IDENTIFIER_IN_SIGNS = re.compile(r"(?=.*\d)(?=.*[^\W\d_])[\w+/=-]{8,}")


def paired(one: Mapping[str, object], other: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What stands in the same place of two tables of texts and is not the same, where one of the
    two looks like an identifier: of those that come of chance, not each one does."""
    for path, text in one.items():
        counterpart = other.get(path)
        if not isinstance(text, str) or not isinstance(counterpart, str) or text == counterpart:
            continue
        for chunk, other_chunk in chunks(text, counterpart):
            (words, gaps), (others, other_gaps) = taken_apart(chunk), taken_apart(other_chunk)
            if gaps != other_gaps:
                core, there = cores(chunk, other_chunk)
                are_whole = IN_SIGNS.fullmatch(core) and IN_SIGNS.fullmatch(there)
                if are_whole and any(map(IDENTIFIER_IN_SIGNS.fullmatch, (core, there))):
                    yield core, there
                continue
            for word, there in zip(words, others, strict=True):
                if word != there and any(map(IDENTIFIER.fullmatch, (word, there))):
                    yield word, there


def naming(names: Mapping[str, str]) -> Callable[[str], str]:
    """Gives a text with each identifier in it by the name that it has there; a name of a few signs
    may be another word, and stays."""
    names = {name: there for name, there in names.items() if _tells(name)}
    in_signs = [name for name in names if not WORD.fullmatch(name)]
    longest_first = map(re.escape, sorted(in_signs, key=lambda name: (-len(name), name)))
    whole = "".join(rf"(?<!\w){name}(?!\w)|" for name in longest_first)
    pattern = re.compile(whole + WORD.pattern)
    return lambda text: pattern.sub(lambda found: names.get(found[0], found[0]), text)


def _tells(name: str) -> bool:
    return len(name) >= SHORTEST_TELLING_NAME or IDENTIFIER.fullmatch(name) is not None


@lru_cache(maxsize=1_024)
def taken_apart(text: str) -> tuple[Sequence[str], Sequence[str]]:
    """The words of a text, and what stands between them."""
    return WORD.findall(text), WORD.split(text)


def chunks(one: str, other: str) -> Sequence[tuple[str, str]]:
    """What stands between the spaces of two texts, side by side; nothing where one has more."""
    here, there = CHUNK.findall(one), CHUNK.findall(other)
    is_alike = CHUNK.split(one) == CHUNK.split(other)
    return list(zip(here, there, strict=True)) if is_alike else []


def cores(one: str, other: str) -> tuple[str, str]:
    """What is left of two texts without the same signs around them that no identifier has."""
    while one[:1] == other[:1] != "" and not IN_SIGNS.match(one):
        one, other = one[1:], other[1:]
    while one[-1:] == other[-1:] != "" and not IN_SIGNS.match(one[-1]):
        one, other = one[:-1], other[:-1]
    return one, other
