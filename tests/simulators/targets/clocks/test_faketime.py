"""The clock of another process."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.errors import TargetError
from simulators.targets.clocks import faketime
from simulators.targets.clocks.faketime import FakedTime, why_not
from simulators.targets.processes.warden import sweep
from tests.waiting import wait_until

CLOCK = """
import sys, time
for _ in sys.stdin:
    time.sleep(0.001)
    print(time.time(), time.monotonic(), flush=True)
"""


@pytest.fixture
def faked(tmp_path: Path, need: Callable[[str | None], None]) -> FakedTime:
    """A clock to be moved; skipped where there is none, but in CI there has to be."""
    need(why_not())
    return FakedTime(tmp_path)


@contextmanager
def watched(faked: FakedTime) -> Iterator["subprocess.Popen[str]"]:
    """A process that tells its time whenever it is asked."""
    process = subprocess.Popen(
        [sys.executable, "-c", CLOCK],
        env={**os.environ, **faked.environment(os.environ)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


def ask(process: "subprocess.Popen[str]") -> tuple[float, float]:
    """The time of day, and the monotonic one."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    day, monotonic = process.stdout.readline().split()
    return float(day), float(monotonic)


def test_the_time_of_day_moves_while_a_process_runs_and_its_timers_stay(faked: FakedTime):
    with watched(faked) as process:
        day, monotonic = ask(process)
        for offset in (timedelta(minutes=31), timedelta(days=1), timedelta(minutes=5)):
            faked.shift(offset)
            later, ticked = ask(process)
            assert timedelta(seconds=later - day) - offset < timedelta(seconds=20)
            assert timedelta(seconds=later - day) >= offset
            assert 0 <= ticked - monotonic < 20


def test_a_process_that_starts_later_has_the_same_time(faked: FakedTime):
    faked.shift(timedelta(days=1))
    with watched(faked) as one, watched(faked) as other:
        assert abs(ask(one)[0] - ask(other)[0]) < 20


def test_it_is_seen_whether_a_process_follows(faked: FakedTime):
    with watched(faked) as process:
        ask(process)
        assert faked.is_followed_by(process.pid)
    assert not faked.is_followed_by(os.getpid())
    assert not faked.is_followed_by(process.pid)


def test_a_killed_process_leaves_no_shared_memory_behind(faked: FakedTime):
    with watched(faked) as process:
        ask(process)
        before = {path.name for path in Path("/dev/shm").glob(f"*faketime_*_{process.pid}")}
        sweep()
        kept = {path.name for path in Path("/dev/shm").glob(f"*faketime_*_{process.pid}")}
    assert before == kept != set()
    sweep()
    assert not list(Path("/dev/shm").glob(f"*faketime_*_{process.pid}"))


def test_a_killed_process_that_nobody_has_buried_leaves_none_either(faked: FakedTime):
    with watched(faked) as process:
        ask(process)
        assert list(Path("/dev/shm").glob(f"*faketime_*_{process.pid}"))
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        sweep()
        assert not list(Path("/dev/shm").glob(f"*faketime_*_{process.pid}"))


def test_libraries_and_modules_of_the_users_stay(faked: FakedTime, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text("import builtins; builtins.own = 'kept'")
    base = {"LD_PRELOAD": "libother.so", "PYTHONPATH": str(tmp_path)}
    environment = faked.environment(base)
    assert environment["LD_PRELOAD"].endswith("libfaketime.so.1 libother.so")
    told = subprocess.run(
        [sys.executable, "-c", "import time; time.sleep(0); print(own)"],
        env={**os.environ, **environment, "LD_PRELOAD": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "kept\n"


def test_a_process_without_a_module_of_the_users_starts_without_a_word(faked: FakedTime):
    environment = faked.environment({name: os.environ[name] for name in ("PATH",)})
    told = subprocess.run(
        [sys.executable, "-S", "-c", "import sitecustomize; print(sitecustomize.__file__)"],
        env={**environment, "LD_PRELOAD": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    assert told.stdout.endswith(f"{os.sep}sleeping{os.sep}sitecustomize.py\n")


def test_a_sleep_of_less_than_nothing_is_an_error_still(faked: FakedTime):
    told = subprocess.run(
        [sys.executable, "-c", "import time; time.sleep(-1)"],
        env={**os.environ, **faked.environment(os.environ)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ValueError: sleep length must be non-negative" in told.stderr


@pytest.fixture
def library(tmp_path: Path, monkeypatch) -> Path:
    """What stands for libfaketime."""
    folder = tmp_path / "faketime"
    folder.mkdir()
    monkeypatch.setattr(faketime, "_PLACES", (str(folder),))
    monkeypatch.setattr(faketime, "_LOCAL_PLACES", ())
    return folder / "libfaketime.so.1"


def test_without_the_library_the_reason_names_the_package(library: Path, tmp_path: Path):
    assert not library.exists()
    with pytest.raises(TargetError, match="not installed; run apt-get install faketime"):
        FakedTime(tmp_path)


def test_a_library_that_moves_nothing_is_found_out(library: Path):
    library.touch()
    assert why_not() == (
        "libfaketime cannot be used here (the time of day does not follow); name a hook of the"
        " service as the clock, or install another version of it"
    )


def test_a_wait_that_does_not_end_is_found_out(library: Path, monkeypatch):
    library.touch()
    monkeypatch.setattr(faketime, "_PROBE", "import threading; threading.Event().wait()")
    monkeypatch.setattr(faketime, "_PATIENCE", 0.05)
    assert "(a timed wait does not end)" in str(why_not())


TRIED = """
import sys
from simulators.targets.clocks import faketime

faketime._PLACES, faketime._LOCAL_PLACES = (sys.argv[1],), ()
faketime._PROBE = "import sys; print(file=open(sys.argv[1] + '.run', 'w')); input()"
faketime.why_not()
"""


def test_a_trial_leaves_nothing_behind_where_whoever_makes_it_is_killed(library: Path) -> None:
    library.touch()
    folder = library.parent.with_name("temporary")
    folder.mkdir()
    trial = subprocess.Popen(
        [sys.executable, "-c", TRIED, str(library.parent)],
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
    )
    with trial:
        wait_until(lambda: any(folder.glob("*/faketime.run")))
        trial.kill()
        wait_until(lambda: not any(folder.iterdir()))
