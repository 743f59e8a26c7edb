"""What the JMESPath expressions of a file find in what a service shows, if they ever do."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import jmespath

from simulators.trace import JsonValue

_EXCERPT: Final = 80


def found(expression: str | None, document: JsonValue) -> JsonValue:
    """What the expression finds; None where there is neither. A function that is given a value of
    another type finds nothing."""
    if expression is None:
        return None
    try:
        value: JsonValue = jmespath.search(expression, document)
    except jmespath.exceptions.JMESPathError:
        return None
    return value


def as_text(value: JsonValue) -> str | None:
    """A name that was found, which may be a number; None for anything else."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    return None


def excerpt(document: JsonValue) -> str:
    """The beginning of a document, for a message."""
    return " ".join(json.dumps(document).split())[:_EXCERPT]


class Finds:
    """What expressions found in the documents so far: one that found nothing, and of which a name
    stood in no document, is misspelt, and nothing would ever be judged by it."""

    def __init__(self) -> None:
        self.silent: dict[str, str | None] = {}
        """By table and key, None where it found something, or where all that it names was there,
        and a sentence with the remedy for any other."""

    def note(self, table: str, expressions: Mapping[str, str | None], document: JsonValue) -> None:
        """What a service showed for these expressions of that table."""
        for key, expression in expressions.items():
            if expression is not None and self.silent.get(f"{table}.{key}", "") is not None:
                names = _fields(jmespath.compile(expression).parsed)
                is_there = _holds(found(expression, document)) or names.issubset(_keys(document))
                self._note(table, key, expression, document, is_there=is_there)

    def note_cookies(self, table: str, key: str, wanted: str, cookies: Sequence[str]) -> None:
        """These cookies were there, where that one was looked for."""
        if self.silent.get(f"{table}.{key}", "") is not None:
            self._note(table, key, wanted, cookies, is_there=wanted in cookies)

    def note_step(self, text: str, *, is_known: bool) -> None:
        """A reply with that text was looked at for the steps that [[steps]] tell."""
        if is_known:
            self.silent["steps"] = None
        else:
            self.silent.setdefault(
                "steps",
                f"[[steps]] knew no reply, as in {excerpt(text)}; mend the expressions in reply, or"
                " leave the tables out",
            )

    def _note(self, table: str, key: str, wanted: str, shown: JsonValue, *, is_there: bool) -> None:
        told = (
            f"[{table}] {key} = {wanted!r} never found anything, as in {excerpt(shown)};"
            f" mend {key}, or leave it out"
        )
        self.silent[f"{table}.{key}"] = None if is_there else told


def _holds(value: JsonValue) -> bool:
    """Whether there is anything in it."""
    match value:
        case Mapping():
            return any(map(_holds, value.values()))
        case list() | tuple():
            return any(map(_holds, value))
    return value is not None


def _fields(parsed: Mapping[str, object]) -> frozenset[str]:
    """The names of fields that an expression asks for, as it is parsed."""
    own = {str(parsed["value"])} if parsed["type"] == "field" else set()
    children = parsed["children"]
    parts = children if isinstance(children, list) else []
    return frozenset(own).union(*(_fields(one) for one in parts if isinstance(one, Mapping)))


def _keys(document: JsonValue) -> Iterator[str]:
    """Every key of a document, at any depth."""
    waiting = [document]
    while waiting:
        match waiting.pop():
            case Mapping() as table:
                yield from table
                waiting += table.values()
            case list() | tuple() as items:
                waiting += items
