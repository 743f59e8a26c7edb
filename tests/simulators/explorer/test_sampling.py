"""Plans drawn by chance: the same ones for the same seed, and no more said of them than is true."""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count

import pytest

from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import Script
from simulators.explorer.explorer import ANY, Depth, Explorer
from simulators.explorer.reach import Reach, Wish, doubt_of
from simulators.explorer.sampling import (
    Budget,
    Draw,
    Scope,
    bound,
    bound_in_per_cent,
    order_runs,
    sample,
)
from simulators.explorer.wandering import wander
from simulators.faults.catalogue import FAULTS, named, select
from simulators.laws.judge import Judged
from simulators.plan import describe
from simulators.player.course import Course
from simulators.player.player import Player
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Target
from tests.defects.conversations import BULK_ORDER, STARTING_OVER, TWO_CUSTOMERS
from tests.defects.gallery import DEFECTS

ORDER = BULK_ORDER.script
SPARSE = Scope(FAULTS, 1, 4, 3, is_sparse=True)
DENSE = Scope(FAULTS, 2, 6, 3, is_sparse=False)


@pytest.fixture
def reference() -> Iterator[ReferenceTarget]:
    target = ReferenceTarget()
    yield target
    target.close()


def drawn(target: Target, script: Script, scope: Scope, number: int) -> list[Judged]:
    """What comes of so many samples."""
    explorer = Explorer(Player(target), script, Arrangement())
    clean = explorer.clean(Player(target, 1))
    played = (explorer.draw(clean, sample(scope, 0, each)) for each in range(number))
    return [judged for judged in played if judged is not None]


def ticking(seconds: float) -> Budget:
    """A budget by a clock that goes on by a second whenever it is read."""
    return Budget(seconds, count().__next__)


class TestDraw:
    """Chance that repeats itself."""

    def test_the_same_seed_gives_the_same_choices_on_every_machine(self) -> None:
        draw = Draw("sample", 3, "of seed", 7)
        assert [draw.below(100) for _ in range(8)] == [49, 98, 12, 73, 5, 42, 49, 62]

    def test_a_part_is_never_empty_and_keeps_its_order(self) -> None:
        parts = [Draw(number).some_of("abc") for number in range(60)]
        assert {"".join(part) for part in parts} == {"a", "b", "c", "ab", "ac", "bc", "abc"}

    def test_so_many_of_them_are_different_ones(self) -> None:
        for number in range(20):
            assert sorted(Draw(number).so_many_of("abc", 3)) == ["a", "b", "c"]
        assert len(Draw(1).so_many_of("abc", 9)) == 3


class TestSample:
    """A plan in outline."""

    def test_it_makes_do_with_a_part_of_the_faults(self) -> None:
        swarms = [sample(DENSE, 0, number).swarm for number in range(50)]
        assert all(set(swarm) <= set(FAULTS) for swarm in swarms)
        assert all(any(fault not in swarm for swarm in swarms) for fault in FAULTS)
        assert all(any(fault in swarm for swarm in swarms) for fault in FAULTS)

    def test_it_has_between_the_fewest_and_the_most_faults(self) -> None:
        lengths = {len(sample(DENSE, 0, number).due) for number in range(50)}
        assert lengths == {2, 3, 4, 5, 6}

    def test_faults_are_due_at_every_place(self) -> None:
        due = [turn for number in range(50) for turn in sample(DENSE, 0, number).due]
        assert set(due) == {0, 1, 2, 3}

    def test_a_sparse_one_has_at_most_one_fault_from_turn_to_turn(self) -> None:
        for number in range(50):
            due = sample(SPARSE, 0, number).due
            assert sorted(set(due)) == list(due)

    def test_two_messages_may_overlap_in_the_first_turn(self) -> None:
        scope = Scope((named("double-click"), named("crash")), 1, 3, 2, is_sparse=False)
        due = [sample(scope, 0, number).due for number in range(30)]
        assert {turn for turns in due for turn in turns} == {0, 1, 2}

    def test_without_faults_inside_turns_nothing_is_due_before_the_first(self) -> None:
        scope = Scope((named("crash"), named("reload")), 1, 3, 2, is_sparse=False)
        assert {turn for number in range(30) for turn in sample(scope, 0, number).due} == {1, 2}


class TestBound:
    """The rule of three."""

    @pytest.mark.parametrize(
        ("samples", "share"), [(0, 1), (1, 1), (3, 1), (300, 0.01), (3000, 0.001)]
    )
    def test_it_goes_by_the_number_of_samples(self, samples: int, share: float) -> None:
        assert bound(samples) == pytest.approx(share)

    def test_it_is_no_smaller_than_the_exact_one(self) -> None:
        """The share p of bad plans that n samples all miss once in twenty: (1 - p) ** n = 1/20."""
        assert all(bound(number) >= 1 - 0.05 ** (1 / number) for number in range(1, 2000, 37))

    @pytest.mark.parametrize(
        ("samples", "told"),
        [(0, "100"), (2, "100"), (4, "75"), (48, "6.3"), (49, "6.2"), (50, "6"), (2070, "0.15")],
    )
    def test_what_is_told_of_it_is_no_less(self, samples: int, told: str) -> None:
        assert bound_in_per_cent(samples) == told
        assert float(told) >= 100 * bound(samples)


