"""Equal states are explored once, and that changes no verdict and no count."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from coolwind.messages import Message
from coolwind.resumption import Resumed
from simulators.conversation import THE_CUSTOMER, Say, Script
from simulators.explorer.care import USUAL, Care
from simulators.explorer.explorer import ANY, Depth, Explorer
from simulators.explorer.tally import Tally
from simulators.faults.catalogue import named, select
from simulators.laws.judge import Judged
from simulators.plan import describe
from simulators.player.player import Player
from simulators.targets.reference import Parts, ReferenceTarget
from simulators.targets.target import Arrangement, Target
from tests.defects.conversations import BULK_ORDER, STARTING_OVER, TWO_TABS
from tests.defects.expiring import ExpiresATickLate
from tests.defects.gallery import DEFECTS, FIRST_OF_FAMILY, Defect
from tests.defects.plain_service import PlainService

pytestmark = pytest.mark.long

FEW = "crash,failover,reload,idle-timeout,duplicate"
INSIDE = "crash-before,crash-after,store-error,store-error-after,failover"


@contextmanager
def opened(make: Callable[[], Target]) -> Iterator[Target]:
    target = make()
    try:
        yield target
    finally:
        target.close()


CARELESS = Care(one_in=2**64, every_node=False)
"""Checks no state: which ones would be played again follows from how states are described."""


class Exploration:
    """What an exploration adds up to."""

    def __init__(
        self,
        target: Target,
        script: Script,
        wish: str,
        depth: Depth,
        *,
        merging: bool = True,
        care: Care = USUAL,
    ) -> None:
        player = Player(target)
        explorer = Explorer(player, script, Arrangement(), merging=merging, care=care)
        clean = explorer.clean(Player(target, 1))
        faults = tuple(select(wish, target.capabilities))
        tally = Tally(faults)
        for tried in explorer.explore(clean, faults, depth):
            tally.note(tried)
        weights = explorer.space.arrivals(len(clean.stops) if depth is ANY else depth)
        causes = tally.causes(weights)
        self.plans = tally.plans(weights)
        self.cells = frozenset(tally.cells(weights))
        self.causes = Counter({cause: plans for cause, _, plans in causes})
        self.shortest = {cause: describe(judged.plan) for cause, judged, _ in causes}
        self.executions = player.executions
        self.states = len(explorer.space)


@pytest.mark.parametrize(
    "script",
    [BULK_ORDER.script, TWO_TABS.script, STARTING_OVER.script],
    ids=("order", "tabs", "two"),
)
@pytest.mark.parametrize("depth", [1, 2, ANY])
def test_a_correct_service_has_as_many_plans_either_way(script: Script, depth: Depth) -> None:
    with opened(ReferenceTarget) as target:
        merged = Exploration(target, script, FEW, depth)
        replayed = Exploration(target, script, FEW, depth, merging=False)
    assert merged.plans == replayed.plans
    assert merged.cells == replayed.cells
    assert merged.causes == replayed.causes == {}
    assert merged.executions < replayed.executions


@pytest.mark.parametrize("defect", FIRST_OF_FAMILY, ids=lambda defect: defect.name)
def test_a_defect_is_found_by_as_many_plans_either_way(defect: Defect) -> None:
    faults = f"{defect.fault},reload"
    # Every order of two messages at two places, one after the other, takes minutes.
    depth = 1 if any(named(name).together for name in defect.fault.split(",")) else 2
    with opened(defect.target) as target:
        merged = Exploration(target, defect.conversation.script, faults, depth)
        replayed = Exploration(target, defect.conversation.script, faults, depth, merging=False)
    assert merged.causes == replayed.causes
    assert merged.shortest == replayed.shortest
    assert merged.plans == replayed.plans
    assert merged.cells == replayed.cells


def test_a_fault_is_blamed_where_it_does_harm_and_not_where_it_does_none() -> None:
    """Whatever the same fault does elsewhere in the plan."""
    defect = next(one for one in DEFECTS if one.name == "places-the-order-first")
    with opened(defect.target) as target:
        found = Exploration(target, BULK_ORDER.script, "crash-after", 2)
    outcomes = {(cell.step, cell.outcome) for cell in found.cells}
    assert ("collecting_contact", "restored") in outcomes
    assert ("collecting_contact", "duplicated-effect") not in outcomes
    assert ("confirming", "duplicated-effect") in outcomes


class SweepsWithoutAWord(PlainService):
    """Says that a session has expired at that very moment, and sweeps it a tick later."""

    async def find(self, session_id: str, now: datetime) -> Resumed | None:
        found = await super().find(session_id, now)
        if found is None or now - found.session.last_turn_at <= self.parts.expiry:
            return found
        await self.parts.store.delete(session_id)
        return None

    async def epitaph(self, session_id: str, message: Message) -> str | None:
        del session_id, message
        return None


@pytest.mark.parametrize(
    ("build", "wish", "shown_by"),
    [
        (ExpiresATickLate, "after-expiry,expiry", "expiry"),
        (SweepsWithoutAWord, "expiry,after-expiry", "after-expiry"),
    ],
)
def test_a_deadline_that_is_met_exactly_is_not_one_that_has_passed(
    build: Callable[[Parts], PlainService], wish: str, shown_by: str
) -> None:
    with opened(lambda: ReferenceTarget(build=build)) as target:
        found = Exploration(target, BULK_ORDER.script, wish, 1)
    assert [*found.shortest.values()] == [f"{shown_by} after turn 1"]


@pytest.mark.parametrize(("depth", "turns"), [(1, 3), (2, 3), (ANY, 2)])
def test_faults_inside_turns_give_as_many_plans_either_way(depth: Depth, turns: int) -> None:
    script = BULK_ORDER.script[:turns]
    with opened(ReferenceTarget) as target:
        merged = Exploration(target, script, INSIDE, depth)
        replayed = Exploration(target, script, INSIDE, depth, merging=False)
    assert merged.plans == replayed.plans
    assert merged.cells == replayed.cells
    assert merged.causes == replayed.causes == {}
    assert merged.executions < replayed.executions


def test_plans_after_another_conversation_are_counted_apart() -> None:
    """Where a chat was cleared, or a message left alone, fewer faults can strike from there on."""
    with opened(ReferenceTarget) as target:
        merged = Exploration(target, BULK_ORDER.script, "crash-after,clear-chat", ANY)
        replayed = Exploration(
            target, BULK_ORDER.script, "crash-after,clear-chat", ANY, merging=False
        )
    assert merged.plans == replayed.plans
    assert merged.cells == replayed.cells
    assert merged.executions < replayed.executions


def test_plans_of_any_length_are_counted_exactly() -> None:
    """A crash after each turn or not: one plan for each choice but that of no fault at all."""
    script = tuple(Say(THE_CUSTOMER, text) for text in ["hello"] * 40)
    with opened(ReferenceTarget) as target:
        found = Exploration(target, script, "crash", ANY)
    assert found.plans == 2**40 - 1
    assert found.executions < 5 * 40


@pytest.mark.parametrize(
    ("depth", "plans", "states", "executions"),
    [(1, 74, 38, 82), (2, 2859, 304, 822), (ANY, 90458, 217, 455)],
)
def test_golden_counts_of_the_reference_core(
    depth: Depth, plans: int, states: int, executions: int
) -> None:
    with opened(ReferenceTarget) as target:
        found = Exploration(target, BULK_ORDER.script, "transparent", depth, care=CARELESS)
    assert (found.plans, found.states, found.executions) == (plans, states, executions)


def test_a_plan_that_meets_a_doomed_state_is_counted_with_its_cause() -> None:
    defect = next(one for one in DEFECTS if one.name == "seed-old-code")
    with opened(defect.target) as target:
        player = Player(target)
        explorer = Explorer(player, BULK_ORDER.script, Arrangement())
        clean = explorer.clean(Player(target, 1))
        faults = tuple(select("crash,restart", target.capabilities))
        broken = [
            describe(tried.result.plan)
            for tried in explorer.explore(clean, faults, 1)
            if isinstance(tried.result, Judged) and tried.result.breaches
        ]
    assert broken == [
        f"{fault} after turn {turn}" for turn in (1, 2) for fault in ("crash", "restart")
    ]
