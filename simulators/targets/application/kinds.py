"""What the objects of a class are to a look at what modules hold, and what they hold."""

import asyncio
import gc
import itertools
import logging
import os
import sqlite3
import sys
import threading
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextvars import Token
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import partial
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any, Final, NamedTuple, cast
from uuid import UUID
from weakref import ref

from simulators.targets.application.databases import content_in_memory

_VALUES: Final = (date, time, timedelta, Decimal, Fraction, UUID, Enum, range, itertools.count)
BASES: Final = frozenset({dict, list, tuple, set, frozenset, bytearray, deque})
"""The containers that others stand on."""
_CONTAINERS: Final = BASES | {
    *(defaultdict, OrderedDict, Counter, ChainMap, UserDict, UserList, SimpleNamespace),
    *(MethodType, BuiltinFunctionType, partial),
}
_FILLED: Final = (dict, list, set, deque, UserDict, type(os.environ))
_CODE: Final = (type, ModuleType, CodeType, FrameType, property)
_RUNNING: Final = (
    *(CoroutineType, asyncio.AbstractEventLoop, asyncio.Future, Executor),
    *(asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore),
    *(threading.Thread, threading.Event, threading.Condition, threading.Semaphore),
    *(type(threading.Lock()), type(threading.RLock()), Token, ref),
    *(logging.Logger, logging.LoggerAdapter, logging.Handler, logging.Manager),
)
"""What belongs to a life, not to a conversation, or keeps what is known of it for nobody."""
_BESIDE_THE_POINT: Final = (*_CODE, *_RUNNING)
_LOOP_BOUND: Final = (asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore)
_LOCK: Final = type(threading.Lock())
_LOCKS: Final = (_LOCK, *_LOOP_BOUND)
_STRANGERS: Final = frozenset({"simulators", "reports", "freezegun", "_pytest", "pytest"})
"""What plays the conversation."""


class Kind(NamedTuple):
    """What is the same for all objects of a class: whether they are locks, values that say what
    they are, beside the point, and the service's own or Python's to look into, and whether modules
    of others keep something in them; the container that they stand on, and the slots of those that
    are looked into."""

    is_lock: bool
    is_value: bool
    is_beside_the_point: bool
    is_own: bool
    is_filled: bool
    base: Any
    slots: tuple[str, ...]


def free(lock: object) -> None:
    """Leave a lock as it is in a new process, where nobody holds it and no event loop knows it."""
    if isinstance(lock, asyncio.Lock):
        asyncio.Lock.__init__(lock)
    if isinstance(lock, _LOOP_BOUND):
        lock._loop = None  # type: ignore[union-attr]
    elif isinstance(lock, _LOCK) and lock.locked():
        lock.release()


def _base(cls: type) -> Any:
    """The container of Python's own that it is, or stands on."""
    return cls if cls in BASES else next((one for one in cls.__mro__ if one in BASES), None)


def kind_of(cls: type, owns: Callable[[str], bool]) -> Kind:
    """What a class is; `owns` tells the service's own modules by their names."""
    home, is_container = str(cls.__module__), cls in _CONTAINERS
    is_strange = issubclass(cls, _BESIDE_THE_POINT) or home.partition(".")[0] in _STRANGERS
    is_function = issubclass(cls, FunctionType)
    is_own = is_container or (not is_function and owns(home))
    return Kind(
        is_lock=issubclass(cls, _LOCKS),
        is_value=not is_container and issubclass(cls, _VALUES),
        is_beside_the_point=cls not in BASES and is_strange,
        is_own=is_own,
        is_filled=issubclass(cls, _FILLED),
        base=_base(cls),
        slots=tuple(_slots(cls)) if is_own or is_function else (),
    )


def is_beside_the_point(item: object, kind: Kind) -> bool:
    """Whether nothing of a conversation can be in it, or it is looked at elsewhere."""
    cls = type(item)
    return (
        kind.is_beside_the_point
        or item is sys.modules
        or (cls is BuiltinFunctionType and isinstance(item.__self__, ModuleType | type | None))  # type: ignore[attr-defined]
        or (cls is dict and "__spec__" in item)  # type: ignore[operator]
    )


def attributes_of(item: object, slots: Iterable[str]) -> Iterator[object]:
    """What an object holds beside what it contains, in an order that is always the same."""
    cls = type(item)
    if issubclass(cls, FunctionType):
        function = cast(FunctionType, item)
        yield from function.__defaults__ or ()
        yield from (function.__kwdefaults__ or {}).values()
        yield from (each.cell_contents for each in function.__closure__ or () if _is_full(each))
    elif issubclass(cls, MethodType | BuiltinFunctionType):
        yield cast(MethodType, item).__self__
    elif issubclass(cls, partial):
        made = cast(partial[object], item)
        yield from (made.func, made.args, made.keywords)
    attributes: Mapping[str, object] = getattr(item, "__dict__", {})
    for name in sorted(attributes):
        yield attributes[name]
    for slot in slots:
        yield getattr(item, slot, None)


def _slots(cls: type) -> Iterator[str]:
    for base in cls.__mro__:
        for slot in vars(base).values():
            if isinstance(slot, MemberDescriptorType) and slot.__objclass__ is base:
                yield slot.__name__


def referents_of(item: object) -> Sequence[object]:
    """What an object of any kind holds."""
    if issubclass(type(item), FunctionType):
        # Its module is a thing of its own.
        return [*attributes_of(item, _slots(type(item)))]
    held = gc.get_referents(item)
    if issubclass(type(item), sqlite3.Connection):
        held.append(content_in_memory(cast(sqlite3.Connection, item)))
    if issubclass(type(item), dict):
        # To the collector, texts that are keys are no news.
        held += dict.keys(cast(dict[object, object], item))
    return held


def _is_full(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
