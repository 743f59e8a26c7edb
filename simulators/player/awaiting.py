"""Waits for what is owed: effects that a worker of the service brings about when the customer has
the reply already, and the time after which a refused message may come again."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

from simulators.targets.target import Capability, Target
from simulators.trace import Answer, Exchange, Observation

LONGEST: Final = 2.0
"""Seconds for which an effect is waited for: time enough for a worker whose store was silent."""

_PAUSE: Final = 0.05
"""Seconds between two looks."""

LONGEST_REFUSAL: Final = 60.0
"""Seconds that a service may ask for before it takes a message that it has refused."""

Owed: TypeAlias = Sequence[Mapping[int, Exchange]]
"""What a play may have to equal, by turn; each of them is legal."""


def may_come(target: Target) -> bool:
    """Whether an effect may come after the reply: not where time stands still between messages."""
    return Capability.EXACT_TIME not in target.capabilities


def awaited(
    target: Target, session_id: str | None, is_lacking: Callable[[Observation], bool]
) -> Observation:
    """What the service holds of that session, as soon as nothing is lacking, or when it was waited
    for in vain; at once where nothing may come."""
    seen = target.observe(session_id)
    if not is_lacking(seen) or not may_come(target):
        return seen
    end = time.monotonic() + LONGEST
    while is_lacking(seen) and time.monotonic() < end:
        time.sleep(_PAUSE)
        seen = target.observe(session_id)
    return seen


def may_wait(target: Target, refusal: Answer) -> bool:
    """Whether a refusal names the time after which the message may come again, one that is not too
    long, and that can pass."""
    seconds = refusal.retry_after
    names_it = refusal.is_error and seconds is not None and 0 < seconds <= LONGEST_REFUSAL
    return names_it and (may_come(target) or Capability.CLOCK in target.capabilities)


def wait(target: Target, refusal: Answer) -> None:
    """Let that time go by: in no time where time stands still between messages."""
    assert refusal.retry_after is not None
    if may_come(target):
        time.sleep(refusal.retry_after)
    else:
        target.advance(timedelta(seconds=refusal.retry_after))


def lacks(seen: Observation, customer: str, turn: int, answer: Answer, owed: Owed) -> bool:
    """Whether fewer effects are there after that turn, which was answered so, than in whatever the
    play may have to equal, as far as the answer came to the same step."""
    is_lacking = False
    for reference in owed:
        expected = reference.get(turn)
        if expected is None or not _agree(expected.answer, answer):
            continue
        if not _is_short(seen, expected, customer):
            return False
        is_lacking = True
    return is_lacking


def _agree(expected: Answer, answer: Answer) -> bool:
    is_answered = not (expected.is_error or answer.is_error)
    return is_answered and (expected.flow, expected.step) == (answer.flow, answer.step)


def _is_short(seen: Observation, expected: Exchange, customer: str) -> bool:
    own = frozenset() if expected.customer == customer else expected.seen.own
    return any(
        len(seen.effects.get(kind, ())) < len(rows)
        for kind, rows in expected.seen.effects.items()
        if kind not in own
    )
