"""Name, phone, email and location out of what customers write, in any order and wording."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

from coolwind.sentences import clauses, contains_any, phrases, tidy, vocabulary, written_out
from coolwind.wishes import is_meant

MAX_NAME = 60
"""Characters of a name that are believed to be one."""

MAX_PLACE = 120
"""Characters of a location that are believed to be one."""

CUT = " ; "
"""Stands where a detail was taken out of a text: a customer's words never join across it."""


class Detail(StrEnum):
    """What is asked of a customer to reach them."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Details:
    """What one message tells of its writer; `phone` in E.164 form.

    `complaints` are sentences for the customer about a phone or an email that cannot be one.
    `rest` is the message without what was understood.
    """

    name: str | None
    phone: str | None
    email: str | None
    location: str | None
    complaints: tuple[str, ...]
    rest: str


def details_in(text: str, collected: Sequence[Detail], missing: Sequence[Detail] = ()) -> Details:
    """Every detail of the `collected` ones that a message tells.

    `missing` are those still to be had, the one that was asked for first. A bare answer ("Hari")
    counts for a detail only when everything that was asked for before it is answered.
    """
    rest = _ORDER_NUMBER.sub(CUT, tidy(text))
    email, email_complaint, rest = _email_in(rest, missing)
    phone, phone_complaint, rest = _phone_in(rest, missing)
    rest = written_out(rest)
    name, location = None, None
    if Detail.NAME in collected:
        weak = _WEAK_NAME_CUES if Detail.NAME in missing else _CAPITAL_NAME_CUES
        name, rest = _cued(rest, (*_NAME_CUES, *weak), as_name)
    if Detail.LOCATION in collected:
        location, rest = _cued(rest, _PLACE_CUES, as_place)
    bare, rest = _bare_answers(
        rest, missing, {Detail.NAME: name, Detail.PHONE: phone, Detail.EMAIL: email}
    )
    return Details(
        name=name or bare.get(Detail.NAME),
        phone=phone,
        email=email if Detail.EMAIL in collected else None,
        location=location or bare.get(Detail.LOCATION),
        complaints=tuple(c for c in (phone_complaint, email_complaint) if c is not None),
        rest=rest,
    )


def phone_in(text: str) -> str | None:
    """The Indian mobile number that a text is, in E.164 form, or None."""
    digits = re.sub(r"[\s().-]", "", text)
    if not re.fullmatch(r"\+?[0-9]{10,14}", digits):
        return None
    try:
        number = phonenumbers.parse(digits, "IN")
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    if number.country_code != 91 or not re.fullmatch(r"[6-9]\d{9}", national):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def details_to_change(text: str) -> tuple[Detail, ...]:
    """The details that a customer wants changed or calls wrong."""
    return tuple(
        detail
        for detail, labels in _LABELS.items()
        if any(
            is_meant(clause)
            and contains_any(clause.words, labels)
            and contains_any(clause.words, _CHANGES)
            for clause in clauses(text)
        )
    )


def as_name(words: str) -> str | None:
    """The name at the beginning of some words, or None where no name stands there."""
    taken: list[str] = []
    for word in words.split():
        bare = word.strip("\"'()[]{}*_:-.,")
        if not _is_name_word(bare) or len(taken) == 4:
            break
        taken.append(bare + "." if word.endswith(".") and len(bare) <= 2 else bare)
        if word.endswith((",", ";")) or (word.endswith(".") and len(bare) > 2):
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


_ORDER_NUMBER = re.compile(r"\b(?:CW|CB)-\d{8}-\d+\b", re.IGNORECASE)
_EMAIL = re.compile(
    r"(?<![\w@.+-])[a-z0-9._%+'-]+\s?@\s?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w@])",
    re.IGNORECASE | re.ASCII,
)
_EMAIL_ATTEMPT = re.compile(r"[^\s,;]*@[^\s,;]*")
_EMAIL_CUE = re.compile(
    r"\b(?:e-?mail|mail)(?:\s+(?:id|address))?\s*(?:is|:|=|-|to)+\s*([^\s,;]+)", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w@+])(?:\(?\+\s?)?\(?\d(?:[\s().-]{0,3}\d)+(?![\w@])")
_PHONE_CUE = re.compile(
    r"(?:phone|mobile|cell|number|contact|whatsapp|ph|mob|tel|call me (?:at|on))"
    r"(?:\s*(?:no|number|is|to|:|=|-|\.))*\s*$",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(r"\b(?:not|instead of|from|old|was|than)\s*$", re.IGNORECASE)
_LABEL = re.compile(
    r"\b(?:and\s+|also\s+|my\s+|the\s+|an?\s+)*(?:phone|mobile|contact|whatsapp|cell|e-?mail|mail"
    r"|name|location|ph|mob)(?:\s+(?:number|no|id|address))?\b(?:\s*(?:is|are|:|=|-))*",
    re.IGNORECASE,
)
_LABELS = {
    Detail.NAME: phrases("name"),
    Detail.PHONE: phrases("phone, mobile, phone number, my number, contact number, wrong number"),
    Detail.EMAIL: phrases("email, mail, email id, e mail"),
    Detail.LOCATION: phrases("location, address, place"),
}
_CHANGES = phrases(
    "change, correct, update, edit, wrong, incorrect, mistake, replace, modify, another, different"
)

_NAME_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bname\s+(?:is|was)\s+not\s+[^,;.]+?(?:,|\bbut\b)\s*(?:it\s+is|is)?\s*",
        r"\bname\s+from\s+[^,;.]+?\s+to\s+",
        r"\b(?:my|full|customer|contact|correct|the|new)?\s*\bnames?\s*"
        r"(?:(?:is|was|to|as|should\s+be|actually)\b\s*|[:=-]\s*)*",
        r"\bin\s+the\s+name\s+of\s+",
        r"(?:^|[.;,!\n]\s*)(?=[^.;,!\n]{1,60}\s+is\s+my\s+name\b)",
    )
)
_I_AM = r"\b(?:i\s+am|myself|call\s+me)\s+"
_CAPITAL_NAME_CUES = (
    re.compile(r"(?i:\b(?:i\s+am|myself|call\s+me|this\s+is)\s+)(?=[A-Z][a-z]|[A-Z]\.)"),
)
_WEAK_NAME_CUES = (
    *_CAPITAL_NAME_CUES,
    re.compile(_I_AM, re.IGNORECASE),
    re.compile(
        r"(?:^|[.;,!\n]\s*)(?:(?:hi|hello|hey)[\s,!]+)?"
        r"(?=[^.;,!\n]{1,60}\s+(?:here|this\s+side|speaking)\b)",
        re.IGNORECASE,
    ),
)

_PLACE_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:location|place|address|area|town|city|landmark)\s*(?:(?:is|to|in|at)\b\s*|[:=-]\s*)+",
        r"\b(?:live|living|stay|staying|reside|residing|located|based|settled)\s+(?:in|at|near)\s+",
        r"\b(?:i\s+am|we\s+are|it\s+is|house\s+is|home\s+is|shop\s+is|office\s+is|here)"
        r"\s+(?:in|at|near)\s+",
        r"\bfrom\s+(?!\d|the\b)",
        r"(?:^|[.;,\n]\s*)(?:at|in|near)\s+(?!\d)",
    )
)
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
    "lol bye goodbye question answer information info same above below enough much many"
)
_IN_PLACES = vocabulary(
    "near in at of the new old to by and into shop company address location place second one two "
    "three four five store open water"
)
_COURTESIES = re.compile(
    r"^(?:\s*(?:hi|hello|hey|yes|yeah|ok|okay|sure|sir|madam|please|and|so|it\s+is|is|to|actually|"
    r"sorry|no|its|this\s+is|that\s+is|of\s+course|in|at|near|from)\b[\s,]*)+",
    re.IGNORECASE,
)


def _email_in(text: str, missing: Sequence[Detail]) -> tuple[str | None, str | None, str]:
    """The email address, or what is wrong with an attempt at one, and the text without it."""
    found = [match for match in _EMAIL.finditer(text) if _is_address(_joined(match.group()))]
    rest = text
    for match in reversed(found):
        rest = rest[: match.start()] + CUT + rest[match.end() :]
    kept = [m for m in found if not _GIVEN_UP.search(text[: m.start()])] or found
    if kept:
        local, _, domain = _joined(kept[-1].group()).rpartition("@")
        return f"{local}@{domain.lower()}", None, rest
    attempt = _EMAIL_ATTEMPT.search(text)
    wrong = attempt.group() if attempt else None
    if wrong is None and (cue := _EMAIL_CUE.search(text)) and "." in cue[1].strip("."):
        wrong = cue[1]
    if wrong is None and tuple(missing[:1]) == (Detail.EMAIL,):
        wrong = text.strip() if re.fullmatch(r"\S+\.\S*\w", text.strip()) else None
    if wrong is None:
        return None, None, text
    return None, _email_complaint(wrong.strip(".:")), text.replace(wrong, CUT, 1)


def _joined(address: str) -> str:
    return re.sub(r"\s", "", address)


def _is_address(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    return (
        len(address) <= 254
        and len(local) <= 64
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
        and not any(label.startswith("-") or label.endswith("-") for label in domain.split("."))
    )


def _email_complaint(wrong: str) -> str:
    local, at, domain = wrong.partition("@")
    if not at:
        reason = "it has no @"
    elif not local:
        reason = "nothing stands before the @"
    elif "." not in domain:
        reason = "after the @ there has to be a domain such as example.com"
    else:
        reason = "it has to look like name@example.com"
    return f'"{wrong[:60]}" is not an email address: {reason}.'


def _phone_in(text: str, missing: Sequence[Detail]) -> tuple[str | None, str | None, str]:
    """The phone number, or what is wrong with an attempt at one, and the text without it."""
    asked = tuple(missing[:1]) == (Detail.PHONE,)
    good: list[tuple[str, bool]] = []
    wrong: str | None = None
    rest = text
    for match in reversed(list(_PHONE.finditer(text))):
        number = phone_in(match.group()) or next(
            filter(None, map(phone_in, match.group().split())), None
        )
        cued = _PHONE_CUE.search(text[: match.start()]) is not None
        digits = sum(character.isdigit() for character in match.group())
        alone = asked and not re.search(r"[^\W_]", text.replace(match.group(), ""))
        if number is not None:
            good.insert(0, (number, _GIVEN_UP.search(text[: match.start()]) is not None))
        elif cued or alone or (asked and digits >= 8) or 10 <= digits <= 13:
            wrong = match.group().strip()
        else:
            continue
        rest = rest[: match.start()] + CUT + rest[match.end() :]
    if good:
        kept = [number for number, given_up in good if not given_up]
        return (kept or [good[-1][0]])[-1], None, rest
    return None, None if wrong is None else _phone_complaint(wrong), rest


def _phone_complaint(wrong: str) -> str:
    digits = re.sub(r"\D", "", wrong)
    national = re.sub(r"^(?:91(?=\d{10})|0)", "", digits)
    if wrong.lstrip("(").startswith("+") and not digits.startswith("91"):
        reason = "it is not an Indian number (+91)"
    elif len(national) != 10:
        reason = f"it has {len(national)} digits, and a mobile number has 10"
    else:
        reason = "an Indian mobile number begins with 6, 7, 8 or 9"
    return f'"{wrong[:30]}" is not a mobile number that the shop can call: {reason}.'


def _cued(
    text: str, cues: Sequence[re.Pattern[str]], read: Callable[[str], str | None]
) -> tuple[str | None, str]:
    """What stands behind the first cue that has something behind it, and the text without it.

    Of several places with the same cue the last one counts: it corrects the others.
    """
    for cue in cues:
        for match in reversed(list(cue.finditer(text))):
            tail = text[match.end() :]
            value = read(re.split(r"[;!?\n]", tail, maxsplit=1)[0])
            if value is not None:
                return value, text[: match.start()] + CUT + _without(tail, value)
    return None, text


def _without(text: str, value: str) -> str:
    """The text with the first appearance of the value's words taken out."""
    words = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", value))
    return re.sub(words, CUT, text, count=1, flags=re.IGNORECASE)


