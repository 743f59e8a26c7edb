"""A run that is interrupted ends at once, in all of its processes."""

import io
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from simulators.cli import Exit
from simulators.commands.run import Driver
from simulators.ending import Brief, LastAct, interruptible
from simulators.jobs.progress import Lines

FEATURE = """Feature: F
  Scenario: A shop is busy
    When the customer says "hello"
    Then the shop is busy
"""
BUSY = """
import signal, threading
from pathlib import Path
from pytest_bdd import then

@then("the shop is busy")
def wait():
    try:
        Path("busy").write_text("now")
        threading.Event().wait()
    finally:
        ignored = signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        Path("told").write_text("at once" if ignored else "late")
"""
TIDY = """
import os, signal
from simulators.ending import end_at_once

end_at_once()
try:
    os.kill(os.getpid(), signal.SIGTERM)
except KeyboardInterrupt:
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(os.getpid(), number)
    print("tidied up")
"""


def test_what_comes_after_the_first_signal_disturbs_nobody_who_tidies_up() -> None:
    done = subprocess.run([sys.executable, "-c", TIDY], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("tidied up\n", "")


class TestTheProcessesThatPlay:
    @pytest.fixture
    def controlling(self, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
        """A run with two processes, of which one waits for ever."""
        (tmp_path / "conftest.py").write_text(BUSY)
        (tmp_path / "a.feature").write_text(FEATURE)
        os.mkfifo(tmp_path / "busy")
        busy = os.open(tmp_path / "busy", os.O_RDWR)
        code = "from simulators.cli import main; raise SystemExit(main())"
        with subprocess.Popen(
            [sys.executable, "-c", code, "run", "a.feature", "--jobs", "2"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            is_busy, _, _ = select.select([busy], [], [], 60)
            os.close(busy)
            assert is_busy
            yield process

    def test_they_are_told_at_once(
        self, controlling: "subprocess.Popen[str]", tmp_path: Path
    ) -> None:
        controlling.terminate()
        controlling.communicate()
        assert controlling.returncode == Exit.INTERRUPTED
        assert (tmp_path / "told").read_text() == "at once"

    def test_they_end_without_a_word_where_the_run_was_killed(
        self, controlling: "subprocess.Popen[str]", tmp_path: Path
    ) -> None:
        controlling.kill()
        _, said = controlling.communicate()
        assert (tmp_path / "told").read_text() == "at once"
        assert "Error" not in said
        assert "Warning" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells of a parent's death")
def test_a_process_whose_parent_is_gone_already_ends() -> None:
    code = "from simulators.ending import end_with; end_with(0); print('went on')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, b"")


def test_the_driver_ends_processes_that_have_not_told_of_themselves_yet(tmp_path: Path) -> None:
    driver = Driver(Lines(io.StringIO()), tmp_path / "report.html")
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as worker:
        node = SimpleNamespace(
            workerinput={},
            nodemanager=SimpleNamespace(EXIT_TIMEOUT=10),
            gateway=SimpleNamespace(_io=SimpleNamespace(popen=worker)),
        )
        driver.pytest_configure_node(node)
        driver.pytest_keyboard_interrupt()
        assert worker.wait() == -signal.SIGTERM
    driver.pytest_unconfigure()
    assert node.workerinput["coolwind_controller"] == os.getpid()
    assert node.nodemanager.EXIT_TIMEOUT < 5


def test_an_interruption_is_told_by_its_last_place() -> None:
    def deeper(levels: int) -> None:
        if not levels:
            raise KeyboardInterrupt
        deeper(levels - 1)

    with pytest.raises(KeyboardInterrupt) as caught:
        deeper(5)
    Brief().pytest_keyboard_interrupt(caught)
    assert len(caught.traceback) == 1


def test_a_process_that_comes_to_its_end_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses: list[int] = []
    monkeypatch.setattr(os, "_exit", statuses.append)
    act = LastAct()
    act.pytest_sessionfinish()
    assert statuses == []
    act.pytest_keyboard_interrupt()
    act.pytest_sessionfinish()
    assert statuses == [pytest.ExitCode.INTERRUPTED]


def test_an_interruption_that_got_lost_ends_the_run_before_the_next_scenario() -> None:
    plugin = Brief()
    with interruptible():
        plugin.pytest_runtest_protocol()
        handler = signal.getsignal(signal.SIGTERM)
        assert callable(handler)
        with suppress(KeyboardInterrupt):
            handler(signal.SIGTERM, None)
        with pytest.raises(KeyboardInterrupt):
            plugin.pytest_runtest_protocol()
    plugin.pytest_runtest_protocol()


def test_signals_that_come_together_interrupt_once(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([10.0, 10.01, 12.0])
    with interruptible():
        clock = SimpleNamespace(monotonic=lambda: next(times))
        monkeypatch.setattr("simulators.ending.time", clock)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)


def test_code_without_a_line_is_not_shown_where_a_run_was_interrupted() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    try:
        interrupted()
    except KeyboardInterrupt as error:
        excinfo = pytest.ExceptionInfo[BaseException].from_exception(error)
    here, there = excinfo.traceback
    there._rawentry = SimpleNamespace(tb_lineno=None, tb_frame=there._rawentry.tb_frame)
    Brief().pytest_keyboard_interrupt(excinfo)
    assert [*excinfo.traceback] == [here]
    assert excinfo.getrepr().reprcrash is not None
