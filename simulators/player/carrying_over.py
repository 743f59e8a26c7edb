"""Whether a conversation that has to begin anew goes on with the old one, because the service knows
the customer: what it says then is what it would have said if nothing had ended, and not what it
says to somebody whom it has never seen, nor what it would say if the old one had ended a turn
later. What it says wherever that had ended (in the customer's language, with the address on file)
is of the customer, and of no conversation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from simulators.conversation import Break, Interrupt, Resend, Say
from simulators.faults.catalogue import named
from simulators.faults.fault import Contract
from simulators.laws.comparison import Comparison
from simulators.laws.leaves import Leaves, leaves
from simulators.laws.mask import Mask
from simulators.player.place import Reference
from simulators.player.standing import Armed, GaveUp, Numbered, Resent, Step, Struck
from simulators.trace import Exchange

_SAID: Final = ("text", "flow", "step")
_SETTLING: Final = (Resent, Resend, GaveUp)
_FAR: Final = 1_000_000


def may_carry_over(begun: Reference, went_on: Reference, mask: Mask) -> bool:
    """Whether any turn of a conversation that began anew says what it does in one that went on."""
    return any(paths for _, paths in _as_before(begun, went_on, mask))


def carries_over(begun: Reference, went_on: Reference, mask: Mask, *others: Reference) -> bool:
    """Whether any such turn says something else in each of the others."""
    return any(
        paths.intersection(*(_said_anew(turn, begun, other, mask) for other in others))
        for turn, paths in _as_before(begun, went_on, mask)
    )


def one_turn_longer(steps: Sequence[Step], message: Say, *, is_over: bool) -> tuple[Step, ...]:
    """The steps, with that message before what ended its customer's conversation; where that is not
    over, as the last one."""
    end = _end(steps, message.customer) if is_over else len(steps)
    while end and isinstance(steps[end - 1], Armed | Interrupt):
        end -= 1
    turn = sum(isinstance(step, Say) for step in steps[:end])
    # No other turn bears that number, nor its message that ID.
    apart = Numbered(_FAR + turn)
    return (*steps[:end], apart, message, Numbered(turn + 1), *steps[end:])


def _end(steps: Sequence[Step], name: str) -> int:
    """Which step ended that customer's conversation, or came first when all of it was said."""
    said = [at for at, step in enumerate(steps) if isinstance(step, Say) and step.customer == name]
    before, last = [-1, *said][-2:]
    for at, step in enumerate(steps[before + 1 :], start=before + 1):
        match step:
            case Armed(fault) | Interrupt(fault=fault) if at < last and _ends(fault):
                return at
            case Struck(fault, customer) | Break(fault, customer) if at > last:
                if customer == name and _ends(fault):
                    return at
    end = last + 1
    while end < len(steps) and not isinstance(steps[end], Say):
        end += 1
    following = range(last, end)
    return max(at for at in following if at == last or isinstance(steps[at], _SETTLING)) + 1


def _ends(fault: str) -> bool:
    return named(fault).contract is Contract.FRESH


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
