"""Which of several values a customer means, and what they put in the place of an old one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coolwind.understanding.sentences import CUT


@dataclass(frozen=True, slots=True)
class Said:
    """A value that was found in a text, between two places."""

    value: str
    start: int
    end: int


SLIP = re.compile(
    r"\s*\*|\W*(?:(?:sorry|oops|actually|i\s+mean|i\s+meant|correction)\b|no\s*(?:,|$))",
    re.IGNORECASE,
)
"""Announces that the right answer follows the wrong one."""

_GIVEN_UP_BEFORE = re.compile(
    r"\b(?:not|instead\s+of|rather\s+than|from|old|was|than"
    r"|(?:not|don'?t)\s+(?:call|use|ring|write)(?:\s+me)?(?:\s+(?:on|at|to))?)\s*(?:number|no|is|:)?\s*$",
    re.IGNORECASE,
)
_GIVEN_UP_AFTER = re.compile(
    r"^\s*(?:is|was)?\s*(?:(?:my|the)\s+)?(?:old|wrong|incorrect|not\s+(?:right|correct|my|mine))\b",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"\b(?:no|not|sorry|oops|wrong|incorrect|correct|correction|actually|new|now|mean|meant|instead"
    r"|changed?|rather|wait|mistake|mine|(?<!also )(?<!or )use|it\s+is|should\s+be)\b",
    re.IGNORECASE,
)
_LABEL_BEHIND = re.compile(
    r"^\s*(?:(?P<said>(?:is|was)\s+)?(?:my|our|the)\s+"
    r"(?:(?:new|right|correct|current|own|real|full|good|proper)\s+)*"
    r"(?:(?:phone|mobile|cell|contact|whatsapp|e-?mail|mail|email)\s+)*"
    r"(?:phone|mobile|cell|contact|whatsapp|e-?mail|number|no|id|address|name|one)\b)"
    r"(?(said)|(?=\s*(?:[,.;!\n]|and\b|$)))",
    re.IGNORECASE,
)
"""Calls the value before it the customer's; where no verb does, nothing else may be labelled."""

_REPLACEMENTS = (  # of an OLD value by a new one
    r"(?:^|(?<=[.;,!?\n]))\s*(?P<new>[^.;,!?\n]+?)\s*,?\s+(?:and\s+)?"
    r"(?:not|instead\s+of|rather\s+than)\s+OLD\s*(?=[.;,!?\n]|$)",
    r"\b(?:not|instead\s+of|rather\s+than)\s+OLD\s*(?:[,;]|\bbut\b|\bit\s+is\b|\bits\b)+\s*"
    r"(?P<new>[^;!?\n]+)",
    r"\bOLD\s+(?:is\s+)?(?:wrong|incorrect|not\s+(?:right|correct)|alla|nahi)\b[\s,;.]*"
    r"(?P<new>[^;!?\n]+)",
    r"\b(?:change|correct|update|replace|from)\s+OLD\s+(?:to|with|by|as)\s+(?P<new>[^;!?\n]+)",
)

_DENIAL = (  # of an OLD value, with nothing in its place
    r"(?:^|(?<=[.;,!\n]))\s*(?:(?:no|sorry|but|it|its|it's|this|that|i|am|is|was|my|the|name|place"
    r"|location|address|town|and)\s+)*"
    r"(?:not\s+OLD|OLD\s+(?:is\s+)?(?:not\s+(?:right|correct|my\s+name)|wrong|incorrect))"
    r"\s*(?=[.;,!\n]|$)"
)


def meant_of(said: Sequence[Said], text: str) -> str | None:
    """The value that is meant where one or several are said, in their order.

    Not one that is given up ("not this one"). Of two without a word of correction between them the
    first counts, else the last.
    """
    kept = [one for one in said if not is_given_up(one, text)]
    if not kept:
        return None
    first, *others = kept
    corrects = [
        other
        for before, other in zip(kept, others, strict=False)
        if _CORRECTED.search(text[before.end : other.start])
    ]
    return (corrects or [first])[-1].value


def cut_out(said: Sequence[Said], text: str) -> str:
    """The text without the values, and without what calls them the customer's behind them."""
    for one in reversed(said):
        text = text[: one.start] + CUT + without_label(text[one.end :])
    return text


def without_label(behind: str) -> str:
    """What stands behind a value without a label that it begins with: "… is my number"."""
    return _LABEL_BEHIND.sub("", behind)


def is_given_up(one: Said, text: str) -> bool:
    """Whether the customer says that it no longer counts: "not this one"."""
    before, after = text[: one.start], text[one.end :]
    return bool(_GIVEN_UP_BEFORE.search(before) or _GIVEN_UP_AFTER.search(after))


def without_denial(old: str, text: str) -> str | None:
    """The text without the words by which it denies a value, and puts none in its place: "it is not
    Hari". None where it does not.
    """
    pattern = _DENIAL.replace("OLD", _spelled(old))
    without, count = re.subn(pattern, CUT, text, count=1, flags=re.IGNORECASE)
    return without if count else None


def put_in_place_of(old: str, text: str) -> Iterator[re.Match[str]]:
    """Where a text puts other words in the place of the old ones: "Ravi, not Hari".

    The group `new` holds the other words with all that follows or leads up to them, the match
    what can be taken out of the text with them.
    """
    for pattern in _REPLACEMENTS if old else ():
        yield from re.finditer(pattern.replace("OLD", _spelled(old)), text, re.IGNORECASE)


def _spelled(value: str) -> str:
    """A pattern for a known value, whole or by one of its longer words."""
    words = re.findall(r"[^\W_]+", value)
    runs = [r"\W+".join(map(re.escape, words)), *(re.escape(word) for word in words if word[2:])]
    return rf"(?:(?:in|at|from)\s+)?\b(?:{'|'.join(runs)})\b"
