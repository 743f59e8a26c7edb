"""How a run shows that it goes on: a bar on a terminal, a line a scenario elsewhere."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from reports.printable import one_line
from reports.sentences import counted

if TYPE_CHECKING:
    from rich.progress import Task, TaskID


_SOONEST_RATE: Final = 1.0
"""Seconds before which no rate can be told."""


class Pace:
    """How fast the plans of a scenario are tried, and how long the rest will take."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began: dict[str, tuple[float, int]] = {}
        """When a scenario was first told of, and how many plans were tried by then."""

    def words(self, scenario: str, plans: int, expected: int | None) -> str:
        """How many plans were tried, of how many, at what rate, and the time left."""
        began_at, before = self._began.get(scenario, (self._clock(), plans))
        if plans <= before:
            # A plan was tried already when the first is told of.
            self._began[scenario] = began_at, before = self._clock(), plans
        told = f"{counted(plans, 'plan')} tried"
        if expected is not None and plans <= expected:
            told += f" of about {expected:,}"
        done, took = plans - before, self._clock() - began_at
        if not done or took < _SOONEST_RATE:
            return told
        told += f", {_rate_words(done / took)}"
        if expected is None or plans >= expected:
            return told
        return f"{told}, about {timedelta(seconds=round(took / done * (expected - plans)))} left"


class Advances(Protocol):
    """Somebody who is told how far a scenario has come."""

    def advance(self, scenario: str, plans: int, expected: int | None) -> None:
        """So many plans of a scenario were tried, of about so many; None where nobody knows."""
        ...


class Watcher(Advances, Protocol):
    """Somebody who is told how far a run has come."""

    def expect(self, scenarios: int) -> None:
        """So many scenarios are going to be played."""
        ...

    def note(self, scenario: str, outcome: str, seconds: float) -> None:
        """One of them is done: passed, failed, inconclusive or skipped."""
        ...

    def __enter__(self) -> "Watcher": ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


def watch(stream: TextIO, environment: Mapping[str, str]) -> Watcher:
    """A bar where the stream is a terminal that can redraw a line, plain lines elsewhere."""
    if stream.isatty() and environment.get("TERM") != "dumb":
        return Bar(stream, has_colour=not environment.get("NO_COLOR"))
    return Lines(stream)


def kept_apart(stream: TextIO) -> TextIO:
    """The same place to write to, out of the reach of pytest, which captures the original.

    Whoever asks closes it. A stream without a file of its own is returned as it is.
    """
    try:
        descriptor = os.dup(stream.fileno())
    except (OSError, ValueError):
        return stream
    return os.fdopen(
        descriptor, "w", encoding=stream.encoding or "utf-8", errors="replace", buffering=1
    )


WATCHER: Final = "coolwind-watcher"
"""The name under which pytest's plugin manager knows a run's watcher."""

_BETWEEN_LINES: Final = 10.0


def _rate_words(speed: float) -> str:
    """A rate, given as so many a second."""
    return f"{speed:.1f} a second" if speed >= 1 else f"{60 * speed:.0f} a minute"


class Writable(Protocol):
    """A place for lines of text."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> None: ...


class Lines:
    """One line a scenario, and one more every ten seconds that it takes."""

    def __init__(self, stream: Writable, clock: Callable[[], float] = monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._expected = 0
        self._done = 0
        self._pace = Pace(clock)
        self._noted_at = self._began_at = clock()
        self._told_at: dict[str, float] = {}

    def expect(self, scenarios: int) -> None:
        self._expected = scenarios

    def advance(self, scenario: str, plans: int, expected: int | None) -> None:
        words = self._pace.words(scenario, plans, expected)
        if self._clock() - self._told_at.get(scenario, self._noted_at) >= _BETWEEN_LINES:
            self._told_at[scenario] = self._clock()
            self._stream.write(f"{one_line(scenario, 60)}: {words}\n")
            self._stream.flush()

    def note(self, scenario: str, outcome: str, seconds: float) -> None:
        self._noted_at = self._clock()
        self._done += 1
        count = f"{self._done:>{len(str(self._expected))}}/{self._expected}"
        left = (self._clock() - self._began_at) / self._done * (self._expected - self._done)
        told = f"{seconds:.1f} s, {left:.0f} s left" if left > 0 else f"{seconds:.1f} s"
        self._stream.write(f"[{count}] {outcome:<12} {one_line(scenario, 80)} ({told})\n")
        self._stream.flush()

    def __enter__(self) -> "Lines":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stream.flush()


class Bar:
    """A bar with the count, the rate and the time left, of the run and of the scenario."""

    def __init__(
        self, stream: TextIO, *, has_colour: bool, clock: Callable[[], float] = monotonic
    ) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            ProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text

        class _Rate(ProgressColumn):
            """Scenarios a second, or a minute where they take long."""

            def render(self, task: "Task") -> Text:
                speed = task.finished_speed or task.speed
                return Text("" if speed is None else _rate_words(speed))

        self._bad: Counter[str] = Counter()
        self._pace = Pace(clock)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TextColumn("time left"),
            TimeRemainingColumn(),
            console=Console(file=stream, no_color=not has_colour, force_terminal=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task: TaskID = self._progress.add_task("collecting", total=None)

    def expect(self, scenarios: int) -> None:
        self._progress.update(self._task, total=scenarios, description="playing")

    def advance(self, scenario: str, plans: int, expected: int | None) -> None:
        words = self._pace.words(scenario, plans, expected)
        self._progress.update(self._task, description=words)

    def note(self, scenario: str, outcome: str, seconds: float) -> None:  # noqa: ARG002
        if outcome in ("failed", "inconclusive"):
            self._bad[outcome] += 1
        told = ", ".join(["playing", *(f"{count} {bad}" for bad, count in self._bad.items())])
        self._progress.update(self._task, advance=1, description=told)

    def __enter__(self) -> "Bar":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()
