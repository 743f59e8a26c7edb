"""Personal data masked: telephone numbers, email addresses, and names given as contact.

A number keeps its last two digits, an address and a name their first letter. What is masked in one
place is masked everywhere, and what is different stays so: where two masks would look the same,
the second one is numbered, as in `H•••` and `H•••₂`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations

from reports.escapes import Edit, edited, is_json, quoted_where, read, readings
from reports.personal import (
    ALSO_WORDS,
    GIVES,
    MASK,
    PERSONAL,
    WORD,
    address_of,
    is_own,
    names_in,
    number_of,
)
from reports.record import (
    Circumstances,
    Exploration,
    FindingFound,
    LawBroken,
    Line,
    Record,
    ScenarioPlayed,
)

_NUMBERS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_GROUP = re.compile(r"\d+")


def masked_together(records: Iterable[Record]) -> tuple[Record, ...]:
    """The same records with personal data masked in everything that people wrote or read; the same
    person has the same mask in all of them."""
    records = tuple(records)
    texts: dict[str, None] = {}

    def note(text: str) -> str:
        texts[text] = None
        return text

    for record in records:
        _through(record, note)
    mask = _Masker(texts)
    return tuple(_through(record, mask) for record in records)


def masked_text(text: str) -> str:
    """One text with telephone numbers, addresses and the names given in it masked."""
    return _Masker((text,))(text)


def is_masked(finding: FindingFound) -> bool:
    """Whether anything is masked in the scenario of a finding, so that it does not fail as it
    stands. One bullet alone may be that of a list."""
    return 2 * MASK in finding.gherkin


class _Masker:
    """Masks what is personal in some texts, in these texts and in all that tell of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._names = _Numbered()
        self._addresses = _Numbered()
        self._numbers = _Numbered()
        self._seen: dict[str, str] = {}
        for text in texts:
            for match in PERSONAL.finditer(read(text)):
                if is_own(match):
                    self._note(match)
            for name in names_in(text):
                self._names.note(name.casefold(), name[0].casefold())

    def __call__(self, text: str) -> str:
        # Reports repeat the same few lines over and over.
        if (again := self._seen.get(text)) is None:
            again = self._seen[text] = self._masked(text)
        return again

    def _masked(self, text: str) -> str:
        found = readings(text)
        edits = self._edits(found[-1].text if found else text)
        for reading in reversed(found):
            edits = map(reading.edit_of_written, edits)
        hidden = edited(text, edits)
        if not found:
            return hidden
        if is_json(text):
            hidden = quoted_where(MASK, hidden)
        # What looks escaped may be written so: a name may follow a backslash.
        return WORD.sub(self._named, hidden) if self._names else hidden

    def _edits(self, text: str) -> Iterator[Edit]:
        """What to change in a text that has nothing escaped in it, in the order of the places."""
        place = 0
        for match in PERSONAL.finditer(text):
            if (again := self._replaced(match)) == match[0]:
                continue
            same = next(at for at, one in enumerate(again) if one != match[0][at : at + 1])
            start = match.start() + same
            yield from self._names_between(text, place, start)
            place = match.end()
            yield Edit(start, place, again[same:])
        yield from self._names_between(text, place, len(text))

    def _names_between(self, text: str, start: int, end: int) -> Iterator[Edit]:
        for match in WORD.finditer(text, start, end) if self._names else ():
            if (again := self._named(match)) != match[0]:
                yield Edit(match.start() + 1, match.end(), again[1:])

    def _note(self, match: re.Match[str]) -> None:
        if match["address"] is not None:
            address = address_of(match[0])
            self._addresses.note(address, address.lstrip('"')[:1])
        else:
            digits = number_of(match["short"] or match[0])
            self._numbers.note(digits, digits[-2:])

    def _replaced(self, match: re.Match[str]) -> str:
        if match["kept"] is not None:
            return match[0]
        if match["address"] is not None:
            first, suffix = match[0].lstrip('"')[0], self._addresses.suffix(address_of(match[0]))
            return f"{first}{3 * MASK}@{3 * MASK}{suffix}"
        if is_own(match):
            start = match.start("short") - match.start() if match["short"] is not None else 0
            return match[0][:start] + self._number(match[0][start:])
        return self._known_numbers(match[0])

    def _known_numbers(self, run: str) -> str:
        """Digits of which some, from a gap to a gap, are given as a number elsewhere."""
        groups = [*_GROUP.finditer(run)]
        for first, last in combinations(range(len(groups) + 1), 2):
            start, end = groups[first].start(), groups[last - 1].end()
            if number_of(run[start:end]) in self._numbers:
                rest = self._known_numbers(run[end:])
                return run[:start] + self._number(run[start:end]) + rest
        return run

    def _number(self, number: str) -> str:
        left = sum(character.isdecimal() for character in number)
        shown: list[str] = []
        for character in number:
            if character.isdecimal():
                left -= 1
                character = MASK if left >= 2 else character
            shown.append(character)
        return "".join(shown) + self._numbers.suffix(number_of(number))

    def _named(self, match: re.Match[str]) -> str:
        word = match[0]
        folded = word.casefold()
        if folded not in self._names:
            return word
        if folded in ALSO_WORDS and not word[0].isupper():
            start = match.start()
            if GIVES.search(match.string[max(0, start - 9) : start]) is None:
                return word
        return f"{word[0]}{3 * MASK}{self._names.suffix(folded)}"


