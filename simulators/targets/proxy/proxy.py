"""The proxies before a service's stores, controlled from outside of their event loop."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from types import TracebackType
from typing import TypeVar

from simulators.errors import TargetError
from simulators.targets.overlap import Who
from simulators.targets.proxy.connection import Connection
from simulators.targets.proxy.listener import Listener, Store
from simulators.targets.proxy.passing import Passing
from simulators.targets.proxy.strike import Crash, Strike
from simulators.targets.proxy.watch import Watch
from simulators.targets.target import Point

_PATIENCE = 10.0
"""Seconds that the event loop may take for a word from outside."""
_QUIET = 0.05
"""Seconds without a round trip after which a service has come to its rest."""
_LONGEST_LINGER = 0.5

_T = TypeVar("_T")


class StoreProxy:
    """All stores of one service, in a thread of their own.

    The thread ends with the process, and all ports and connections with it. Every method may be
    called from any thread but that one, and raises `TargetError` where the thread is gone.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="store proxy", daemon=True)
        self._thread.start()
        self._watch = self._call(_made(Watch))
        self._listeners: dict[int, Listener] = {}

    def __enter__(self) -> "StoreProxy":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def open(self, store: Store, port: int = 0) -> int:
        """Stand before a store, on that port or any; the port. Raises `TargetError` where the port
        is taken."""

        async def opened() -> int:
            listener = Listener(store, self._watch, self._let_die)
            try:
                bound = listener.bind(port)
            except OSError as error:
                await listener.close()
                raise TargetError(
                    f"port {port} for a store cannot be had ({error.strerror}); choose another, or"
                    " end what uses it"
                ) from None
            self._listeners[bound] = listener
            return bound

        return self._call(opened())

    def begin(self, strike: Strike | None = None) -> None:
        """Count from here on, with what is to strike. What was held before goes on."""
        self._say(lambda: self._watch.begin(strike, None))

    def let_pass(self, passing: Passing) -> None:
        """Let two messages pass each other from here on, up to the ends of both."""
        self._say(lambda: self._watch.begin(None, passing))
        self._call(passing.drive(), patience=None)

    def ended(self, passing: Passing, who: Who) -> None:
        """One of two messages that pass each other has come to its end."""
        self._say(lambda: passing.ended(who))

    def end(self) -> None:
        """Let everything through from here on, uncounted; but a server that is dying dies first,
        and its connections with it."""
        self._call(self._ended())

    def points(self) -> Sequence[Point]:
        """The round trips since the beginning, in the order in which they came."""
        return self._say(lambda: self._watch.points)

    def called(self) -> Sequence[str]:
        """The names of the stores that a delivery called so far."""
        return self._say(lambda: sorted(self._watch.called))

    def linger(self, seconds: float = 0.0) -> None:
        """The reply is there: count on for so long, then until nothing more comes by, and what is
        to strike has struck; for half a second at most, or for that long."""

        async def quiet() -> None:
            watch, began, known = self._watch, self._loop.time(), -1
            while (past := self._loop.time() - began) < max(_LONGEST_LINGER, seconds):
                if past >= seconds and known == len(watch.points) and not watch.awaits_its_strike:
                    return
                known = len(watch.points)
                await asyncio.sleep(_QUIET)

        self._call(quiet())

    def late(self) -> frozenset[str]:
        """What was changed in the stores beside deliveries, in words, as far as nobody has asked
        before."""

        def heard() -> frozenset[str]:
            late = frozenset(self._watch.late)
            self._watch.late.clear()
            return late

        return self._say(heard)

    def has_struck(self) -> bool:
        """Whether the strike was seen to strike."""
        return self._say(lambda: self._watch.has_struck.is_set())

    def wait_until_struck(self, seconds: float) -> bool:
        """Wait for the strike; whether it came."""
        return self._comes(self._watch.until_struck, seconds)

    def wait_until_gone(self, seconds: float) -> bool:
        """Wait until the service has hung up on all of its stores, and the stores have ended what
        was not committed; whether that came about."""
        return self._comes(lambda: self._each(Listener.rest), seconds)

    def release(self) -> None:
        """Let go on what is held."""
        self._say(self._watch.release)

    def shut(self) -> None:
        """The stores are down: connections are reset, and new ones refused."""
        self._call(self._each(Listener.shut))

    def reopen(self) -> None:
        """The stores are up again, on the same ports."""

        async def opened() -> None:
            for listener in self._listeners.values():
                listener.open()

        self._call(opened())

    def troubles(self) -> Sequence[TargetError]:
        """Trouble that is not the service's own, since it was asked for last, each with its
        remedy."""

        def heard() -> Sequence[TargetError]:
            troubles = tuple(self._watch.troubles)
            self._watch.troubles.clear()
            return troubles

        return self._say(heard)

    def close(self) -> None:
        """Leave no port, no connection and no thread behind."""
        if self._loop.is_closed():
            return
        self._say(self._watch.end)
        self._call(self._each(Listener.close))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())

    async def _ended(self) -> None:
        await self._watch.until_it_flows()
        self._watch.end()

    async def _each(self, do: Callable[[Listener], Awaitable[None]]) -> None:
        for listener in self._listeners.values():
            await do(listener)

    async def _let_die(self, crash: Crash, server: str, survivor: Connection) -> None:
        async with self._watch.frozen():
            await asyncio.to_thread(crash.kill, server)
            for listener in self._listeners.values():
                if listener.store.server == server:
                    await listener.sever(survivor)

    def _comes(self, wait: Callable[[], Coroutine[object, object, None]], seconds: float) -> bool:
        async def waited() -> bool:
            try:
                await asyncio.wait_for(wait(), seconds)
            except TimeoutError:
                return False
            return True

        return self._call(waited(), seconds + _PATIENCE)

    def _say(self, do: Callable[[], _T]) -> _T:
        return self._call(_made(do))

    def _call(
        self, coroutine: Coroutine[object, object, _T], patience: float | None = _PATIENCE
    ) -> _T:
        if self._loop.is_closed():
            coroutine.close()
            raise TargetError("the store proxy is closed; make another")
        saying = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return saying.result(patience)
        except TimeoutError:
            raise TargetError(
                f"the store proxy said nothing for {patience or 0:.0f} seconds; run again, with"
                " fewer jobs where the machine is busy"
            ) from None
        finally:
            # Whoever asked may have been interrupted.
            saying.cancel()


async def _made(make: Callable[[], _T]) -> _T:
    return make()
