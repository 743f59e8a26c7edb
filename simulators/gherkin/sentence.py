"""How a step is worded: a sentence with named places, and the decorators that register one."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import product
from typing import ParamSpec, TypeVar

import pytest_bdd
from pytest_bdd.parsers import StepParser

from reports.printable import one_line
from simulators.errors import ScenarioError

_P = ParamSpec("_P")
_R = TypeVar("_R")
_LONGEST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Place:
    """What may stand in a place of a sentence, and what it is turned into."""

    pattern: str
    convert: Callable[[str], object]
    example: str


def _name(text: str) -> str:
    return text.strip('"')


def _owner(text: str) -> str | None:
    return None if text == "the" else _name(text.removesuffix("'s"))


def _count(text: str) -> int:
    return 0 if text == "no" else int(text)


def _duration(text: str) -> timedelta:
    amount, unit = text.strip('"').split()
    try:
        return timedelta(**{unit.removesuffix("s") + "s": float(amount)})
    except OverflowError:
        raise ScenarioError(f"{text} is longer than time goes; write a shorter duration") from None


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        told = one_line(text, _LONGEST_TOLD)
        raise ScenarioError(f'{told} is not JSON; write a text in quotes, as in "Hari"') from None


# Not every script has capitals, and in some a vowel is a mark and no letter.
_NAME = r"[^\W\d_a-zß-öø-ÿ][^\s\"',:;.!?()]*|\"[^\"]+\""
_TEXT = Place(r".*", str, "text")
PLACES: Mapping[str, Place] = {
    "customer": Place(rf"the customer|{_NAME}", _name, "the customer"),
    "victim": Place(rf"the customer|{_NAME}", _name, "Hari"),
    "whose": Place(rf"the|the customer's|(?:{_NAME})'s", _owner, "the"),
    "count": Place(r"\d{1,9}|no", _count, "1"),
    "turn": Place(r"\d{1,9}", int, "1"),
    "tab": Place(r"\d{1,9}", int, "2"),
    "status": Place(r"\d{3}", int, "503"),
    "number": Place(r"-?\d+(?:\.\d+)?", float, "1"),
    "duration": Place(r"\"?\d+(?:\.\d+)? (?:second|minute|hour|day)s?\"?", _duration, "31 minutes"),
    "json": Place(r".+", _json, "true"),
    "field": Place(r"[\w .-]+", str, "name"),
    "things": Place(r"[^\n]+", str, "the name and the phone number"),
}
"""Places that take something else than any text."""

_PART = re.compile(r"\{(?P<place>\w+)\}|\((?P<optional>[^)]*)\)|(?P<either>\w+(?:/\w+)+)")


class Sentence(StepParser):
    """A step's sentence.

    `{customer}`, `{count}` and so on stand for what a tester writes, `(s)` may be left out, and
    of `is/are` one is written. A place that is not in `PLACES` takes any text, up to the last
    quote when it stands in quotes.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.places = tuple(match["place"] for match in _PART.finditer(sentence) if match["place"])
        # Nearly all lines say something else, and this alone shows it.
        self._words = max((one for one in _pieces(sentence) if isinstance(one, str)), key=len)

    def is_matching(self, name: str) -> bool:
        """Whether a line of a feature file, without its keyword, says this."""
        return self._match(name) is not None

    def parse_arguments(self, name: str) -> dict[str, str] | None:
        """What stands in the places, as it is written; None for another sentence."""
        match = self._match(name)
        return None if match is None else match.groupdict()

    def _match(self, name: str) -> re.Match[str] | None:
        return self._pattern.fullmatch(name) if self._words in name else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(_pattern_of(self.name), re.DOTALL)

    @property
    def converters(self) -> dict[str, Callable[[str], object]]:
        """What turns the texts in the places into values, by place."""
        return {place: PLACES.get(place, _TEXT).convert for place in self.places}

    def spellings(self) -> list[str]:
        """Every way to write it, with its places as they are: no brackets, no alternatives."""
        choices = [_choices(piece) for piece in _pieces(self.name)]
        return ["".join(pieces) for pieces in product(*choices)]

    @property
    def example(self) -> str:
        """A line that says this."""

        def fill(part: re.Match[str]) -> str:
            return PLACES.get(part["place"], _TEXT).example if part["place"] else part[0]

        return _PART.sub(fill, self.spellings()[0])


def given(sentence: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Register a step that sets the scene, in the module that calls this."""
    parser = Sentence(sentence)
    return pytest_bdd.given(parser, converters=parser.converters, stacklevel=1)


def act(sentence: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Register a step that does something; it can also set the scene."""
    parser = Sentence(sentence)

    def register(function: Callable[_P, _R]) -> Callable[_P, _R]:
        pytest_bdd.given(parser, converters=parser.converters, stacklevel=2)(function)
        pytest_bdd.when(parser, converters=parser.converters, stacklevel=2)(function)
        return function

    return register


def then(sentence: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Register a check."""
    parser = Sentence(sentence)
    return pytest_bdd.then(parser, converters=parser.converters, stacklevel=1)


def _pattern_of(sentence: str) -> str:
    pattern = []
    for piece in _pieces(sentence):
        if isinstance(piece, re.Match) and piece["place"]:
            form = PLACES.get(piece["place"], _TEXT).pattern
            pattern.append(f"(?P<{piece['place']}>{form})")
        else:
            choices = "|".join(re.escape(choice) for choice in _choices(piece))
            pattern.append(f"(?:{choices})")
    return "".join(pattern)


def _pieces(sentence: str) -> Iterator[str | re.Match[str]]:
    position = 0
    for part in _PART.finditer(sentence):
        yield sentence[position : part.start()]
        yield part
        position = part.end()
    yield sentence[position:]


def _choices(piece: str | re.Match[str]) -> list[str]:
    if isinstance(piece, str):
        return [piece]
    if piece["either"]:
        return piece["either"].split("/")
    return [piece[0]] if piece["place"] else [piece["optional"], ""]
