"""Names and places behind the words that announce them: "my name is", "I live in"."""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

from coolwind.understanding.corrections import SLIP, put_in_place_of, without_label
from coolwind.understanding.details import Detail
from coolwind.understanding.names import (
    as_introduced_name,
    as_name,
    as_place,
    is_everyday,
    whole_name,
    without_courtesies,
)
from coolwind.understanding.sentences import CUT, vocabulary
from coolwind.understanding.strangers import RELATIVE

_BEGINS = r"(?:^|(?<!\b\w)\.|[;,!\n])\s*"
_UP_TO_60 = r"(?:[^.;,!\n]|(?<=\b\w)\.){1,60}"
"""The beginning of a sentence, and what stands in it; the dot of an initial ends none."""

_NAME_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bname\s+(?:is|was)\s+not\s+[^,;.]+?(?:(?:,|\bbut\b)\s*(?:it\s+is|is)?|\b(?:it\s+is|its)\b)\s*",
        r"\bname\s+from\s+[^,;.]+?\s+to\s+",
        r"(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\byour )(?<!'s )"
        r"(?:\bmy\s+)?\b(?:name['’]s\b|names?|naem|nmae|naam|peru|peyar|hesaru)\s*"
        r"(?:(?:is|was|to|as|of|should\s+be|actually|spelled|spelt|spelling|written)\b\s*|[:=-]\s*)*",
        rf"{_BEGINS}(?={_UP_TO_60}\s+is\s+(?:my|the)\s+name\b)",
        rf"\b(?:in|under)\s+(?={_UP_TO_60}'s\s+name\b)",
    )
)
_SURNAME_CUE = re.compile(
    r"(?<!his )(?<!her )(?<!their )(?<!your )\b(?:surname|(?:last|family|second)\s+name)\s*"
    r"(?:(?:is|was|should\s+be)\b|[:=-])\s*",
    re.IGNORECASE,
)
_SLIP_BEHIND = re.compile(
    rf"{CUT.strip()}[\s,.;!-]*(?:{SLIP.pattern})[\s,:]*(?P<meant>[^;,.!?\n]+)", re.IGNORECASE
)
_IT_IS_CUE = re.compile(
    r"(?:^|(?<=[.;,!\n]))\s*(?:(?:no|sorry|wait|actually|oops|hey|sir|but)\b[\s,.!]*)*"
    r"(?:(?:it|that)\s+is|its|(?:it\s+)?should\s+be)\s+(?:(?:spelled|spelt|written)\s+(?:as\s+)?)?",
    re.IGNORECASE,
)
"""Puts something right without a word for what: "no, it is Harish"."""

_RESEMBLES = 0.6
"""The part of two names' letters that are the same where one corrects the other."""

_I_AM = r"\b(?:i\s+am(?:\s+called)?|myself)\s+"
_NAME_OF_WHOM_TO_CALL = re.compile(
    rf"\b(?:his|her|their|(?:my|our)\s+{RELATIVE}(?:'?s)?)\s+name\s*(?:is\b|[:=-])?\s*"
    r"(?=[^!?\n]*(?:\b(?:call|contact|ring|phone|reach|whatsapp)\s+(?:him|her|them)\b"
    r"|(?:\b(?:his|her|their)|[,;])\s*(?:phone|mobile|number|e-?mail|mail)\b))",
    re.IGNORECASE,
)
"""Before the name of somebody else whose number or address is told beside it."""

_CAPITAL_NAME_CUES = (
    re.compile(r"(?i:\b(?:i\s+am|myself|call\s+me|this\s+is)\s+)(?=[A-Z][a-z]|[A-Z]\.)"),
)
_WEAK_NAME_CUES = (
    *_CAPITAL_NAME_CUES,
    re.compile(_I_AM, re.IGNORECASE),
    re.compile(
        rf"{_BEGINS}(?:(?:hi|hello|hey|ok|okay|yes|sir|madam|this\s+is|it\s+is|i\s+am)[\s,!]+)*"
        rf"(?={_UP_TO_60}\s+(?:here|this\s+side|speaking)\b)",
        re.IGNORECASE,
    ),
)
_BESIDE_NAME = re.compile(
    r"(?<![\w'])(?:for|under|by|me|call|contact|reach|meet|tell|inform|ask|use|put|write|note|text"
    r"|message|whatsapp|(?:bill|invoice|speak|talk|write|out|addressed)\s+(?:to|with)"
    r"|(?:buyer|customer|client|person|attn|attention|c/o|brother|sister|friend|colleague|driver"
    r"|manager|son|daughter|wife|husband|father|mother|uncle|aunt|cousin|staff|boss)(?:\s+is)?"
    r"|njan|njaan|naan|main)\W+",
    re.IGNORECASE,
)
"""The last word of a sentence before the name of a person who is spoken of."""

