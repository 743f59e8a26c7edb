"""The wall clock of foreign code in this process, held still by freezegun."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import freezegun
from freezegun.api import FrozenDateTimeFactory

from simulators.errors import TargetError
from simulators.targets.clocks.showing import showing

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


class WallClock:
    """Holds `time` and `datetime` at a moment of our choosing.

    It does not move the clocks of other processes, of SQLite's `datetime('now')`, of C extensions
    and of the event loop. To hold it takes longest the first time in a process, and after that some
    milliseconds where thousands of modules are loaded; to release and to move it, next to nothing.
    """

    def __init__(self, moment: datetime) -> None:
        self._moment = moment
        self._freezer = freezegun.freeze_time(moment, real_asyncio=True, ignore=_KEEP_REAL_TIME)
        self._held: FrozenDateTimeFactory | None = None
        self._inspection_limit = 0

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
        held = showing(self._freezer.ignore).start(self._freezer)
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
