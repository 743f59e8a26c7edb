"""Numbers and addresses that a customer speaks of, and by which the shop does not reach them."""

import re

from coolwind.understanding.corrections import Said

_NUMBER = (
    r"(?:(?:phone|mobile|contact|whatsapp|cell|office|shop|e-?mail|mail)\s+)?"
    r"(?:number|phone|mobile|line|no|id|address|e-?mail|mail)"
)
_BEHIND = r"(?:\s+(?:is|are|was|at|on|to|number|no|id|address|also|too)\b|\s*[:=-])*\s*$"
RELATIVE = (
    r"(?:son|daughter|brother|sister|wife|husband|father|mother|uncle|aunt|cousin|friend|driver"
    r"|neighbou?r|colleague|manager|boss|staff|assistant)"
)
"""Somebody of whom a customer speaks as theirs, as a pattern."""

_OF_ANOTHER = (
    re.compile(rf"\byour\s+{_NUMBER}{_BEHIND}", re.IGNORECASE),
    re.compile(
        r"\b(?:a|the|got|received|missed)\s+(?:missed\s+)?(?:calls?|sms|messages?|mails?|emails?)"
        r"\s+from\s*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:i|we)(?:\s+(?:have|had|just|also|already|even))*\s+"
        r"(?:called|rang|tried|dialled|dialed|phoned|ringing|calling)"
        rf"(?:\s+(?:you|to|the|up|your|calling|ringing))*{_BEHIND}",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:^|[;,!?\n]|(?<!\bno)(?<!\bph)(?<!\bmob)\.)\s*(?:(?:hi|hello|hey|and|so|ok|but|sir)\W+)*(?:is|are|was|were|does|did"
        r"|do\s+(?:you|i|we|they)|who|whose|why|how|what)\b[^.;,!?\n]*$",
        re.IGNORECASE,
    ),
)
"""Before a number or an address that is the shop's or nobody's, or that is asked about."""

_OF_ANOTHER_BEHIND = re.compile(rf"^\s*(?:(?:is|was)\s+)?your\s+{_NUMBER}\b", re.IGNORECASE)
_BESIDE_THEIRS = (
    re.compile(
        r"\b(?:alternat(?:e|ive)|secondary|emergency|landline|backup|spare)\b"
        rf"(?:\s+{_NUMBER})?{_BEHIND}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{RELATIVE}(?:'?s)?(?:\s+(?:(?!is\b|on\b|at\b|to\b)[a-z]+))?(?:\s+{_NUMBER})?{_BEHIND}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:his|her|their)\s+{_NUMBER}{_BEHIND}", re.IGNORECASE),
    re.compile(r"\b(?:b?cc|cop(?:y|ies))\b[^.;!?\n]*$", re.IGNORECASE),
    re.compile(r"\balso\s+(?:send|mail|e-?mail|forward|inform)\b[^.;!?\n]*$", re.IGNORECASE),
)
"""Before one that the shop is to use beside the customer's own."""

_BESIDE_THEIRS_BEHIND = re.compile(
    rf"^\s*(?:(?:is|was)\s+)?(?:(?:(?:my|the)\s+)?(?:{RELATIVE}(?:'s)?|alternat(?:e|ive))\b"
    rf"|(?:his|her|their)\s+{_NUMBER}\b)",
    re.IGNORECASE,
)


def is_of_another(one: Said, text: str) -> bool:
    """Whether it is not the customer's, or they ask about it: "is 98… your number?"."""
    before, after = text[: one.start], text[one.end :]
    return bool(any(cue.search(before) for cue in _OF_ANOTHER) or _OF_ANOTHER_BEHIND.search(after))


def is_beside_theirs(one: Said, text: str) -> bool:
    """Whether it is to be used beside the customer's own: "call my son 98…", "his number"."""
    before, after = text[: one.start], text[one.end :]
    return bool(
        any(cue.search(before) for cue in _BESIDE_THEIRS) or _BESIDE_THEIRS_BEHIND.search(after)
    )
