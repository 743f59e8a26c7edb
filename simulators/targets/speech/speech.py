"""How a service is spoken to: from a message to requests, and from responses to an answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeAlias

from simulators.targets.speech.wire import Request, Response
from simulators.targets.target import Delivery
from simulators.trace import Answer

Send: TypeAlias = Callable[[Request], Response | None]
"""Sends a request to the service; None where the service was gone before it answered."""


class Speech(Protocol):
    """The pages of one conversation's customers. `now` tells the time of the service.

    Each method raises `TargetError` for an answer that is not of the form that was agreed.
    """

    def open(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer | None:
        """Open the conversation of a message that is about to be sent, where that has to be and was
        not done yet. What stood in its way, as the answer to the message; None for nothing."""
        ...

    def deliver(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer:
        """Send one message; what comes back, `NO_ANSWER` for nothing."""
        ...

    def clear(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer:
        """The customer clears the chat."""
        ...

    def read(self, delivery: Delivery, send: Send, now: Callable[[], datetime]) -> Answer:
        """The customer asks for the conversation so far; the answer's text shows it."""
        ...
