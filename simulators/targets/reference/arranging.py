"""A service set up as a scenario wants it, and as it is deployed where the scenario is silent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from coolwind.catalogue import Catalogue, Part, ShopCatalogue
from coolwind.errors import ModelUnavailable
from coolwind.models.model import Completion, Prompt
from coolwind.models.scripted import ScriptedModel
from simulators.errors import UsageError
from simulators.targets.target import Arrangement, StockedPart

MEMORY_CAPACITY = 8
"""Sessions that a node remembers: so few that a crowd fills it soon."""

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


@dataclass(frozen=True, slots=True)
class StockedCatalogue:
    """What a scenario says that the shop sells."""

    stocked: tuple[Part, ...]

    def parts(self) -> Sequence[Part]:
        """Every part, in the order of the scenario."""
        return self.stocked


def catalogue_of(arrangement: Arrangement) -> Catalogue:
    """What the shop sells."""
    if arrangement.parts is None:
        return ShopCatalogue()
    words = {part.name.casefold(): part.words for part in ShopCatalogue().parts()}
    return StockedCatalogue(tuple(_part(stocked, words) for stocked in arrangement.parts))


def _part(stocked: StockedPart, words: Mapping[str, tuple[str, ...]]) -> Part:
    name = stocked.name.casefold()
    return Part(
        part_id=re.sub(r"\W+", "-", name).strip("-"),
        name=stocked.name,
        words=words.get(name, (name,)),
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
