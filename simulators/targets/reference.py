"""Coolwind's own chat service as a target: in this process, in virtual time, with snapshots.

It is the one module of the simulator that knows the chat core.
"""

import json
import pickle
import re
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from traceback import extract_tb
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from fastapi.responses import JSONResponse

from coolwind.api import COOKIE_SURPLUS
from coolwind.catalogue import Catalogue, Part, ShopCatalogue
from coolwind.clock import Clock
from coolwind.documents import read_session
from coolwind.effects import Notification
from coolwind.errors import (
    CoolwindError,
    ModelUnavailable,
    NoSuchSession,
    StoreUnavailable,
    UnreadableState,
)
from coolwind.events import Event as ServiceEvent
from coolwind.events import Listener
from coolwind.flows.bulk_order import BulkOrder
from coolwind.flows.callback import Callback
from coolwind.flows.flow import Facts, Flow, Outcome, State
from coolwind.ids import Ids
from coolwind.incoming import PROOF_COOKIE, SESSION_COOKIE, message_in, presented_by
from coolwind.memory import Remembered, SessionMemory
from coolwind.messages import Answer as ServiceAnswer
from coolwind.messages import Message
from coolwind.metrics import Metrics
from coolwind.models.model import Completion, LanguageModel, Prompt
from coolwind.models.scripted import ScriptedModel
from coolwind.models.steadfast import Patience, SteadfastModel
from coolwind.outbox import Notifier, Outbox
from coolwind.problems import (
    MALFORMED_COOKIE,
    UNEXPECTED,
    BadRequest,
    error_response,
    problem_response,
)
from coolwind.service import ChatService
from coolwind.session import Session
from coolwind.stores.in_memory import InMemoryStore, StoredSession
from coolwind.stores.store import SessionStore
from coolwind.turns import AsyncioTurnOrder, TurnOrder
from simulators.conversation import Cookie
from simulators.errors import TargetError, UsageError
from simulators.targets.guard import Escape, Guard
from simulators.targets.image import Camera, Image
from simulators.targets.naming import digest
from simulators.targets.set_cookie import LONGEST_LIFE, TAKEN_AWAY
from simulators.targets.simulation import PortCalls, SeededIds, VirtualClock, beginning, drive
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes, StockedPart
from simulators.targets.wire import Response, Wire
from simulators.trace import Answer, Observation, Row

MEMORY_CAPACITY = 8
"""Sessions that a node remembers: so few that a crowd fills it soon."""

IDLE_TIMEOUT = timedelta(minutes=30)
EXPIRY = timedelta(hours=24)
SHOP_ADDRESS = "shop@example.com"

_NODES = 2
_T = TypeVar("_T")


class Service(Protocol):
    """The road into a chat service; errors are those of `ChatService`.

    One with a coroutine method `close` has it run when its process stops in good order.
    """

    async def handle(self, message: Message) -> ServiceAnswer:
        """Take one message and answer it."""
        ...

    async def clear(self, session_id: str, proof: str | None) -> None:
        """Forget the customer's own session."""
        ...

    async def sweep(self) -> int:
        """Forget the sessions that have expired; how many they were."""
        ...


class Deliverer(Protocol):
    """Hands over the notifications that wait; it runs after each turn."""

    async def deliver_pending(self) -> int:
        """Try each pending notification; how many were handed over."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that one incarnation of a service is made from.

    The store, the notifier and what the world outside keeps outlive the incarnation; `memory` and
    `turns` are its own. What else a service keeps in its attributes is part of snapshots and
    fingerprints, too.
    """

    clock: Clock
    ids: Ids
    store: SessionStore
    model: LanguageModel
    catalogue: Catalogue
    flows: Sequence[Flow]
    memory: SessionMemory
    turns: TurnOrder
    listener: Listener
    notifier: Notifier
    expiry: timedelta


def build_service(parts: Parts) -> Service:
    """The chat service as it is deployed."""
    return ChatService(
        clock=parts.clock,
        ids=parts.ids,
        store=parts.store,
        model=parts.model,
        catalogue=parts.catalogue,
        flows=parts.flows,
        memory=parts.memory,
        turns=parts.turns,
        listener=parts.listener,
        expiry=parts.expiry,
    )


