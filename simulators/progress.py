"""How a run shows that it goes on: a bar on a terminal, a line a scenario elsewhere."""

import os
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, TextIO

from reports.printable import one_line

if TYPE_CHECKING:
    from rich.progress import Task, TaskID


class Watcher(Protocol):
    """Somebody who is told how far a run has come."""

    def expect(self, scenarios: int) -> None:
        """So many scenarios are going to be played."""
        ...

    def note(self, scenario: str, outcome: str, seconds: float) -> None:
        """One of them is done: passed, failed or skipped."""
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


def _rate_words(speed: float) -> str:
    """A rate, given in scenarios a second."""
    return f"{speed:.1f} a second" if speed >= 1 else f"{60 * speed:.0f} a minute"


class Lines:
    """One line a scenario."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._expected = 0
        self._done = 0
        self._began = time.monotonic()

    def expect(self, scenarios: int) -> None:
        self._expected = scenarios

    def note(self, scenario: str, outcome: str, seconds: float) -> None:
        self._done += 1
        count = f"{self._done:>{len(str(self._expected))}}/{self._expected}"
        left = (time.monotonic() - self._began) / self._done * (self._expected - self._done)
        told = f"{seconds:.1f} s, {left:.0f} s left" if left > 0 else f"{seconds:.1f} s"
        self._stream.write(f"[{count}] {outcome:<7} {one_line(scenario, 80)} ({told})\n")
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
    """A bar with the count, the rate and the time left."""

    def __init__(self, stream: TextIO, *, has_colour: bool) -> None:
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

        self._failed = 0
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

    def note(self, scenario: str, outcome: str, seconds: float) -> None:  # noqa: ARG002
        self._failed += outcome == "failed"
        told = f"playing, {self._failed} failed" if self._failed else "playing"
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
