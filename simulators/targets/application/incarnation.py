"""One life of an ASGI application, from its start to its end, with its own event loop."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final, TypeAlias, TypeVar

from simulators.errors import NotStarted, TargetError
from simulators.targets.application.calling import Application, Exchange
from simulators.targets.application.idling import are_idle, places
from simulators.targets.application.life import Died, Life, Stuck
from simulators.targets.application.lifespan import Lifespan
from simulators.targets.processes.processes import is_thread_at_work
from simulators.targets.speech.wire import Request, Response

PATIENCE: Final = 30.0
"""Seconds of real time that an application may take to start, to answer, or to stop."""

_GRACE: Final = 1.0
_BETWEEN_LOOKS: Final = 0.05
_SETTLING_ROUNDS: Final = 20
_OWN_TASKS: Final = 2
"""The one that is run, and the one that it is run by."""
_MOST_LOOKS = 100
_SILENCE: Final = 5.0
_OWN_SOCKETS: Final = 1
"""The one by which other threads wake an event loop."""
_T = TypeVar("_T")


class Unanswered(TargetError):
    """An application does not come to an end with a request; `response` is what it had answered
    before, None where it had not."""

    def __init__(self, response: Response | None, error: TargetError) -> None:
        super().__init__(str(error))
        self.response = response


@dataclass(frozen=True, slots=True)
class Wait:
    """For how long an application is waited for: for so many seconds at most, and no longer when
    nothing goes on in it any more for so many seconds of `quiet`, where that is given."""

    most: float = PATIENCE
    quiet: float | None = None


_USUAL: Final = Wait()

SendOne: TypeAlias = Callable[
    [Request, Callable[[], AbstractContextManager[None]], Callable[[], None]], Response | None
]
"""Sends one of several requests. What is done for it is begun in the context that the second
argument makes, and the third is called when it has its answer."""


@dataclass(frozen=True, eq=False, slots=True)
class _Sent:
    """One of several requests."""

    exchange: Exchange
    serving: Callable[[], AbstractContextManager[None]]
    is_over: Future[None] = field(default_factory=Future)

    async def carry(self, by: Callable[[Exchange], Awaitable[None]]) -> None:
        try:
            with self.serving():
                await by(self.exchange)
        finally:
            self.is_over.set_result(None)


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
        self.errors: list[str] = []
        """What it raised for a request, and did not catch, as a server would log it."""
        self.life.halt = self._halt

    def create(self, factory: Callable[[], object]) -> object:
        """What the factory makes. It is called where the application will live. Raises `NotStarted`
        when it takes too long."""
        with _not_started():
            return self._lead(factory, "be made")

    def start(self, application: Application, wait: Wait = _USUAL) -> None:
        """Run the lifespan's startup. Raises `NotStarted` when it fails, or does not end."""
        self._application, self._lifespan = application, Lifespan(application)
        with _not_started():
            self._run(self._settled(self._lifespan.start()), "start", wait)

    def stop(self) -> None:
        """Run the lifespan's shutdown, unless it died or hangs in the middle of something, and
        leave no task and no thread behind."""
        is_amidst = self.life.is_over or self._is_stuck or self.hangs
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
        wait: Wait,
        answered: Callable[[], None] = lambda: None,
        heard: Callable[[bool], None] = lambda _: None,
    ) -> Response | None:
        """One request and its response, and whatever the application does right after it; None
        where it dies before it has answered. `answered` is called in between, and `heard` after
        each piece of a response that comes in pieces, with whether it is the last.

        Raises `Unanswered`, and `Died` where it goes on with what belongs to one that died before.
        """
        assert self._application is not None
        assert self._lifespan is not None
        if self.life.is_over:
            return None
        exchange = Exchange(request, lambda: self.life.is_over, answered, heard)
        if self._is_stuck:
            raise Unanswered(None, _too_long("answer", wait.most))
        try:
            self._run(self._settled(self._carried(exchange)), "answer", wait)
        except TargetError as error:
            self.hangs = True
            raise Unanswered(exchange.leave(), error) from None
        except (Died, BaseExceptionGroup) as error:
            if not self.life.is_over:
                raise Died from error
        return exchange.response

    @contextmanager
    def serving(self, wait: Wait) -> Iterator[SendOne]:
        """Requests may be sent at once in here, each from a thread of its own, which waits for the
        response as it does in `send`, and for what is done right after it; None where none came.
        What they set off has come to rest when this is left."""
        requests: asyncio.Queue[_Sent | None] = asyncio.Queue()
        with ThreadPoolExecutor(1) as thread:
            led = thread.submit(self._run, self._settled(self._taken(requests)), "answer", wait)

            def send(
                request: Request,
                serving: Callable[[], AbstractContextManager[None]],
                answered: Callable[[], None],
            ) -> Response | None:
                exchange = Exchange(request, lambda: self.life.is_over, answered)
                sent = _Sent(exchange, serving)
                self._loop.call_soon_threadsafe(requests.put_nowait, sent)
                wait_for((sent.is_over, led), return_when=FIRST_COMPLETED)
                return exchange.response if sent.is_over.done() else exchange.leave()

            try:
                yield send
            finally:
                self._loop.call_soon_threadsafe(requests.put_nowait, None)
            try:
                led.result()
            except TargetError:
                self.hangs = True
            except (Died, BaseExceptionGroup) as error:
                if not self.life.is_over:
                    raise Died from error

    def is_busy(self) -> bool:
        """Whether a thread of it has something to do."""
        return any(is_thread_at_work(os.getpid(), thread) for thread in self.life.native_ids)

    async def _taken(self, requests: "asyncio.Queue[_Sent | None]") -> None:
        """Serve what comes, until it is said that nothing more does."""
        async with asyncio.TaskGroup() as tasks:
            while (sent := await requests.get()) is not None:
                tasks.create_task(sent.carry(self._carried))

    async def _carried(self, exchange: Exchange) -> None:
        """Serve a request. Where the customer has the last event of a stream that stays open, they
        go when the application only waits; what it does then is done in the background."""
        assert self._application is not None
        assert self._lifespan is not None
        carrying = exchange.carry(self._application, self._lifespan.state)
        if not exchange.may_stay_open:
            await carrying
            self._log(exchange.error)
            return
        call = asyncio.ensure_future(carrying)
        served = asyncio.ensure_future(exchange.is_served.wait())
        await asyncio.wait({call, served}, return_when=asyncio.FIRST_COMPLETED)
        served.cancel()
        while not call.done() and (
            not await self._rested(looks=5, between=0.01)
            or self._is_under_way(until=self._loop.time())
        ):
            pass
        exchange.hang_up()
        if call.done():
            call.result()
        self._log(exchange.error)

    def _log(self, error: str | None) -> None:
        if error is not None and not self.life.is_over:
            self.errors.append(error)

    def come_to_rest(self) -> None:
        """Let the work in the background go on until it waits, but not for ever."""
        if self._is_stuck:
            return
        if self._others(asyncio.all_tasks(self._loop)) or self._is_under_way():
            self._run(self._rested(looks=5, between=0.01), "come to rest")

    async def _settled(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine, and whatever it set off until that waits for something else."""
        await coroutine
        for _ in range(_SETTLING_ROUNDS):
            await asyncio.sleep(0)
        if self.life.is_waiting or self._others(asyncio.all_tasks()) > _OWN_TASKS:
            await self._rested(looks=3, between=0.001)

    def _others(self, tasks: Collection[object]) -> int:
        """How many of the tasks are none of the lifespan's."""
        is_lasting = self._lifespan is not None and self._lifespan.is_under_way
        return len(tasks) - is_lasting

    async def _rested(self, looks: int, between: float) -> bool:
        """Wait until nothing moves, but not for ever; whether it came to that."""
        unchanged, before = 0, places()
        for _ in range(_MOST_LOOKS):
            await asyncio.sleep(between)
            now = places()
            is_quiet = now == before and not self.life.is_waiting
            unchanged, before = unchanged + 1 if is_quiet else 0, now
            if unchanged == looks:
                return True
        return False

    def _run(
        self,
        coroutine: Coroutine[Any, Any, _T],
        what: str,
        wait: Wait = _USUAL,
    ) -> _T:
        try:
            return self._lead(
                lambda: self._loop.run_until_complete(self._awaited(coroutine, wait)),
                what,
                wait.most,
            )
        except TimeoutError:
            raise _too_long(what, wait.most) from None

    async def _awaited(self, coroutine: Coroutine[Any, Any, _T], wait: Wait) -> _T:
        """What a coroutine comes to. Raises TimeoutError, and leaves it where it is, when that
        takes too long or, given how long nothing may go on, nothing does any more."""
        task, began = asyncio.ensure_future(coroutine), self._loop.time()
        moved, before = began, places()
        while not (await asyncio.wait([task], timeout=_BETWEEN_LOOKS))[0]:
            now, here = self._loop.time(), places()
            if here != before or self._is_under_way(until=began + wait.most):
                moved, before = now, here
            patience = wait.most if wait.quiet is None else self._silence(wait.quiet)
            if now - began > wait.most or now - moved > patience:
                raise TimeoutError
        return task.result()

    def _silence(self, quiet: float) -> float:
        """For how long nothing may go on where, for all that is known, somebody may still write to
        a socket."""
        selector = getattr(self._loop, "_selector", None)
        is_alone = selector is not None and len(selector.get_map()) == _OWN_SOCKETS
        return quiet if is_alone else max(quiet, _SILENCE)

    def _is_under_way(self, until: float = inf) -> bool:
        """Whether a call or a thread is at work, or a timer comes to its end by then, or can: loops
        of another kind do not tell."""
        if self.life.is_waiting or not are_idle(self.life.threads):
            return True
        scheduled = getattr(self._loop, "_scheduled", None)
        return scheduled is None or any(
            not handle.cancelled() and handle.when() < until for handle in scheduled
        )

    def _lead(self, work: Callable[[], _T], what: str, patience: float = PATIENCE) -> _T:
        try:
            return self.life.lead(work, patience + _GRACE)
        except Stuck:
            self._is_stuck = True
            raise _too_long(what, patience) from None

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
        self._loop.run_until_complete(self.life.bid_farewell())
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


@contextmanager
def _not_started() -> Iterator[None]:
    try:
        yield
    except TargetError as error:
        raise NotStarted(str(error)) from error


def _too_long(what: str, seconds: float) -> TargetError:
    return TargetError(
        f"the application took more than {seconds:g} seconds to {what}; look for what it waits for"
    )


def _cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        # A second time would cut short how it tidies up.
        if not task.cancelling():
            task.cancel()
