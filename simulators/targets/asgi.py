"""Any ASGI application as a target: in this process, restarted through its factory."""

import asyncio
from collections.abc import (
    Awaitable,
    Callable,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeAlias, TypeVar

from simulators.conversation import StockedPart
from simulators.errors import TargetError, Unsupported, UsageError, not_arranged
from simulators.targets.overlap import Overlap, Overlapped
from simulators.targets.seed_speech import SeedSpeech
from simulators.targets.simulation import beginning
from simulators.targets.speech import Speech
from simulators.targets.sqlite_calls import Died, SqliteCalls
from simulators.targets.stores import Servers, Stores
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes, Point
from simulators.targets.tolerance import Tolerance
from simulators.targets.wall_clock import WallClock
from simulators.targets.wire import Event, Request, Response, Wire
from simulators.trace import Answer, Observation, Row

Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]
Application: TypeAlias = Callable[[Event, Receive, Send], Awaitable[None]]

PATIENCE = 30.0
"""Seconds of real time that an application may take to start, to answer, or to stop."""

_SETTLING_ROUNDS = 20
_BETWEEN_LOOKS = 0.01
_QUIET_LOOKS = 5
_MOST_LOOKS = 100
_T = TypeVar("_T")
_CAPABILITIES = frozenset(
    {
        Capability.RESTART,
        Capability.CRASH,
        Capability.CLOCK,
        Capability.EXACT_TIME,
        Capability.CLEAR,
        Capability.REPETITION,
        Capability.POINTS,
    }
)


