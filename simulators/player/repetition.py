"""Whether what is played again comes out the same: the calls that a service makes, and what it
shows. Where it does not, nothing that follows can be compared with anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulators.laws.leaves import Leaves, equal, leaves
from simulators.targets.target import Point
from simulators.trace import Exchange, Strike

TRIES: Final = 3
"""How often a fault is tried that misses its point."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivery: what came back, and what the service called meanwhile, where that is known."""

    exchange: Exchange
    points: Sequence[Point]


def difference(first: Delivered, again: Delivered) -> str | None:
    """What is not the same in one delivery that was made twice from one state, in words; None where
    everything is."""
    return difference_of_calls(first, again) or _difference_of_exchanges(
        first.exchange, again.exchange
    )


def difference_of_calls(first: Delivered, again: Delivered) -> str | None:
    """The same of what the service called."""
    return _difference_of_calls(first, again, max(len(first.points), len(again.points)))


def difference_before(point: str, first: Delivered, again: Delivered) -> str | None:
    """The same of a delivery in which a fault was to strike at that call when it was made again:
    up to there nothing can differ, and nothing at all where it did not strike."""
    if not again.exchange.interrupted:
        return difference(first, again)
    names = [one.name for one in first.points]
    return _difference_of_calls(first, again, names.index(point))


def first_difference(
    first: Sequence[Exchange | Strike], again: Sequence[Exchange | Strike]
) -> str | None:
    """What is not the same in two plays of the same steps, in words; None where everything is."""
    for one, other in zip(first, again, strict=False):
        if isinstance(one, Exchange) and isinstance(other, Exchange):
            found = _difference_of_exchanges(one, other)
            if found is not None:
                return found
        elif isinstance(one, Strike) and isinstance(other, Strike) and one.fired != other.fired:
            fired, did_not = ("fired", "did not") if one.fired else ("did not fire", "did")
            return f"{one.fault} after turn {one.after_turn} {fired} at first and then {did_not}"
    return None


def misfired(first: Sequence[Exchange | Strike], again: Sequence[Exchange | Strike]) -> bool:
    """Whether a fault did not strike in the second of two plays of the same steps, and had in the
    first."""
    pairs = zip(_fired(first), _fired(again), strict=False)
    return any(had and not has for had, has in pairs)


def _fired(happenings: Sequence[Exchange | Strike]) -> Sequence[bool]:
    return [one.fired for one in happenings if isinstance(one, Strike)]


def _difference_of_calls(first: Delivered, again: Delivered, calls: int) -> str | None:
    for number in range(calls):
        one, other = _name(first.points, number), _name(again.points, number)
        if one != other:
            turn = first.exchange.turn
            return f"call {number + 1} in turn {turn} was {one} at first and then {other}"
    return None


def _difference_of_exchanges(one: Exchange, other: Exchange) -> str | None:
    if one == other:
        return None
    before, after = shown(one), shown(other)
    for path in (*before, *(path for path in after if path not in before)):
        if not equal(before.get(path), after.get(path)):
            return (
                f"{path} of turn {one.turn} was {before.get(path)!r} at first and then"
                f" {after.get(path)!r}"
            )
    return None


def shown(exchange: Exchange) -> Leaves:
    """Everything of an exchange that has to be the same, by path."""
    answer = exchange.answer
    return {"status": answer.status, "tier": answer.served_from, **leaves(exchange)}


def _name(points: Sequence[Point], number: int) -> str:
    return points[number].name if number < len(points) else "none"
