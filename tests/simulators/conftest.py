"""A toy chat service as a target, with switchable bugs, and exchanges made by hand."""

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from simulators.conversation import THE_CUSTOMER, Cookie
from simulators.errors import Unsupported
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes, Names
from simulators.trace import Answer, Exchange, JsonValue, Life, Observation, Row
from tests.simulators.clock import Clock

# A busy machine is no reason for a property to fail.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

START = datetime(2026, 1, 5, tzinfo=UTC)
IDLE, EXPIRY = timedelta(minutes=30), timedelta(hours=24)
NEXT_STEP = {"order": "contact", "contact": "confirming", "confirming": "complete"}
STOPS = (Capability.RESTART, Capability.CRASH, Capability.FAILOVER, Capability.DEPLOY)

VARIANTS = {
    "memory-only": "stores nothing",
    "no-history": "restores a session without what was said",
    "no-dedupe": "takes a repeated message as a new one",
    "trusts-anybody": "asks for no proof of a session ID",
    "never-expires": "restores expired sessions",
    "half-expires": "begins the session after an expired one with what was said in it",
    "silent-expiry": "says nothing of a new start",
    "wedged": "fails for ever when it does not know the session",
    "cold": "refuses the first message after a stop",
    "stale-store": "stores the state before the turn",
    "skewed": "cannot read what an earlier version stored",
    "restores-latest": "restores the session that was stored last, whosever it is",
    "undead": "clears the chat in memory alone",
    "numbers-in-memory": "counts order numbers in memory",
    "not-remembered": "leaves restored sessions out of memory",
    "random": "never says the same twice",
    "never-crashes": "does not crash when told to",
    "frozen": "lives in a time that does not pass",
    "no-snapshot": "correct, cannot make snapshots",
    "own-ids": "correct, gives its sessions other IDs in each play",
    "short-ids": "correct, gives its sessions and orders other numbers of four digits in each play",
    "letter-ids": "correct, gives its sessions and orders other letters in each play",
    "tells-ids": "correct, names the session in each reply",
    "notes-sessions": "correct, notes with each order of which session it is",
    "renames-orders": "makes each order one of the session that takes the place of its own",
    "knows-its-customers": "begins where the customer's last session was",
    "knows-their-first": "the same of the customer's first session",
    "greets-its-customers": "correct, greets by the name of the user whom it has seen before",
    "speaks-their-language": "correct, answers users in the language of what they wrote first",
    "knows-their-contact": "correct, asks no user for the contact twice",
    "recalls": "correct, takes the session of a repeated message back into memory",
    "numbers-by-clock": "correct, makes order numbers from the date",
}


@dataclass
class Session:
    """What the toy keeps of one conversation."""

    session_id: str
    owner: str
    at: datetime
    version: int
    step: str = "order"
    said: list[str] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)

    def copied(self) -> "Session":
        """Another one that is equal now."""
        return replace(self, said=list(self.said), replies=dict(self.replies))


@dataclass
class World:
    """All that the toy service is."""

    seed: int
    clock: datetime
    sessions: int = 0
    version: int = 1
    numbers: int = 0
    is_cold: bool = False
    memory: dict[str, Session] = field(default_factory=dict)
    store: dict[str, Session] = field(default_factory=dict)
    orders: list[Row] = field(default_factory=list)
    served: dict[str, Session] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    contacts: set[str] = field(default_factory=set)


