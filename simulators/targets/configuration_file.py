"""Reads a `coolwind.toml`, and explains every mistake in it with its line."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulators.errors import UsageError
from simulators.targets import key_lines
from simulators.targets.configuration import Configuration
from simulators.targets.configuration_schema import adapter, keys_beside
from simulators.targets.rules import broken_rules

_SYNTAX: Final = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake in a file: its line, the key, what is wrong, and what to do."""

    line: int
    key: str
    says: str


def read_configuration(path: Path) -> Configuration:
    """The configuration that a file holds. Raises `UsageError` for its first mistake."""
    configuration, mistakes = checked(path)
    if configuration is None:
        first = mistakes[0]
        more = f" (and {len(mistakes) - 1} more: coolwind check {path})" if mistakes[1:] else ""
        raise UsageError(f"{told(path, first)}{more}")
    return configuration


def told(path: Path, mistake: Mistake) -> str:
    """A mistake in one line."""
    key = f"{mistake.key} " if mistake.key else ""
    return f"{path}:{mistake.line}: {key}{mistake.says}"


def checked(path: Path) -> tuple[Configuration | None, Sequence[Mistake]]:
    """The configuration, or every mistake in the order of the lines. Raises `UsageError` for a
    file that cannot be read."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{path}: cannot be read ({reason}); name a TOML file") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax(str(error), text)]
    lines = key_lines.key_lines(text)
    try:
        configuration = adapter().validate_python(document)
    except ValidationError as error:
        found = dict.fromkeys(_explained(one, lines) for one in error.errors(include_url=False))
        return None, sorted(found, key=lambda one: (one.line, one.key))
    configuration = replace(configuration, folder=path.absolute().parent)
    mistakes = [
        Mistake(key_lines.line_of(rule.path, lines), _shown(rule.path), rule.says)
        for rule in broken_rules(configuration)
    ]
    return (None if mistakes else configuration), sorted(mistakes, key=lambda one: one.line)


def _syntax(message: str, text: str) -> Mistake:
    match = _SYNTAX.fullmatch(message)
    says = match[1] if match else message
    line = int(match[2]) if match and match[2] else text.count("\n") + 1
    return Mistake(line, "", f"this is no TOML: {says[0].lower()}{says[1:]}; mend the line")


def _explained(error: ErrorDetails, lines: Mapping[key_lines.Path, int]) -> Mistake:
    path = tuple(part for part in error["loc"] if not _is_a_type(part))
    line = key_lines.line_of(path, lines)
    key, name = _shown(path), str(path[-1]) if path else ""
    match error["type"]:
        case "missing":
            says = "is missing; write it into this table"
        case "unexpected_keyword_argument" | "extra_forbidden":
            says = f"means nothing; {_known_beside(path)}"
        case "enum" | "literal_error":
            says = f"cannot be {error['input']!r}; write {error['ctx']['expected']}"
            says = says.replace("'", '"')
        case "value_error":
            says = str(error["ctx"]["error"])
        case "tuple_type":
            says = "has to be a list of texts; write it in brackets"
        case "dict_type" | "dataclass_type" | "mapping_type":
            says = f"has to be a table; write [{key}] or {name} = {{ … }}"
        case _:
            says = f"cannot be {error['input']!r}: {error['msg'].lower()}; mend the value"
    return Mistake(line, key, says)


def _is_a_type(part: str | int) -> bool:
    """Whether a part of a place names a choice between types, and not a key."""
    return isinstance(part, str) and (part.endswith("]") or part[:1].isupper())


def _shown(path: key_lines.Path) -> str:
    """A key as it is told: tables of an array are counted from 1."""
    shown = ""
    for part in path:
        shown += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown


def _known_beside(path: key_lines.Path) -> str:
    known = sorted(keys_beside(path))
    near = get_close_matches(str(path[-1]), known, n=1)
    return f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}"
