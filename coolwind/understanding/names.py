"""Names of people and of places, told from the other words that customers write."""

import re
import unicodedata
from collections.abc import Sequence

from coolwind.understanding.companies import is_kind_of_company
from coolwind.understanding.everyday_words import (
    EVERYDAY,
    NO_PLACE,
    NOT_IN_PLACES,
    NOT_PEOPLE,
    NOWHERE,
)
from coolwind.understanding.sentences import vocabulary

MAX_NAME = 60
"""Characters of a name that are believed to be one."""

MAX_PLACE = 120
"""Characters of a location that are believed to be one."""


def as_name(words: str) -> str | None:
    """The name at the beginning of some words, or None where no name stands there."""
    return _name_of(words, _ALSO_GIVEN_NAMES, alone=frozenset())


def as_introduced_name(words: str) -> str | None:
    """The name behind words that announce one ("my name is"): more words can belong to it."""
    return _name_of(words, _ALSO_NAMES, alone=_ALSO_GIVEN_NAMES)


def _name_of(words: str, also_names: frozenset[str], alone: frozenset[str]) -> str | None:
    """The name, of which words that are `also_names` are part where more of it follows.

    Those that can stand `alone` are also the whole of it, when they are written in lower case.
    None where it goes on as the name of a company.
    """
    taken: list[str] = []
    said = without_titles(words).replace(",", ", ").split()
    for at, word in enumerate(said):
        bare, rest = _without_owner(word), said[at + 1 :]
        if is_kind_of_company(bare):
            return None
        if taken and bare == _HOME_IS:
            break
        is_owner = bare != word.strip(_AROUND_NAMES)
        is_initial = _INITIALS.fullmatch(word.strip(",;")) is not None
        is_part = is_initial or (bare.istitle() and bare.lower() in also_names)
        is_known = (
            _is_name_word(bare)
            or (is_part and (bool(taken) or word != "I") and _may_follow(rest))
            or (bare in _ALSO_GIVEN_NAMES and _goes_on(word, rest, ends=bare in alone))
        )
        if not is_known or len(taken) == 6:
            break
        is_short = is_initial or len(bare) <= 2
        taken.append(bare + "." if word.endswith(".") and is_short else bare)
        if is_owner and _OWNED.issuperset(rest[:1] or ("",)):
            return None
        if is_owner or word.endswith((",", ";")) or (word.endswith(".") and not is_short):
            break
    name = " ".join(taken)
    name = name if taken and _INITIALS.fullmatch(taken[-1]) else name.rstrip(".")
    if not any(character.isalpha() for character in name) or len(name) > MAX_NAME:
        return None
    return name.title() if name.islower() else name


def as_place(words: str) -> str | None:
    """The place at the beginning of some words, or None where no place stands there."""
    pieces = []
    for piece in without_preposition(words).split(","):
        place = _PLACE_END.split(piece, maxsplit=1)[0].strip(" .\"'()-:")
        first = re.split(r"[\s-]", place.lower(), maxsplit=1)[0]
        if not re.search(r"[^\W\d_]{2}", place) or first in NO_PLACE:
            break
        pieces.append(place)
        if _PLACE_END.search(piece):
            break
    place = ", ".join(pieces)
    if NOWHERE.issuperset(_words_in(place)) or EVERYDAY.issuperset(_words_in(pieces[0])):
        return None
    if place.islower() and place.isascii():
        place = place.title()
    return place if place and len(place) <= MAX_PLACE else None


def without_titles(words: str) -> str:
    """The words without "Mr." and the like."""
    return _TITLE.sub("", words)


def without_courtesies(words: str) -> str:
    """The words without symbols and without those around an answer ("yes, it is … only")."""
    plain = "".join(c for c in words if unicodedata.category(c) not in ("So", "Sk"))
    return _AFTERTHOUGHT.sub("", _COURTESIES.sub("", plain.strip() + " ")).strip(" .:-\ufe0f")


def without_preposition(words: str) -> str:
    """The words of a place without the "in" or "from" before it."""
    return _WHERE.sub("", words)


def without_streets(text: str) -> str:
    """The text without the names of streets, which can be any word: "Service Road"."""
    return _STREET.sub(" ", text)


def without_pin_code(piece: str) -> str:
    """The words without a PIN code that is called so, or stands alone."""
    return _CALLED_PIN_CODE.sub(" ", piece).strip()


def whole_name(piece: str) -> str | None:
    """The name that all the words are, or None where more or less than a name stands there."""
    name = as_name(piece)
    if name is None or len(name) < 2 or len(name.split()) != len(piece.split()):
        return None
    return name


def whole_place(pieces: Sequence[str]) -> str | None:
    """The place that all the pieces are together, or None."""
    written = without_preposition(", ".join(pieces))
    if _PIN_CODE.fullmatch(written):
        return written
    house = _HOUSE.match(written)
    number, rest = ("", written) if house is None else (house.group(), written[house.end() :])
    words = re.findall(r"\w+", without_streets(rest).lower())
    if len(words) > 12 or not NOT_IN_PLACES.isdisjoint(words):
        return None
    place = as_place(rest)
    return None if place is None else number + place


def is_everyday(words: str) -> bool:
    """Whether no word can be a name: "yours truly", "you can call me"."""
    return not any(_is_name_word(_without_owner(word)) for word in words.split())


