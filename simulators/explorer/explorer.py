"""Decides which plans to play, and plays what has not been decided already.

Plans with one fault come first, then those with two, and so on (iterative deepening on the number
of faults, as TLC does on the length of a behaviour): the first plan that breaks a law has the
fewest faults. What plans begin with in common is played once, and where two plans lead to equal
states (`state`), what follows is played once for both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from simulators.conversation import Break, Interrupt, Resend, Script, SwitchTab
from simulators.errors import Unrecorded
from simulators.explorer.ageing import lets_grow_old
from simulators.explorer.care import USUAL, Care, Twins
from simulators.explorer.clean_run import Clean, Stop, clean_run
from simulators.explorer.forecast import Forecast, Kind
from simulators.explorer.left_open import Unjudged, as_far_as_known, unjudged
from simulators.explorer.sampling import Sample
from simulators.explorer.sequels import Sequels
from simulators.explorer.space import Key, Space
from simulators.explorer.state import States
from simulators.explorer.striking import Missed, Standpoint, Striking, is_diverted
from simulators.explorer.wandering import wander
from simulators.faults.catalogue import named
from simulators.faults.fault import Fault
from simulators.laws import Case, case_of
from simulators.laws.judge import Judged, breaches_of, judge, unbroken
from simulators.laws.mask import Mask
from simulators.plan import Plan
from simulators.player.course import Course
from simulators.player.place import Place, Reference
from simulators.player.player import Player
from simulators.player.repetition import difference
from simulators.targets.target import Arrangement
from simulators.trace import Trace
from simulators.values import replace

Depth: TypeAlias = int | None
"""The most faults of a plan."""

ANY: Final = None
"""The depth of plans with any number of faults, at most one from each turn to the next, none from a
message that a fault has left without an answer until it was sent again, and one in all that makes
another conversation of it: each of those would double what can follow."""

LEFT_OUT_OF_ANY: Final = (
    "plans with two faults from one turn to the next, with one while a message without an answer is"
    " sent again, or with two that each make another conversation of it (begun anew, a message left"
    " alone, two that overlap, a failing language model); --depth any leaves them out, and"
    " --depth 2 tries the pairs"
)
"""What these plans do not cover, in words."""

LEFT_OUT_OF_A_DELIVERY: Final = (
    "plans with two faults inside one delivery of a message, such as a call that fails once more"
    " when the service tries it again at once"
)
"""What no plan covers, in words."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A fault that was tried out in a state of the space, and what became of it.

    The play of a plan that led to a state met before ends there; `served_from` is the tier that
    served the next turn when somebody went on from it, None where nobody did, or it is not told.
    """

    state: int
    result: Judged | Missed | Unjudged
    served_from: str | None = None


@dataclass(frozen=True, slots=True)
class _Node:
    """A state to explore from, as the shortest plan to it left it."""

    state: int
    cases: tuple[Case, ...]
    standpoint: Standpoint


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
        self.forecast: Forecast | None = None
        """How many plans it will try, once it has begun with single faults alone."""
        self.most_moves = 0
        """How many moves two messages made together in the longest order that `draw` came upon."""
        self._twins = Twins(care, player.seed)
        self._strayed: str | None = None
        self._striking: Striking | None = None
        self._course = Course(
            player, script, arrangement, lived=self._lived, mask=lambda: self._mask
        )
        self._sequels = Sequels(self._course, self._words, {}, self._twins)
        self._player = player
        self._script = script
        self._states = States(player, script)
        self._merges = merging and self._states.are_known
        self._mask: Mask = {}
        self._depth: Depth = ANY
        self._served_from: dict[int, str | None] = {}

    @property
    def strayed(self) -> str | None:
        """What was not the same when something was played again from one state, in words."""
        in_a_turn = None if self._striking is None else self._striking.strayed
        return self._strayed or self._player.strayed or in_a_turn

    @property
    def parted(self) -> str | None:
        """What was not the same when two plays went on from states that are alike, in words."""
        return self._sequels.parted

    def clean(self, other: Player) -> Clean:
        """Play the clean run: once with the other player, whose seed differs, to see what varies;
        twice with the explorer's own, to see whether it can be repeated."""
        return clean_run(self._course, self._player, other)

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
        self._sequels = Sequels(self._course, self._words, clean.mask, self._twins)
        self._states = States(self._player, self._script, faults)
        capabilities = self._player.target.capabilities
        striking = Striking(self._course, faults, capabilities, diverts_once=depth is ANY)
        self._striking, self.undecided = striking, striking.undecided
        stops = clean.stops if striking.strikes_ahead else clean.stops[1:]
        frontier = self._clean_nodes(clean, stops)
        if depth == 1:
            self.forecast = striking.forecast([node.standpoint for node in frontier])
        while frontier and (depth is ANY or self.levels < depth):
            self.begun += 1
            deeper: list[_Node] = []
            for kind in Kind:
                yield from self._try_kind(kind, frontier, striking, deeper)
            frontier, self.levels = deeper, self.begun
            if self.levels == 1 and depth != 1 and self._merges:
                self._grow_old(clean, faults)

    def _try_kind(
        self, kind: Kind, frontier: Sequence[_Node], striking: Striking, deeper: list[_Node]
    ) -> Iterator[Tried]:
        """Try the faults that strike in one kind of place, in each of these states."""
        for node in frontier:
            if kind is Kind.BETWEEN and (
                striking.strikes_inside or self._twins.care.every_node or self.levels <= 1
            ):
                self._check_repetition(node.standpoint)
            for place in striking.places(kind, node.standpoint):
                plans = 0
                for struck in as_far_as_known(place, node.standpoint):
                    plans += 1
                    if isinstance(struck, Missed | Unjudged):
                        yield Tried(node.state, struck)
                    else:
                        yield self._try(node, struck, deeper)
                if self.forecast is not None:
                    self.forecast.note(kind, plans)

    def as_written(self, clean: Clean) -> Judged:
        """Judge the script with the faults that it asks for itself, against the clean run of the
        same script without them, in one tab."""
        course = self._course.against(Break, SwitchTab, Interrupt, Resend)
        self._mask = clean.mask
        place = course.finish(course.begin(clean.reference))
        return self._judge_whole(place)

    def follow(self, clean: Clean, plan: Plan) -> Judged | Missed:
        """Play one plan from the beginning to the end of the script.

        Raises `ScenarioError` for one that has no place in the script.
        """
        self._mask = clean.mask
        place, missed = self._course.follow(plan, clean.reference)
        if missed is not None:
            return Missed(place.plan, missed)
        return self._judge_whole(place)

    def draw(self, clean: Clean, sample: Sample) -> Judged | None:
        """Play a sample to the end of the script; None where no fault of it could strike."""
        self._mask = clean.mask
        place = wander(self._course, sample, clean.reference)
        if any(named(placed.fault).together for placed in place.plan):
            self.most_moves = max(self.most_moves, len(self._course.moves()))
        return self._judge_whole(place) if place.plan else None

    def _clean_nodes(self, clean: Clean, stops: Sequence[Stop]) -> list[_Node]:
        """Stops of the clean run as states to explore from."""
        nodes: list[_Node] = []
        keys: list[Key | None] = []
        # Each stop is held against what comes behind the one before: the cost grows with the turns.
        case = case_of(Trace(), clean.reference, clean.mask)
        for stop in stops:
            case = case.extended(stop.trace, clean.reference)
            cases = (case,)
            if self._merges:
                self._course.go_back(stop.checkpoint)
            key = self._key(stop.place, cases)
            state = self.space.meet(stop.place.progress, key)
            keys.append(key)
            standpoint = Standpoint(stop.place, stop.checkpoint, stop.ahead)
            nodes.append(_Node(state, cases, standpoint))
            if stop.ahead is not None:
                self._served_from[state] = stop.ahead.exchange.answer.served_from
        self.space.turns([node.state for node in nodes])
        for key, (stop, after) in zip(keys, pairwise(stops), strict=False):
            if key is not None:
                self._sequels.note_clean(key[0], stop, after)
        return nodes

    def _grow_old(self, clean: Clean, faults: Sequence[Fault]) -> None:
        """Let time pass in one way behind every turn of the script, one after the other, and hold
        what follows against what does where time passes once, as the plans with one fault have
        left it: how old a conversation is in all stands in no state."""
        for fault in filter(lets_grow_old, faults):
            here: Place | None = self._course.begin(clean.reference)
            cases: tuple[Case, ...] = (case_of(self._course.trace, clean.reference, clean.mask),)
            while here is not None and not here.has_ended:
                here, cases = self._pass_time(fault, here, cases)

    def _pass_time(
        self, fault: Fault, here: Place, cases: tuple[Case, ...]
    ) -> tuple[Place | None, tuple[Case, ...]]:
        """Let time pass, and play the next delivery; no place to go on from where a law is broken,
        which the exploration tells of."""
        if here.turn:
            struck, strike = self._course.strike(here, fault, here.customer)
            here = struck if strike.fired else here
        cases = self._extended(cases, here)
        if not all(map(_is_legal, cases)):
            return None, cases
        key = self._key(here, cases)
        return self._sequels.go_on_noted(here, key[0]) if key is not None else None, cases

    def _check_repetition(self, here: Standpoint) -> None:
        """Go back to a state, and make the next delivery as it was made before."""
        if here.ahead is None or self._strayed is not None:
            return
        self._course.go_back(here.checkpoint)
        self._course.advance(here.place)
        self._strayed = difference(here.ahead, self._course.delivered())

    def _try(self, node: _Node, struck: Place, deeper: list[_Node]) -> Tried:
        """Play on from a fault that has just struck, as far as that can be known."""
        try:
            return self._play_on(node, struck, deeper)
        except Unrecorded as error:
            return Tried(node.state, unjudged(struck.plan, error))

    def _play_on(self, node: _Node, struck: Place, deeper: list[_Node]) -> Tried:
        """Play on from a fault that has just struck, until a law is broken, a state is met again,
        or the script ends. What plans with more faults go on from is added to `deeper`."""
        # What became legal by the fault began as the rest did.
        more = len(struck.references) - len(node.cases)
        here, cases = struck, (*node.cases, *node.cases[:1] * more)
        ages = len(struck.plan) == 1 and lets_grow_old(named(struck.plan[0].fault))
        first_met: list[int] = []
        nodes: list[_Node] = []
        known: int | None = None
        while True:
            before, cases = cases, self._extended(cases, here)
            pairs = enumerate(zip(cases, before, strict=True))
            legal = [n for n, (case, old) in pairs if case.adds_nothing_to(old) or _is_legal(case)]
            if not legal:
                return Tried(node.state, self._end_badly(node, here, first_met))
            if len(legal) < len(cases):
                cases = tuple(cases[number] for number in legal)
                here = replace(here, references=tuple(here.references[each] for each in legal))
            is_spent = self._is_spent(here, struck)
            if self._is_last(here, is_spent=is_spent):
                break
            key = self._key(here, cases, is_spent=is_spent)
            known = None if key is None else self.space.find(key)
            if known is not None and self.space.is_doomed(known):
                return Tried(node.state, self._end_badly(node, here, first_met))
            if known is not None:
                break
            if not here.has_ended:
                first_met.append(self.space.meet(here.progress, key))
                if len(here.plan) != self._depth and not is_spent:
                    standpoint = Standpoint(here, self._course.checkpoint())
                    nodes.append(_Node(first_met[-1], cases, standpoint))
            digest = None if key is None else key[0]
            after = self._sequels.go_on(here, digest, is_noted=ages and here.turn == struck.turn)
            if after is None:
                break
            if not (here.has_ended or after.has_ended):
                self._served_from[first_met[-1]] = self._player.last().answer.served_from
            if nodes and nodes[-1].standpoint.place is here and not after.has_ended:
                ahead = replace(nodes[-1].standpoint, ahead=self._course.delivered())
                nodes[-1] = replace(nodes[-1], standpoint=ahead)
            here = after
        way = [*first_met, *([] if known is None else [known])]
        self.space.strike(node.state, *way[:1])
        self.space.turns(way)
        deeper += nodes
        judged = unbroken(here.plan, cases[0])
        if known is not None and key is not None:
            self._sequels.go_on_again(here, key[0], is_noted=ages and here.turn == struck.turn)
        return Tried(node.state, judged, None if known is None else self._served_from.get(known))

    def _words(self, here: Place) -> Sequence[str]:
        return self._states.service_and_customers(here, self._depth)

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

    def _lived(self, references: Sequence[Reference]) -> Reference:
        """Of several references, the one that the play has agreed with so far."""
        first, *others = references
        if not others:
            return first
        trace, mask = self._course.trace, self._mask
        agreeing = (one for one in references if _is_legal(case_of(trace, one, mask)))
        return next(agreeing, first)

    def _key(self, place: Place, cases: Sequence[Case], *, is_spent: bool = False) -> Key | None:
        """What the state is recognised by in which the play stands, where it can be."""
        if not self._merges or place.has_ended or not cases:
            return None
        strikes = self._depth
        if strikes is not ANY and self._course.is_done(place):
            strikes -= len(place.plan)
        digest = self._states.here(place, cases, strikes)
        self._twins.check(digest, place.plan, lambda: self._states.whole(place, cases, strikes))
        return digest, is_spent, strikes is ANY and is_diverted(place.plan)


def _is_legal(case: Case) -> bool:
    return not breaches_of(case)


def _agreement(judged: Judged) -> tuple[int, int, int, int]:
    """The turn up to which a play agrees with its reference, how many turns were answered until
    then that are never made there, in how many fields it does not agree there, and how often. What
    comes behind that turn is no matter: a scenario that ends there is judged as this play is."""
    end, reference = len(judged.trace.happenings), judged.reference
    agreed = min((breach.turn for breach in judged.breaches), default=end)
    unmade = sum(
        turn in reference and reference[turn].answer.is_missing and not one.answer.is_error
        for turn, one in judged.trace.turns.items()
        if turn <= agreed
    )
    there = [breach for breach in judged.breaches if breach.turn == agreed]
    fields = {(breach.law, breach.field) for breach in there}
    return agreed, -unmade, -len(fields), -len(there)
