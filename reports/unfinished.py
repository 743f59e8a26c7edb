"""What was found of scenarios that are not in the run record yet, kept beside it.

A record has whole scenarios, in the order of collection. What a scenario shows while its fault
plans are tried, and what waits for a scenario before it, would be lost with a run that is killed.
So the processes of a run append it to one file beside the record, line by line, each with one
call. The file goes when the record is closed; until then it is read as a part of the record.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from reports.errors import RecordError
from reports.record import FindingFound, ScenarioPlayed
from reports.record_lines import entry_of, line_of, parsed, sharing_kinds
from reports.shape import Json, Misfit

_SUFFIX = ".unfinished"

Key: TypeAlias = tuple[str, str]
"""A scenario: its feature file and its name."""


def key_of(entry: ScenarioPlayed | FindingFound) -> Key:
    """The scenario of an entry."""
    return entry.feature, entry.name if isinstance(entry, ScenarioPlayed) else entry.scenario


class Unfinished:
    """The file beside a record, for one process to append to.

    Only `make` makes it, so that nothing comes after `remove`. What cannot be written is left out:
    it is written once more, to the record, when its scenario is done.
    """

    def __init__(self, record: Path) -> None:
        self._path = record.with_name(record.name + _SUFFIX)

    def make(self) -> None:
        """Begin an empty file, for its owner's eyes only. Raises RecordError."""
        try:
            self.remove()
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise RecordError(
                f"{str(self._path)!r}: this file cannot be made ({error.strerror}); choose another"
                " folder for the output"
            ) from error

    def remove(self) -> None:
        """Delete the file; once more does nothing."""
        self._path.unlink(missing_ok=True)

    def append(self, *entries: ScenarioPlayed | FindingFound) -> None:
        """Add what is known of a scenario. A `ScenarioPlayed` takes the place of the one before; a
        whole one makes void the findings, too."""
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        except OSError:
            return
        try:
            os.write(descriptor, b"".join(map(line_of, entries)))
        except OSError:
            return
        finally:
            os.close(descriptor)

    def read(self, done: Collection[Key]) -> tuple[ScenarioPlayed | FindingFound, ...]:
        """What is known of the scenarios that are not done, by feature file and line; nothing where
        there is no file. A line that was cut is left out."""
        scenarios: dict[Key, ScenarioPlayed] = {}
        findings: dict[Key, dict[str, FindingFound]] = {}
        for entry in self._entries(done):
            key = key_of(entry)
            if isinstance(entry, ScenarioPlayed):
                scenarios[key] = entry
                is_whole = entry.exploration is None or not entry.exploration.is_partial
                findings[key] = {} if is_whole else findings.get(key, {})
            elif key in scenarios:
                findings[key][entry.finding_id] = entry
        known: list[ScenarioPlayed | FindingFound] = []
        for key, scenario in sorted(scenarios.items(), key=lambda one: (one[0][0], one[1].line)):
            found = tuple(findings[key].values())
            known += (_failed(scenario) if found else scenario, *found)
        return tuple(known)

    def _entries(self, done: Collection[Key]) -> Iterator[ScenarioPlayed | FindingFound]:
        kinds = sharing_kinds()
        for line in self._lines():
            try:
                value = parsed(line)
                if _key_in(value) in done:
                    continue
                entry = entry_of(value, kinds)
            except (ValueError, Misfit):
                continue
            if isinstance(entry, ScenarioPlayed | FindingFound):
                yield entry

    def _lines(self) -> Iterator[bytes]:
        with suppress(OSError), self._path.open("rb") as file:
            yield from file


def _key_in(value: Json) -> Key:
    """The scenario of an entry, before it is known whether it is one."""
    fields = value if isinstance(value, dict) else {}
    return str(fields.get("feature")), str(fields.get("scenario", fields.get("name")))


def _failed(scenario: ScenarioPlayed) -> ScenarioPlayed:
    """A scenario of which something was found, however far it came."""
    if scenario.exploration is None:
        return scenario
    return replace(scenario, exploration=replace(scenario.exploration, verdict="fail"))
