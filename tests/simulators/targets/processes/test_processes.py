"""The processes of a group, as the system shows them."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from simulators.targets.processes.processes import fields_of, members, running

FAMILY = """
import os, subprocess, sys
waits = subprocess.Popen([sys.executable, "-S", "-c", "input()"])
apart = subprocess.Popen([sys.executable, "-S", "-c", "input()"], start_new_session=True)
ended = subprocess.Popen([sys.executable, "-S", "-c", ""])
os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
print(waits.pid, apart.pid, ended.pid, flush=True)
waits.wait()
"""


@pytest.fixture
def family() -> Iterator[tuple[int, int, int, int]]:
    """A leader, who waits for a process of the group; one of another group; a zombie."""
    with subprocess.Popen(
        [sys.executable, "-S", "-c", FAMILY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as leader:
        assert leader.stdout is not None
        waits, apart, ended = map(int, leader.stdout.readline().split())
        yield leader.pid, waits, apart, ended
        leader.communicate("\n\n")


def test_a_group_has_its_leader_first_and_nobody_who_has_ended(
    family: tuple[int, int, int, int],
) -> None:
    leader, waits, apart, ended = family
    assert {leader, waits, apart, ended} <= set(running())
    assert fields_of(ended)[0] == "Z"
    assert members(leader) == (leader, waits)
    assert members(apart) == (apart,)


def test_of_a_group_that_is_no_more_the_leader_is_told_alone() -> None:
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""], start_new_session=True)
    gone.wait()
    assert members(gone.pid) == (gone.pid,)


def test_this_process_is_in_its_own_group() -> None:
    assert os.getpid() in members(os.getpgid(0))