class TestOrderRuns:
    """PCT: ln(1/delta) * n * k ** (d - 1), for two messages, and for one of two depths."""

    @pytest.mark.parametrize(("moves", "depth", "runs"), [(10, 2, 120), (10, 3, 1199), (9, 2, 108)])
    def test_it_goes_by_moves_and_depth(self, moves: int, depth: int, runs: int) -> None:
        assert order_runs(moves, depth) == runs


class TestPlays:
    """A sample played: faults of its swarm at their places, and an end without any."""

    def test_the_plan_that_came_about_can_be_played_again(self, reference: Target) -> None:
        explorer = Explorer(Player(reference), ORDER, Arrangement())
        clean = explorer.clean(Player(reference, 1))
        for number in range(25):
            judged = explorer.draw(clean, sample(DENSE, 0, number))
            assert judged is not None
            again = explorer.follow(clean, judged.plan)
            assert isinstance(again, Judged)
            assert again.trace == judged.trace, describe(judged.plan)

    def test_every_fault_fires_and_the_conversation_is_finished(self, reference: Target) -> None:
        for judged in drawn(reference, ORDER, DENSE, 25):
            assert all(strike.fired for strike in judged.trace.strikes)
            assert len(judged.trace.turns) == len(ORDER)

    def test_sparse_ones_leave_a_turn_from_each_fault_between_turns_to_the_next(
        self, reference: Target
    ) -> None:
        for judged in drawn(reference, ORDER, SPARSE, 25):
            between = [placed.after_turn for placed in judged.plan if not placed.point]
            assert sorted(set(between)) == between
            assert all(placed.tries == 0 for placed in judged.plan)

    def test_a_correct_service_breaks_no_law(self, reference: Target) -> None:
        one_by_one = tuple(fault for fault in FAULTS if fault.together is None)
        for script, faults in (
            (ORDER, FAULTS),
            (STARTING_OVER.script, FAULTS),
            (TWO_CUSTOMERS.script, one_by_one),
        ):
            scope = Scope(faults, 3, 8, 6, is_sparse=False)
            assert [one for one in drawn(reference, script, scope, 12) if one.breaches] == []

    def test_messages_are_left_alone_and_sent_again(self, reference: Target) -> None:
        plans = [placed for one in drawn(reference, ORDER, DENSE, 40) for placed in one.plan]
        assert any(placed.is_given_up for placed in plans)
        assert any(placed.tries for placed in plans)

    def test_orders_of_two_messages_are_drawn_and_can_be_played_again(
        self, reference: Target
    ) -> None:
        explorer = Explorer(Player(reference), ORDER, Arrangement())
        clean = explorer.clean(Player(reference, 1))
        faults = tuple(fault for fault in FAULTS if fault.together)
        scope = Scope(faults, 1, 2, 3, is_sparse=False)
        played = [explorer.draw(clean, sample(scope, 0, number)) for number in range(20)]
        judged = [one for one in played if one is not None]
        assert all(
            isinstance(again := explorer.follow(clean, one.plan), Judged)
            and again.trace == one.trace
            for one in judged
        )
        points = [placed.point for one in judged for placed in one.plan]
        assert {point.count(" then ") for point in points} >= {0, 1, 2}
        assert any(point.startswith("arrival then ") for point in points)
        assert explorer.most_moves >= 8

    def test_where_no_fault_can_strike_there_is_no_plan(self, reference: Target) -> None:
        course = Course(Player(reference), ORDER, Arrangement())
        scope = Scope((named("model-500"),), 1, 2, 3, is_sparse=False)
        plans = [wander(course, sample(scope, 0, number), {}).plan for number in range(5)]
        assert plans == [()] * 5


def run(target: Target, faults: str, depth: Depth, budget: Budget | None) -> Explored:
    try:
        chosen = tuple(select(faults, target.capabilities))
        options = Options(0, depth, chosen, budget=budget)
        return explore(BULK_ORDER.name, ORDER, Arrangement(), target, options)
    finally:
        target.close()


