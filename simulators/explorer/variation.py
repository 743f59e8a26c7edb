"""What varies from one clean run to the next on a target that cannot be made repeatable.

Fields that differ are masked, and the identities among them are followed (`comparison`). A reply
that is worded anew each time is judged by flow, step, data and effects alone; so flow, step and the
number of effects have to be the same each time.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from simulators.conversation import Pause, Say, Script, turns_of
from simulators.explorer.clean_run import Clean
from simulators.laws.mask import Mask, united
from simulators.laws.masking import TEXTS, mask_of, mask_of_time, unsettled, widened
from simulators.laws.sequences import has_numbers, mask_of_sequences
from simulators.player.player import Player
from simulators.targets.target import Arrangement, Capability, Target
from simulators.targets.tolerance import tolerance_of
from simulators.varying import ALL_OF_IT

MORE_RUNS: Final = 1
"""How many clean runs are played beyond the three that every target is asked for."""

_MINUTES: Final = timedelta(minutes=5)
"""How long the customers pause between two messages of one more, at most."""

_ONCE_MORE: Final = (
    "; let every conversation begin with a service that has seen nobody (reset in [target]), and"
    " leave nothing to chance"
)
_NO_HELP: Final = (
    "; repeat and need help where replies are worded anew, and not where this varies: let the same"
    " messages lead to the same flow, step, session and number of effects"
)


def settled(
    clean: Clean,
    player: Player,
    script: Script,
    arrangement: Arrangement,
) -> Clean:
    """A clean run that masks what varies on that player's target, after so many more runs; the same
    where it has to be repeatable. What may vary on no target is left in `wavering`. The player is
    left at the end of the script."""
    if tolerance_of(player.target) is None:
        return clean
    if all(isinstance(action, Say) for action in script):
        for mask_of_more in (_mask_of_time, _mask_of_sequences):
            more = mask_of_more(clean, player, script, arrangement)
            clean = replace(clean, mask=united(clean.mask, more))
    return played_again(clean, player, script, arrangement, MORE_RUNS)


def played_again(
    clean: Clean, player: Player, script: Script, arrangement: Arrangement, runs: int
) -> Clean:
    """The same after so many more runs, as fast as they can be played."""
    mask, differing = clean.mask, dict.fromkeys(clean.unsettled)
    for _ in range(runs):
        player.begin(arrangement)
        player.play(script)
        turns = player.trace.turns
        mask = united(mask, mask_of(clean.trace.turns, turns))
        differing.update(dict.fromkeys(unsettled(clean.trace.turns, turns)))
    found = tuple(differing)
    mask = widened(mask, clean.trace.turns)
    return replace(clean, mask=mask, wavering=found, unsettled=found)


def varying(clean: Clean, player: Player) -> tuple[str, ...]:
    """What is masked, in words, for the report; nothing where it is so by design of the target."""
    if tolerance_of(player.target) is None:
        return ()
    return tuple(dict.fromkeys(_told(clean.mask)))


def remedy_of(target: Target) -> str:
    """What helps where the clean run cannot be repeated, as the end of a sentence."""
    tolerance = tolerance_of(target)
    return _ONCE_MORE if tolerance is None or tolerance.repeat == 1 else _NO_HELP


def _mask_of_time(clean: Clean, player: Player, script: Script, arrangement: Arrangement) -> Mask:
    """What a clean run shows to vary in which the customers take their time: runs in a row are over
    before a minute goes by, and a fault may last half an hour."""
    target, turns = player.target, turns_of(script)
    if Capability.CLOCK not in target.capabilities:
        return {}
    lifetimes = target.lifetimes()
    shortest = min(filter(None, (lifetimes.idle, lifetimes.expiry)), default=_MINUTES * turns * 2)
    pause = Pause(min(_MINUTES, shortest / (2 * turns)))
    player.begin(arrangement)
    player.play(tuple(one for action in script for one in (pause, action))[1:])
    return mask_of_time(clean.trace.turns, player.trace.turns)


def _mask_of_sequences(
    clean: Clean, player: Player, script: Script, arrangement: Arrangement
) -> Mask:
    """What has another number where others have been through the same conversation before."""
    turns = clean.trace.turns
    if not has_numbers(turns):
        return {}
    player.begin(arrangement)
    player.play(script)
    before = player.last().seen
    for name in player.customers:
        player.seat_stranger(name)
    player.play(script)
    count = len(turns)
    second = {
        turn - count: exchange for turn, exchange in player.trace.turns.items() if turn > count
    }
    return mask_of_sequences(turns, second, before, clean.mask)


def _told(mask: Mask) -> Iterator[str]:
    for (turn, path), words in sorted(mask.items()):
        how = "is worded anew" if ALL_OF_IT in words and path in TEXTS else "differs"
        yield f"{path} of turn {turn} {how} from one clean run to the next"