def build_outbox(parts: Parts) -> Deliverer:
    """The outbox as it is deployed."""
    return Outbox(parts.store, parts.notifier, parts.listener)


@dataclass(frozen=True, slots=True)
class _Design:
    build: Callable[[Parts], Service]
    outbox: Callable[[Parts], Deliverer]
    store: Callable[[], InMemoryStore]
    memory: Callable[[int, timedelta, Listener], SessionMemory]
    flows: tuple[Flow, ...]

    def homes(self) -> tuple[str, ...]:
        """The packages, or lone modules, in which the pieces are defined."""
        modules = [piece.__module__ for piece in (self.build, self.outbox, self.store, self.memory)]
        return tuple(
            module.rpartition(".")[0] or module for module in modules if module != __name__
        )


class ReferenceTarget:
    """The chat service, or a variation of it, simulated: two nodes on one store.

    A variation replaces one piece and leaves the others: how a service or its outbox is built
    from its parts, the store, or the process memory, called as `SessionMemory` is. Code of the
    packages in which the pieces are defined, and of `packages`, is guarded against escapes.
    """

    def __init__(
        self,
        name: str = "reference",
        build: Callable[[Parts], Service] = build_service,
        *,
        outbox: Callable[[Parts], Deliverer] = build_outbox,
        store: Callable[[], InMemoryStore] = InMemoryStore,
        memory: Callable[[int, timedelta, Listener], SessionMemory] = SessionMemory,
        packages: Sequence[str] = (),
    ) -> None:
        self._name = name
        flows: tuple[Flow, ...] = (
            _RememberingFlow(BulkOrder(shop_address=SHOP_ADDRESS)),
            _RememberingFlow(Callback(shop_address=SHOP_ADDRESS)),
        )
        self._design = _Design(build, outbox, store, memory, flows)
        self._guard = Guard(tuple(dict.fromkeys(("coolwind", *packages, *self._design.homes()))))
        self._begun: _Simulation | None = None

    @property
    def name(self) -> str:
        """What reports call it."""
        return self._name

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Everything."""
        return frozenset(Capability)

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        """Start a service that has seen nobody."""
        self._guard.install()
        self._begun = _Simulation(self._design, self._guard, seed, arrangement)

    def deliver(self, delivery: Delivery) -> Answer:
        """Hand over one message, and then the notifications that it set off."""
        return self._simulation.deliver(delivery)

    def clear(self, delivery: Delivery) -> Answer:
        """The customer clears the chat."""
        return self._simulation.clear(delivery)

    def observe(self, session_id: str | None) -> Observation:
        """What the store keeps of the session, and every effect so far."""
        return self._simulation.observe(session_id)

    def opening(self, flow: str, step: str) -> Sequence[str]:
        """The messages that lead to that step. Raises `UsageError` where none are known."""
        try:
            return _OPENINGS[flow, step]
        except KeyError:
            known = ", ".join(f"{step} of {flow}" for flow, step in _OPENINGS)
            raise UsageError(
                f"nobody told how to come to step {step!r} of {flow!r}; choose one of: {known}"
            ) from None

    def now(self) -> datetime:
        """The simulated time."""
        return self._simulation.clock.now()

    def advance(self, duration: timedelta) -> None:
        """Let simulated time pass."""
        self._simulation.clock.advance(duration)

    def lifetimes(self) -> Lifetimes:
        """The idle timeout and the expiry that the service was started with."""
        return self._simulation.lifetimes

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        """Break the service in the way of that capability."""
        return self._simulation.strike(capability, session_id)

    def events(self) -> Sequence[tuple[str, Row]]:
        """Every event so far. What the service raised without being meant to is one, too."""
        return self._simulation.events()

    def metrics(self) -> Mapping[str, float]:
        """The service's metrics, over all of its nodes and incarnations."""
        return self._simulation.metrics()

    def snapshot(self) -> object:
        """Everything, as a value."""
        return self._simulation.snapshot()

    def restore(self, snapshot: object) -> None:
        """Go back to a snapshot of this target, of an earlier conversation, too."""
        if not isinstance(snapshot, _Snapshot):
            raise TargetError(
                f"a {type(snapshot).__name__} is no snapshot of the target {self._name};"
                " pass what snapshot() returned"
            )
        self._begun = snapshot.simulation
        self._begun.restore(snapshot)

    def fingerprint(self, names: Mapping[str, str]) -> str:
        """A digest of everything but the log and the metrics, which no law reads."""
        return self._simulation.fingerprint(names)

    def close(self) -> None:
        """Take the guard away."""
        self._begun = None
        self._guard.close()

    @property
    def _simulation(self) -> "_Simulation":
        if self._begun is None:
            raise TargetError(f"the target {self._name} has not begun; call begin first")
        return self._begun


