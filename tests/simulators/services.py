"""Services that give a run something to tell: `--target service:Forgetful` in a test's folder."""

import time
from collections import OrderedDict
from datetime import timedelta

from coolwind.events import Listener
from coolwind.memory import Remembered, SessionMemory
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore
from simulators.errors import TargetError
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Capability, Delivery, Target
from simulators.trace import Answer


class NoStore(InMemoryStore):
    """Finds no session again."""

    async def load(self, session_id: str) -> Session | None:
        del session_id
        return None


class Forgetful(ReferenceTarget):
    """Loses every conversation that memory lost."""

    def __init__(self) -> None:
        super().__init__("forgetful", store=NoStore)


_REMEMBERED: OrderedDict[str, Remembered] = OrderedDict()


class MemoryInAGlobal(SessionMemory):
    """Keeps what it remembers in a module global, which is empty when the process starts."""

    def __init__(self, capacity: int, idle_timeout: timedelta, listener: Listener) -> None:
        super().__init__(capacity, idle_timeout, listener)
        _REMEMBERED.clear()

    @property
    def _remembered(self) -> OrderedDict[str, Remembered]:
        return _REMEMBERED

    @_remembered.setter
    def _remembered(self, value: OrderedDict[str, Remembered]) -> None:
        del value


class Hiding(ReferenceTarget):
    """A correct service, as long as nobody takes one of its processes for another."""

    def __init__(self) -> None:
        super().__init__("hiding", memory=MemoryInAGlobal)


class HidingAndForgetful(ReferenceTarget):
    """Hides its memory, and loses every conversation that memory lost."""

    def __init__(self) -> None:
        super().__init__("hiding and forgetful", memory=MemoryInAGlobal, store=NoStore)


class Wordless(ReferenceTarget):
    """Cannot tell what it has names for."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        return super().capabilities - {Capability.NAMES}


class Broken(ReferenceTarget):
    """Cannot be reached by any message."""

    def deliver(self, delivery: Delivery) -> Answer:
        del delivery
        raise TargetError("the wire is cut; mend it")


class Refusing(ReferenceTarget):
    """Takes no message."""

    def deliver(self, delivery: Delivery) -> Answer:
        del delivery
        return Answer(501, "There is no such method.")


class Unready(ReferenceTarget):
    """Cannot be started."""

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        del seed, arrangement
        raise RuntimeError("not today")


class Slow(ReferenceTarget):
    """Takes its time for each message."""

    def deliver(self, delivery: Delivery) -> Answer:
        time.sleep(0.05)
        return super().deliver(delivery)


class Buggy(ReferenceTarget):
    """Leaves nothing behind, and fails all the same when it is closed."""

    def close(self) -> None:
        super().close()
        raise RuntimeError("cannot close")


def no_application() -> object:
    """An ASGI application that cannot be made."""
    raise RuntimeError("no database")


def unreachable() -> Target:
    """Cannot even be made."""
    raise TargetError("nobody listens")
