"""Names of people and of places, told from the other words that customers write."""

import re
import unicodedata
from collections.abc import Sequence

from coolwind.understanding.sentences import vocabulary

MAX_NAME = 60
"""Characters of a name that are believed to be one."""

MAX_PLACE = 120
"""Characters of a location that are believed to be one."""


def as_name(words: str) -> str | None:
    """The name at the beginning of some words, or None where no name stands there."""
    return _name_of(words, _ALSO_GIVEN_NAMES)


def as_introduced_name(words: str) -> str | None:
    """The name behind words that announce one ("my name is"): more words can belong to it."""
    return _name_of(words, _ALSO_NAMES)


def _name_of(words: str, also_names: frozenset[str]) -> str | None:
    taken: list[str] = []
    said = without_titles(words).split()
    for at, word in enumerate(said):
        bare = word.strip(_AROUND_NAMES)
        is_initial = _INITIALS.fullmatch(word.strip(",;")) is not None
        is_known = _is_name_word(bare) or (
            (is_initial or (bare.istitle() and bare.lower() in also_names))
            and (bool(taken) or word != "I")
            and _may_follow(said[at + 1 :])
        )
        if not is_known or len(taken) == 6:
            break
        is_short = is_initial or len(bare) <= 2
        taken.append(bare + "." if word.endswith(".") and is_short else bare)
        if word.endswith((",", ";")) or (word.endswith(".") and not is_short):
            break
    name = " ".join(taken)
    if not any(character.isalpha() for character in name) or len(name) > MAX_NAME:
        return None
    return name.title() if name.islower() else name


def as_place(words: str) -> str | None:
    """The place at the beginning of some words, or None where no place stands there."""
    pieces = []
    for piece in words.split(","):
        place = _PLACE_END.split(piece, maxsplit=1)[0].strip(" .\"'()-:")
        first = re.split(r"[\s-]", place.lower(), maxsplit=1)[0]
        if not re.search(r"[^\W\d_]{2}", place) or first in _NO_PLACE:
            break
        pieces.append(place)
        if _PLACE_END.search(piece):
            break
    place = ", ".join(pieces)
    if place.islower() and place.isascii():
        place = place.title()
    return place if place and len(place) <= MAX_PLACE else None


def without_titles(words: str) -> str:
    """The words without "Mr." and the like."""
    return _TITLE.sub("", words)


def whole_name(piece: str) -> str | None:
    """The name that all the words are, or None where more or less than a name stands there."""
    name = as_name(piece)
    return name if name is not None and len(name.split()) == len(piece.split()) else None


def whole_place(pieces: Sequence[str]) -> str | None:
    """The place that all the pieces are together, or None."""
    words = [word.lower() for piece in pieces for word in re.findall(r"\w+", piece)]
    strange = _NOT_IN_NAMES - _IN_PLACES
    return None if len(words) > 12 or not strange.isdisjoint(words) else as_place(", ".join(pieces))


def _may_follow(rest: Sequence[str]) -> bool:
    """Whether a name can end here or go on with the next word."""
    if not rest:
        return True
    bare = rest[0].strip(_AROUND_NAMES)
    if _INITIALS.fullmatch(rest[0].strip(",;")):
        return bare != "I" and _may_follow(rest[1:])
    return bare[:1].isupper() and _is_name_word(bare)


_AROUND_NAMES = "\"'()[]{}*_:-.,"
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]\.?")
_ALSO_GIVEN_NAMES = vocabulary("will may")
_ALSO_NAMES = _ALSO_GIVEN_NAMES | vocabulary("bill price good an do so see cash sunday friday")
_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|dr|shri|smt)\b\.?\s*", re.IGNORECASE)
_PLACE_END = re.compile(
    r"[.;!?\n]|\s-\s|\b(?:and|my|mine|phone|mobile|number|name|email|mail|problem|issue|i|we|nobody|"
    r"no\s+one|please|but|this|here|is|ac)\b",
    re.IGNORECASE,
)
_NO_PLACE = vocabulary(
    "last yesterday today tomorrow morning evening night afternoon monday tuesday wednesday "
    "thursday friday saturday sunday your you me us him her them now then long past a an it "
    "this that there which where what home least all any some half two three four few several "
    "same first beginning tonight not yes no ok okay sure hello hi thanks time days hours need "
    "want changing change how when why who case fact general order stock"
)
_NOT_IN_NAMES = vocabulary(
    # Words that end a name, or show that none begins here.
    "a an the and or but so if is are was were am be been has have had do does did will would can "
    "could shall should may might must not no nor never yes yeah yep ok okay sure i you he she it "
    "we they me my mine your yours our his her their us them this that these those here there who "
    "what when where which why how from in on at to of for with about by near into as than then "
    "too very just only also still already really please thanks thank hi hello hey dear sir madam "
    "good morning afternoon evening night great nice fine right wrong correct actually sorry "
    "name phone mobile number contact email mail id address location place whatsapp cell call "
    "called calling callback speaking side back later tomorrow today yesterday now soon urgent "
    "urgently asap again after before once immediately directly yet maybe perhaps wait stop "
    "cancel confirm confirmed order orders buy bulk place quantity pieces piece pcs nos units more "
    "less price prices cost rate discount offer warranty guarantee delivery shipping courier hours "
    "timing timings open opening close closing payment pay upi gpay cash card gst bill invoice "
    "installation install service repair technician technicians mechanic ac acs stock available "
    "availability details detail list catalogue catalog refund return exchange help human agent "
    "manager support owner customer shop store company part parts spare looking interested waiting "
    "ready going trying facing having happy confused planning thinking asking located living "
    "staying based new unable tired free busy all done sick angry upset ill afraid late lost "
    "serious new old one two three four five six seven eight nine ten dozen none nothing nobody "
    "noone anyone someone anybody somebody everyone everything something anything change update "
    "edit give tell send show let need want like know think mean get got make take see add remove "
    "skip pass next previous minute moment second problem issue cooling working cool water gas "
    "noise leak broken pickup location collect deliver delivered weekend sunday monday tuesday "
    "wednesday thursday friday saturday because since while until test whatever anyway hmm haha "
    "regards regard sincerely faithfully cheers spelled spelt written pronounced "
    "lol bye goodbye question answer information info same above below enough much many"
)
_IN_PLACES = vocabulary(
    "near in at of the new old to by and into shop company address location place second one two "
    "three four five store open water"
)


def _is_name_word(word: str) -> bool:
    inner = {"L", "M"}
    long_parts = [part for part in word.split(".") if len(part) > 2]
    return (
        0 < len(word) <= 30
        and len(long_parts) <= 1
        and word.lower() not in _NOT_IN_NAMES
        and not (word.islower() and word.endswith("ing"))
        and all(
            character in "'.-\u200c\u200d" or unicodedata.category(character)[0] in inner
            for character in word
        )
    )
