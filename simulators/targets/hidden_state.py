"""Names what a service keeps where no snapshot of it holds it: in module globals and classes, in
what functions close over, in caches, and in generators and iterators, wherever those are."""

import gc
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, count, cycle, islice, repeat
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
)
from typing import Any, Final, Protocol, runtime_checkable

from simulators.targets.image import Camera, Describe
from simulators.targets.target import Target

_CODE = (ModuleType, BuiltinFunctionType, property)
_CACHE: Final[type] = type(lru_cache(len))
_GENERATORS: Final = (GeneratorType, AsyncGeneratorType)
_ITERATORS: Final[tuple[type, ...]] = (
    *map(type, map(iter, ((), [], {}, {}.values(), {}.items(), set(), "", b"", range(0)))),
    *(type(reversed([])), type(iter(int, 1)), enumerate, filter, map, zip),
    *(accumulate, chain, count, cycle, islice, repeat),
)
_NOT_HELD: Final = frozenset({*_GENERATORS, *_ITERATORS, _CACHE})


@runtime_checkable
class InProcess(Protocol):
    """A target whose service runs in this process.

    `packages` are import names: modules of these, and below them, are the service's own. Of those
    that are `memoizing`, what caches keep follows from their keys alone. `living` is what of the
    service lives now, beside its modules.
    """

    @property
    def packages(self) -> Sequence[str]:
        """The import names."""
        ...

    @property
    def memoizing(self) -> Sequence[str]:
        """Some of them."""
        ...

    @property
    def living(self) -> object:
        """The object, with everything that it refers to."""
        ...


def hidden_state_of(target: Target) -> Mapping[str, str]:
    """By name, such as `shop.chat.SESSIONS`, what each place holds that no snapshot does, in words;
    empty for a service that runs elsewhere.

    A place is a module global, an attribute of a class, a function with what it closes over and its
    cache, or an attribute of an object that holds a generator, an iterator or a cache.
    """
    if not isinstance(target, InProcess):
        return {}
    packages, memoizing = target.packages, target.memoizing
    places = (*_globals(packages), *_run_through(target.living, packages))
    return _told(
        (
            (name, value)
            for name, value in places
            if not (isinstance(value, _CACHE) and _is_own(name, memoizing))
        ),
        target,
    )


def module_state_of(target: Target) -> Mapping[str, str]:
    """The same of what modules and their classes and functions hold, but for caches: what these
    keep may follow from their keys alone."""
    if not isinstance(target, InProcess):
        return {}
    places = _globals(target.packages)
    kept = ((name, value) for name, value in places if not isinstance(value, _CACHE))
    return _told(kept, target)


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> Sequence[str]:
    """The names of the places that hold something else than before."""
    return [name for name in after if after[name] != before.get(name)]


def _told(places: Iterable[tuple[str, object]], target: Target) -> Mapping[str, str]:
    # With the object itself, so that no other one can get its identity.
    told, words = dict[str, str](), dict[int, tuple[object, str]]()
    describer = _Describer(target)
    for name, value in places:
        if id(value) not in words:
            words[id(value)] = value, describer.words(value)
        _, held = words[id(value)]
        told[name] = f"{told.get(name, '')}\n{held}"
    return told


def _globals(packages: Sequence[str]) -> Iterator[tuple[str, object]]:
    for name in sorted(name for name in sys.modules if _is_own(name, packages)):
        yield from _variables(name, vars(sys.modules[name]), packages)


def _variables(
    owner: str, variables: Mapping[str, object], packages: Sequence[str]
) -> Iterator[tuple[str, object]]:
    for variable, value in sorted(variables.items()):
        name = f"{owner}.{variable}"
        if variable.startswith("__") or isinstance(value, _CODE):
            continue
        if isinstance(value, classmethod | staticmethod):
            value = value.__func__
        if isinstance(value, type):
            # Elsewhere it is told as what it is where it is at home.
            if name == f"{value.__module__}.{value.__qualname__}":
                yield from _variables(name, vars(value), packages)
        elif not isinstance(value, FunctionType):
            yield name, value
        elif _is_own(value.__module__, packages) and (kept := _kept(value)):
            yield f"{value.__module__}.{value.__qualname__}", kept


def _kept(function: FunctionType) -> tuple[object, ...]:
    """What a function keeps beside its code."""
    kept = (
        function.__closure__,
        function.__defaults__,
        function.__kwdefaults__,
        function.__dict__,
    )
    return kept if any(kept) else ()


def _run_through(living: object, packages: Sequence[str]) -> Iterator[tuple[str, object]]:
    """What is a generator, an iterator or a cache, with the attribute that holds it."""
    waiting, seen = [("", living)], dict[int, object]()
    while waiting:
        name, item = waiting.pop()
        cls = type(item)
        if cls in _NOT_HELD:
            yield name, item
        if id(item) in seen or cls in _NOT_HELD:
            continue
        seen[id(item)] = item
        match item:
            case dict():
                waiting += [(name, value) for value in dict.values(item)]
            case list() | tuple() | set() | frozenset():
                waiting += [(name, value) for value in item]
            case MethodType():
                waiting.append((name, item.__self__))
            case _ if _is_own(cls.__module__, packages):
                waiting += [
                    (f"{cls.__module__}.{cls.__qualname__}.{attribute}", value)
                    for attribute, value in _attributes(item)
                ]


def _attributes(item: object) -> Iterator[tuple[str, object]]:
    yield from getattr(item, "__dict__", {}).items()
    for base in type(item).__mro__:
        for slot in vars(base).get("__slots__", ()):
            if hasattr(item, slot):
                yield slot, getattr(item, slot)


def _is_own(module: str | None, packages: Sequence[str]) -> bool:
    return any(module == one or str(module).startswith(f"{one}.") for one in packages)


class _Describer:
    """Tells what objects hold, those included of which no image can be taken. The target itself,
    which a module of its own may hold, is no state."""

    def __init__(self, target: Target) -> None:
        self._camera = Camera([type(target)])
        self._special: Mapping[type, Describe] = {
            **dict.fromkeys(_GENERATORS, self._generator),
            **dict.fromkeys(_ITERATORS, self._iterator),
            _CACHE: self._cache,
        }

    def words(self, value: object) -> str:
        """All of it as one text."""
        try:
            return "\n".join(self._describe(value))
        except (RuntimeError, RecursionError):
            # It changes while it is looked at, or has no end.
            return "…"

    def _describe(self, value: object) -> Iterable[str]:
        return self._camera.describe(value, self._special)

    def _generator(self, item: Any) -> Iterator[str]:
        frame = item.gi_frame if isinstance(item, GeneratorType) else item.ag_frame
        if frame is None:
            yield "run through"
        else:
            yield f"at {frame.f_lasti}"
            yield from self._describe(dict(frame.f_locals))

    def _cache(self, item: Any) -> Iterator[str]:
        yield f"{item.cache_info().currsize} kept"
        for kept in gc.get_referents(item):
            if not isinstance(kept, type | FunctionType):
                yield from self._describe(kept)

    def _iterator(self, item: Any) -> Iterator[str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                yield from self._describe(item.__reduce__())
            except TypeError:
                # What it runs through cannot be told either, as with a generator.
                for held in gc.get_referents(item):
                    if type(held) in self._special:
                        yield from self._special[type(held)](held)
