"""Numbers as users write them in options."""

from argparse import ArgumentTypeError

MOST_FAULTS = 2
"""How many faults the plans have where nobody says anything: small ones show most bugs."""


def positive(text: str) -> int:
    """A whole number from 1. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise ArgumentTypeError(f"{text!r} is no number; write 1 or more")
    return int(text)


def depth(text: str) -> int | None:
    """A whole number from 1, or None for `any`. Raises ArgumentTypeError."""
    try:
        return None if text == "any" else positive(text)
    except ArgumentTypeError as error:
        raise ArgumentTypeError(f"{error}, or any") from None
