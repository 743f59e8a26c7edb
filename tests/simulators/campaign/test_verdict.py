"""The verdict passes last."""

from hypothesis import given
from hypothesis import strategies as st

from simulators.campaign.verdict import Ruling, Verdict, rule

REASONS = st.lists(st.text())


@given(REASONS, REASONS, st.integers(0, 5))
def test_it_passes_only_what_was_judged_without_failure_and_doubt(
    failures: list[str], doubts: list[str], judged: int
) -> None:
    verdict = rule(failures, doubts, judged).verdict
    assert (verdict is Verdict.PASS) is (not failures and not doubts and judged > 0)
    assert (verdict is Verdict.FAIL) is bool(failures)


@given(REASONS, REASONS)
def test_it_gives_every_reason_that_it_has(failures: list[str], doubts: list[str]) -> None:
    reasons = rule(failures, doubts, 0).reasons
    assert set(reasons) >= {*failures, *doubts}
    assert reasons


def test_a_pass_needs_no_reason() -> None:
    assert rule((), (), 1) == Ruling(Verdict.PASS)


def test_nothing_struck_is_inconclusive_and_says_what_to_do() -> None:
    ruling = rule((), (), 0)
    assert ruling.verdict is Verdict.INCONCLUSIVE
    assert "--faults survivable, tag a scenario @survives" in ruling.reasons[0]
