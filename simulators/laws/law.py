"""What a law is, and the case that it judges."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reports.record import NO_RETRY
from simulators.laws.comparison import Comparison, Difference
from simulators.laws.counterparts import in_names_of
from simulators.laws.mask import Mask
from simulators.laws.masking import with_varying
from simulators.trace import Exchange, Observation, Strike, Trace, is_same
from simulators.values import replace


@dataclass(frozen=True, slots=True)
class Breach:
    """A law that a turn broke.

    `turn` is where it came to light: the turn, or the last turn before the fault that showed it.
    `expected` and `actual` are what the clean run and this one have, in words.
    """

    law: str
    turn: int
    customer: str
    field: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Found:
    """Differences from the reference that came to light in one place of the trace."""

    turn: int
    customer: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A faulted trace beside its reference: for each turn, the exchange that it has to equal.

    `deliveries` are the exchanges of the trace, and `found` holds every difference, in its order.
    `turn` is the last one and `latest` the last one of each customer; `comparisons` holds, by turn,
    how to compare what still refers to it.
    """

    trace: Trace
    reference: Mapping[int, Exchange]
    deliveries: tuple[Exchange, ...]
    found: tuple[Found, ...]
    turn: int
    latest: Mapping[str, int]
    comparisons: Mapping[int, Comparison]

    def exchanges(self) -> Iterator[tuple[int, Exchange]]:
        """Each delivery, with the last turn that had been made by then."""
        turn = 0
        for exchange in self.deliveries:
            turn = max(turn, exchange.turn)
            yield turn, exchange

    def differences(self, belongs: Callable[[str], bool]) -> Iterator[tuple[Found, Difference]]:
        """Each difference whose path belongs to a law, with its place."""
        for found in self.found:
            for difference in found.differences:
                if belongs(difference.path):
                    yield found, difference

    def is_beginning_of(self, trace: Trace) -> bool:
        """Whether that trace is the same play, gone on with."""
        known = self.trace.happenings
        return not known or (
            len(trace.happenings) >= len(known) and trace.happenings[len(known) - 1] is known[-1]
        )

    def extended(self, trace: Trace, reference: Mapping[int, Exchange]) -> "Case":
        """The case once more has come about; the trace begins with the one so far, and the
        reference is the same up to there."""
        case, reference = self, in_names_of(trace.happenings, reference)
        known = len(self.trace.happenings)
        new = trace.happenings[known:]
        for before, happening in zip((None, *trace.happenings)[known:], new, strict=False):
            if not _changes_nothing(case, happening, before, reference):
                case = _with(case, happening, reference)
        made = Trace(new).exchanges
        deliveries = (*self.deliveries, *made) if made else self.deliveries
        return replace(case, trace=trace, reference=reference, deliveries=deliveries)

    def adds_nothing_to(self, before: "Case") -> bool:
        """Whether the case is the same with faults that stand behind all that was delivered, and by
        which nothing came to light: they may excuse what was, and break no law by themselves."""
        return self.deliveries is before.deliveries and self.found is before.found


@dataclass(frozen=True, slots=True)
class Law:
    """What must hold of every trace. `says` is the law in one sentence."""

    name: str
    says: str
    check: Callable[[Case], Iterator[Breach]]


def case_of(trace: Trace, reference: Mapping[int, Exchange], mask: Mask) -> Case:
    """Hold a trace against its reference."""
    nothing = Case(Trace(), reference, (), (), 0, {}, {0: Comparison(mask)})
    return nothing.extended(trace, reference)


def _with(case: Case, happening: Exchange | Strike, reference: Mapping[int, Exchange]) -> Case:
    """The case with one more happening in what was found and in how to compare."""
    if isinstance(happening, Strike) and happening.is_unsettled:
        return case
    if isinstance(happening, Exchange) and happening.repeats and happening.overlapped:
        return case
    customer, comparisons = happening.customer, _copied(case.comparisons)
    if isinstance(happening, Exchange) and not happening.repeats:
        turn, comparison = happening.turn, comparisons[case.turn]
        if happening.life.is_over and turn > case.turn:
            comparison = comparison.from_here()
        if turn in reference and reference[turn].departs and case.turn != turn:
            comparison = comparison.from_here()
        differences = _of_turn(comparison, happening, reference.get(turn))
        latest = {**case.latest, customer: turn}
        referred = {number: comparisons.get(number, comparison) for number in latest.values()}
        referred[turn] = comparison
        case = replace(case, turn=turn, latest=latest, comparisons=referred)
    else:
        own_turn = case.latest.get(customer, 0)
        differences = _of_standstill(comparisons, happening, reference, own_turn, case.turn)
        case = replace(case, comparisons=comparisons)
    if not differences:
        return case
    found = Found(case.turn, customer, tuple(differences))
    return replace(case, found=(*case.found, found))


