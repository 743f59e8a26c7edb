"""The order of turns: those of one session are served one after the other."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol


class TurnOrder(Protocol):
    """Lets the turns of one process into a session one at a time.

    It saves retaken turns and keeps the order in which messages came. That no turn is lost rests
    on the store's version alone, which also holds between processes.
    """

    def turn(self, key: str) -> AbstractAsyncContextManager[None]:
        """Wait until no other turn with this key is being served, then be the one that is."""
        ...


class AsyncioTurnOrder:
    """First come, first served. A key that nobody uses costs nothing."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        self._users[key] += 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                yield
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]

    def __len__(self) -> int:
        """How many keys are in use."""
        return len(self._locks)
