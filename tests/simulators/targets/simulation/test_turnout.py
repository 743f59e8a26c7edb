"""Two coroutines pass each other in the order that is given, and no event loop runs them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta

import pytest

from simulators.errors import TargetError
from simulators.targets.overlap import Order, Who
from simulators.targets.simulation.simulation import START, FuturesOnly, VirtualClock
from simulators.targets.simulation.turnout import Turnout


class Shop:
    """A store that is read and written by calls to a port, and the process before it."""

    def __init__(self, *switches: str, dies_after: str | None = None) -> None:
        self.clock = VirtualClock()
        self.stored: tuple[str, ...] = ()
        self.told: list[str] = []
        self.lines: dict[str, str] = {}
        self.lock = asyncio.Lock()
        self.running: tuple[Coroutine[object, None, None], ...] = ()
        self.turnout = Turnout(
            Order(switches),
            self.clock,
            lambda: {"stored": self.stored},
            lambda: {"told": list(self.told), **self.lines},
            lambda: None,
            lambda _, call: frozenset({"stored"} if call.startswith("store.") else ()),
            dies_after,
        )

    async def write(self, name: str) -> None:
        async def call() -> None:
            self.stored = (*self.stored, name)

        await self.turnout.make("store.write", call)

    async def read(self) -> tuple[str, ...]:
        async def call() -> tuple[str, ...]:
            return self.stored

        seen = await self.turnout.make("store.read", call)
        assert isinstance(seen, tuple)
        return seen

    async def read_and_write(self, name: str) -> tuple[str, ...]:
        seen = await self.read()
        await self.write(name)
        return seen

    async def one_at_a_time(self, name: str) -> tuple[str, ...]:
        async with self.lock:
            return await self.read_and_write(name)

    def run(
        self,
        first: Callable[[str], Awaitable[object]],
        second: Callable[[str], Awaitable[object]],
        *,
        die_together: bool = True,
    ) -> tuple[object, object]:
        results: dict[str, object] = {}

        async def run_to_its_end(name: str, does: Callable[[str], Awaitable[object]]) -> None:
            results[name] = await does(name)

        self.running = run_to_its_end("one", first), run_to_its_end("two", second)
        with self.clock.napping(self.turnout.sleep):
            self.turnout.run(*self.running, FuturesOnly(), die_together=die_together)
        return results.get("one"), results.get("two")

    def close(self) -> None:
        """End what died or waits for ever."""
        for coroutine in self.running:
            coroutine.close()


def test_without_a_switch_the_first_goes_on_to_its_end() -> None:
    shop = Shop()
    assert shop.run(shop.read_and_write, shop.read_and_write) == ((), ("one",))
    assert shop.turnout.was_kept


def test_at_a_switch_the_one_stands_still_and_the_other_goes_on() -> None:
    shop = Shop("store.write #1")
    assert shop.run(shop.read_and_write, shop.read_and_write) == ((), ())
    assert shop.stored == ("two", "one")
    assert [(move.who, move.call) for move in shop.turnout.moves] == [
        (Who.FIRST, "arrival"),
        (Who.FIRST, "store.read #1"),
        (Who.SECOND, "arrival"),
        (Who.SECOND, "store.read #1"),
        (Who.SECOND, "store.write #1"),
        (Who.FIRST, "store.write #1"),
    ]


def test_a_move_tells_what_it_changed_and_what_the_other_could_have_done() -> None:
    shop = Shop()
    shop.run(shop.read_and_write, shop.read_and_write)
    write = shop.turnout.moves[2]
    assert (write.call, write.stores, write.other_call) == ("store.write #1", True, "arrival")
    assert (write.reads, write.changes) == ({"stored", "time"}, {"stored"})
    assert not shop.turnout.moves[1].changes


def test_who_enters_a_line_or_leaves_it_changes_that_line() -> None:
    shop = Shop()

    async def queue(name: str) -> None:
        shop.lines[f"line of {name}"] = name
        await shop.read()
        del shop.lines[f"line of {name}"]

    shop.run(queue, queue)
    entry, exit_, other_entry, other_exit = shop.turnout.moves
    assert entry.changes == exit_.changes == {"line of one"}
    assert other_entry.changes == other_exit.changes == {"line of two"}


def test_what_is_told_in_the_memory_that_both_share_is_a_change() -> None:
    shop = Shop()

    async def tell(name: str) -> None:
        shop.told.append(name)

    shop.run(tell, tell)
    assert [(one.stores, one.changes) for one in shop.turnout.moves] == [(False, {"told"})] * 2


def test_a_lock_of_asyncio_makes_the_second_wait_for_the_first() -> None:
    shop = Shop("store.write #1")
    assert shop.run(shop.one_at_a_time, shop.one_at_a_time) == ((), ("one",))
    assert "wait #1" in [move.call for move in shop.turnout.moves if move.who is Who.SECOND]


def test_two_that_wait_for_each_other_get_no_answer() -> None:
    shop, other = Shop("store.read #1"), asyncio.Lock()

    async def crosswise(first: asyncio.Lock, second: asyncio.Lock) -> str:
        async with first:
            await shop.read()
            async with second:
                return "an answer"

    answers = shop.run(lambda _: crosswise(shop.lock, other), lambda _: crosswise(other, shop.lock))
    assert answers == (None, None)


def test_who_sleeps_lets_the_other_go_on_and_then_time_passes() -> None:
    shop = Shop()

    async def wait_until_written(name: str) -> tuple[str, ...]:
        del name
        while not (seen := await shop.read()):
            await shop.clock.sleep(5)
        return seen

    assert shop.run(wait_until_written, shop.read_and_write) == (("two",), ())
    assert shop.clock.moment - START == timedelta(seconds=5)


def test_a_process_dies_with_both_and_nobody_tidies_up() -> None:
    shop = Shop("store.write #1", dies_after="store.write #1")

    async def tidy(name: str) -> None:
        try:
            await shop.read_and_write(name)
        finally:
            shop.told.append(name)

    assert shop.run(tidy, tidy) == (None, None)
    assert (shop.stored, shop.told) == (("two",), [])
    assert shop.turnout.was_kept
    assert shop.turnout.has_died is Who.SECOND
    shop.close()


def test_a_process_dies_and_that_on_another_node_goes_on() -> None:
    shop = Shop("store.write #1", dies_after="store.write #1")
    answers = shop.run(shop.read_and_write, shop.read_and_write, die_together=False)
    assert answers == ((), None)
    assert shop.stored == ("two", "one")
    shop.close()


@pytest.mark.parametrize(("switches", "dies_after"), [(["store.lock #1"], None), ([], "mail #1")])
def test_an_order_that_comes_to_no_end_is_not_kept(
    switches: list[str], dies_after: str | None
) -> None:
    shop = Shop(*switches, dies_after=dies_after)
    shop.run(shop.read_and_write, shop.read_and_write)
    assert not shop.turnout.was_kept


def test_what_only_an_event_loop_can_do_is_told_with_its_place() -> None:
    shop = Shop()

    async def sleep(name: str) -> None:
        del name
        await asyncio.sleep(1)

    with pytest.raises(TargetError, match=r"asyncio was asked for \w+, at .*test_turnout\.py:\d+"):
        shop.run(sleep, shop.read_and_write)
    shop.close()
