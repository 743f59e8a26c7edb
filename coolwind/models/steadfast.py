"""A language model that always has an answer: it tries again, and then it says sorry."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from coolwind.clock import Clock
from coolwind.errors import ModelRefused, ModelUnavailable
from coolwind.events import Event, EventName, Field, Listener
from coolwind.models.model import Completion, LanguageModel, Prompt
from coolwind.models.text import presentable

FALLBACK = Completion(
    "Sorry, I cannot answer that at the moment. Please ask again in a few minutes, or call the "
    "shop. Orders and callbacks can still be taken in this chat.",
    intent="unavailable",
    escalated=True,
)
"""What the customer reads when the model has no answer."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to insist.

    At most `attempts` calls are made for one prompt. The pause between two of them starts at
    `first_pause`, doubles each time up to `longest_pause`, and is longer where the model asked for
    it. No call starts later than `deadline` after the first one did, so that a turn waits at most
    for the deadline and the timeout of one call. Raises `ValueError` for values without sense.
    """

    attempts: int = 3
    first_pause: timedelta = timedelta(seconds=0.5)
    longest_pause: timedelta = timedelta(seconds=4)
    deadline: timedelta = timedelta(seconds=15)

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"attempts is {self.attempts}; give at least 1")
        for name in ("first_pause", "longest_pause", "deadline"):
            length = getattr(self, name)
            if length < timedelta():
                raise ValueError(f"{name} is {length}; give no negative duration")

    def pauses(self) -> Iterator[timedelta]:
        """The pause after each attempt but the last."""
        pause = min(self.first_pause, self.longest_pause)
        for _ in range(self.attempts - 1):
            yield pause
            pause = min(pause * 2, self.longest_pause)


class SteadfastModel:
    """Wraps a language model so that `complete` always returns a text that can be stored.

    What the inner model raises is announced as `model.failed`, with the fields `attempt`, `reason`
    and `retry_in` (seconds, None when no other attempt follows), an answer as `model.answered`
    with `attempt`, `intent` and `seconds`. A `ModelRefused`, and anything that is no
    `ModelUnavailable`, is not tried again. It awaits nothing but the inner model and the clock.
    """

    def __init__(
        self, model: LanguageModel, clock: Clock, listener: Listener, patience: Patience
    ) -> None:
        self._model = model
        self._clock = clock
        self._listener = listener
        self._patience = patience

    async def complete(self, prompt: Prompt) -> Completion:
        started = self._clock.monotonic()
        pauses = self._patience.pauses()
        attempt = 0
        while True:
            attempt += 1
            try:
                completion = _fit_to_show(await self._model.complete(prompt))
            except Exception as error:  # noqa: BLE001 - a customer waits, whatever broke
                retry_in = self._retry_in(error, next(pauses, None), started)
                self._tell_of_failure(prompt, attempt, error, retry_in)
            else:
                self._tell_of_answer(prompt, attempt, completion, started)
                return completion
            if retry_in is None:
                return FALLBACK
            await self._clock.sleep(retry_in)

    async def close(self) -> None:
        await self._model.close()

    def _retry_in(self, error: Exception, pause: timedelta | None, started: float) -> float | None:
        """Seconds until the next attempt, None when there is to be none."""
        if not isinstance(error, ModelUnavailable) or isinstance(error, ModelRefused):
            return None
        if pause is None:
            return None
        wait = max(pause, error.retry_after or pause).total_seconds()
        elapsed = self._clock.monotonic() - started
        return wait if elapsed + wait <= self._patience.deadline.total_seconds() else None

    def _tell_of_answer(
        self, prompt: Prompt, attempt: int, completion: Completion, started: float
    ) -> None:
        fields: dict[str, Field] = {
            "attempt": attempt,
            "intent": completion.intent,
            "seconds": self._clock.monotonic() - started,
        }
        self._listener(Event(EventName.MODEL_ANSWERED, prompt.session_id, fields))

    def _tell_of_failure(
        self, prompt: Prompt, attempt: int, error: Exception, retry_in: float | None
    ) -> None:
        # Only our own errors are known to hold nothing of the customer's words.
        known = isinstance(error, ModelUnavailable)
        fields: dict[str, Field] = {
            "attempt": attempt,
            "reason": str(error) if known else type(error).__name__,
            "retry_in": retry_in,
        }
        self._listener(Event(EventName.MODEL_FAILED, prompt.session_id, fields))


def _fit_to_show(completion: Completion) -> Completion:
    text = presentable(completion.text)
    if not text:
        raise ModelUnavailable("the language model answered without any words")
    return replace(completion, text=text)
