"""Decides which plans to play: every fault at every boundary between turns, up to a depth.

Plans with one fault come first, then those with two, and so on (iterative deepening on the number
of faults, as TLC does on the length of a behaviour): the first plan that breaks a law has the
fewest faults. What two plans begin with in common is played once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from simulators.comparison import Mask, leaves, mask_of
from simulators.conversation import THE_CUSTOMER, Break, Say, Script, SwitchTab
from simulators.faults.fault import Fault
from simulators.judge import Judged, judge
from simulators.plan import Placed, Plan
from simulators.player import Checkpoint, Player
from simulators.targets.target import Arrangement
from simulators.trace import Exchange, Strike, Trace


@dataclass(frozen=True, slots=True)
class Clean:
    """The clean run.

    `reference` is its turns or, from where the script itself lets a conversation end, those of
    somebody new. `mask` is what varies between two clean runs; `wavering` names, in words, what
    differed between two that had to be equal, and is empty for a repeatable target.
    """

    trace: Trace
    reference: Mapping[int, Exchange]
    mask: Mask
    wavering: tuple[str, ...]
    boundaries: tuple["Boundary", ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """A place between two turns, reached by a plan: after `plan`, before `script[position]`."""

    plan: Plan
    checkpoint: Checkpoint
    position: int
    turn: int
    customer: str
    reference: Mapping[int, Exchange]


@dataclass(frozen=True, slots=True)
class Missed:
    """A plan that could not be judged, because its last fault did not fire."""

    plan: Plan
    strike: Strike


class Explorer:
    """Explores the fault plans of one script on one player's target."""

    def __init__(self, player: Player, script: Script, arrangement: Arrangement) -> None:
        self._player = player
        self._script = script
        self._arrangement = arrangement
        self._foreign_to_reference: tuple[type, ...] = ()

    def clean(self, other: Player) -> Clean:
        """Play the clean run: once with the other player, whose seed differs, to see what varies;
        twice with the explorer's own, to see whether it can be repeated."""
        varied = self._play_through(other)
        first = self._play_through(self._player)
        self._player.begin(self._arrangement)
        boundaries = self._play_on((), 0, {})
        trace = self._player.trace
        fresh = boundaries[-1].reference if boundaries else {}
        reference = {**trace.turns, **fresh}
        return Clean(
            trace,
            reference,
            mask_of(first.turns, varied.turns),
            tuple(_wavering(first.turns, trace.turns)),
            tuple(replace(boundary, reference=reference) for boundary in boundaries),
        )

    def explore(
        self, clean: Clean, faults: Sequence[Fault], depth: int
    ) -> Iterator[Judged | Missed]:
        """Every plan of up to `depth` faults, fewest first. Plans that go on after a law was
        broken are left out: the shorter one tells it all. Where the clean run itself breaks a
        law, the plan without faults is all there is."""
        without_faults = judge((), clean.trace, clean.reference, clean.mask)
        if without_faults.breaches:
            yield without_faults
            return
        frontier: Sequence[Boundary] = clean.boundaries
        for _ in range(depth):
            deeper: list[Boundary] = []
            for boundary in frontier:
                for fault, customer in self._placements(boundary, faults):
                    plan = (*boundary.plan, _placed(boundary.turn, fault, customer))
                    self._player.go_back(boundary.checkpoint)
                    strike = self._player.strike(fault, customer)
                    if not strike.fired:
                        yield Missed(plan, strike)
                        continue
                    checkpoint = self._player.checkpoint()
                    here = replace(boundary, plan=plan, checkpoint=checkpoint)
                    later = self._play_on(plan, boundary.position, boundary.reference)
                    reference = later[-1].reference if later else boundary.reference
                    judged = judge(plan, self._player.trace, reference, clean.mask)
                    yield judged
                    if not judged.breaches:
                        deeper += (here, *later)
            frontier = deeper

    def as_written(self, clean: Clean) -> Judged:
        """Judge the script with the faults that it asks for itself, against the clean run of the
        same script without them, in one tab."""
        self._foreign_to_reference = (Break, SwitchTab)
        self._player.begin(self._arrangement)
        boundaries = self._play_on((), 0, clean.reference)
        reference = boundaries[-1].reference if boundaries else clean.reference
        return judge((), self._player.trace, reference, clean.mask)

    @staticmethod
    def _placements(boundary: Boundary, faults: Sequence[Fault]) -> Iterator[tuple[Fault, str]]:
        customers = tuple(boundary.checkpoint.standing.customers)
        for fault in faults:
            for customer in customers if fault.strikes_a_customer else (boundary.customer,):
                yield fault, customer

    def _play_through(self, player: Player) -> Trace:
        player.begin(self._arrangement)
        player.play(self._script)
        return player.trace

    def _play_on(
        self, plan: Plan, position: int, reference: Mapping[int, Exchange]
    ) -> list[Boundary]:
        """Play the rest of the script; every boundary on the way, after each turn."""
        player, boundaries = self._player, []
        for index in range(position, len(self._script)):
            action = self._script[index]
            if isinstance(action, Say):
                turn = player.turn + 1
                if player.life(action.customer).is_over:
                    reference = {**reference, **self._fresh(index)}
                exchange = player.perform(action)
                if self._failed_here(exchange, reference.get(turn)):
                    player.resend(turn)
                checkpoint = player.checkpoint()
                boundaries.append(
                    Boundary(plan, checkpoint, index + 1, turn, action.customer, reference)
                )
            else:
                player.perform(action)
        return boundaries

    def _fresh(self, position: int) -> Mapping[int, Exchange]:
        """The turns from here on, as somebody new lives through them in the place of every
        customer whose conversation is over."""
        player, turn = self._player, self._player.turn
        here = player.checkpoint()
        for action in self._script[position:]:
            if isinstance(action, self._foreign_to_reference):
                continue
            if isinstance(action, Say) and player.life(action.customer).is_over:
                player.replace_customer(action.customer)
            player.perform(action)
        turns = player.trace.turns
        player.go_back(here)
        return {number: exchange for number, exchange in turns.items() if number > turn}

    @staticmethod
    def _failed_here(exchange: Exchange | Strike | None, expected: Exchange | None) -> bool:
        return (
            isinstance(exchange, Exchange)
            and exchange.answer.is_error
            and expected is not None
            and not expected.answer.is_error
        )


def _placed(turn: int, fault: Fault, customer: str) -> Placed:
    return Placed(turn, fault.name, customer if fault.strikes_a_customer else THE_CUSTOMER)


def _wavering(first: Mapping[int, Exchange], second: Mapping[int, Exchange]) -> Iterator[str]:
    """Two plays of one script have the same turns; what they show may differ."""
    for turn in sorted(first):
        one, other = leaves(first[turn]), leaves(second[turn])
        for path in sorted(one.keys() | other.keys()):
            if one.get(path) != other.get(path):
                yield (
                    f"{path} of turn {turn} was {one.get(path)!r} in one clean run"
                    f" and {other.get(path)!r} in the next"
                )
