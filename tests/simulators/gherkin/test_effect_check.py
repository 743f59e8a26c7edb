"""The check of the effects that a play does not have as the clean run has them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from simulators.campaign.campaign import Options, explore
from simulators.conversation import THE_CUSTOMER, Say
from simulators.faults.catalogue import named
from simulators.gherkin.effect_check import effect_check
from simulators.laws import Breach
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Capability
from simulators.trace import Exchange, Observation, Row, Trace
from tests.pasting import failure_of

Make = Callable[..., Exchange]
ORDER = ("I need 11 remote controls", "Hari, 9876543210, hari@example.com", "yes")


def checked(
    exchange: Make,
    clean: tuple[Row, ...],
    actual: tuple[Row, ...],
    expected: str,
    kind: str = "booking",
) -> str | None:
    """The check where effects of that kind have to be as in the clean run."""
    breach = Breach("Effect", 1, THE_CUSTOMER, kind, expected, "something else")
    wanted, happened = (exchange(1, effects={kind: rows}) for rows in (clean, actual))
    trace, outcome = Trace((happened,)), Outcome.LOST_TURN
    return effect_check(breach, Judged((), trace, {1: wanted}, (breach,), outcome, trace, outcome))


def test_a_number_is_asked_for(exchange: Make) -> None:
    assert checked(exchange, ({"n": 1},), (), "1") == 'exactly 1 "booking" effect'


@pytest.mark.parametrize(
    ("clean", "actual", "expected", "table"),
    [
        ({"n": 2}, {"n": 1}, "n 2", "\n  | n |\n  | 2 |"),
        ({"by": "Hari"}, {"by": None}, "by Hari", "\n  | by   |\n  | Hari |"),
        ({"by": "a|b\\c"}, {}, "by a|b\\c", "\n  | by      |\n  | a\\|b\\\\c |"),
        (
            {"lines": [{"part": "fan"}]},
            {"lines": [{"part": "remote"}]},
            "lines.0.part fan",
            "\n  | lines.0.part |\n  | fan          |",
        ),
    ],
)
def test_a_value_is_asked_for_that_no_effect_has(
    exchange: Make, clean: Row, actual: Row, expected: str, table: str
) -> None:
    assert checked(exchange, (clean,), (actual,), expected) == f'an effect "booking" has{table}'


@pytest.mark.parametrize(
    ("clean", "actual", "expected"),
    [
        (({"n": 1}, {"n": 2}), ({"n": 2}, {"n": 1}), "n 1"),
        (({"n": None},), ({"n": 2},), "n None"),
        (({"n": ""},), ({"n": "2"},), "n "),
        (({"by": " Hari"},), ({"by": "Anu"},), "by  Hari"),
        (({"a.B": 1},), ({"a.B": 2},), "a.B 1"),
        ((), ({"n": 2},), "n nothing"),
    ],
)
def test_nothing_is_asked_for_that_would_not_fail_or_that_no_table_holds(
    exchange: Make, clean: tuple[Row, ...], actual: tuple[Row, ...], expected: str
) -> None:
    assert checked(exchange, clean, actual, expected) is None


class RenamesWhoOrdered(ReferenceTarget):
    """After a restart, shows another name in all orders."""

    has_restarted = False

    def begin(self, seed: int, arrangement: Arrangement) -> None:
        self.has_restarted = False
        super().begin(seed, arrangement)

    def strike(self, capability: Capability, session_id: str | None) -> bool:
        self.has_restarted |= capability is Capability.RESTART
        return super().strike(capability, session_id)

    def observe(self, session_id: str | None) -> Observation:
        seen = super().observe(session_id)
        if not self.has_restarted:
            return seen
        orders = tuple({**order, "contact": {"name": "Nobody"}} for order in seen.effects["order"])
        return replace(seen, effects={**seen.effects, "order": orders})


@pytest.fixture
def target() -> RenamesWhoOrdered:
    return RenamesWhoOrdered("renames who ordered")


def test_pasted_it_fails_the_same_way(target: RenamesWhoOrdered, tmp_path: Path) -> None:
    script = tuple(Say(THE_CUSTOMER, text) for text in ORDER)
    options = Options(0, 1, (named("restart"),))
    (finding, *_) = explore("An order", script, Arrangement(), target, options).findings
    assert 'Then an effect "order" has\n    | ' in finding.gherkin
    assert failure_of(finding, lambda: target, tmp_path) == ("Effect", finding.outcome)
    target.close()