class AsgiTarget:
    """An ASGI application in this process, on an event loop of its own.

    `factory` makes the application, as it stands after a fresh start; `reset` forgets every
    conversation and runs before each one. The wall clock is held at a virtual moment. After a
    crash the abandoned application stands still until the conversation is over; then it is closed.
    `speech` makes, for a seed, the pages of one conversation, which speak the JSON of `wire` unless
    told otherwise; `look` looks at what is kept of a session; `lacks` is what cannot be done to it
    after all; `leave` is called at the end. `stores` makes what stands before the stores that it
    calls over the network, given how the application dies.
    """

    def __init__(
        self,
        name: str,
        factory: Callable[[], object],
        reset: Callable[[], object] | None = None,
        *,
        wire: Wire | None = None,
        lifetimes: Lifetimes | None = None,
        speech: Callable[[int], Speech] | None = None,
        look: Callable[[Speech, str | None], Observation] | None = None,
        lacks: frozenset[Capability] = frozenset(),
        leave: Callable[[], None] | None = None,
        tolerance: Tolerance | None = None,
        stores: Callable[[Servers], Stores] | None = None,
    ) -> None:
        self._name = name
        self._factory = factory
        self._reset = reset
        self._new_speech = speech or (lambda _: SeedSpeech(wire or Wire()))
        self._speech: Speech = self._new_speech(0)
        self._look = look or (lambda _, __: Observation())
        self._lacks = lacks
        self.tolerance = tolerance
        """How often a plan is played, and how often the laws have to hold; None for an application
        that has to be repeatable."""
        self._leave = leave or (lambda: None)
        self._lifetimes = lifetimes or Lifetimes()
        self._clock = WallClock(beginning(0))
        self._calls = SqliteCalls(lambda duration: self.advance(duration))
        self._stores = stores(self) if stores is not None else None
        self._living: _Incarnation | None = None
        self._abandoned: list[_Incarnation] = []

    @property
    def name(self) -> str:
        """What reports call it."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What an application can be put through from outside; a deadline can be met when the
        target was told of it."""
        told = {
            Capability.IDLE_TIMEOUT: self._lifetimes.idle,
            Capability.EXPIRY: self._lifetimes.expiry,
        }
        deadlines = (deadline for deadline, lifetime in told.items() if lifetime is not None)
        networked = self._stores.capabilities if self._stores is not None else ()
        return _CAPABILITIES.union(deadlines, networked).difference(self._lacks)

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        """Start an application that has seen nobody. Its identifiers are its own affair."""
        if arrangement != Arrangement():
            raise not_arranged(self._name)
        self.close()
        if self._reset is not None:
            with _naming("reset"):
                self._reset()
        self._clock = WallClock(beginning(seed))
        self._speech = self._new_speech(seed)
        self._calls.install()
        self._start()

    def change_catalogue(self, parts: Sequence[StockedPart]) -> None:
        """Raises `Unsupported`."""
        del parts
        raise not_arranged(self._name)

    def deliver(self, delivery: Delivery) -> Answer:
        """Send one message over HTTP and wait for the answer. Another application takes the place
        of one that died meanwhile."""
        living = self._alive()

        def send(request: Request) -> Response | None:
            try:
                response = living.send(request)
            except (Died, BaseExceptionGroup) as error:
                if not self._has_died():
                    raise TargetError(
                        f"the application {self._name} goes on with a connection of one that died"
                        " before; let the factory open its connections"
                    ) from error
                return None
            return None if self._has_died() else response

        self._calls.begin()
        if self._stores is not None:
            self._stores.begin()
        try:
            answer = self._speech.deliver(delivery, send, self.now)
        finally:
            self._calls.end()
            if self._stores is not None:
                self._stores.end()
        if self._has_died():
            self._living = None
            self._abandon(living)
            self._start()
        return answer

    def clear(self, delivery: Delivery) -> Answer:
        """The customer clears the chat."""
        return self._speech.clear(delivery, self._alive().send, self.now)

    def read(self, delivery: Delivery) -> Answer:
        """Raises `Unsupported`."""
        del delivery
        raise self._unsupported(Capability.READ)

    def observe(self, session_id: str | None) -> Observation:
        """What the target was told to look at; nothing, where it was not."""
        return self._look(self._speech, session_id)

    def opening(self, flow: str, step: str) -> Sequence[str]:
        """Raises `UsageError`: nothing is known of this application's flows."""
        raise UsageError(
            f"nobody told how to come to step {step!r} of {flow!r} on the target {self._name};"
            " let the scenario write the messages that lead there"
        )

    def now(self) -> datetime:
        """The moment at which the wall clock is held."""
        return self._clock.now()

    def advance(self, duration: timedelta) -> None:
        """Move the wall clock."""
        self._clock.advance(duration)

    def lifetimes(self) -> Lifetimes:
        """What the target was told of the application's promises."""
        return self._lifetimes

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        """Restart the application, or abandon it where it stands and start another."""
        del session_id
        before = self._alive()
        if self._stores is not None and capability in self._stores.capabilities:
            return self._stores.break_(capability)
        if capability not in (Capability.RESTART, Capability.CRASH):
            raise self._unsupported(capability)
        self._living = None
        if capability is Capability.CRASH:
            self._abandon(before)
        else:
            before.stop()
        self._start()
        return self._living is not before

    def events(self) -> Sequence[tuple[str, Row]]:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.EVENTS)

    def metrics(self) -> Mapping[str, float]:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.METRICS)

    def points(self) -> Sequence[Point]:
        """What the application asked of its SQLite databases, and of stores over the network."""
        networked = self._stores.points() if self._stores is not None else ()
        return (*self._calls.points, *networked)

    def interrupt(self, break_: str, point: str) -> None:
        """Let a break strike there in the next delivery."""
        if self._stores is not None:
            self._stores.interrupt(break_, point)
        if point.startswith("store."):
            self._calls.interrupt(break_, point)

    def was_interrupted(self) -> bool:
        """Whether it was seen to strike."""
        is_struck = self._stores is not None and self._stores.has_struck()
        return is_struck or self._calls.has_struck

    def processes(self) -> Mapping[str, Sequence[int]]:
        """None: the application is in this one."""
        return {}

    def kill(self, server: str) -> None:
        """The application dies where it waits for a store; called in another thread."""
        del server
        if self._living is not None:
            self._living.freeze()

    def deliver_both(self, first: Delivery, second: Delivery, overlap: Overlap) -> Overlapped:
        """Raises `Unsupported`."""
        del first, second, overlap
        raise self._unsupported(Capability.CONCURRENCY)

    def snapshot(self) -> object:
        """Raises `Unsupported`: what an application holds cannot be copied."""
        raise self._unsupported(Capability.SNAPSHOT)

    def restore(self, snapshot: object) -> None:
        """Raises `Unsupported`."""
        del snapshot
        raise self._unsupported(Capability.SNAPSHOT)

    def describe(self) -> Sequence[str]:
        """Raises `Unsupported`."""
        raise self._unsupported(Capability.FINGERPRINT)

    def close(self) -> None:
        """Stop the application, close the abandoned ones, and let time go on."""
        living, self._living = self._living, None
        abandoned, self._abandoned = self._abandoned, []
        try:
            for dead in abandoned:
                # Its time is over; whatever it still has to say is no news.
                with suppress(Exception):
                    dead.stop()
            if living is not None:
                living.stop()
        finally:
            self._calls.remove()
            self._clock.release()
            self._leave()

    def _start(self) -> None:
        # A factory defines routes and models, which pydantic cannot do with a frozen clock.
        with self._clock.released(), _naming("factory"):
            application = self._factory()
        if not callable(application):
            raise TargetError(
                f"the factory of {self._name} returned a {type(application).__name__}; let it"
                " return an ASGI application"
            )
        self._clock.hold()
        living = _Incarnation(application)
        living.start()
        self._living = living

    def _has_died(self) -> bool:
        """Whether the application died in the last delivery."""
        is_frozen = self._stores is not None and self._stores.has_crashed()
        return is_frozen or self._calls.has_died

    def _abandon(self, dead: "_Incarnation") -> None:
        # A process that dies lets go of its locks, which an abandoned application would keep.
        if not dead.is_frozen:
            dead.come_to_rest()
        self._abandoned.append(dead)

    def _alive(self) -> "_Incarnation":
        if self._living is None:
            raise TargetError(f"the target {self._name} has not begun; call begin first")
        return self._living

    def _unsupported(self, capability: Capability) -> Unsupported:
        return Unsupported(
            f"the target {self._name} cannot do {capability.value}; ask only for what it declares"
        )


