"""Walks a script on a player, turn by turn, and knows what each turn has to equal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulators.conversation import THE_CUSTOMER, Action, Say, Script
from simulators.errors import ScenarioError
from simulators.faults.catalogue import named
from simulators.faults.fault import Fault
from simulators.plan import Placed, Plan
from simulators.player import Checkpoint, Player
from simulators.targets.target import Arrangement
from simulators.trace import Exchange, Strike, Trace


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a play: after `plan`, before `script[position]`.

    `turn` is the last one, and `customer` who wrote it. `reference` holds, by turn, what each
    exchange has to equal: the clean run or, from where a conversation is over, what somebody new
    lives through. `has_ended` says that the script had more to do after that turn, which is done.
    """

    position: int
    turn: int
    customer: str
    reference: Mapping[int, Exchange]
    plan: Plan = ()
    has_ended: bool = False


class Course:
    """One script on its way through one player's target. Actions of the `foreign` types are no
    part of what it has to equal."""

    def __init__(
        self,
        player: Player,
        script: Script,
        arrangement: Arrangement,
        foreign: tuple[type[Action], ...] = (),
    ) -> None:
        self._player = player
        self._script = script
        self._arrangement = arrangement
        self._foreign = foreign

    def against(self, *foreign: type[Action]) -> "Course":
        """The same course, held against what it would be without actions of these types."""
        return Course(self._player, self._script, self._arrangement, foreign)

    @property
    def trace(self) -> Trace:
        """What has come about so far."""
        return self._player.trace

    def play_through(self, player: Player) -> Trace:
        """The whole script on that player, and nothing beside it."""
        player.begin(self._arrangement)
        player.play(self._script)
        return player.trace

    def begin(self, reference: Mapping[int, Exchange]) -> Place:
        """A service that has seen nobody, before the first action."""
        self._player.begin(self._arrangement)
        return Place(0, 0, THE_CUSTOMER, reference)

    def advance(self, place: Place) -> Place | None:
        """Play on up to the end of the next turn, or of the script; None where that is reached.

        A message that is refused where the reference has an answer is sent once more.
        """
        if place.position == len(self._script):
            return None
        player, reference = self._player, place.reference
        for position in range(place.position, len(self._script)):
            action = self._script[position]
            if not isinstance(action, Say):
                player.perform(action)
                continue
            if player.life(action.customer).is_over:
                reference = {**reference, **self._fresh(position)}
            exchange = player.perform(action)
            if _failed_here(exchange, reference.get(player.turn)):
                player.resend(player.turn)
            return Place(position + 1, player.turn, action.customer, reference, place.plan)
        return replace(place, position=len(self._script), has_ended=True)

    def finish(self, place: Place) -> Place:
        """Play on to the end of the script."""
        while (after := self.advance(place)) is not None:
            place = after
        return place

    def strike(self, place: Place, fault: Fault, customer: str) -> tuple[Place, Strike]:
        """Let a fault strike here."""
        strike = self._player.strike(fault, customer)
        placed = Placed(
            place.turn, fault.name, customer if fault.strikes_a_customer else THE_CUSTOMER
        )
        return replace(place, plan=(*place.plan, placed)), strike

    def follow(self, plan: Plan, reference: Mapping[int, Exchange]) -> tuple[Place, Strike | None]:
        """Play the script from its beginning to its end, with the faults of a plan in their
        places: the place at the end, and the first fault that did not fire.

        Raises `ScenarioError` for a plan with a fault after a turn that the script does not have.
        """
        place = self.begin(reference)
        waiting = list(plan)
        missed = None
        while (after := self.advance(place)) is not None:
            place = after
            while waiting and waiting[0].after_turn == place.turn:
                placed = waiting.pop(0)
                fault = named(placed.fault)
                customer = placed.customer if fault.strikes_a_customer else place.customer
                place, strike = self.strike(place, fault, customer)
                if not strike.fired:
                    missed = missed or strike
        if waiting:
            raise ScenarioError(
                f"the plan does not apply any more: there is no place for '{waiting[0]}'; the"
                f" conversation has {place.turn} turns"
            )
        return place, missed

    def checkpoint(self) -> Checkpoint:
        """Where the play stands now."""
        return self._player.checkpoint()

    def go_back(self, checkpoint: Checkpoint) -> None:
        """Go on from there."""
        self._player.go_back(checkpoint)

    def _fresh(self, position: int) -> Mapping[int, Exchange]:
        """The turns from here on, as somebody new lives through them in the place of every
        customer whose conversation is over."""
        player, turn = self._player, self._player.turn
        here = player.checkpoint()
        for action in self._script[position:]:
            if isinstance(action, self._foreign):
                continue
            if isinstance(action, Say) and player.life(action.customer).is_over:
                player.replace_customer(action.customer)
            player.perform(action)
        turns = player.trace.turns
        player.go_back(here)
        return {number: exchange for number, exchange in turns.items() if number > turn}


def _failed_here(exchange: Exchange | Strike | None, expected: Exchange | None) -> bool:
    return (
        isinstance(exchange, Exchange)
        and exchange.answer.is_error
        and expected is not None
        and not expected.answer.is_error
    )
