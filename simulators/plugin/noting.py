"""What a scenario shows while its fault plans are tried: on the terminal, and beside the record."""

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType

import pytest

from reports.record import Exploration, FindingFound
from reports.unfinished import Unfinished
from simulators.campaign.campaign import Explored
from simulators.jobs.progress import Advances
from simulators.plugin.telling import begun, shown_name_of

_BETWEEN_NOTES = 1.0
"""Seconds between two notes of how far the exploration has come, at least."""

_BETWEEN_WORDS = 0.5
"""Seconds between two words to whoever watches, at least: an exploration that is over sooner shows
as one that is done."""

_LOST_AT_MOST = 20
"""So much of what was tried, one part of so many, may be lost with a run that is killed: an
exploration of hours is not noted every second."""

_NOTHING_YET = Explored(Exploration("inconclusive", 0, 0, is_partial=True), ())


class Notes:
    """Takes note of one exploration, for whoever watches and for a run that may be killed.

    Around an exploration, it takes a last note where something puts an end to it: by then, nothing
    is lost.
    """

    def __init__(
        self,
        item: pytest.Item,
        watcher: Advances | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        record: str | None = item.config.getoption("--coolwind-record")
        self._unfinished = None if record is None else Unfinished(Path(record))
        self._item = item
        self._watcher = watcher
        self._clock = clock
        self._began_at = self._told_at = clock()
        self._so_far: Callable[[], Explored] = lambda: _NOTHING_YET
        self._note()

    def tell(self, plans: int, expected: int | None, so_far: Callable[[], Explored]) -> None:
        """So many plans were tried, of about so many, and come to that."""
        self._so_far = so_far
        now = self._clock()
        if now - self._noted_at >= max(_BETWEEN_NOTES, (now - self._began_at) / _LOST_AT_MOST):
            self._note()
        if self._watcher is not None and now - self._told_at >= _BETWEEN_WORDS:
            self._told_at = now
            self._watcher.advance(self._shown_name, plans, expected)

    @cached_property
    def _shown_name(self) -> str:
        return shown_name_of(self._item)

    def show(self, finding: FindingFound) -> None:
        """This was found, or found once more and shrunk."""
        self._note(finding)

    def __enter__(self) -> "Notes":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._note()

    def _note(self, *found: FindingFound) -> None:
        self._noted_at = self._clock()
        if self._unfinished is not None:
            self._unfinished.append(begun(self._item, self._so_far()), *found)
