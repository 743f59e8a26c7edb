"""Whether a conversation that has to begin anew goes on with the old one, because the service knows
the customer: what it says then is what it would have said if nothing had ended, and not what it
says to somebody whom it has never seen."""

from collections.abc import Iterator, Mapping
from typing import Final

from simulators.laws.comparison import Comparison, Leaves, Mask, leaves
from simulators.player.place import Reference
from simulators.trace import Exchange

_SAID: Final = ("text", "flow", "step")


def may_carry_over(begun: Reference, went_on: Reference, mask: Mask) -> bool:
    """Whether any turn of a conversation that began anew says what it does in one that went on."""
    return any(paths for _, paths in _as_before(begun, went_on, mask))


def carries_over(
    begun: Reference, by_a_stranger: Reference, went_on: Reference, mask: Mask
) -> bool:
    """Whether any such turn says something else to a stranger."""
    return any(
        paths & set(_differing(turn, by_a_stranger[turn], begun[turn], mask))
        for turn, paths in _as_before(begun, went_on, mask)
        if turn in by_a_stranger and not by_a_stranger[turn].answer.is_error
    )


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
