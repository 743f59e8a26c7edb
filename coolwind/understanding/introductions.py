"""Names and places behind the words that announce them: "my name is", "I live in"."""

import re
from collections.abc import Callable, Sequence

from coolwind.understanding.corrections import put_in_place_of
from coolwind.understanding.details import Detail
from coolwind.understanding.names import (
    as_introduced_name,
    as_name,
    as_place,
    without_courtesies,
)
from coolwind.understanding.sentences import CUT

_NAME_CUES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bname\s+(?:is|was)\s+not\s+[^,;.]+?(?:,|\bbut\b)\s*(?:it\s+is|is)?\s*",
        r"\bname\s+from\s+[^,;.]+?\s+to\s+",
        r"(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\byour )(?<!'s )"
        r"\b(?:name['’]s\b|names?|naam|peru)\s*"
        r"(?:(?:is|was|to|as|should\s+be|actually|spelled|spelt|spelling|written)\b\s*|[:=-]\s*)*",
        r"\bin\s+(?:the\s+)?name\s+of\s+",
        r"(?:^|[.;,!\n]\s*)(?=[^.;,!\n]{1,60}\s+is\s+my\s+name\b)",
    )
)
_I_AM = r"\b(?:i\s+am|myself)\s+"
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
        r"\b(?:i\s+am|we\s+are|it\s+is|at\s+home|home|house|house\s+is|home\s+is|shop\s+is|office\s+is|here)"
        r"\s+(?:in|at|near)\s+",
        r"\bfrom\s+(?!\d|the\b)",
        r"(?:^|[.;\n]\s*)(?:at|in|near)\s+(?!\d)",
    )
)


def name_told(text: str, missing: Sequence[Detail], known: str | None) -> tuple[str | None, str]:
    """The name that a text announces, and the text without it.

    `known` is the name so far, which another one can be set against: "Ravi, not Hari".
    """
    weak = _WEAK_NAME_CUES if Detail.NAME in missing else _CAPITAL_NAME_CUES
    return _first(
        _replaced(text, known, as_introduced_name),
        _cued(text, _NAME_CUES, as_introduced_name),
        _cued(text, weak, as_name),
    )


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
    """The text with the first appearance of the value's words taken out."""
    words = r"\W+".join(re.escape(word) for word in re.findall(r"\w+", value))
    return re.sub(words, CUT, text, count=1, flags=re.IGNORECASE)
