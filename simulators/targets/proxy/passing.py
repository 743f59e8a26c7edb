"""Two messages that pass each other at the stores, round trip by round trip, in an order that is
given: what `turnout` does to coroutines, done to the requests of servers from outside."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from simulators.targets.overlap import ARRIVAL, Move, Overlap, Who, unseen
from simulators.targets.proxy.strike import Crash

_LOOK: Final = 0.05
"""Seconds between two looks at a server that does not come to its next round trip."""

_LATE: Final = 1.2 * _LOOK
"""A look that takes longer says nothing."""

_QUIET_LOOKS: Final = 6
"""After so many looks at which it did nothing, it waits for what only the other one can do."""

_LOOKS: Final = 100
"""So does one that is busy for longer than so many looks, with whatever it is."""

_POLLS: Final = 3
"""So does one that has come back so often to calls that it had made, and slept before each time: it
asks for a lock again and again."""

_REPETITIONS: Final = 100
"""So does one that has come back so often without having been seen to sleep."""

_WAKING: Final = 0.02
"""Seconds that whoever waits has to go on, once the other one has made a move."""


@dataclass(slots=True)
class _Stand:
    """Where a message stands still, before that call."""

    call: str
    is_poll: bool = False
    """Whether it slept before it came back to that call."""
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)


class _Lane:
    """One of the two messages, and where it stands."""

    def __init__(self) -> None:
        self.has_begun = False
        self.has_ended = False
        self.stands: deque[_Stand] = deque()
        self.asked: set[int] = set()
        """The connections on which a store is at work for it."""
        self.waits = False
        """It was seen to wait for what only the other one can do."""
        self.has_changed = False
        """Something durable changed since its last move."""
        self.has_slept = False
        """It did nothing for a while since its last call, and no store did anything for it."""
        self._waited = 0
        self._known: set[str] = set()
        self._polls = self._repetitions = 0
        self._counted: Counter[str] = Counter()

    @property
    def pending(self) -> str | None:
        """Its next move; None where it can make none."""
        if self.has_ended:
            return None
        if not self.has_begun:
            return ARRIVAL
        return self.stands[0].call if self.stands else None

    @property
    def is_on_its_way(self) -> bool:
        """Whether it has yet to come to its next round trip, or to its end."""
        return self.pending is None and not self.has_ended and not self.waits

    @property
    def may_ask(self) -> bool:
        """Whether a round trip that comes by can be its own."""
        is_held = bool(self.stands) or (self.waits and bool(self.asked))
        return self.has_begun and not self.has_ended and not is_held

    @property
    def is_polling(self) -> bool:
        """Whether it asks again and again for what only the other one can give."""
        return self._polls >= _POLLS or self._repetitions >= _REPETITIONS

    def comes_to(self, method: str, label: str) -> _Stand:
        """It stands before its next call of that method."""
        self._counted[method] += 1
        is_known = method + label in self._known
        is_poll, self.has_slept = is_known and self.has_slept, False
        if is_known:
            self._repetitions += 1
            self._polls += is_poll
        else:
            self._known.add(method + label)
            self.begins_anew()
        return _Stand(f"{method} #{self._counted[method]}{label}", is_poll)

    def begins_anew(self) -> None:
        """What it comes back to from here on is counted."""
        self._polls = self._repetitions = 0

    def next_wait(self) -> str:
        """The name of the move with which it goes on after it had to wait."""
        self._waited += 1
        return f"wait #{self._waited}"


class Passing:
    """Lets two messages pass each other. It belongs to the event loop of the proxies, in which all
    of its methods are called.

    One message moves at a time, so that a round trip that comes by is its own. One that waits for
    the other, for a lock of the store's or of the server's, is found out by that it does nothing,
    or nothing but to ask for it again and again: then the other goes on, and where that is against
    the order, the order was not kept. `start` sends a message, `is_busy` tells whether the servers
    are at work, and `crash` is how one dies.
    """

    def __init__(
        self,
        overlap: Overlap,
        start: Callable[[Who], None],
        is_busy: Callable[[], bool],
        crash: Crash,
    ) -> None:
        self.moves: tuple[Move, ...] = ()
        """The moves that were made."""
        self.crash = crash
        """What the server dies of."""
        self._switches = list(overlap.order.switches)
        self._dies_after = overlap.dies_after
        self._has_died = False
        self._start = start
        self._is_busy = is_busy
        self._lanes = (_Lane(), _Lane())
        self._current = Who.FIRST
        self._owners: dict[int, _Lane] = {}
        self._calls: dict[int, str] = {}
        self._stirred = asyncio.Event()
        self._holds = True

    @property
    def was_kept(self) -> bool:
        """Whether the order was kept to its end, and a server died where one had to."""
        return not self._switches and (self._dies_after is None or self._has_died)

    async def drive(self) -> None:
        """Until both messages have come to their ends."""
        while not all(lane.has_ended for lane in self._lanes):
            lane, other = self._lanes[self._current], self._lanes[self._current.other]
            if not self._holds:
                await self._stir()
            elif lane.pending is not None:
                other_call = other.pending
                if self._switches and self._switches[0] == lane.pending and other_call is not None:
                    del self._switches[0]
                    self._current = self._current.other
                elif lane.is_polling and other.stands:
                    lane.begins_anew()
                    self._current = self._current.other
                else:
                    await self._move(lane, lane.pending, other_call)
            elif other.pending is not None:
                self._current = self._current.other
            else:
                await self._stir()

    def ended(self, who: Who) -> None:
        """The message has its answer, or will never have one."""
        lane = self._lanes[who]
        lane.has_ended = True
        for stand in lane.stands:
            stand.goes_on.set()
        self._stirred.set()

    def let_go(self) -> None:
        """Nothing is held any more."""
        self._holds = False
        for who in Who:
            self._begin(who)
            for stand in self._lanes[who].stands:
                stand.goes_on.set()
        self._stirred.set()

    async def admit(self, connection: int, method: str, label: str, who: Who | None = None) -> None:
        """Wait until it is the turn of a round trip. `label` is what its name ends with, and `who`
        whose it is, where that is known."""
        if not self._holds:
            return
        lane = await self._whose(connection) if who is None else self._lanes[who]
        if lane.has_ended:
            # What is done when both have their answers is nobody's move.
            return
        self._owners[connection] = lane
        stand = lane.comes_to(method, label)
        self._calls[connection] = stand.call
        await self._stand(lane, stand)
        lane.asked.add(connection)

    async def answered(self, connection: int, *, has_changed: bool) -> None:
        """The store has done what was asked; wait until it is the turn of the answer."""
        lane = self._owners.get(connection)
        if lane is None:
            return
        lane.asked.discard(connection)
        lane.has_changed |= has_changed
        if lane.waits and self._holds:
            await self._stand(lane, _Stand(lane.next_wait()))

    def gone(self, connection: int) -> None:
        """Nothing comes on that connection any more."""
        lane = self._owners.pop(connection, None)
        if lane is not None:
            lane.asked.discard(connection)

    def changed(self, who: Who) -> None:
        """Something durable changed by a call of that message which cannot be held."""
        self._lanes[who].has_changed = True

    def dies(self, connection: int) -> bool:
        """Whether the server has to die of the round trip that was just answered."""
        is_there = self._calls.get(connection) == self._dies_after and not self._switches
        if self._dies_after is None or self._has_died or not is_there:
            return False
        self._has_died = True
        return True

    async def _move(self, lane: _Lane, call: str, other_call: str | None) -> None:
        who, other, is_poll = self._current, self._lanes[self._current.other], False
        if lane.has_begun:
            stand = lane.stands.popleft()
            is_poll = stand.is_poll
            stand.goes_on.set()
        self._begin(who)
        await self._until_it_stands(lane)
        while other.waits and await self._stir(_WAKING):
            pass
        has_changed, lane.has_changed = lane.has_changed, False
        # One that sleeps and asks again has only done what it had done before.
        asks_again = bool(lane.stands) and lane.stands[0].is_poll
        if has_changed or not (is_poll and asks_again):
            self.moves += (unseen(who, call, stores=has_changed, other_call=other_call),)

    def _begin(self, who: Who) -> None:
        if not self._lanes[who].has_begun:
            self._lanes[who].has_begun = True
            self._start(who)

    async def _until_it_stands(self, lane: _Lane) -> None:
        quiet = looks = 0
        time = asyncio.get_running_loop().time
        while lane.is_on_its_way and self._holds:
            began = time()
            if await self._stir(_LOOK):
                continue
            looks += 1
            # On a machine where a look itself comes late, others may not have had their time.
            is_late = time() - began > _LATE
            quiet = 0 if is_late or self._is_busy() else quiet + 1
            lane.has_slept |= quiet > 0 and not lane.asked
            lane.waits = quiet == _QUIET_LOOKS or looks == _LOOKS

    async def _stand(self, lane: _Lane, stand: _Stand) -> None:
        lane.stands.append(stand)
        lane.waits = False
        self._stirred.set()
        try:
            await stand.goes_on.wait()
        finally:
            with suppress(ValueError):
                lane.stands.remove(stand)
            self._stirred.set()

    async def _whose(self, connection: int) -> _Lane:
        """Who a round trip belongs to: to the only one that can make any; where both can, because
        one had to wait and goes on, to whom is left when the other is seen to be elsewhere."""
        for _ in range(_QUIET_LOOKS):
            able = [lane for lane in self._lanes if lane.may_ask]
            if len(able) == 1:
                return able[0]
            if not able:
                break
            await self._stir(_LOOK)
        return self._owners.get(connection, self._lanes[self._current])

    async def _stir(self, seconds: float | None = None) -> bool:
        """Wait until something happens; whether it did in that time."""
        self._stirred.clear()
        try:
            await asyncio.wait_for(self._stirred.wait(), seconds)
        except TimeoutError:
            return False
        return True
