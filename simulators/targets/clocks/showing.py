"""Which modules freezegun is shown: by itself it looks at all of them, each time it starts."""

import sys
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any, Final, TypeAlias
from warnings import catch_warnings, simplefilter

import freezegun.api

_SYS: Final = "sys"
"""By which freezegun comes to the modules."""

Sight: TypeAlias = tuple[int, str]
"""How many names a module has, and which came last: another one when it gets or loses a name."""


class Showing:
    """Starts freezegun, and shows it what may have a clock: a module in which it found none before
    is shown again once it has other names.

    `ignored` are the beginnings of the names of those that freezegun passes over.
    """

    def __init__(self, ignored: tuple[str, ...]) -> None:
        self._ignored = ignored
        self._loaded: dict[str, ModuleType] = {}
        self._plain: dict[str, dict[str, object]] = {}
        self._seen: tuple[list[int], list[str]] = [], []
        self._sights: dict[str, Sight] = {}
        self._without_clock: dict[str, Sight] = {}
        self._shown: dict[str, ModuleType] = {}
        self._read: dict[str, ModuleType] = {}

    def start(self, freezer: Any) -> object:
        """Start it; what it returns."""
        has_news = self._look()
        while late := dict(self._late()):
            for module in late.values():
                _read_all(module)
            self._read |= late
            has_news |= self._look()
        with _showing(self._shown):
            started: object = freezer.start()
        # When it stops, it looks for clocks in what came later.
        freezer.modules_at_start = set(self._loaded)
        if has_news:
            self._learn({id(owner) for owner, *_ in freezer.undo_changes})
        return started

    def _look(self) -> bool:
        """Look at the modules that are loaded now; whether there is anything new about them."""
        loaded, before = sys.modules.copy(), self._loaded
        is_as_before = loaded == before
        if not is_as_before:
            self._loaded = loaded
            self._plain = {
                name: vars(one) for name, one in loaded.items() if type(one) is ModuleType
            }
        names = self._plain.values()
        # In each start; a loop, or a pair for each, would take as long as all else.
        seen = [*map(len, names)], [*map(next, map(reversed, names))]
        if is_as_before and seen == self._seen:
            return False
        self._seen = seen
        sights = self._sights = dict(zip(self._plain, zip(*seen, strict=True), strict=True))
        known = self._without_clock
        self._without_clock = {
            name: sight
            for name, sight in sights.items()
            if known.get(name) == sight and before.get(name) is loaded[name]
        }
        self._show()
        return True

    def _learn(self, have_clock: Set[int]) -> None:
        """Take note of the modules in which freezegun has changed nothing, but for those that may
        say of themselves that they have something else."""
        self._without_clock = {
            name: sight
            for name, sight in self._sights.items()
            if id(self._loaded[name]) not in have_clock and "__dir__" not in self._plain[name]
        }
        self._show()

    def _show(self) -> None:
        loaded, known = self._loaded, self._without_clock
        self._shown = {name: loaded[name] for name in loaded if name not in known}
        self._read = {name: one for name, one in self._read.items() if loaded.get(name) is one}

    def _late(self) -> Iterator[tuple[str, ModuleType]]:
        """The modules that may load something at a look, as pydantic does, and that nobody has
        looked at. With the held `datetime` it would stay what was made of that."""
        for name, module in self._shown.items():
            is_known = self._read.get(name) is module
            if not is_known and _is_lazy(module) and not name.startswith(self._ignored):
                yield name, module


@cache
def showing(ignored: tuple[str, ...]) -> Showing:
    """The one for freezers that ignore these: the modules are those of the process."""
    return Showing(ignored)


@contextmanager
def _showing(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    known = getattr(freezegun.api, _SYS)
    setattr(freezegun.api, _SYS, SimpleNamespace(modules=modules))
    try:
        yield
    finally:
        setattr(freezegun.api, _SYS, known)


def _is_lazy(module: ModuleType) -> bool:
    """Whether a look at what it has may run code: by its `__getattr__`, or one of its class."""
    if not isinstance(module, ModuleType):
        return False
    return type(module) is not ModuleType or "__getattr__" in vars(module)


def _read_all(module: ModuleType) -> None:
    with catch_warnings():
        simplefilter("ignore")
        for name in dir(module):
            with suppress(Exception):
                getattr(module, name)
