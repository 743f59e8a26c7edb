"""Distributions of how long turns took: counted into buckets, added up, read off."""

from collections.abc import Iterable
from itertools import accumulate
from math import ceil, log2

from reports.record import Latency

SHORTEST = 8e-6
"""Seconds of the longest turn in the first bucket."""

BUCKETS = 96
"""How many buckets there are; the last but one ends at about two minutes."""


def bound_of(bucket: int) -> float:
    """Seconds of the longest turn that a bucket counts; the last one has no end of its own."""
    return float(SHORTEST * 2 ** (bucket / 4))


def latency_of(durations: Iterable[float]) -> Latency:
    """The distribution of some durations, in seconds."""
    counts = [0] * BUCKETS
    turns, total = 0, 0.0
    for seconds in durations:
        counts[_bucket_of(seconds)] += 1
        turns, total = turns + 1, total + seconds
    return Latency(turns, total, _cut(counts))


def together(some: Iterable[Latency]) -> Latency:
    """Several distributions as one."""
    counts = [0] * BUCKETS
    turns, total = 0, 0.0
    for one in some:
        for bucket, number in enumerate(one.buckets[:BUCKETS]):
            counts[bucket] += number
        turns, total = turns + one.turns, total + one.seconds
    return Latency(turns, total, _cut(counts))


def quantile(latency: Latency, share: float) -> float | None:
    """Seconds within which that share of the turns was served, to a quarter octave; None where
    there are no turns."""
    wanted = max(1, ceil(share * sum(latency.buckets)))
    for bucket, reached in enumerate(accumulate(latency.buckets)):
        if reached >= wanted:
            return bound_of(bucket)
    return None


def duration_words(seconds: float) -> str:
    """A duration as people read it: `340 µs`, `1.2 ms`, `2.5 s`."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            number = seconds * factor
            return f"{number:.3g} {unit}" if number < 1000 else f"{number:,.0f} {unit}"
    return f"{seconds * 1e6:.2g} µs"


def _bucket_of(seconds: float) -> int:
    if seconds <= SHORTEST:
        return 0
    return min(BUCKETS - 1, ceil(4 * log2(seconds / SHORTEST)))


def _cut(counts: list[int]) -> tuple[int, ...]:
    """Without the empty buckets at the end."""
    last = max((bucket for bucket, number in enumerate(counts) if number), default=-1)
    return tuple(counts[: last + 1])
