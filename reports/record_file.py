"""The file of a run record: written entry by entry while the run goes on, read back strictly.

One entry is one line of JSON in UTF-8, its keys in a fixed order: `kind`, then the fields of the
entry as they are declared. A line is written with one call, so a killed run leaves whole lines
and at most one that is cut short.
"""

import json
import os
import stat
from collections.abc import Iterator, Mapping
from inspect import getdoc
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from reports import record as record_module
from reports.errors import RecordError
from reports.record import (
    VERSION,
    Entry,
    FindingFound,
    Record,
    RunEnded,
    RunStarted,
    ScenarioPlayed,
)
from reports.shape import Fields, Json, Misfit, Shape, fields_of

KINDS: Mapping[str, Fields] = {
    "run_started": fields_of(RunStarted),
    "scenario_played": fields_of(ScenarioPlayed),
    "finding_found": fields_of(FindingFound),
    "run_ended": fields_of(RunEnded),
}
"""The shape of every kind of line, by the word that stands under `kind`."""

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of the longest line that is read."""

LARGEST_FILE = 2 * 1024 * 1024 * 1024
"""Bytes of the largest record that is read."""


class RecordWriter:
    """Writes one record, and replaces an earlier one at the same path.

    The parent folder is made when it is missing. A new file is for its owner's eyes only, because
    it holds what customers wrote. Raises RecordError when the file cannot be made or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_way(path)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
            self._descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
        except (OSError, ValueError) as error:
            raise RecordError(
                f"{str(path)!r}: the run record cannot be made ({_reason(error)}); "
                "choose another folder for the output"
            ) from error

    def write(self, entry: Entry) -> None:
        """Append one entry; it is with the operating system when this returns.

        An entry that could not be written whole leaves no trace. Raises RecordError.
        """
        try:
            line = line_of(entry)
        except Misfit as misfit:
            raise RecordError(
                f"{self.path}: {type(entry).__name__} cannot be written ({misfit}); "
                "correct the part of the run that made it"
            ) from misfit
        try:
            _write_all(self._descriptor, line)
        except OSError as error:
            os.ftruncate(self._descriptor, self._written)
            raise RecordError(
                f"{self.path}: the run record cannot be written ({_reason(error)}); "
                "what was found before is kept, make room and run again"
            ) from error
        self._written += len(line)

    def close(self) -> None:
        """Close the file; once more does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> "RecordWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def line_of(entry: Entry) -> bytes:
    """One line of a record, with its line feed. Raises Misfit when a value has a wrong type."""
    kind = next((word for word, shape in KINDS.items() if isinstance(entry, shape.made)), None)
    if kind is None:
        raise Misfit(f"{type(entry).__name__} is no entry of a run record")
    body = KINDS[kind].encode(entry)
    text = json.dumps({"kind": kind, **body}, ensure_ascii=False, separators=(",", ":"))
    # Only a surrogate without its pair cannot be encoded, and it becomes its JSON escape.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def read_record(path: Path) -> Record:
    """Read a whole record.

    A last line that was cut in the middle is left out: the run was cut short. Raises RecordError
    for everything else that is not as it should be.
    """
    try:
        with path.open("rb") as file:
            return _assembled(path, _entries(path, file))
    except (OSError, ValueError) as error:
        raise RecordError(
            f"{str(path)!r}: the run record cannot be read ({_reason(error)}); "
            "name the file that a run wrote"
        ) from error


def schema() -> dict[str, Json]:
    """The JSON Schema of one line of a record, derived from the values themselves."""
    definitions: dict[str, Json] = {}
    for kind, shape in KINDS.items():
        _define(shape, definitions)
        definitions[shape.made.__name__] = shape.definition({"kind": {"const": kind}})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"One line of a Coolwind run record, version {VERSION}",
        "description": " ".join((getdoc(record_module) or "").split()),
        "oneOf": [shape.schema() for shape in KINDS.values()],
        "$defs": definitions,
    }


def _make_way(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise FileExistsError(0, "something that is no file is in its place")
    # A run that still writes the old file keeps it to itself, and the two do not mix.
    path.unlink()


def _write_all(descriptor: int, line: bytes) -> None:
    rest = memoryview(line)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _entries(path: Path, file: BinaryIO) -> Iterator[tuple[int, Entry]]:
    read = 0
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        read += len(line)
        if len(line) > LONGEST_LINE:
            raise _refusal(path, number, "the line is too long to be an entry of a run record")
        if read > LARGEST_FILE:
            raise _refusal(path, number, f"the record is larger than {LARGEST_FILE:,} bytes")
        is_cut = not line.endswith(b"\n")
        try:
            value = _parsed(line)
        except ValueError as error:
            if is_cut and number > 1:
                return
            raise _refusal(path, number, f"this is not JSON ({error})") from error
        if _version_of(value) > VERSION:
            raise RecordError(
                f"{path}, line {number}: a newer Coolwind wrote this record; update Coolwind, "
                f"which here reads up to version {VERSION} of the format"
            )
        try:
            yield number, _entry(value)
        except Misfit as misfit:
            raise _refusal(path, number, str(misfit)) from misfit


def _parsed(line: bytes) -> Json:
    try:
        value: Json = json.loads(line.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at column {error.colno}") from None
    return value


def _refuse_constant(word: str) -> float:
    raise ValueError(f"{word} is no JSON number")


def _entry(value: Json) -> Entry:
    if not isinstance(value, dict) or "kind" not in value:
        raise Misfit("this is no entry of a run record: it has no kind")
    kind = value.pop("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Misfit(f"{ascii(kind)[:40]} is no kind of entry")
    entry = KINDS[kind].decode(value)
    assert isinstance(entry, RunStarted | ScenarioPlayed | FindingFound | RunEnded)
    return entry


def _version_of(value: Json) -> int:
    version = value.get("version") if isinstance(value, dict) else None
    return version if isinstance(version, int) else VERSION


def _assembled(path: Path, entries: Iterator[tuple[int, Entry]]) -> Record:
    started: RunStarted | None = None
    scenarios: list[ScenarioPlayed] = []
    findings: list[FindingFound] = []
    ended: RunEnded | None = None
    for number, entry in entries:
        if isinstance(entry, RunStarted) is (started is not None):
            place = (
                "starts a second time" if started is not None else "does not begin with its start"
            )
            raise _refusal(path, number, f"the record {place}")
        if ended is not None:
            raise _refusal(path, number, "the record goes on after its end")
        match entry:
            case RunStarted():
                started = entry
            case ScenarioPlayed():
                scenarios.append(entry)
            case FindingFound():
                findings.append(entry)
            case RunEnded():
                ended = entry
    if started is None:
        raise RecordError(f"{path}: the file is empty; name the file that a run wrote")
    return Record(started, tuple(scenarios), tuple(findings), ended)


def _define(shape: Shape, definitions: dict[str, Json]) -> None:
    if isinstance(shape, Fields):
        definitions[shape.made.__name__] = shape.definition()
    for part in shape.parts():
        _define(part, definitions)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _refusal(path: Path, number: int, problem: str) -> RecordError:
    return RecordError(f"{path}, line {number}: {problem}; name a record that a run wrote whole")
