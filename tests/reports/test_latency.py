"""How long turns took, in buckets."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.latency import (
    MOST_SAMPLED,
    beyond,
    bound_of,
    duration_words,
    latency_of,
    quantile,
    together,
)

DURATIONS = st.lists(st.floats(0, 100), min_size=1, max_size=50)


@given(DURATIONS)
def test_half_of_the_turns_were_served_within_the_median(durations: list[float]) -> None:
    middle = quantile(latency_of(durations), 0.5)
    assert middle is not None
    assert 2 * sum(one <= middle * 1.001 for one in durations) >= len(durations)
    assert 2 * sum(one >= middle * 0.999 for one in durations) >= len(durations)


@given(st.lists(st.floats(1e-6, 10), min_size=1), st.integers(1, 2_000), st.floats(0.01, 0.99))
def test_of_many_turns_what_is_kept_is_close_to_any_quantile(
    some: list[float], count: int, share: float
) -> None:
    durations = sorted((some * count)[:2_000])
    latency = latency_of(durations)
    assert len(latency.sample) == min(MOST_SAMPLED, len(durations))
    found = quantile(latency, share)
    ranks = [rank for rank, one in enumerate(durations) if float(f"{one:.4g}") == found]
    # Half of the way from one rank that is kept to the next, on either side.
    allowed = len(durations) / MOST_SAMPLED + 1
    assert ranks[0] - allowed <= share * len(durations) <= ranks[-1] + 1 + allowed


def test_a_few_turns_of_one_scenario_weigh_no_more_than_as_many_of_another() -> None:
    whole = together([latency_of([0.001] * 4_000), latency_of([0.002] * 3_000), latency_of([5.0])])
    assert quantile(whole, 0.5) == 0.001
    assert quantile(whole, 0.6) == 0.002
    assert quantile(whole, 0.999) == 0.002


def test_where_one_part_keeps_no_durations_the_whole_keeps_none() -> None:
    older = replace(latency_of([0.002] * 3), sample=())
    assert together([latency_of([0.002]), older]).sample == ()
    assert together([latency_of([0.002]), latency_of([])]).sample == (0.002,)
    assert quantile(older, 0.5) == bound_of(32)


@given(DURATIONS, DURATIONS)
def test_distributions_add_up(one: list[float], other: list[float]) -> None:
    whole = together([latency_of(one), latency_of(other)])
    assert whole.buckets == latency_of([*one, *other]).buckets
    assert whole.turns == len(one) + len(other)


def test_a_turn_is_held_against_itself() -> None:
    memory = {1: [0.001, 0.002, 0.009], 2: [0.004], 3: [0.001]}
    store = {1: [0.003], 2: [0.001, 0.002], 4: [0.5]}
    assert beyond(memory, store) == (0.001, -0.0025)
    slower = replace(latency_of([0.003]), beyond_memory=(0.001,))
    assert together([slower, latency_of([0.1]), slower]).beyond_memory == (0.001, 0.001)


def test_what_takes_too_long_for_every_bucket_is_in_the_last_one() -> None:
    assert quantile(replace(latency_of([1e9]), sample=()), 0.5) == bound_of(95)


def test_nothing_has_no_median() -> None:
    assert quantile(latency_of([]), 0.5) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(2.5, "2.5 s"), (0.0012, "1.2 ms"), (0.00034, "340 µs"), (4e-7, "0.4 µs"), (5000, "5,000 s")],
)
def test_a_duration_is_told_as_people_read_it(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words