_COLLECTING = re.compile(
    r"^(?=.{1,60}\s(?:will|shall|is)\s+(?:collect|com|pick|tak|receiv|get))", re.IGNORECASE
)
_GOES_ON = vocabulary("on at or and will shall is can by please from here who now today tomorrow")
"""Words with which such a sentence goes on behind the name."""
_PLACE_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:location|place|address|area|town|city|landmark)\s*(?:(?:is|to|in|at)\b\s*|[:=-]\s*)+",
        r"\b(?:live|living|stay|staying|reside|residing|located|based|settled)\s+(?:in|at|near)\s+",
        r"\b(?:moved|shifted)\s+to\s+",
        r"\b(?:i\s+am|we\s+are|it\s+is|at\s+home|home|house|house\s+is|home\s+is|shop\s+is|office\s+is|here)"
        r"\s+(?:in|at|near)\s+",
        r"\b(?:he|she)\s+(?:is|lives|stays)\s+(?:in|at|near)\s+(?=(?-i:[A-Z]))",
        r"\b(?:my|our)\s+(?:house|home|shop|office|flat|building)\s+is\s+(?:just\s+)?"
        r"(?=(?:behind|opposite|opp|beside|next\s+to|close\s+to|above|below|across|on|after)\b)",
        r"\b(?:please|kindly|you)\s+(?:come|visit)\s+(?:to|at)\s+(?=(?-i:[A-Z]))",
        r"(?<!\bbought )(?<!\bpurchased )\bfrom\s+(?!\d|the\b)",
        r"(?:^|[.;\n]\s*)(?:at|in|near)\s+(?!\d)",
    )
)


def name_told(text: str, missing: Sequence[Detail], known: str | None) -> tuple[str | None, str]:
    """The name that a text announces, and the text without it.

    `known` is the name so far, which another one can be set against: "Ravi, not Hari".
    """
    if known is not None:
        name, rest = _first(*_put_right(text, known))
        if name is not None:
            return name, rest
    weak: tuple[re.Pattern[str], ...] = _CAPITAL_NAME_CUES
    if Detail.NAME in missing:
        weak = (_NAME_OF_WHOM_TO_CALL, *_WEAK_NAME_CUES)
    name, rest = _first(
        _replaced(text, known, as_introduced_name),
        _cued(text, _NAME_CUES, as_introduced_name),
        _cued(text, weak, as_name),
    )
    return (name, rest) if name is None else _slipped(name, rest)


def _slipped(name: str, rest: str) -> tuple[str, str]:
    """The name, or the one that corrects it right behind: "my name is Latha, sorry Lata"."""
    slip = _SLIP_BEHIND.search(rest)
    said = "" if slip is None else without_courtesies(slip["meant"])
    meant = whole_name(said)
    if slip is None or meant is None or (said.islower() and not _resemble(meant, name)):
        return name, rest
    return meant, f"{rest[: slip.start()]}{CUT}{rest[slip.end() :]}"


def _put_right(text: str, known: str) -> Iterator[tuple[str | None, str]]:
    """The known name with another surname, or with a word that is spelled otherwise."""

    def with_surname(words: str) -> str | None:
        surname = as_name(words)
        return None if surname is None else f"{known.split()[0]} {surname}"

    def spelled(words: str) -> str | None:
        name = as_name(words)
        if name is None or " " in name:
            return name if name is not None and _resemble(name, known) else None
        alike = next((word for word in known.split() if _resemble(word, name)), None)
        return None if alike is None else known.replace(alike, name, 1)

    yield _cued(text, (_SURNAME_CUE,), with_surname)
    yield _cued(text, (_IT_IS_CUE,), spelled)


def _resemble(one: str, other: str) -> bool:
    return SequenceMatcher(None, one.lower(), other.lower()).ratio() >= _RESEMBLES


def name_beside(words: str) -> str | None:
    """The name of the person of whom a sentence speaks: "order for Hari", "Hari will collect it".

    All but the name has to be everyday words, and the name written as one, with a capital, where
    its script has any.
    """
    for match in (*_BESIDE_NAME.finditer(words), *_COLLECTING.finditer(words)):
        name = as_name(words[match.end() :])
        if name is None or not is_everyday(words[: match.start()]):
            continue
        said = words[match.end() :].split()
        count = len(name.split())
        is_written_as_one = not any(word.islower() for word in said[:count])
        goes_on = _GOES_ON.issuperset(said[count : count + 1])
        is_whole = match.group().lower().startswith("under") and count == len(said)
        if (is_written_as_one and goes_on) or is_whole:
            return name
    return None


def place_told(text: str, known: str | None) -> tuple[str | None, str]:
    """The place that a text announces, and the text without it."""
    return _first(_replaced(text, known, as_place), _cued(text, _PLACE_CUES, as_place))


def _first(*read: tuple[str | None, str]) -> tuple[str | None, str]:
    """The first reading that found something, else the last."""
    return next((one for one in read if one[0] is not None), read[-1])


def _replaced(
    text: str, known: str | None, read: Callable[[str], str | None]
) -> tuple[str | None, str]:
    """What a text puts in the place of the known value, and the text without it."""
    for match in put_in_place_of(known or "", text):
        value = read(without_courtesies(match["new"]))
        if value is not None:
            left = _without(match["new"], value) if match.end() == match.end("new") else ""
            return value, text[: match.start()] + CUT + left + text[match.end() :]
    return None, text


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
    """The text with the first appearance of the value's words taken out, and what labels them."""
    words = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", value))
    found = re.search(words, text, re.IGNORECASE)
    if found is None:
        return text
    return text[: found.start()] + CUT + without_label(text[found.end() :])
