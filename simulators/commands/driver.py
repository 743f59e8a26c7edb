"""Pytest, driven by `coolwind run`."""

import io
import os
import subprocess
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from reports.masking import masked_text
from simulators.campaign.verdict import Verdict
from simulators.jobs.progress import WATCHER, Watcher
from simulators.jobs.relaying import RELAY, Receiver
from simulators.plugin.recording import RECORDER, Recorder

_LAST_BREATH = 3.0
"""Seconds that the processes that play have to come to their end, once the run is over."""


class Driver:
    """A pytest plugin that silences pytest, tells a watcher how far the run is, and keeps what
    could not be collected, and what may be meant in another way. The page of an earlier run goes
    with its record."""

    def __init__(self, watcher: Watcher, page: Path) -> None:
        self.errors: list[str] = []
        self.doubts: list[str] = []
        self.recorder: Recorder | None = None
        self._watcher = watcher
        self._page = page
        self._workers: list[subprocess.Popen[bytes]] = []
        self._receiver: Receiver | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Where other processes play, this one makes no temporary folder of pytest's for them,
        which nobody would remove."""
        if config.getoption("numprocesses", None):
            config.pluginmanager.unregister(name="tmpdir")

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Put a reporter in the place of pytest's that writes nowhere."""
        manager = config.pluginmanager
        manager.register(self._watcher, WATCHER)
        loud = manager.unregister(name="terminalreporter")
        if loud is not None:
            silent = pytest.TerminalReporter(config, io.StringIO())
            manager.register(silent, "terminalreporter")
        recorder = manager.get_plugin(RECORDER)
        self.recorder = recorder if isinstance(recorder, Recorder) else None
        if self.recorder is not None:
            # What cannot be removed cannot be written either, and that is told then.
            with suppress(OSError):
                self._page.unlink(missing_ok=True)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """A process that plays is about to start."""
        node.workerinput["coolwind_controller"] = os.getpid()
        if self._receiver is None:
            self._receiver = Receiver(self._watcher)
        node.workerinput[RELAY] = self._receiver.address
        # What a process leaves that is killed then, a warden tidies up.
        node.nodemanager.EXIT_TIMEOUT = _LAST_BREATH
        # Nothing else tells which process it is; without that it ends a breath later.
        if (process := getattr(node.gateway._io, "popen", None)) is not None:
            self._workers.append(process)

    def pytest_unconfigure(self) -> None:
        """The processes that play have ended."""
        if self._receiver is not None:
            self._receiver.close()

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self) -> None:
        """The processes that play end now, where execnet would let them go on for five seconds."""
        for process in self._workers:
            process.terminate()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """This process knows the scenarios."""
        self._watcher.expect(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """A process that plays knows the scenarios."""
        self._watcher.expect(len(ids))

    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """What a feature file may mean in another way, once, though several processes tell it."""
        if warning_message.filename.endswith(".feature"):
            place = f"{warning_message.filename}:{warning_message.lineno}"
            told = f"{place}: {warning_message.message}"
            self.doubts += [told] if told not in self.doubts else []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Each error once, though several processes tell it."""
        if report.failed:
            lines = report.longreprtext.strip().splitlines()
            self.errors += [line for line in lines if line not in self.errors]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A scenario is done."""
        if report.when == "call" or (report.when == "setup" and not report.passed):
            result = getattr(report, "coolwind", None)
            played: Mapping[str, Any] = result["entries"][0] if result else {"name": report.nodeid}
            outcome = _explored_to(played) or report.outcome
            lines = played.get("transcript", ())
            told = (line[name] or "" for line in lines for name in ("text", "reply", "kept"))
            self._watcher.note(masked_text(played["name"], told), outcome, report.duration)


def _explored_to(played: Mapping[str, Any]) -> str | None:
    """What the exploration of a scenario came to, if that is no pass: pytest may have expected it
    (xfail)."""
    exploration = played.get("exploration") or {}
    return _NO_PASS.get(exploration.get("verdict"))


_NO_PASS: Mapping[str | None, str] = {Verdict.FAIL: "failed", Verdict.INCONCLUSIVE: "inconclusive"}
