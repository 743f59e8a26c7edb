"""The verdict: the only place that can say pass, and it says so last."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


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


def rule(failures: Sequence[str], doubts: Sequence[str], judged: int) -> Ruling:
    """Pass only when something was judged, nothing failed, and nothing is in doubt."""
    if failures:
        return Ruling(Verdict.FAIL, (*failures, *doubts))
    if doubts:
        return Ruling(Verdict.INCONCLUSIVE, tuple(doubts))
    if judged < 1:
        return Ruling(Verdict.INCONCLUSIVE, ("nothing was judged; enable at least one fault",))
    return Ruling(Verdict.PASS)
