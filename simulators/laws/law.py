"""What a law is, and the case that it judges."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from simulators.comparison import Comparison, Difference, Mask, leaves, observed
from simulators.trace import Exchange, Observation, Strike, Trace


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

    `found` holds every difference, in the order of the trace.
    """

    trace: Trace
    reference: Mapping[int, Exchange]
    found: tuple[Found, ...]

    def exchanges(self) -> Iterator[tuple[int, Exchange]]:
        """Each delivery, with the last turn that had been made by then."""
        turn = 0
        for exchange in self.trace.exchanges:
            turn = max(turn, exchange.turn)
            yield turn, exchange

    def differences(self, belongs: Callable[[str], bool]) -> Iterator[tuple[Found, Difference]]:
        """Each difference whose path belongs to a law, with its place."""
        for found in self.found:
            for difference in found.differences:
                if belongs(difference.path):
                    yield found, difference


@dataclass(frozen=True, slots=True)
class Law:
    """What must hold of every trace. `says` is the law in one sentence."""

    name: str
    says: str
    check: Callable[[Case], Iterator[Breach]]


def case_of(trace: Trace, reference: Mapping[int, Exchange], mask: Mask) -> Case:
    """Hold a trace against its reference."""
    turn = 0
    comparisons = {turn: Comparison(mask, _notices(trace, reference))}
    found = []
    latest: dict[str, int] = {}
    for happening in trace.happenings:
        match happening:
            case Exchange() if not happening.repeats:
                comparison = comparisons[turn]
                if happening.life.is_over and happening.turn > turn:
                    comparison = comparison.from_here()
                turn, latest[happening.customer] = happening.turn, happening.turn
                comparisons[turn] = comparison
                differences = _of_turn(comparison, happening, reference.get(turn))
            case _:
                own_turn = latest.get(happening.customer, 0)
                differences = _of_standstill(comparisons, happening, reference, own_turn, turn)
        if differences:
            found.append(Found(turn, happening.customer, tuple(differences)))
    return Case(trace, reference, tuple(found))


def _of_turn(
    comparison: Comparison, exchange: Exchange, expected: Exchange | None
) -> list[Difference]:
    if expected is None or exchange.answer.is_error:
        return []
    if expected.answer.session_id and exchange.answer.session_id:
        comparison.relate(expected.answer.session_id, exchange.answer.session_id)
    return list(comparison.differences(exchange.turn, leaves(expected), leaves(exchange)))


def _of_standstill(
    comparisons: Mapping[int, Comparison],
    happening: Exchange | Strike,
    reference: Mapping[int, Exchange],
    own_turn: int,
    turn: int,
) -> list[Difference]:
    """A fault, or a repeated delivery, makes no turn: what the service holds stays as it was.

    What it keeps of a session when a fault has just struck is its own affair, as long as the next
    turn finds it; a repeated delivery was a message, and has to leave it alone.
    """
    if turn not in reference:
        return []
    effects = Observation(None, reference[turn].seen.effects)
    seen = Observation(None, happening.seen.effects)
    differences = list(comparisons[turn].differences(turn, observed(effects), observed(seen)))
    is_message = isinstance(happening, Exchange) and not happening.life.is_over
    if is_message and own_turn in reference:
        kept = Observation(reference[own_turn].seen.kept)
        differences += comparisons[own_turn].differences(
            own_turn, observed(kept), observed(Observation(happening.seen.kept))
        )
    return differences


def _notices(trace: Trace, reference: Mapping[int, Exchange]) -> tuple[str, ...]:
    """What a reply says before the expected text where a conversation starts afresh."""
    texts = (
        (exchange.answer.text, reference[exchange.turn].answer.text)
        for exchange in trace.exchanges
        if exchange.life.is_over and exchange.turn in reference
    )
    return tuple(
        text.removesuffix(expected)
        for text, expected in texts
        if expected and text != expected and text.endswith(expected)
    )
