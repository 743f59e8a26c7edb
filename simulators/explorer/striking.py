"""Lets faults strike in one state of a play: every fault, at every place there that it can strike
at, in every way that matters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

from simulators.explorer.crash_points import CrashPoints
from simulators.explorer.forecast import Forecast, Kind
from simulators.explorer.orders import FEW_SWITCHES, MOST_ORDERS, Orders
from simulators.faults.catalogue import named
from simulators.faults.fault import Beside, Fault, Together
from simulators.faults.together import without_a_crash
from simulators.plan import Plan
from simulators.player.course import Course
from simulators.player.place import Place, Reference
from simulators.player.player import Checkpoint
from simulators.player.repetition import TRIES, Delivered, difference_before
from simulators.targets.target import Capability
from simulators.trace import Strike


@dataclass(frozen=True, slots=True)
class Missed:
    """A plan that could not be judged, because its last fault did not fire."""

    plan: Plan
    strike: Strike


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Where a play stands when faults strike; `ahead` is the next delivery, as it came out when it
    was first made."""

    place: Place
    checkpoint: Checkpoint
    ahead: Delivered | None = None


def is_diverted(plan: Plan) -> bool:
    """Whether one of these faults may have made another conversation of it: a message was left
    alone that had no answer, or a fault of that kind struck."""
    return any(placed.is_given_up or named(placed.fault).diverts for placed in plan)


Struck: TypeAlias = Place | Missed
"""Where the play stands right after a fault has struck, or the fault that did not fire."""


