"""The tier that served the turn is the one that could."""

from collections.abc import Callable

import pytest

from simulators.laws import TIER, Breach
from simulators.trace import Exchange, Life

Make = Callable[..., Exchange]
Check = Callable[..., list[Breach]]
TIERS = {"memory", "store", "new"}


@pytest.mark.parametrize(
    ("life", "clean", "able"),
    [
        (Life.HELD, "memory", {"memory"}),
        (Life.HELD, "store", {"memory", "store"}),
        (Life.LOST, "memory", {"store"}),
        (Life.UNKNOWN, "memory", {"memory", "store"}),
        (Life.NONE, "new", {"new"}),
        (Life.EXPIRED, "new", {"new"}),
        (Life.ENDED, "new", {"new"}),
    ],
)
@pytest.mark.parametrize("tier", sorted(TIERS))
def test_a_tier_serves_when_it_can_and_no_other_does(
    exchange: Make, broken: Check, life: Life, clean: str, able: set[str], tier: str
) -> None:
    expected = exchange(2, served_from=clean)
    breaches = broken(TIER, [exchange(2, served_from=tier, life=life)], [expected])
    assert [one.actual for one in breaches] == ([] if tier in able else [tier])


def test_memory_may_have_a_session_again_that_the_clean_run_had_to_restore(
    exchange: Make, broken: Check
) -> None:
    expected = exchange(2, served_from="store", life=Life.LOST)
    assert broken(TIER, [exchange(2, served_from="memory")], [expected]) == []


def test_the_breach_names_who_could_have_served(exchange: Make, broken: Check) -> None:
    (breach,) = broken(TIER, [exchange(2, served_from="new", life=Life.UNKNOWN)], [exchange(2)])
    assert breach == Breach("Tier", 2, "the customer", "served from", "memory or store", "new")


@pytest.mark.parametrize(("actual", "expected"), [(None, "memory"), ("store", None)])
def test_a_service_that_does_not_tell_is_not_judged(
    exchange: Make, broken: Check, actual: str | None, expected: str | None
) -> None:
    happened = [exchange(2, served_from=actual)]
    assert broken(TIER, happened, [exchange(2, served_from=expected)]) == []


def test_neither_a_refusal_nor_a_repetition_is_judged(exchange: Make, broken: Check) -> None:
    happened = [
        exchange(2, served_from="new", status=503),
        exchange(2, served_from="new", repeats=True),
    ]
    assert broken(TIER, happened, [exchange(2)]) == []
