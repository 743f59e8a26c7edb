"""Catches what escapes the simulation: a clock, a random source, a socket, a thread, a file.

It is meant for code that runs in this process and is given everything by its ports. Such code
repeats itself exactly; a call past the ports makes every verdict about it worthless.
"""

import _thread
import datetime as datetime_module
import functools
import os
import random
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import get_ident
from types import CodeType, FrameType, ModuleType, TracebackType

from simulators.errors import TargetError

# Not every Python audits a sleep and the start of a thread.
_UNAUDITED: tuple[tuple[ModuleType, tuple[str, ...]], ...] = (
    (
        time,
        (
            *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"),
            *("process_time", "process_time_ns", "thread_time", "thread_time_ns"),
            *("clock_gettime", "clock_gettime_ns", "sleep"),
        ),
    ),
    (_thread, ("start_new_thread",)),
    (threading, ("_start_new_thread", "_start_joinable_thread")),
    (os, ("urandom", "getrandom", "times", "stat", "lstat", "access")),
    (
        random,
        (
            "_urandom",
            "betavariate",
            "choice",
            "choices",
            "expovariate",
            "gammavariate",
            "gauss",
            "getrandbits",
            "lognormvariate",
            "normalvariate",
            "paretovariate",
            "randbytes",
            "randint",
            "random",
            "randrange",
            "sample",
            "shuffle",
            "triangular",
            "uniform",
            "vonmisesvariate",
            "weibullvariate",
        ),
    ),
    (uuid, ("uuid1", "uuid4")),
)
_IS_LEFT_WITH_FEWER_ARGUMENTS: tuple[tuple[ModuleType | type, Mapping[str, int]], ...] = (
    (time, {"localtime": 1, "gmtime": 1, "ctime": 1, "asctime": 1, "strftime": 2}),
    (random, {"seed": 1}),
    # The generator comes first; `Random()` seeds itself by it.
    (random.Random, {"seed": 2}),
)
"""Called with fewer arguments, or with None for the last one, they take the clock or a seed that
nobody knows."""

_AUDITED = frozenset(
    {
        "_thread.start_joinable_thread",
        "_thread.start_new_thread",
        "open",
        "os.chdir",
        "os.chmod",
        "os.chown",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.link",
        "os.listdir",
        "os.mkdir",
        "os.posix_spawn",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.scandir",
        "os.symlink",
        "os.system",
        "os.truncate",
        "os.utime",
        "pty.spawn",
        "sqlite3.connect",
        "subprocess.Popen",
        "time.sleep",
    }
)
_NO_ESCAPE = frozenset(
    {"importlib", "linecache", "logging", "tokenize", "traceback", "zipimport", "zoneinfo"}
)
"""These read files and the clock for the interpreter's or the log's sake; no reply shows it."""


identity: Callable[[object], int] = object.__hash__
"""Tells objects that live apart, as `id` does, each call of which is told to the audit hook."""


class Escape(BaseException):
    """Raised where the simulation is left; no `except Exception` of a service catches it."""


@dataclass(slots=True)
class _Patch:
    module: ModuleType | type
    original: object
    watched: object
    guards: int = 0


class _Watch:
    """What the process's one audit hook and the watched functions look at.

    An audit hook cannot be removed, so there is one for the life of the process. It is idle, and
    so are the functions, unless a guard has a turn going on in this very thread.
    """

    def __init__(self) -> None:
        self.turn: Guard | None = None
        self.thread = 0
        self._is_hooked = False
        self._patches: dict[tuple[str, str], _Patch] = {}

    def hook(self) -> None:
        if not self._is_hooked:
            sys.addaudithook(self._audit)
            self._is_hooked = True

    def has_patched(self, module: ModuleType | type, name: str) -> bool:
        """Whether a guard has put something in that place."""
        return (module.__name__, name) in self._patches

    def patch(self, module: ModuleType | type, name: str, value: object | None) -> bool:
        """Put the value in its place, once for all guards; whether it has to be taken out again.

        Without a value, this is about what another guard has put there. A tool that froze the
        clock meanwhile has put its own original back when it stopped: the value goes in again.
        """
        patch = self._patches.get((module.__name__, name))
        present = getattr(module, name)
        if patch is None or patch.module is not module:
            if value is None or present is value:
                return False
            patch = self._patches[module.__name__, name] = _Patch(module, present, value)
            setattr(module, name, value)
        elif value is not None and present is not patch.watched:
            patch.original = present
            setattr(module, name, patch.watched)
        patch.guards += 1
        return True

    def unpatch(self, module: ModuleType | type, name: str) -> None:
        """The last guard that goes puts the original back, where nobody else did before."""
        patch = self._patches[module.__name__, name]
        patch.guards -= 1
        if not patch.guards:
            del self._patches[module.__name__, name]
            if getattr(module, name) is patch.watched:
                setattr(module, name, patch.original)

    def check(self, call: str) -> None:
        """Raise `Escape` when the code under test made this call during a turn."""
        guard = self.turn
        if guard is None or get_ident() != self.thread:
            return
        # What the search for the call site reads is no escape itself.
        self.turn = None
        try:
            escape = guard.escape_of(call, sys._getframe(2))
        finally:
            self.turn = guard
        if escape is not None:
            raise Escape(escape)

    def _audit(self, event: str, _arguments: tuple[object, ...]) -> None:
        if self.turn is not None and (event in _AUDITED or event.startswith("socket.")):
            self.check(event)


_WATCH = _Watch()


