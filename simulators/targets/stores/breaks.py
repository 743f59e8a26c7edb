"""What the breaks of the catalogue are on a real system: strikes at a round trip, or at a file."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from simulators.errors import UsageError
from simulators.targets.proxy.http import CUT_OFF, EMPTY, MALFORMED
from simulators.targets.proxy.strike import Action, Crash, Delay, Hang, Moment, Refuse, Strike
from simulators.targets.stores.file_calls import is_of_a_file

SLOW: Final = timedelta(milliseconds=250)
"""How much longer a slow store takes."""

HANGING: Final = timedelta(seconds=1)
"""How long a store that does not answer keeps its client waiting, before the connection goes."""


def strike_of(break_: str, point: str, kill: Callable[[str], None]) -> Strike:
    """What a break of the catalogue is at a point of a store. Raises `UsageError` for one that
    does not exist, or not at that point."""
    moment, action = _strike(break_, kill)
    cannot_be = (moment is Moment.DONE and isinstance(action, Refuse)) or isinstance(action, Hang)
    if is_of_a_file(point) and cannot_be:
        raise UsageError(
            f"{break_!r} cannot strike at {point}: a change of a file that was made does not fail,"
            " and none hangs; let it crash, fail before or be slow"
        )
    return Strike(point, moment, action, repeats=break_.startswith("model "))


def _strike(break_: str, kill: Callable[[str], None]) -> tuple[Moment, Action]:
    match break_:
        case "crash before":
            return Moment.BEFORE, Crash(kill)
        case "crash after":
            return Moment.DONE, Crash(kill)
        case "error before":
            return Moment.BEFORE, Refuse()
        case "error after":
            return Moment.DONE, Refuse()
        case "timeout" | "model timeout":
            return Moment.BEFORE, Hang(HANGING)
        case "slow":
            return Moment.BEFORE, Delay(SLOW)
        case "model 429" | "model 500":
            return Moment.BEFORE, Refuse(break_.removeprefix("model "))
    for spoiling in (CUT_OFF, EMPTY, MALFORMED):
        if break_ == f"model {spoiling}":
            return Moment.DONE, Refuse(spoiling)
    raise UsageError(
        f"{break_!r} is nothing that can happen inside a turn; see what there is with coolwind"
        " faults"
    )
