"""The verdict: the only place that can say pass, and it says so last."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verdict(StrEnum):
    """What a run, or the exploration of one scenario, came to."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict, and why it is not pass."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()


_NOTHING_STRUCK: Final = (
    "no fault struck, so that nothing was survived; take the option --faults survivable, tag a"
    " scenario @survives, or let a step of it strike, such as When the server restarts"
)


def rule(failures: Sequence[str], doubts: Sequence[str], judged: int) -> Ruling:
    """Pass only when something was judged that a fault struck, nothing failed, and nothing is in
    doubt. `judged` is how much."""
    if failures:
        return Ruling(Verdict.FAIL, (*failures, *doubts))
    if doubts:
        return Ruling(Verdict.INCONCLUSIVE, tuple(doubts))
    if judged < 1:
        return Ruling(Verdict.INCONCLUSIVE, (_NOTHING_STRUCK,))
    return Ruling(Verdict.PASS)
