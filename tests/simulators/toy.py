"""A chat service of a hundred lines with switches for its bugs, as a target."""

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from simulators.conversation import Cookie
from simulators.targets.target import Arrangement, Capability, Delivery, Lifetimes
from simulators.trace import Answer, Observation, Row

STEPS = {"order": "contact", "contact": "confirming", "confirming": "complete"}
IDLE, EXPIRY = timedelta(minutes=30), timedelta(hours=24)


@dataclass
class World:
    """All that the toy service is."""

    seed: int = 0
    sessions: int = 0
    clock: datetime = datetime(2026, 1, 5, tzinfo=UTC)
    memory: dict[str, dict[str, object]] = field(default_factory=dict)
    store: dict[str, dict[str, object]] = field(default_factory=dict)
    orders: list[dict[str, object]] = field(default_factory=list)


class ToyTarget:
    """Takes an order in three messages, and keeps it in memory and in a store.

    `bugs` are any of `memory-only`, `no-history`, `no-dedupe`, `trusts-anybody`, `never-expires`,
    `silent-expiry`, `wedged`, `random`, `no-snapshot`, `never-crashes`, `stale-store`,
    `not-remembered`, `numbers-by-clock`.
    """

    name = "toy"

    def __init__(self, *bugs: str) -> None:
        self.bugs = frozenset(bugs)
        self.world = World()
        self.plays = 0
        usable = set(Capability) - {Capability.ARRANGE, Capability.EVENTS, Capability.METRICS}
        if "no-snapshot" in bugs:
            usable.discard(Capability.SNAPSHOT)
        self.capabilities = frozenset(usable)

    def begin(self, seed: int, arrangement: Arrangement) -> None:  # noqa: ARG002
        self.plays += 1
        self.world = World(seed, clock=datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=seed))

    def deliver(self, delivery: Delivery) -> Answer:
        world = self.world
        wanted = delivery.cookies.get("session") or delivery.session_id
        session, tier = self._find(wanted, delivery)
        if session is None and wanted and "wedged" in self.bugs:
            return Answer(500, "broken")
        fresh = session is None and wanted is not None
        if session is None:
            world.sessions += 1
            number = f"s-{world.seed}-{world.sessions}"
            session = {"id": number, "owner": delivery.customer_id, "step": "order", "said": []}
        replies = session.setdefault("replies", {})
        if delivery.message_id in replies and "no-dedupe" not in self.bugs:
            return self._answer(session, replies[delivery.message_id], tier, fresh)
        text = self._advance(session, delivery.text)
        if fresh and "silent-expiry" not in self.bugs:
            text = "We start afresh. " + text
        replies[delivery.message_id] = text
        session["at"] = world.clock.isoformat()
        self._keep(session)
        return self._answer(session, text, tier, fresh)

    def _find(self, wanted: str | None, delivery: Delivery):
        for tier, place in (("memory", self.world.memory), ("store", self.world.store)):
            session = copy.deepcopy(place.get(wanted or ""))
            if session is None:
                continue
            if "never-expires" not in self.bugs and self._age(session) >= EXPIRY:
                return None, "new"
            if tier == "memory" and self._age(session) >= IDLE:
                continue
            if delivery.cookies.get("proof") != session["id"] and "trusts-anybody" not in self.bugs:
                return None, "new"
            if tier == "store" and "no-history" in self.bugs:
                session["said"] = []
            return session, tier
        return None, "new"

    def _age(self, session) -> timedelta:
        return self.world.clock - datetime.fromisoformat(session["at"])

    def _advance(self, session, text: str) -> str:
        session["said"] = [*session["said"], text]
        step = session["step"] = STEPS.get(session["step"], "order")
        if step != "complete":
            return f"Next: {step}"
        number = f"N-{len(self.world.orders) + 1}"
        if "numbers-by-clock" in self.bugs:
            number = f"N-{self.world.clock.date()}"
        self.world.orders.append({"number": number, "of": session["owner"]})
        return f"Placed as {number}"

    def _keep(self, session) -> None:
        key = session["id"]
        if "stale-store" in self.bugs:
            self.world.store[key] = self.world.memory.get(key, session)
        elif "memory-only" not in self.bugs:
            self.world.store[key] = copy.deepcopy(session)
        if (
            "not-remembered" not in self.bugs
            or key not in self.world.store
            or not session["said"][1:]
        ):
            self.world.memory[key] = copy.deepcopy(session)
        else:
            self.world.memory.pop(key, None)

    def _answer(self, session, text: str, tier: str, fresh: bool) -> Answer:
        if "random" in self.bugs:
            text += f" ({self.plays})"
        cookies = (Cookie("session", session["id"]), Cookie("proof", session["id"]))
        told = fresh and "silent-expiry" not in self.bugs
        return Answer(
            200, text, session["id"], "order", session["step"], tier, told, cookies=cookies
        )

    def clear(self, delivery: Delivery) -> Answer:
        wanted = delivery.cookies.get("session") or ""
        self.world.memory.pop(wanted, None)
        self.world.store.pop(wanted, None)
        past = self.world.clock - timedelta(days=1)
        return Answer(200, "", cookies=(Cookie("session", "", past), Cookie("proof", "", past)))

    def observe(self, session_id: str | None) -> Observation:
        place = self.world.store if "memory-only" not in self.bugs else self.world.memory
        kept = place.get(session_id or "")
        row = {"step": kept["step"], "history": kept["said"]} if kept else None
        return Observation(copy.deepcopy(row), {"order": tuple(map(dict, self.world.orders))})

    def opening(self, flow: str, step: str) -> Sequence[str]:  # noqa: ARG002
        return ("hello",)

    def now(self) -> datetime:
        return self.world.clock

    def advance(self, duration: timedelta) -> None:
        self.world.clock += duration

    def lifetimes(self) -> Lifetimes:
        return Lifetimes(IDLE, EXPIRY)

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        if capability in (Capability.EVICT, Capability.CROWD):
            return self.world.memory.pop(session_id or "", None) is not None
        if "never-crashes" in self.bugs and capability is Capability.CRASH:
            return False
        self.world.memory.clear()
        return True

    def events(self) -> Sequence[tuple[str, Row]]:
        return ()

    def metrics(self) -> Mapping[str, float]:
        return {}

    def snapshot(self) -> object:
        return copy.deepcopy(self.world)

    def restore(self, snapshot: object) -> None:
        assert isinstance(snapshot, World)
        self.world = copy.deepcopy(snapshot)

    def fingerprint(self, names: Mapping[str, str]) -> str:
        text = json.dumps(vars(self.world), default=str, sort_keys=True)
        for old, new in names.items():
            text = text.replace(old, new)
        return text

    def close(self) -> None:
        pass
