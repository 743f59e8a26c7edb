"""How objects of each class hold others, and what there is to say of those that hold none."""

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

_LEAVES = (
    *(type(None), bool, int, float, complex, str, bytes, range, type, Enum, Decimal, Fraction),
    *(date, time, timedelta, tzinfo, UUID, re.Pattern, ref),
    *(BuiltinFunctionType, MappingProxyType, ModuleType, asyncio.Future),
)
CHANGING_LEAVES: Final = (MappingProxyType, asyncio.Future)
"""Those of which there may be something else to say later."""

Fill: TypeAlias = Callable[[Any, Any], None]
"""Fills an object with the copy of what it held."""


class Facet(NamedTuple):
    """One way in which objects of a class hold others.

    `parts` are the objects held, `spelled` the same with their names. `content` is a copy of what
    is held and `fill` puts it back; a facet without them cannot change.
    """

    parts: Callable[[Any], Iterable[object]]
    spelled: Callable[[Any], Iterable[object]]
    content: Callable[[Any], object] | None = None
    fill: Fill | None = None


@cache
def facets_of(cls: type) -> tuple[Facet, ...]:
    """How objects of that class hold others; empty for those that hold none."""
    return () if issubclass(cls, _LEAVES) else tuple(_make_facets(cls))


@cache
def can_change(cls: type) -> bool:
    """Whether objects of that class can hold others later than now."""
    return any(facet.fill is not None for facet in facets_of(cls))


def _make_facets(cls: type) -> Iterator[Facet]:
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
        yield Facet(
            partial(_slot_parts, slots),
            partial(_slot_parts, slots),
            partial(_slot_content, slots),
            _fill_slots,
        )
    if cls.__dictoffset__ and not issubclass(cls, FunctionType):
        yield Facet(
            lambda item: item.__dict__.values(), _attributes, lambda item: dict(vars(item)), _fill
        )


def _value(parts: Callable[[Any], Iterable[object]]) -> Facet:
    return Facet(parts, parts)


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
_BUILT_IN: Mapping[type, Facet] = {
    OrderedDict: Facet(OrderedDict.values, _spelled_ordered, dict, _fill_ordered),
    dict: Facet(dict.values, _spelled_dict, dict, _fill_dict),
    list: Facet(iter, iter, list, _fill_list),
    deque: Facet(iter, iter, list, _fill_deque),
    set: Facet(iter, partial(sorted, key=repr), set, _fill_set),
    bytearray: Facet(lambda _: (), lambda item: (bytes(item),), bytes, _fill_bytes),
    tuple: _value(iter),
    frozenset: _value(partial(sorted, key=repr)),
    CellType: Facet(_cell_parts, _cell_parts, _cell_parts, _fill_cell),
    FunctionType: _value(lambda item: (item.__qualname__, *(item.__closure__ or ()))),
    MethodType: _value(lambda item: (item.__self__, item.__func__)),
    partial: _value(lambda item: (item.func, item.args, item.keywords)),
}


def leaf(item: object) -> str:
    """An object that holds no others, in words."""
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
