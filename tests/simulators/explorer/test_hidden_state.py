"""Where a service keeps what no snapshot holds is named."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import count

import pytest

from coolwind.effects import Effect
from coolwind.messages import Tier
from coolwind.resumption import Resumed
from coolwind.session import Session
from simulators.campaign.campaign import Explored, Options, explore
from simulators.explorer.care import PARANOID, USUAL, Care
from simulators.explorer.depths import LEFT_OUT_OF_REPLAYS
from simulators.explorer.explorer import ANY, Depth
from simulators.explorer.sampling import Budget
from simulators.explorer.ways import hidden_state
from simulators.faults.catalogue import select
from simulators.player.player import Player
from simulators.targets.hidden_state import changed, module_state_of
from simulators.targets.reference import Parts, ReferenceTarget
from simulators.targets.target import Arrangement
from tests.defects.conversations import BULK_ORDER
from tests.defects.plain_service import Move, PlainService, Turn
from tests.simulators.clock import Clock


def _counter() -> Callable[[], int]:
    served = 0

    def serve() -> int:
        nonlocal served
        served += 1
        return served

    return serve


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


class Seen:
    """How often something was done."""

    times = 0

    def once_more(self) -> int:
        """Once more."""
        Seen.times += 1
        return Seen.times


@lru_cache
def _served(customer: str) -> list[str]:
    return [customer]


def _served_by_default(served: list[str] = []) -> int:  # noqa: B006
    served.append("once")
    return len(served)


def _served_as_noted() -> int:
    noted: list[str] = vars(_served_as_noted).setdefault("noted", [])
    noted.append("once")
    return len(noted)


def _served_from_a_cache() -> int:
    _served("anybody").append("once")
    return len(_served("anybody"))


LOG = logging.getLogger(__name__)
_in_a_closure = _counter()
_IN_A_GENERATOR = _numbers()
_IN_AN_ITERATOR = enumerate(count(1))
_HOME = __name__

PLACES: dict[str, Callable[[], int]] = {
    "_in_a_closure": _in_a_closure,
    "_IN_A_GENERATOR": lambda: next(_IN_A_GENERATOR),
    "_IN_AN_ITERATOR": lambda: next(_IN_AN_ITERATOR)[1],
    "Seen.times": lambda: Seen().once_more(),
    "_served": _served_from_a_cache,
    "_served_by_default": _served_by_default,
    "_served_as_noted": _served_as_noted,
}


def _counting(serve: Callable[[], int]) -> type[PlainService]:
    """A service that says how many messages it has served."""

    class Counting(PlainService):
        async def advance(self, resumed: Resumed, text: str) -> Move:
            move = await super().advance(resumed, text)
            return replace(move, reply=replace(move.reply, text=f"{move.reply.text} {serve()}"))

    return Counting


def _counting_quietly(serve: Callable[[], int]) -> type[PlainService]:
    """A correct service that counts the messages it has served, and goes by nothing of it."""

    class Counting(PlainService):
        async def advance(self, resumed: Resumed, text: str) -> Move:
            serve()
            return await super().advance(resumed, text)

    return Counting


def _explored(target: ReferenceTarget, faults: str, depth: Depth, care: Care = USUAL) -> Explored:
    options = Options(0, depth, tuple(select(faults, target.capabilities)), care=care)
    try:
        return explore("An order", BULK_ORDER.script, Arrangement(), target, options)
    finally:
        target.close()


@pytest.mark.parametrize("place", PLACES)
def test_state_beside_a_module_global_is_named(place: str) -> None:
    target = ReferenceTarget("counting", build=_counting(PLACES[place]))
    found = _explored(target, "crash", 1).exploration
    assert found.verdict == "inconclusive"
    _, places = found.reasons[0].split("; state was found in ")
    assert f"{_HOME}.{place}" in places.split(", ")


class InAnAttribute(PlainService):
    """Counts with a generator of its own how many sessions its process has restored."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        self._restores = [_numbers()]

    def restored(self, session: Session) -> Session:
        next(self._restores[0])
        return session


class InAMethodOfItsOwn(PlainService):
    """Keeps the effects of each number in a cache of one of its methods."""

    @lru_cache  # noqa: B019
    def _effects(self, session_id: str) -> tuple[str, list[Effect]]:
        return session_id, []

    async def advance(self, resumed: Resumed, text: str) -> Move:
        move = await super().advance(resumed, text)
        self._effects(resumed.session.session_id)[1].extend(move.effects)
        return move


@pytest.mark.parametrize(
    ("service", "place"),
    [
        (InAnAttribute, "InAnAttribute._restores"),
        (InAMethodOfItsOwn, "InAMethodOfItsOwn._effects"),
    ],
)
def test_what_an_object_keeps_where_no_image_is_taken_is_named(
    service: type[PlainService], place: str
) -> None:
    """Also where that changes behind a crash alone."""
    target = ReferenceTarget("keeping", build=service)
    try:
        told = hidden_state(BULK_ORDER.script, Arrangement(), Player(target))
    finally:
        target.close()
    assert told == f"; state was found in {_HOME}.{place}"


