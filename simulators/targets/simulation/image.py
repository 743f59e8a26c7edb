"""Images of live objects: what a process has in its memory, taken, put back, and described."""

import asyncio
import re
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache, partial
from types import (
    BuiltinFunctionType,
    CellType,
    FunctionType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID
from weakref import ref
from zoneinfo import ZoneInfo

from simulators.targets.simulation.guard import identity

_LEAVES = (
    *(type(None), bool, int, float, complex, str, bytes, range, type, Enum, Decimal, Fraction),
    *(date, time, timedelta, tzinfo, UUID, re.Pattern, ref),
    *(BuiltinFunctionType, MappingProxyType, ModuleType, asyncio.Future),
)
_CHANGING_LEAVES = (MappingProxyType, asyncio.Future)
_MOST_KNOWN_VALUES: Final = 20_000

Fill: TypeAlias = Callable[[Any, Any], None]
Image: TypeAlias = tuple[tuple[Fill, object, object], ...]
"""How to fill each object that can change, the object, and what to fill it with."""

Describe: TypeAlias = Callable[[Any], Iterable[str]]
"""Pieces of text for an object that has a description of its own."""


class _Facet(NamedTuple):
    """One way in which objects of a class hold others.

    `parts` are the objects held, `spelled` the same with their names. `content` is a copy of what
    is held and `fill` puts it back; a facet without them cannot change.
    """

    parts: Callable[[Any], Iterable[object]]
    spelled: Callable[[Any], Iterable[object]]
    content: Callable[[Any], object] | None = None
    fill: Fill | None = None


class Camera:
    """Takes images of an object with everything that it refers to.

    Containers and objects come back with the same identity and the content of then. A tuple and a
    frozen dataclass are values: only what they hold is looked into. Objects of the `fixed` classes
    are not, and neither are modules, classes and running generators.
    """

    def __init__(self, fixed: Iterable[type] = ()) -> None:
        self._fixed = frozenset(fixed)
        # Classes that were found to hold nothing to look into.
        self._still: set[type] = set()
        # Held, so that no other object can get the identity of one of them.
        self._unchanging: dict[int, object] = {}
        self._described: dict[int, tuple[object, str]] = {}

    def take(self, root: object) -> Image:
        """Everything that can change in the object, as it is now."""
        if len(self._unchanging) > _MOST_KNOWN_VALUES:
            self._unchanging.clear()
        image: list[tuple[Fill, object, object]] = []
        self._visit(root, image, set())
        return tuple(image)

    @staticmethod
    def put_back(image: Image) -> None:
        """Let everything be as it was."""
        for fill, item, content in image:
            fill(item, content)

    def describe(self, root: object, describe: Mapping[type, Describe]) -> list[str]:
        """Pieces of text, equal for two objects that will behave alike.

        `describe` gives the pieces for objects of the classes in it, and for what they hold. What
        can never change, and holds none of these, is one piece, and is described once.
        """
        if len(self._described) > _MOST_KNOWN_VALUES:
            self._described.clear()
        pieces: list[str] = []
        self._describe(root, describe, {}, pieces)
        return pieces

    def _visit(
        self, item: object, image: list[tuple[Fill, object, object]], seen: set[int]
    ) -> bool:
        """Add what can change in the item to the image; True when nothing ever can."""
        cls: type = type(item)
        facets = () if cls in self._fixed else _facets(cls)
        if not facets:
            self._still.add(cls)
            return True
        still, known = self._still, self._unchanging
        seen.add(identity(item))
        unchanging = True
        for parts, _, content, fill in facets:
            if content is not None and fill is not None:
                image.append((fill, item, content(item)))
                unchanging = False
            for part in parts(item):
                if type(part) in still:
                    continue
                key = identity(part)
                if key not in known and (key in seen or not self._visit(part, image, seen)):
                    unchanging = False
        if unchanging:
            known[identity(item)] = item
        return unchanging

    def _describe(
        self,
        item: object,
        describe: Mapping[type, Describe],
        numbers: dict[int, int],
        pieces: list[str],
    ) -> bool:
        """Add the pieces of the item; True when they will always be the same."""
        cls: type = type(item)
        if cls in _PLAIN:
            pieces.append(repr(item))
            return True
        if cls in self._fixed:
            pieces.append(cls.__qualname__)
            return True
        key = identity(item)
        known = self._described.get(key)
        if known is not None:
            pieces.append(known[1])
            return True
        if key in numbers:
            pieces.append(f"@{numbers[key]}")
            return False
        special = describe.get(cls)
        facets = _facets(cls)
        changes = _can_change(cls)
        # Two names for one list are not the same as two equal lists.
        if changes:
            numbers[key] = len(numbers)
        if special is not None:
            pieces += special(item)
            return False
        if not facets:
            pieces.append(_leaf(item))
            return not issubclass(cls, _CHANGING_LEAVES)
        first, is_still = len(pieces), not changes
        pieces.append(f"{cls.__qualname__}(")
        for facet in facets:
            for part in facet.spelled(item):
                # Most of it is plain or fixed, and needs no look at anything else.
                kind = type(part)
                if kind in _PLAIN:
                    pieces.append(repr(part))
                elif kind in self._fixed:
                    pieces.append(kind.__qualname__)
                elif not self._describe(part, describe, numbers, pieces):
                    is_still = False
        pieces.append(")")
        if is_still:
            text = " ".join(pieces[first:])
            pieces[first:] = (text,)
            self._described[key] = item, text
        return is_still


_PLAIN = frozenset({type(None), bool, int, float, str, bytes})


def _leaf(item: object) -> str:
    match item:
        case type() | BuiltinFunctionType():
            return item.__qualname__
        case ModuleType():
            return item.__name__
        case str() | int() | float() | bytes() | None | date() | time() | timedelta() | timezone():
            return repr(item)
        case Enum() | Decimal() | Fraction() | UUID() | complex() | range() | MappingProxyType():
            return repr(item)
        case ZoneInfo():
            return f"ZoneInfo {item.key}"
        case re.Pattern():
            return f"{item.pattern!r} {item.flags}"
        case asyncio.Future():
            return f"a future, {'done' if item.done() else 'waited for'}"
        case _:
            # Its repr may hold an address.
            return type(item).__qualname__


@cache
def _facets(cls: type) -> tuple[_Facet, ...]:
    """How objects of that class hold others; empty for those that hold none."""
    return () if issubclass(cls, _LEAVES) else tuple(_make_facets(cls))


@cache
def _can_change(cls: type) -> bool:
    return any(facet.fill is not None for facet in _facets(cls))


def _make_facets(cls: type) -> Iterator[_Facet]:
    if is_dataclass(cls) and cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        names = tuple(field.name for field in fields(cls))
        yield _value(lambda item: [getattr(item, name) for name in names])
        return
    built_in = next((base for base in _BUILT_IN if issubclass(cls, base)), None)
    if built_in is not None:
        yield _BUILT_IN[built_in]
    slots = tuple(
        member
        for base in cls.__mro__
        if "__slots__" in vars(base)
        for member in vars(base).values()
        if isinstance(member, MemberDescriptorType)
    )
    if slots:
        yield _Facet(
            partial(_slot_parts, slots),
            partial(_slot_parts, slots),
            partial(_slot_content, slots),
            _fill_slots,
        )
    if cls.__dictoffset__ and not issubclass(cls, FunctionType):
        yield _Facet(
            lambda item: item.__dict__.values(), _attributes, lambda item: dict(vars(item)), _fill
        )


def _value(parts: Callable[[Any], Iterable[object]]) -> _Facet:
    return _Facet(parts, parts)


def _attributes(item: object) -> list[object]:
    attributes = vars(item)
    spelled, names = _in_order(tuple(attributes))
    return [spelled, *map(attributes.__getitem__, names)]


@lru_cache(maxsize=1_000)
def _in_order(names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """These names in alphabetical order, in one text and each by itself."""
    ordered = tuple(sorted(names))
    return " ".join(ordered), ordered


def _fill(item: object, content: dict[str, object]) -> None:
    attributes = vars(item)
    attributes.clear()
    attributes.update(content)


def _slot_parts(slots: tuple[MemberDescriptorType, ...], item: object) -> list[object]:
    return list(_slot_content(slots, item).values())


def _slot_content(
    slots: tuple[MemberDescriptorType, ...], item: object
) -> dict[MemberDescriptorType, object]:
    return {slot: slot.__get__(item, type(item)) for slot in slots if _is_set(slot, item)}


def _is_set(slot: MemberDescriptorType, item: object) -> bool:
    try:
        slot.__get__(item, type(item))
    except AttributeError:
        return False
    return True


def _fill_slots(item: object, content: dict[MemberDescriptorType, object]) -> None:
    for slot, value in content.items():
        slot.__set__(item, value)


def _spelled_dict(item: dict[object, object]) -> Iterator[object]:
    for pair in dict.items(item):
        yield from pair


def _spelled_ordered(item: OrderedDict[object, object]) -> Iterator[object]:
    # As a plain dictionary it would not know its order.
    for pair in OrderedDict.items(item):
        yield from pair


def _fill_dict(item: dict[object, object], content: dict[object, object]) -> None:
    dict.clear(item)
    dict.update(item, content)


def _fill_ordered(item: OrderedDict[object, object], content: dict[object, object]) -> None:
    OrderedDict.clear(item)
    for key, value in content.items():
        OrderedDict.__setitem__(item, key, value)


def _fill_list(item: list[object], content: list[object]) -> None:
    item[:] = content


def _fill_deque(item: deque[object], content: list[object]) -> None:
    item.clear()
    item.extend(content)


def _fill_set(item: set[object], content: set[object]) -> None:
    item.clear()
    item.update(content)


def _fill_bytes(item: bytearray, content: bytes) -> None:
    item[:] = content


def _cell_parts(item: CellType) -> tuple[object, ...]:
    try:
        return (item.cell_contents,)
    except ValueError:
        return ()


def _fill_cell(item: CellType, content: tuple[object, ...]) -> None:
    if content:
        item.cell_contents = content[0]


# An ordered dictionary is a dictionary too, so it comes first.
_BUILT_IN: Mapping[type, _Facet] = {
    OrderedDict: _Facet(OrderedDict.values, _spelled_ordered, dict, _fill_ordered),
    dict: _Facet(dict.values, _spelled_dict, dict, _fill_dict),
    list: _Facet(iter, iter, list, _fill_list),
    deque: _Facet(iter, iter, list, _fill_deque),
    set: _Facet(iter, partial(sorted, key=repr), set, _fill_set),
    bytearray: _Facet(lambda _: (), lambda item: (bytes(item),), bytes, _fill_bytes),
    tuple: _value(iter),
    frozenset: _value(partial(sorted, key=repr)),
    CellType: _Facet(_cell_parts, _cell_parts, _cell_parts, _fill_cell),
    FunctionType: _value(lambda item: (item.__qualname__, *(item.__closure__ or ()))),
    MethodType: _value(lambda item: (item.__self__, item.__func__)),
    partial: _value(lambda item: (item.func, item.args, item.keywords)),
}
