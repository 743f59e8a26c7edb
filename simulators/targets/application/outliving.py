"""Finds what a restart in this process leaves as it was, although a process would lose it."""

import os
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from simulators.targets.application.held import Held, Look, Looked
from simulators.targets.application.kinds import free

_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})
_NOT_SERVED: Final = frozenset({"__main__", "conftest", "simulators", "reports"})
_TESTS: Final = frozenset({"test", "tests"})
_OF_TESTS: Final = ("test_", "conftest")
_OPEN_TO_ALL: Final = ("builtins", "os")
_MOST_NAMED: Final = 3
_FIRST: Final = 3
"""So many restarts are all looked behind."""
_INSTEAD: Final = 'or use kind = "process"'


class Outliving:
    """What outlived the restarts of an application.

    `home` is the name of the module that has its factory. The modules in the folder that this is
    imported from are the service's own, installed ones and tests that stand elsewhere aside; of one
    that is installed itself, those of its package. What is made when it is first needed is known
    from the second conversation on; what bears a session ID, from the first. What libraries hold
    of sessions in containers of their modules, such as a cache in memory, is looked for at the
    first restarts, and then more and more seldom, as there are many modules.
    """

    def __init__(self, home: str | None) -> None:
        self._owns = _own(home) if home in sys.modules else None
        self._at_first: Mapping[str, Held] | None = None
        self._before: Mapping[str, Held] | None = None
        self._loaded: Mapping[str, ModuleType] = {}
        self._own: Mapping[str, ModuleType] = {}
        self._constants: Mapping[str, Looked] = {}
        self._session_ids: set[str] = set()
        self._application: object = None
        self._is_same = False
        self._restarts = 0
        self._names: dict[str, None] = {}

    @property
    def reasons(self) -> Sequence[str]:
        """Why a restart was none, as sentences with the remedy."""
        reasons = []
        if self._is_same:
            reasons.append(
                "the factory returned the application that it had made before, so that a restart"
                f" keeps all that it holds; let it make a new one at each call, {_INSTEAD}"
            )
        if self._names:
            names, more = list(self._names), len(self._names) - _MOST_NAMED
            told = ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            reasons.append(
                f"what a conversation left in {told} outlived a restart, which it would not in a"
                " process of its own; keep it in the application that the factory makes, or in a"
                f" store, {_INSTEAD}"
            )
        return reasons

    def begin(self) -> None:
        """A conversation begins with the next start."""
        self._session_ids.clear()
        self._before, self._application = None, None

    def made(self, application: object) -> None:
        """The factory has made that."""
        self._is_same |= self._application is application
        self._application = application

    def heard(self, session_id: str | None) -> None:
        """A customer was answered in that session."""
        if session_id:
            self._session_ids.add(session_id)

    def starts(self) -> None:
        """The application is about to start. The locks of the service's modules are those of a new
        process: the one before may have died with them."""
        if self._owns is not None:
            look = Look(self._owns, (), _known())
            look.at(self._own_modules(self._owns))
            for lock in look.locks:
                free(lock)

    def started(self) -> None:
        """The application has started: for the first time in this conversation, or again."""
        if self._owns is None:
            return
        modules = self._own_modules(self._owns)
        if self._at_first is None:
            look = Look(self._owns, (), _known())
            self._at_first = now = look.at(modules)
            # The same as at first is nothing that a session has left.
            self._constants = look.constants
            _known().update(self._constants)
        else:
            now = Look(self._owns, self._session_ids, self._constants).at(modules)
        if self._before is None:
            self._before = now
            return
        has_settled = self._before is not self._at_first
        for name, held in now.items():
            before = self._before.get(name)
            if held is before:
                continue
            is_told = bool(held.session_ids) and held.differs_from(self._at_first.get(name))
            was_filled = has_settled and before is not None and not before.is_nothing
            if is_told or (was_filled and held.differs_from(before)):
                self._names[name] = None
        self._restarts += 1
        if self._restarts <= _FIRST or self._restarts.bit_count() == 1:
            self._names |= dict.fromkeys(Look(self._owns, self._session_ids).elsewhere(_others()))

    def _own_modules(self, owns: Callable[[str], bool]) -> Mapping[str, ModuleType]:
        loaded = sys.modules.copy()
        if loaded != self._loaded:
            self._loaded = loaded
            self._own = {name: module for name, module in loaded.items() if owns(name)}
        return self._own


@cache
def _known() -> dict[str, Looked]:
    """The constants of all services that this process has started: there are many of them."""
    return {}


def _others() -> Mapping[str, ModuleType]:
    """Those of Python's own modules in which anybody may keep something, and behind them, as they
    may hold the same by a name of theirs, the modules of libraries."""
    loaded = sys.modules.copy()
    libraries = sorted(name for name in loaded if _is_of_a_library(name))
    return {name: loaded[name] for name in (*_OPEN_TO_ALL, *libraries)}


def _is_of_a_library(name: str) -> bool:
    file = None if name.partition(".")[0] in _NOT_SERVED else _file(name)
    return file is not None and not _is_of_tests(name, "") and not _is_of_python(file)


@cache
def _is_of_python(file: str) -> bool:
    place = _resolved(file)
    return place.is_relative_to(_standard()) and _INSTALLED.isdisjoint(place.parts)


@cache
def _standard() -> Path:
    """The folder of Python's own modules."""
    return Path(sysconfig.get_paths()["stdlib"]).resolve()


def _own(home: str | None) -> Callable[[str], bool]:
    """Tells by their names which modules are the service's own."""
    package, beside = (home or "").partition(".")[0], (home or "").rpartition(".")[0]
    place = _place(package)
    root = None if place is None else place.parent

    @cache
    def owns(name: str) -> bool:
        if name != home and _is_of_tests(name, beside):
            return False
        top = name.partition(".")[0]
        if root is None or _INSTALLED.intersection(root.parts):
            return top == package
        file = None if top in _NOT_SERVED else _file(name)
        return file is not None and _is_below(file, root)

    return owns


def _is_of_tests(name: str, beside: str) -> bool:
    """Whether a module belongs to tests, and does not stand in that folder."""
    folder, _, last = name.rpartition(".")
    return last.startswith(_OF_TESTS) or (
        folder != beside and not _TESTS.isdisjoint(name.split("."))
    )


@cache
def _is_below(file: str, root: Path) -> bool:
    """Whether it stands in that folder, and was not installed there."""
    place = _resolved(file)
    # Modules are many, and nearly all of them stand elsewhere.
    return (
        str(place).startswith(os.path.join(root, ""))
        and _INSTALLED.isdisjoint(place.relative_to(root).parts)
        and not place.is_relative_to(_standard())
    )


def _place(name: str) -> Path | None:
    """The file of a module, or the folder of a package."""
    file = _file(name)
    if file is None:
        return None
    path = _resolved(file)
    return path.parent if hasattr(sys.modules[name], "__path__") else path


def _file(name: str) -> str | None:
    file = getattr(sys.modules.get(name), "__file__", None)
    return file if isinstance(file, str) else None


@cache
def _resolved(file: str) -> Path:
    """Modules are many, and each target asks for those of its process."""
    return Path(file).resolve()
