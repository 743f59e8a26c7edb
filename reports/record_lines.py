"""The lines of a run record: one entry a line of JSON in UTF-8, written and read back strictly.

The keys of a line stand in a fixed order: `kind`, then the fields of the entry as they are
declared.
"""

import json
from collections.abc import Iterator, Mapping
from inspect import getdoc
from pathlib import Path
from typing import BinaryIO

from reports import record as record_module
from reports.errors import RecordError
from reports.record import (
    VERSION,
    Entry,
    FindingFound,
    RunEnded,
    RunStarted,
    ScenarioPlayed,
)
from reports.shape import Fields, Json, Misfit, Shape, fields_of, sharing

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


def line_of(entry: Entry) -> bytes:
    """One line of a record, with its line feed. Raises Misfit when a value has a wrong type."""
    kind = next((word for word, shape in KINDS.items() if isinstance(entry, shape.made)), None)
    if kind is None:
        raise Misfit(f"{type(entry).__name__} is no entry of a run record")
    body = KINDS[kind].encode(entry)
    text = json.dumps({"kind": kind, **body}, ensure_ascii=False, separators=(",", ":"))
    # Only a surrogate without its pair cannot be encoded, and it becomes its JSON escape.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def entries(path: Path, file: BinaryIO) -> Iterator[tuple[int, Entry]]:
    """The entries of a file, each with the number of its line. Parts that are equal, such as the
    clean transcript of findings of one scenario, are one object in all of them.

    A last line that was cut in the middle is left out. Raises RecordError for everything else that
    is not as it should be; `path` is what it names.
    """
    read = 0
    number = 0
    kinds = sharing_kinds()
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        read += len(line)
        if len(line) > LONGEST_LINE:
            raise refusal(path, number, "the line is too long to be an entry of a run record")
        if read > LARGEST_FILE:
            raise refusal(path, number, f"the record is larger than {LARGEST_FILE:,} bytes")
        is_cut = not line.endswith(b"\n")
        try:
            value = parsed(line)
        except ValueError as error:
            if is_cut and number > 1:
                return
            raise refusal(path, number, f"this is not JSON ({error})") from error
        if _version_of(value) > VERSION:
            raise RecordError(
                f"{path}, line {number}: a newer Coolwind wrote this record; update Coolwind, "
                f"which here reads up to version {VERSION} of the format"
            )
        try:
            yield number, entry_of(value, kinds)
        except Misfit as misfit:
            raise refusal(path, number, str(misfit)) from misfit


def sharing_kinds() -> Mapping[str, Fields]:
    """The shapes of every kind of line for one reader, who reads what is equal as one object."""
    return {kind: sharing(shape) for kind, shape in KINDS.items()}


def parsed(line: bytes) -> Json:
    """What one line says. Raises ValueError when that is no JSON."""
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


def entry_of(value: Json, kinds: Mapping[str, Fields]) -> Entry:
    """The entry that a parsed line holds. Raises Misfit when it is none."""
    if not isinstance(value, dict) or "kind" not in value:
        raise Misfit("this is no entry of a run record: it has no kind")
    kind = value.pop("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise Misfit(f"{ascii(kind)[:40]} is no kind of entry")
    entry = kinds[kind].decode(value)
    assert isinstance(entry, RunStarted | ScenarioPlayed | FindingFound | RunEnded)
    return entry


def _version_of(value: Json) -> int:
    version = value.get("version") if isinstance(value, dict) else None
    return version if isinstance(version, int) else VERSION


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


def _define(shape: Shape, definitions: dict[str, Json]) -> None:
    if isinstance(shape, Fields):
        definitions[shape.made.__name__] = shape.definition()
    for part in shape.parts():
        _define(part, definitions)


def refusal(path: Path, number: int, problem: str) -> RecordError:
    """An error that names a line that is not as it should be."""
    return RecordError(f"{path}, line {number}: {problem}; name a record that a run wrote whole")
