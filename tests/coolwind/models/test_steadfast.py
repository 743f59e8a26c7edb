"""The wrapper that always has an answer. Its coroutines are driven by hand, without a loop."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolwind.errors import ModelRefused, ModelUnavailable
from coolwind.events import Event, EventName
from coolwind.models import Completion, Patience, Prompt, SteadfastModel
from coolwind.models.steadfast import FALLBACK


class Plays:
    """A model that plays a script of completions and errors; the last entry for ever."""

    def __init__(self, *script: object, clock: object = None, seconds: float = 0) -> None:
        self.script = itertools.chain(script, itertools.repeat(script[-1]))
        self.calls = 0
        self.closed = False
        self.clock = clock
        self.seconds = seconds

    async def complete(self, _: object) -> Completion:
        self.calls += 1
        if self.clock:
            self.clock.seconds += self.seconds
        entry = next(self.script)
        if isinstance(entry, BaseException):
            raise entry
        return entry

    async def close(self) -> None:
        self.closed = True


def by_hand(coroutine: Coroutine[object, object, object]) -> object:
    """The result of a coroutine that waits for nothing real."""
    with pytest.raises(StopIteration) as finished:
        coroutine.send(None)
    return finished.value.value


BUSY = ModelUnavailable("busy")
GOOD = Completion("17 left.", "stock", escalated=True)


@pytest.fixture
def wrap(clock: Any, events: list[Event]) -> Callable[..., SteadfastModel]:
    def wrap(model: object, **patience: object) -> SteadfastModel:
        return SteadfastModel(model, clock, events.append, Patience(**patience))

    return wrap


def test_an_answer_passes_unchanged(wrap: Callable[..., SteadfastModel], prompt: Prompt) -> None:
    assert by_hand(wrap(Plays(GOOD)).complete(prompt)) == GOOD


def test_an_answer_is_announced_with_its_attempt_and_duration(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, clock: Any, events: list[Event]
) -> None:
    by_hand(wrap(Plays(BUSY, GOOD, clock=clock, seconds=2)).complete(prompt))
    assert events[-1].name is EventName.MODEL_ANSWERED
    assert events[-1].fields == {"attempt": 2, "intent": "stock", "seconds": 4.5}


def test_every_event_names_the_session_that_asked(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, events: list[Event]
) -> None:
    asked = replace(prompt, session_id="s1")
    by_hand(wrap(Plays(BUSY, GOOD)).complete(asked))
    assert [(event.name, event.session_id) for event in events] == [
        (EventName.MODEL_FAILED, "s1"),
        (EventName.MODEL_ANSWERED, "s1"),
    ]
    assert asked == prompt


def test_each_failure_is_announced_with_what_follows(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, events: list[Event]
) -> None:
    by_hand(wrap(Plays(BUSY), attempts=2).complete(prompt))
    assert [(event.name, dict(event.fields)) for event in events] == [
        (EventName.MODEL_FAILED, {"attempt": 1, "reason": "busy", "retry_in": 0.5}),
        (EventName.MODEL_FAILED, {"attempt": 2, "reason": "busy", "retry_in": None}),
    ]


def test_after_the_last_attempt_the_customer_reads_the_fallback(
    wrap: Callable[..., SteadfastModel], prompt: Prompt
) -> None:
    model = Plays(BUSY)
    assert by_hand(wrap(model, attempts=4).complete(prompt)) == FALLBACK
    assert model.calls == 4


def test_the_fallback_hands_over_to_people() -> None:
    assert FALLBACK.escalated


def test_the_pauses_double_up_to_the_longest(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, clock: Any
) -> None:
    by_hand(wrap(Plays(BUSY), attempts=6, deadline=timedelta(minutes=1)).complete(prompt))
    assert clock.slept == [0.5, 1.0, 2.0, 4.0, 4.0]


def test_a_first_pause_above_the_longest_is_cut(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, clock: Any
) -> None:
    first, longest = timedelta(seconds=9), timedelta(seconds=2)
    by_hand(wrap(Plays(BUSY), first_pause=first, longest_pause=longest).complete(prompt))
    assert clock.slept == [2.0, 2.0]


def test_the_model_is_left_alone_for_as_long_as_it_asked(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, clock: Any
) -> None:
    busy = ModelUnavailable("busy", retry_after=timedelta(seconds=9))
    assert by_hand(wrap(Plays(busy, GOOD)).complete(prompt)) == GOOD
    assert clock.slept == [9.0]


def test_a_shorter_wish_than_the_pause_does_not_shorten_it(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, clock: Any
) -> None:
    busy = ModelUnavailable("busy", retry_after=timedelta(seconds=-3))
    by_hand(wrap(Plays(busy, GOOD)).complete(prompt))
    assert clock.slept == [0.5]


def test_a_pause_that_ends_at_the_deadline_is_taken(
    wrap: Callable[..., SteadfastModel], prompt: Prompt
) -> None:
    busy = ModelUnavailable("busy", retry_after=timedelta(seconds=10))
    model = wrap(Plays(busy, GOOD), deadline=timedelta(seconds=10))
    assert by_hand(model.complete(prompt)) == GOOD


def test_a_pause_that_ends_past_the_deadline_is_not_begun(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, clock: Any
) -> None:
    busy = ModelUnavailable("busy", retry_after=timedelta(seconds=10))
    model = wrap(Plays(busy, GOOD), deadline=timedelta(seconds=9.99))
    assert by_hand(model.complete(prompt)) == FALLBACK
    assert clock.slept == []


def test_time_spent_by_the_model_counts_against_the_deadline(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, clock: Any
) -> None:
    slow = Plays(BUSY, clock=clock, seconds=10)
    by_hand(wrap(slow, attempts=9, deadline=timedelta(seconds=15)).complete(prompt))
    assert slow.calls == 2


def test_a_refusal_is_not_tried_again(wrap: Callable[..., SteadfastModel], prompt: Prompt) -> None:
    model = Plays(ModelRefused("bad key"))
    assert by_hand(wrap(model).complete(prompt)) == FALLBACK
    assert model.calls == 1


def test_a_broken_model_does_not_lose_the_turn(
    wrap: Callable[..., SteadfastModel], prompt: Prompt, events: list[Event]
) -> None:
    """It is not tried again, and what it says is not trusted to hold no customer's words."""
    model = Plays(RuntimeError("my phone is 9876543210"))
    assert by_hand(wrap(model).complete(prompt)) == FALLBACK
    assert model.calls == 1
    assert events[0].fields["reason"] == "RuntimeError"


