"""Distributions of how long turns took: counted into buckets, sampled, added up, read off."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from math import ceil, log2
from statistics import median

from reports.record import Latency

SHORTEST = 8e-6
"""Seconds of the longest turn in the first bucket."""

BUCKETS = 96
"""How many buckets there are; the last but one ends at about two minutes."""


MOST_SAMPLED = 200
"""How many durations of a distribution are kept."""


def bound_of(bucket: int) -> float:
    """Seconds of the longest turn that a bucket counts; the last one has no end of its own."""
    return float(SHORTEST * 2 ** (bucket / 4))


def latency_of(durations: Iterable[float]) -> Latency:
    """The distribution of some durations, in seconds."""
    counts = [0] * BUCKETS
    in_order = sorted(durations)
    for seconds in in_order:
        counts[_bucket_of(seconds)] += 1
    sample = _sampled([(_shortened(seconds), 1.0) for seconds in in_order])
    return Latency(len(in_order), sum(in_order), _cut(counts), sample)


def beyond(
    memory: Mapping[int, Sequence[float]], other: Mapping[int, Sequence[float]]
) -> tuple[float, ...]:
    """How much longer each turn took that was served both from memory and otherwise, at the median
    of either; the durations go by turn."""
    both = sorted(memory.keys() & other.keys())
    return tuple(_shortened(median(other[turn]) - median(memory[turn])) for turn in both)


def together(some: Iterable[Latency]) -> Latency:
    """Several distributions as one. Its sample is empty where one of them has none."""
    counts = [0] * BUCKETS
    turns, total = 0, 0.0
    sampled: list[tuple[float, float]] = []
    are_sampled = True
    longer: list[float] = []
    for one in some:
        longer += one.beyond_memory
        for bucket, number in enumerate(one.buckets[:BUCKETS]):
            counts[bucket] += number
        turns, total = turns + one.turns, total + one.seconds
        sampled += [(seconds, one.turns / len(one.sample)) for seconds in one.sample]
        are_sampled &= bool(one.sample) or not one.turns
    sample = _sampled(sorted(sampled)) if are_sampled else ()
    return Latency(turns, total, _cut(counts), sample, tuple(longer))


def quantile(latency: Latency, share: float) -> float | None:
    """Seconds within which that share of the turns was served: by the sample or, where there is
    none, to a quarter octave; None where there are no turns."""
    if latency.sample:
        return latency.sample[max(1, ceil(share * len(latency.sample))) - 1]
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


def _sampled(in_order: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """Durations at evenly spaced ranks, of durations in their order and the turns that each stands
    for: each of them where that are no more than are kept."""
    turns = sum(weight for _, weight in in_order)
    if len(in_order) <= MOST_SAMPLED and turns <= MOST_SAMPLED:
        return tuple(seconds for seconds, _ in in_order)
    kept: list[float] = []
    reached = 0.0
    for seconds, weight in in_order:
        reached += weight
        while len(kept) < MOST_SAMPLED and (len(kept) + 0.5) * turns / MOST_SAMPLED <= reached:
            kept.append(seconds)
    return tuple(kept)


def _shortened(seconds: float) -> float:
    """To four digits: more say nothing of a clock, and take room."""
    return float(f"{seconds:.4g}")


def _bucket_of(seconds: float) -> int:
    if seconds <= SHORTEST:
        return 0
    return min(BUCKETS - 1, ceil(4 * log2(seconds / SHORTEST)))


def _cut(counts: list[int]) -> tuple[int, ...]:
    """Without the empty buckets at the end."""
    last = max((bucket for bucket, number in enumerate(counts) if number), default=-1)
    return tuple(counts[: last + 1])
