"""The speech of the seed's service: the fixed JSON of `wire`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from simulators.targets.speech.speech import Send
from simulators.targets.speech.wire import Response, Wire
from simulators.targets.target import Delivery
from simulators.trace import NO_ANSWER, Answer


@dataclass(frozen=True, slots=True)
class SeedSpeech:
    """Speaks as the wire says; a page remembers nothing by itself."""

    wire: Wire

    def open(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> None:
        """Nothing has to be opened."""

    def deliver(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer:
        """Send one message."""
        return self._answer(send(self.wire.chat(delivery)), now, self.wire.chat_path)

    def clear(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer:
        """The customer clears the chat."""
        return self._answer(send(self.wire.clear(delivery)), now, self.wire.clear_path)

    def read(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer:
        """The customer asks for the conversation so far."""
        del now
        response = send(self.wire.read(delivery))
        return NO_ANSWER if response is None else self.wire.shown(response)

    def _answer(self, response: Response | None, now: Callable[[], datetime], path: str) -> Answer:
        return NO_ANSWER if response is None else self.wire.answer(response, now(), path)
