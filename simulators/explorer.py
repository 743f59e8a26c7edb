"""Decides which plans to play, and plays what has not been decided already.

Plans with one fault come first, then those with two, and so on (iterative deepening on the number
of faults, as TLC does on the length of a behaviour): the first plan that breaks a law has the
fewest faults. What plans begin with in common is played once, and where two plans lead to equal
states (`state`), what follows is played once for both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, TypeAlias

from simulators.care import USUAL, Care, Twins
from simulators.comparison import Mask, leaves, mask_of
from simulators.conversation import Break, Interrupt, Resend, Script, SwitchTab
from simulators.course import Course
from simulators.crash_points import CrashPoints
from simulators.faults.catalogue import named
from simulators.faults.fault import Beside, Fault, Together
from simulators.faults.together import without_a_crash
from simulators.judge import Judged, breaches_of, judge, judge_case
from simulators.laws import Case, case_of
from simulators.orders import FEW_SWITCHES, MOST_ORDERS, Orders
from simulators.place import Place, Reference
from simulators.plan import Plan
from simulators.player import Checkpoint, Player
from simulators.repetition import Delivered, difference
from simulators.sampling import Sample
from simulators.space import Key, Space
from simulators.state import States
from simulators.targets.target import Arrangement, Capability
from simulators.trace import Exchange, Strike, Trace
from simulators.wandering import wander

_TRIES: Final = 3
"""How often a fault is tried that misses its point."""

Depth: TypeAlias = int | None
"""The most faults of a plan."""

ANY: Final = None
"""The depth of plans with any number of faults, at most one between two turns."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A place before the first turn or after a turn of the clean run, with what had come about by
    then; `ahead` is the delivery after it."""

    place: Place
    checkpoint: Checkpoint
    trace: Trace
    ahead: Delivered | None = None


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
    """A state to explore from, as the shortest plan to it left it; `ahead` is the next delivery, as
    it came out when it was first made."""

    state: int
    place: Place
    cases: tuple[Case, ...]
    checkpoint: Checkpoint
    ahead: Delivered | None = None


class Explorer:
    """Explores the fault plans of one script on one player's target."""

    def __init__(
        self,
        player: Player,
        script: Script,
        arrangement: Arrangement,
        *,
        merging: bool = True,
        care: Care = USUAL,
    ) -> None:
        self.space = Space()
        """What `explore` has met so far."""
        self.undecided: list[str] = []
        """What `explore` did not try, in words."""
        self.levels = 0
        """The number of faults up to which it has tried every plan."""
        self.begun = 0
        """The number of faults of the longest plans that it has tried."""
        self.most_moves = 0
        """How many moves two messages made together in the longest order that `draw` came upon."""
        self._care = care
        self._twins = Twins(care, player.seed)
        self._strayed: str | None = None
        self._course = Course(player, script, arrangement)
        self._player = player
        self._script = script
        self._states = States(player, script)
        self._is_exact = Capability.SNAPSHOT in player.target.capabilities
        self._merges = merging and self._states.are_known
        self._mask: Mask = {}
        self._depth: Depth = ANY
        self._left_out: dict[int, Reference] = {}

    @property
    def strayed(self) -> str | None:
        """What was not the same when something was played again from one state, in words."""
        return self._strayed or self._player.strayed

    def clean(self, other: Player) -> Clean:
        """Play the clean run: once with the other player, whose seed differs, to see what varies;
        twice with the explorer's own, to see whether it can be repeated."""
        course = self._course
        varied = course.play_through(other)
        first = course.play_through(self._player)
        place = course.begin({})
        stops = [Stop(place, course.checkpoint(), course.trace)]
        while (after := course.advance(place)) is not None:
            place = after
            if not place.has_ended:
                stops[-1] = replace(stops[-1], ahead=course.delivered())
                stops.append(Stop(place, course.checkpoint(), course.trace))
        trace = course.trace
        reference = {**trace.turns, **place.references[0]}
        return Clean(
            trace,
            reference,
            mask_of(first.turns, varied.turns),
            tuple(_wavering(first.turns, trace.turns)),
            tuple(
                replace(stop, place=replace(stop.place, references=(reference,))) for stop in stops
            ),
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
        self._mask, self._depth = clean.mask, depth
        self._states = States(self._player, self._script, faults)
        possible = [fault for fault in faults if fault.needs <= self._player.target.capabilities]
        between = [fault for fault in faults if fault.strikes_between_turns]
        inside = [fault for fault in possible if fault.inside is not None]
        together = [fault for fault in possible if fault.together is not None]
        frontier = self._clean_nodes(clean, begins=bool(inside or together))
        while frontier and (depth is ANY or self.levels < depth):
            self.begun += 1
            deeper: list[_Node] = []
            for node in frontier:
                if inside or self._care.every_node or not self.levels:
                    self._check_repetition(node)
                yield from self._between(node, between, deeper)
                yield from self._inside(node, inside, deeper)
                yield from self._together(node, together, deeper)
            frontier, self.levels = deeper, self.begun

    def as_written(self, clean: Clean) -> Judged:
        """Judge the script with the faults that it asks for itself, against the clean run of the
        same script without them, in one tab."""
        course = self._course.against(Break, SwitchTab, Interrupt, Resend)
        place = course.finish(course.begin(clean.reference))
        self._mask = clean.mask
        return self._judge_whole(place)

    def follow(self, clean: Clean, plan: Plan) -> Judged | Missed:
        """Play one plan from the beginning to the end of the script.

        Raises `ScenarioError` for one that has no place in the script.
        """
        place, missed = self._course.follow(plan, clean.reference)
        if missed is not None:
            return Missed(place.plan, missed)
        self._mask = clean.mask
        return self._judge_whole(place)

    def draw(self, clean: Clean, sample: Sample) -> Judged | None:
        """Play a sample to the end of the script; None where no fault of it could strike."""
        place = wander(self._course, sample, clean.reference)
        if any(named(placed.fault).together for placed in place.plan):
            self.most_moves = max(self.most_moves, len(self._course.moves()))
        self._mask = clean.mask
        return self._judge_whole(place) if place.plan else None

    def _clean_nodes(self, clean: Clean, *, begins: bool) -> list[_Node]:
        """The clean run as states to explore from; `begins` with the one before the first turn."""
        nodes = []
        for stop in clean.stops if begins else clean.stops[1:]:
            cases = (case_of(stop.trace, clean.reference, clean.mask),)
            if self._merges:
                self._course.go_back(stop.checkpoint)
            state = self.space.meet(stop.place.progress, self._key(stop.place, cases))
            nodes.append(_Node(state, stop.place, cases, stop.checkpoint, stop.ahead))
        self.space.turns([node.state for node in nodes])
        return nodes

    def _check_repetition(self, node: _Node) -> None:
        """Go back to a state, and make the next delivery as it was made before."""
        if node.ahead is None or self._strayed is not None:
            return
        self._course.go_back(node.checkpoint)
        self._course.advance(node.place)
        self._strayed = difference(node.ahead, self._course.delivered())

    def _between(
        self, node: _Node, faults: Sequence[Fault], deeper: list[_Node]
    ) -> Iterator[Tried]:
        """Try the faults that strike between two turns or, while a message waits to be sent again,
        those that strike the service as a whole."""
        customers = node.checkpoint.standing.customers
        for fault in faults if node.place.turn else ():
            if node.place.tries and fault.strikes_a_customer:
                continue
            for customer in customers if fault.strikes_a_customer else (node.place.customer,):
                if fault.needs_history and customers[customer].earlier is None:
                    continue
                self._course.go_back(node.checkpoint)
                struck, strike = self._course.strike(node.place, fault, customer)
                if not strike.fired:
                    yield Tried(node.state, Missed(struck.plan, strike))
                    continue
                yield Tried(node.state, self._play_on(node, struck, deeper))

    def _inside(self, node: _Node, faults: Sequence[Fault], deeper: list[_Node]) -> Iterator[Tried]:
        """Try the faults that strike inside the next delivery, at each call at which they can."""
        points = node.ahead.points if faults and node.ahead is not None else ()
        for point in points:
            for fault in faults:
                if fault.inside and fault.inside.at(point.name, point.changes, point.is_first):
                    yield from self._interrupt(node, fault, point.name, deeper)

    def _interrupt(
        self, node: _Node, fault: Fault, point: str, deeper: list[_Node]
    ) -> Iterator[Tried]:
        here = self._struck_ahead(node, fault, point)
        strike = self._course.trace.strikes[-1]
        if here is None or not strike.fired:
            yield Tried(node.state, Missed(node.place.plan if here is None else here.plan, strike))
            return
        unanswered = self._course.checkpoint() if here.tries else None
        yield Tried(node.state, self._play_on(node, here, deeper))
        had_session = node.checkpoint.standing.customer(here.customer).session_id is not None
        may_leave_it = had_session and not node.place.tries
        if unanswered is not None and may_leave_it and not self._course.lets_time_pass(here):
            self._course.go_back(unanswered)
            given_up = self._course.give_up(here, self._not_made(node))
            yield Tried(node.state, self._play_on(node, given_up, deeper))

    def _together(
        self, node: _Node, faults: Sequence[Fault], deeper: list[_Node]
    ) -> Iterator[Tried]:
        """Let the next message be served at once with itself, with the one after it, or with the
        wish to clear the chat, in every order that matters."""
        ways = {way: fault for fault in faults if (way := fault.together) is not None}
        for way in dict.fromkeys(replace(way, kills=False, leaves_alone=False) for way in ways):
            self._course.go_back(node.checkpoint)
            if self._course.can_overlap(node.place, way):
                yield from self._overlap(node, way, ways, deeper)

    def _overlap(
        self,
        node: _Node,
        way: Together,
        ways: Mapping[Together, Fault],
        deeper: list[_Node],
    ) -> Iterator[Tried]:
        fault = ways.get(way)
        kill = [replace(way, kills=True, leaves_alone=leaves) for leaves in (False, True)]
        here_too = [each for each in kill if self._course.can_overlap(node.place, each)]
        deadly = [ways[each] for each in here_too if each in ways]
        orders = Orders(None if self._is_exact else FEW_SWITCHES)
        crashes = CrashPoints(way)
        while (order := orders.next()) is not None:
            here = self._struck_ahead(node, without_a_crash(way), str(order))
            moves = self._course.moves()
            is_new = orders.note(moves)
            if is_new:
                crashes.note(moves)
            # What comes when the message has its answer is a repeated message, or clears the chat
            # between two turns.
            is_other = bool(order.switches) or way.beside is Beside.NEXT
            if is_new and is_other and fault is not None and here is not None:
                yield from self._judged(node, here, deeper)
        if orders.is_cut_off:
            self.undecided.append(
                f"turn {node.place.turn + 1} and the message beside it have more than {MOST_ORDERS}"
                " orders; leave out the faults that let them overlap"
            )
        for crash, point in product(deadly, crashes.points):
            here = self._struck_ahead(node, crash, point)
            if here is not None:
                yield from self._judged(node, here, deeper)

    def _struck_ahead(self, node: _Node, fault: Fault, point: str) -> Place | None:
        """The next delivery with that fault in it. A server that is not put back where it was, but
        started anew, may come to a point a moment too early or late: then it is tried again."""
        for _ in range(1 if self._is_exact else _TRIES):
            self._course.go_back(node.checkpoint)
            here = self._course.advance(node.place, fault, point)
            if self._course.trace.strikes[-1].fired:
                break
        return here

    def _judged(self, node: _Node, here: Place, deeper: list[_Node]) -> Iterator[Tried]:
        strike = self._course.trace.strikes[-1]
        missed = Missed(here.plan, strike)
        yield Tried(node.state, self._play_on(node, here, deeper) if strike.fired else missed)

    def _not_made(self, node: _Node) -> Reference:
        """What is legal where the next turn is never made. The play stays where it is."""
        if node.state not in self._left_out:
            here = self._course.checkpoint()
            self._course.go_back(node.checkpoint)
            self._left_out = {node.state: self._course.without_next_turn(node.place)}
            self._course.go_back(here)
        return self._left_out[node.state]

    def _play_on(self, node: _Node, struck: Place, deeper: list[_Node]) -> Judged:
        """Play on from a fault that has just struck, until a law is broken, a state is met again,
        or the script ends. What plans with more faults go on from is added to `deeper`."""
        # What became legal by the fault began as the rest did.
        more = len(struck.references) - len(node.cases)
        here, cases = struck, (*node.cases, *node.cases[:1] * more)
        first_met: list[int] = []
        nodes: list[_Node] = []
        known: int | None = None
        while True:
            cases = self._extended(cases, here)
            legal = [number for number, case in enumerate(cases) if not breaches_of(case)]
            if not legal:
                return self._end_badly(node, here, first_met)
            cases = tuple(cases[number] for number in legal)
            here = replace(here, references=tuple(here.references[number] for number in legal))
            is_spent = self._is_spent(here, struck)
            if self._is_last(here, is_spent=is_spent):
                break
            key = self._key(here, cases, is_spent=is_spent)
            known = None if key is None else self.space.find(key)
            if known is not None and self.space.is_doomed(known):
                return self._end_badly(node, here, first_met)
            if known is not None:
                break
            if not here.has_ended:
                first_met.append(self.space.meet(here.progress, key))
                if len(here.plan) != self._depth and not is_spent:
                    checkpoint = self._course.checkpoint()
                    nodes.append(_Node(first_met[-1], here, cases, checkpoint))
            after = self._course.advance(here)
            if after is None:
                break
            if nodes and nodes[-1].place is here and not after.has_ended:
                nodes[-1] = replace(nodes[-1], ahead=self._course.delivered())
            here = after
        way = [*first_met, *([] if known is None else [known])]
        self.space.strike(node.state, *way[:1])
        self.space.turns(way)
        deeper += nodes
        return judge_case(here.plan, cases[0], self._mask)

    def _is_spent(self, here: Place, struck: Place) -> bool:
        """Whether no other fault may strike here, where one from turn to turn is all there is."""
        if self._depth is not ANY:
            return False
        is_between = not struck.plan[-1].point
        return here.tries > 0 or (is_between and here.turn == struck.turn)

    def _is_last(self, here: Place, *, is_spent: bool) -> bool:
        """Whether nothing more can come, so that it is all the same in which state that is."""
        has_room = not is_spent and len(here.plan) != self._depth
        return not has_room and self._course.is_done(here)

    def _extended(self, cases: Sequence[Case], here: Place) -> tuple[Case, ...]:
        """The cases with what has come about since, one for each reference that is still legal. A
        play that came here anew, where there is no snapshot, is held against them from the start:
        it may bear other names."""
        trace = self._course.trace
        return tuple(
            case.extended(trace, reference)
            if case.is_beginning_of(trace)
            else case_of(trace, reference, self._mask)
            for case, reference in zip(cases, here.references, strict=True)
        )

    def _end_badly(self, node: _Node, here: Place, first_met: Sequence[int]) -> Judged:
        """Play a plan that breaks a law to its end. No plan goes on from what it led to."""
        here = self._course.finish(here)
        self.space.doom(first_met)
        self.space.strike(node.state)
        return self._judge_whole(here)

    def _judge_whole(self, end: Place) -> Judged:
        """Judge a whole play: of several references, by the one that it agrees with for longest."""
        trace = self._course.trace
        judged = [judge(end.plan, trace, reference, self._mask) for reference in end.references]
        return max(judged, key=_agreement)

    def _key(self, place: Place, cases: Sequence[Case], *, is_spent: bool = False) -> Key | None:
        """What the state is recognised by in which the play stands, where it can be."""
        if not self._merges or place.has_ended or not cases:
            return None
        strikes = self._depth
        if strikes is not ANY and self._course.is_done(place):
            strikes -= len(place.plan)
        digest = self._states.here(place, cases, strikes)
        self._twins.check(digest, place.plan, lambda: self._states.whole(place, cases, strikes))
        return digest, is_spent


def _agreement(judged: Judged) -> tuple[int, int]:
    """The turn up to which a play agrees with its reference, and on how much of what follows."""
    end = len(judged.trace.happenings)
    return min((breach.turn for breach in judged.breaches), default=end), -len(judged.breaches)


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
