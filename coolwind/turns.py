"""The order of turns: those of one session are served one after the other."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from coolwind.waiting import Waits, one_patience


class TurnOrder(Protocol):
    """Lets the turns of one process into a session one at a time.

    It saves retaken turns and keeps the order in which messages came. That no turn is lost rests
    on the store's version alone, which also holds between processes.
    """

    def turn(self, key: str | None) -> AbstractAsyncContextManager[None]:
        """Wait until no other turn with this key is being served, then be the one that is.

        A turn without a key waits for nobody. Each has one patience with the store, from its entry
        on: while it stands in line, those before it use it up.
        """
        ...


@dataclass(slots=True)
class _Line:
    """The turns with one key that are being served or wait."""

    free: asyncio.Lock = field(default_factory=asyncio.Lock)
    waits: Waits = field(default_factory=Waits)
    turns: int = 0


class AsyncioTurnOrder:
    """First come, first served. A key that nobody uses costs nothing."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, key: str | None) -> AsyncIterator[None]:
        if key is None:
            with one_patience():
                yield
            return
        line = self._lines.setdefault(key, _Line())
        line.turns += 1
        try:
            with one_patience(line.waits):
                async with line.free:
                    yield
        finally:
            line.turns -= 1
            if not line.turns:
                del self._lines[key]

    def lines(self) -> Mapping[str, object]:
        """Who is served and who waits, by key: two turns meet in here where they have one key."""
        return self._lines

    def __len__(self) -> int:
        """How many keys are in use."""
        return len(self._lines)
