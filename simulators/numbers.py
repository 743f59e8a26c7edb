"""Numbers as users write them in options."""

import math
from argparse import ArgumentTypeError
from collections.abc import Mapping

MOST_FAULTS = 2
"""How many faults the plans have where nobody says anything: small ones show most bugs."""

USUAL = 0
"""Stands for that, until it is known what the target can do (`depths.depth_of`)."""

USUAL_DEPTH = f"{MOST_FAULTS}; 1 without snapshots and without a budget"
"""The same in words."""


def whole(text: str) -> int:
    """A whole number. Raises ArgumentTypeError."""
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no whole number; write one, such as 7") from None


def positive(text: str) -> int:
    """A whole number from 1. Raises ArgumentTypeError."""
    try:
        number = int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no whole number; write 1 or more") from None
    if number < 1:
        raise ArgumentTypeError(f"{text} is too small; write 1 or more")
    return number


def seconds(text: str) -> float:
    """A time above 0. Raises ArgumentTypeError."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not -math.inf < number < math.inf:
        raise ArgumentTypeError(f"{text!r} is no time; write seconds above 0, such as 60")
    if number <= 0:
        raise ArgumentTypeError(f"{text} is too short; write seconds above 0, such as 60")
    return number


def depth(text: str) -> int | None:
    """A whole number from 1, None for `any`, or `USUAL` for `usual`. Raises ArgumentTypeError."""
    if text in _DEPTHS:
        return _DEPTHS[text]
    try:
        return positive(text)
    except ArgumentTypeError as error:
        raise ArgumentTypeError(f"{error}, or any") from None


def depth_text(number: int | None) -> str:
    """The inverse of `depth`."""
    return next((text for text, known in _DEPTHS.items() if known == number), str(number))


_DEPTHS: Mapping[str, int | None] = {"any": None, "usual": USUAL}