class TestBudgets:
    """Plans in their order as far as the budget goes, and samples from there on."""

    def test_a_budget_that_is_enough_changes_nothing(self) -> None:
        without = run(ReferenceTarget(), "crash,reload", 2, None)
        assert run(ReferenceTarget(), "crash,reload", 2, ticking(10_000)) == without
        assert without.exploration.verdict == "pass"

    def test_one_that_is_used_up_leaves_it_open_and_says_what_the_samples_prove(self) -> None:
        found = run(ReferenceTarget(), "crash,reload,duplicate", 4, ticking(100)).exploration
        assert found.verdict == "inconclusive"
        assert found.samples == 49
        [reason] = found.reasons
        assert reason == (
            "the budget of 100 s was used up with every plan of up to 2 faults decided; 49 samples"
            " of up to 4 faults (seed 0) broke no law, so that with 95 % confidence at most 6.2 %"
            " of such samples do: a bound (rule of three), no proof; raise --budget, or lower"
            " --depth"
        )

    @pytest.mark.parametrize(
        ("samples", "told"),
        [
            (1, "; 1 sample of up to 4 faults (seed 0) broke no law, too few to tell how many"),
            (3, "; 3 samples of up to 4 faults (seed 0) broke no law, too few to tell how many"),
            (4, "with 95 % confidence at most 75 % of such samples do"),
        ],
    )
    def test_too_few_samples_prove_nothing(self, samples: int, told: str) -> None:
        reach = Reach(is_decided=False, levels=1, samples=samples, most=4)
        wish = Wish((named("crash"),), 4, ticking(100), seed=0)
        assert told in str(doubt_of(reach, wish))

    def test_plans_that_were_tried_in_order_are_counted_exactly(self) -> None:
        """As many as without a budget, if the last one is not started that would not be ended."""
        one = run(ReferenceTarget(), "crash,reload", 1, None).exploration
        found = run(ReferenceTarget(), "crash,reload", 2, ticking(2 * one.plans + 2)).exploration
        assert found.plans == one.plans

    def test_a_budget_for_no_plan_at_all_decides_nothing(self) -> None:
        found = run(ReferenceTarget(), "crash", 1, ticking(1)).exploration
        assert (found.verdict, found.plans, found.samples) == ("inconclusive", 0, 0)
        assert "with no number of faults decided; there was no time for samples" in found.reasons[0]

    def test_plans_of_any_length_are_drawn_as_well(self) -> None:
        found = run(ReferenceTarget(), "transparent", ANY, ticking(60)).exploration
        assert "samples of up to 4 faults" in found.reasons[0]

    def test_samples_find_what_plans_in_their_order_would_come_to_later(self) -> None:
        """Two faults are needed, and there was time for the six plans of one alone."""
        defect = next(one for one in DEFECTS if one.name == "clears-until-the-restart")
        found = run(defect.target(), defect.fault, 3, ticking(14))
        assert found.exploration.verdict == "fail"
        assert found.exploration.plans == 6
        assert sum(one.plans for one in found.exploration.classes) == 6
        assert [(one.last, one.plans, one.samples) for one in found.exploration.classes[-1:]] == [
            ("restart after turn 2", 0, 1)
        ]
        assert (
            "of 6 samples of up to 3 faults (seed 0), 1 broke a law"
            in (found.exploration.reasons[-1])
        )
        [finding] = found.findings
        assert finding.plans == 1
        assert defect.feature(finding.gherkin) == defect.feature_file.read_text("utf-8")
        blamed = {cell.fault for cell in found.exploration.cells if cell.outcome == defect.outcome}
        assert blamed == {"clear-chat", "restart"}


def test_samples_that_overlap_come_with_the_bound_on_their_orders() -> None:
    found = run(ReferenceTarget(), "concurrent-turn,double-click", 3, ticking(30)).exploration
    assert (
        "to meet an order of two messages that goes wrong takes 108 for one of 2 steps or 971"
        " for one of 3 steps, all in its place, with the same confidence (PCT, 9 moves)"
    ) in found.reasons[0]


def test_an_order_that_goes_wrong_is_drawn() -> None:
    defect = next(one for one in DEFECTS if one.name == "leases-to-the-process")
    found = run(defect.target(), defect.fault, 2, ticking(80))
    assert found.exploration.plans < found.exploration.samples + 10
    assert [(one.law, one.outcome) for one in found.findings] == [(defect.law, defect.outcome)]


@pytest.mark.parametrize("hash_seed", ["0", "1"])
def test_samples_are_the_same_under_every_hash_seed(hash_seed: str) -> None:
    code = (
        "from simulators.faults.catalogue import FAULTS\n"
        "from simulators.explorer.sampling import Scope, sample\n"
        "scope = Scope(FAULTS, 2, 6, 3, is_sparse=False)\n"
        "for number in range(20):\n"
        "    one = sample(scope, 0, number)\n"
        "    print([fault.name for fault in one.swarm], one.due, one.draw.below(1000))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    here = [sample(DENSE, 0, number) for number in range(20)]
    assert told.splitlines() == [
        f"{[fault.name for fault in one.swarm]} {one.due} {one.draw.below(1000)}" for one in here
    ]