def _words_in(place: str) -> frozenset[str]:
    """The words of a place, in lower case."""
    return frozenset(re.findall(r"[^\W_]+", place.lower()))


def _without_owner(word: str) -> str:
    """A word without the signs around it and without the "'s" of an owner."""
    return word.strip(_AROUND_NAMES).removesuffix("'s")


def _may_follow(rest: Sequence[str]) -> bool:
    """Whether a name can end here or go on with the next word."""
    if not rest:
        return True
    bare = rest[0].strip(_AROUND_NAMES)
    if _INITIALS.fullmatch(rest[0].strip(",;")):
        return bare != "I" and _may_follow(rest[1:])
    return bare[:1].isupper() and _is_name_word(bare)


def _goes_on(word: str, rest: Sequence[str], ends: bool) -> bool:
    """Whether a name in lower case goes on with the next word, or ends here where it may."""
    if word.endswith((",", ".")) or not rest or rest[0].lower() in ("and", "my"):
        return ends
    return _is_name_word(rest[0].strip(_AROUND_NAMES))


_AROUND_NAMES = "\"'()[]{}*_:-.,"
_HOME_IS = "anu"
"""Is, in Malayalam, behind a name ("Hari anu"); by itself, and with a capital, it is a name."""

_OWNED = vocabulary(
    "brother sister son daughter wife husband father mother uncle aunt cousin friend driver "
    "colleague staff manager assistant neighbour shop office company house"
)
"""Behind the name of somebody whose own name is not told: "Hari's brother"."""

_DRAWN_OUT = re.compile(r"(\w)\1{2,}$")
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]\.?")
_ALSO_GIVEN_NAMES = vocabulary("will may bill")
_ALSO_NAMES = _ALSO_GIVEN_NAMES | vocabulary(
    "price good an do so see cash sunday friday best love van fair man"
)
_TITLE = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|er|shri|smt|fr|sr|adv|prof|m/s)\b\.?\s*", re.IGNORECASE
)
_COURTESIES = re.compile(
    r"^(?:\s*(?:hi|hello|hey|yes|yeah|ok|okay|sure|sir|madam|please|and|so|it\s+is|is|to|actually|"
    r"sorry|oops|no|its|i\s+mean|i\s+meant|(?:it\s+)?should\s+be|correct\s+(?:one\s+|name\s+)?is|"
    r"wait|hold\s+on|one\s+(?:sec|second|minute|moment)|"
    r"(?:(?:best|kind|warm|with)\s+)?regards|thanks(?=\s*$)|thank\s+you(?=\s*$)|this\s+is|that\s+is|"
    r"wrong|incorrect|of\s+course|instead|rather)\b[\s,]*)+",
    re.IGNORECASE,
)
_AFTERTHOUGHT = re.compile(
    r"(?:[\s,]+(?:aanu|(?-i:anu)|hai|now|only|instead|please|sir|madam|itself))+\W*$", re.IGNORECASE
)
_WHERE = re.compile(
    r"^\s*(?:(?:in|at|near|from)\s+|(?:(?:the|my)\s+)?(?:work|office|home)\s+(?=(?:in|at)\s))+",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b[^\W\d]+\s+(?:road|rd|street|lane|junction|nagar|colony|layout|cross|bypass)\b",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"(?:(?:h\.?\s?no|house|flat|door|ward|plot|villa|room|no)\b[\s.:]*)*\d[\d/-]*[a-z]?\b,?\s*",
    re.IGNORECASE,
)
_SIX_DIGITS = r"[1-9]\d{2}\s?\d{3}"
_PIN_CODE = re.compile(rf"(?:pin(?:\s*code)?[\s:-]*)?{_SIX_DIGITS}", re.IGNORECASE)
_CALLED_PIN_CODE = re.compile(
    rf"\bpin(?:\s*code)?\b[\s:-]*(?:{_SIX_DIGITS}\b)?|^\s*{_SIX_DIGITS}\s*$", re.IGNORECASE
)
_PLACE_END = re.compile(
    r"(?<!\bst)(?<!\b\w)\.|[;!?\n]|\s-\s|\b(?:and|my|mine|phone|mobile|number|name|email|mail|problem|issue|i|we|nobody|"
    r"(?:in|by|after)\s+(?:the\s+)?(?:evening|morning|afternoon|night|noon)|instead|"
    r"no\s+one|please|but|this|here|is|ac|not|now|today|tomorrow|itself|only|come|aanu|anu|hai)\b",
    re.IGNORECASE,
)


def _is_everyday(word: str) -> bool:
    """Whether a word is known, also with its last letter drawn out: "hiii", "hmmm"."""
    return not NOT_PEOPLE.isdisjoint((word, _DRAWN_OUT.sub(r"\1", word)))


def _is_name_word(word: str) -> bool:
    inner = {"L", "M"}
    long_parts = [part for part in word.split(".") if len(part) > 2]
    return (
        0 < len(word) <= 30
        and len(long_parts) <= 1
        and not _is_everyday(word.lower())
        and not (word.islower() and word.endswith("ing"))
        and all(
            character in "'.-\u200c\u200d" or unicodedata.category(character)[0] in inner
            for character in word
        )
    )