class ToyTarget:
    """Takes an order in three messages, and keeps the session in memory and in a store."""

    name = "toy"

    def __init__(self, *variants: str) -> None:
        unknown = set(variants) - VARIANTS.keys()
        assert not unknown, unknown
        self.variants = frozenset(variants)
        self.plays = 0
        lacking = {
            *(Capability.ARRANGE, Capability.EVENTS, Capability.METRICS),
            *(Capability.FINGERPRINT, Capability.POINTS, Capability.CONCURRENCY),
            *(Capability.READ, Capability.NAMES),
        }
        if "no-snapshot" in variants:
            lacking.add(Capability.SNAPSHOT)
        self.capabilities = frozenset(set(Capability) - lacking)
        self.begin(0, Arrangement())

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        del arrangement
        self.plays += 1
        self.world = World(seed, START + timedelta(days=seed))

    def deliver(self, delivery: Delivery) -> Answer:
        world = self.world
        if world.is_cold and "cold" in self.variants:
            world.is_cold = False
            return Answer(503, "Please try again.", retry_after=1)
        wanted = delivery.cookies.get("session") or delivery.session_id
        session, tier = self._resume(wanted, delivery)
        if session is None and wanted and "wedged" in self.variants:
            return Answer(500, "broken")
        fresh = session is None and wanted is not None
        if session is None:
            session = self._new_session(wanted, delivery)
        if delivery.message_id in session.replies and "no-dedupe" not in self.variants:
            if "recalls" in self.variants:
                world.memory[session.session_id] = session.copied()
            return self._answer(session, session.replies[delivery.message_id], tier, fresh)
        text = self._advance(session, delivery.text)
        if "greets-its-customers" in self.variants and delivery.customer_id in world.served:
            text = f"Welcome back, {delivery.customer_id}. {text}"
        if "speaks-their-language" in self.variants:
            text = f"[{world.languages.setdefault(delivery.customer_id, delivery.text)}] {text}"
        if fresh and "silent-expiry" not in self.variants:
            text = f"We start afresh. {text}"
        session.replies[delivery.message_id] = text
        session.at = world.clock
        if fresh and "renames-orders" in self.variants:
            world.orders = [{**order, "session": session.session_id} for order in world.orders]
        self._keep(session, tier)
        if self.variants & {"greets-its-customers", "knows-its-customers"}:
            world.served[delivery.customer_id] = session.copied()
        if "knows-their-first" in self.variants:
            first = world.served.setdefault(delivery.customer_id, session)
            if first.session_id == session.session_id:
                world.served[delivery.customer_id] = session.copied()
        return self._answer(session, text, tier, fresh)

    def _resume(self, wanted: str | None, delivery: Delivery) -> tuple[Session | None, str]:
        known = self.world.memory.get(wanted or "")
        if known is not None and self._age(known) < IDLE and self._may_go_on(known, delivery):
            return known.copied(), "memory"
        stored = self.world.store.get(wanted or "")
        if stored is None or not self._may_go_on(stored, delivery):
            return None, "new"
        if "restores-latest" in self.variants:
            stored = max(self.world.store.values(), key=lambda one: (one.at, one.session_id))
        session = stored.copied()
        if "no-history" in self.variants:
            session.said = []
        return session, "store"

    def _may_go_on(self, session: Session, delivery: Delivery) -> bool:
        if "skewed" in self.variants and session.version < self.world.version:
            return False
        if "never-expires" not in self.variants and self._age(session) >= EXPIRY:
            return False
        proven = delivery.cookies.get("proof") == session.session_id
        return proven or "trusts-anybody" in self.variants

    def _age(self, session: Session) -> timedelta:
        return self.world.clock - session.at

    def _new_session(self, wanted: str | None, delivery: Delivery) -> Session:
        world = self.world
        world.sessions += 1
        play = self.plays if "own-ids" in self.variants else world.seed
        session_id = self._drawn(world.sessions) or f"session-{play}-{world.sessions}"
        session = Session(session_id, delivery.customer_id, world.clock, world.version)
        if "half-expires" in self.variants and (old := world.store.get(wanted or "")):
            session.said = list(old.said)
        knows = self.variants & {"knows-its-customers", "knows-their-first"}
        if knows and (old := world.served.get(session.owner)):
            session.step, session.said = old.step, list(old.said)
        return session

    def _advance(self, session: Session, text: str) -> str:
        session.said.append(text)
        session.step = NEXT_STEP.get(session.step, "order")
        if session.step == "contact" and session.owner in self.world.contacts:
            session.step = "confirming"
        if session.step == "confirming" and "knows-their-contact" in self.variants:
            self.world.contacts.add(session.owner)
        where = f"In {session.session_id} " if "tells-ids" in self.variants else ""
        if session.step != "complete":
            return f"{where}Next: {session.step}"
        number = self._next_number()
        number = self._drawn(70 + self.world.numbers) or f"N{self.world.seed}-{number}"
        order: dict[str, JsonValue] = {"number": number, "said": list(session.said)}
        if self.variants & {"notes-sessions", "renames-orders"}:
            order["session"] = session.session_id
        self.world.orders.append(order)
        return f"Placed as {number} {where}".rstrip()

    def _drawn(self, number: int) -> str | None:
        """What is drawn for the session or order of that number in this play."""
        drawn = str(1000 + self.plays % 89 * 101 + number)
        if "letter-ids" in self.variants:
            return drawn.translate(str.maketrans("0123456789", "abcdefghij"))
        return drawn if "short-ids" in self.variants else None

    def _next_number(self) -> str:
        self.world.numbers += 1
        if "numbers-by-clock" in self.variants:
            return f"{self.world.clock:%Y%m%d}-{self.world.numbers}"
        return str(self.world.numbers)

    def _keep(self, session: Session, tier: str) -> None:
        key, world = session.session_id, self.world
        before = world.memory.get(key, session)
        if "memory-only" not in self.variants:
            kept = before if "stale-store" in self.variants else session
            world.store[key] = kept.copied()
        if "not-remembered" in self.variants and tier == "store":
            world.memory.pop(key, None)
        else:
            world.memory[key] = session.copied()

    def _answer(self, session: Session, text: str, tier: str, fresh: bool) -> Answer:
        if "random" in self.variants:
            text += f" ({self.plays})"
        key = session.session_id
        cookies = (Cookie("session", key), Cookie("proof", key))
        told = fresh and "silent-expiry" not in self.variants
        return Answer(200, text, key, "order", session.step, tier, told, cookies=cookies)

    def clear(self, delivery: Delivery) -> Answer:
        wanted = delivery.cookies.get("session") or ""
        self.world.memory.pop(wanted, None)
        if "undead" in self.variants:
            return Answer(200, "")
        self.world.store.pop(wanted, None)
        past = self.world.clock - timedelta(days=1)
        return Answer(200, "", cookies=(Cookie("session", "", past), Cookie("proof", "", past)))

    def observe(self, session_id: str | None) -> Observation:
        place = self.world.memory if "memory-only" in self.variants else self.world.store
        kept = place.get(session_id or "")
        row = {"step": kept.step, "history": list(kept.said)} if kept else None
        return Observation(row, {"order": tuple(self.world.orders)})

    def opening(self, flow: str, step: str) -> Sequence[str]:
        raise Unsupported(f"the toy knows no way to {step} of {flow}")

    def now(self) -> datetime:
        return self.world.clock

    def advance(self, duration: timedelta) -> None:
        if "frozen" not in self.variants:
            self.world.clock += duration

    def lifetimes(self) -> Lifetimes:
        return Lifetimes(IDLE, EXPIRY)

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        world = self.world
        if capability in (Capability.EVICT, Capability.CROWD):
            return world.memory.pop(session_id or "", None) is not None
        if capability not in STOPS:
            raise Unsupported(f"the toy cannot do {capability}")
        if "never-crashes" in self.variants and capability is Capability.CRASH:
            return False
        world.memory.clear()
        world.is_cold = True
        world.version += capability is Capability.DEPLOY
        if "numbers-in-memory" in self.variants:
            world.numbers = 0
        return True

    def events(self) -> Sequence[tuple[str, Row]]:
        raise Unsupported("the toy logs nothing")

    def metrics(self) -> Mapping[str, float]:
        raise Unsupported("the toy counts nothing")

    def names(self) -> Names:
        raise Unsupported("the toy names nothing")

    def snapshot(self) -> object:
        if "no-snapshot" in self.variants:
            raise Unsupported("the toy makes no snapshots")
        return pickle.dumps(self.world)

    def restore(self, snapshot: object) -> None:
        assert isinstance(snapshot, bytes)
        self.world = pickle.loads(snapshot)

    def describe(self) -> Sequence[str]:
        raise Unsupported("the toy does not describe itself")

    def close(self) -> None:
        pass


