"""How late a service brings about its effects, and how long a look at them lasts."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat

import pytest

from simulators.targets.servers.lateness import Lateness
from simulators.trace import Observation


def orders(count: int) -> Observation:
    return Observation(effects={"order": ({"quantity": 11},) * count})


class Shop:
    """Shows so many orders at one look after the other, and as many as at the last for good."""

    def __init__(self, *counts: int) -> None:
        self.looks = 0
        self._counts: Iterator[int] = chain(counts, repeat(counts[-1]))

    def look(self) -> Observation:
        self.looks += 1
        return orders(next(self._counts))


Play = Callable[[Iterable[int]], int]


@pytest.fixture
def lateness() -> Lateness:
    return Lateness()


@pytest.fixture
def play(lateness: Lateness) -> Play:
    """Plays a turn of a calm conversation in which looks show so many orders: what is seen."""

    def start(counts: Iterable[int]) -> int:
        lateness.begins()
        seen = lateness.seen(Shop(*counts).look, is_calm=True)
        return len(seen.effects["order"])

    return start


def test_an_effect_is_seen_that_comes_after_the_reply(play: Play) -> None:
    assert play([0, 0, 0, 1]) == 1


def test_a_look_is_one_look_where_effects_come_with_the_reply(
    lateness: Lateness, play: Play
) -> None:
    play([1])
    play([1])
    shop = Shop(1, 2)
    lateness.begins()
    lateness.seen(shop.look, is_calm=True)
    assert shop.looks == 1


def test_a_look_lasts_where_a_worker_may_still_do_what_it_has_done_before(
    lateness: Lateness, play: Play
) -> None:
    play([0, 0, 0, 0, 0, 1])
    play([0, 0, 0, 0, 0, 1])
    lateness.begins()
    seen = lateness.seen(Shop(1, 1, 2).look, is_calm=False)
    assert seen == orders(2)


def test_how_late_an_effect_comes_is_not_learned_from_what_a_fault_held_up(
    lateness: Lateness,
) -> None:
    shop = Shop(0, 1)
    lateness.begins()
    assert lateness.seen(shop.look, is_calm=False) == orders(0)


def test_a_kind_of_which_none_comes_is_not_looked_out_for_any_more(
    lateness: Lateness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.targets.servers.lateness._GRACE", 0.0)
    shop = Shop(0)
    for _ in range(12):
        lateness.seen(shop.look, is_calm=True)
    monkeypatch.undo()
    before = shop.looks
    lateness.seen(shop.look, is_calm=True)
    assert shop.looks == before + 1


def test_a_service_that_counts_no_effects_is_looked_at_once(lateness: Lateness) -> None:
    looks: list[None] = []

    def look() -> Observation:
        looks.append(None)
        return Observation(kept={"step": "confirming"})

    lateness.seen(look, is_calm=True)
    assert len(looks) == 1
