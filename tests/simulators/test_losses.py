"""What a customer loses, in one sentence."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulators.judge import Judged
from simulators.laws import Breach
from simulators.losses import loss_of
from simulators.outcome import Outcome
from simulators.trace import Exchange, Trace

Make = Callable[..., Exchange]


def told(make: Make, outcome: Outcome, law: str, field: str, expected: str, actual: str) -> str:
    before = make(1)
    stood = replace(before, answer=replace(before.answer, flow="bulk_order", step="confirming"))
    breach = Breach(law, 2, stood.customer, field, expected, actual)
    trace = Trace((stood,))
    judged = Judged((), trace, {1: stood, 2: make(2)}, (breach,), outcome, trace, outcome)
    return loss_of(judged, outcome)


@pytest.mark.parametrize(
    ("outcome", "law", "field", "expected", "actual", "loss"),
    [
        (
            *(Outcome.SILENT_RESET, "Session", "session ID", "the session of turn 1", "new"),
            "The conversation at step confirming of bulk_order is lost without a word, and a new"
            " session answers.",
        ),
        (
            *(Outcome.DUPLICATED_EFFECT, "Effect", "order", "1", "2"),
            "2 orders leave the conversation instead of 1.",
        ),
        (
            *(Outcome.LOST_TURN, "Effect", "email", "2", "1"),
            "1 email leaves the conversation instead of 2.",
        ),
        (
            *(Outcome.LOST_TURN, "Effect", "order", "1", "0"),
            "No order leaves the conversation, where 1 had to.",
        ),
        (
            *(Outcome.LOST_TURN, "Effect", "order", "CW-1", "CW-2"),
            "Another order leaves the conversation than in the clean run.",
        ),
        (
            *(Outcome.LOST_TURN, "Data", "contact.name", "Hari", "nothing"),
            "The session goes on, but contact.name is gone.",
        ),
        (
            *(Outcome.RESTORED_STALE, "Data", "history", "yes", "no"),
            "The session goes on without its last turn: its message history is not what it was.",
        ),
        (
            *(Outcome.LOST_TURN, "Step", "step", "complete", "confirming"),
            "The conversation stands at confirming, where it was at complete.",
        ),
        (
            *(Outcome.RESTORED, "Tier", "served from", "memory", "store"),
            "The customer notices nothing, but the turn is served from store, and not from memory.",
        ),
        (
            *(Outcome.LEAKED, "Isolation", "text", "nothing of Hari", "Hari"),
            Outcome.LEAKED.means,
        ),
    ],
)
def test_the_loss_is_told_in_one_sentence(
    exchange: Make,
    outcome: Outcome,
    law: str,
    field: str,
    expected: str,
    actual: str,
    loss: str,
) -> None:
    assert told(exchange, outcome, law, field, expected, actual) == loss


def test_a_session_that_does_not_go_on_is_not_said_to(exchange: Make) -> None:
    one = exchange(1)
    other = exchange(2, session_id="session-2")
    breach = Breach("Data", 2, one.customer, "contact.name", "Hari", "nothing")
    trace = Trace((one, other))
    lost = Outcome.LOST_TURN
    judged = Judged((), trace, {1: one, 2: exchange(2)}, (breach,), lost, trace, lost)
    assert loss_of(judged, lost) == "Another session answers, and contact.name is gone."
