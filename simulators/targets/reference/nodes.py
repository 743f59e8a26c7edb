"""The processes of a service on their one store: how they start, stop and die."""

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from inspect import CORO_CLOSED, getcoroutinestate
from itertools import count
from typing import TypeVar

from coolwind.errors import CoolwindError, StoreUnavailable
from coolwind.stores.in_memory import InMemoryStore
from simulators.errors import TargetError
from simulators.targets.interruption import Calls, Frozen
from simulators.targets.reference.parts import Deliverer, Design, Parts, Service
from simulators.targets.simulation.guard import Escape, Guard
from simulators.targets.simulation.simulation import FuturesOnly, Gate, drive
from simulators.targets.simulation.turnout import Turnout
from simulators.values import replace

_NODES = 2
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Node:
    """A process of the service; `life` tells its incarnations apart."""

    life: int
    parts: Parts
    service: Service
    outbox: Deliverer

    def remembers(self, session_id: str) -> bool:
        """Whether the session is in this process's memory."""
        return any(
            remembered.session.session_id == session_id
            for remembered in self.parts.memory.snapshot()
        )


@dataclass(frozen=True, slots=True)
class Running:
    """The nodes that live, the place of the one that serves, whether the store is out, and the
    sessions of the strangers who are there."""

    nodes: tuple[Node, ...]
    serving: int = 0
    is_out: bool = False
    crowd: frozenset[str] = frozenset()


