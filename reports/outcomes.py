"""How reports show an outcome: its letter, its tone, and its place between best and worst."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How an outcome looks at first sight."""

    GOOD = "good"
    UNSURE = "unsure"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Sign:
    """An outcome as it is shown. `rank` grows from the best to the worst."""

    outcome: str
    letter: str
    tone: Tone
    rank: int


UNCOVERED = "·"
"""Stands where no fault struck."""

_LETTERS = (
    ("restored", "R", Tone.GOOD),
    ("fresh", "F", Tone.GOOD),
    ("unavailable", "U", Tone.GOOD),
    ("inconclusive", "?", Tone.UNSURE),
    ("loud-reset", "N", Tone.BAD),
    ("restored-stale", "O", Tone.BAD),
    ("lost-turn", "T", Tone.BAD),
    ("silent-reset", "S", Tone.BAD),
    ("half-expired", "H", Tone.BAD),
    ("version-skew", "V", Tone.BAD),
    ("wedged", "W", Tone.BAD),
    ("zombie", "Z", Tone.BAD),
    ("interleaved", "I", Tone.BAD),
    ("duplicated-effect", "D", Tone.BAD),
    ("leaked", "L", Tone.BAD),
)

SIGNS: Mapping[str, Sign] = {
    outcome: Sign(outcome, letter, tone, rank)
    for rank, (outcome, letter, tone) in enumerate(_LETTERS)
}
"""Every known outcome, from the best to the worst."""


def sign_of(outcome: str) -> Sign:
    """The sign of an outcome; one that is not known counts as the worst."""
    return SIGNS.get(outcome) or Sign(outcome, "!", Tone.BAD, len(SIGNS))


def worst(outcomes: Iterable[str]) -> str | None:
    """The worst of some outcomes, None of none."""
    return max(outcomes, key=lambda outcome: (sign_of(outcome).rank, outcome), default=None)
