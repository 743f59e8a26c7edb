"""What the laws remember of a play that has broken none of them so far.

Two plays that stand in equal states may still be judged differently later on, because they came
there in different ways: another session was left behind, another number was given to an order.
Here is everything of the way that a law, or the naming of an outcome, can come back to.
"""

from collections.abc import Iterator

from simulators.laws.comparison import Comparison
from simulators.laws.law import Case
from simulators.laws.leaves import parts_beside_text
from simulators.trace import Exchange, Life, Strike


def remembered(case: Case) -> Iterator[str]:
    """Pieces of text, equal for two plays of one script that stand after the same turn and will be
    judged alike from here on. Identifiers stand as they are."""
    trace, reference = case.trace, case.reference
    last: dict[str, Exchange] = {}
    sessions: dict[str, str] = {}
    counterparts: dict[str, str] = {}
    announced: set[str] = set()
    struck_since: dict[str, bool] = {}
    turn = 0
    for happening in trace.happenings:
        customer = happening.customer
        if isinstance(happening, Strike):
            struck_since = dict.fromkeys(struck_since, True)
            if happening.announced:
                announced.add(customer)
            continue
        actual = happening.answer.session_id
        expected = reference.get(happening.turn)
        if expected is not None and expected.departs:
            counterparts.update({known: known for known in counterparts.values()})
        if actual is not None:
            sessions.setdefault(actual, customer)
            if expected is not None and expected.answer.session_id is not None:
                counterparts.setdefault(expected.answer.session_id, actual)
        if happening.repeats:
            continue
        turn, last[customer] = max(turn, happening.turn), happening
        if happening.life.is_over and not happening.answer.is_error:
            announced.discard(customer)
            struck_since[customer] = False
    for name, exchange in sorted(last.items()):
        answer = exchange.answer
        went_on = exchange.life is not Life.NONE and not exchange.life.is_over
        yield f"{name} {exchange.turn} {went_on} {struck_since.get(name)} {name in announced}"
        yield f"{answer.status} {answer.text}"
        beside, expected = parts_beside_text(answer), reference.get(exchange.turn)
        if expected is None or parts_beside_text(expected.answer) != beside:
            yield f"{beside}"
        yield from _related(case.comparisons[exchange.turn])
    yield from _related(case.comparisons[turn])
    yield from (f"{session_id} is of {name}" for session_id, name in sessions.items())
    yield from (f"{one} stands for {other}" for one, other in counterparts.items())


def _related(comparison: Comparison) -> Iterator[str]:
    yield str(comparison.follows_all)
    yield from comparison.notices
    yield from (f"{one} is {other}" for one, other in comparison.related.items())
