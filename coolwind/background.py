"""Work that the service does by itself, again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from coolwind.clock import Clock
from coolwind.errors import StoreUnavailable
from coolwind.events import Event, EventName, Listener


class Round:
    """Does its work when it begins, then at every interval, and at once when it is woken.

    A round that fails is announced; the work is done again in the next one.
    """

    def __init__(
        self,
        work: Callable[[], Awaitable[object]],
        interval: timedelta,
        clock: Clock,
        listener: Listener,
    ) -> None:
        self._work = work
        self._interval = interval
        self._clock = clock
        self._listener = listener
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Do not wait for the interval to end."""
        self._woken.set()

    async def run(self) -> None:
        """Go on until the task is cancelled."""
        while True:
            self._woken.clear()
            try:
                await self._work()
            except StoreUnavailable as error:
                fields = {"reason": str(error)}
                self._listener(Event(EventName.STORE_UNAVAILABLE, fields=fields))
            except Exception as error:  # noqa: BLE001 - nobody waits for the task who could hear
                fields = {"error": type(error).__name__}
                self._listener(Event(EventName.ROUND_FAILED, fields=fields))
            await self._pause()

    async def _pause(self) -> None:
        sleeping = asyncio.ensure_future(self._clock.sleep(self._interval.total_seconds()))
        waiting = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait((sleeping, waiting), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waiting.cancel()
