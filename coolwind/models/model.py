"""The language model port: it answers what no flow wants, and places no order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from coolwind.catalogue import Part
from coolwind.session import Entry


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is told: the message, what was said before it, and what the shop sells.

    `session_id` is for the log: no model is told it, and two prompts are equal without it.
    """

    text: str
    history: tuple[Entry, ...]
    parts: Sequence[Part]
    stock: Mapping[str, int]
    session_id: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's answer; `intent` is one word for what the customer was understood to want."""

    text: str
    intent: str = "general"
    escalated: bool = False


class LanguageModel(Protocol):
    """Answers a message in words. What it answers has no effects."""

    async def complete(self, prompt: Prompt) -> Completion:
        """The answer. Raises `ModelUnavailable` when there is none to be had.

        The service is given a `SteadfastModel`, which makes of any model one that never raises.
        """
        ...

    async def close(self) -> None:
        """Let go of what the model holds open."""
        ...
