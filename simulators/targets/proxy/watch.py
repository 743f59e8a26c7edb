"""Names the round trips of a delivery, and says what strikes at which."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from simulators.errors import TargetError
from simulators.targets.proxy.dialect import Call
from simulators.targets.proxy.labels import method_of
from simulators.targets.proxy.passing import Passing
from simulators.targets.proxy.strike import Moment, Strike
from simulators.targets.target import Point


@dataclass(slots=True)
class Operation:
    """One round trip of a connection: its name, such as `store.write #2 (INSERT orders)`, is empty
    where nothing is counted; `label` is what it ends with."""

    name: str
    method: str
    label: str
    connection: int
    is_first: bool
    has_changed: bool = False


class Watch:
    """What all proxies of one service look at. It belongs to one event loop, in which all of its
    methods are called."""

    def __init__(self) -> None:
        self.has_struck = asyncio.Event()
        """Set as soon as the strike of this delivery is seen to strike."""
        self.troubles: list[TargetError] = []
        """Trouble that is not the service's own, until somebody has heard it."""
        self.called: set[str] = set()
        """The names of the stores that a delivery called so far."""
        self.late: set[str] = set()
        """What was changed beside deliveries, in words, until somebody has heard it."""
        self._operations: list[Operation] = []
        self._counted: Counter[str] = Counter()
        self._strike: Strike | None = None
        self._passing: Passing | None = None
        self._released = asyncio.Event()
        self._flows = asyncio.Event()
        self._flows.set()
        self._is_counting = False

    def begin(self, strike: Strike | None, passing: Passing | None) -> None:
        """A delivery begins, or two that pass each other; what was held before goes on."""
        self.release()
        self.has_struck = asyncio.Event()
        self._released = asyncio.Event()
        self._operations, self._counted = [], Counter()
        self._strike, self._passing = strike, passing
        self._is_counting = True

    def end(self) -> None:
        """The delivery is over: nothing is counted, held or struck until the next one."""
        self._is_counting = False
        self.release()
        self._strike = self._passing = None

    def release(self) -> None:
        """Let go on what is held."""
        self._released.set()
        if self._passing is not None:
            self._passing.let_go()

    @property
    def points(self) -> tuple[Point, ...]:
        """The round trips of the delivery so far."""
        return tuple(Point(one.name, one.has_changed, one.is_first) for one in self._operations)

    @property
    def awaits_its_strike(self) -> bool:
        """Whether something is to strike in this delivery, and has not."""
        return self._strike is not None and not self.has_struck.is_set()

    @property
    def keeps_answers(self) -> bool:
        """Whether an answer may have to wait for its turn."""
        return self._passing is not None

    def enter(self, role: str, connection: int, call: Call) -> Operation:
        """A round trip that is about to begin."""
        method = f"{role}.{call.kind}"
        label = call.ending
        if not self._is_counting:
            return Operation("", method, label, connection, is_first=False)
        self._counted[method] += 1
        name = f"{method} #{self._counted[method]}{label}"
        operation = Operation(name, method, label, connection, is_first=not self._operations)
        self._operations.append(operation)
        return operation

    def answered(self, operation: Operation) -> None:
        """The store has done it, whoever waits for the answer."""
        if operation.has_changed and operation.label and not (operation.name or self._is_counting):
            self.late.add(operation.label.strip(" ()"))

    def leave(self, connection: int) -> None:
        """A connection is over."""
        if self._passing is not None:
            self._passing.gone(connection)

    async def admit(self, operation: Operation) -> None:
        """Wait until it is the operation's turn."""
        if self._passing is not None and operation.name:
            await self._passing.admit(operation.connection, operation.method, operation.label)
        await self.until_it_flows()

    async def conclude(self, operation: Operation) -> None:
        """The store has done it; wait until it is the turn of the answer."""
        if self._passing is not None and operation.name:
            has_changed = operation.has_changed
            await self._passing.answered(operation.connection, has_changed=has_changed)

    def strike_at(self, operation: Operation, moment: Moment) -> Strike | None:
        """What strikes there and then."""
        strike, passing = self._strike, self._passing
        if not operation.name:
            return None
        if passing is not None:
            dies = moment is Moment.DONE and passing.dies(operation.connection)
            return Strike(operation.name, moment, passing.crash) if dies else None
        if strike is None or strike.moment is not moment:
            return None
        if strike.point == operation.name:
            return strike
        repeats = strike.repeats and self.has_struck.is_set()
        return strike if repeats and method_of(strike.point) == operation.method else None

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
            if self._passing is not None:
                self._passing.let_go()
