"""Images of live objects bring everything back, and descriptions tell every difference."""

import asyncio
import re
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from functools import partial
from types import CellType, MappingProxyType, ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simulators.targets.simulation.image import Camera


class Colour(Enum):
    RED = 1


class Plain:
    def __init__(self, value: object) -> None:
        self.value = value

    def method(self) -> None:
        """Bound to its object."""


class Slotted:
    __slots__ = ("unset", "value")

    def __init__(self, value: object) -> None:
        self.value = value


@dataclass(frozen=True, slots=True)
class Frozen:
    value: object
    names: dict[str, int] = field(default_factory=dict)


@dataclass
class Mutable:
    value: object


class Cache(OrderedDict[str, int]):
    """A dictionary with an attribute, which refuses to be filled in the usual way."""

    hits = 0

    def __setitem__(self, key: str, value: int) -> None:
        self.hits += 1
        super().__setitem__(key, value)


def closure(value: object) -> tuple[Callable[[], object], Callable[[object], None]]:
    def get() -> object:
        return value

    def set_to(other: object) -> None:
        nonlocal value
        value = other

    return get, set_to


def _set(item: Any, name: str, value: object) -> None:
    setattr(item, name, value)


CHANGES: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {
    "an attribute": (lambda: Plain(1), lambda it: _set(it, "value", 2)),
    "a new attribute": (lambda: Plain(1), lambda it: _set(it, "other", 2)),
    "a slot": (lambda: Slotted(1), lambda it: _set(it, "value", 2)),
    "a field": (lambda: Mutable(1), lambda it: _set(it, "value", 2)),
    "a list": (lambda: [1, 2], lambda it: it.append(3)),
    "a list's order": (lambda: [1, 2], lambda it: it.reverse()),
    "a dictionary": (lambda: {1: 2}, lambda it: it.update({1: 3})),
    "a key": (lambda: {1: 2}, lambda it: it.update({2: 2})),
    "an ordered dictionary": (
        lambda: OrderedDict({1: 1, 2: 2}),
        lambda it: it.move_to_end(1),
    ),
    "a default dictionary": (lambda: defaultdict(list, {1: [2]}), lambda it: it[1].append(3)),
    "a counter": (lambda: Counter("aab"), lambda it: it.update("b")),
    "a dictionary's attribute": (lambda: Cache(a=1), lambda it: _set(it, "hits", 9)),
    "a set": (lambda: {1, 2}, lambda it: it.add(3)),
    "a queue": (lambda: deque([1, 2], maxlen=2), lambda it: it.append(3)),
    "bytes": (lambda: bytearray(b"ab"), lambda it: it.append(1)),
    "something in a tuple": (lambda: ([1],), lambda it: it[0].append(2)),
    "something in a frozen dataclass": (
        lambda: Frozen(1, {"a": 1}),
        lambda it: it.names.update(a=2),
    ),
    "something far inside": (
        lambda: Plain({"a": [Frozen(Slotted([1]))]}),
        lambda it: it.value["a"][0].value.value.append(2),
    ),
    "what a closure holds": (lambda: closure(1), lambda it: it[1](2)),
    "the object of a bound method": (
        lambda: Plain(1).method,
        lambda it: _set(it.__self__, "value", 2),
    ),
    "an argument of a partial": (lambda: partial(print, [1]), lambda it: it.args[0].append(2)),
}


def described(item: object) -> str:
    return " ".join(Camera().describe(item, {}))


@pytest.mark.parametrize("what", CHANGES)
def test_what_changed_is_put_back(what: str) -> None:
    make, change = CHANGES[what]
    item = make()
    camera, before = Camera(), described(item)
    image = camera.take(item)
    change(item)
    changed = described(item)
    assert changed != before
    for _ in range(2):
        camera.put_back(image)
        assert described(item) == before
        change(item)
        assert described(item) == changed


