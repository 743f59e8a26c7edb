"""Names the round trips of a delivery, and says what strikes at which."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from simulators.targets.proxy.dialect import Call
from simulators.targets.proxy.labels import method_of
from simulators.targets.proxy.strike import Moment, Order, Place, Strike
from simulators.targets.target import Point


@dataclass(slots=True)
class Operation:
    """One round trip: its name among all of the delivery, such as
    `store.write #2 (INSERT orders)`, and its place among those of its connection."""

    name: str
    method: str
    place: Place
    is_first: bool
    has_changed: bool = False


class Watch:
    """What all proxies of one service look at. It belongs to one event loop, in which all of its
    methods are called."""

    def __init__(self) -> None:
        self.has_struck = asyncio.Event()
        """Set as soon as the strike of this delivery is seen to strike."""
        self.troubles: list[str] = []
        """Trouble that is not the service's own, as sentences."""
        self._operations: list[Operation] = []
        self._counted: Counter[str] = Counter()
        self._speakers: dict[int, int] = {}
        self._strike: Strike | None = None
        self._order: Order | None = None
        self._order_was_kept = False
        self._first_passed = asyncio.Event()
        self._released = asyncio.Event()
        self._seen = asyncio.Event()
        self._flows = asyncio.Event()
        self._flows.set()
        self._is_counting = False

    def begin(self, strike: Strike | None, order: Order | None) -> None:
        """A delivery begins; what was held for the one before goes on."""
        self._released.set()
        self._first_passed.set()
        self.has_struck = asyncio.Event()
        self._released, self._first_passed = asyncio.Event(), asyncio.Event()
        self._operations, self._counted, self._speakers = [], Counter(), {}
        self._strike, self._order, self._order_was_kept = strike, order, False
        self._is_counting = True

    def end(self) -> None:
        """The delivery is over: nothing is counted, held or struck until the next one."""
        self._is_counting = False
        self._strike = self._order = None
        self.release()

    def release(self) -> None:
        """Let go on what is held."""
        self._released.set()
        self._first_passed.set()

    @property
    def points(self) -> tuple[Point, ...]:
        """The round trips of the delivery so far."""
        return tuple(Point(one.name, one.has_changed, one.is_first) for one in self._operations)

    @property
    def places(self) -> tuple[Place, ...]:
        """The same, each as its connection counts it."""
        return tuple(one.place for one in self._operations)

    @property
    def order_was_kept(self) -> bool:
        """Whether a round trip had to wait for another, and that one came."""
        return self._order_was_kept

    def enter(self, role: str, connection: int, call: Call) -> Operation:
        """A round trip that is about to begin."""
        method = f"{role}.{call.kind}"
        label = f" ({call.label})" if call.label else ""
        if not self._is_counting:
            return Operation("", method, Place(0, ""), is_first=False)
        speaker = self._speakers.setdefault(connection, len(self._speakers) + 1)
        self._counted[method] += 1
        own = f"{speaker} {method}"
        self._counted[own] += 1
        operation = Operation(
            f"{method} #{self._counted[method]}{label}",
            method,
            Place(speaker, f"{method} #{self._counted[own]}{label}"),
            is_first=not self._operations,
        )
        self._operations.append(operation)
        self._seen.set()
        return operation

    async def until_seen(self, place: Place) -> None:
        """Wait for a round trip to come, also where it is then held."""
        while place not in self.places:
            self._seen.clear()
            await self._seen.wait()

    async def admit(self, operation: Operation) -> None:
        """Wait until it is the operation's turn."""
        order = self._order
        if order is not None and operation.place == order.then and not self._first_passed.is_set():
            await self._first_passed.wait()
        await self.until_it_flows()

    def strike_at(self, operation: Operation, moment: Moment) -> Strike | None:
        """What strikes there and then."""
        strike = self._strike
        if strike is None or strike.moment is not moment or not operation.name:
            return None
        if strike.point == operation.name:
            return strike
        repeats = strike.repeats and self.has_struck.is_set()
        return strike if repeats and method_of(strike.point) == operation.method else None

    def conclude(self, operation: Operation, has_changed: bool) -> None:
        """The store has done it."""
        operation.has_changed = has_changed

    def pass_on(self, operation: Operation) -> None:
        """The client has its answer."""
        order = self._order
        if order is not None and operation.place == order.first:
            self._order_was_kept = not self._first_passed.is_set()
            self._first_passed.set()

    async def until_struck(self) -> None:
        """Wait for the strike of this delivery."""
        await self.has_struck.wait()

    async def until_it_flows(self) -> None:
        """Wait while everything is frozen."""
        await self._flows.wait()

    async def until_released(self) -> None:
        """Wait as long as a strike holds."""
        await self._released.wait()

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """Let nothing be forwarded for a while; nothing is counted after it."""
        self._flows.clear()
        try:
            yield
        finally:
            self._is_counting = False
            self._flows.set()