class Guard:
    """Watches over the turns of code under test: `with guard:` around each.

    `packages` are the import names of the code under test. An escape is raised at its call site,
    and at the end of the turn as a `TargetError` even where the code swallowed it. A function
    that was bound before `install`, such as a `default_factory=datetime.now`, is not seen.
    """

    def __init__(self, packages: Sequence[str]) -> None:
        self._prefixes = tuple(f"{package}." for package in packages)
        self._escapes: list[str] = []
        self._patches: list[tuple[ModuleType | type, str]] = []
        self._replacements: Mapping[int, object] = {}
        self._patched: set[str] = set()
        self._modules_seen = 0

    def install(self) -> None:
        """Watch the modules loaded by now; again to take in those loaded since."""
        _WATCH.hook()
        if not self._replacements:
            self._replacements = dict(_REPLACEMENTS)
            for module, name, watched in _WATCHED:
                self._patch(module, name, watched)
        if len(sys.modules) == self._modules_seen:
            return
        self._modules_seen = len(sys.modules)
        for name, module in list(sys.modules.items()):
            if name not in self._patched and self._is_under_test(name):
                self._patched.add(name)
                self._patch_module(module)

    def close(self) -> None:
        """Leave every module as it was."""
        for module, name in reversed(self._patches):
            _WATCH.unpatch(module, name)
        self._patches.clear()
        self._patched.clear()
        self._modules_seen = 0
        self._replacements = {}

    def __enter__(self) -> None:
        _WATCH.thread = get_ident()
        _WATCH.turn = self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _WATCH.turn = None
        if self._escapes:
            first = self._escapes[0]
            self._escapes.clear()
            raise TargetError(first) from error

    def escape_of(self, call: str, caller: FrameType | None) -> str | None:
        """What to say of a call, made from that frame; None when it is no escape."""
        frames = list(_stack(caller))
        if any(_module(frame).partition(".")[0] in _NO_ESCAPE for frame in frames):
            return None
        site = next((each for each in frames if self._is_under_test(_module(each))), None)
        site = site or frames[0]
        code: CodeType = site.f_code
        text = (
            f"{call} was called outside the simulation, at {code.co_filename}:{site.f_lineno} in"
            f" {code.co_qualname}; let the service use its ports instead"
        )
        self._escapes.append(text)
        return text

    def _is_under_test(self, module: str) -> bool:
        return f"{module}.".startswith(self._prefixes)

    def _patch_module(self, module: ModuleType) -> None:
        for name, value in list(vars(module).items()):
            replacement = self._replacements.get(identity(value))
            if replacement is not None or _WATCH.has_patched(module, name):
                self._patch(module, name, replacement)

    def _patch(self, module: ModuleType | type, name: str, value: object | None) -> None:
        if _WATCH.patch(module, name, value):
            self._patches.append((module, name))


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    """The frames from that one outwards, as far as the turn goes."""
    while frame is not None and not _module(frame).startswith("simulators.targets."):
        yield frame
        frame = frame.f_back


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _watched(call: str, real: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(real)
    def watched(*arguments: object, **keywords: object) -> object:
        if _WATCH.turn is not None:
            _WATCH.check(call)
        return real(*arguments, **keywords)

    return watched


def _watched_below(call: str, real: Callable[..., object], needed: int) -> Callable[..., object]:
    @functools.wraps(real)
    def watched(*arguments: object, **keywords: object) -> object:
        given = (*arguments, *keywords.values())
        if _WATCH.turn is not None and (len(given) < needed or given[needed - 1] is None):
            _WATCH.check(call)
        return real(*arguments, **keywords)

    return watched


class _Calendar(type):
    """Makes a class that stands in for `datetime` or `date` and yields the real one's objects."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__base__ or object)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.__base__ or object)

    def __call__(cls, *arguments: object, **keywords: object) -> object:
        return (cls.__base__ or object)(*arguments, **keywords)


class _WatchedDatetime(datetime_module.datetime, metaclass=_Calendar):
    @classmethod
    def now(cls, tz: datetime_module.tzinfo | None = None) -> datetime_module.datetime:  # type: ignore[override]
        _WATCH.check("datetime.now")
        return datetime_module.datetime.now(tz)

    @classmethod
    def utcnow(cls) -> datetime_module.datetime:  # type: ignore[override]
        _WATCH.check("datetime.utcnow")
        return datetime_module.datetime.now(datetime_module.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> datetime_module.datetime:  # type: ignore[override]
        _WATCH.check("datetime.today")
        return datetime_module.datetime.now()  # noqa: DTZ005


class _WatchedDate(datetime_module.date, metaclass=_Calendar):
    @classmethod
    def today(cls) -> datetime_module.date:  # type: ignore[override]
        _WATCH.check("date.today")
        return datetime_module.date.today()  # noqa: DTZ011


def _calendar_module() -> ModuleType:
    module = ModuleType("datetime", datetime_module.__doc__)
    vars(module).update(vars(datetime_module))
    vars(module).update(datetime=_WatchedDatetime, date=_WatchedDate)
    return module


def _watched_functions() -> Iterator[tuple[ModuleType | type, str, Callable[..., object]]]:
    for module, names in _UNAUDITED:
        for name in names:
            if hasattr(module, name):
                yield module, name, _watched(f"{module.__name__}.{name}", getattr(module, name))
    for owner, functions in _IS_LEFT_WITH_FEWER_ARGUMENTS:
        for name, needed in functions.items():
            call = f"{owner.__name__}.{name}"
            yield owner, name, _watched_below(call, getattr(owner, name), needed)


_WATCHED = tuple(_watched_functions())
_REPLACEMENTS: Mapping[int, object] = {
    **{identity(getattr(module, name)): watched for module, name, watched in _WATCHED},
    identity(datetime_module.datetime): _WatchedDatetime,
    identity(datetime_module.date): _WatchedDate,
    identity(datetime_module): _calendar_module(),
}