_ORDER = (
    "I need 11 remote controls",
    "My name is Hari, my phone number is 9876543210 and my email is hari@example.com",
    "yes",
)
_CALLBACK = (
    "I called you but nobody answered",
    "My name is Hari",
    "9876543210",
    "Thiruvalla",
)
_OPENINGS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("bulk_order", "initial"): (),
    ("bulk_order", "collecting_parts"): ("I want to place a bulk order",),
    ("bulk_order", "collecting_quantity"): ("I need remote controls in bulk",),
    ("bulk_order", "collecting_contact"): _ORDER[:1],
    ("bulk_order", "confirming"): _ORDER[:2],
    ("bulk_order", "complete"): _ORDER,
    ("callback", "initial"): (),
    ("callback", "collecting_name"): _CALLBACK[:1],
    ("callback", "collecting_phone"): _CALLBACK[:2],
    ("callback", "collecting_location"): _CALLBACK[:3],
    ("callback", "collecting_problem"): _CALLBACK,
}


@dataclass(frozen=True, slots=True)
class _Node:
    """A process of the service; `life` tells its incarnations apart."""

    life: int
    parts: Parts
    service: Service
    outbox: Deliverer

    def remembers(self, session_id: str) -> bool:
        return any(
            remembered.session.session_id == session_id
            for remembered in self.parts.memory.snapshot()
        )


@dataclass(frozen=True, slots=True)
class _Failure:
    """The service raised something that it was not meant to raise."""

    fields: Row


