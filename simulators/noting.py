"""What a scenario shows while its fault plans are tried: on the terminal, and beside the record."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.record import FindingFound
from reports.unfinished import Unfinished
from simulators.progress import Watcher
from simulators.telling import begun, name_of

_BETWEEN_NOTES = 5.0
"""Seconds between two notes of how many plans were tried."""


class Notes:
    """Takes note of one exploration, for whoever watches and for a run that may be killed."""

    def __init__(
        self,
        item: pytest.Item,
        watcher: Watcher | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        record: str | None = item.config.getoption("--coolwind-record")
        self._unfinished = None if record is None else Unfinished(Path(record))
        self._item = item
        self._watcher = watcher
        self._clock = clock
        self._shown: dict[str, FindingFound] = {}
        self._tried = 0
        self._note()

    def tell(self, plans: int, expected: int | None) -> None:
        """So many plans were tried, of about so many."""
        self._tried = plans
        if self._clock() - self._noted_at >= _BETWEEN_NOTES:
            self._note()
        if self._watcher is not None:
            self._watcher.advance(name_of(self._item), plans, expected)

    def show(self, finding: FindingFound) -> None:
        """This was found, or found once more and shrunk."""
        self._shown[finding.finding_id] = finding
        self._note()

    def _note(self) -> None:
        self._noted_at = self._clock()
        if self._unfinished is not None:
            self._unfinished.append(begun(self._item, self._tried), *self._shown.values())