@contextmanager
def _naming(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise TargetError(
            f"the application's {what} failed with {type(error).__name__}: {error}; mend it first"
        ) from error


@dataclass(slots=True)
class _Incarnation:
    """One life of an application, from its start to its end, with its own event loop."""

    application: Callable[..., object]
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    state: dict[str, object] = field(default_factory=dict)
    _to_lifespan: "asyncio.Queue[Event]" = field(default_factory=asyncio.Queue)
    _from_lifespan: "asyncio.Queue[Event]" = field(default_factory=asyncio.Queue)
    _lifespan: "asyncio.Task[None] | None" = None
    is_frozen: bool = False
    """It died while it waited: none of its coroutines goes on."""

    def start(self) -> None:
        """Run the lifespan's startup. Raises `TargetError` when it fails."""
        try:
            self._run(self._started(), "start")
        except BaseException:
            self._let_go()
            raise

    def stop(self) -> None:
        """Run the lifespan's shutdown, and leave no task and no thread behind."""
        try:
            if not self.is_frozen:
                self._run(self._stopped(), "stop")
        finally:
            self._let_go()

    def send(self, request: Request) -> Response:
        """One request and its response, and whatever the application does right after it."""
        return self._run(self._exchanged(request), "answer")

    def freeze(self) -> None:
        """Let nothing of it go on. May be called in any thread."""
        self.is_frozen = True
        self.loop.call_soon_threadsafe(self.loop.stop)

    def come_to_rest(self) -> None:
        """Let the work in the background go on until it waits, but not for ever."""
        self._run(self._rested(), "come to rest")

    async def _rested(self) -> None:
        unchanged, before = 0, self._places()
        for _ in range(_MOST_LOOKS):
            await asyncio.sleep(_BETWEEN_LOOKS)
            now = self._places()
            unchanged = unchanged + 1 if now == before else 0
            before = now
            if unchanged == _QUIET_LOOKS:
                return

    def _places(self) -> frozenset[tuple[int, ...]]:
        """Where each task waits: the instruction of each of its coroutines."""
        here = asyncio.current_task()
        others = (task for task in asyncio.all_tasks() if task is not here)
        return frozenset((id(task), *_instructions(task.get_coro())) for task in others)

    async def _started(self) -> None:
        self._lifespan = asyncio.ensure_future(self._live())
        await self._to_lifespan.put({"type": "lifespan.startup"})
        answer = await self._from_lifespan.get()
        if answer["type"] == "lifespan.startup.failed":
            raise TargetError(
                f"the application did not start: {answer.get('message') or 'no reason given'}"
            )

    async def _stopped(self) -> None:
        if self._lifespan is None or self._lifespan.done():
            return
        await self._to_lifespan.put({"type": "lifespan.shutdown"})
        answer = await self._from_lifespan.get()
        if answer["type"] == "lifespan.shutdown.failed":
            raise TargetError(
                f"the application did not stop: {answer.get('message') or 'no reason given'}"
            )
        await asyncio.wait([self._lifespan])

    async def _live(self) -> None:
        """The lifespan; an application that knows none is as good as started."""
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        # An application that raises here has said that it does without.
        with suppress(Exception):
            await _awaited(self.application(scope, self._to_lifespan.get, self._from_lifespan.put))
        await self._from_lifespan.put({"type": "lifespan.startup.complete"})

    async def _exchanged(self, request: Request) -> Response:
        status = HTTPStatus.INTERNAL_SERVER_ERROR.value
        headers: tuple[tuple[str, str], ...] = ()
        body = bytearray()
        requested: list[Event] = [
            {"type": "http.request", "body": request.body, "more_body": False}
        ]
        is_over = asyncio.Event()

        async def receive() -> Event:
            if requested:
                return requested.pop()
            await is_over.wait()
            return {"type": "http.disconnect"}

        async def send(event: Event) -> None:
            nonlocal status, headers
            if event["type"] == "http.response.start":
                status = int(event["status"])
                headers = tuple(
                    (bytes(name).decode("latin-1").lower(), bytes(value).decode("latin-1"))
                    for name, value in event.get("headers", ())
                )
            elif event["type"] == "http.response.body":
                body.extend(event.get("body", b""))
                if not event.get("more_body", False):
                    is_over.set()

        # An error is answered with status 500, by the application or, as a server would, by us.
        with suppress(Exception):
            await _awaited(self.application(request.scope(self.state), receive, send))
        for _ in range(_SETTLING_ROUNDS):
            await asyncio.sleep(0)
        return Response(status, headers, bytes(body))

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


async def _awaited(result: object) -> None:
    if isinstance(result, Awaitable):
        await result


def _instructions(coroutine: object) -> Iterator[int]:
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None)
        yield id(coroutine) if frame is None else frame.f_lasti
        coroutine = getattr(coroutine, "cr_await", None)
