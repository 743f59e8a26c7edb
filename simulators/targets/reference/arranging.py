"""A service set up as a scenario wants it, and as it is deployed where the scenario is silent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from coolwind.catalogue import Part, ShopCatalogue
from coolwind.errors import ModelUnavailable
from coolwind.models.model import Completion, Prompt
from coolwind.models.scripted import ScriptedModel
from simulators.conversation import StockedPart
from simulators.errors import UsageError
from simulators.targets.target import Arrangement

MEMORY_CAPACITY = 3
"""Sessions that a node remembers: more than most scenarios have customers, and so few that a crowd
fills it soon."""

IDLE_TIMEOUT = timedelta(minutes=30)
EXPIRY = timedelta(hours=24)

_MODEL_FAILURES = {
    "429": "the language model answered 429: too many requests",
    "500": "the language model answered 500: internal error",
    "timeout": "the language model did not answer in time",
    "empty": "the language model answered without any words",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many sessions a node remembers, for how long unused, and how long the store does."""

    capacity: int
    idle_timeout: timedelta
    expiry: timedelta


def bounds_of(arrangement: Arrangement) -> Bounds:
    """The bounds that a scenario sets, and the usual ones beside them."""
    return Bounds(
        arrangement.memory_capacity or MEMORY_CAPACITY,
        arrangement.memory_idle_timeout or IDLE_TIMEOUT,
        arrangement.session_expiry or EXPIRY,
    )


@dataclass(slots=True)
class StockedCatalogue:
    """What the shop sells, which a scenario can change."""

    stocked: tuple[Part, ...]

    def parts(self) -> Sequence[Part]:
        """Every part, in the order of the scenario."""
        return self.stocked


def parts_of(stocked: Sequence[StockedPart] | None) -> tuple[Part, ...]:
    """What the shop sells by a scenario; None leaves what it sells anyway, and a part of these that
    the scenario has, too, keeps its ID and its names."""
    usual = {part.name.casefold(): part for part in ShopCatalogue().parts()}
    if stocked is None:
        return tuple(usual.values())
    return tuple(_part(one, usual.get(one.name.casefold())) for one in stocked)


def _part(stocked: StockedPart, usual: Part | None) -> Part:
    name = stocked.name.casefold()
    return Part(
        part_id=re.sub(r"\W+", "-", name).strip("-") if usual is None else usual.part_id,
        name=stocked.name,
        words=(name,) if usual is None else usual.words,
        price=stocked.price,
        bulk_price=stocked.bulk_price,
        opening_stock=stocked.stock,
    )


class ArrangedModel:
    """Answers as the scenario says, and what it does not mention as the scripted model does.

    Raises `UsageError` for a failure that no language model has.
    """

    def __init__(self, arrangement: Arrangement) -> None:
        self._answers = arrangement.model_answers or {}
        self._failure = arrangement.model_failure
        self._scripted = ScriptedModel()
        if self._failure is not None and self._failure not in _MODEL_FAILURES:
            raise UsageError(
                f"a language model cannot fail with {self._failure!r}; choose one of"
                f" {', '.join(_MODEL_FAILURES)}"
            )

    async def complete(self, prompt: Prompt) -> Completion:
        """The answer, or the failure, that was arranged."""
        if self._failure == "empty":
            return Completion("")
        if self._failure is not None:
            raise ModelUnavailable(_MODEL_FAILURES[self._failure])
        answer = self._answers.get(prompt.text)
        return await self._scripted.complete(prompt) if answer is None else Completion(answer)

    async def close(self) -> None:
        """Nothing is held open."""
