"""What holds of both flows for every text in every state that can be reached."""

import json
import sys
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coolwind.effects import CallbackTask, Correction, Order
from coolwind.flows import BulkOrder, Callback, Facts, Flow, State
from coolwind.understanding.wishes import ORDER_WORDS, Wish, wish_in

WORDS = (
    "I need to buy 11 remote controls filters motors bulk order yes no not cancel confirm place "
    "the my name is Hari phone 9876543210 12345 email hari@example.com hari@example and or but if "
    "? , . ! ; - called nobody answered call me back from Thiruvalla AC not cooling yesterday add "
    "remove change quantity to 5 60 61 0 -3 dozen a all of them it here problem don't please "
    "@ + ( ) \u200d \x00 \ud800 ९८ 1,000 2.5 '"
)

texts = st.one_of(
    st.text(max_size=500),
    st.lists(st.sampled_from(WORDS.split(" ")), max_size=25).map(" ".join),
    st.sampled_from(
        (
            "I need 11 remotes",
            "Hari, 9876543210, hari@example.com",
            "yes",
            "cancel",
            "make it 5",
            "I called and nobody answered",
            "Hari from Thiruvalla, 9876543210",
            "AC not cooling",
        )
    ),
)
conversations = st.lists(texts, max_size=8)
flows = pytest.mark.parametrize("flow", [BulkOrder(), Callback()], ids=["bulk_order", "callback"])


@flows
@given(messages=conversations)
@settings(max_examples=300, deadline=None)
def test_every_conversation_keeps_the_promises_of_a_flow(
    flow: Flow, messages: list[str], facts: Facts
) -> None:
    """No text raises; states are JSON; effects come at the end, never twice, and never unmeant."""
    state: State | None = None
    for text in messages:
        before = state
        outcome = flow.advance(state, text, facts)
        if outcome is None:
            if state is not None:
                assert "\n" not in flow.reminder(state)
            continue
        state = json.loads(json.dumps(outcome.state))
        assert state == outcome.state
        assert state["step"] in flow.steps
        assert outcome.reply.flow == flow.name
        assert outcome.reply.step in flow.steps
        assert outcome.reply.text
        for effect in outcome.effects:
            assert outcome.reply.step == "complete"
            if isinstance(effect, Order):
                assert before is not None
                assert before["step"] == "confirming"
                assert wish_in(text, ORDER_WORDS, facts.parts) is Wish.CONFIRM
                assert all(1 <= line.quantity <= facts.stock[line.part_id] for line in effect.lines)
            if isinstance(effect, Correction):
                assert before is not None
                assert before["step"] == "initial"
            task = effect.task if isinstance(effect, Correction) else effect
            if isinstance(task, CallbackTask):
                assert all((task.name, task.phone, task.location, task.problem))


@flows
@given(messages=conversations, last=texts)
@settings(max_examples=100, deadline=None)
def test_a_flow_forgets_nothing_that_is_not_in_its_state(
    flow: Flow, messages: list[str], last: str, facts: Facts
) -> None:
    """A state that went through JSON leads to the very same outcome, also on another instance."""
    state: State | None = None
    for text in messages:
        outcome = flow.advance(state, text, facts)
        state = outcome.state if outcome is not None else state
    copy = json.loads(json.dumps(state))

    assert type(flow)().advance(copy, last, facts) == flow.advance(state, last, facts)


@flows
@pytest.mark.parametrize(
    "noise",
    [
        "my " * 166,
        "is my name " * 45,
        "@" * 500,
        "1 " * 250,
        "a@a." * 125,
        "(" * 500,
        "not " * 125,
        "yes " * 125,
        "cancel and " * 45,
        "9876543210 " * 45,
        "if, " * 125,
        "remote " * 70,
        "🙂" * 500,
    ],
)
def test_five_hundred_characters_of_noise_do_no_harm(flow: Flow, noise: str, facts: Facts) -> None:
    state: State | None = None
    for text in (noise, "I need 11 remotes", "I called and nobody answered", noise, noise):
        outcome = flow.advance(state, text, facts)
        state = outcome.state if outcome is not None else state
        assert outcome is None or outcome.effects == ()


@flows
@pytest.mark.parametrize("text", ["@" * 500, "and " * 125, "10 remotes and " * 33, "a.b.c." * 83])
def test_no_message_costs_more_than_a_moment(flow: Flow, text: str, facts: Facts) -> None:
    """What is read word by word must not be read once more for each of its words."""
    opening = "call me back" if flow.name == "callback" else "I need 11 remotes"
    begun = flow.advance(None, opening, facts)
    assert begun is not None
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        flow.advance(begun.state, text, facts)
    finally:
        sys.setprofile(before)
    assert calls < 1_500_000
