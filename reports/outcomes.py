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
    """An outcome as it is shown. `rank` grows from the best to the worst, and `means` is what the
    customer lives through, in one sentence; empty for an outcome that is not known."""

    outcome: str
    letter: str
    tone: Tone
    rank: int
    means: str = ""


UNCOVERED = "·"
"""Stands where no fault struck."""

_SIGNS = (
    ("restored", "R", Tone.GOOD, "The conversation goes on as if nothing had happened."),
    ("fresh", "F", Tone.GOOD, "The conversation was over, as it had to be, and another one began."),
    ("unavailable", "U", Tone.GOOD, "The customer reads a clean error, and trying again works."),
    ("inconclusive", "?", Tone.UNSURE, "It could not be decided."),
    ("loud-reset", "N", Tone.BAD, "The conversation is lost, and the customer is told."),
    ("restored-stale", "O", Tone.BAD, "The conversation goes on without its last turn."),
    ("lost-turn", "T", Tone.BAD, "The session goes on, but something the customer gave is gone."),
    (
        "silent-reset",
        "S",
        Tone.BAD,
        "The conversation is lost without a word: a new session answers.",
    ),
    (
        "half-expired",
        "H",
        Tone.BAD,
        "Part of an expired conversation is still there, part is gone.",
    ),
    ("version-skew", "V", Tone.BAD, "The new version cannot read what the old one stored."),
    ("wedged", "W", Tone.BAD, "A message is not answered, or none any more."),
    ("zombie", "Z", Tone.BAD, "A conversation that had ended came back."),
    ("interleaved", "I", Tone.BAD, "Two messages served at once got in each other's way."),
    ("duplicated-effect", "D", Tone.BAD, "Something that must happen once happened twice."),
    ("leaked", "L", Tone.BAD, "A customer sees what belongs to another."),
)

SIGNS: Mapping[str, Sign] = {
    outcome: Sign(outcome, letter, tone, rank, means)
    for rank, (outcome, letter, tone, means) in enumerate(_SIGNS)
}
"""Every known outcome, from the best to the worst."""


def sign_of(outcome: str) -> Sign:
    """The sign of an outcome; one that is not known counts as the worst."""
    return SIGNS.get(outcome) or Sign(outcome, "!", Tone.BAD, len(SIGNS))


def worst(outcomes: Iterable[str]) -> str | None:
    """The worst of some outcomes, None of none."""
    return max(outcomes, key=weight, default=None)


def weight(outcome: str) -> tuple[int, str]:
    """What outcomes are ordered by, from the best to the worst."""
    return sign_of(outcome).rank, outcome
