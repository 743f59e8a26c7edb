"""The code that the project's seed found broken, before its fix."""

from dataclasses import replace
from datetime import datetime

from coolwind.messages import Message, Tier
from coolwind.models.model import Completion, Prompt
from coolwind.models.scripted import ScriptedModel
from coolwind.resumption import Resumed
from simulators.targets.reference import Parts, ReferenceTarget
from tests.defects.plain_service import PlainService


class SeedOldCode(PlainService):
    """Looks for the session in the memory of the process only, and makes a new one without a word
    when it is not there; the language model then takes the turn.

    Seen in: the seed (Cool Wind site); Maestro PR #802; botkit #251 and #330.
    """

    def __init__(self, parts: Parts) -> None:
        super().__init__(replace(parts, model=AsksWhereToDeliver()))

    async def resume(self, message: Message, now: datetime) -> Resumed:
        """Get or create, as the seed shows it."""
        session = self.parts.memory.get(message.session_id, now) if message.session_id else None
        if not session:
            return await self.begin(message, now, None)
        return Resumed(session, Tier.MEMORY)


class AsksWhereToDeliver:
    """A language model that was not told that orders are for pickup only."""

    def __init__(self) -> None:
        self._otherwise = ScriptedModel()

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer contact details as an order, and the rest as the shop does."""
        if "@" not in prompt.text:
            return await self._otherwise.complete(prompt)
        return Completion("Thank you! Please tell me your delivery location as well.", "order")

    async def close(self) -> None:
        """Nothing is held open."""


def target() -> ReferenceTarget:
    """The old code as a target: `--target tests.defects.seed_old_code:target`."""
    return ReferenceTarget("seed-old-code", SeedOldCode)
