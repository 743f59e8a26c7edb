"""Whether a reply asks the customer for something."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

_SYNONYMS = {
    "name": (r"names?", r"what (?:are|should) we call you", r"who (?:am|are) (?:i|we) \w+ to"),
    "phone": (
        r"(?:tele)?phones?(?: numbers?)?",
        r"mobiles?(?: numbers?)?",
        r"contact numbers?",
        r"number (?:to|where) (?:call|reach|we)",
    ),
    "email": (r"e-?mails?(?: address(?:es)?| ids?)?",),
    "location": (
        r"locations?",
        r"(?<!email )(?<!e-mail )(?<!mail )address(?:es)?",
        r"where (?:are|do|should|is) (?:you|we|it)",
        r"(?:town|city|area|pin ?code)",
        r"(?:which|what|your|the) place",
    ),
    "problem": (r"problems?", r"issues?", r"what(?:'s| is) wrong", r"(?:trouble|fault)s?"),
    "quantity": (r"quantit(?:y|ies)", r"how many(?: pieces)?"),
    "part": (r"parts?", r"which (?:item|product|spare)s?"),
    "confirmation": (
        r"confirm(?:ation)?",
        r"(?:shall|should) (?:i|we) (?:place|go ahead|order|proceed)",
        r"is (?:this|that|it|everything|all) (?:correct|right|ok(?:ay)?|fine)",
        r"yes or no",
        r"(?:reply|say|type|write|answer) (?:with )?['\"“‘]?yes",
        r"place (?:this|the|your) order",
    ),
}
_ALIASES = {
    "phone number": "phone",
    "telephone number": "phone",
    "mobile number": "phone",
    "telephone": "phone",
    "mobile": "phone",
    "email address": "email",
    "e-mail": "email",
    "address": "location",
    "delivery address": "location",
    "delivery location": "location",
    "confirm": "confirmation",
}
_NEARLY = 0.8
_REQUEST = re.compile(
    r"\b(?:please|kindly|provide|send|give|share|tell|enter|type|write|reply|need|require|let (?:me"
    r"|us) know|may (?:i|we)|can (?:i|we|you)|could (?:i|we|you)|would you|confirm|missing)\b"
)
_DECLINED = re.compile(
    r"\b(?:no need|(?:do|does|did|will|would|is|are) not|(?:do|does|did|wo|would|is|are)n['’]t"
    r"|never|without|already|thank(?:s| you) for)\b"
)
_PURPOSE = re.compile(r"^(?:in order )?to [^,:]{1,80}, ")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s*")
_SENTENCE_END = re.compile(r"(?<=[.?!])[\"”’)]*\s+")


def asks_for(reply: str, thing: str) -> bool:
    """Whether a sentence of the reply is a question or a request that names the thing.

    Name, phone, email, location, problem, quantity, part and confirmation go by their usual
    synonyms; anything else by its own words. `Pickup location: Thiruvalla` asks for nothing, and
    neither does `we do not need your address`.
    """
    patterns = _patterns(thing)
    return any(
        any(pattern.search(sentence) for pattern in patterns)
        for sentence in _sentences(reply)
        if _is_asking(sentence)
    )


THINGS = (*_SYNONYMS, *_ALIASES)
"""What a reply can ask for by more words than one."""


def has_synonyms(thing: str) -> bool:
    """Whether a thing is known by its usual synonyms, or is one of them."""
    return thing.casefold() in THINGS or any(
        re.fullmatch(form, " ".join(thing.casefold().split()))
        for forms in _SYNONYMS.values()
        for form in forms
    )


def slip_of(thing: str) -> str | None:
    """The thing that a misspelt one is nearly; None for a word of its own."""
    near = get_close_matches(thing.casefold(), THINGS, n=1, cutoff=_NEARLY)
    return near[0] if near and not has_synonyms(thing) else None


def things_of(text: str) -> tuple[str, ...]:
    """The things of a list in words: `the name, the phone number and "email"`, or with `or`."""
    pieces = re.split(r"\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and|or)\s+", text.strip())
    things = (re.sub(r"^(?:the|an?|their|his|her) ", "", piece.strip()) for piece in pieces)
    return tuple(thing.strip().strip('"') for thing in things if thing.strip().strip('"'))


def _patterns(thing: str) -> list[re.Pattern[str]]:
    name = " ".join(thing.casefold().split())
    forms = _SYNONYMS.get(_ALIASES.get(name, name), (re.escape(name),))
    return [re.compile(rf"(?<!\w)(?:{form})(?!\w)") for form in forms]


def _is_asking(sentence: str) -> bool:
    if _DECLINED.search(sentence):
        return False
    return "?" in sentence or _REQUEST.search(sentence) is not None


def _sentences(reply: str) -> Iterator[str]:
    for paragraph in _joined_lists(reply.casefold()):
        for sentence in _SENTENCE_END.split(paragraph):
            yield _PURPOSE.sub("", " ".join(sentence.split()))


def _joined_lists(reply: str) -> Iterator[str]:
    """The lines, with a list put behind the line that announces it."""
    announced = ""
    for line in reply.splitlines():
        if announced and _BULLET.match(line):
            announced = f"{announced} {_BULLET.sub('', line)},"
            continue
        if announced and line.strip():
            yield announced
            announced = ""
        if line.rstrip().endswith(":"):
            announced = line.rstrip()
        elif line.strip():
            yield line
    if announced:
        yield announced
