"""Where personal data stands in a text: telephone numbers, addresses, and names given as contact.

A number is one that is long enough, or that a word such as "call" stands before. A name is one
that somebody gives as their own ("my name is …", "I'm …"), or that stands beside a number or an
address under the heading of a name. Session IDs, order numbers, dates and times are none of that.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from reports.escapes import read
from reports.shape import Json

MASK = "•"
"""Stands for each masked character of a number, and three of it for the rest of a word."""

# Spaces, brackets, hyphens of every kind and marks without width, as people write in numbers.
_BETWEEN = r"(?:[^\S\r\n]|[().\-/\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069])"
_AT = "[@\uff20\ufe6b]"
_IN_ADDRESS = rf"[^\s\\<>\"'(),:;|={MASK}@\uff20\ufe6b]"
_THIS_MACHINE = r"127(?:\.\d{1,3}){3}(?![\d.]*\d)"
_BRACKETED = r"[^\S\r\n]{{0,3}}[\[({{][^\S\r\n]{{0,3}}{}[^\S\r\n]{{0,3}}[\])}}][^\S\r\n]{{0,3}}"
_DOT = rf"(?:[^\S\r\n]{{1,3}}dot[^\S\r\n]{{1,3}}|{_BRACKETED.format('dot')})"

PERSONAL = re.compile(
    rf"""
    (?P<kept>
        \b[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}\b
      | \b[A-Z]{{2,}}-[0-9]{{8}}-[0-9]+\b
      | \b[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9.]+)?)?
    )
  | (?P<address>
        (?:"[^"\r\n{MASK}]{{1,64}}"|(?<!{_IN_ADDRESS}){_IN_ADDRESS}++){_AT}{_IN_ADDRESS}++
      | (?<![\w.+-])[\w.+-]++(?:{_DOT}[\w.+-]++){{0,3}}
        (?: [^\S\r\n]{{1,3}}at[^\S\r\n]{{1,3}}[\w-]++(?:{_DOT}[\w-]++){{1,4}}
          | {_BRACKETED.format("at")}[\w-]++(?:(?:{_DOT}|\.)[\w-]++){{1,4}}
        )
    )
  | (?P<ordered>
        \b(?:order|invoice|ticket|tracking|reference|ref|awb|receipt|transaction|txn|serial|part)
        (?:[^\S\r\n]{{1,3}}(?:id|no|number))?[^\S\r\n]{{0,3}}[.:\#-]{{0,2}}[^\S\r\n]{{0,3}}\d(?:-?\d){{5,}}
    )
  | (?P<number>
        (?<!\d)\+{_BETWEEN}{{0,3}}\d(?:{_BETWEEN}{{0,3}}\d){{6,16}}
      | (?<!\d)\(?\d(?:{_BETWEEN}{{0,3}}\d){{9,16}}(?!\d)
    )
  | \b(?:phone|ph|mobile|cell|landline|tel|telephone|whatsapp|call|ring|dial|contact|my[ ]number)\b
    [^\d₹$€£]{{0,20}}(?<!(?-i:[A-Z]{{2}})-)(?!\d{{4}}-\d\d-\d\d|{_THIS_MACHINE})
    (?P<short>\d(?:{_BETWEEN}{{0,3}}\d){{5,16}})
  | (?P<run>(?<!\d)\d(?:{_BETWEEN}{{0,3}}\d){{5,24}})
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What may be personal, by the kind of it; `kept` and `ordered` are not, and a `run` of digits is
only where the same digits are given as somebody's number elsewhere."""

_IN_PERSONAL = re.compile(rf"\d(?:{_BETWEEN}{{0,3}}\d){{5}}|{_AT}")
"""Stands in all that is personal, but an address that is spelled out."""

_BRACKETED_AT = re.compile(_BRACKETED.format("at"), re.IGNORECASE)
_LINE_END = re.compile(r"[\r\n]")
_FARTHEST = 40
"""How many characters before a number, on lines before it too, a word can stand that makes it
one."""

_MOBILE = re.compile("[6-9][0-9]{9}")
_PREFIXED = re.compile("^(?:00)?(?:91|0)(?=[0-9]{10}$)")
_SPELLED = re.compile(
    rf"{_DOT}|[^\S\r\n]{{1,3}}at[^\S\r\n]{{1,3}}|{_BRACKETED.format('at')}", re.IGNORECASE
)

# The vowel signs of the scripts of India are no letters to Python.
_SIGNS = "\u0900-\u0963\u0966-\u0dff\u200c\u200d"
WORD = re.compile(rf"(?:[^\W\d_]|[{_SIGNS}])(?:[^\W_]|[{_SIGNS}])*")
"""A word as far as names go: letters, and what is written with them."""

_CONTACT = re.compile("phone|mobile|telephone|e-?mail", re.IGNORECASE)
_NAME = re.compile("^(?:customer_?|contact_?|first_?|last_?|full_?)?name$", re.IGNORECASE)
_ONE_NAME = rf"(?:[^\W\d_]|[{_SIGNS}])(?:[^\W_]|[{_SIGNS}.'’-])*"
_FIRM = frozenset({"company", "desk", "limited", "ltd", "service", "services", "shop", "store"})
"""Words of what is no person, though it introduces itself as one does."""

_GIVEN = re.compile(
    rf"""
    (?:
        (?P<own>
            \bmy\ name(?:\ is|['’]s|\s*[:=])\s+(?:actually\s+|really\s+)? | \bi\ am\ called\s+
          | \bmera\ naa?m\s+ | \bente\ per[ue]?\s+ | \bamar\ naa?m\s+
          | (?:എന്റെ\s+പേര്|मेरा\s+नाम|আমার\s+নাম|என்\s+பெயர்|నా\s+పేరు|ನನ್ನ\s+ಹೆಸರು)\s*[:=-]?\s*
        )
      | (?P<am>\b(?:i['’]?m|i\ am|this\ is)\s+)
      | (?P<said>\bname(?:\ is|['’]s)\s+)
      | [\"']?\b(?:customer_?)?name[\"']?\s*[:=]\s*[\"']?
      | \|\s*name\s*\|\s*
    )
    (?P<name>{_ONE_NAME}(?:[^\S\r\n]{_ONE_NAME}){{0,3}})
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GIVES_NAMES = (
    *("nam", "naam", "called", "ente per", "i'm", "i’m", "im", "i am", "this is"),
    *("എന്റെ", "मेरा", "আমার", "என்", "నా", "ನನ್ನ"),
)
"""One of them stands in every text in which a name is given."""

_DECODER = json.JSONDecoder()
_TABLE = re.compile(r'\{"')
_MOST_TABLES = 20
_BEFORE_A_NUMBER = re.compile(r"-(?=\d)")
_GOES_ON = re.compile(rf"[^\S\r\n]*[\w{_SIGNS}]")
_ENDS_A_NAME = frozenset(
    {
        *("a", "am", "an", "and", "are", "at", "but", "by", "can", "could", "do", "for"),
        *("expected", "from", "have", "here", "how", "i", "in", "is", "it", "looking", "me", "my"),
        *("need", "not", "of", "ok", "okay", "on", "order", "please", "regarding", "sir"),
        *("speaking", "so", "thank", "thanks", "the", "then", "there", "this", "to"),
        *("want", "was", "we", "what", "when", "where", "which", "who", "will", "with"),
        *("would", "you", "your", "none", "null", "value", "quantity", "contact", "email"),
        *("location", "mail", "mobile", "number", "phone", "problem", "hai", "hain", "hun"),
        *("aanu", "है", "हैं", "हूँ", "हूं", "और", "फोन", "फ़ोन", "नंबर", "ആണ്", "എന്നാണ്"),
        *("ഉം", "ഫോൺ", "നമ്പർ", "হয়", "এবং", "ফোন", "নম্বর"),
    }
)
_AFTER_A_NAME = frozenset(
    {
        *("and", "contact", "email", "mail", "mobile", "number", "phone", "hai", "aanu"),
        *("है", "और", "फोन", "ആണ്", "എന്നാണ്", "ഫോൺ", "এবং", "ফোন"),
    }
)
_NO_NAMES = frozenset(
    {
        *("afraid", "all", "also", "asking", "available", "back", "because", "calling"),
        *("coolwind", "correct", "done", "fine", "gemini", "glad", "going", "good"),
        *("great", "happy", "interested", "just", "late", "missing", "misspelled", "new"),
        *("no", "now", "only", "ready", "right", "sad", "same", "sorry", "spelled"),
        *("still", "sure", "test", "too", "trying", "urgent", "very", "waiting", "writing"),
        *("written", "wrong", "yes", "monday", "tuesday", "wednesday", "thursday"),
        *("friday", "saturday", "sunday"),
    }
)
ALSO_WORDS = frozenset(
    {
        *("april", "art", "august", "autumn", "bill", "chance", "dean", "faith", "frank"),
        *("grace", "grant", "guy", "hope", "jack", "joy", "june", "king", "long", "mark"),
        *("may", "miles", "pat", "penny", "price", "rich", "rob", "rose", "ruby", "summer"),
        *("sue", "sunny", "victor", "will", "young"),
    }
)
"""Names that are words as well: only with a capital letter are they names, or behind what GIVES."""

GIVES = re.compile(r"\bname(?:\ is|['’]s)\s$", re.IGNORECASE)
"""The end of what somebody says right before their name."""


def personal_in(text: str) -> Iterator[re.Match[str]]:
    """The matches of PERSONAL in a text, sought in those of its lines alone that can have one."""
    folded = _folded(text)
    if "at" in folded and ("dot" in folded or _BRACKETED_AT.search(text)):
        yield from PERSONAL.finditer(text)
        return
    for start, end in _regions(text):
        yield from PERSONAL.finditer(text, start, end)


@lru_cache(maxsize=4_096)
def names_in(text: str) -> tuple[str, ...]:
    """The words of the names that a text gives as contact, in their order. A transcript is asked
    for the same texts while a run goes on, and for its report."""
    return tuple(_names_in(text))


def _names_in(text: str) -> Iterator[str]:
    try:
        value: Json = json.loads(text) if text[:1] in ("{", "[") else text
    except (ValueError, RecursionError):
        value = text
    if not isinstance(value, str):
        yield from _names_in_json(value)
        return
    for piece in _pieces(text):
        if isinstance(piece, str):
            yield from _names_told(read(piece), beside=text)
        else:
            yield from _names_in_json(piece)
    yield from _names_in_columns(text)


def _names_in_columns(text: str) -> Iterator[str]:
    """The names in a table as feature files have them, in the columns that have names."""
    columns: set[int] | None = None
    for line in text.splitlines() if "|" in text else ():
        if not line.lstrip().startswith("|"):
            columns = None
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if columns is None:
            is_contact = any(map(_CONTACT.search, cells))
            columns = {at for at, cell in enumerate(cells) if is_contact and _NAME.search(cell)}
            continue
        for at, cell in enumerate(cells):
            if at in columns:
                yield from _parts(read(cell))


def _pieces(text: str) -> Iterator[Json]:
    """A text as what is told, and the first tables of JSON in it, which may name products."""
    place = 0
    for start in islice(_TABLE.finditer(text), _MOST_TABLES):
        if start.start() < place:
            continue
        try:
            table, end = _DECODER.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            # Cut short, perhaps, before what tells whose the names in it are.
            break
        yield text[place : start.start()]
        yield table
        place = end
    yield text[place:]


def _regions(text: str) -> Iterator[tuple[int, int]]:
    """From where to where the lines go in which something can be personal."""
    begun, end = 0, -1
    for sign in _IN_PERSONAL.finditer(text):
        if sign.end() <= end:
            continue
        start = _line_start(text, max(0, end), sign.start() - _FARTHEST)
        if start > end:
            if end >= 0:
                yield begun, end
            begun = start
        line_end = _LINE_END.search(text, sign.end())
        end = len(text) if line_end is None else line_end.start()
    if end >= 0:
        yield begun, end


def _line_start(text: str, after: int, place: int) -> int:
    """Where the line of a place begins; 0 where none begins between there and `after`."""
    if place <= after:
        return 0
    return max(text.rfind("\n", after, place), text.rfind("\r", after, place)) + 1


def _folded(text: str) -> str:
    """In small letters; an i with a dot too many or too few is an i, as it is to a pattern."""
    return text.replace("\u0130", "i").replace("\u0131", "i").casefold()


def is_own(match: re.Match[str]) -> bool:
    """Whether a match of PERSONAL is somebody's address or number by itself."""
    if match["ordered"] is not None:
        # What is as long as a mobile number, and begins as one, is one to be on the safe side.
        return _MOBILE.fullmatch(number_of(match["ordered"])) is not None
    return match.lastgroup in ("address", "number", "short")


def number_of(text: str) -> str:
    """The digits of a number, whatever the script and what is written between them, without the
    prefix with which the same number is called from further away."""
    digits = "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())
    return _PREFIXED.sub("", digits)


def address_of(text: str) -> str:
    """An address in the one form that is the same however it was written."""
    plain = _SPELLED.sub(lambda match: "." if "dot" in match[0].lower() else "@", text)
    return unicodedata.normalize("NFKC", plain).casefold().strip(".!?")


def _names_in_json(value: Json) -> Iterator[str]:
    """The names that stand beside other details of contact: a product has a name, too."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield from names_in(value)
        elif isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict):
            waiting += (*value, *reversed(value.values()))
            is_contact = any(_CONTACT.search(key) for key in value)
            for key, given in value.items():
                if is_contact and isinstance(given, str) and _NAME.search(key):
                    yield from _parts(read(given))


def _names_told(text: str, beside: str) -> Iterator[str]:
    folded = _folded(text)
    if not any(words in folded for words in _GIVES_NAMES):
        return
    given = [*_GIVEN.finditer(text)]
    # "name: remote" is a product, where no contact details stand beside it.
    has_contact = bool(given) and any(map(is_own, personal_in(read(beside))))
    for match in given:
        words = match["name"].split()
        first = words[0]
        if match["own"] is not None:
            is_name = not _is_no_name(first)
        elif match["am"] is not None:
            is_name = _is_capital(first) and not first.isupper() and not _is_no_name(first)
            is_name &= _FIRM.isdisjoint(word.strip(".,!").casefold() for word in words)
        else:
            is_name = has_contact or (match["said"] is not None and not first[0].islower())
        if is_name:
            goes_on = len(words) == 4 or _GOES_ON.match(text, match.end()) is not None
            parts = _parts(" ".join(_name_alone(words, goes_on)))
            yield from (part for part in parts if part not in _ENDS_A_NAME)


def _name_alone(words: list[str], goes_on: bool) -> Iterator[str]:
    """The first words of some that make up a name. A second one in small letters, or in a script
    that has no others, is of the name only where no more is said."""
    for index, word in enumerate(words):
        if _ends(word):
            return
        following = words[index + 1].casefold() if index + 1 < len(words) else None
        is_last = not goes_on if following is None else following in _AFTER_A_NAME
        if index and not _is_capital(word) and not (index == 1 and is_last):
            return
        # The values of an outline's row are joined by hyphens: a number is none of the name.
        own = _BEFORE_A_NUMBER.split(word, maxsplit=1)[0]
        yield own
        if own != word:
            return
        if word.endswith(".") and len(word) > 3:
            return


def _parts(name: str) -> Iterator[str]:
    for part in WORD.findall(name):
        if len(part) > 1 and any(one.isalpha() for one in part):
            yield part


def _ends(word: str) -> bool:
    folded = word.rstrip(".-").casefold()
    return folded in _ENDS_A_NAME and not (folded in ALSO_WORDS and _is_capital(word))


def _is_no_name(word: str) -> bool:
    return word.rstrip(".-").casefold() in _NO_NAMES


def _is_capital(word: str) -> bool:
    return word[0].isupper()