@pytest.fixture
def services(pytester: pytest.Pytester) -> None:
    """The module `service` in the folder of a test, ready to be imported: what services.py has."""
    code = Path(__file__).with_name("services.py").read_text("utf-8")
    pytester.makepyfile(service=code)
    pytester.syspathinsert()


@pytest.fixture
def clock() -> Clock:
    """At nought."""
    return Clock()


@pytest.fixture
def toy() -> type[ToyTarget]:
    """Makes a toy service; `VARIANTS` says which bugs it can have."""
    return ToyTarget


@pytest.fixture
def exchange() -> Callable[..., Exchange]:
    """Makes an exchange by hand: `exchange(2, "yes", "Placed", step="complete", life=...)`.

    Fields of `Answer` and of `Exchange` go by their names; `kept` and `effects` are what is seen.
    """

    def make(
        turn: int,
        text: str = "hello",
        reply: str = "Welcome",
        *,
        customer: str = THE_CUSTOMER,
        kept: Row | None = None,
        effects: Mapping[str, tuple[Row, ...]] | None = None,
        life: Life = Life.HELD,
        repeats: bool = False,
        presented: bool = True,
        **answered: object,
    ) -> Exchange:
        answer = replace(Answer(200, reply, "session-1", None, None, "memory", False), **answered)
        return Exchange(
            turn,
            customer,
            text,
            f"message-{turn}",
            answer,
            Observation(kept, effects or {}),
            START,
            repeats=repeats,
            life=life,
            presented=presented,
        )

    return make
