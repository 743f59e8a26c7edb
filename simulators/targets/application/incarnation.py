"""One life of an ASGI application, from its start to its end, with its own event loop."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from typing import Any, Final, TypeVar

from simulators.errors import TargetError
from simulators.targets.application.calling import Application, Exchange
from simulators.targets.application.life import Died, Life, Stuck
from simulators.targets.application.lifespan import Lifespan
from simulators.targets.wire import Request, Response

PATIENCE = 30.0
"""Seconds of real time that an application may take to start, to answer, or to stop."""

_GRACE: Final = 1.0
_BETWEEN_LOOKS: Final = 0.05
_SETTLING_ROUNDS: Final = 20
_OWN_TASKS: Final = 2
"""The one that is run, and the one that it is run by."""
_MOST_LOOKS = 100
_T = TypeVar("_T")


class Unanswered(TargetError):
    """An application does not come to an end with a request; `response` is what it had answered
    before, None where it had not."""

    def __init__(self, response: Response | None, error: TargetError) -> None:
        super().__init__(str(error))
        self.response = response


class Incarnation:
    """One life of an application, in a thread of its own."""

    def __init__(self) -> None:
        self.life = Life()
        self._loop = asyncio.new_event_loop()
        self._application: Application | None = None
        self._lifespan: Lifespan | None = None
        self._is_stuck = False
        self.hangs = False
        """Whether a request was left that it does not come to an end with."""
        self.life.halt = self._halt

    def create(self, factory: Callable[[], object]) -> object:
        """What the factory makes. It is called where the application will live."""
        return self._lead(factory, "be made")

    def start(self, application: Application) -> None:
        """Run the lifespan's startup. Raises `TargetError` when it fails."""
        self._application, self._lifespan = application, Lifespan(application)
        self._run(self._settled(self._lifespan.start()), "start")

    def stop(self) -> None:
        """Run the lifespan's shutdown, unless it died or hangs in the middle of something, and
        leave no task and no thread behind."""
        is_amidst = self.life.stands_still or self._is_stuck or self.hangs
        self.life.release()
        try:
            if self._lifespan is not None and not is_amidst:
                self._run(self._lifespan.stop(), "stop")
        finally:
            self.let_go()
            # A thread that it did not stop goes no further than up to its next call.
            self.life.end()

    def let_go(self) -> None:
        """Leave no task and no thread behind."""
        if self.life.is_over:
            # Its time is over; whatever it still has to say is no news.
            self._loop.set_exception_handler(lambda *_: None)
        # What cannot be moved from where it is, is left there until it moves.
        self.life.close(self._ended, _GRACE if self._is_stuck else PATIENCE + _GRACE)

    def send(
        self,
        request: Request,
        answered: Callable[[], None] = lambda: None,
        quiet: float | None = None,
    ) -> Response | None:
        """One request and its response, and whatever the application does right after it; None
        where it dies before it has answered. `answered` is called in between. One in which nothing
        goes on any more for so many seconds of `quiet` is not waited for any longer.

        Raises `Unanswered`, and `Died` where it goes on with what belongs to one that died before.
        """
        assert self._application is not None
        assert self._lifespan is not None
        if self.life.is_over:
            return None
        exchange = Exchange(request, lambda: self.life.is_over, answered)
        if self._is_stuck:
            raise Unanswered(None, _too_long("answer"))
        try:
            carried = exchange.carry(self._application, self._lifespan.state)
            self._run(self._settled(carried), "answer", quiet)
        except TargetError as error:
            self.hangs = True
            raise Unanswered(exchange.leave(), error) from None
        except (Died, BaseExceptionGroup) as error:
            if not self.life.is_over:
                raise Died from error
        return exchange.response

    def come_to_rest(self) -> None:
        """Let the work in the background go on until it waits, but not for ever."""
        if self._is_stuck:
            return
        self._run(self._rested(looks=5, between=0.01), "come to rest")

    async def _settled(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine, and whatever it set off until that waits for something else."""
        await coroutine
        for _ in range(_SETTLING_ROUNDS):
            await asyncio.sleep(0)
        others = len(asyncio.all_tasks()) - _OWN_TASKS
        if self._lifespan is not None and self._lifespan.is_under_way:
            others -= 1
        if self.life.is_waiting or others > 0:
            await self._rested(looks=3, between=0.001)

    async def _rested(self, looks: int, between: float) -> None:
        unchanged, before = 0, _places()
        for _ in range(_MOST_LOOKS):
            await asyncio.sleep(between)
            now = _places()
            is_quiet = now == before and not self.life.is_waiting
            unchanged, before = unchanged + 1 if is_quiet else 0, now
            if unchanged == looks:
                return

    def _run(self, coroutine: Coroutine[Any, Any, _T], what: str, quiet: float | None = None) -> _T:
        try:
            return self._lead(
                lambda: self._loop.run_until_complete(self._awaited(coroutine, quiet)), what
            )
        except TimeoutError:
            raise _too_long(what) from None

    async def _awaited(self, coroutine: Coroutine[Any, Any, _T], quiet: float | None) -> _T:
        """What a coroutine comes to. Raises TimeoutError, and leaves it where it is, when that
        takes too long or, given how long nothing may go on, nothing does any more."""
        task, began = asyncio.ensure_future(coroutine), self._loop.time()
        moved, before = began, _places()
        while not (await asyncio.wait([task], timeout=_BETWEEN_LOOKS))[0]:
            now, places = self._loop.time(), _places()
            if places != before or self.life.is_waiting or self._is_to_be_woken(began + PATIENCE):
                moved, before = now, places
            if now - began > PATIENCE or (quiet is not None and now - moved > quiet):
                raise TimeoutError
        return task.result()

    def _is_to_be_woken(self, until: float) -> bool:
        """Whether a timer comes to its end by then, or can; loops of another kind do not tell."""
        scheduled = getattr(self._loop, "_scheduled", None)
        return scheduled is None or any(
            not handle.cancelled() and handle.when() < until for handle in scheduled
        )

    def _lead(self, work: Callable[[], _T], what: str) -> _T:
        try:
            return self.life.lead(work, PATIENCE + _GRACE)
        except Stuck:
            self._is_stuck = True
            raise _too_long(what) from None

    def _halt(self) -> None:
        if self._loop.is_running():
            self._loop.call_soon_threadsafe(self._stand)

    def _stand(self) -> None:
        if self.life.stands_still:
            return
        with suppress(Died):
            self.life.stand_still()
        _cancel(asyncio.all_tasks(self._loop))

    def _ended(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        _cancel(tasks)
        if tasks:
            self._loop.run_until_complete(asyncio.wait(tasks, timeout=PATIENCE))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def _too_long(what: str) -> TargetError:
    return TargetError(
        f"the application took more than {PATIENCE:.0f} seconds to {what}; look for what it waits"
        " for"
    )


def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        # A second time would cut short how it tidies up.
        if not task.cancelling():
            task.cancel()


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
