"""What varies on a target that cannot be made repeatable is masked, and told."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from simulators.campaign.campaign import Explored, Options, explore
from simulators.conversation import THE_CUSTOMER, Say
from simulators.faults.catalogue import named
from simulators.laws.masking import is_worded_anew
from simulators.shrinker.shrinker import SPARING
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Delivery, Target
from simulators.targets.tolerance import Tolerance, tolerance_of
from simulators.trace import Answer, Exchange, JsonValue, Observation
from simulators.varying import ALL_OF_IT, Varies

Toy = Callable[..., Target]
ORDER = tuple(Say(THE_CUSTOMER, text) for text in ("hello", "Hari 9876543210", "yes"))
EXCHANGE = Exchange(
    1, "Hari", "yes", "m", Answer(200, ""), Observation(), datetime(2026, 11, 27, tzinfo=UTC)
)


def wording(toy: Toy, worded: Callable[[Any, str], str]) -> Any:
    """A service without snapshots that need not be repeatable, and words its replies so."""
    target = cast(Any, toy("no-snapshot"))
    target.tolerance = Tolerance()
    deliver = target.deliver

    def deliver_worded(delivery: Delivery) -> Answer:
        answer: Answer = deliver(delivery)
        return replace(answer, text=worded(target, answer.text))

    target.deliver = deliver_worded
    return target


@pytest.mark.parametrize(
    ("text", "varying", "is_new"),
    [
        ("Order A17 is placed", {1}, False),
        ("Order A17 is placed on 2026-11-27", {1, 5}, False),
        ("Order A17 is placed, thanks", {4}, True),
        ("anything", {ALL_OF_IT}, True),
        ("nothing varies", set(), False),
    ],
)
def test_a_text_is_worded_anew_where_more_than_names_and_numbers_vary(
    text: str, varying: set[int], is_new: bool
) -> None:
    exchange = replace(EXCHANGE, answer=Answer(200, text))
    assert is_worded_anew(exchange, "text", dict.fromkeys(varying, Varies.FREELY)) is is_new


@pytest.mark.parametrize(
    ("tolerance", "failed", "is_forgiven"),
    [
        (Tolerance(), 1, False),
        (Tolerance(5, 4), 1, True),
        (Tolerance(5, 4), 2, False),
        (Tolerance(5, 5), 1, False),
    ],
)
def test_so_many_plays_have_to_keep_the_laws(
    tolerance: Tolerance, failed: int, is_forgiven: bool
) -> None:
    assert tolerance.forgives(failed) is is_forgiven


def test_a_target_that_says_nothing_has_to_be_repeatable() -> None:
    assert tolerance_of(ReferenceTarget()) is None


class TestARandomService:
    """Its replies end in a number of chance."""

    @staticmethod
    def tried(target: Target, tolerance: Tolerance) -> Explored:
        target.tolerance = tolerance  # type: ignore[attr-defined]
        options = Options(0, 1, (named("restart"),))
        return explore("An order", ORDER, Arrangement(), target, options)

    def test_what_varies_is_masked_and_told(self, toy: Toy) -> None:
        explored = self.tried(toy("random", "no-snapshot"), Tolerance())
        assert explored.exploration.verdict == "pass"
        assert "text of turn 1 differs from one clean run to the next" in (
            explored.exploration.notes
        )

    def test_a_lost_session_is_found_all_the_same(self, toy: Toy) -> None:
        explored = self.tried(toy("random", "no-snapshot", "memory-only"), Tolerance())
        assert [one.outcome for one in explored.findings] == ["loud-reset"]
        assert explored.findings[0].replays == SPARING.replays

    def test_no_check_of_a_finding_asks_for_a_number_of_chance(self, toy: Toy) -> None:
        target = cast(Any, toy("random", "no-snapshot"))
        deliver = target.deliver

        def deliver_sorry(delivery: Delivery) -> Answer:
            answer: Answer = deliver(delivery)
            told = f"Sorry. {answer.text}" if target.world.is_cold else answer.text
            return replace(answer, text=told)

        target.deliver = deliver_sorry
        (finding,) = self.tried(target, Tolerance()).findings
        assert (finding.law, finding.field) == ("Reply", "text")
        assert finding.gherkin.endswith('  Then the outcome is "restored"\n')

    def test_a_law_that_is_broken_in_no_more_plays_than_may_is_told_and_no_finding(
        self, toy: Toy
    ) -> None:
        explored = self.tried(toy("random", "no-snapshot", "memory-only"), Tolerance(5, 0))
        assert explored.findings == ()
        assert explored.exploration.notes[-1] == (
            "restart after turn 1 broke the Session law in 5 of 5 plays, and 0 have to keep it"
        )


@pytest.mark.parametrize("kind", [str, int])
@pytest.mark.parametrize("is_swapped", [False, True])
def test_an_order_is_followed_by_a_number_of_four_digits(
    toy: Toy, kind: type, is_swapped: bool
) -> None:
    target = cast(Any, toy("short-ids", "no-snapshot"))
    target.tolerance = Tolerance()
    observe = target.observe

    def renumbered(session_id: str | None) -> Observation:
        seen: Observation = observe(session_id)
        more = target.world.is_cold and is_swapped
        rows = (
            {"number": kind(str(int(str(row["number"])) + more))} for row in seen.effects["order"]
        )
        return replace(seen, effects={"order": tuple(rows)})

    target.observe = renumbered
    options = Options(0, 1, (named("restart"),))
    explored = explore("An order", ORDER, Arrangement(), target, options)
    found = [(one.law, one.outcome, one.field) for one in explored.findings]
    assert found == ([("Effect", "lost-turn", "order")] if is_swapped else [])


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_table_of_drawn_keys_is_compared_by_what_is_in_it(toy: Toy, is_lost: bool) -> None:
    target = cast(Any, toy("no-snapshot"))
    target.tolerance = Tolerance()
    observe = target.observe

    def keyed(session_id: str | None) -> Observation:
        seen: Observation = observe(session_id)
        said = cast(Any, seen.kept)["history"]
        rest = said[1:] if target.world.is_cold and is_lost else said
        kept = {f"k{target.plays}-{number}": one for number, one in enumerate(rest)}
        return replace(seen, kept={"lines": kept})

    target.observe = keyed
    options = Options(0, 1, (named("restart"), named("duplicate")))
    explored = explore("An order", ORDER, Arrangement(), target, options)
    found = [(one.law, one.outcome, one.field) for one in explored.findings]
    assert found == ([("Data", "lost-turn", "lines")] if is_lost else [])
    assert is_lost or explored.exploration.verdict == "pass"


@pytest.mark.parametrize(
    ("fault", "is_lost"), [("idle-timeout", False), ("restart", False), ("restart", True)]
)
def test_what_hangs_on_time_is_found_out_by_customers_who_take_theirs(
    toy: Toy, fault: str, is_lost: bool
) -> None:
    """A reply with the minute in it, and a token that is signed anew: runs in a row have one."""
    target = wording(toy, lambda target, text: f"{text} ({target.now():%I:%M %p})")
    observe = target.observe

    def signed(session_id: str | None) -> Observation:
        seen: Observation = observe(session_id)
        token = f"{target.plays}-{int(target.now().timestamp()):x}"
        kept = {**cast(Any, seen.kept), "token": f"t{token}"}
        if is_lost and target.world.is_cold:
            del kept["history"]
        return replace(seen, kept=kept)

    target.observe = signed
    explored = explore("An order", ORDER, Arrangement(), target, Options(0, 1, (named(fault),)))
    found = [(one.law, one.field) for one in explored.findings]
    assert found == ([("Data", "history")] if is_lost else [])
    assert is_lost or explored.exploration.verdict == "pass"


def test_what_time_changes_in_the_clean_run_is_no_finding_and_no_pass(toy: Toy) -> None:
    """A day that goes by, say: no two clean runs differ, and one that comes later does."""
    target = cast(Any, toy("no-snapshot"))
    target.tolerance = Tolerance()
    observe = target.observe

    def dated(session_id: str | None) -> Observation:
        seen: Observation = observe(session_id)
        kept = {**(seen.kept or {}), "day": "28" if target.plays < 8 else "29"}
        return replace(seen, kept=kept)

    target.observe = dated
    options = Options(0, 1, (named("restart"), named("crash")))
    explored = explore("An order", ORDER, Arrangement(), target, options)
    assert (explored.exploration.verdict, explored.findings) == ("inconclusive", ())
    assert explored.exploration.reasons[0].startswith(
        "the clean run is not repeatable: day of turn 1 was '28' in one clean run and '29' in a"
        " later one; let every conversation begin"
    )


@pytest.mark.parametrize("plays", [9, 12, 16, 20, 25, 30])
@pytest.mark.parametrize("is_lost", [True, False])
def test_a_minute_that_goes_by_hides_no_loss_and_makes_none(
    toy: Toy, plays: int, is_lost: bool
) -> None:
    """A reply tells the time, on a service without a clock: no two clean runs in a row differ."""
    target = wording(toy, lambda target, text: f"{text} (19:0{int(target.plays > plays)})")
    observe = target.observe

    def lost(session_id: str | None) -> Observation:
        seen: Observation = observe(session_id)
        return replace(seen, effects={"order": ()}) if is_lost and target.world.is_cold else seen

    target.observe = lost
    explored = explore("An order", ORDER, Arrangement(), target, Options(0, 1, (named("restart"),)))
    found = {one.law for one in explored.findings}
    assert found == ({"Effect"} if is_lost else set())


@pytest.mark.parametrize(
    "by_chance",
    [
        "0101101111010110110100111010110000001111",
        "0011110100100110011110001010001011101101",
        "0011110100001001100110000010100010101111",
    ],
)
def test_a_reply_that_is_one_of_two_by_chance_is_no_finding(toy: Toy, by_chance: str) -> None:
    """Each clean run may have had the same one, and plays with a fault the other."""
    clean_runs = 6

    def greeting(target: Any, text: str) -> str:
        after = target.plays - clean_runs - 1
        is_usual = after < 0 or by_chance[after % len(by_chance)] == "0"
        return f"{'Hi' if is_usual else 'Hello'}! {text}"

    target = wording(toy, greeting)
    explored = explore("An order", ORDER, Arrangement(), target, Options(0, 1, (named("reload"),)))
    assert explored.findings == ()


@pytest.mark.parametrize("seed", [1, 3, 5, 7])
def test_a_greeting_that_is_drawn_where_no_clean_run_came_is_no_finding(
    toy: Toy, seed: int
) -> None:
    """What is legal there may have been played with the same one by chance."""
    drawn = random.Random(seed)

    def greeting(_: Any, text: str) -> str:
        is_new = text == "Next: contact"
        return drawn.choice(("Hi!", "Hello!", "Good day!", "Welcome.")) if is_new else text

    target = wording(toy, greeting)
    options = Options(0, 1, (named("clear-chat"),))
    assert explore("An order", ORDER, Arrangement(), target, options).findings == ()


@pytest.mark.parametrize("run", [2, 3, 4, 7])
def test_each_clean_run_shows_what_varies(toy: Toy, run: int) -> None:
    target = wording(
        toy, lambda target, text: f"{'Hello' if target.plays == run else 'Hi'}! {text}"
    )
    explored = explore("An order", ORDER, Arrangement(), target, Options(0, 1, (named("restart"),)))
    assert "text of turn 1 is worded anew from one clean run to the next" in (
        explored.exploration.notes
    )


def ends_of(explored: Explored) -> set[str]:
    """How plans end, as it stands in the table and beside the count of plans."""
    told = explored.exploration
    worst, outcomes = {one.outcome for one in told.cells}, {one.outcome for one in told.classes}
    assert worst == outcomes
    return outcomes


class TestEffectsByChance:
    """How many orders leave is no matter of any fault, and of no mask."""

    @staticmethod
    def tried(
        toy: Toy, is_doubled: Callable[[Any], bool], tolerance: Tolerance | None = None
    ) -> Explored:
        target = cast(Any, toy("no-snapshot"))
        if tolerance is not None:
            target.tolerance = tolerance
        observe = target.observe

        def doubled(session_id: str | None) -> Observation:
            seen: Observation = observe(session_id)
            orders = seen.effects["order"]
            return replace(seen, effects={"order": orders * 2}) if is_doubled(target) else seen

        target.observe = doubled
        faults = tuple(map(named, ("restart", "crash", "reload", "new-tab")))
        return explore("An order", ORDER, Arrangement(), target, Options(0, 1, faults))

    @pytest.mark.parametrize(
        ("tolerance", "remedy"),
        [
            (
                Tolerance(),
                "; let every conversation begin with a service that has seen nobody (reset",
            ),
            (
                Tolerance(5, 4),
                "; repeat and need help where replies are worded anew, and not where",
            ),
        ],
    )
    def test_nothing_is_found_where_clean_runs_differ_in_it(
        self, toy: Toy, tolerance: Tolerance, remedy: str
    ) -> None:
        explored = self.tried(toy, lambda target: target.plays % 2, tolerance)
        assert (explored.exploration.verdict, explored.findings) == ("inconclusive", ())
        assert explored.exploration.reasons[0].startswith(
            "the clean run is not repeatable: effects.order of turn 3 was 2 in one clean run and 1"
            f" in the next{remedy}"
        )
        assert "effects.order of turn 3 differs" not in " ".join(explored.exploration.notes)

    def test_nothing_is_found_where_it_comes_to_light_when_a_finding_is_played_again(
        self, toy: Toy
    ) -> None:
        explored = self.tried(
            toy,
            lambda target: target.plays > 13 and not target.plays % 2,
            Tolerance(),
        )
        assert (explored.exploration.verdict, explored.findings) == ("inconclusive", ())
        assert "order of turn 3 was" in explored.exploration.reasons[0]
        assert ends_of(explored) == {"restored", "inconclusive"}

    @pytest.mark.parametrize(("tolerance", "clean_runs"), [(None, 3), (Tolerance(), 6)])
    def test_what_is_found_once_and_never_again_is_no_finding_and_no_pass(
        self, toy: Toy, tolerance: Tolerance | None, clean_runs: int
    ) -> None:
        explored = self.tried(toy, lambda target: target.plays == clean_runs + 8, tolerance)
        assert (explored.exploration.verdict, explored.findings) == ("inconclusive", ())
        assert (
            "broke the Effect law once (order), and in none of" in explored.exploration.reasons[0]
        )
        assert ends_of(explored) == {"restored", "inconclusive"}

    def test_of_a_target_that_has_to_be_repeatable_seeds_may_not_differ_in_it(
        self, toy: Toy
    ) -> None:
        explored = self.tried(toy, lambda target: target.world.seed % 2)
        assert (explored.exploration.verdict, explored.findings) == ("inconclusive", ())
        assert "effects.order of turn 3 was 1" in explored.exploration.reasons[0]


@pytest.mark.parametrize("is_doubled", [False, True])
def test_a_gap_in_the_numbers_of_orders_is_no_finding(toy: Toy, is_doubled: bool) -> None:
    """A database gives no number twice, so that a transaction that failed leaves a gap."""
    target = cast(Any, toy("no-snapshot"))
    target.tolerance = Tolerance()
    observe = target.observe

    gaps: dict[tuple[int, int], int] = {}

    def numbered(session_id: str | None) -> Observation:
        seen: Observation = observe(session_id)
        rows, is_cold = list[dict[str, JsonValue]](), target.world.is_cold
        for number, _ in enumerate(seen.effects["order"], 1):
            gap = gaps.setdefault((target.plays, number), int(is_cold))
            rows.append({"number": number + gap, "quantity": 11 + gap * is_doubled})
        return replace(seen, effects={"order": tuple(rows)})

    target.observe = numbered
    options = Options(0, 1, (named("restart"),))
    explored = explore("An order", ORDER, Arrangement(), target, options)
    found = [(one.law, one.field, one.expected) for one in explored.findings]
    assert found == ([("Effect", "order", "quantity 11")] if is_doubled else [])


@pytest.mark.parametrize("is_swapped", [False, True])
def test_a_code_of_letters_is_followed(toy: Toy, is_swapped: bool) -> None:
    target = cast(Any, toy("no-snapshot"))
    target.tolerance = Tolerance()
    deliver = target.deliver

    def coded(delivery: Delivery) -> Answer:
        answer: Answer = deliver(delivery)
        number = target.plays * 2 + (is_swapped and target.world.is_cold)
        code = "".join(chr(ord("A") + number // 26**place % 26) for place in range(4))
        return replace(answer, text=f"{answer.text} Your code is {code}.")

    target.deliver = coded
    options = Options(0, 1, (named("restart"),))
    explored = explore("An order", ORDER, Arrangement(), target, options)
    found = [(one.law, one.field) for one in explored.findings]
    assert found == ([("Reply", "text")] if is_swapped else [])


def test_a_text_may_have_fewer_words_in_one_clean_run_than_in_two_others(toy: Toy) -> None:
    """Which words vary is told of the one that all plays are held against."""

    class Rewording(cast(Any, toy)):  # type: ignore[misc]
        tolerance = Tolerance()

        def observe(self, session_id: str | None) -> Observation:
            seen = super().observe(session_id)
            name = {1: "A1 of B1", 2: "A2 of B2"}.get(self.plays - 1, f"A{self.plays}")
            return replace(seen, kept=seen.kept and {**seen.kept, "name": name})

        def deliver(self, delivery: Any) -> Answer:
            answer = super().deliver(delivery)
            text = {1: "A1 of B1", 2: "A2 of B2"}.get(self.plays - 1, f"A{self.plays}")
            return replace(answer, text=text)

    options = Options(0, 1, (named("crash"),))
    target = cast(Target, Rewording("no-snapshot"))
    assert explore("An order", ORDER, Arrangement(), target, options).findings == ()
