"""Values that a service keeps, found by their path and compared with what a tester wrote."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TypeGuard

from simulators.trace import JsonValue, is_same

_TELEPHONE = re.compile(r"\+?\d[\d -]{6,18}\d")


def matches(value: JsonValue, text: str) -> bool:
    """Whether a text of a table means that value: as it stands, as JSON, or, for a telephone
    number, without its country code."""
    if written(value) == text.strip() or any(is_same(meant, value) for meant in _as_json(text)):
        return True
    number = _TELEPHONE.fullmatch(text.strip())
    return bool(number) and isinstance(value, str) and _is_number(value, text)


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


def left_over(value: JsonValue, names: Sequence[str]) -> Iterator[tuple[str, JsonValue]]:
    """What lies beside a value of these names, in the same mapping, and is neither one of them,
    nor empty, nor the step of a flow."""
    if isinstance(value, Mapping):
        is_beside = any(_same_name(key, name) for key in value for name in names)
        for key, item in value.items():
            is_named = key == "step" or any(_same_name(key, name) for name in names)
            is_value = isinstance(item, str | int | float) and item not in ("", False)
            if is_beside and is_value and not is_named:
                yield key, item
            yield from left_over(item, names)
    elif _is_row(value):
        for item in value:
            yield from left_over(item, names)


def _same_name(one: str, other: str) -> bool:
    return one.casefold().replace("_", " ") == other.casefold().replace("_", " ")


def _is_number(value: str, text: str) -> bool:
    digits = "".join(character for character in text if character.isdecimal())
    return bool(_TELEPHONE.fullmatch(value)) and value.endswith(digits)


def _is_row(value: object) -> TypeGuard[Sequence[JsonValue]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _as_json(text: str) -> Iterator[JsonValue]:
    with suppress(ValueError, RecursionError):
        yield json.loads(text)
