"""Decides which plans to play, and plays what has not been decided already.

Plans with one fault come first, then those with two, and so on (iterative deepening on the number
of faults, as TLC does on the length of a behaviour): the first plan that breaks a law has the
fewest faults. What plans begin with in common is played once, and where two plans lead to equal
states (`state`), what follows is played once for both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from simulators.comparison import Mask, leaves, mask_of
from simulators.conversation import Break, Script, SwitchTab
from simulators.course import Course, Place
from simulators.faults.fault import Fault
from simulators.judge import Judged, judge, judge_case
from simulators.laws import Case, case_of
from simulators.plan import Plan
from simulators.player import Checkpoint, Player
from simulators.space import Key, Space
from simulators.state import States
from simulators.targets.target import Arrangement
from simulators.trace import Exchange, Strike, Trace

Depth: TypeAlias = int | None
"""The most faults of a plan."""

ANY: Final = None
"""The depth of plans with any number of faults, at most one between two turns."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place after a turn of the clean run, with what had come about by then."""

    place: Place
    checkpoint: Checkpoint
    trace: Trace


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
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A plan that could not be judged, because its last fault did not fire."""

    plan: Plan
    strike: Strike


@dataclass(frozen=True, slots=True)
class Tried:
    """A fault that was tried out in a state of the space, and what became of it.

    The play of a plan that led to a state met before ends there.
    """

    state: int
    result: Judged | Missed


@dataclass(frozen=True, slots=True)
class _Node:
    """A state to explore from, as the shortest plan to it left it."""

    state: int
    place: Place
    case: Case
    checkpoint: Checkpoint


class Explorer:
    """Explores the fault plans of one script on one player's target."""

    def __init__(
        self, player: Player, script: Script, arrangement: Arrangement, *, merging: bool = True
    ) -> None:
        self.space = Space()
        """What `explore` has met so far."""
        self._course = Course(player, script, arrangement)
        self._player = player
        self._states = States(player, script)
        self._merges = merging and self._states.are_known
        self._mask: Mask = {}

    def clean(self, other: Player) -> Clean:
        """Play the clean run: once with the other player, whose seed differs, to see what varies;
        twice with the explorer's own, to see whether it can be repeated."""
        course = self._course
        varied = course.play_through(other)
        first = course.play_through(self._player)
        place = course.begin({})
        stops: list[Stop] = []
        while (after := course.advance(place)) is not None:
            place = after
            if not place.has_ended:
                stops.append(Stop(place, course.checkpoint(), course.trace))
        trace = course.trace
        reference = {**trace.turns, **place.reference}
        return Clean(
            trace,
            reference,
            mask_of(first.turns, varied.turns),
            tuple(_wavering(first.turns, trace.turns)),
            tuple(replace(stop, place=replace(stop.place, reference=reference)) for stop in stops),
        )

    def explore(self, clean: Clean, faults: Sequence[Fault], depth: Depth) -> Iterator[Tried]:
        """Try every fault in every state that plans of fewer than `depth` faults lead to, fewest
        first; `ANY` for plans of any length.

        Plans that go on after a law was broken are left out: the shorter one tells it all. Where
        the clean run itself breaks a law, the plan without faults is all there is.
        """
        without_faults = judge((), clean.trace, clean.reference, clean.mask)
        if without_faults.breaches:
            yield Tried(0, without_faults)
            return
        self._mask = clean.mask
        frontier, level = self._clean_nodes(clean), 0
        while frontier and (depth is ANY or level < depth):
            level += 1
            deeper: list[_Node] = []
            for node in frontier:
                for fault, customer in self._placements(node, faults):
                    self._course.go_back(node.checkpoint)
                    struck, strike = self._course.strike(node.place, fault, customer)
                    if not strike.fired:
                        yield Tried(node.state, Missed(struck.plan, strike))
                        continue
                    yield Tried(node.state, self._play_on(node, struck, depth, deeper))
            frontier = deeper

    def as_written(self, clean: Clean) -> Judged:
        """Judge the script with the faults that it asks for itself, against the clean run of the
        same script without them, in one tab."""
        course = self._course.against(Break, SwitchTab)
        place = course.finish(course.begin(clean.reference))
        return judge((), course.trace, place.reference, clean.mask)

    def follow(self, clean: Clean, plan: Plan) -> Judged | Missed:
        """Play one plan from the beginning to the end of the script.

        Raises `ScenarioError` for one that has no place in the script.
        """
        place, missed = self._course.follow(plan, clean.reference)
        if missed is not None:
            return Missed(place.plan, missed)
        return judge(place.plan, self._course.trace, place.reference, clean.mask)

    def _clean_nodes(self, clean: Clean) -> list[_Node]:
        nodes = []
        for stop in clean.stops:
            case = case_of(stop.trace, clean.reference, clean.mask)
            if self._merges:
                self._course.go_back(stop.checkpoint)
            state = self.space.meet(stop.place.position, self._key(stop.place, case))
            nodes.append(_Node(state, stop.place, case, stop.checkpoint))
        self.space.turns([node.state for node in nodes])
        return nodes

    def _play_on(self, node: _Node, struck: Place, depth: Depth, deeper: list[_Node]) -> Judged:
        """Play on from a fault that has just struck, until a law is broken, a state is met again,
        or the script ends. What plans with more faults go on from is added to `deeper`."""
        here, case = struck, node.case
        first_met: list[int] = []
        nodes: list[_Node] = []
        while True:
            case = case.extended(self._course.trace, here.reference)
            judged = judge_case(here.plan, case, self._mask)
            # Where one fault between two turns is all there may be, it matters that it has struck.
            key = self._key(here, case, is_spent=depth is ANY and here.turn == struck.turn)
            known = None if key is None else self.space.find(key)
            if judged.breaches or (known is not None and self.space.is_doomed(known)):
                return self._end_badly(node, here, first_met)
            if known is not None:
                break
            if not here.has_ended:
                first_met.append(self.space.meet(here.position, key))
                if len(here.plan) != depth and (depth is not ANY or here.turn != struck.turn):
                    checkpoint = self._course.checkpoint()
                    nodes.append(_Node(first_met[-1], here, case, checkpoint))
            after = self._course.advance(here)
            if after is None:
                break
            here = after
        way = [*first_met, *([] if known is None else [known])]
        self.space.strike(node.state, way[0])
        self.space.turns(way)
        deeper += nodes
        return judged

    def _end_badly(self, node: _Node, here: Place, first_met: Sequence[int]) -> Judged:
        """Play a plan that breaks a law to its end. No plan goes on from what it led to."""
        here = self._course.finish(here)
        self.space.doom(first_met)
        self.space.strike(node.state)
        return judge(here.plan, self._course.trace, here.reference, self._mask)

    def _key(self, place: Place, case: Case, *, is_spent: bool = False) -> Key | None:
        """What the state is recognised by in which the play stands, where it can be."""
        if not self._merges or place.has_ended:
            return None
        return self._states.here(place, case), is_spent

    @staticmethod
    def _placements(node: _Node, faults: Sequence[Fault]) -> Iterator[tuple[Fault, str]]:
        customers = tuple(node.checkpoint.standing.customers)
        for fault in faults:
            for customer in customers if fault.strikes_a_customer else (node.place.customer,):
                yield fault, customer


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