def test_a_cancellation_is_not_answered(
    wrap: Callable[..., SteadfastModel], prompt: Prompt
) -> None:
    coroutine = wrap(Plays(asyncio.CancelledError())).complete(prompt)
    with pytest.raises(asyncio.CancelledError):
        coroutine.send(None)


def test_an_answer_without_words_is_asked_for_again(
    wrap: Callable[..., SteadfastModel], prompt: Prompt
) -> None:
    assert by_hand(wrap(Plays(Completion(" \x00\n"), GOOD)).complete(prompt)) == GOOD


def test_a_text_of_another_type_does_not_lose_the_turn(
    wrap: Callable[..., SteadfastModel], prompt: Prompt
) -> None:
    assert by_hand(wrap(Plays(Completion(None))).complete(prompt)) == FALLBACK


@given(text=st.text(st.characters(exclude_categories=())))
def test_every_answer_can_be_stored(text: str) -> None:
    model = SteadfastModel(Plays(Completion(text)), _Still(), [].append, Patience(attempts=1))
    answer = by_hand(model.complete(Prompt(text, (), (), {})))
    assert answer.text
    assert "\x00" not in answer.text
    answer.text.encode()


class _Still:
    def monotonic(self) -> float:
        return 0.0


def test_closing_closes_the_model(wrap: Callable[..., SteadfastModel]) -> None:
    model = Plays(GOOD)
    by_hand(wrap(model).close())
    assert model.closed


@pytest.mark.parametrize(
    ("patience", "message"),
    [
        ({"attempts": 0}, "attempts is 0; give at least 1"),
        ({"deadline": timedelta(seconds=-1)}, "deadline is -1 day"),
        ({"first_pause": timedelta(seconds=-1)}, "first_pause is"),
        ({"longest_pause": timedelta(seconds=-1)}, "longest_pause is"),
    ],
    ids=["attempts", "deadline", "first pause", "longest pause"],
)
def test_patience_without_sense_is_refused(patience: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Patience(**patience)
