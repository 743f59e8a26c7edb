"""Tags of a feature file: read as marks, and chosen by an expression."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.errors import UsageError

_TAG = re.compile(r"(?P<name>[^\W\d_][\w.+-]*)(?:\((?P<arguments>.*)\)|:(?P<value>.+))?")
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


def mark_expression(expression: str) -> str:
    """A tag expression, such as `@survives and not @slow`, as pytest's option `-m` takes it.

    Raises `UsageError` for anything else.
    """
    words = []
    for token in _TOKEN.finditer(expression.strip()):
        if token["word"] is None or token["word"] == "@":
            raise _no_expression(expression, token[0].strip())
        words.append(token["word"])
    position = _alternatives(words, 0, expression)
    if position != len(words):
        raise _no_expression(expression, words[position])
    return " ".join(word.removeprefix("@") for word in words)


def _alternatives(words: list[str], position: int, expression: str) -> int:
    position = _operand(words, position, expression)
    while position < len(words) and words[position] in ("and", "or"):
        position = _operand(words, position + 1, expression)
    return position


def _operand(words: list[str], position: int, expression: str) -> int:
    while position < len(words) and words[position] == "not":
        position += 1
    if position == len(words):
        raise _no_expression(expression, "its end")
    if words[position] == "(":
        position = _alternatives(words, position + 1, expression)
        if position == len(words) or words[position] != ")":
            raise _no_expression(expression, "a ( that is not closed")
        return position + 1
    if not words[position].startswith("@"):
        raise _no_expression(expression, words[position])
    return position + 1


def _no_expression(expression: str, at: str) -> UsageError:
    return UsageError(
        f"{expression!r} is no tag expression, because of {at}; write it as in"
        " '@survives and not (@slow or @later)'"
    )
