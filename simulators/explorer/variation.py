"""What varies from one clean run to the next on a target that cannot be made repeatable.

Fields that differ are masked, and the identities among them are followed (`comparison`). A reply
that is worded anew each time is judged by flow, step, data and effects alone; so flow, step and the
number of effects have to be the same each time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from simulators.conversation import Script
from simulators.explorer.clean_run import Clean
from simulators.laws.comparison import Mask
from simulators.laws.masking import is_worded_anew, mask_of, united, unsettled
from simulators.player.player import Player
from simulators.targets.target import Arrangement, Target
from simulators.targets.tolerance import tolerance_of
from simulators.trace import Exchange

MORE_RUNS: Final = 1
"""How many clean runs are played beyond the three that every target is asked for."""

_ONCE_MORE: Final = (
    "; let every conversation begin with a service that has seen nobody, and leave nothing"
    " to chance"
)
_NO_HELP: Final = (
    "; repeat and need help where replies are worded anew, and not where this varies: let the same"
    " messages lead to the same flow, step, session and number of effects"
)
_TEXTS: Final = frozenset({"text", "quick replies"})


def settled(
    clean: Clean,
    player: Player,
    script: Script,
    arrangement: Arrangement,
    runs: int = MORE_RUNS,
) -> Clean:
    """A clean run that masks what varies on that player's target, after so many more runs; the same
    where it has to be repeatable. What may vary on no target is left in `wavering`. The player is
    left at the end of the script."""
    if tolerance_of(player.target) is None:
        return clean
    mask, differing = clean.mask, dict.fromkeys(clean.unsettled)
    for _ in range(runs):
        player.begin(arrangement)
        player.play(script)
        turns = player.trace.turns
        mask = united(mask, mask_of(clean.trace.turns, turns))
        differing.update(dict.fromkeys(unsettled(clean.trace.turns, turns)))
    widened, found = _widened(mask, clean.trace.turns), tuple(differing)
    return replace(clean, mask=widened, wavering=found, unsettled=found)


def varying(clean: Clean, player: Player) -> tuple[str, ...]:
    """What is masked, in words, for the report; nothing where it is so by design of the target."""
    if tolerance_of(player.target) is None:
        return ()
    return tuple(dict.fromkeys(_told(clean.mask)))


def remedy_of(target: Target) -> str:
    """What helps where the clean run cannot be repeated, as the end of a sentence."""
    tolerance = tolerance_of(target)
    return _ONCE_MORE if tolerance is None or tolerance.repeat == 1 else _NO_HELP


def _told(mask: Mask) -> Iterator[str]:
    for (turn, path), words in sorted(mask.items()):
        how = "is worded anew" if -1 in words and path in _TEXTS else "differs"
        yield f"{path} of turn {turn} {how} from one clean run to the next"


def _widened(mask: Mask, turns: Mapping[int, Exchange]) -> Mask:
    """Where other words than names and numbers vary, the next run may have more or fewer of
    them."""
    return {
        (turn, path): frozenset({-1})
        if path in _TEXTS and is_worded_anew(turns[turn], path, words)
        else words
        for (turn, path), words in mask.items()
    }
