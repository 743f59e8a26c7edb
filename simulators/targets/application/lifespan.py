"""The lifespan of an ASGI application (https://asgi.readthedocs.io/en/latest/specs/lifespan.html)."""

import asyncio
from contextlib import suppress

from simulators.errors import TargetError
from simulators.targets.application.calling import Application, awaited
from simulators.targets.application.life import Died
from simulators.targets.speech.wire import Event


class Lifespan:
    """Starts an application and stops it; both raise `TargetError` where it says that it cannot."""

    def __init__(self, application: Application) -> None:
        self.state: dict[str, object] = {}
        """What the application left there for its requests."""
        self._application = application
        self._told: asyncio.Queue[Event] = asyncio.Queue()
        self._heard: asyncio.Queue[Event] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether the application is in it."""
        return self._task is not None and not self._task.done()

    async def start(self) -> None:
        """Run the startup. Raises `Died` where it goes on with what belongs to one that died."""
        self._task = asyncio.ensure_future(self._live())
        await self._told.put({"type": "lifespan.startup"})
        answer = await self._heard.get()
        error = self._task.exception() if self._task.done() else None
        if isinstance(error, (Died, BaseExceptionGroup)):
            raise Died from error
        if answer["type"] == "lifespan.startup.failed":
            raise TargetError(
                f"the application did not start: {answer.get('message') or 'no reason given'}"
            )

    async def stop(self) -> None:
        """Run the shutdown, to its end."""
        if self._task is None or not self.is_under_way:
            return
        await self._told.put({"type": "lifespan.shutdown"})
        answer = await self._heard.get()
        if answer["type"] == "lifespan.shutdown.failed":
            raise TargetError(
                f"the application did not stop: {answer.get('message') or 'no reason given'}"
            )
        await asyncio.wait([self._task])

    async def _live(self) -> None:
        """An application that knows no lifespan is as good as started."""
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            # An application that raises here has said that it does without.
            with suppress(Exception):
                await awaited(self._application(scope, self._told.get, self._heard.put))
        finally:
            self._heard.put_nowait({"type": "lifespan.startup.complete"})
