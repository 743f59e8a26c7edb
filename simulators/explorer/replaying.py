"""Plays plans again that are known already, each against the clean run of its script."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from simulators.conversation import Script
from simulators.explorer.clean_run import Clean
from simulators.explorer.explorer import Explorer
from simulators.explorer.left_open import Unjudged
from simulators.explorer.striking import Missed
from simulators.explorer.variation import played_again, settled
from simulators.laws import Breach
from simulators.laws.judge import Judged, judge
from simulators.laws.outcome import Outcome
from simulators.plan import Plan
from simulators.player.player import Player
from simulators.targets.target import Arrangement, Target

NOT_REPEATABLE: Final = "the clean run is not repeatable"

RUNS_IN_DOUBT: Final = 8
"""How often a clean run is played once more where a play broke a law now and then."""

_RUNS: Final = 3
"""How often where it broke one each time."""


@dataclass(frozen=True, slots=True)
class Example:
    """A script, and the faults that are to strike in it."""

    script: Script
    plan: Plan


class Replayer:
    """Plays any script on one target, with or without faults."""

    def __init__(self, target: Target, arrangement: Arrangement, seed: int) -> None:
        self._player, self._other = Player(target, seed), Player(target, seed + 1)
        self._arrangement = arrangement
        self._clean: dict[Script, Clean] = {}
        self._broken: dict[Script, tuple[Breach, ...]] = {}

    def clean(self, script: Script) -> Clean:
        """The clean run of a script, played when it is first asked for."""
        if script not in self._clean:
            clean = self._explorer(script).clean(self._other)
            self.knows(script, settled(clean, self._player, script, self._arrangement))
        return self._clean[script]

    def knows(self, script: Script, clean: Clean) -> None:
        """The clean run of a script that was played before on the same target, with the same seed;
        it is not played again."""
        # What can be gone back to takes room, and no plan is explored from there.
        self._clean[script] = replace(clean, stops=())

    def doubt_of_clean(self, script: Script, runs: int) -> str | None:
        """What differs between clean runs of a script, when so many more of them are played; None
        where nothing does that may not."""
        clean = played_again(self.clean(script), self._player, script, self._arrangement, runs)
        return next(iter(clean.wavering), None)

    def drifted(self, script: Script, runs: int = _RUNS) -> Mapping[tuple[str, str], str]:
        """What the clean run of a script has by now that it did not have at first, by law and
        field, in words: after midnight, say, where a reply tells the day, or in one of so many more
        runs, where a reply is one of two by chance. No fault did that."""
        found: dict[tuple[str, str], str] = {}
        for _ in range(runs):
            by_now = self.replay(Example(script, ()))
            for one in () if isinstance(by_now, Missed) else by_now.breaches:
                found.setdefault(
                    (one.law, one.field),
                    f"{one.field} of turn {one.turn} was {one.expected!r} in one clean run and"
                    f" {one.actual!r} in a later one",
                )
        return found

    def learns(self, script: Script) -> bool:
        """Whether one more clean run of a script has words that none had before, as after a minute
        where a reply tells the time: plays are held against what is known of them by now."""
        known = self.clean(script)
        by_now = played_again(known, self._player, script, self._arrangement, 1)
        if by_now.mask == known.mask or by_now.wavering:
            return False
        self.knows(script, by_now)
        return True

    def replay(self, example: Example) -> Judged | Missed:
        """Play an example from its beginning to its end.

        Raises `ScenarioError` where the script cannot be played, or where it has no place for one
        of the faults.
        """
        clean, explorer = self.clean(example.script), self._explorer(example.script)
        result = explorer.follow(clean, example.plan)
        return without_false_skew(result, explorer, clean)

    def doubt(self, example: Example) -> str | None:
        """Why a play of an example says nothing; None where it can be judged."""
        clean = self.clean(example.script)
        if clean.wavering:
            return f"{NOT_REPEATABLE}: {clean.wavering[0]}"
        for strike in clean.trace.strikes:
            if not strike.fired:
                return f"the scenario's own {strike.fault} did not strike: {strike.evidence}"
        if example.plan and (broken := self._broken_without_faults(example.script)):
            return f"the clean run breaks the {broken[0].law} law by itself"
        return None

    def _broken_without_faults(self, script: Script) -> tuple[Breach, ...]:
        """What the clean run of a script breaks, judged when it is first asked for."""
        if script not in self._broken:
            clean = self.clean(script)
            judged = judge((), clean.trace, clean.reference, clean.mask)
            self._broken[script] = judged.breaches
        return self._broken[script]

    def _explorer(self, script: Script) -> Explorer:
        return Explorer(self._player, script, self._arrangement)


_Result = TypeVar("_Result", Judged, Judged | Missed, Judged | Missed | Unjudged)


def without_false_skew(result: _Result, explorer: Explorer, clean: Clean) -> _Result:
    """A deployment is also a restart: where a plain restart in its place does harm, too, the new
    version is not to blame."""
    if not isinstance(result, Judged) or result.outcome is not Outcome.VERSION_SKEW:
        return result
    as_restart = tuple(
        replace(placed, fault="restart") if placed.fault == "deploy" else placed
        for placed in result.plan
    )
    restarted = explorer.follow(clean, as_restart)
    if isinstance(restarted, Missed) or not restarted.breaches:
        return result
    return replace(result, outcome=restarted.outcome, otherwise=restarted.otherwise)
