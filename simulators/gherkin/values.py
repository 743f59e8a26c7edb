"""Values that a service keeps, found by their path and compared with what a tester wrote."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TypeGuard

from simulators.trace import JsonValue


def matches(value: JsonValue, text: str) -> bool:
    """Whether a text of a table means that value: as it stands, or as JSON."""
    return written(value) == text.strip() or _as_json(text) == (True, value)


def written(value: JsonValue) -> str:
    """A value as a tester writes it in a table: texts bare, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def at(value: JsonValue, path: str) -> JsonValue:
    """The value at a dotted path; rows count from 0. Raises `KeyError` with the part that is not
    there."""
    for part in path.split("."):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif _is_row(value) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            raise KeyError(part)
    return value


def leaves_named(value: JsonValue, name: str) -> Iterator[JsonValue]:
    """Every value under a key of that name, or at that dotted path, however deep it lies."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if _same_name(key, name):
                yield item
            yield from leaves_named(item, name)
        if "." in name:
            with suppress(KeyError):
                yield at(value, name)
    elif _is_row(value):
        for item in value:
            yield from leaves_named(item, name)


def _same_name(one: str, other: str) -> bool:
    return one.casefold().replace("_", " ") == other.casefold().replace("_", " ")


def _is_row(value: object) -> TypeGuard[Sequence[JsonValue]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _as_json(text: str) -> tuple[bool, object]:
    try:
        return True, json.loads(text)
    except ValueError:
        return False, None
