"""The JMESPath and the regular expressions of a file."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jmespath
from jmespath.functions import Functions

from simulators.targets.configuration.rules.broken import Broken, Path, near_or_known
from simulators.targets.configuration.tables import Configuration, names

_FUNCTIONS = Functions.FUNCTION_TABLE
_COOKIE = re.compile(r"[^\s=;,]+")
"""What a cookie can be called, as far as browsers care."""


def broken_expressions(configuration: Configuration) -> Iterator[Broken]:
    """An expression that cannot be read or carried out, one that tells nothing apart, and one
    beside what excludes it."""
    for path, expression in _expressions(configuration):
        if error := _error_of_expression(expression):
            yield Broken(path, f"is no JMESPath: {error}; mend the expression")
        for name in names(expression):
            remedy = "name it where the source is asked, in its url, query, command or file"
            yield Broken(path, f"has {{{name}}}, which nothing is put in the place of; {remedy}")
    for path, pattern in _patterns(configuration):
        if error := _error_of_pattern(pattern):
            yield Broken(path, f"is no regular expression: {error}; mend it")
    yield from _hidden_steps(configuration)
    reply = configuration.reply
    if reply is not None:
        phrase, cookie = reply.fresh_phrase, reply.session_cookie
        if phrase is not None and not _error_of_pattern(phrase) and _finds_all(phrase):
            remedy = "write what only a new start says"
            yield Broken(("reply", "fresh_phrase"), f"is found in every text; {remedy}")
        if cookie is not None and not _COOKIE.fullmatch(cookie):
            yield Broken(("reply", "session_cookie"), f'"{cookie}" is no name of a cookie; mend it')
        for one, other in (("session_id", "session_cookie"), ("fresh", "fresh_phrase")):
            if getattr(reply, one) is not None and getattr(reply, other) is not None:
                yield Broken(("reply", other), f"excludes {one}; leave one of them out")


def _hidden_steps(configuration: Configuration) -> Iterator[Broken]:
    """Steps that are never reached, as the first one that fits counts."""
    patterns = [step.reply for step in configuration.steps]
    for number, pattern in enumerate(patterns):
        earlier = patterns[:number]
        if pattern in earlier:
            remedy = f"is the one of steps[{earlier.index(pattern) + 1}], which counts; mend either"
            yield Broken(("steps", number, "reply"), remedy)
        elif number + 1 < len(patterns) and not _error_of_pattern(pattern) and _finds_all(pattern):
            told = (
                "is found in every text, so that no step behind it counts; mend it, or put it last"
            )
            yield Broken(("steps", number, "reply"), told)


def _expressions(configuration: Configuration) -> Iterator[tuple[Path, str]]:
    keys = {
        "request": ("until",),
        "open": ("session_id",),
        "reply": ("text", "session_id", "flow", "step", "served_from", "fresh", "quick_replies"),
        "read": ("text",),
        "probe": ("flow", "step", "data"),
    }
    for name, table_keys in keys.items():
        table = getattr(configuration, name)
        for key in table_keys if table is not None else ():
            if (expression := getattr(table, key)) is not None:
                yield (name, key), expression
    for kind, effect in configuration.effects.items():
        yield ("effects", kind, "rows"), effect.rows


def _patterns(configuration: Configuration) -> Iterator[tuple[Path, str]]:
    for number, step in enumerate(configuration.steps):
        yield ("steps", number, "reply"), step.reply
    if configuration.reply is not None and configuration.reply.fresh_phrase is not None:
        yield ("reply", "fresh_phrase"), configuration.reply.fresh_phrase


def _error_of_expression(expression: str) -> str | None:
    try:
        parsed = jmespath.compile(expression).parsed
    except jmespath.exceptions.JMESPathError as error:
        return " ".join(str(error).split())
    return next(_errors_of_functions(parsed), None)


def _errors_of_functions(node: Mapping[str, Any]) -> Iterator[str]:
    """What JMESPath says only when it carries an expression out."""
    if node["type"] == "function_expression":
        name, given = node["value"], len(node["children"])
        if name not in _FUNCTIONS:
            yield f"there is no function {name}; {near_or_known(name, _FUNCTIONS)}"
        else:
            signature = _FUNCTIONS[name]["signature"]
            wanted = len(signature)
            has_more = any(one.get("variadic") for one in signature)
            if given < wanted or (given > wanted and not has_more):
                least = "at least " if has_more else ""
                yield f"{name} takes {least}{wanted} and is given {given}"
    for child in node["children"]:
        if isinstance(child, Mapping):
            yield from _errors_of_functions(child)


def _error_of_pattern(pattern: str) -> str | None:
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None


def _finds_all(pattern: str) -> bool:
    return all(re.search(pattern, text) for text in ("", "a", "1"))
