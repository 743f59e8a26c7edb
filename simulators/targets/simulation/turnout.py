"""Two coroutines that pass each other, move by move, in an order that is given."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Generator, Mapping
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from simulators.errors import TargetError
from simulators.targets.interruption import Freeze
from simulators.targets.overlap import ARRIVAL, Move, Order, Who
from simulators.targets.simulation.simulation import FuturesOnly, VirtualClock, complain

TIME: Final = "time"
"""The part of the world that passes where a message waits."""


@dataclass(frozen=True, slots=True)
class _Standstill:
    """Awaited before a call, where the other coroutine can have its turn."""

    call: str

    def __await__(self) -> Generator["_Standstill", None, None]:
        yield self


@dataclass(frozen=True, slots=True)
class _Nap:
    """Awaited where a coroutine lets time pass."""

    call: str
    seconds: float

    def __await__(self) -> Generator["_Nap", None, None]:
        yield self


class _Lane:
    """One of the two coroutines, and where it stands."""

    def __init__(self, coroutine: Coroutine[object, None, None]) -> None:
        self.coroutine = coroutine
        self.pending = ARRIVAL
        self.has_ended = False
        self.moves = 0
        self.nap: _Nap | None = None
        self.sleeps_until = 0
        """How many moves the other one makes before this one wakes."""
        self._context = copy_context()
        self._waits_for: asyncio.Future[object] | None = None
        self._waits = 0

    @property
    def is_stuck(self) -> bool:
        """Whether it has ended, or waits for what only the other one can do."""
        return self.has_ended or (self._waits_for is not None and not self._waits_for.done())

    def go_on(self, loop: FuturesOnly) -> bool:
        """Make a move; False where the process dies of it."""
        self.moves += 1
        running = asyncio._get_running_loop()
        asyncio._set_running_loop(cast(asyncio.AbstractEventLoop, loop))
        try:
            awaited = self._context.run(self.coroutine.send, None)
        except StopIteration:
            self.has_ended = True
            return True
        finally:
            asyncio._set_running_loop(running)
            if loop.complaint is not None:
                raise TargetError(loop.complaint)
        self._waits_for = None
        match awaited:
            case Freeze():
                return False
            case _Standstill(call):
                self.pending = call
            case _Nap(call):
                self.pending, self.nap = call, awaited
            case asyncio.Future():
                self._waits += 1
                self.pending, self._waits_for = f"wait #{self._waits}", awaited
            case _:
                raise TargetError(complain(f"the service awaited {awaited!r}", self.coroutine))
        return True


class Turnout:
    """Lets two coroutines pass each other in the order that is given.

    `durable` gives everything that outlives a process, part by part, and `shared` the memory that
    both have in common; a part that has not changed is equal. `answered` gives what came back so
    far. `reads` gives the parts of both at
    which one may look who makes a call such as `store.commit #1`, and goes on up to the next one.
    `dies_after` is a call after which the process dies that makes it, when the order has come to
    its end.
    """

    def __init__(
        self,
        order: Order,
        clock: VirtualClock,
        durable: Callable[[], Mapping[str, object]],
        shared: Callable[[], Mapping[str, object]],
        answered: Callable[[], object],
        reads: Callable[[Who, str], frozenset[str]],
        dies_after: str | None = None,
    ) -> None:
        self.moves: tuple[Move, ...] = ()
        """The moves that were made."""
        self.has_died: Who | None = None
        """Whose process died, if one did."""
        self._switches = list(order.switches)
        self._clock = clock
        self._durable = durable
        self._shared = shared
        self._answered = answered
        self._reads = reads
        self._dies_after = dies_after
        self._stored: Mapping[str, object] = {}
        self._memory: Mapping[str, object] = {}
        self._counted: Counter[tuple[Who, str]] = Counter()
        self._current = Who.FIRST

    @property
    def was_kept(self) -> bool:
        """Whether the order was kept to its end, and the process died that had to."""
        died = self._dies_after is None or self.has_died is not None
        return not self._switches and died

    async def make(self, method: str, call: Callable[[], Awaitable[object]]) -> object:
        """Make a call to a port, after a standstill. `method` is such as `store.commit`."""
        name = self._numbered(method)
        await _Standstill(name)
        result = await call()
        if name == self._dies_after and not self._switches and self.has_died is None:
            await Freeze()
        return result

    async def sleep(self, seconds: float) -> None:
        """Let the other one go on, and then time pass."""
        await _Nap(self._numbered("clock.sleep"), seconds)

    def run(
        self,
        first: Coroutine[object, None, None],
        second: Coroutine[object, None, None],
        loop: FuturesOnly,
        *,
        die_together: bool,
    ) -> None:
        """Run both as far as they come: one may die on the way, or wait for ever.

        `die_together` says that they run in one process.
        """
        lanes = (_Lane(first), _Lane(second))
        # Between two moves, nothing moves.
        self._stored, self._memory = self._durable(), self._shared()
        while True:
            lane, other = lanes[self._current], lanes[self._current.other]
            if not self._is_awake(lane, other):
                if not self._is_awake(other, lane):
                    return
                self._current = self._current.other
                continue
            other_call = other.pending if self._is_awake(other, lane) else None
            if self._switches and self._switches[0] == lane.pending and other_call is not None:
                del self._switches[0]
                self._current = self._current.other
                continue
            if not self._move(lane, other, other_call, loop):
                self.has_died = self._current
                lane.has_ended = True
                other.has_ended |= die_together

    def _move(self, lane: _Lane, other: _Lane, other_call: str | None, loop: FuturesOnly) -> bool:
        call, before, memory = lane.pending, self._stored, self._memory
        reads = self._reads(self._current, call) | {TIME}
        began = self._clock.moment
        if lane.nap is not None:
            self._clock.advance(timedelta(seconds=lane.nap.seconds))
            lane.nap = None
        lives = lane.go_on(loop)
        if lane.nap is not None:
            lane.sleeps_until = other.moves + 1
        reads |= self._reads(self._current, call)
        self._stored, self._memory = self._durable(), self._shared()
        stored = _changed(before, self._stored)
        changes = stored | _changed(memory, self._memory)
        if self._clock.moment != began:
            changes |= {TIME}
        left = self._stored, self._clock.moment, self._answered()
        self.moves += (Move(self._current, call, bool(stored), reads, changes, other_call, left),)
        return lives

    @staticmethod
    def _is_awake(lane: _Lane, other: _Lane) -> bool:
        """Whether it can go on. Who sleeps lets the other one go on first, if that one can."""
        if lane.is_stuck:
            return False
        is_first = other.is_stuck or other.nap is not None
        return lane.nap is None or is_first or other.moves >= lane.sleeps_until

    def _numbered(self, method: str) -> str:
        self._counted[self._current, method] += 1
        return f"{method} #{self._counted[self._current, method]}"


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> frozenset[str]:
    """The parts that are not the same, or that only one of the two has."""
    changed = (
        part
        for part in before.keys() & after.keys()
        if (now := after[part]) is not (then := before[part]) and now != then
    )
    return frozenset((*(before.keys() ^ after.keys()), *changed))