_Journal: TypeAlias = "tuple[_Journal, ServiceEvent | _Failure] | None"
"""The newest entry and everything before it, so that keeping a journal costs nothing."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    simulation: "_Simulation"
    moment: datetime
    identifiers: int
    nodes: tuple[_Node, ...]
    serving: int
    is_out: bool
    emails: Mapping[str, Notification]
    journal: _Journal
    image: Image


class _Simulation:
    """One conversation's world: the clock, the store, the nodes, and what left the service."""

    def __init__(self, design: _Design, guard: Guard, seed: int, arrangement: Arrangement) -> None:
        self.clock = VirtualClock(beginning(seed))
        self.lifetimes = Lifetimes(
            arrangement.memory_idle_timeout or IDLE_TIMEOUT, arrangement.session_expiry or EXPIRY
        )
        self._design = design
        self._guard = guard
        self._arrangement = arrangement
        self._expiry = arrangement.session_expiry or EXPIRY
        self._idle_timeout = arrangement.memory_idle_timeout or IDLE_TIMEOUT
        self._ids = SeededIds(seed)
        self._store = design.store()
        self._catalogue = _catalogue(arrangement.parts)
        self._model = SteadfastModel(
            _ArrangedModel(arrangement), self.clock, self._hear, Patience()
        )
        self._mail = _Mail()
        self._camera = Camera(_FIXED)
        self._descriptions: dict[int, tuple[Session, str]] = {}
        self._describers: Mapping[type, Callable[[Any], str]] = {
            datetime: self._describe_moment,
            Remembered: self._describe_remembered,
            Session: self._describe_session,
            StoredSession: self._describe_stored,
        }
        self._lives = count(1)
        self._is_out = False
        self._journal: _Journal = None
        self._serving = 0
        self._nodes: tuple[_Node, ...] = ()
        self._nodes = tuple(self._started() for _ in range(_NODES))

    def deliver(self, delivery: Delivery) -> Answer:
        return self._run(self._served(self._node, delivery))

    def clear(self, delivery: Delivery) -> Answer:
        return self._run(self._cleared(self._node, delivery))

    def observe(self, session_id: str | None) -> Observation:
        contents = self._store.snapshot()
        stored = None if session_id is None else contents.sessions.get(session_id)
        return Observation(
            None if stored is None or session_id is None else _kept(stored.document, session_id),
            {
                "order": tuple(map(_row, contents.orders.values())),
                "callback": tuple(map(_row, contents.callback_tasks.values())),
                "email": tuple(map(_email, self._mail.delivered.values())),
            },
        )

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        match capability:
            case Capability.RESTART:
                return self._restarted(self._stop)
            case Capability.CRASH:
                # A freeze: nothing of the old incarnation gets to run any more.
                return self._restarted(lambda _: None)
            case Capability.EVICT:
                return self._pushed_out(session_id, self._evict)
            case Capability.CROWD:
                return self._pushed_out(session_id, self._crowd)
            case Capability.FAILOVER:
                self._serving = (self._serving + 1) % len(self._nodes)
                return True
            case Capability.DEPLOY:
                return self._deployed()
            case Capability.STORE_OUTAGE | Capability.STORE_RECOVERY:
                before, self._is_out = self._is_out, capability is Capability.STORE_OUTAGE
                return before is not self._is_out
            case Capability.SWEEP:
                return self._run(self._swept(self._node))
            case _:
                raise TargetError(
                    f"{capability.value} is nothing that breaks a service; strike with a restart,"
                    " a crash or another break"
                )

    def events(self) -> Sequence[tuple[str, Row]]:
        return [
            (entry.name.value, {"session_id": entry.session_id, **entry.fields})
            if isinstance(entry, ServiceEvent)
            else ("service.failed", entry.fields)
            for entry in self._entries()
        ]

    def metrics(self) -> Mapping[str, float]:
        metrics = Metrics()
        for entry in self._entries():
            if isinstance(entry, ServiceEvent):
                metrics(entry)
        lines = metrics.exposition().decode().splitlines()
        values = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        # When a counter was made is the wall clock's knowledge.
        return {
            name: float(value)
            for name, _, value in values
            if not name.partition("{")[0].endswith("_created")
        }

    def snapshot(self) -> _Snapshot:
        return _Snapshot(
            self,
            self.clock.moment,
            self._ids.counter,
            self._nodes,
            self._serving,
            self._is_out,
            self._mail.delivered,
            self._journal,
            self._camera.take(self._living),
        )

    def restore(self, snapshot: _Snapshot) -> None:
        self.clock.moment = snapshot.moment
        self._ids.counter = snapshot.identifiers
        self._nodes = snapshot.nodes
        self._serving = snapshot.serving
        self._is_out = snapshot.is_out
        self._mail.delivered = snapshot.emails
        self._journal = snapshot.journal
        self._camera.put_back(snapshot.image)

    def fingerprint(self, names: Mapping[str, str]) -> str:
        return digest(self._descriptions_of_all(), names, self._ids.made)

    @property
    def _node(self) -> _Node:
        return self._nodes[self._serving]

    @property
    def _living(self) -> tuple[object, ...]:
        """Everything that changes in a way of its own."""
        held = ((node.service, node.outbox, node.parts.memory) for node in self._nodes)
        return (*held, self._store)

    def _run(self, coroutine: Coroutine[object, None, _T]) -> _T:
        try:
            with self._guard:
                return drive(coroutine)
        except Escape as escape:
            raise TargetError(str(escape)) from escape

    def _hear(self, event: ServiceEvent) -> None:
        self._journal = (self._journal, event)

    def _entries(self) -> list[ServiceEvent | _Failure]:
        entries: list[ServiceEvent | _Failure] = []
        rest = self._journal
        while rest is not None:
            rest, entry = rest
            entries.append(entry)
        return entries[::-1]

    # What follows is the life of a node.

    def _started(self) -> _Node:
        life = next(self._lives)
        parts = Parts(
            clock=self.clock,
            ids=self._ids,
            store=cast(SessionStore, PortCalls(self._store, lambda: self._let_in(life))),
            model=self._model,
            catalogue=self._catalogue,
            flows=self._design.flows,
            memory=self._design.memory(
                self._arrangement.memory_capacity or MEMORY_CAPACITY,
                self._idle_timeout,
                self._hear,
            ),
            turns=AsyncioTurnOrder(),
            listener=self._hear,
            notifier=self._mail,
            expiry=self._expiry,
        )
        self._run(self._store.open(self._catalogue.parts()))
        return _Node(life, parts, self._design.build(parts), self._design.outbox(parts))

    def _let_in(self, life: int) -> None:
        if self._is_out:
            raise StoreUnavailable("The store is out: let it recover.")
        if self._nodes and all(node.life != life for node in self._nodes):
            raise Escape(
                "an incarnation of the service that is dead used the store; let nothing of it"
                " survive in module globals"
            )

    def _stop(self, node: _Node) -> None:
        close = getattr(node.service, "close", None)
        if close is not None:
            with suppress(CoolwindError):
                self._run(close())

    def _restarted(self, end: Callable[[_Node], None]) -> bool:
        dead = self._node
        end(dead)
        reborn = self._started()
        self._nodes = tuple(reborn if node is dead else node for node in self._nodes)
        return self._node is reborn

    def _deployed(self) -> bool:
        for node in self._nodes:
            self._stop(node)
        try:
            self._store.previous_release()
        except CoolwindError as error:
            raise TargetError(
                f"the previous release could not have stored this: {error}"
            ) from error
        self._nodes = tuple(self._started() for _ in self._nodes)
        return True

    def _pushed_out(self, session_id: str | None, push: Callable[[str], None]) -> bool:
        if session_id is None or not self._node.remembers(session_id):
            return False
        push(session_id)
        return not self._node.remembers(session_id)

    def _evict(self, session_id: str) -> None:
        self._node.parts.memory.drop(session_id)

    def _crowd(self, session_id: str) -> None:
        capacity = self._arrangement.memory_capacity or MEMORY_CAPACITY
        for number in range(capacity):
            if self._node.remembers(session_id):
                self._run(self._served(self._node, Delivery("Hello", f"crowd-{number}", "")))

    # What follows is the road of a message.

    async def _served(self, node: _Node, delivery: Delivery) -> Answer:
        try:
            message = message_in(_WIRE.body(delivery), presented_by(delivery.cookies))
            answer = self._answer(await node.service.handle(message))
        except Exception as error:  # noqa: BLE001 - what a server does, too
            answer = self._refusal(error)
        try:
            await node.outbox.deliver_pending()
        except StoreUnavailable:
            pass
        except Exception as error:  # noqa: BLE001 - the turn is over, and was answered
            self._note(error)
        return answer

    async def _cleared(self, node: _Node, delivery: Delivery) -> Answer:
        try:
            presented = presented_by(delivery.cookies, delivery.session_id or None)
            if presented.session_id is None:
                raise NoSuchSession("No conversation was asked for: send a message to begin one.")
            await node.service.clear(presented.session_id, presented.proof)
        except (NoSuchSession, UnreadableState) as error:
            return replace(self._refusal(error), cookies=self._taken_away())
        except Exception as error:  # noqa: BLE001 - what a server does, too
            return self._refusal(error)
        return Answer(204, "", cookies=self._taken_away())

    async def _swept(self, node: _Node) -> bool:
        try:
            await node.service.sweep()
        except CoolwindError:
            return False
        return True

    def _answer(self, answer: ServiceAnswer) -> Answer:
        reply = answer.reply
        life = timedelta(seconds=int((self._expiry + COOKIE_SURPLUS).total_seconds()))
        until = self.clock.moment + min(life, LONGEST_LIFE)
        return Answer(
            status=200,
            text=reply.text,
            session_id=answer.session_id,
            flow=reply.flow,
            step=reply.step,
            served_from=answer.served_from.value,
            fresh=answer.fresh,
            quick_replies=reply.quick_replies,
            intent=reply.intent,
            cookies=(
                Cookie(SESSION_COOKIE, answer.session_id, until),
                Cookie(PROOF_COOKIE, answer.proof, until),
            ),
        )

    def _refusal(self, error: Exception) -> Answer:
        match error:
            case BadRequest():
                answer = self._read(problem_response(error.problem, str(error)))
                if error.problem is MALFORMED_COOKIE:
                    answer = replace(answer, cookies=self._taken_away())
                return answer
            case CoolwindError():
                return self._read(error_response(error))
            case _:
                self._note(error)
                detail = "It is not known whether the request was served."
                return self._read(problem_response(UNEXPECTED, detail))

    def _read(self, response: JSONResponse) -> Answer:
        headers = tuple(response.headers.items())
        received = Response(response.status_code, headers, bytes(response.body))
        return _WIRE.answer(received, self.clock.moment)

    def _taken_away(self) -> tuple[Cookie, ...]:
        past = self.clock.moment + TAKEN_AWAY
        return (Cookie(SESSION_COOKIE, "", past), Cookie(PROOF_COOKIE, "", past))

    def _note(self, error: Exception) -> None:
        place = extract_tb(error.__traceback__)[-1]
        where = f"{place.filename}:{place.lineno} in {place.name}"
        fields = {"error": f"{type(error).__name__}: {error}", "at": where}
        self._journal = (self._journal, _Failure(fields))

    # What follows is the description of a state.

    def _descriptions_of_all(self) -> Iterator[str]:
        yield f"{self._arrangement!r} {self._serving} {self._is_out}"
        yield from map(repr, self._mail.delivered.values())
        if len(self._descriptions) > _MOST_DESCRIPTIONS:
            self._descriptions.clear()
        yield from self._camera.describe(self._living, self._describers)

    def _describe_moment(self, moment: datetime) -> str:
        return self._age(moment, self._expiry)

    def _describe_remembered(self, remembered: Remembered) -> str:
        age = self._age(remembered.used_at, self._idle_timeout)
        return f"used {age} {self._describe_session(remembered.session)}"

    def _describe_stored(self, stored: StoredSession) -> str:
        age = self._age(stored.last_turn_at, self._expiry)
        is_there = stored.opening is not None and stored.opening in stored.document
        opening = "in the document" if is_there else repr(stored.opening)
        return f"{age} {stored.version} {opening} {_timeless(stored.document)}"

    def _describe_session(self, session: Session) -> str:
        known = self._descriptions.get(id(session))
        if known is None:
            known = (session, _timeless_session(session))
            self._descriptions[id(session)] = known
        age = self._age(session.last_turn_at, self._expiry)
        # The states apart, because a careless service changes them in place.
        states = json.dumps(session.states, default=repr, sort_keys=True)
        return f"{age} {states} {known[1]}"

    def _age(self, moment: datetime, lifetime: timedelta) -> str:
        """How long ago that was, as far as it matters: a deadline that has passed has passed."""
        if moment.tzinfo is None:
            return repr(moment)
        age = self.clock.moment - moment
        return "passed" if age >= lifetime else str(age)


