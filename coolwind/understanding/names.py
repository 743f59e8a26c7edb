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
    return _name_of(words, _ALSO_GIVEN_NAMES, alone=frozenset())


def as_introduced_name(words: str) -> str | None:
    """The name behind words that announce one ("my name is"): more words can belong to it."""
    return _name_of(words, _ALSO_NAMES, alone=_ALSO_GIVEN_NAMES)


def _name_of(words: str, also_names: frozenset[str], alone: frozenset[str]) -> str | None:
    """The name, of which words that are `also_names` are part where more of it follows.

    Those that can stand `alone` are also the whole of it, when they are written in lower case.
    """
    taken: list[str] = []
    said = without_titles(words).split()
    for at, word in enumerate(said):
        bare, rest = word.strip(_AROUND_NAMES), said[at + 1 :]
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


def without_courtesies(words: str) -> str:
    """The words without symbols and without those around an answer ("yes, it is … only")."""
    plain = "".join(c for c in words if unicodedata.category(c) not in ("So", "Sk"))
    return _AFTERTHOUGHT.sub("", _COURTESIES.sub("", plain.strip() + " ")).strip(" .:-\ufe0f")


def without_streets(text: str) -> str:
    """The text without the names of streets, which can be any word: "Service Road"."""
    return _STREET.sub(" ", text)


def whole_name(piece: str) -> str | None:
    """The name that all the words are, or None where more or less than a name stands there."""
    name = as_name(piece)
    if name is None or len(name) < 2 or len(name.split()) != len(piece.split()):
        return None
    return name


def whole_place(pieces: Sequence[str]) -> str | None:
    """The place that all the pieces are together, or None."""
    written = ", ".join(pieces)
    if _PIN_CODE.fullmatch(written):
        return written
    house = _HOUSE.match(written)
    number, rest = ("", written) if house is None else (house.group(), written[house.end() :])
    words = re.findall(r"\w+", without_streets(rest).lower())
    if len(words) > 12 or not (_NOT_IN_NAMES - _IN_PLACES).isdisjoint(words):
        return None
    place = as_place(rest)
    return None if place is None else number + place


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
_INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]\.?")
_ALSO_GIVEN_NAMES = vocabulary("will may bill")
_ALSO_NAMES = _ALSO_GIVEN_NAMES | vocabulary("price good an do so see cash sunday friday")
_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|dr|shri|smt|fr|sr|adv|prof|m/s)\b\.?\s*", re.IGNORECASE)
_COURTESIES = re.compile(
    r"^(?:\s*(?:hi|hello|hey|yes|yeah|ok|okay|sure|sir|madam|please|and|so|it\s+is|is|to|actually|"
    r"sorry|oops|no|its|i\s+mean|i\s+meant|(?:it\s+)?should\s+be|correct\s+(?:one\s+|name\s+)?is|"
    r"wait|hold\s+on|one\s+(?:sec|second|minute|moment)|"
    r"(?:(?:best|kind|warm)\s+)?regards|thanks(?=\s*$)|thank\s+you(?=\s*$)|this\s+is|that\s+is|"
    r"wrong|incorrect|of\s+course|in|at|near|from)\b[\s,]*)+",
    re.IGNORECASE,
)
_AFTERTHOUGHT = re.compile(
    r"(?:[\s,]+(?:aanu|anu|hai|now|only|please|sir|madam|itself))+\W*$", re.IGNORECASE
)
_STREET = re.compile(
    r"\b[^\W\d]+\s+(?:road|rd|street|lane|junction|nagar|colony|layout|cross|bypass)\b",
    re.IGNORECASE,
)
_HOUSE = re.compile(
    r"(?:(?:h\.?\s?no|house|flat|door|no)\b[\s.:]*)*\d[\d/-]*[a-z]?\b,?\s*", re.IGNORECASE
)
_PIN_CODE = re.compile(r"(?:pin(?:\s*code)?[\s:-]*)?[1-9]\d{2}\s?\d{3}", re.IGNORECASE)
_PLACE_END = re.compile(
    r"(?<!\bst)\.|[;!?\n]|\s-\s|\b(?:and|my|mine|phone|mobile|number|name|email|mail|problem|issue|i|we|nobody|"
    r"no\s+one|please|but|this|here|is|ac|not|now|today|itself|only|come|aanu|anu|hai)\b",
    re.IGNORECASE,
)
_NO_PLACE = vocabulary(
    "last yesterday today tomorrow morning evening night afternoon monday tuesday wednesday "
    "thursday friday saturday sunday your you me us him her them now then long past a an it "
    "this that there which where what home least all any some half two three four few several "
    "same first beginning tonight not yes no ok okay sure hello hi thanks time days hours need "
    "want changing change how when why who case fact general order stock wrong incorrect come send "
    "fast quick quickly"
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
    "nope nah illa ph mob tel dob pin age house flat door "
    "lol bye goodbye hai aanu anu aur mera ente venda nahi chahiye wife brother son father mother "
    "friend driver sister husband come send share inform provide message text question answer "
    "mailto use using used person "
    "idea information info same above below enough much many fast quick quickly"
)
_IN_PLACES = vocabulary(
    "near in at of the new old to by and into shop company address location place second one two "
    "three four five store open water house flat door"
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
