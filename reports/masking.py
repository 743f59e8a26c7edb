"""Personal data masked: telephone numbers, email addresses, and names given as contact.

A number keeps its last two digits, an address and a name their first letter. What is masked in one
place is masked everywhere, and what is different stays so: where two masks would look the same,
the second one is numbered, as in `H•••` and `H•••₂`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeVar, cast

from reports.escapes import Edit, edited, is_json, quoted_where, read, readings
from reports.personal import (
    ALSO_WORDS,
    GIVES,
    MASK,
    WORD,
    address_of,
    is_own,
    names_in,
    number_of,
    personal_in,
)
from reports.record import (
    Circumstances,
    Exploration,
    FindingFound,
    LawBroken,
    Line,
    Record,
    ScenarioPlayed,
    WrittenStep,
)

_NUMBERS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_GROUP = re.compile(r"\d+")

_Thing = TypeVar("_Thing")


def masked_together(records: Iterable[Record]) -> tuple[Record, ...]:
    """The same records with personal data masked in everything that people wrote or read; the same
    person has the same mask in all of them."""
    records = tuple(records)
    noted = _Noted()
    noting = _Through(noted)
    for record in records:
        noting.record(record)
    masking = _Through(_Masker((*noted.texts, *_tables_in(records))))
    return tuple(map(masking.record, records))


def _tables_in(records: Iterable[Record]) -> Iterator[str]:
    """The tables of steps, each as one text: what a cell is depends on those beside it."""
    for record in records:
        for scenario in record.scenarios:
            for step in scenario.steps:
                yield "\n".join(f"| {' | '.join(row)} |" for row in step.table)


def masked_transcript(
    lines: tuple[Line, ...], beside: Sequence[str] = ()
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """A transcript, and texts that tell of it, with personal data masked that is given in any of
    them."""
    noted = _Noted()
    _Through(noted).transcript(lines)
    masker = _Masker((*noted.texts, *beside))
    return _Through(masker).transcript(lines), tuple(map(masker, beside))


def masked_text(text: str, beside: Iterable[str] = ()) -> str:
    """One text with telephone numbers, addresses and names masked that are given in it, or in the
    texts beside it."""
    return _Masker((text, *beside))(text)


def is_masked(finding: FindingFound) -> bool:
    """Whether anything is masked in the scenario of a finding, so that it does not fail as it
    stands. One bullet alone may be that of a list."""
    return 2 * MASK in finding.gherkin


class _Noted:
    """Notes texts, each once, and changes none."""

    def __init__(self) -> None:
        self.texts: dict[str, None] = {}

    def __call__(self, text: str) -> str:
        self.texts[text] = None
        return text


class _Masker:
    """Masks what is personal in some texts, in these texts and in all that tell of them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._names = _Numbered()
        self._addresses = _Numbered()
        self._numbers = _Numbered()
        self._seen: dict[str, str] = {}
        for text in texts:
            for match in personal_in(read(text)):
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
        is_apart = self._names.is_apart(WORD.findall(hidden))
        return hidden if is_apart else WORD.sub(self._named, hidden)

    def _edits(self, text: str) -> Iterator[Edit]:
        """What to change in a text that has nothing escaped in it, in the order of the places."""
        place = 0
        for match in personal_in(text):
            if (again := self._replaced(match)) == match[0]:
                continue
            same = next(at for at, one in enumerate(again) if one != match[0][at : at + 1])
            start = match.start() + same
            yield from self._names_between(text, place, start)
            place = match.end()
            yield Edit(start, place, again[same:])
        yield from self._names_between(text, place, len(text))

    def _names_between(self, text: str, start: int, end: int) -> Iterator[Edit]:
        if self._names.is_apart(WORD.findall(text, start, end)):
            return
        for match in WORD.finditer(text, start, end):
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

    def is_apart(self, words: Iterable[str]) -> bool:
        """Whether none of some words is such a thing, however it is written."""
        return self._places.keys().isdisjoint(map(str.casefold, words))

    def note(self, thing: str, looks: str) -> None:
        """Something to mask, and what is left of it to be seen; once more changes nothing."""
        if thing not in self._places:
            self._places[thing] = self._alike[looks] = self._alike.get(looks, 0) + 1

    def suffix(self, thing: str) -> str:
        """What tells it apart from what looks alike; empty for the first one."""
        place = self._places.get(thing, 1)
        return "" if place == 1 else str(place).translate(_NUMBERS)