def test_the_core_can_be_trusted_to_keep_nothing_in_its_modules() -> None:
    """What it computes once, from what was said alone, is no state."""
    target = ReferenceTarget()
    try:
        target.trusted = ()
        player = Player(target)
        player.begin(Arrangement())
        before = module_state_of(target)
        player.play(BULK_ORDER.script)
        assert changed(before, module_state_of(target)) == []
        assert "coolwind.service.SHOP_TIME" in before
    finally:
        target.close()


def test_what_a_library_keeps_is_no_state_of_the_service() -> None:
    """A logger remembers for which levels it is enabled, and a counter counts for nobody here."""
    log = logging.getLogger(__name__)
    target = ReferenceTarget("plain", build=InAnAttribute)
    before = module_state_of(target)
    log.setLevel(logging.ERROR)
    assert not LOG.isEnabledFor(logging.DEBUG)
    assert changed(before, module_state_of(target)) == []
    assert f"{_HOME}.LOG" in before
    target.close()


RESTORED: dict[tuple[str, int], Session] = {}


class RestoresOnce(PlainService):
    """Loses the history at the summary when it restores a session, unless it had restored one of
    that ID before: from then on it keeps each version in a module global, which is empty when the
    process starts."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts)
        RESTORED.clear()

    def restored(self, session: Session) -> Session:
        known = RESTORED.get((session.session_id, session.version))
        is_lost = session.version == len(BULK_ORDER.script) - 1
        return known or (replace(session, history=()) if is_lost else session)

    def remember(self, served: Resumed, now: datetime) -> None:
        super().remember(served, now)
        session = served.session
        if served.tier is Tier.STORE or (session.session_id, session.version - 1) in RESTORED:
            RESTORED[session.session_id, session.version] = session


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("care", [USUAL, PARANOID], ids=("usual", "paranoid"))
def test_what_one_play_leaves_in_a_module_hides_nothing_in_another(depth: int, care: Care) -> None:
    """What makes the second play come out well would not be there from the beginning."""
    target = ReferenceTarget("restoring", build=RestoresOnce)
    found = _explored(target, "eviction", depth, care)
    assert [one.plan for one in found.findings] == ["eviction after turn 2"]
    [note] = found.exploration.notes
    assert f"the service keeps: {_HOME}.RESTORED is not what it was" in note


KEPT: dict[str, Session] = {}


class KeepsSessionsInAModule(PlainService):
    """Stores no session, and finds each one in a module global, whose content no crash of a
    simulated process takes away; its record of replies hides that it is of a later turn."""

    async def save(self, turn: Turn) -> None:
        KEPT[turn.after.session_id] = turn.after
        if turn.effects:
            await super().save(turn)

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        found = self.parts.memory.get(session_id, now), KEPT.get(session_id)
        tiers = zip(found, (Tier.MEMORY, Tier.STORE), strict=True)
        return next((Resumed(one, tier) for one, tier in tiers if one is not None), None)


@pytest.mark.parametrize("faults", ["crash", "eviction"])
def test_what_a_crash_leaves_in_a_module_is_no_pass(faults: str) -> None:
    target = ReferenceTarget("keeping", build=KeepsSessionsInAModule)
    found = _explored(target, faults, 1).exploration
    KEPT.clear()
    assert found.verdict == "inconclusive"
    assert found.reasons == (
        f"what a conversation left in {_HOME}.KEPT outlived a crash, which it would not in a"
        " process of its own; keep it in what the service is built with, or in a store",
    )


TARGETS: list[ReferenceTarget] = []


def test_a_target_that_a_module_of_its_service_holds_is_no_state() -> None:
    class Plain(PlainService):
        """Has nothing to hide."""

    target = ReferenceTarget("held", build=Plain)
    TARGETS.append(target)
    try:
        found = _explored(target, "crash,reload", 2).exploration
    finally:
        TARGETS.clear()
    assert (found.verdict, found.notes) == ("pass", ())


@pytest.mark.parametrize(
    ("faults", "depth", "verdict", "reasons"),
    [
        ("store-timeout", ANY, "inconclusive", (LEFT_OUT_OF_REPLAYS,)),
        ("crash,eviction", ANY, "pass", ()),
        ("crash,eviction", 2, "pass", ()),
    ],
)
def test_plans_of_any_number_of_faults_have_an_end_where_a_module_keeps_a_counter(
    faults: str, depth: Depth, verdict: str, reasons: tuple[str, ...]
) -> None:
    target = ReferenceTarget("counting quietly", build=_counting_quietly(Seen().once_more))
    found = _explored(target, faults, depth).exploration
    assert any("does not hold all that the service keeps: " in note for note in found.notes)
    assert (found.verdict, found.reasons) == (verdict, reasons)


def test_within_a_budget_samples_of_them_are_drawn(clock: Clock) -> None:
    class Ticking(_counting_quietly(Seen().once_more)):  # type: ignore[misc]
        """Takes a second for each message."""

        async def advance(self, resumed: Resumed, text: str) -> Move:
            clock.seconds += 1
            move: Move = await super().advance(resumed, text)
            return move

    target = ReferenceTarget("counting quietly", build=Ticking)
    faults = tuple(select("crash,eviction,restart", target.capabilities))
    options = Options(0, ANY, faults, budget=Budget(200, clock))
    found = explore("An order", BULK_ORDER.script, Arrangement(), target, options).exploration
    target.close()
    assert found.samples
    assert LEFT_OUT_OF_REPLAYS not in found.reasons
