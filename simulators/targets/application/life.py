"""The thread in which one life of an application is led, and where it stands still when it died.

A crash is a freeze: whatever belongs to a dead application never comes back from the call in which
it is, or which it makes next, so that no `except` and no `finally` of it runs. When the
conversation is over, it is unwound, so that no thread is left.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from queue import SimpleQueue
from threading import Condition, Event, Lock, Thread, current_thread, main_thread
from typing import Final, NoReturn, TypeVar

_T = TypeVar("_T")
_BETWEEN_LOOKS: Final = 0.5
_MOMENT: Final = 1.0
"""Seconds that an event loop may take to notice that it is dead. One that cannot waits for what is
dead, too."""


class Died(BaseException):
    """Unwinds what belongs to an application that died, past every `except Exception`; nothing
    that a `finally` does on the way reaches a store."""


class Stuck(Exception):
    """A piece of work takes longer than it may, and nothing can be done about it."""


class Life:
    """One life. What is done in it, in this thread or on behalf of it in another, finds it in
    `LIFE`."""

    def __init__(self) -> None:
        self.is_over = False
        """Whether the application died."""
        self.halt: Callable[[], None] = lambda: None
        """Makes this thread come to a standstill wherever it waits; called in any thread."""
        self.threads: list[Thread] = []
        """What was started in it."""
        self.farewells: dict[int, Callable[[], Awaitable[None]]] = {}
        """What is still to be done on its event loop when it has come to its end, each once."""
        self._under_way = 0
        self._lock = Lock()
        self._stands = Event()
        self._standing: set[Thread] = set()
        self._has_left = Condition()
        self._is_released = Event()
        self._is_at_work = False
        self._outcome: Future[object] = Future()
        self._work: SimpleQueue[tuple[Future[object], Callable[[], object]] | None] = SimpleQueue()
        # A thread that never comes back must not keep the program from its end.
        self._thread = Thread(target=self._lead, name="application", daemon=True)
        self._context = copy_context()
        self._context.run(LIFE.set, self)
        self._thread.start()

    def lead(self, work: Callable[[], _T], patience: float) -> _T:
        """Do one piece of work in this life's thread. Raises `Died` where the application dies of
        it, and `Stuck` where it takes longer than so many seconds."""
        outcome: Future[_T] = Future()
        self._outcome = outcome  # type: ignore[assignment]
        self._work.put((self._outcome, work))
        try:
            return outcome.result(patience)
        except TimeoutError:
            # One that is not over may be the work's own.
            if outcome.done():
                raise
            raise Stuck from None

    @property
    def is_waiting(self) -> bool:
        """Whether a call to a store, or work in another thread, is under way."""
        return self._under_way > 0

    @property
    def native_ids(self) -> Sequence[int]:
        """The threads in which it is led now, by the numbers that the system gives them."""
        return [one.native_id or 0 for one in (self._thread, *self.threads) if one.is_alive()]

    def began(self) -> None:
        """Work in another thread is under way."""
        with self._lock:
            self._under_way += 1

    def ended(self) -> None:
        """It is over, and whoever waits for it knows."""
        with self._lock:
            self._under_way -= 1

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Around a call to a store. Nothing comes back from it to who has died meanwhile."""
        self.began()
        try:
            yield
        except GeneratorExit:
            raise
        except BaseException:
            if self.is_over:
                self.stand_still()
            raise
        finally:
            self.ended()
        if self.is_over:
            self.stand_still()

    @property
    def stands_still(self) -> bool:
        """Whether its own thread does."""
        return self._stands.is_set()

    def end(self) -> None:
        """The application dies. May be called in any thread, which goes on."""
        self.is_over = True
        self.halt()

    def stand_still(self) -> NoReturn:
        """Go no further in this thread, until what died is unwound."""
        if current_thread() is not self._thread:
            self._standing.add(current_thread())
        if self._is_released.is_set():
            raise Died
        if current_thread() is self._thread:
            self._stands.set()
        if self._is_at_work:
            self._stands.wait(_MOMENT)
        with suppress(InvalidStateError):
            self._outcome.set_exception(Died())
        while not self._is_released.wait(_BETWEEN_LOOKS):
            if not main_thread().is_alive():
                break
        raise Died

    async def bid_farewell(self) -> None:
        """Do what is still to be done on its event loop."""
        for farewell in self.farewells.values():
            with suppress(Exception):
                await farewell()

    def leave(self) -> None:
        """What this thread did on behalf of this life is done."""
        with self._has_left:
            self._standing.discard(current_thread())
            self._has_left.notify_all()

    def release(self) -> None:
        """Unwind whatever stands still."""
        self._is_released.set()

    def close(self, last: Callable[[], object], patience: float) -> None:
        """Do a last piece of work and let the thread end, as soon as it can, but wait for no more
        than so many seconds; then for others that stood still, and have less to do."""
        self._work.put((Future(), last))
        self._work.put(None)
        self._thread.join(patience)
        with self._has_left:
            self._has_left.wait_for(lambda: not self._standing, _MOMENT)

    def _lead(self) -> None:
        while (next_ := self._work.get()) is not None:
            outcome, work = next_
            self._is_at_work = True
            try:
                result = self._context.run(work)
            except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
                self._is_at_work = False
                with suppress(InvalidStateError):
                    outcome.set_exception(error)
            else:
                self._is_at_work = False
                with suppress(InvalidStateError):
                    outcome.set_result(result)
            del next_, outcome, work


LIFE: Final[ContextVar[Life | None]] = ContextVar("LIFE", default=None)
"""On behalf of which life something is done; None where it is none of an application's doing."""
