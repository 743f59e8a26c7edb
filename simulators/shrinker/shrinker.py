"""Shrinks a finding: the shortest conversation with the lightest plan that fails the same way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulators.conversation import Script
from simulators.errors import SimulatorError
from simulators.explorer.replaying import Example, Replayer
from simulators.explorer.tally import Cause, cause_of
from simulators.faults.fault import Fault
from simulators.laws.judge import Judged
from simulators.plan import describe
from simulators.shrinker.simplification import simpler

MOST_TRIES: Final = 200
"""How many simpler forms of one finding are tried."""

REPLAYS: Final = 10
"""How often the form that is left is played again, to see how often it fails."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How many simpler forms are tried, and how often the last is played again."""

    tries: int = MOST_TRIES
    replays: int = REPLAYS


THOROUGH: Final = Effort()
"""For a target that plays a conversation in no time."""

SPARING: Final = Effort(tries=12, replays=3)
"""For one whose servers have to be started for each play."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A finding in its shortest form, how it was judged, and how many of the replays failed the
    same way."""

    example: Example
    judged: Judged
    reproduced: int
    replays: int = REPLAYS

    def seldom(self, cause: Cause) -> str:
        """That it is shown from a snapshot and not always from the beginning, in words."""
        return (
            f"'{describe(self.example.plan)}' broke the {cause.law} law, and from the beginning it"
            f" did in {self.reproduced} of {self.replays} plays"
        )

    def never_again(self, cause: Cause) -> str:
        """That it was found once and is nothing to rely on, in words."""
        return (
            f"'{describe(self.example.plan)}' broke the {cause.law} law once ({cause.field}), and"
            f" in none of {self.replays} plays from the beginning; leave nothing to chance in the"
            " service, or run it again: what comes of more than the fault is no finding"
        )


def shrink(
    replayer: Replayer,
    script: Script,
    found: Judged,
    faults: Sequence[Fault],
    effort: Effort = THOROUGH,
) -> Shrunk:
    """The shortest form of a finding that breaks the same law in the same field with the same
    outcome, as Hypothesis and delta debugging shrink to the same failure.

    What is tried is played anew, beside a clean run of its own script, so that what is left is no
    guess. It is as short as can be: no simpler form of it fails the same way, unless the tries
    of `effort` were used up. A try plays its script six times at most, and on a target without
    snapshots a finding may cost seconds. A lighter fault is one of `faults`.
    """
    cause, example = cause_of(found), Example(script, found.plan)
    tried = {example}
    while (shorter := _shorter(replayer, example, found, faults, tried, effort.tries)) is not None:
        example, found = shorter
    again = [_failing(replayer, example, cause) for _ in range(effort.replays)]
    return Shrunk(example, found, sum(judged is not None for judged in again), effort.replays)


def _shorter(
    replayer: Replayer,
    example: Example,
    found: Judged,
    faults: Sequence[Fault],
    tried: set[Example],
    most: int,
) -> tuple[Example, Judged] | None:
    """The first simpler form that fails for the same cause, and how it was judged."""
    for candidate in simpler(example, len(found.shown.turns), faults):
        if candidate not in tried and len(tried) <= most:
            tried.add(candidate)
            judged = _failing(replayer, candidate, cause_of(found))
            if judged is not None:
                return candidate, judged
    return None


def _failing(replayer: Replayer, example: Example, cause: Cause) -> Judged | None:
    """The play of an example that fails for that cause, and by its faults."""
    try:
        judged = None if replayer.doubt(example) else replayer.replay(example)
    except SimulatorError:
        # A conversation that makes no sense any more, or a target in trouble, shows nothing.
        return None
    if not isinstance(judged, Judged) or not judged.breaches:
        return None
    return judged if cause_of(judged) == cause else None
