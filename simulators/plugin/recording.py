"""Writes the run record while pytest runs, in the process that controls the run."""

import platform
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from reports.errors import RecordError
from reports.record import (
    FaultColumn,
    FindingFound,
    LawChecked,
    RunEnded,
    RunStarted,
    ScenarioPlayed,
)
from reports.record_file import RecordWriter
from reports.record_lines import KINDS
from reports.unfinished import Key, Unfinished, key_of
from simulators.campaign.verdict import Ruling, rule
from simulators.ending import undisturbed
from simulators.errors import SimulatorError
from simulators.explorer.depths import depth_of
from simulators.explorer.explorer import ANY, LEFT_OUT_OF_A_DELIVERY, LEFT_OUT_OF_ANY
from simulators.faults.catalogue import USUAL, select
from simulators.faults.fault import Fault
from simulators.jobs.ordering import InOrder
from simulators.laws import LAWS
from simulators.targets.choice import choose
from simulators.targets.stores.silence import Silent, together
from simulators.targets.target import Capability
from simulators.targets.uncovered import uncovered_of

RECORDER = "coolwind-recorder"
"""The name under which pytest knows the recorder of a run."""


class Recorder:
    """A pytest plugin that writes what each scenario brings along, in the order of collection: as
    soon as everything before it is known, however many processes play."""

    def __init__(self, writer: RecordWriter, started: RunStarted) -> None:
        self._results: InOrder[Mapping[str, Any]] = InOrder(self._take)
        self._troubles: dict[str, list[str]] = {}
        self._writer = writer
        self._unfinished = Unfinished(writer.path)
        self._done: set[Key] = set()
        self._began = time.monotonic()
        self._failures: list[str] = []
        self._doubts: list[str] = []
        self._silent: Silent = {}
        self._played = 0
        self._judged = 0
        self._interrupted = False
        self._unfinished.make()
        writer.write(started)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """This process knows the scenarios."""
        self._results.expect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """A process that plays knows the scenarios."""
        self._results.expect(ids)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Results travel on the reports of the scenarios, from another process as well."""
        result = getattr(report, "coolwind", None)
        # A process that dies takes its scenario with it: of that, there is no further report.
        has_died = report.failed and report.when not in ("setup", "call", "teardown")
        if has_died:
            trouble = {"where": report.nodeid, "what": report.longreprtext.strip()}
            result = {"entries": [], "trouble": trouble}
        with undisturbed():
            if result is not None and not self._results.note(report.nodeid, result):
                self._unfinished.append(*map(_entry, result["entries"]))
            if has_died or report.when == "teardown":
                self._results.complete(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """What could not be collected was not judged."""
        if report.failed:
            lines = report.longreprtext.strip().splitlines()
            self._doubts += [line for line in lines if line not in self._doubts]

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Interrupted by the user, or by a signal."""
        # Pytest tells in the same way that files could not be collected.
        self._interrupted = not isinstance(excinfo.value, pytest.Session.Interrupted)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Pytest itself broke."""
        self._note_trouble("pytest", str(excrepr).strip().rpartition("\n")[2])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Close the record; whatever comes later can add nothing."""
        self._results.flush()
        for entry in self._unfinished.read(self._done):
            self._write(entry, is_trouble=False)
        ruling = self.ruling
        self._writer.write(
            RunEnded(
                ruling.verdict.value,
                time.monotonic() - self._began,
                ruling.reasons,
                self._interrupted,
            )
        )
        self._writer.close()
        self._unfinished.remove()

    @property
    def troubles(self) -> Sequence[str]:
        """What went wrong with the target or with the harness: each cause once, and where."""
        return [
            f"{places[0]}: {what}" if len(places) == 1 else f"{what} ({len(places)} times)"
            for what, places in self._troubles.items()
        ]

    @property
    def ruling(self) -> Ruling:
        """What the run has come to."""
        doubts = [*self.troubles, *self._doubts]
        if self._interrupted:
            doubts.append("the run was interrupted before its end; run it again")
        else:
            # What a run that was cut short had not called yet, it might have called later.
            doubts += filter(None, self._silent.values())
        if not (self._played or doubts):
            doubts.append("no scenario was played; name paths and tags that have one")
        return rule(self._failures, doubts, self._judged)

    @property
    def failed(self) -> bool:
        """Whether there is a finding, or a scenario that fails."""
        return bool(self._failures)

    @property
    def interrupted(self) -> bool:
        """Whether the run was ended before its end."""
        return self._interrupted

    def _take(self, result: Mapping[str, Any]) -> None:
        trouble = result["trouble"]
        self._silent = together(self._silent, result.get("silent", {}))
        self._judged += result.get("struck", False)
        for line in result["entries"]:
            self._write(_entry(line), is_trouble=trouble is not None)
        if trouble is not None:
            self._note_trouble(trouble["where"], trouble["what"])

    def _note_trouble(self, where: str, what: str) -> None:
        self._troubles.setdefault(what, []).append(where)

    def _write(self, entry: ScenarioPlayed | FindingFound, *, is_trouble: bool) -> None:
        self._writer.write(entry)
        match entry:
            case FindingFound():
                self._failures.append(entry.sentence)
            case ScenarioPlayed():
                self._done.add(key_of(entry))
                self._played += entry.status != "skipped"
                self._judged += 0 if entry.exploration is None else entry.exploration.plans
                if entry.status == "failed" and not is_trouble:
                    self._failures.append(f"{entry.name}: {entry.message or 'failed'}")
                if entry.exploration is not None and entry.exploration.verdict == "inconclusive":
                    self._doubts += [f"{entry.name}: {why}" for why in entry.exploration.reasons]


