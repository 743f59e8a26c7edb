"""Holds the calls of two messages that one application serves at once, until it is their turn."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from threading import Thread
from types import TracebackType
from typing import Any, Final, TypeVar

from simulators.targets.overlap import Who
from simulators.targets.proxy.dialect import Call
from simulators.targets.proxy.passing import Passing

_T = TypeVar("_T")
_SERVED: Final[ContextVar["tuple[Holding, Who] | None"]] = ContextVar("_SERVED", default=None)
"""For which of two messages something is done."""


@dataclass(eq=False, slots=True)
class Turn:
    """A call that is held before it is made, and before it returns."""

    number: int
    call: Call
    who: Who | None
    """Whose it is, where that is known."""
    has_changed: bool = False
    """Whether something durable changed by it."""
    result: object = None


class Holding:
    """Holds calls in an event loop of its own. What is begun in `serving` belongs to that message;
    of what else comes by, `Passing` finds out whose it is."""

    def __init__(self) -> None:
        self.has_missed = False
        """Whether a call blocked the event loop of the application, where nothing can be held."""
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="holding", daemon=True)
        self._passing: Passing | None = None
        self._numbers = count()

    def __enter__(self) -> "Holding":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    @contextmanager
    def serving(self, who: Who) -> Iterator[None]:
        """What is begun in here is done for that message."""
        token = _SERVED.set((self, who))
        try:
            yield
        finally:
            _SERVED.reset(token)

    def let_pass(self, passing: Passing) -> None:
        """Let two messages pass each other from here on, up to the ends of both."""
        self._passing = passing
        asyncio.run_coroutine_threadsafe(passing.drive(), self._loop).result()

    def ended(self, passing: Passing, who: Who) -> None:
        """One of them has come to its end."""
        self._loop.call_soon_threadsafe(passing.ended, who)

    def release(self) -> None:
        """Let go on what is held."""
        if self._passing is not None:
            self._loop.call_soon_threadsafe(self._passing.let_go)

    def missed(self, *, has_changed: bool) -> None:
        """A call was made that could not be held."""
        self.has_missed = True
        who = self._who()
        if has_changed and self._passing is not None and who is not None:
            self._loop.call_soon_threadsafe(self._passing.changed, who)

    def turn(self, call: Call) -> Turn:
        """The turn of a call that is about to be made."""
        return Turn(next(self._numbers), call, self._who())

    def come(self, turn: Turn) -> Future[None]:
        """Comes when it is its turn."""
        return self._call(self._admitted(turn), otherwise=None)

    def end(self, turn: Turn) -> Future[bool]:
        """Comes when it is the turn of the answer; whether the application dies instead."""
        return self._call(self._answered(turn), otherwise=False)

    async def _admitted(self, turn: Turn) -> None:
        if self._passing is not None:
            method = f"store.{turn.call.kind}"
            await self._passing.admit(turn.number, method, turn.call.ending, turn.who)

    async def _answered(self, turn: Turn) -> bool:
        if self._passing is None:
            return False
        try:
            if self._passing.dies(turn.number):
                return True
            await self._passing.answered(turn.number, has_changed=turn.has_changed)
        finally:
            self._passing.gone(turn.number)
        return False

    def _who(self) -> Who | None:
        holding, who = _SERVED.get() or (None, None)
        return who if holding is self else None

    def _call(self, coroutine: Coroutine[Any, Any, _T], otherwise: _T) -> Future[_T]:
        try:
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        except RuntimeError:
            # The loop is closed: nothing is held any more.
            coroutine.close()
            future: Future[_T] = Future()
            future.set_result(otherwise)
            return future

    def _run(self) -> None:
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)
        if left:
            self._loop.run_until_complete(asyncio.wait(left))
        self._loop.close()
