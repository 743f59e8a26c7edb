"""Names what a service keeps where no snapshot of it holds it: in module globals and classes, in
what functions close over, in caches, and in generators and iterators, wherever those are."""

import gc
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, cycle, islice, repeat
from types import AsyncGeneratorType, FunctionType, GeneratorType, MethodType, ModuleType
from typing import Any, Final, Protocol, runtime_checkable

from simulators.targets.application.held import Look
from simulators.targets.simulation.image import Camera, Describe
from simulators.targets.target import Target

_CACHE: Final[type] = type(lru_cache(len))
_GENERATORS: Final = (GeneratorType, AsyncGeneratorType)
_ITERATORS: Final[tuple[type, ...]] = (
    *map(type, map(iter, ((), [], {}, {}.values(), {}.items(), set(), "", b"", range(0)))),
    *(type(reversed([])), type(iter(int, 1)), enumerate, filter, map, zip),
    *(accumulate, chain, cycle, islice, repeat),
)
_NOT_HELD: Final = frozenset({*_GENERATORS, *_ITERATORS, _CACHE})


@runtime_checkable
class InProcess(Protocol):
    """A target whose service runs in this process.

    `packages` are import names: modules of these, and below them, are the service's own. The
    modules of those that are `trusted` keep nothing of a conversation, and nobody looks there.
    `living` is what of the service lives now, beside its modules.
    """

    @property
    def packages(self) -> Sequence[str]:
        """The import names."""
        ...

    @property
    def trusted(self) -> Sequence[str]:
        """Some of them."""
        ...

    @property
    def living(self) -> object:
        """The object, with everything that it refers to."""
        ...


def module_state_of(target: Target) -> Mapping[str, str]:
    """By name, such as `shop.chat.SESSIONS`, what each module global holds, and each attribute of a
    class, in words; what functions close over included, and what libraries keep left out. Empty
    for a service that runs elsewhere."""
    if not isinstance(target, InProcess):
        return {}
    look = Look(_own(target.packages), ())
    held = look.at(_modules(target))
    return {name: "\n".join(one.words) for name, one in held.items()}


def hidden_state_of(target: Target) -> Mapping[str, str]:
    """The same, with each place that holds a generator, an iterator or a cache: no image can be
    taken of those, wherever they are."""
    if not isinstance(target, InProcess):
        return {}
    packages, told = target.packages, dict[str, str]()
    variables = _variables_of(_modules(target))
    for name, item in _not_held((*variables, ("", target.living)), packages):
        told[name] = "\n".join((told.get(name, ""), *_described(item)))
    return {**module_state_of(target), **told}


def may_keep(target: Target) -> bool:
    """Whether the service runs in this process, in modules that nobody trusts."""
    return isinstance(target, InProcess) and bool(_modules(target))


def known_of(target: Target, session_ids: Collection[str]) -> Sequence[str]:
    """The places in its modules, by name, where a service that runs in this process holds one of
    these IDs."""
    if not isinstance(target, InProcess):
        return ()
    held = Look(_own(target.packages), session_ids).at(_modules(target))
    return [name for name, one in held.items() if one.session_ids]


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> Sequence[str]:
    """The names of the places that hold something else than before."""
    return [name for name in after if after[name] != before.get(name)]


def _modules(target: InProcess) -> Mapping[str, ModuleType]:
    owns, trusts = _own(target.packages), _own(target.trusted)
    return {name: module for name, module in sys.modules.items() if owns(name) and not trusts(name)}


def _own(packages: Sequence[str]) -> Callable[[str], bool]:
    """Tells by their names which modules are of these packages, or below them."""
    beginnings = tuple(f"{one}." for one in packages)
    return lambda module: f"{module}.".startswith(beginnings)


def _variables_of(modules: Mapping[str, ModuleType]) -> Iterator[tuple[str, object]]:
    for name, module in sorted(modules.items()):
        yield from _variables(name, vars(module))


def _variables(owner: str, variables: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for variable, value in sorted(variables.items()):
        name = f"{owner}.{variable}"
        if not isinstance(value, type):
            yield name, value
        elif name == f"{value.__module__}.{value.__qualname__}":
            yield from _variables(name, vars(value))


def _not_held(
    roots: Sequence[tuple[str, object]], packages: Sequence[str]
) -> Iterator[tuple[str, object]]:
    """What is a generator, an iterator or a cache, with the name of what holds it."""
    waiting, seen, owns = [*roots], dict[int, object](), _own(packages)
    while waiting:
        name, item = waiting.pop(0)
        cls = type(item)
        if id(item) in seen:
            continue
        seen[id(item)] = item
        if cls in _NOT_HELD:
            yield name, item
            continue
        match item:
            case dict():
                waiting += [(name, value) for value in dict.values(item)]
            case list() | tuple() | set() | frozenset():
                waiting += [(name, value) for value in item]
            case MethodType():
                waiting.append((name, item.__self__))
            case _ if owns(str(cls.__module__)):
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


def _described(item: object) -> Iterable[str]:
    try:
        return list(_SPECIAL[type(item)](item))
    except (RuntimeError, RecursionError):
        # It changes while it is looked at, or has no end.
        return ["…"]


def _of_generator(item: Any) -> Iterator[str]:
    frame = item.gi_frame if isinstance(item, GeneratorType) else item.ag_frame
    if frame is None:
        yield "run through"
    else:
        yield f"at {frame.f_lasti}"
        yield from Camera().describe(dict(frame.f_locals), _SPECIAL)


def _of_cache(item: Any) -> Iterator[str]:
    yield f"{item.cache_info().currsize} kept"
    for kept in gc.get_referents(item):
        if not isinstance(kept, type | FunctionType):
            yield from Camera().describe(kept, _SPECIAL)


def _of_iterator(item: Any) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            yield from Camera().describe(item.__reduce__(), _SPECIAL)
        except TypeError:
            # What it runs through cannot be told either, as with a generator.
            for held in gc.get_referents(item):
                if type(held) in _SPECIAL:
                    yield from _SPECIAL[type(held)](held)


_SPECIAL: Final[Mapping[type, Describe]] = {
    **dict.fromkeys(_GENERATORS, _of_generator),
    **dict.fromkeys(_ITERATORS, _of_iterator),
    _CACHE: _of_cache,
}
