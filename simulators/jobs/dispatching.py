"""Lets an executor play the scenarios of a run: batch by batch, each a pytest of its own.

A batch is some scenarios of one feature file. It is played from the same folder, which the workers
have to have as well, with Coolwind and the target installed beside it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from itertools import groupby
from typing import Any, Final, TextIO, TypeAlias

import pytest

from simulators.ending import Brief, end_at_once, end_with
from simulators.lasting import Lasting

MOST_IN_A_BATCH: Final = 8
"""Scenarios of one batch: starting pytest takes as long as playing some."""

_CALLED_OFF: Final = "its executor has called it off, as one does whose scheduler is gone"

SerializedReport: TypeAlias = dict[str, Any]
"""A test report as values of JSON."""


class Dispatcher:
    """A pytest plugin that plays nothing itself: it gives every scenario to the executor, and tells
    what comes back as if it had been played here. `options` are those of each batch's pytest."""

    def __init__(self, executor: Executor, options: Sequence[str]) -> None:
        self._executor = executor
        self._options = tuple(options)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Submit all, and wait for all."""
        if session.testsfailed:
            # What could not be collected ends the run, as it does without an executor.
            return None
        folder = str(session.config.invocation_params.dir)
        submitted: dict[Future[list[SerializedReport]], Sequence[str]] = {
            self._executor.submit(play, folder, self._options, batch): batch
            for batch in batches([item.nodeid for item in session.items])
        }
        for future in as_completed(submitted):
            for serialized in _outcome(future, submitted[future]):
                report = session.config.hook.pytest_report_from_serializable(
                    config=session.config, data=serialized
                )
                session.config.hook.pytest_runtest_logreport(report=report)
        return True


class Teller:
    """A pytest plugin that writes each report as a line of JSON, as soon as it is known."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """From here on, reports can be serialized."""
        self._config = config

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One more line."""
        serialized = self._config.hook.pytest_report_to_serializable(
            config=self._config, report=report
        )
        print(json.dumps(serialized), file=self._file, flush=True)


def batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Scenarios by feature file, at most so many at once, in their order."""
    for _, group in groupby(ids, lambda each: each.partition("::")[0]):
        of_one_file = list(group)
        for first in range(0, len(of_one_file), MOST_IN_A_BATCH):
            yield of_one_file[first : first + MOST_IN_A_BATCH]


def play(folder: str, options: Sequence[str], ids: Sequence[str]) -> list[SerializedReport]:
    """Play a batch in a process of its own: a worker that plays several at once, or lives for
    longer than the code of a target, is no matter; the process ends with it. A scenario that left
    no report has a failed one that says why."""
    done = subprocess.run(
        [sys.executable, "-m", "simulators.jobs.dispatching", str(os.getpid()), *options, *ids],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    whole, *_ = done.stdout.rpartition("\n")
    reports = [json.loads(line) for line in whole.splitlines()]
    ended = {report["nodeid"] for report in reports if report["when"] == "teardown"}
    said = done.stderr.strip().splitlines() or [f"its process ended with status {done.returncode}"]
    return [*reports, *(_lost(each, said[-1]) for each in ids if each not in ended)]


def _outcome(
    future: "Future[list[SerializedReport]]", batch: Sequence[str]
) -> Sequence[Mapping[str, Any]]:
    if future.cancelled():
        return [_lost(each, _CALLED_OFF) for each in batch]
    error = future.exception()
    if error is None:
        return future.result()
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return [_lost(each, what) for each in batch]


def _lost(nodeid: str, what: str) -> SerializedReport:
    """The report of a scenario that was not played to its end, in the form of pytest and xdist."""
    place = nodeid.partition("::")[0]
    report = pytest.TestReport(
        nodeid,
        (place, None, nodeid),
        {},
        "failed",
        f"not played to its end: {what}",
        "???",  # type: ignore[arg-type]
    )
    return {**report._to_json(), "$report_type": "TestReport"}


def main(arguments: Sequence[str]) -> int:
    """Play what the arguments say, and write the reports to standard output, where nothing else
    goes. The process that is named first is the one that waits for them."""
    parent, *rest = arguments
    end_at_once()
    end_with(int(parent))
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as reports, open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        return pytest.main(rest, plugins=[Teller(reports), Brief(), Lasting()])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
