"""Writes down an arrangement as the Given steps that set it up."""

from collections.abc import Iterator

from simulators.targets.target import Arrangement


def given_steps(arrangement: Arrangement) -> Iterator[str]:
    """The steps, without their keyword, in the order of the fields."""
    yield from ()
