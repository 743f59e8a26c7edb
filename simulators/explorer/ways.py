"""In which ways a scenario can be explored: from snapshots, with equal states as one; with the
moment as a part of each state; or with each plan from its beginning.

The first one takes the least, and is right for a service that goes by what its snapshots hold and
its states tell. One that is found out is explored in another way, and a note says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from simulators.conversation import Break, Say, Script
from simulators.explorer.reach import Reach
from simulators.player.player import Player
from simulators.targets.hidden import dated, replayed
from simulators.targets.hidden_state import changed, hidden_state_of, known_of, may_keep
from simulators.targets.target import Arrangement, Capability, Target

_DATED: Final = (
    "states of two moments were explored one by one, because the service goes by more than how long"
    " ago something was: "
)
_PLAYED_ANEW: Final = (
    "every plan was played from its beginning, because a snapshot does not hold all that the"
    " service keeps: "
)
_SURVIVES: Final = (
    "what a conversation left in {} outlived a crash, which it would not in a process of its own;"
    " keep it in what the service is built with, or in a store"
)
_MOST_PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Way:
    """How the target is taken, and the note that says why it is not taken as it is."""

    target: Target
    note: str | None = None
    is_dated: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """The note, where there is one."""
        return () if self.note is None else (self.note,)

    @property
    def makes_snapshots(self) -> bool:
        """Whether plays go on from snapshots."""
        return Capability.SNAPSHOT in self.target.capabilities

    def after(self, reach: Reach) -> "Way | None":
        """The way to take where this one came so far; None where nothing stands against it, or no
        other way helps."""
        if reach.parted is not None and not self.is_dated:
            return Way(dated(self.target), f"{_DATED}{reach.parted}", is_dated=True)
        why = reach.strayed or reach.parted
        can_help = self.makes_snapshots or reach.parted is not None
        return self.from_the_beginning(why) if why is not None and can_help else None

    def from_the_beginning(self, why: str) -> "Way":
        """The way without snapshots."""
        return Way(replayed(self.target), f"{_PLAYED_ANEW}{why}")

    def told(self, more: str) -> "Way":
        """The same way, with more to say of its reason."""
        return replace(self, note=f"{self.note}{more}")


def hidden_state(script: Script, arrangement: Arrangement, player: Player) -> str:
    """Where something changes that no snapshot holds while the conversation goes on, also where a
    process dies after each turn of it, in words; empty for nowhere."""
    places: dict[str, None] = {}
    for played in _plays(script, player.target):
        player.begin(arrangement)
        before = hidden_state_of(player.target)
        player.play(played)
        places |= dict.fromkeys(changed(before, hidden_state_of(player.target)))
    return f"; state was found in {', '.join([*places][:_MOST_PLACES])}" if places else ""


def survivor(script: Script, arrangement: Arrangement, player: Player) -> str | None:
    """Where a conversation is known still when the process that had it is dead, as a sentence with
    the remedy; None for nowhere that a process would lose."""
    if Capability.CRASH not in player.target.capabilities or not may_keep(player.target):
        return None
    player.begin(arrangement)
    player.play((*script, Break("crash")))
    answers = (exchange.answer for exchange in player.trace.exchanges)
    session_ids = {answer.session_id for answer in answers if answer.session_id is not None}
    places = known_of(player.target, session_ids)
    return _SURVIVES.format(", ".join(places[:_MOST_PLACES])) if places else None


def _plays(script: Script, target: Target) -> Iterator[Script]:
    yield script
    if Capability.CRASH in target.capabilities:
        said = [position for position, action in enumerate(script) if isinstance(action, Say)]
        dies_before = frozenset(said[1:])
        yield tuple(
            each
            for position, action in enumerate(script)
            for each in ((Break("crash"), action) if position in dies_before else (action,))
        )
