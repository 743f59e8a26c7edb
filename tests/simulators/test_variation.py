"""What varies on a target that cannot be made repeatable is masked, and told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from simulators.comparison import is_worded_anew
from simulators.targets.reference import ReferenceTarget
from simulators.targets.tolerance import Tolerance, tolerance_of
from simulators.trace import Answer, Exchange, Observation

EXCHANGE = Exchange(
    1, "Hari", "yes", "m", Answer(200, ""), Observation(), datetime(2026, 11, 27, tzinfo=UTC)
)


@pytest.mark.parametrize(
    ("text", "varying", "is_new"),
    [
        ("Order A17 is placed", {1}, False),
        ("Order A17 is placed on 2026-11-27", {1, 5}, False),
        ("Order A17 is placed, thanks", {4}, True),
        ("anything", {-1}, True),
        ("nothing varies", set(), False),
    ],
)
def test_a_text_is_worded_anew_where_more_than_names_and_numbers_vary(
    text: str, varying: set[int], is_new: bool
) -> None:
    exchange = replace(EXCHANGE, answer=Answer(200, text))
    assert is_worded_anew(exchange, "text", frozenset(varying)) is is_new


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
