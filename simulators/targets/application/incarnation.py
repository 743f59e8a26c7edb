"""One life of an ASGI application, from its start to its end, with its own event loop."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from simulators.errors import TargetError
from simulators.targets.application.calling import Application, exchanged
from simulators.targets.application.lifespan import Lifespan
from simulators.targets.sqlite_calls import Died
from simulators.targets.wire import Request, Response

PATIENCE = 30.0
"""Seconds of real time that an application may take to start, to answer, or to stop."""

_BETWEEN_LOOKS = 0.01
_QUIET_LOOKS = 5
_MOST_LOOKS = 100
_T = TypeVar("_T")


@dataclass(slots=True)
class Incarnation:
    """One life of an application."""

    application: Application
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    is_frozen: bool = False
    """It died while it waited: none of its coroutines goes on."""
    _lifespan: Lifespan = field(init=False)

    def __post_init__(self) -> None:
        self._lifespan = Lifespan(self.application)

    def start(self) -> None:
        """Run the lifespan's startup. Raises `TargetError` when it fails."""
        try:
            self._run(self._lifespan.start(), "start")
        except BaseException:
            self._let_go()
            raise

    def stop(self) -> None:
        """Run the lifespan's shutdown, and leave no task and no thread behind."""
        try:
            if not self.is_frozen:
                self._run(self._lifespan.stop(), "stop")
        finally:
            self._let_go()

    def send(self, request: Request) -> Response:
        """One request and its response, and whatever the application does right after it."""
        return self._run(exchanged(self.application, request, self._lifespan.state), "answer")

    def freeze(self) -> None:
        """Let nothing of it go on. May be called in any thread."""
        self.is_frozen = True
        self.loop.call_soon_threadsafe(self.loop.stop)

    def come_to_rest(self) -> None:
        """Let the work in the background go on until it waits, but not for ever."""
        self._run(_rested(), "come to rest")

    def _run(self, coroutine: Coroutine[Any, Any, _T], what: str) -> _T:
        try:
            return self.loop.run_until_complete(asyncio.wait_for(coroutine, PATIENCE))
        except RuntimeError:
            if self.is_frozen:
                raise Died from None
            raise
        except TimeoutError:
            raise TargetError(
                f"the application took more than {PATIENCE:.0f} seconds to {what}; look for what"
                " it waits for"
            ) from None

    def _let_go(self) -> None:
        if self.is_frozen:
            # The word to stop may have come when it was not running any more.
            with suppress(RuntimeError):
                self.loop.run_until_complete(asyncio.sleep(0))
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks, timeout=PATIENCE))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()


async def _rested() -> None:
    unchanged, before = 0, _places()
    for _ in range(_MOST_LOOKS):
        await asyncio.sleep(_BETWEEN_LOOKS)
        now = _places()
        unchanged = unchanged + 1 if now == before else 0
        before = now
        if unchanged == _QUIET_LOOKS:
            return


def _places() -> frozenset[tuple[int, ...]]:
    """Where each other task waits: the instruction of each of its coroutines."""
    here = asyncio.current_task()
    others = (task for task in asyncio.all_tasks() if task is not here)
    return frozenset((id(task), *_instructions(task.get_coro())) for task in others)


def _instructions(coroutine: object) -> Iterator[int]:
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None)
        yield id(coroutine) if frame is None else frame.f_lasti
        coroutine = getattr(coroutine, "cr_await", None)