class Striking:
    """Lets these faults strike on one course. Where `diverts_once`, nothing more diverts a
    conversation that a fault of its plan has diverted already.

    Whoever is given where a play stands can play on from there before asking for the next one.
    """

    def __init__(
        self,
        course: Course,
        faults: Sequence[Fault],
        capabilities: frozenset[Capability],
        *,
        diverts_once: bool,
    ) -> None:
        possible = [fault for fault in faults if fault.needs <= capabilities]
        self.undecided: list[str] = []
        """What was not tried, in words."""
        self.strayed: str | None = None
        """What was not the same when a delivery was made again for a fault inside it, in words."""
        self._course = course
        self._between = [fault for fault in faults if fault.strikes_between_turns]
        self._inside = [fault for fault in possible if fault.inside is not None]
        self._ways = {way: fault for fault in possible if (way := fault.together) is not None}
        self._is_exact = Capability.SNAPSHOT in capabilities
        self._diverts_once = diverts_once

    @property
    def strikes_inside(self) -> bool:
        """Whether any fault strikes inside one delivery."""
        return bool(self._inside)

    @property
    def strikes_ahead(self) -> bool:
        """Whether any fault strikes in what comes next, and so before the first turn as well."""
        return bool(self._inside or self._ways)

    def places(self, kind: Kind, here: Standpoint) -> Sequence[Iterator[Struck]]:
        """Where faults of a kind can strike from there, and what they do at each place; nothing
        happens before somebody asks for that."""
        match kind:
            case Kind.BETWEEN:
                return self._between_turns(here)
            case Kind.INSIDE:
                return self._inside_the_next(here)
            case Kind.BESIDE:
                return self._beside_the_next(here)

    def forecast(self, standpoints: Sequence[Standpoint]) -> Forecast:
        """How many plans there will be with one fault, from all of these."""
        return Forecast(
            {kind: sum(len(self.places(kind, here)) for here in standpoints) for kind in Kind}
        )

    def _may_divert(self, here: Standpoint) -> bool:
        return not (self._diverts_once and is_diverted(here.place.plan))

    def _between_turns(self, here: Standpoint) -> Sequence[Iterator[Struck]]:
        """The faults that strike between two turns or, while a message waits to be sent again,
        those that strike the service as a whole."""
        customers = here.checkpoint.standing.customers
        may_divert = self._may_divert(here)
        return [
            self._strike(here, fault, customer)
            for fault in (self._between if here.place.turn else ())
            if may_divert or not fault.diverts
            if not (here.place.tries and fault.strikes_a_customer)
            for customer in (customers if fault.strikes_a_customer else (here.place.customer,))
            if not fault.needs_history or customers[customer].earlier is not None
            if not fault.needs_cookies or customers[customer].is_known_by_cookies
        ]

    def _strike(self, here: Standpoint, fault: Fault, customer: str) -> Iterator[Struck]:
        self._course.go_back(here.checkpoint)
        struck, strike = self._course.strike(here.place, fault, customer)
        yield struck if strike.fired else Missed(struck.plan, strike)

    def _inside_the_next(self, here: Standpoint) -> Sequence[Iterator[Struck]]:
        """The faults that strike inside the next delivery, at each call at which they can."""
        left_alone = _LeftAlone(self._course, here)
        may_divert = self._may_divert(here)
        return [
            self._interrupt(here, fault, point.name, left_alone)
            for point in (() if here.ahead is None else here.ahead.points)
            for fault in self._inside
            if may_divert or not fault.diverts
            if fault.inside and fault.inside.at(point.name, point.changes, point.is_first)
        ]

    def _interrupt(
        self, here: Standpoint, fault: Fault, point: str, left_alone: "_LeftAlone"
    ) -> Iterator[Struck]:
        struck = self._ahead(here, fault, point)
        self._compare(here, point)
        strike = self._course.trace.strikes[-1]
        if struck is None or not strike.fired:
            yield Missed(here.place.plan if struck is None else struck.plan, strike)
            return
        may_be_unanswered = struck.tries > 0 and not fault.only_takes_time
        unanswered = self._course.checkpoint() if may_be_unanswered else None
        yield struck
        had_session = here.checkpoint.standing.customer(struck.customer).session_id is not None
        may_leave_it = had_session and not here.place.tries and self._may_divert(here)
        if unanswered is not None and may_leave_it and not self._course.lets_time_pass(struck):
            self._course.go_back(unanswered)
            yield self._course.give_up(struck, left_alone.reference())

    def _beside_the_next(self, here: Standpoint) -> Sequence[Iterator[Struck]]:
        """The next message is served at once with itself, with the one after it, or with the end of
        its session, in every order that matters."""
        may_divert = self._may_divert(here)
        ways = (
            replace(way, kills=False, leaves_alone=False)
            for way, fault in self._ways.items()
            if may_divert or not fault.diverts
        )
        return [self._overlap(here, way) for way in dict.fromkeys(ways)]

    def _overlap(self, here: Standpoint, way: Together) -> Iterator[Struck]:
        self._course.go_back(here.checkpoint)
        if not self._course.can_overlap(here.place, way):
            return
        fault = self._ways.get(way)
        orders = Orders(None if self._is_exact else FEW_SWITCHES)
        crashes = CrashPoints(way)
        while (order := orders.next()) is not None:
            struck = self._ahead(here, without_a_crash(way), str(order))
            moves = self._course.moves()
            is_new = orders.note(moves)
            if is_new:
                crashes.note(moves)
            # What comes when the message has its answer is a repeated message, or clears the chat
            # between two turns.
            is_other = bool(order.switches) or way.beside is Beside.NEXT
            if is_new and is_other and fault is not None and struck is not None:
                yield self._fired(struck)
        if orders.is_cut_off:
            self.undecided.append(
                f"turn {here.place.turn + 1} and the message beside it have more than"
                f" {MOST_ORDERS} orders; leave out the faults that let them overlap"
            )
        for crash, point in product(self._deadly(here, way), crashes.points):
            struck = self._ahead(here, crash, point)
            if struck is not None:
                yield self._fired(struck)

    def _deadly(self, here: Standpoint, way: Together) -> Sequence[Fault]:
        """The faults by which a process dies of it here."""
        self._course.go_back(here.checkpoint)
        kills = [replace(way, kills=True, leaves_alone=leaves) for leaves in (False, True)]
        possible = [each for each in kills if self._course.can_overlap(here.place, each)]
        return [self._ways[each] for each in possible if each in self._ways]

    def _ahead(self, here: Standpoint, fault: Fault, point: str) -> Place | None:
        """The next delivery with that fault in it. A server that is not put back where it was, but
        started anew, may come to a point a moment too early or late: then it is tried again."""
        for _ in range(1 if self._is_exact else TRIES):
            self._course.go_back(here.checkpoint)
            struck = self._course.advance(here.place, fault, point)
            if self._course.trace.strikes[-1].fired:
                break
        return struck

    def _compare(self, here: Standpoint, point: str) -> None:
        """What comes before the fault has to be as it was."""
        if self.strayed is None and here.ahead is not None:
            self.strayed = difference_before(point, here.ahead, self._course.delivered())

    def _fired(self, struck: Place) -> Struck:
        strike = self._course.trace.strikes[-1]
        return struck if strike.fired else Missed(struck.plan, strike)


class _LeftAlone:
    """What is legal where the next turn is never made, found when it is first asked for."""

    def __init__(self, course: Course, here: Standpoint) -> None:
        self._course = course
        self._here = here
        self._known: Reference | None = None

    def reference(self) -> Reference:
        """It. The play stays where it is."""
        if self._known is None:
            now = self._course.checkpoint()
            self._course.go_back(self._here.checkpoint)
            self._known = self._course.without_next_turn(self._here.place)
            self._course.go_back(now)
        return self._known
