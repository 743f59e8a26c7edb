"""Personal data masked: telephone numbers, email addresses, and names given as contact.

A telephone number keeps its last two digits, an address and a name their first letter. Session
IDs, order numbers, dates and times stay readable.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from reports.record import Exploration, FindingFound, Line, Record, ScenarioPlayed
from reports.shape import Json

MASK = "•"
"""Stands for each masked character of a number, and three of it for the rest of a word."""

# Spaces, brackets, hyphens of every kind and marks without width, as people write in numbers.
_BETWEEN = r"[^\S\r\n]|[().\-/\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069]"
_PERSONAL = re.compile(
    rf"""
    (?P<kept>
        \b[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}\b
      | \b[A-Z]{{2,}}-[0-9]{{8}}-[0-9]+\b
      | \b[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9.]+)?)?
    )
  | (?P<address>[^\s@<>"'(),:;|=]{{1,64}}@[^\s@<>"'(),:;|=]{{1,255}})
  | (?P<number>
        (?<!\d)\+(?:{_BETWEEN}){{0,3}}\d(?:(?:{_BETWEEN}){{0,3}}\d){{6,16}}
      | (?<!\d)\(?\d(?:(?:{_BETWEEN}){{0,3}}\d){{9,16}}(?!\d)
    )
  | (?P<word>\b(?:phone|mobile|tel|telephone|whatsapp|call\ me)\b\D{{0,20}})
    (?P<short>\d(?:(?:{_BETWEEN}){{0,3}}\d){{5,16}})
    """,
    re.VERBOSE | re.IGNORECASE,
)

_CONTACT = re.compile("phone|mobile|telephone|e-?mail", re.IGNORECASE)
_NAME = re.compile("^(?:customer_?|contact_?|first_?|last_?|full_?)?name$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][^\W_]*")
_ONE_NAME = r"[^\W\d_][\w.'’]*"
_GIVEN = re.compile(
    rf"""
    (?:
        (?P<said>\b(?:name\ is|name's|i\ am\ called)\s+)
      | [\"']?\b(?:customer_?)?name[\"']?\s*[:=]\s*[\"']?
      | \|\s*name\s*\|\s*
    )
    (?P<name>{_ONE_NAME}(?:[^\S\r\n]{_ONE_NAME}){{0,3}})
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ENDS_A_NAME = frozenset(
    {
        *("a", "an", "and", "at", "but", "from", "i", "is", "it", "my", "not", "on", "the"),
        *("this", "to", "with", "you", "your", "none", "null", "value", "quantity"),
        *("contact", "email", "location", "mail", "mobile", "number", "phone", "problem"),
    }
)


def masked(record: Record) -> Record:
    """The same record with personal data masked in everything that people wrote or read."""
    names = _names_given(record)
    mask = _masker(names)
    return replace(
        record,
        scenarios=tuple(_scenario(scenario, mask) for scenario in record.scenarios),
        findings=tuple(_finding(finding, mask) for finding in record.findings),
        ended=None
        if record.ended is None
        else replace(record.ended, reasons=tuple(map(mask, record.ended.reasons))),
    )


def masked_text(text: str) -> str:
    """One text with telephone numbers, addresses and the names given in it masked."""
    return _masker(frozenset(_names_in(text)))(text)


def _masker(names: frozenset[str]) -> Callable[[str], str]:
    seen: dict[str, str] = {}

    def mask(text: str) -> str:
        # Reports repeat the same few lines over and over.
        if (again := seen.get(text)) is None:
            again = _PERSONAL.sub(_replaced, text)
            if names:
                again = _WORD.sub(lambda match: _named(match[0], names), again)
            seen[text] = again
        return again

    return mask


def _replaced(match: re.Match[str]) -> str:
    if match["address"] is not None:
        return match["address"][0] + MASK * 3 + "@" + MASK * 3
    if match["number"] is not None:
        return _digits_masked(match["number"])
    if match["short"] is not None:
        return match["word"] + _digits_masked(match["short"])
    return match[0]


def _digits_masked(number: str) -> str:
    left = sum(character.isdecimal() for character in number)
    shown: list[str] = []
    for character in number:
        if character.isdecimal():
            left -= 1
            character = MASK if left >= 2 else character
        shown.append(character)
    return "".join(shown)


def _named(word: str, names: frozenset[str]) -> str:
    return word[0] + MASK * 3 if word.lower() in names else word


def _names_given(record: Record) -> frozenset[str]:
    names: set[str] = set()
    for text in dict.fromkeys(_texts(record)):
        names.update(_names_in(text))
    for text in dict.fromkeys(_values(record)):
        names.update(_names_in_json(text))
    return frozenset(names)


def _names_in_json(text: str) -> set[str]:
    """The names that stand beside other details of contact: a product has a name, too."""
    try:
        waiting: list[Json] = [json.loads(text)]
    except (ValueError, RecursionError):
        return set()
    names: set[str] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            is_contact = any(_CONTACT.search(key) for key in value)
            for key, given in value.items():
                if is_contact and isinstance(given, str) and _NAME.search(key):
                    names.update(part.lower() for part in _WORD.findall(given) if len(part) > 1)
    return names


def _names_in(text: str) -> set[str]:
    # "name: remote" is a product, where no contact details stand beside it.
    stands_in_contact = _has_contact(text)
    names: set[str] = set()
    for match in _GIVEN.finditer(text):
        name = _name_alone(match["name"])
        is_plain_word = not name[:1].isupper() and not stands_in_contact
        if not name or is_plain_word or not (match["said"] or stands_in_contact):
            continue
        names.update(part.lower() for part in _WORD.findall(name) if len(part) > 1)
    return names


def _has_contact(text: str) -> bool:
    return any(match.lastgroup != "kept" for match in _PERSONAL.finditer(text))


def _name_alone(words: str) -> str:
    name: list[str] = []
    for word in words.split():
        if word.rstrip(".").lower() in _ENDS_A_NAME:
            break
        name.append(word)
        if word.endswith(".") and len(word) > 3:
            break
    return " ".join(name)


def _texts(record: Record) -> list[str]:
    texts: list[str] = []
    for scenario in record.scenarios:
        for line in scenario.transcript:
            texts += (line.text, line.reply)
    for finding in record.findings:
        texts += (finding.gherkin, finding.expected, finding.actual)
        texts += (text for one in finding.broken for text in (one.expected, one.actual))
        for line in (*finding.clean, *finding.faulted):
            texts += (line.text, line.reply)
    return texts


def _values(record: Record) -> Iterator[str]:
    """What the service keeps, and what left it, as texts of JSON."""
    transcripts = [scenario.transcript for scenario in record.scenarios]
    transcripts += (some for one in record.findings for some in (one.clean, one.faulted))
    for line in (line for transcript in transcripts for line in transcript):
        if line.kept is not None:
            yield line.kept
        for rows in line.effects.values():
            yield from rows


def _line(line: Line, mask: Callable[[str], str]) -> Line:
    return replace(
        line,
        text=mask(line.text),
        reply=mask(line.reply),
        kept=None if line.kept is None else mask(line.kept),
        effects={kind: tuple(map(mask, rows)) for kind, rows in line.effects.items()},
    )


def _scenario(scenario: ScenarioPlayed, mask: Callable[[str], str]) -> ScenarioPlayed:
    return replace(
        scenario,
        name=mask(scenario.name),
        message=None if scenario.message is None else mask(scenario.message),
        transcript=tuple(_line(line, mask) for line in scenario.transcript),
        exploration=_exploration(scenario.exploration, mask),
    )


def _exploration(exploration: Exploration | None, mask: Callable[[str], str]) -> Exploration | None:
    if exploration is None:
        return None
    return replace(
        exploration,
        reasons=tuple(mask(reason) for reason in exploration.reasons),
        notes=tuple(mask(note) for note in exploration.notes),
    )


def _finding(finding: FindingFound, mask: Callable[[str], str]) -> FindingFound:
    return replace(
        finding,
        scenario=mask(finding.scenario),
        sentence=mask(finding.sentence),
        expected=mask(finding.expected),
        actual=mask(finding.actual),
        gherkin=mask(finding.gherkin),
        clean=tuple(_line(line, mask) for line in finding.clean),
        faulted=tuple(_line(line, mask) for line in finding.faulted),
        broken=tuple(
            replace(one, expected=mask(one.expected), actual=mask(one.actual))
            for one in finding.broken
        ),
        # It holds what customers wrote, word for word, and says nothing that is not told elsewhere.
        reproducer=None,
    )
