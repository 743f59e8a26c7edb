"""Breaks inside a turn: which call they meet, what becomes of it, and what goes on after it."""

from collections.abc import Callable
from datetime import timedelta
from inspect import CORO_SUSPENDED, getcoroutinestate

import pytest

from simulators.targets.interruption import WAIT, Calls, Frozen, Interruption, Kind
from simulators.targets.simulation.simulation import drive
from simulators.targets.target import Point

ERROR_KINDS = (Kind.ERROR_BEFORE, Kind.ERROR_AFTER, Kind.TIMEOUT)


class OutOfOrder(Exception):
    """What the service sees of a broken call."""


class Shop:
    """A port with something durable behind it: `stock` is another object after each change."""

    def __init__(self) -> None:
        self.stock: tuple[str, ...] = ()
        self.waited = timedelta()
        self.calls = Calls(lambda: (self.stock, "always the same"), self._wait)

    def begin(self, kind: Kind, point: str, *, every: bool = False) -> None:
        self.calls.begin(Interruption(kind, point, lambda: OutOfOrder(point), every))

    def put(self, piece: str) -> str:
        async def call() -> str:
            self.stock = (*self.stock, piece)
            return f"put {piece}"

        return str(drive(self.calls.make("store.put", call)))

    def look(self) -> str:
        async def call() -> str:
            return " ".join(self.stock)

        return str(drive(self.calls.make("store.look", call)))

    def _wait(self, duration: timedelta) -> None:
        self.waited += duration


@pytest.fixture
def shop() -> Shop:
    """A port with nothing behind it yet."""
    return Shop()


def struck(call: Callable[[], str]) -> str:
    """What the caller gets, or how it ends."""
    try:
        return call()
    except (OutOfOrder, Frozen) as error:
        return type(error).__name__


@pytest.mark.parametrize(
    ("kind", "result", "stock", "waited"),
    [
        (Kind.CRASH_BEFORE, "Frozen", (), timedelta()),
        (Kind.CRASH_AFTER, "Frozen", ("fan",), timedelta()),
        (Kind.ERROR_BEFORE, "OutOfOrder", (), timedelta()),
        (Kind.ERROR_AFTER, "OutOfOrder", ("fan",), timedelta()),
        (Kind.TIMEOUT, "OutOfOrder", (), WAIT),
        (Kind.SLOW, "put fan", ("fan",), WAIT),
    ],
)
def test_a_call_fails_in_its_own_way(
    shop: Shop, kind: Kind, result: str, stock: tuple[str, ...], waited: timedelta
) -> None:
    shop.begin(kind, "store.put #1")
    assert not shop.calls.has_struck
    assert struck(lambda: shop.put("fan")) == result
    assert (shop.stock, shop.waited, shop.calls.has_struck) == (stock, waited, True)


def test_without_an_interruption_every_call_is_made_and_counted(shop: Shop) -> None:
    shop.calls.begin(None)
    assert [shop.look(), shop.put("fan"), shop.look(), shop.put("lamp")] == [
        *("", "put fan", "fan", "put lamp")
    ]
    assert shop.calls.points == (
        Point("store.look #1", changes=False, is_first=True),
        Point("store.put #1", changes=True, is_first=False),
        Point("store.look #2", changes=False, is_first=False),
        Point("store.put #2", changes=True, is_first=False),
    )
    assert not shop.calls.has_struck


@pytest.mark.parametrize("kind", Kind)
def test_the_call_of_that_number_is_met_and_no_other(shop: Shop, kind: Kind) -> None:
    shop.begin(kind, "store.put #2")
    assert shop.put("fan") == "put fan"
    assert not shop.calls.has_struck
    struck(lambda: shop.put("lamp"))
    assert shop.calls.has_struck
    assert shop.put("bulb") == "put bulb"


@pytest.mark.parametrize("kind", ERROR_KINDS)
def test_it_may_strike_at_every_later_call_of_that_method(shop: Shop, kind: Kind) -> None:
    shop.begin(kind, "store.put #2", every=True)
    results = [struck(lambda: shop.put("fan")) for _ in range(4)]
    assert results == ["put fan", *["OutOfOrder"] * 3]
    assert struck(shop.look) != "OutOfOrder"


def test_a_method_whose_name_begins_alike_is_another_one(shop: Shop) -> None:
    async def call() -> str:
        return "put away"

    shop.begin(Kind.ERROR_BEFORE, "store.put #1", every=True)
    assert struck(lambda: shop.put("fan")) == "OutOfOrder"
    assert drive(shop.calls.make("store.put_off", call)) == "put away"


def test_a_call_that_never_comes_is_not_struck(shop: Shop) -> None:
    shop.begin(Kind.CRASH_BEFORE, "store.put #2")
    shop.put("fan")
    shop.look()
    assert not shop.calls.has_struck


def test_an_interruption_can_be_called_off(shop: Shop) -> None:
    shop.begin(Kind.ERROR_BEFORE, "store.put #1", every=True)
    struck(lambda: shop.put("fan"))
    shop.calls.end()
    assert shop.put("lamp") == "put lamp"
    assert shop.calls.has_struck


def test_what_comes_after_the_end_is_no_point_of_the_delivery(shop: Shop) -> None:
    shop.calls.begin(None)
    shop.put("fan")
    shop.calls.end()
    shop.put("lamp")
    assert [point.name for point in shop.calls.points] == ["store.put #1"]


def test_each_delivery_counts_anew(shop: Shop) -> None:
    shop.begin(Kind.ERROR_BEFORE, "store.put #1")
    struck(lambda: shop.put("fan"))
    shop.calls.begin(None)
    assert (shop.calls.has_struck, shop.calls.points) == (False, ())
    assert shop.put("lamp") == "put lamp"
    assert [point.name for point in shop.calls.points] == ["store.put #1"]


def test_a_call_that_raises_by_itself_is_a_point_too(shop: Shop) -> None:
    async def call() -> None:
        shop.stock = ("fan",)
        raise OutOfOrder

    shop.calls.begin(None)
    with pytest.raises(OutOfOrder):
        drive(shop.calls.make("store.put", call))
    assert shop.calls.points == (Point("store.put #1", changes=True, is_first=True),)


@pytest.mark.parametrize("kind", [Kind.CRASH_BEFORE, Kind.CRASH_AFTER])
def test_who_dies_gets_to_tidy_nothing_up(shop: Shop, kind: Kind) -> None:
    tidied: list[str] = []

    async def call() -> None:
        pass

    async def serve() -> None:
        try:
            await shop.calls.make("store.put", call)
        except BaseException as error:
            tidied.append(f"after {error!r}")
            raise
        finally:
            tidied.append("at last")

    shop.begin(kind, "store.put #1")
    kept = serve()
    with pytest.raises(Frozen):
        drive(kept)
    assert tidied == []
    assert getcoroutinestate(kept) == CORO_SUSPENDED
