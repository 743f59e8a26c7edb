"""Virtual time, seeded identifiers, and coroutines driven by hand: nothing in here is real."""

import asyncio
import hashlib
import sys
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from functools import partial
from inspect import iscoroutinefunction
from types import FrameType
from typing import Final, NoReturn, TypeAlias, TypeVar, cast

from simulators.errors import TargetError
from simulators.targets.interruption import Freeze, Frozen
from simulators.targets.simulation.guard import Escape

START: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When a simulated conversation of seed 0 begins: a Monday, in the shop's afternoon."""

Gate: TypeAlias = Callable[[str, Callable[[], Awaitable[object]]], Awaitable[object]]
"""Makes a call to a port, or lets it fail."""

_DAYS = 1_000
_T = TypeVar("_T")


def beginning(seed: int) -> datetime:
    """When a simulated conversation of that seed begins.

    Neighbouring seeds begin on different days, so that two clean runs differ in what a service
    makes of the date.
    """
    return START + timedelta(days=seed % _DAYS)


class VirtualClock:
    """Time that passes only when somebody lets it, or sleeps."""

    def __init__(self, moment: datetime = START) -> None:
        self.moment = moment
        """The present moment, aware, in UTC."""
        self.nap: Callable[[float], Awaitable[None]] = self._pass
        """What it is to sleep for so many seconds: where one coroutine runs alone, time passes."""

    def now(self) -> datetime:
        """The present moment."""
        return self.moment

    def monotonic(self) -> float:
        """Seconds since the start of the simulation."""
        return (self.moment - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Return at once, that many seconds later."""
        await self.nap(seconds)

    @contextmanager
    def napping(self, nap: Callable[[float], Awaitable[None]]) -> Iterator[None]:
        """Let sleep be something else in here."""
        before, self.nap = self.nap, nap
        try:
            yield
        finally:
            self.nap = before

    async def _pass(self, seconds: float) -> None:
        self.advance(timedelta(seconds=seconds))

    def advance(self, duration: timedelta) -> None:
        """Let time pass. Raises `TargetError` when that leads backwards or out of the calendar."""
        if duration < timedelta():
            raise TargetError(f"time cannot go back by {-duration}; let a duration pass instead")
        try:
            self.moment += duration
        except OverflowError as error:
            raise TargetError(
                f"{duration} after {self.moment} there is no calendar; let less time pass"
            ) from error


class SeededIds:
    """Identifiers from a seed and a counter: the same ones on every machine.

    `counter` says how many were made; setting it back makes the same ones again.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.counter = 0
        self.made: set[str] = set()
        """Every identifier made so far, before the counter was set back too."""

    def session_id(self) -> str:
        """A session ID, in the form of a random UUID."""
        return self._made(str(uuid.UUID(bytes=self._digest()[:16], version=4)))

    def customer_id(self) -> str:
        """A name for a customer who gave none."""
        return self._made(f"guest-{uuid.UUID(bytes=self._digest()[:16], version=4)}")

    def proof(self) -> str:
        """A secret of 256 bits, as 64 hexadecimal digits."""
        return self._made(self._digest().hex())

    def _digest(self) -> bytes:
        self.counter += 1
        return hashlib.sha256(f"identifier {self.counter} of seed {self._seed}".encode()).digest()

    def _made(self, identifier: str) -> str:
        self.made.add(identifier)
        return identifier


class PortCalls:
    """Stands before a port: `gate` is given the name of each method that is called, and the call.

    It is everything that the port is, to whoever calls methods alone.
    """

    def __init__(self, port: object, gate: Gate) -> None:
        self._port = port
        self._gate = gate

    def __getattr__(self, name: str) -> object:
        method = getattr(self._port, name)
        if not iscoroutinefunction(method):
            return method
        gate = self._gate

        async def call(*arguments: object, **keywords: object) -> object:
            return await gate(name, partial(method, *arguments, **keywords))

        # The next call finds it without asking here.
        vars(self)[name] = call
        return call


class NoEventLoop:
    """Stands where asyncio looks for the running event loop, and refuses to be used."""

    def __init__(self) -> None:
        self.complaint: str | None = None

    def __getattr__(self, name: str) -> NoReturn:
        frame: FrameType | None = sys._getframe(1)
        while frame and str(frame.f_globals.get("__name__")).partition(".")[0] == "asyncio":
            frame = frame.f_back
        self.complaint = _complaint(f"asyncio was asked for {name}", frame)
        raise Escape(self.complaint)


class FuturesOnly(NoEventLoop):
    """Makes the futures that asyncio's locks wait on, and refuses all else.

    A lock belongs to the loop on which it was first waited for, so that a process needs one for
    its life.
    """

    def create_future(self) -> asyncio.Future[object]:
        """A future that somebody else's move ends."""
        return asyncio.Future(loop=cast(asyncio.AbstractEventLoop, self))

    def get_debug(self) -> bool:
        """As every future asks for when it is made."""
        return False


def drive(coroutine: Coroutine[object, None, _T]) -> _T:
    """Run a coroutine that awaits nothing but simulated ports, to its end, without an event loop.

    It runs in a context of its own, as the task of a request does: nothing that it sets in there
    outlives it. Raises `Frozen` where it is to stay as it is, for ever, and `TargetError` that
    names the place when it awaits anything else, or asks asyncio for something that only an event
    loop can do.
    """
    running, none = asyncio._get_running_loop(), NoEventLoop()
    asyncio._set_running_loop(cast(asyncio.AbstractEventLoop, none))
    try:
        awaited = copy_context().run(coroutine.send, None)
    except StopIteration as end:
        if none.complaint is None:
            return cast(_T, end.value)
    except BaseException as error:
        if none.complaint is None:
            raise
        raise TargetError(none.complaint) from error
    else:
        if isinstance(awaited, Freeze):
            raise Frozen
        none.complaint = complain(f"the service awaited {awaited!r}", coroutine)
        with suppress(RuntimeError):
            coroutine.close()
    finally:
        asyncio._set_running_loop(running)
    raise TargetError(none.complaint)


def complain(what: str, coroutine: Coroutine[object, None, object]) -> str:
    """What to say of a coroutine that is suspended where it must not be."""
    return _complaint(what, _suspended_at(coroutine))


def _complaint(what: str, frame: FrameType | None) -> str:
    where = f", at {frame.f_code.co_filename}:{frame.f_lineno}" if frame else ""
    function = f" in {frame.f_code.co_qualname}" if frame else ""
    return f"{what}{where}{function}; in a simulation, let it await its ports alone"


def _suspended_at(coroutine: object) -> FrameType | None:
    """The innermost frame of a suspended coroutine."""
    frame: FrameType | None = None
    while coroutine is not None:
        frame = (
            getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None) or frame
        )
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "gi_yieldfrom", None)
    return frame
