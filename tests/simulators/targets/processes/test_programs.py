"""Commands of the user's: how they end, and what they leave running."""

import os
import re
import signal
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.errors import TargetError
from simulators.targets.processes.programs import run_command
from tests.waiting import wait_until

STAYS = "sleep 600 & echo $! > left; echo started"


def run(folder: Path, script: str, seconds: float = 20) -> str:
    command = ("sh", "-c", script)
    return run_command(command, folder, os.environ, "restart", timedelta(seconds=seconds))


def left(folder: Path) -> int:
    return int((folder / "left").read_text())


def is_alive(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_what_a_command_leaves_running_is_not_waited_for_and_runs_on(tmp_path: Path) -> None:
    assert run(tmp_path, STAYS) == "started\n"
    os.kill(left(tmp_path), signal.SIGKILL)


def test_a_command_that_does_not_end_is_killed_with_what_it_has_started(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"restart took more than 0.5 seconds \(sh\); look for"):
        run(tmp_path, f"{STAYS}; wait", 0.5)
    wait_until(lambda: not is_alive(left(tmp_path)))


def test_nobody_sleeps_until_a_command_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: pytest.fail("it slept"))
    assert run(tmp_path, "sleep 0.01; echo done") == "done\n"


def test_its_end_is_known_where_the_system_does_not_tell_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pidfd_open(_: int) -> int:
        raise OSError("no such call")

    monkeypatch.setattr("os.pidfd_open", pidfd_open)
    assert run(tmp_path, "sleep 0.01; echo done") == "done\n"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 3", "restart ended with status 3 (sh): it said nothing; mend it first"),
        ("echo out; echo no such thing >&2; exit 1", "status 1 (sh): no such thing; mend"),
        ("printf '\\377\\n\\n'; exit 1", "status 1 (sh): \ufffd; mend"),
        ("kill -9 $$", "ended with status -9 (sh)"),
    ],
)
def test_one_that_fails_is_trouble_in_one_line(tmp_path: Path, script: str, said: str) -> None:
    with pytest.raises(TargetError, match=re.escape(said)):
        run(tmp_path, script)


def test_one_that_cannot_be_started_is_trouble(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"cannot be started: \./none: No such file"):
        run_command(("./none",), tmp_path, os.environ, "restart")
