"""The file of a run record: written entry by entry while the run goes on, read back strictly.

A line is written with one call, so a killed run leaves whole lines and at most one that is cut
short. What it had found of scenarios that were not done stands beside it (`unfinished`). A run
locks its record for as long as it writes it: two in one place would tell of each other's scenarios.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from reports.errors import RecordError
from reports.exclusive import check_not_in_use, in_use, lock
from reports.record import Entry, FindingFound, Record, RunEnded, RunStarted, ScenarioPlayed
from reports.record_lines import entries, line_of, refusal
from reports.shape import Misfit
from reports.unfinished import Unfinished, key_of


class RecordWriter:
    """Writes one record, and replaces an earlier one at the same path.

    The parent folder is made when it is missing. A new file is for its owner's eyes only, because
    it holds what customers wrote. Raises RecordError when the file cannot be made or written, and
    where another run is still writing it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_way(path)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
            self._descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
        except (OSError, ValueError) as error:
            raise RecordError(
                f"{str(path)!r}: the run record cannot be made ({_reason(error)}); "
                "choose another folder for the output"
            ) from error
        if not lock(self._descriptor):
            self.close()
            raise in_use(path)

    def write(self, entry: Entry) -> None:
        """Append one entry; it is with the operating system when this returns.

        An entry that could not be written whole leaves no trace. Raises RecordError.
        """
        try:
            line = line_of(entry)
        except Misfit as misfit:
            raise RecordError(
                f"{self.path}: {type(entry).__name__} cannot be written ({misfit}); "
                "correct the part of the run that made it"
            ) from misfit
        try:
            _write_all(self._descriptor, line)
        except OSError as error:
            os.ftruncate(self._descriptor, self._written)
            raise RecordError(
                f"{self.path}: the run record cannot be written ({_reason(error)}); "
                "what was found before is kept, make room and run again"
            ) from error
        self._written += len(line)

    def close(self) -> None:
        """Close the file; once more does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> "RecordWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def read_record(path: Path) -> Record:
    """Read a whole record.

    A last line that was cut in the middle is left out: the run was cut short. What such a run had
    found of scenarios that were not done comes after the rest. Raises RecordError for everything
    else that is not as it should be.
    """
    try:
        with path.open("rb") as file:
            record = _assembled(path, entries(path, file))
    except (OSError, ValueError) as error:
        raise RecordError(
            f"{str(path)!r}: the run record cannot be read ({_reason(error)}); "
            "name the file that a run wrote"
        ) from error
    if record.ended is not None:
        return record
    more = Unfinished(path).read({key_of(one) for one in record.scenarios})
    return replace(
        record,
        scenarios=(*record.scenarios, *(one for one in more if isinstance(one, ScenarioPlayed))),
        findings=(*record.findings, *(one for one in more if isinstance(one, FindingFound))),
    )


def _make_way(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise FileExistsError(0, "something that is no file is in its place")
    check_not_in_use(path)
    path.unlink()


def _write_all(descriptor: int, line: bytes) -> None:
    rest = memoryview(line)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _assembled(path: Path, lines: Iterator[tuple[int, Entry]]) -> Record:
    started: RunStarted | None = None
    scenarios: list[ScenarioPlayed] = []
    findings: list[FindingFound] = []
    ended: RunEnded | None = None
    for number, entry in lines:
        if isinstance(entry, RunStarted) is (started is not None):
            if started is None:
                raise refusal(path, number, "the record does not begin with its start")
            raise RecordError(
                f"{path}, line {number}: the record starts a second time; give the two runs as two"
                " files, each from its own first line"
            )
        if ended is not None:
            raise refusal(path, number, "the record goes on after its end")
        match entry:
            case RunStarted():
                started = entry
            case ScenarioPlayed():
                scenarios.append(entry)
            case FindingFound():
                findings.append(entry)
            case RunEnded():
                ended = entry
    if started is None:
        raise RecordError(f"{path}: the file is empty; name the file that a run wrote")
    return Record(started, tuple(scenarios), tuple(findings), ended)


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
