"""Whether a conversation that has to begin anew goes on with the old one, because the service knows
the customer: what it says then is what it would have said if nothing had ended, and not what it
says to somebody whom it has never seen, nor to the same customer one conversation later. What it
says in each of the customer's conversations (in their language, with the address on file) is of
the customer, and of no conversation."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulators.laws.comparison import Comparison, Leaves, Mask, leaves
from simulators.player.place import Reference
from simulators.trace import Exchange

_SAID: Final = ("text", "flow", "step")


def may_carry_over(begun: Reference, went_on: Reference, mask: Mask) -> bool:
    """Whether any turn of a conversation that began anew says what it does in one that went on."""
    return any(paths for _, paths in _as_before(begun, went_on, mask))


def carries_over(begun: Reference, went_on: Reference, mask: Mask, *others: Reference) -> bool:
    """Whether any such turn says something else in each of the others."""
    return any(
        paths.intersection(*(_said_anew(turn, begun, other, mask) for other in others))
        for turn, paths in _as_before(begun, went_on, mask)
    )


def _said_anew(turn: int, begun: Reference, other: Reference, mask: Mask) -> frozenset[str]:
    if turn not in other or other[turn].answer.is_error:
        return frozenset()
    return frozenset(_differing(turn, other[turn], begun[turn], mask))


def _as_before(
    begun: Reference, went_on: Reference, mask: Mask
) -> Iterator[tuple[int, frozenset[str]]]:
    for turn, exchange in begun.items():
        if turn in went_on and not exchange.answer.is_error:
            told = {path for path, value in _said(exchange).items() if value is not None}
            yield turn, frozenset(told.difference(_differing(turn, went_on[turn], exchange, mask)))


def _differing(turn: int, one: Exchange, other: Exchange, mask: Mask) -> Iterator[str]:
    comparison = Comparison(mask, follows_all=True)
    return (each.path for each in comparison.differences(turn, _said(one), _said(other)))


def _said(exchange: Exchange) -> Leaves:
    told: Mapping[str, object] = leaves(exchange)
    return {path: told[path] for path in _SAID}  # type: ignore[misc]