_MOST_DESCRIPTIONS = 20_000


class _Mail:
    """Takes emails as a mail server does that knows a repetition by its key."""

    def __init__(self) -> None:
        self.delivered: Mapping[str, Notification] = {}

    async def deliver(self, notification: Notification) -> None:
        if notification.key not in self.delivered:
            self.delivered = {**self.delivered, notification.key: notification}


class _ArrangedModel:
    """Answers as the scenario says, and what it does not mention as the scripted model does."""

    def __init__(self, arrangement: Arrangement) -> None:
        self._answers = arrangement.model_answers or {}
        self._failure = arrangement.model_failure
        self._scripted = ScriptedModel()
        if self._failure is not None and self._failure not in _MODEL_FAILURES:
            raise UsageError(
                f"a language model cannot fail with {self._failure!r}; choose one of"
                f" {', '.join(_MODEL_FAILURES)}"
            )

    async def complete(self, prompt: Prompt) -> Completion:
        if self._failure == "empty":
            return Completion("")
        if self._failure is not None:
            raise ModelUnavailable(_MODEL_FAILURES[self._failure])
        answer = self._answers.get(prompt.text)
        return await self._scripted.complete(prompt) if answer is None else Completion(answer)

    async def close(self) -> None:
        return None


class _RememberingFlow:
    """A flow that takes no message twice from the same state: it is a pure function.

    Each outcome is a copy, so that a service which changes it spoils nothing.
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._outcomes: dict[object, bytes] = {}

    @property
    def name(self) -> str:
        return self._flow.name

    @property
    def steps(self) -> tuple[str, ...]:
        return self._flow.steps

    def is_active(self, state: State | None) -> bool:
        return self._flow.is_active(state)

    def advance(self, state: State | None, text: str, facts: Facts) -> Outcome | None:
        situation = (
            *(pickle.dumps(state), text, facts.today, tuple(facts.parts)),
            *(tuple(facts.stock.items()), facts.order_number, facts.callback_number),
        )
        known = self._outcomes.get(situation)
        if known is None:
            if len(self._outcomes) >= _MOST_OUTCOMES:
                self._outcomes.clear()
            known = pickle.dumps(self._flow.advance(state, text, facts))
            self._outcomes[situation] = known
        return cast("Outcome | None", pickle.loads(known))

    def reminder(self, state: State) -> str:
        return self._flow.reminder(state)


_MOST_OUTCOMES = 20_000

_MODEL_FAILURES = {
    "429": "the language model answered 429: too many requests",
    "500": "the language model answered 500: internal error",
    "timeout": "the language model did not answer in time",
    "empty": "the language model answered without any words",
}


@dataclass(frozen=True, slots=True)
class _StockedCatalogue:
    """What a scenario says that the shop sells."""

    stocked: tuple[Part, ...]

    def parts(self) -> Sequence[Part]:
        return self.stocked


def _catalogue(stocked: Sequence[StockedPart] | None) -> Catalogue:
    if stocked is None:
        return ShopCatalogue()
    known = {part.name.casefold(): part for part in ShopCatalogue().parts()}
    return _StockedCatalogue(
        tuple(
            Part(
                part_id=re.sub(r"\W+", "-", each.name.casefold()).strip("-"),
                name=each.name,
                words=known[each.name.casefold()].words
                if each.name.casefold() in known
                else (each.name.casefold(),),
                price=each.price,
                bulk_price=each.bulk_price,
                opening_stock=each.stock,
            )
            for each in stocked
        )
    )


_FIXED = (
    _ArrangedModel,
    _Mail,
    _Simulation,
    _StockedCatalogue,
    _RememberingFlow,
    PortCalls,
    SeededIds,
    ShopCatalogue,
    SteadfastModel,
    VirtualClock,
)
"""The ports: either they hold nothing, or the simulation looks after what they hold."""

_WIRE = Wire()


@lru_cache(maxsize=4_096)
def _kept(document: str, session_id: str) -> Row:
    """What a stored session holds, by flow, with its customer and its history."""
    try:
        session = read_session(document, session_id)
    except UnreadableState as error:
        return {"unreadable": str(error)}
    history = tuple({"author": one.author.value, "text": one.text} for one in session.history)
    return {**session.states, "customer": session.customer_id, "history": history}


@lru_cache(maxsize=4_096)
def _row(text: str) -> Row:
    return cast(Row, json.loads(text))


@lru_cache(maxsize=4_096)
def _email(notification: Notification) -> Row:
    return asdict(notification)


@lru_cache(maxsize=4_096)
def _timeless(document: str) -> str:
    """A stored document without the moments that nothing depends on."""
    try:
        content = json.loads(document)
        history = [
            [one["author"], one["text"]] if isinstance(one, dict) else one[:2]
            for one in content["history"]
        ]
        rest = {key: content[key] for key in content if key not in _MOMENTS}
        opening = _opening(content["opening"], content["version"], len(content["answered"]))
        return json.dumps({**rest, "opening": opening, "history": history}, sort_keys=True)
    except (KeyError, TypeError, ValueError):
        return document


_MOMENTS = ("started_at", "last_turn_at", "history")


def _opening(mark: str | None, turns: int, answered: int) -> str | bool | None:
    """What there is to say of an opening mark: it follows from the first message, so that it is
    enough to have that among the answered ones."""
    return mark is not None if turns == answered else mark


def _timeless_session(session: Session) -> str:
    history = [(entry.author.value, entry.text) for entry in session.history]
    opening = _opening(session.opening, session.version, len(session.answered))
    return repr(
        (
            *(session.session_id, session.customer_id, session.proof, session.version),
            *(opening, history, session.answered),
        )
    )