def start_recording(config: pytest.Config, path: str) -> None:
    """Begin a record at that path. Raises pytest's UsageError with one line."""
    try:
        config.pluginmanager.register(
            Recorder(RecordWriter(Path(path)), _started(config)), RECORDER
        )
    except (RecordError, SimulatorError) as error:
        raise pytest.UsageError(str(error)) from error


def _started(config: pytest.Config) -> RunStarted:
    target = choose(config.getoption("--coolwind-target"))
    try:
        wish: str = config.getoption("--coolwind-faults") or USUAL
        faults = select(wish, target.capabilities)
        budget: float | None = config.getoption("--coolwind-budget")
        limit = depth_of(config.getoption("--coolwind-depth"), target, budget)
        return RunStarted(
            version("coolwind"),
            platform.python_version(),
            target.name,
            config.getoption("--coolwind-seed"),
            limit,
            tuple(FaultColumn(one.name, one.contract.value, one.does) for one in faults),
            tuple(_paths(config)),
            datetime.now(UTC).isoformat(timespec="seconds"),
            budget=budget,
            environment={
                "system": platform.system(),
                "machine": platform.machine(),
                "implementation": platform.python_implementation(),
                "pytest": version("pytest"),
            },
            laws=tuple(LawChecked(law.name, law.says) for law in LAWS),
            uncovered=(
                *uncovered_of(target, faults, select(wish, frozenset(Capability))),
                *([LEFT_OUT_OF_A_DELIVERY] if limit != 1 and _strike_inside(faults) else []),
                *([LEFT_OUT_OF_ANY] if limit is ANY else []),
            ),
        )
    finally:
        target.close()


def _strike_inside(faults: Iterable[Fault]) -> bool:
    return any(fault.inside is not None for fault in faults)


def _paths(config: pytest.Config) -> Iterator[str]:
    folder = config.invocation_params.dir
    for argument in config.args:
        path = Path(argument)
        yield path.relative_to(folder).as_posix() if path.is_relative_to(folder) else argument


def _entry(line: dict[str, object]) -> ScenarioPlayed | FindingFound:
    body = dict(line)
    entry = KINDS[str(body.pop("kind"))].decode(body)  # type: ignore[arg-type]
    assert isinstance(entry, ScenarioPlayed | FindingFound)
    return entry