def _bare_answers(
    text: str, missing: Sequence[Detail], known: Mapping[Detail, str | None]
) -> tuple[Mapping[Detail, str], str]:
    """The missing details that a message answers without saying which they are."""
    if any(clause.asked for clause in clauses(text)):
        return {}, text
    pieces = [
        answer
        for piece in re.split(r"[;,!?\n]+|(?<=\w\w)\.(?=\s|$)|\band\b", _LABEL.sub(CUT, text))
        if (answer := _COURTESIES.sub("", piece.strip() + " ").strip(" .:-"))
    ]
    answers: dict[Detail, str] = {}
    for detail in missing:
        if known.get(detail) is not None:
            continue
        if detail is Detail.NAME and pieces and (name := _whole_name(pieces[0])):
            answers[detail] = name
            pieces = pieces[1:]
        elif detail is Detail.LOCATION and pieces and (place := _whole_place(pieces)):
            answers[detail] = place
            pieces = []
        else:
            break
    return answers, CUT.join(pieces) if answers else text


def _whole_name(piece: str) -> str | None:
    name = as_name(piece)
    return name if name is not None and len(name.split()) == len(piece.split()) else None


def _whole_place(pieces: Sequence[str]) -> str | None:
    words = [word.lower() for piece in pieces for word in re.findall(r"\w+", piece)]
    strange = _NOT_IN_NAMES - _IN_PLACES
    return None if len(words) > 12 or not strange.isdisjoint(words) else as_place(", ".join(pieces))


def _is_name_word(word: str) -> bool:
    inner = {"L", "M"}
    return (
        0 < len(word) <= 30
        and word.lower() not in _NOT_IN_NAMES
        and not (word.islower() and word.endswith("ing"))
        and all(
            character in "'.-\u200c\u200d" or unicodedata.category(character)[0] in inner
            for character in word
        )
    )
