"""The documentation of `coolwind.toml`, a page for each table, made from the schema.

`python -m simulators.targets.configuration.table_pages FOLDER` writes the pages.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from simulators.targets.configuration.schema import Schema, options_of, schema
from simulators.targets.configuration.tables import MESSAGE_NAMES, SERVER_NAMES, SESSION_NAMES, Kind

_HEADERS: Final = {
    "steps": "[[steps]]",
    "effects": "[effects.NAME]",
    "stores": "[stores.NAME]",
}
_DURATIONS: Final = "a duration: a number with ms, s, m, h or d"


def pages() -> Mapping[str, str]:
    """The text of each page, by the name of its table."""
    whole = schema()
    return {
        name: "\n".join(_page(name, table, whole)) + "\n"
        for name, table in whole["properties"].items()
        if name != "folder"
    }


def _page(name: str, table: Schema, whole: Schema) -> Iterator[str]:
    table = next(one for one in _tables(table, whole))
    yield f"# `{_HEADERS.get(name, f'[{name}]')}`"
    yield ""
    yield table["description"]
    yield from _keys(table, whole)
    inner = [
        (key, option)
        for key, value in table["properties"].items()
        for option in _tables(value, whole)
        if "properties" in option
    ]
    for key, option in inner:
        yield ""
        yield f"## `{key}`"
        yield ""
        yield option["description"]
        yield from _keys(option, whole)
    yield ""
    yield f"Names in braces: {_names(name)}."


def _keys(table: Schema, whole: Schema) -> Iterator[str]:
    yield ""
    yield "| key | value | default | what |"
    yield "|---|---|---|---|"
    for key, value in table["properties"].items():
        required = key in table.get("required", ())
        default = "required" if required else _default(value.get("default"))
        what = " ".join(value.get("description", "").split())
        kinds = " or ".join(dict.fromkeys(_kind(one) for one in options_of(value, whole)))
        kinds = kinds.removesuffix(" or nothing").replace("nothing or ", "")
        yield f"| `{key}` | {kinds} | {default} | {what} |"


def _tables(value: Schema, whole: Schema) -> Iterator[Schema]:
    """The tables that a value is, or is made of."""
    for option in options_of(value, whole):
        if "properties" in option:
            yield option
        elif isinstance(option.get("items"), Mapping):
            yield from _tables(option["items"], whole)
        elif isinstance(option.get("additionalProperties"), Mapping):
            yield from _tables(option["additionalProperties"], whole)


def _kind(option: Schema) -> str:
    if "enum" in option:
        return ", ".join(f"`{one}`" for one in option["enum"])
    if option.get("format") == "duration":
        return _DURATIONS
    match option.get("type"):
        case "string":
            return "a text"
        case "integer":
            return "a number"
        case "boolean":
            return "true or false"
        case "array":
            return "a list of texts"
        case "object":
            return "a table"
        case "null":
            return "nothing"
        case _:
            return "any JSON"


def _default(value: object) -> str:
    match value:
        case None | {}:
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case str() if value.startswith("PT"):
            return f"`{value.removeprefix('PT').lower()}`"
        case _:
            return f"`{json.dumps(value)}`"


def _names(table: str) -> str:
    if table in ("request", "open", "clear", "read"):
        return _listed(MESSAGE_NAMES)
    server = _listed(SERVER_NAMES[Kind.PROCESS])
    if table == "faults":
        times = _listed(frozenset({"offset", "seconds"}))
        return f"in `clock` {times}; in `evict` {_listed(SESSION_NAMES)}; of the server {server}"
    if table in ("probe", "effects"):
        return f"{_listed(SESSION_NAMES)}; of the server {server}, and the ports of stores"
    if table in ("reply", "steps"):
        return "none"
    return f"{server}, and the ports of stores"


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"`{{{name}}}`" for name in sorted(names))


if __name__ == "__main__":
    for page, text in pages().items():
        Path(sys.argv[1], f"{page}.md").write_text(text, "utf-8")