class Nodes:
    """Keeps the service running: `parts_for` a gate gives what one incarnation is made from, with
    that gate before each port.

    What the service raises beside a `CoolwindError` goes through, and `TargetError` tells of code
    that leaves the simulation.
    """

    def __init__(
        self,
        design: Design,
        guard: Guard,
        store: InMemoryStore,
        calls: Calls,
        parts_for: Callable[[Gate], Parts],
    ) -> None:
        self._design = design
        self._guard = guard
        self._store = store
        self._calls = calls
        self._parts_for = parts_for
        self._lives = count(1)
        # What died in the middle of something must never be resumed, not even to be tidied away.
        self._frozen: list[Coroutine[object, None, object]] = []
        self._runs = False
        self._turnout: Turnout | None = None
        self._futures = FuturesOnly()
        self.running = Running(())
        self.running = Running(tuple(self._start() for _ in range(_NODES)))

    @property
    def serving(self) -> Node:
        """The node that messages go to."""
        return self.running.nodes[self.running.serving]

    @property
    def next_in_line(self) -> Node:
        """The node that takes over when the serving one does not answer."""
        return self.running.nodes[self._next]

    def name(self, node: Node) -> str:
        """What a node is called, whichever incarnation it is."""
        place = next(i for i, one in enumerate(self.running.nodes, 1) if one is node)
        return f"node {place}"

    @property
    def _next(self) -> int:
        return (self.running.serving + 1) % len(self.running.nodes)

    def run(self, coroutine: Coroutine[object, None, _T]) -> _T:
        """Let a node do something, to its end. Raises `Frozen` where it dies on the way."""
        self._runs = True
        try:
            with self._guard:
                return drive(coroutine)
        except Frozen:
            self._frozen.append(coroutine)
            raise
        except (Escape, GeneratorExit) as escape:
            raise TargetError(str(escape)) from escape
        finally:
            self._runs = False

    def run_both(
        self,
        turnout: Turnout,
        nodes: tuple[Node, Node],
        first: Coroutine[object, None, None],
        second: Coroutine[object, None, None],
    ) -> None:
        """Let the nodes, which may be the same, do something at once. A process that dies on the
        way starts anew."""
        self._runs, self._turnout, self._futures.complaint = True, turnout, None
        together = nodes[0] is nodes[1]
        try:
            with self._guard:
                turnout.run(first, second, self._futures, die_together=together)
        except (Escape, GeneratorExit) as escape:
            raise TargetError(str(escape)) from escape
        finally:
            self._runs, self._turnout = False, None
            self._frozen += (
                one for one in (first, second) if getcoroutinestate(one) != CORO_CLOSED
            )
        if turnout.has_died is not None:
            self.start_anew(nodes[turnout.has_died])

    def bury(self) -> None:
        """End what died in the middle of something, when nobody can see any more what it does."""
        while self._frozen:
            try:
                # To close it would leave an asynchronous generator as it is in which it waits.
                self._frozen.pop(0).throw(Frozen())
            except KeyboardInterrupt:
                # Somebody ends the run meanwhile.
                raise
            except BaseException:  # noqa: BLE001, S110 - it is dead, whatever it says
                pass

    def __del__(self) -> None:
        # Python would end it, too, piece by piece in any order, and tell of each that is surprised.
        self.bury()

    def restart(self) -> bool:
        """The serving node stops in good order and starts anew."""
        self._stop(self.serving)
        return self.crash()

    def crash(self) -> bool:
        """The serving node starts anew; nothing of the old incarnation gets to run any more."""
        dead = self.serving
        self.start_anew(dead)
        return self.serving is not dead

    def start_anew(self, dead: Node) -> None:
        """Another incarnation takes the place of a node."""
        reborn = self._start()
        nodes = tuple(reborn if node is dead else node for node in self.running.nodes)
        self.running = replace(self.running, nodes=nodes)

    def fail_over(self) -> bool:
        """Another node serves."""
        before = self.serving
        self.running = replace(self.running, serving=self._next)
        return self.serving is not before

    def deploy(self) -> bool:
        """Every node stops and starts anew, and finds what the previous release had stored."""
        for node in self.running.nodes:
            self._stop(node)
        try:
            self._store.previous_release()
        except CoolwindError as error:
            raise TargetError(
                f"the previous release could not have stored this: {error}"
            ) from error
        nodes = tuple(self._start() for _ in self.running.nodes)
        self.running = replace(self.running, nodes=nodes)
        return True

    def cut_off(self) -> bool:
        """The store can be reached by no node; False when that was so before."""
        return self._changed(replace(self.running, is_out=True))

    def reconnect(self) -> bool:
        """The store can be reached again; False when that was so before."""
        return self._changed(replace(self.running, is_out=False))

    @property
    def kept(self) -> frozenset[str]:
        """The IDs of the sessions in the store."""
        return frozenset(self._store.snapshot().sessions)

    def note_stranger(self, session_id: str) -> None:
        """Somebody has come who only takes up room."""
        self.running = replace(self.running, crowd=self.running.crowd | {session_id})

    def let_crowd_go(self) -> None:
        """Take away the sessions of whoever only took up room: they are there until the next
        message was served. Otherwise a conversation would go on in as many states as there are
        ways for a crowd to have come and to have been forgotten."""
        crowd, contents = self.running.crowd, self._store.snapshot()
        if not crowd:
            return
        left = {one: stored for one, stored in contents.sessions.items() if one not in crowd}
        self._store.restore(replace(contents, sessions=left))
        for node in self.running.nodes:
            for session_id in crowd:
                node.parts.memory.drop(session_id)
        self.running = replace(self.running, crowd=frozenset())

    def _changed(self, running: Running) -> bool:
        before, self.running = self.running, running
        return running.is_out is not before.is_out

    def _start(self) -> Node:
        life = next(self._lives)

        async def let_in(method: str, call: Callable[[], Awaitable[object]]) -> object:
            if not self._runs:
                # With this world Python lets go of what is frozen, too, and ends it by force; or
                # another world runs, and what it plays has kept something of this one.
                raise GeneratorExit(_of_the_dead(method))
            if self.running.is_out and method.startswith("store."):
                raise StoreUnavailable("The store is out: let it recover.")
            if self.running.nodes and all(node.life != life for node in self.running.nodes):
                raise Escape(_of_the_dead(method))
            calls = self._turnout or self._calls
            return await calls.make(method, call)

        parts = self._parts_for(let_in)
        self.run(self._store.open(parts.catalogue.parts()))
        return Node(life, parts, self._design.build(parts), self._design.outbox(parts))

    def _stop(self, node: Node) -> None:
        close = getattr(node.service, "close", None)
        if close is not None:
            with suppress(CoolwindError):
                self.run(close())


def _of_the_dead(method: str) -> str:
    return (
        f"zombie write: an incarnation of the service that is dead called {method};"
        " let nothing of it survive in module globals"
    )
