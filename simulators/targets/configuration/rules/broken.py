"""A rule of `coolwind.toml` that does not hold."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""A key from the outside in; a table of an array by its position from 0."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold: at which key, what is wrong, and what to do."""

    path: Path
    says: str


def near_or_known(name: str, known: Collection[str]) -> str:
    """The remedy for a name that is not known: the one that is meant, or all that there are."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