@pytest.mark.parametrize("what", CHANGES)
def test_equal_objects_are_described_alike(what: str) -> None:
    make, _ = CHANGES[what]
    assert described(make()) == described(make())


def test_identity_is_kept() -> None:
    shared = [1]
    item = Plain({"one": shared, "other": shared})
    camera = Camera()
    image = camera.take(item)
    item.value = None
    camera.put_back(image)
    assert item.value["one"] is item.value["other"] is shared  # type: ignore[index]


def test_two_names_for_one_list_are_not_two_equal_lists() -> None:
    shared = [1]
    assert described((shared, shared)) != described(([1], [1]))


def test_a_circle_has_an_end() -> None:
    item = Plain(None)
    item.value = [item]
    camera = Camera()
    image = camera.take(item)
    item.value.append(1)
    camera.put_back(image)
    assert item.value == [item]
    assert described(item).endswith("@0 ) )")


def test_what_never_changes_is_looked_into_once() -> None:
    camera = Camera()
    history = tuple(Frozen(number) for number in range(3))
    deep = (1, (2, (3, "four")))
    assert len(camera.take((history, deep))) == 3
    assert camera.take(deep) == ()


def test_a_camera_forgets_in_time() -> None:
    camera = Camera()
    for number in range(3):
        camera.take(tuple((number, each) for each in range(10_000)))
    assert camera.take(((1, 2), [])) != ()


def test_an_object_of_a_fixed_class_is_not_looked_into() -> None:
    camera = Camera([Plain])
    item = Plain([1])
    assert camera.take(item) == ()
    assert camera.describe(item, {}) == ["Plain"]


def test_a_class_can_have_a_description_of_its_own() -> None:
    pieces = Camera().describe([Plain(1)], {Plain: lambda item: [f"plain {item.value}"]})
    assert "plain 1" in pieces


def test_what_never_changes_is_one_piece_until_it_holds_what_does() -> None:
    camera, changing = Camera(), Plain(1)
    still = ((timedelta(1), print), "word")
    whole = [still, (2, changing)]
    in_words = "tuple( tuple( datetime.timedelta(days=1) print ) 'word' )"
    for value in (1, 3):
        changing.value = value
        pieces = camera.describe(whole, {Plain: lambda item: [f"plain {item.value}"]})
        assert pieces == ["list(", in_words, "tuple(", "2", f"plain {value}", ")", ")"]


def test_what_shows_another_mapping_is_described_anew() -> None:
    camera, prices = Camera(), {"remote": 450}
    shown = (MappingProxyType(prices),)
    before = camera.describe(shown, {})
    prices["remote"] = 400
    assert camera.describe(shown, {}) != before


def test_what_is_waited_for_is_described_anew_when_it_is_done() -> None:
    camera, loop = Camera(), asyncio.new_event_loop()
    waiting = (loop.create_future(),)
    before = camera.describe(waiting, {})
    waiting[0].set_result(None)
    loop.close()
    assert camera.describe(waiting, {}) != before


def test_an_empty_cell_is_no_trouble() -> None:
    camera = Camera()
    cell = CellType()
    camera.put_back(camera.take(cell))
    assert described(cell) == "cell( )"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, True),
        ("1", 1),
        (None, ""),
        (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC)),
        (date(2026, 1, 5), date(2026, 1, 6)),
        (timedelta(1), timedelta(2)),
        (Colour.RED, 1),
        (int, str),
        (len, print),
        (re, ModuleType("other")),
        (frozenset({1}), frozenset({2})),
        (re.compile("a"), re.compile("b")),
        (re.compile("a"), re.compile("a", re.IGNORECASE)),
        (ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC")),
        (timezone(timedelta(hours=5)), UTC),
        ([1], (1,)),
    ],
)
def test_different_values_are_described_differently(one: object, other: object) -> None:
    assert described(one) != described(other)


def test_no_description_holds_an_address() -> None:
    assert "0x" not in described([re.compile("a"), object(), Plain(object()), iter([])])
