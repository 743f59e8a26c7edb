"""A service to talk to in tests: real parts, with a clock and IDs that the test decides."""

import resource
import uuid
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from coolwind.catalogue import ShopCatalogue
from coolwind.events import Event, EventName
from coolwind.flows.bulk_order import BulkOrder
from coolwind.flows.callback import Callback
from coolwind.flows.flow import Flow
from coolwind.memory import SessionMemory
from coolwind.messages import Answer, Message
from coolwind.models.model import Completion, LanguageModel, Prompt
from coolwind.models.steadfast import Patience, SteadfastModel
from coolwind.service import ChatService
from coolwind.stores.in_memory import InMemoryStore
from coolwind.stores.store import SessionStore
from coolwind.turns import AsyncioTurnOrder

T = TypeVar("T")


class ManualClock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def advance(self, **length: float) -> None:
        self.moment += timedelta(**length)


class CountedIds:
    """Identifiers that count up."""

    def __init__(self) -> None:
        self.given = 0

    def _next(self) -> int:
        self.given += 1
        return self.given

    def session_id(self) -> str:
        return str(uuid.UUID(int=self._next()))

    def customer_id(self) -> str:
        return f"guest-{self._next()}"

    def proof(self) -> str:
        return f"proof-{self._next()}"


class RecordingModel:
    """A language model that says what it was told to, and remembers what it was asked."""

    def __init__(self, text: str = "We are open from 9 to 6.") -> None:
        self.text = text
        self.prompts: list[Prompt] = []
        self.error: Exception | None = None

    async def complete(self, prompt: Prompt) -> Completion:
        self.prompts.append(prompt)
        if self.error is not None:
            raise self.error
        return Completion(self.text, intent="hours")

    async def close(self) -> None:
        pass


def by_hand(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never waits for anything real, without an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise AssertionError("it waited for something that is no port")


@dataclass
class Shop:
    """A service, its parts, and everything it announced."""

    clock: ManualClock = field(default_factory=ManualClock)
    ids: CountedIds = field(default_factory=CountedIds)
    store: SessionStore = field(default_factory=InMemoryStore)
    model: LanguageModel = field(default_factory=RecordingModel)
    flows: Sequence[Flow] = (BulkOrder(), Callback())
    capacity: int = 100
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        by_hand(self.store.open(ShopCatalogue().parts()))
        self.restart()

    def restart(self) -> None:
        """A new process on the same store."""
        self.memory = SessionMemory(self.capacity, timedelta(minutes=30), self.events.append)
        self.service = ChatService(
            clock=self.clock,
            ids=self.ids,
            store=self.store,
            model=SteadfastModel(self.model, self.clock, self.events.append, Patience(attempts=1)),
            catalogue=ShopCatalogue(),
            flows=self.flows,
            memory=self.memory,
            turns=AsyncioTurnOrder(),
            listener=self.events.append,
            expiry=timedelta(hours=24),
        )

    def say(self, text: str, after: Answer | None = None, **presented: str | None) -> Answer:
        """Send a message, as the customer who got that answer."""
        if after is not None:
            presented = {"session_id": after.session_id, "proof": after.proof, **presented}
        return by_hand(self.service.handle(Message(text, **presented)))

    def happened(self, name: EventName) -> list[Event]:
        """The events of that name."""
        return [event for event in self.events if event.name is name]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def new_shop() -> type[Shop]:
    """For a shop with parts of the test's own."""
    return Shop


@pytest.fixture
def full_disk(path: Path) -> Callable[..., AbstractContextManager[None]]:
    """For a time in which no file can grow beyond what the log of the database has by then, and
    `room` more bytes.
    """

    @contextmanager
    def full(room: int = 0) -> Iterator[None]:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        written = path.with_name(f"{path.name}-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (written + room, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return full
