"""Where in a TOML file each key stands, which the standard library's parser does not tell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""A key from the outside in; a table of an array by its position from 0."""

_TOKEN: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
    r"|\n|[\[\]{}=,.]|[^\s\[\]{}=,.#\"']+",
    re.DOTALL,
)
_DEPTH: Final = {"[": 1, "{": 1, "]": -1, "}": -1}


def line_of(path: Path, lines: Mapping[Path, int]) -> int:
    """The line of a key or, for one that does not stand there, of the nearest table around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def key_lines(text: str) -> Mapping[Path, int]:
    """The line, from 1, of each table and of each key of a valid document; of keys in inline
    tables, too."""
    lines: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    for line, tokens in _statements(text):
        if tokens[0] == "[":
            is_array = tokens[1] == "["
            table = _absolute(_key(tokens[1 + is_array :]), counts)
            if is_array:
                counts[table] = counts.get(table, -1) + 1
                lines.setdefault(table, line)
                table = (*table, counts[table])
            lines[table] = line
            _note_around(table, line, lines)
        else:
            _note(table, tokens, line, lines)
    return lines


def _note(table: Path, tokens: Sequence[str], line: int, lines: dict[Path, int]) -> None:
    """A key with its value; what an inline table holds stands on the same line."""
    around: list[Path] = [table]
    start = 0
    for position, token in enumerate(tokens):
        if token == "=":
            key = (*around[-1], *_key(tokens[start:position]))
            lines.setdefault(key, line)
            _note_around(key, line, lines)
            if tokens[position + 1 : position + 2] == ["{"]:
                around.append(key)
        elif token == "}" and len(around) > 1:
            around.pop()
        if token in ("{", ","):
            start = position + 1


def _note_around(path: Path, line: int, lines: dict[Path, int]) -> None:
    """A table that has no line of its own begins with what is in it."""
    for length in range(1, len(path)):
        lines.setdefault(path[:length], line)


def _statements(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Each header and each pair of key and value, with the line that it begins on."""
    begin, line, depth = 1, 1, 0
    tokens: list[str] = []
    for match in _TOKEN.finditer(text + "\n"):
        token = match[0]
        if token == "\n" and depth == 0 and tokens:
            yield begin, tokens
            tokens = []
        if token == "\n" or token.startswith("#"):
            line += token.count("\n")
            continue
        begin = begin if tokens else line
        depth += _DEPTH.get(token, 0)
        tokens.append(token)
        line += token.count("\n")


def _key(tokens: Sequence[str]) -> Path:
    parts = []
    for token in tokens:
        if token in ("=", "]"):
            break
        if token != ".":
            parts.append(token.strip("\"'"))
    return tuple(parts)


def _absolute(key: Path, counts: Mapping[Path, int]) -> Path:
    """A header's path, with the position of the last table of each array on the way."""
    path: Path = ()
    for part in key[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    return (*path, key[-1])