class _Numbered:
    """Things that look alike when they are masked, told apart by numbers from the second on."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._alike: dict[str, int] = {}

    def __contains__(self, thing: str) -> bool:
        return thing in self._places

    def __bool__(self) -> bool:
        return bool(self._places)

    def note(self, thing: str, looks: str) -> None:
        """Something to mask, and what is left of it to be seen; once more changes nothing."""
        if thing not in self._places:
            self._places[thing] = self._alike[looks] = self._alike.get(looks, 0) + 1

    def suffix(self, thing: str) -> str:
        """What tells it apart from what looks alike; empty for the first one."""
        place = self._places.get(thing, 1)
        return "" if place == 1 else str(place).translate(_NUMBERS)


def _through(record: Record, see: Callable[[str], str]) -> Record:
    """A record with each text that may be personal as `see` makes it."""
    return replace(
        record,
        scenarios=tuple(_scenario(scenario, see) for scenario in record.scenarios),
        findings=tuple(_finding(finding, see) for finding in record.findings),
        ended=None
        if record.ended is None
        else replace(record.ended, reasons=tuple(map(see, record.ended.reasons))),
    )


def _scenario(scenario: ScenarioPlayed, see: Callable[[str], str]) -> ScenarioPlayed:
    return replace(
        scenario,
        name=see(scenario.name),
        tags=tuple(map(see, scenario.tags)),
        message=_maybe(scenario.message, see),
        transcript=tuple(_line(line, see) for line in scenario.transcript),
        exploration=_exploration(scenario.exploration, see),
    )


def _exploration(exploration: Exploration | None, see: Callable[[str], str]) -> Exploration | None:
    if exploration is None:
        return None
    return replace(
        exploration,
        reasons=tuple(map(see, exploration.reasons)),
        notes=tuple(map(see, exploration.notes)),
        classes=tuple(replace(one, last=see(one.last)) for one in exploration.classes),
        masks=tuple(map(see, exploration.masks)),
    )


def _finding(finding: FindingFound, see: Callable[[str], str]) -> FindingFound:
    return replace(
        finding,
        scenario=see(finding.scenario),
        field=see(finding.field),
        plan=see(finding.plan),
        sentence=see(finding.sentence),
        expected=see(finding.expected),
        actual=see(finding.actual),
        gherkin=see(finding.gherkin),
        clean=tuple(_line(line, see) for line in finding.clean),
        faulted=tuple(_line(line, see) for line in finding.faulted),
        logs=tuple(replace(log, text=see(log.text)) for log in finding.logs),
        broken=tuple(_broken(one, see) for one in finding.broken),
        varying=tuple(replace(one, path=see(one.path)) for one in finding.varying),
        # It holds what customers wrote, word for word, and says nothing that is not told elsewhere.
        reproducer=None,
    )


def _broken(broken: LawBroken, see: Callable[[str], str]) -> LawBroken:
    return replace(
        broken,
        customer=see(broken.customer),
        field=see(broken.field),
        expected=see(broken.expected),
        actual=see(broken.actual),
    )


def _line(line: Line, see: Callable[[str], str]) -> Line:
    return replace(
        line,
        customer=see(line.customer),
        text=see(line.text),
        reply=see(line.reply),
        session_id=_maybe(line.session_id, see),
        kept=_maybe(line.kept, see),
        effects={kind: tuple(map(see, rows)) for kind, rows in line.effects.items()},
        calls=tuple(map(see, line.calls)),
        writes=None if line.writes is None else tuple(map(see, line.writes)),
        circumstances=_circumstances(line.circumstances, see),
    )


def _circumstances(
    circumstances: Circumstances | None, see: Callable[[str], str]
) -> Circumstances | None:
    if circumstances is None:
        return None
    return replace(
        circumstances,
        message_id=see(circumstances.message_id),
        quick_replies=tuple(map(see, circumstances.quick_replies)),
        intent=_maybe(circumstances.intent, see),
        point=_maybe(circumstances.point, see),
    )


def _maybe(text: str | None, see: Callable[[str], str]) -> str | None:
    return None if text is None else see(text)
