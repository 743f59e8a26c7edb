"""Plays a sample: a script on its course, with faults where chance lets them strike."""

from collections.abc import Sequence

from simulators.explorer.crash_points import deaths_of, point_of
from simulators.explorer.orders import switches_of
from simulators.explorer.sampling import ORDER_DEPTHS, Sample
from simulators.faults.fault import Fault, Together
from simulators.faults.together import without_a_crash
from simulators.player.course import Course
from simulators.player.place import Place, Reference
from simulators.player.player import Checkpoint
from simulators.targets.overlap import Move, Order
from simulators.targets.target import Point


def wander(course: Course, sample: Sample, reference: Reference) -> Place:
    """Play the script from its beginning to its end: the place there, with the plan that came
    about. A fault that cannot strike where one is due gives way to another of the swarm."""
    here = course.begin(reference)
    due = list(sample.due)
    while True:
        while due and due[0] <= here.turn and _may_be_struck(here, sample):
            due.pop(0)
            here = _struck(course, sample, here)
            if sample.is_sparse:
                # Two turns at once leave one place out.
                due = [turn for turn in due if turn > here.turn]
        after = course.advance(here)
        if after is None:
            return here
        here = after


def _may_be_struck(here: Place, sample: Sample) -> bool:
    return not here.has_ended and not (sample.is_sparse and here.tries)


def _struck(course: Course, sample: Sample, here: Place) -> Place:
    """The place after one fault, or the same one where none can strike."""
    before = course.checkpoint()
    points: Sequence[Point] | None = None
    for fault in sample.draw.so_many_of(sample.swarm, len(sample.swarm)):
        if fault.strikes_between_turns:
            after = _between(course, sample, here, fault, before)
        elif fault.together is not None:
            after = _together(course, sample, here, fault, fault.together, before)
        else:
            if points is None:
                points = course.points(here)
                course.go_back(before)
            after = _inside(course, sample, here, fault, points, before)
        if after is not None:
            return after
    return here


def _between(
    course: Course, sample: Sample, here: Place, fault: Fault, before: Checkpoint
) -> Place | None:
    if here.turn == 0 or (here.tries and fault.strikes_a_customer):
        return None
    customer = here.customer
    if fault.strikes_a_customer:
        customer = sample.draw.one_of(tuple(before.standing.customers))
    after, strike = course.strike(here, fault, customer)
    if strike.fired:
        return after
    course.go_back(before)
    return None


def _inside(
    course: Course,
    sample: Sample,
    here: Place,
    fault: Fault,
    points: Sequence[Point],
    before: Checkpoint,
) -> Place | None:
    inside = fault.inside
    assert inside is not None
    fitting = [one.name for one in points if inside.at(one.name, one.changes, one.is_first)]
    if not fitting:
        return None
    after = course.advance(here, fault, sample.draw.one_of(fitting))
    if after is None or not course.trace.strikes[-1].fired:
        course.go_back(before)
        return None
    had_session = before.standing.customer(after.customer).session_id is not None
    may_leave_it = after.tries and not here.tries and had_session and not fault.only_takes_time
    if not may_leave_it or course.lets_time_pass(after) or not sample.draw.below(2):
        return after
    unanswered = course.checkpoint()
    course.go_back(before)
    not_made = course.without_next_turn(here)
    course.go_back(unanswered)
    return course.give_up(after, not_made)


def _together(
    course: Course,
    sample: Sample,
    here: Place,
    fault: Fault,
    way: Together,
    before: Checkpoint,
) -> Place | None:
    """The next message is served at once with another, in an order that is drawn as PCT does
    (Burckhardt et al., ASPLOS 2010) for a depth that is drawn, too: either may go first, and at so
    many moves, each as likely, the one that is served stands still."""
    if not course.can_overlap(here, way):
        return None
    plain, order = without_a_crash(way), Order()
    moves = _overlapped(course, here, plain, order, before)
    changes = (0,) * sample.draw.below(2)
    stops = sample.draw.one_of(ORDER_DEPTHS) - 1
    for step in (*changes, *sorted(sample.draw.so_many_of(range(len(moves)), stops))):
        if step < len(moves) and moves[step].other_call is not None:
            order = Order((*switches_of(moves[:step]), moves[step].call))
            moves = _overlapped(course, here, plain, order, before)
    point = str(order) if order.switches else None
    if way.kills:
        crashes = tuple(point_of(moves, position) for position in deaths_of(moves))
        point = sample.draw.one_of(crashes) if crashes else None
    if point is None:
        return None
    after = course.advance(here, fault, point)
    if after is None or not course.trace.strikes[-1].fired:
        course.go_back(before)
        return None
    return after


def _overlapped(
    course: Course, here: Place, fault: Fault, order: Order, before: Checkpoint
) -> Sequence[Move]:
    """What two messages do in that order. The play stays where it is."""
    course.advance(here, fault, str(order))
    moves = course.moves()
    course.go_back(before)
    return moves
