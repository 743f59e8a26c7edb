"""How long turns took, in buckets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.latency import bound_of, duration_words, latency_of, quantile, together

DURATIONS = st.lists(st.floats(0, 100), min_size=1, max_size=50)


@given(DURATIONS)
def test_half_of_the_turns_were_served_within_the_median(durations: list[float]) -> None:
    middle = quantile(latency_of(durations), 0.5)
    assert middle is not None
    assert 2 * sum(one <= middle * 1.000001 for one in durations) >= len(durations)


@given(DURATIONS, DURATIONS)
def test_distributions_add_up(one: list[float], other: list[float]) -> None:
    whole = together([latency_of(one), latency_of(other)])
    assert whole.buckets == latency_of([*one, *other]).buckets
    assert whole.turns == len(one) + len(other)


def test_what_takes_too_long_for_every_bucket_is_in_the_last_one() -> None:
    assert quantile(latency_of([1e9]), 0.5) == bound_of(95)


def test_nothing_has_no_median() -> None:
    assert quantile(latency_of([]), 0.5) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(2.5, "2.5 s"), (0.0012, "1.2 ms"), (0.00034, "340 µs"), (4e-7, "0.4 µs"), (5000, "5,000 s")],
)
def test_a_duration_is_told_as_people_read_it(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words
