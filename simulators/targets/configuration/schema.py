"""The keys of `coolwind.toml` as a JSON schema, from which help and documentation are made."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias

from pydantic import TypeAdapter

from simulators.targets.configuration.tables import Configuration

Schema: TypeAlias = Mapping[str, Any]
"""A schema, or a part of one."""

_NOT_A_KEY: Final = "folder"


@cache
def adapter() -> TypeAdapter[Configuration]:
    """What makes a configuration of a document; making it takes longer than all that it is for."""
    return TypeAdapter(Configuration)


def schema() -> Schema:
    """The schema of a whole file."""
    return adapter().json_schema()


def keys_beside(path: Sequence[str | int]) -> frozenset[str]:
    """The keys of the table that the last key of a path stands in."""
    whole = schema()
    here: list[Schema] = [whole]
    for part in path[:-1]:
        options = [option for each in here for option in options_of(each, whole)]
        here = [child for option in options for child in _children(option, part)]
    tables = (option for each in here for option in options_of(each, whole))
    return frozenset(key for table in tables for key in table.get("properties", {})) - {_NOT_A_KEY}


def options_of(part: Schema, whole: Schema) -> Iterator[Schema]:
    """Each schema that a part may mean, with references followed."""
    if "$ref" in part:
        yield from options_of(whole["$defs"][part["$ref"].rpartition("/")[2]], whole)
    elif "anyOf" in part:
        for option in part["anyOf"]:
            yield from options_of(option, whole)
    else:
        yield part


def _children(table: Schema, part: str | int) -> Iterator[Schema]:
    if isinstance(part, int):
        yield table.get("items", {})
        return
    child = table.get("properties", {}).get(part, table.get("additionalProperties"))
    if isinstance(child, Mapping):
        yield child
