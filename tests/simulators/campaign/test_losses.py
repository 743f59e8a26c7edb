"""What a customer loses, in one sentence."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from simulators.campaign.losses import loss_of
from simulators.laws import Breach
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
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
            "The conversation at confirming of bulk_order is lost silently: a new session answers.",
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
            "The session goes on, but contact.name (Hari) is gone.",
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
            *(Outcome.INTERLEAVED, "Reply", "text", "Done.", "One moment."),
            "Two messages were served at once: a reply is not that of the clean run.",
        ),
        (
            *(Outcome.INTERLEAVED, "Reply", "repeated reply", "Done.", "One moment."),
            "The same message, delivered again, gets another reply than before.",
        ),
        (
            *(Outcome.INTERLEAVED, "Step", "flow", "bulk_order", "nothing"),
            "Two messages were served at once: the conversation is in no flow, where it was in"
            " bulk_order.",
        ),
        (
            *(Outcome.LOST_TURN, "Step", "flow", "bulk_order", "nothing"),
            "The conversation is in no flow, where it was in bulk_order.",
        ),
        (
            *(Outcome.LOST_TURN, "Reply", "quick replies", "Place order", "nothing"),
            "Turn 2 is answered with no quick replies, unlike in the clean run.",
        ),
        (
            *(Outcome.RESTORED_STALE, "Reply", "text", "Done.", "Yes or no?"),
            "Turn 2 is answered with other text, unlike in the clean run.",
        ),
        (
            *(Outcome.INTERLEAVED, "Data", "bulk_order.lines", "11", "nothing"),
            "Two messages were served at once: bulk_order.lines (11) is gone.",
        ),
        (
            *(Outcome.DUPLICATED_EFFECT, "Data", "bulk_order.lines", "11", "nothing"),
            "The session goes on, but bulk_order.lines (11) is gone.",
        ),
        (
            *(Outcome.DUPLICATED_EFFECT, "Data", "bulk_order.lines", "nothing", "11"),
            Outcome.DUPLICATED_EFFECT.means,
        ),
        (
            *(Outcome.WEDGED, "Liveness", "status", "200", "500"),
            "The message of turn 2 is not answered: status 500.",
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
    assert loss_of(judged, lost) == "Another session answers, and contact.name (Hari) is gone."


def test_of_all_that_is_gone_what_the_customer_told_is_named(exchange: Make) -> None:
    one, lost = exchange(1), Outcome.LOST_TURN
    kept = (("reused", "False"), ("lines", "11"), ("lines", "remote"), ("step", "confirming"))
    more = (("history", "yes"), ("place", "Thiruvalla"), ("price", "38000"))

    def loss(*values: tuple[str, str]) -> str:
        breaches = tuple(Breach("Data", 1, one.customer, *value, "nothing") for value in values)
        trace = Trace((one,))
        return loss_of(Judged((), trace, {1: one}, breaches, lost, trace, lost), lost)

    assert loss(*kept) == "The session goes on, but lines (11, remote) is gone."
    assert loss(kept[-1]) == "The session goes on, but step (confirming) is gone."
    assert loss(kept[0]) == "The session goes on, but reused (False) is gone."
    assert loss(*kept, *more) == (
        "The session goes on, but lines (11, remote), its message history, place (Thiruvalla) and 1"
        " more are gone."
    )
    assert loss(("lines", "x" * 41)) == "The session goes on, but lines is gone."


def test_every_later_message_is_only_said_to_fail_where_it_does(exchange: Make) -> None:
    one, wedged = exchange(1), Outcome.WEDGED
    failed = replace(one.answer, status=500)
    breach = Breach("Liveness", 1, one.customer, "status", "200", "500")

    def loss(*later: Exchange) -> str:
        trace = Trace((replace(one, answer=failed), *later))
        return loss_of(Judged((), trace, {1: one}, (breach,), wedged, trace, wedged), wedged)

    again = exchange(2)
    assert loss(again) == "The message of turn 1 is not answered: status 500."
    assert loss(replace(again, answer=failed)) == (
        "The message of turn 1 and every later one fail: status 500."
    )