def _changes_nothing(
    case: Case,
    happening: Exchange | Strike,
    before: Exchange | Strike | None,
    reference: Mapping[int, Exchange],
) -> bool:
    """Whether a fault left everything as it was seen right before, when all of that was found to be
    as it should: the answer is known without holding it against the reference again. What is kept
    of a session is no matter then, and neither is whose fault it was, where all effects are
    everybody's."""
    seen = happening.seen
    return (
        isinstance(happening, Strike)
        and isinstance(before, Exchange)
        and not (case.found or before.repeats or before.overlapped or before.answer.is_error)
        and before.turn in reference
        and (happening.customer == before.customer or not seen.own)
        and seen.own == before.seen.own
        and is_same(seen.effects, before.seen.effects)
    )


def _copied(comparisons: Mapping[int, Comparison]) -> dict[int, Comparison]:
    """Copies, of which two turns share one where they shared one before."""
    copies = {id(each): each.copy() for each in comparisons.values()}
    return {turn: copies[id(each)] for turn, each in comparisons.items()}


def _of_turn(
    comparison: Comparison, exchange: Exchange, expected: Exchange | None
) -> list[Difference]:
    if expected is None or exchange.answer.is_error:
        return []
    if expected.answer.session_id and exchange.answer.session_id:
        comparison.relate(expected.answer.session_id, exchange.answer.session_id)
    comparison.mask = with_varying(comparison.mask, (expected,))
    if exchange.life.is_over:
        comparison.expect_announcement(exchange.turn, expected.answer.text, exchange.answer.text)
    if exchange.overlapped:
        # What it left is seen together with what the other message left.
        exchange = replace(exchange, answer=exchange.answer.as_said, seen=Observation())
        expected = replace(expected, answer=expected.answer.as_said, seen=Observation())
    shows_the_same = exchange.answer.shows == expected.answer.shows
    if shows_the_same and exchange.seen == expected.seen and not comparison.masks(exchange.turn):
        return []
    return list(comparison.of_exchanges(exchange.turn, expected, exchange))


def _of_standstill(
    comparisons: Mapping[int, Comparison],
    happening: Exchange | Strike,
    reference: Mapping[int, Exchange],
    own_turn: int,
    turn: int,
) -> list[Difference]:
    """A fault, or a repeated delivery, makes no turn: what the service holds stays as it was, after
    the last turn of all and, of a session, after the customer's own last turn.

    What it keeps of a session when a fault has just struck is its own affair, as long as the next
    turn finds it; a repeated delivery was a message, and has to leave it alone.
    """
    if turn not in reference or _is_before(happening, reference, turn):
        return []
    seen = happening.seen
    differences = _of_part(comparisons[turn], turn, reference[turn].seen.of_all, seen.of_all)
    if own_turn in reference:
        own, expected = seen.of_session, reference[own_turn].seen.of_session
        if not isinstance(happening, Exchange) or happening.life.is_over:
            own, expected = replace(own, kept=None), replace(expected, kept=None)
        differences += _of_part(comparisons[own_turn], own_turn, expected, own)
    return differences


def _is_before(happening: Exchange | Strike, reference: Mapping[int, Exchange], turn: int) -> bool:
    """Whether a message that nobody sends again has changed nothing yet: a service that knows of it
    may make its turn when the next message comes."""
    if not isinstance(happening, Strike) or happening.fault != NO_RETRY:
        return False
    before = reference.get(turn - 1)
    return before is not None and is_same(happening.seen.effects, before.seen.effects)


def _of_part(
    comparison: Comparison, turn: int, expected: Observation, seen: Observation
) -> list[Difference]:
    if expected == seen and not comparison.masks(turn):
        return []
    return list(comparison.of_observations(turn, expected, seen))
