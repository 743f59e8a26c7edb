"""Reads a `coolwind.toml`, and explains every mistake in it with its line."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulators.errors import UsageError
from simulators.targets.configuration import key_lines
from simulators.targets.configuration.rules.all_rules import broken_rules
from simulators.targets.configuration.schema import adapter, keys_beside, schema
from simulators.targets.configuration.tables import Configuration

_SYNTAX: Final = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
_TWICE: Final = re.compile(r"Cannot declare \((.*)\) twice")
_OVERWRITTEN: Final = "Cannot overwrite a value"


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
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{path}: cannot be read ({reason}); name a TOML file") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, [_syntax(str(error), text)]
    except RecursionError:
        return None, [Mistake(1, "", "this is nested too deep to be read; make it flatter")]
    lines = key_lines.key_lines(text)
    try:
        configuration = adapter().validate_python(document)
    except ValidationError as error:
        found = dict.fromkeys(_all_explained(error.errors(include_url=False), lines))
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
    if twice := _TWICE.fullmatch(says):
        table = ".".join(re.findall(r"'(.*?)'", twice[1]))
        return Mistake(line, "", f"[{table}] stands here once more; put its keys into one table")
    if says == _OVERWRITTEN:
        return Mistake(line, "", "this key has a value already; leave one of them out")
    return Mistake(line, "", f"this is no TOML: {says[0].lower()}{says[1:]}; mend the line")


def _all_explained(
    errors: Sequence[ErrorDetails], lines: Mapping[key_lines.Path, int]
) -> Iterator[Mistake]:
    """One mistake for each error; where a value may be a word or a table, it is held against that
    which it is more like."""
    paths = [_path(one) for one in errors]
    may_be_tables = {
        path
        for path, error in zip(paths, errors, strict=True)
        if error["type"] == "dataclass_type" and paths.count(path) > 1
    }
    for path, error in zip(paths, errors, strict=True):
        is_word = error["type"] == "literal_error"
        if is_word and isinstance(error["input"], Mapping):
            continue
        if path in may_be_tables:
            if is_word:
                mistake = _explained(path, error, lines)
                yield replace(mistake, says=f"{mistake.says}, or a table")
        else:
            yield _explained(path, error, lines)


def _explained(
    path: key_lines.Path, error: ErrorDetails, lines: Mapping[key_lines.Path, int]
) -> Mistake:
    line = key_lines.line_of(path, lines)
    key, name = _shown(path), str(path[-1]) if path else ""
    given = json.dumps(error["input"], default=str, ensure_ascii=False)
    match error["type"]:
        case "missing" if len(path) == 1:
            says = f"is missing; write the table [{key}]"
        case "missing":
            says = "is missing; write it into this table"
        case "unexpected_keyword_argument" | "extra_forbidden":
            says = f"means nothing; {_known_beside(path)}"
        case "enum" | "literal_error":
            says = f"cannot be {given}; write {error['ctx']['expected']}".replace("'", '"')
        case "value_error":
            says = str(error["ctx"]["error"])
        case "tuple_type" if keys_beside((*path, 0, "")):
            says = f"has to be a list of tables; write [[{key}]] before each"
        case "tuple_type":
            says = "has to be a list of texts; write it in brackets"
        case "dict_type" | "dataclass_type" | "mapping_type":
            says = f"has to be a table; write [{key}] or {name} = {{ … }}"
        case "too_short":
            says = "is empty; write at least one text into the brackets"
        case "int_type" | "greater_than_equal" | "less_than_equal":
            bound = "".join(
                f" of {limit} {word}"
                for kind, word in (("ge", "or more"), ("le", "or less"))
                if (limit := error.get("ctx", {}).get(kind)) is not None
            )
            says = f"cannot be {given}; write a whole number{bound}"
        case "bool_type":
            says = f"cannot be {given}; write true or false"
        case "string_type":
            says = f"cannot be {given}; write a text, in quotes"
        case _:
            says = f"cannot be {given}: {error['msg'].lower()}; mend the value"
    return Mistake(line, key, says)


def _path(error: ErrorDetails) -> key_lines.Path:
    return tuple(part for part in error["loc"] if not _is_a_type(part))


def _is_a_type(part: str | int) -> bool:
    """Whether a part of a place names a choice between types, and not a key."""
    return isinstance(part, str) and (part.endswith("]") or part in schema()["$defs"])


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
