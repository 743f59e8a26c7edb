"""The wall clock of foreign code in this process, held still by freezegun."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from types import ModuleType
from warnings import catch_warnings, simplefilter

import freezegun
from freezegun.api import FrozenDateTimeFactory

from simulators.errors import TargetError

_KEEP_REAL_TIME = [
    "_pytest",
    "anyio",
    "asyncio",
    "concurrent",
    "coverage",
    "execnet",
    "hypothesis",
    "pluggy",
    "reports",
    "rich",
    "selectors",
    "simulators",
    "sqlite3",
    "uvloop",
    "xdist",
]
"""Beside freezegun's own list: what waits, and what measures the run itself."""

_LOOK = "_get_module_attributes_hash"
"""Where freezegun tells what it knows a module by."""


class WallClock:
    """Holds `time` and `datetime` at a moment of our choosing.

    It does not move the clocks of other processes, of SQLite's `datetime('now')`, of C extensions
    and of the event loop. To hold it takes some 8 ms where 2,000 modules are loaded; to release
    and to move it, next to nothing.
    """

    def __init__(self, moment: datetime) -> None:
        self._moment = moment
        self._freezer = freezegun.freeze_time(moment, real_asyncio=True, ignore=_KEEP_REAL_TIME)
        self._held: FrozenDateTimeFactory | None = None
        self._inspection_limit = 0
        self._looked_at: dict[str, ModuleType] = {}

    def now(self) -> datetime:
        """The moment at which time stands, aware, in UTC."""
        return self._moment

    def turn_to(self, moment: datetime) -> None:
        """Put it at another moment, before it is held."""
        self._moment = moment

    def advance(self, duration: timedelta) -> None:
        """Let time pass. Raises `TargetError` when that leads backwards or out of the calendar."""
        if duration < timedelta():
            raise TargetError(f"time cannot go back by {-duration}; let a duration pass instead")
        try:
            self._moment += duration
        except OverflowError as error:
            raise TargetError(
                f"{duration} after {self._moment} there is no calendar; let less time pass"
            ) from error
        if self._held is not None:
            self._held.move_to(self._moment)

    def hold(self) -> None:
        """Let time stand still. Raises `TargetError` where somebody else plays with it."""
        if self._held is not None:
            return
        _refuse_other_freezers()
        self._load_what_is_late()
        with _looking_quickly():
            held = self._freezer.start()
        if not isinstance(held, FrozenDateTimeFactory):
            raise TargetError("freezegun returned another clock than a frozen one")
        self._held = held
        self._held.move_to(self._moment)
        # By default freezegun looks for the ignored modules in five frames, and `threading` is
        # one of them: a function run by a thread would read the real time. The caller decides.
        self._inspection_limit = freezegun.api.call_stack_inspection_limit
        freezegun.api.call_stack_inspection_limit = 1

    def release(self) -> None:
        """Let everybody see real time again."""
        if self._held is None:
            return
        freezegun.api.call_stack_inspection_limit = self._inspection_limit
        self._held = None
        self._freezer.stop()

    def _load_what_is_late(self) -> None:
        """Freezegun looks at all that modules have, and so loads what a package loads at the first
        look, as pydantic does: with the held `datetime`, and what was made of it would stay."""
        while late := [*self._late()]:
            self._looked_at.update(late)
            for _, module in late:
                _read_all(module)

    def _late(self) -> Iterator[tuple[str, ModuleType]]:
        """The modules that may load something at a look, and that nobody has looked at."""
        for name, module in [*sys.modules.items()]:
            is_known = self._looked_at.get(name) is module
            if not is_known and _is_lazy(module) and not name.startswith(self._freezer.ignore):
                yield name, module

    @contextmanager
    def released(self) -> Iterator[None]:
        """Real time for a while: pydantic models cannot be built while time stands still."""
        was_held = self._held is not None
        self.release()
        try:
            yield
        finally:
            if was_held:
                self.hold()


@contextmanager
def _looking_quickly() -> Iterator[None]:
    """Let freezegun tell quicker in here which modules are as they were: it looks at all of them
    each time."""
    known = getattr(freezegun.api, _LOOK, None)
    if known is None:
        yield
        return
    setattr(freezegun.api, _LOOK, _names_of)
    try:
        yield
    finally:
        setattr(freezegun.api, _LOOK, known)


def _names_of(module: ModuleType) -> str:
    """What freezegun makes of a module and its names; it sorts them before that."""
    is_plain = type(module) is ModuleType and "__dir__" not in vars(module)
    names = vars(module) if is_plain else _all_names(module)
    return f"{id(module)}-{hash(frozenset(names))}"


def _all_names(module: ModuleType) -> list[str]:
    try:
        return dir(module)
    except (ImportError, TypeError):
        return []


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


def _refuse_other_freezers() -> None:
    if freezegun.api.freeze_factories:
        raise TargetError(
            "freezegun holds the clock already; take its marker, fixture or decorator off this test"
        )
    time_machine = sys.modules.get("time_machine")
    hatch = getattr(time_machine, "escape_hatch", None)
    if hatch is not None and hatch.is_travelling():
        raise TargetError(
            "time-machine moves the clock already; take its marker, fixture or decorator off this"
            " test"
        )
