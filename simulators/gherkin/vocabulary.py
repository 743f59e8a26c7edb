"""Every step of the library, derived from what is registered; lists, stubs and suggestions."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from inspect import cleandoc
from types import ModuleType

from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from simulators.gherkin.sentence import Sentence
from simulators.gherkin.steps import (
    arrangement,
    conversation,
    effects,
    faults,
    flow,
    kept,
    outcome,
    reply,
    session,
    telemetry,
)

THEMES: tuple[ModuleType, ...] = (
    arrangement,
    conversation,
    faults,
    session,
    flow,
    kept,
    effects,
    reply,
    telemetry,
    outcome,
)
"""The modules of the steps, in the order in which they are listed."""

_LITERAL = re.compile(r'"[^"]*"|\{\w+\}|\d+')
_COMMON_WORDS = {"{customer}": "the customer", "{whose}": "the"}
_FREE = re.compile(r"\{\w+\}('s)?|\([^)]*\)|\w+(/\w+)+")
_WORD = re.compile(r"[^\W\d_]+")
_NEAR_ENOUGH = 0.6
_MISTYPED = 0.9
_SAME_WORD = 0.75


@dataclass(frozen=True, slots=True)
class Definition:
    """One step of the library: its keywords, its sentence, what it does, its theme."""

    keywords: tuple[str, ...]
    sentence: Sentence
    does: str
    theme: str


def contexts() -> Iterator[tuple[StepFunctionContext, str]]:
    """Every registered step in the order of the themes, with its theme."""
    for module in THEMES:
        theme = cleandoc(module.__doc__ or "").splitlines()[0].rstrip(".")
        for value in tuple(vars(module).values()):
            marker = getattr(value, "__wrapped__", None)
            if marker is not None and marker in step_function_context_registry:
                yield step_function_context_registry[marker], theme


@cache
def definitions() -> tuple[Definition, ...]:
    """Every step; one that has two keywords is one step."""
    keywords: dict[Sentence, list[str]] = {}
    found = {}
    for context, theme in contexts():
        sentence = context.parser
        assert isinstance(sentence, Sentence)
        keywords.setdefault(sentence, []).append((context.type or "*").capitalize())
        found[sentence] = (cleandoc(context.step_func.__doc__ or ""), theme)
    return tuple(
        Definition(tuple(keywords[sentence]), sentence, *about) for sentence, about in found.items()
    )


def knows(line: str) -> bool:
    """Whether a line of a feature file, without its keyword, is a step of the library."""
    return sentence_of(line) is not None


def sentence_of(line: str) -> Sentence | None:
    """The sentence of the library that the line is, if it is one."""
    return next((one.sentence for one in definitions() if one.sentence.is_matching(line)), None)


def nearly_knows(line: str) -> bool:
    """Whether a line that is no step of the library is one but for a slip."""
    wanted = _comparable(line)
    return any(
        _likeness(wanted, _comparable(one.sentence.name)) >= _MISTYPED for one in definitions()
    )


def nearest(line: str, sentences: Iterable[str]) -> list[str]:
    """At most three sentences that a mistyped line may have meant, the best first: those that are
    like it, then those all of whose own words it has, whatever stands in their places."""
    wanted, own = _comparable(line), _words(line)
    rated = sorted(
        (
            (
                _likeness(wanted, _comparable(one)),
                _likeness(line, one),
                sum(map(len, _own_words(one))) if _has_words(own, _own_words(one)) else 0,
                one,
            )
            for one in sentences
        ),
        key=lambda rating: (*(-number for number in rating[:3]), rating[3]),
    )
    near = [one for likeness, *_, one in rated if likeness >= _NEAR_ENOUGH]
    fitting = sorted(rated, key=lambda rating: -rating[2])
    near += [one for *_, letters, one in fitting if letters]
    return list(dict.fromkeys(near))[:3]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _comparable(sentence: str) -> str:
    for place, words in _COMMON_WORDS.items():
        sentence = sentence.replace(place, words)
    return _LITERAL.sub('""', sentence)


def _own_words(sentence: str) -> list[str]:
    """The words that every line of a sentence has, in their order."""
    return _words(_FREE.sub(" ", sentence))


def _words(line: str) -> list[str]:
    return _WORD.findall(_LITERAL.sub(" ", line))


def _has_words(line: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether the words stand in the line in that order, each perhaps mistyped."""
    rest = iter(line)
    return all(any(_likeness(one, word) >= _SAME_WORD for one in rest) for word in wanted)


def catalogue() -> str:
    """Every step with what it does, by theme, as the command `coolwind steps` prints it."""
    lines = [
        "{customer} is `the customer`, a capitalised word or a name in quotes; {whose} is `the`,",
        "`the customer's` or `Hari's`. What stands in ( ) may be left out, and of is/are one is",
        "written. Every line can also begin with And or But.",
    ]
    theme = ""
    for one in definitions():
        if one.theme != theme:
            theme = one.theme
            lines += ["", theme, "-" * len(theme)]
        lines.append(f"{'/'.join(one.keywords)} {one.sentence.name}")
        lines += [f"    {line}".rstrip() for line in one.does.splitlines() if line]
    return "\n".join(lines) + "\n"


def stubs() -> str:
    """A Python file with every step as a plain string, for editors that read step decorators."""
    lines = [
        '"""The steps of Coolwind for editors, which complete and check feature files by it.',
        "",
        "Made by `coolwind steps --stubs`. Nothing here is ever called: the steps themselves come",
        'with the pytest plugin."""',
        "",
        "# mypy: ignore-errors",
        "from pytest_bdd import given, parsers, then, when",
    ]
    for number, (keyword, spelling, does) in enumerate(_spellings(), start=1):
        lines += [
            "",
            "",
            f"@{keyword.lower()}(parsers.parse({spelling!r}))",
            f"def step_{number}():",
            f"    {does!r}",
        ]
    return "\n".join(lines) + "\n"


def _spellings() -> Iterator[tuple[str, str, str]]:
    for one in definitions():
        for keyword in one.keywords:
            for spelling in one.sentence.spellings():
                yield keyword, spelling, one.does.split("\n")[0]
