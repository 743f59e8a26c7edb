"""Tags of a feature file: read as marks, and chosen by an expression."""

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import TypeAlias

from simulators.errors import UsageError

SURVIVES = "survives"
"""The tag of a scenario that goes under its fault plans."""

_TAG = re.compile(r"(?P<name>[^\W\d_][\w.+-]*)(?:\((?P<arguments>.*)\)|:(?P<value>.+))?")
_Choice: TypeAlias = Callable[[Set[str]], bool]
_Reading: TypeAlias = tuple[_Choice, list[str]]
_TOKEN = re.compile(r"\s*(?:(?P<word>@[^\s()]+|and\b|or\b|not\b|[()])|(?P<other>\S+))")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag with its literal arguments: `@seed(42)` is seed with 42, `@ticket:7` ticket with 7."""

    name: str
    arguments: tuple[object, ...] = ()
    named: Mapping[str, object] = field(default_factory=dict)


def parse_tag(text: str) -> Tag:
    """Read a tag, with or without its `@`. Raises ValueError with the reason and the remedy."""
    match = _TAG.fullmatch(text.removeprefix("@"))
    if match is None:
        raise ValueError(
            f"{text!r} is no tag; write a word that begins with a letter, as in @slow or @seed(42)"
        )
    if match["value"] is not None:
        return Tag(match["name"], (match["value"],))
    if match["arguments"] is None:
        return Tag(match["name"])
    try:
        call = ast.parse(f"tag({match['arguments']})", mode="eval").body
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Name)
        arguments = tuple(ast.literal_eval(argument) for argument in call.args)
        named = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords if one.arg}
        if len(named) != len(call.keywords):
            raise ValueError
    except (ValueError, SyntaxError, TypeError, AssertionError, MemoryError, RecursionError):
        raise ValueError(
            f"{text!r} has arguments that are no literals; write numbers or texts in quotes,"
            " without spaces"
        ) from None
    return Tag(match["name"], arguments, named)


def is_slip_of(name: str, wanted: str) -> bool:
    """Whether a name is that one but for a single letter: one too many, missing, another one, or
    two that have changed places."""
    return name != wanted and any(
        name[:at] == wanted[:at] and _is_one_letter_off(name[at:], wanted[at:])
        for at in range(len(wanted) + 1)
    )


def _is_one_letter_off(rest: str, meant: str) -> bool:
    """Whether they are equal behind their first letters."""
    swapped = meant[1::-1] + meant[2:]
    return rest in (meant[1:], swapped) or rest[1:] in (meant, meant[1:])


def chosen_by(expression: str) -> Callable[[Set[str]], bool]:
    """Whether a scenario with these tags, by name, is chosen by a tag expression such as
    `@survives and not @slow`. Raises `UsageError` for anything else."""
    words = []
    for token in _TOKEN.finditer(expression.strip()):
        if token["word"] is None or token["word"] == "@":
            raise _no_expression(expression, token[0].strip())
        words.append(token["word"])
    words.append(_END)
    chosen, rest = _either(words, expression)
    if rest != [_END]:
        raise _no_expression(expression, rest[0])
    return chosen


_END = "its end"


def _either(words: list[str], expression: str) -> _Reading:
    chosen, rest = _both(words, expression)
    while rest[0] == "or":
        other, rest = _both(rest[1:], expression)
        chosen = _joined(any, chosen, other)
    return chosen, rest


def _both(words: list[str], expression: str) -> _Reading:
    chosen, rest = _one(words, expression)
    while rest[0] == "and":
        other, rest = _one(rest[1:], expression)
        chosen = _joined(all, chosen, other)
    return chosen, rest


def _one(words: list[str], expression: str) -> _Reading:
    if words[0] == "not":
        denied, rest = _one(words[1:], expression)
        return lambda tags: not denied(tags), rest
    if words[0] == "(":
        chosen, rest = _either(words[1:], expression)
        if rest[0] != ")":
            raise _no_expression(expression, rest[0])
        return chosen, rest[1:]
    if not words[0].startswith("@"):
        raise _no_expression(expression, words[0])
    name = words[0].removeprefix("@")
    return lambda tags: name in tags, words[1:]


def _joined(how: Callable[[Iterable[bool]], bool], *choices: _Choice) -> _Choice:
    return lambda tags: how(choice(tags) for choice in choices)


def _no_expression(expression: str, at: str) -> UsageError:
    return UsageError(
        f"{expression!r} is no tag expression (at {at}); write tags with @, as in"
        " '@survives and not (@slow or @later)'"
    )
