"""What nobody can change is told from what somebody may."""

import itertools
import re
from collections import namedtuple
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum

import pytest

from simulators.targets.application.constants import is_constant


class Colour(Enum):
    RED = 1


class Words(tuple[str, ...]):
    """May have attributes."""


@pytest.mark.parametrize(
    "item",
    [
        *(None, True, 1, "a", b"a", range(3), Decimal(1), re.compile("a"), re),
        *(datetime(2026, 1, 5, tzinfo=UTC), timedelta(1), ("a", frozenset({("b", 1)}))),
        vars(date)["year"],
    ],
    ids=lambda item: type(item).__name__,
)
def test_what_cannot_change_is_constant(item: object) -> None:
    assert is_constant(item)


@pytest.mark.parametrize(
    "item",
    [
        *([], {}, set(), bytearray(), object(), itertools.count(), len, lambda: None),
        *(Colour.RED, Words("a"), namedtuple("Pair", "one")(1), (1, []), frozenset({Colour.RED})),
    ],
    ids=lambda item: type(item).__name__,
)
def test_what_may_hold_something_else_is_not(item: object) -> None:
    assert not is_constant(item)


def test_what_is_nested_deep_and_shared_is_looked_at_once() -> None:
    nested: object = "deep"
    for _ in range(5_000):
        nested = (nested, nested)
    assert is_constant(nested)
