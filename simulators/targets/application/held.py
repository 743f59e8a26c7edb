"""What the module globals of a service hold: its own in words, and the session IDs in the rest."""

import asyncio
import gc
import itertools
import logging
import os
import sqlite3
import sys
import threading
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextvars import Token
from dataclasses import dataclass, field
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

_MOST_LOOKED_AT: Final = 5_000
"""Objects of others that are looked into behind one global."""
_MOST_ELSEWHERE: Final = 200
"""The same behind a container in a module of others: those of a conversation are few."""
_LONG_ENOUGH: Final = 8
"""Characters of an ID that is found in the middle of a text, too."""

_PLAIN: Final = frozenset({type(None), bool, int, float, complex, str, bytes})
_VALUES: Final = (date, time, timedelta, Decimal, Fraction, UUID, Enum, range, itertools.count)
_BASES: Final = frozenset({dict, list, tuple, set, frozenset, bytearray, deque})
_CONTAINERS: Final = _BASES | {
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


@dataclass(frozen=True, slots=True)
class Held:
    """What one global holds: what is of the service's own, in words, and which of the session IDs
    were seen."""

    words: tuple[str, ...]
    session_ids: frozenset[str]

    @property
    def is_nothing(self) -> bool:
        """Whether it is still to be filled."""
        return self.words == ("None",)

    def differs_from(self, before: "Held | None") -> bool:
        """Whether it holds something else than before."""
        return before is None or self.words != before.words


class _Kind(NamedTuple):
    """What is the same for all objects of a class: whether they are locks, values that say what
    they are, beside the point, and the service's own or Python's to look into; the container that
    they stand on, and their slots."""

    is_lock: bool
    is_value: bool
    is_beside_the_point: bool
    is_own: bool
    base: Any
    slots: tuple[str, ...]


@dataclass(slots=True)
class Look:
    """One look at the globals of modules. `owns` tells the service's own modules by their names;
    `session_ids` are looked for."""

    owns: Callable[[str], bool]
    session_ids: Collection[str]
    _seen: dict[int, object] = field(default_factory=dict)
    _searched: dict[int, object] = field(default_factory=dict)
    _words: list[str] = field(default_factory=list)
    _found: set[str] = field(default_factory=set)
    _locks: dict[int, object] = field(default_factory=dict)
    # Of this look alone: what an application makes anew at each start is not held for longer.
    _kinds: dict[type, _Kind] = field(default_factory=dict)

    @property
    def locks(self) -> Collection[object]:
        """The locks that were seen, of threads and of event loops."""
        return self._locks.values()

    def at(self, modules: Mapping[str, ModuleType]) -> Mapping[str, Held]:
        """By name, such as `shop.chat.SESSIONS`, what each holds; `shop.chat.Chat.sessions` for
        what a class does."""
        return {
            name: self._held(value)
            for module, content in sorted(modules.items())
            for name, value in self._named(module, vars(content))
        }

    def elsewhere(self, modules: Mapping[str, ModuleType]) -> Sequence[str]:
        """The names of the containers in modules of others that hold one of the session IDs, each
        by the first of its names; a short ID may stand there by chance."""
        telling = [one for one in self.session_ids if len(one) >= _LONG_ENOUGH]
        look = Look(self.owns, telling)
        return [
            f"{module}.{variable}"
            for module, content in modules.items()
            if not self.owns(module)
            for variable, value in sorted(vars(content).items())
            if not variable.startswith("__") and issubclass(type(value), _FILLED)
            if look._holds_one(value)
        ]

    def _holds_one(self, item: object) -> bool:
        self._found = set()
        self._search(item, _MOST_ELSEWHERE)
        return bool(self._found)

    def _named(self, owner: str, variables: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        for variable, value in sorted(variables.items()):
            if variable.startswith("__"):
                continue
            name = f"{owner}.{variable}"
            # A proxy would say of itself that it is something else, or fail to.
            if not issubclass(type(value), type):
                yield name, value
            elif name == _full_name(cast(type, value)):
                yield from self._named(name, vars(value))

    def _held(self, value: object) -> Held:
        if type(value) is FunctionType and not _keeps_something(value):
            return _PLAIN_FUNCTION
        self._words, self._found, self._seen = [], set(), {}
        try:
            self._tell(value)
        except (RuntimeError, RecursionError):
            # It changes while it is looked at, or has no end: what was seen until then counts.
            self._words.append("…")
        return Held(tuple(self._words), frozenset(self._found))

    def _tell(self, item: object) -> None:
        # Nearly all of it is plain, or one of Python's own containers.
        cls = type(item)
        if cls in _PLAIN:
            self._words.append(repr(item))
            if self.session_ids:
                self._search_text(item)
            return
        kind = self._kind(cls)
        if kind.is_lock:
            self._locks[id(item)] = item
        if kind.is_value:
            self._words.append(repr(item))
        elif not _is_beside_the_point(item, kind) and id(item) not in self._seen:
            if kind.is_own or (issubclass(cls, FunctionType) and self.owns(_module(item))):
                self._words.append(cls.__qualname__)
                self._go_into(item, kind)
            else:
                self._search(item)

    def _kind(self, cls: type) -> _Kind:
        known = self._kinds.get(cls)
        if known is None:
            known = self._kinds[cls] = _kind_of(cls, self.owns)
        return known

    def _go_into(self, item: object, kind: _Kind) -> None:
        self._seen[id(item)] = item
        # What a class of the service's own makes of looking into it is not called.
        match kind.base:
            case base if base is dict:
                for key, value in list(dict.items(cast(dict[object, object], item))):
                    # A registry of classes, and locks by session, hold nothing of a conversation.
                    if type(value) in _PLAIN or not self._is_passed_over(value):
                        self._tell(key)
                        self._tell(value)
            case base if type(item) is frozenset and {str}.issuperset(map(type, item)):
                self._tell_texts(cast(frozenset[str], item))
            case base if base in (set, frozenset):
                for one in sorted(base.__iter__(item), key=repr):
                    self._tell(one)
            case base if base in (list, tuple, deque):
                for one in list(base.__iter__(item)):
                    self._tell(one)
            case base if base is bytearray:
                self._words.append(repr(item))
        if type(item) not in _BASES:
            for part in _attributes(item, kind.slots):
                self._tell(part)

    def _is_passed_over(self, item: object) -> bool:
        """Whether it is beside the point; that a lock was seen counts even so."""
        kind = self._kind(type(item))
        if kind.is_lock:
            self._locks[id(item)] = item
        return _is_beside_the_point(item, kind)

    def _search(self, item: object, most: int = _MOST_LOOKED_AT) -> None:
        """Look for session IDs in what libraries keep: what else it is, is their affair."""
        waiting, left, before = deque([item]), most, set(self._found)
        while waiting and left and self.session_ids:
            one = waiting.popleft()
            if issubclass(type(one), str | bytes):
                self._search_text(one)
            elif not (
                _is_beside_the_point(one, self._kind(type(one))) or id(one) in self._searched
            ):
                self._searched[id(one)] = one
                left -= 1
                waiting += _referents(one)
        self._words += sorted(self._found - before)

    def _tell_texts(self, texts: frozenset[str]) -> None:
        """Texts that nobody can change. A service may know thousands, so that they are told by
        their hash, which a set of texts keeps."""
        self._words.append(str(hash(texts)))
        if self.session_ids:
            self._found |= texts.intersection(self.session_ids)
            self._search_text("\0".join(texts))

    def _search_text(self, text: object) -> None:
        if isinstance(text, bytes):
            text = text.decode(errors="replace")
        if isinstance(text, str):
            for one in self.session_ids:
                if one == text or (len(one) >= _LONG_ENOUGH and one in text):
                    self._found.add(one)


def free(lock: object) -> None:
    """Leave a lock as it is in a new process, where nobody holds it and no event loop knows it."""
    if isinstance(lock, asyncio.Lock):
        asyncio.Lock.__init__(lock)
    if isinstance(lock, _LOOP_BOUND):
        lock._loop = None  # type: ignore[union-attr]
    elif isinstance(lock, _LOCK) and lock.locked():
        lock.release()


_PLAIN_FUNCTION: Final = Held((FunctionType.__qualname__,), frozenset())


def _keeps_something(function: FunctionType) -> bool:
    """Whether it is more than its code: most functions of a module are not."""
    return bool(
        function.__closure__
        or function.__defaults__
        or function.__kwdefaults__
        or function.__dict__
    )


def _full_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _module(function: object) -> str:
    return str(cast(FunctionType, function).__module__)


def _base(cls: type) -> Any:
    """The container of Python's own that it is, or stands on."""
    return cls if cls in _BASES else next((one for one in cls.__mro__ if one in _BASES), None)


def _kind_of(cls: type, owns: Callable[[str], bool]) -> _Kind:
    home, is_container = str(cls.__module__), cls in _CONTAINERS
    is_strange = issubclass(cls, _BESIDE_THE_POINT) or home.partition(".")[0] in _STRANGERS
    return _Kind(
        is_lock=issubclass(cls, _LOCKS),
        is_value=not is_container and issubclass(cls, _VALUES),
        is_beside_the_point=cls not in _BASES and is_strange,
        is_own=is_container or (not issubclass(cls, FunctionType) and owns(home)),
        base=_base(cls),
        slots=tuple(_slots(cls)),
    )


def _is_beside_the_point(item: object, kind: _Kind) -> bool:
    cls = type(item)
    return (
        kind.is_beside_the_point
        or item is sys.modules
        or (cls is BuiltinFunctionType and isinstance(item.__self__, ModuleType | type | None))  # type: ignore[attr-defined]
        or (cls is dict and "__spec__" in item)  # type: ignore[operator]
    )


def _attributes(item: object, slots: Iterable[str]) -> Iterator[object]:
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


def _referents(item: object) -> Iterator[object]:
    """What an object of any kind holds."""
    if issubclass(type(item), FunctionType):
        # Its module is a thing of its own.
        yield from _attributes(item, _slots(type(item)))
        return
    yield from gc.get_referents(item)
    if issubclass(type(item), sqlite3.Connection):
        yield content_in_memory(cast(sqlite3.Connection, item))
    if issubclass(type(item), dict):
        # To the collector, texts that are keys are no news.
        yield from dict.keys(cast(dict[object, object], item))


def _is_full(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False