class _Through:
    """Makes a record anew, with each text that may be personal as `see` makes it. What stands in
    many findings as one object is made once, and stands in all of them again."""

    def __init__(self, see: Callable[[str], str]) -> None:
        self._see = see
        self._made: dict[int, tuple[object, object]] = {}

    def record(self, record: Record) -> Record:
        ended = record.ended
        return replace(
            record,
            scenarios=tuple(map(self._scenario, record.scenarios)),
            findings=tuple(map(self._finding, record.findings)),
            ended=None if ended is None else replace(ended, reasons=self._all(ended.reasons)),
        )

    def _scenario(self, scenario: ScenarioPlayed) -> ScenarioPlayed:
        return replace(
            scenario,
            name=self._see(scenario.name),
            tags=self._all(scenario.tags),
            message=self._maybe(scenario.message),
            transcript=self.transcript(scenario.transcript),
            exploration=self._exploration(scenario.exploration),
            steps=tuple(map(self._step, scenario.steps)),
        )

    def _step(self, step: WrittenStep) -> WrittenStep:
        return replace(
            step,
            text=self._see(step.text),
            table=tuple(map(self._all, step.table)),
            doc_string=self._maybe(step.doc_string),
        )

    def _exploration(self, exploration: Exploration | None) -> Exploration | None:
        if exploration is None:
            return None
        return replace(
            exploration,
            cells=tuple(
                replace(one, flow=self._maybe(one.flow), step=self._maybe(one.step))
                for one in exploration.cells
            ),
            reasons=self._all(exploration.reasons),
            notes=self._all(exploration.notes),
            classes=tuple(replace(one, last=self._see(one.last)) for one in exploration.classes),
            masks=self._all(exploration.masks),
        )

    def _finding(self, finding: FindingFound) -> FindingFound:
        see = self._see
        return replace(
            finding,
            scenario=see(finding.scenario),
            field=see(finding.field),
            plan=see(finding.plan),
            sentence=see(finding.sentence),
            expected=see(finding.expected),
            actual=see(finding.actual),
            gherkin=see(finding.gherkin),
            clean=self.transcript(finding.clean),
            faulted=self.transcript(finding.faulted),
            logs=tuple(replace(log, text=see(log.text)) for log in finding.logs),
            broken=self._once(finding.broken, self._broken),
            varying=tuple(replace(one, path=see(one.path)) for one in finding.varying),
            # It holds what customers wrote, word for word, and says nothing that is not told
            # elsewhere.
            reproducer=None,
        )

    def _broken(self, laws: tuple[LawBroken, ...]) -> tuple[LawBroken, ...]:
        see = self._see
        return tuple(
            replace(
                one,
                customer=see(one.customer),
                field=see(one.field),
                expected=see(one.expected),
                actual=see(one.actual),
            )
            for one in laws
        )

    def transcript(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        return self._once(lines, self._lines)

    def _lines(self, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        return tuple(self._once(line, self._line) for line in lines)

    def _line(self, line: Line) -> Line:
        return replace(
            line,
            customer=self._see(line.customer),
            text=self._see(line.text),
            reply=self._see(line.reply),
            session_id=self._maybe(line.session_id),
            flow=self._maybe(line.flow),
            step=self._maybe(line.step),
            kept=self._maybe(line.kept),
            effects={kind: self._all(rows) for kind, rows in line.effects.items()},
            calls=self._all(line.calls),
            writes=None if line.writes is None else self._all(line.writes),
            circumstances=self._circumstances(line.circumstances),
        )

    def _circumstances(self, circumstances: Circumstances | None) -> Circumstances | None:
        if circumstances is None:
            return None
        return replace(
            circumstances,
            message_id=self._see(circumstances.message_id),
            quick_replies=self._all(circumstances.quick_replies),
            intent=self._maybe(circumstances.intent),
            point=self._maybe(circumstances.point),
        )

    def _once(self, thing: _Thing, make: Callable[[_Thing], _Thing]) -> _Thing:
        # The thing is kept beside what was made of it, so that no other one takes its identity.
        _, made = self._made.get(id(thing), (None, None))
        if made is None:
            made = make(thing)
            self._made[id(thing)] = thing, made
        return cast(_Thing, made)

    def _all(self, texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self._see, texts))

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self._see(text)
