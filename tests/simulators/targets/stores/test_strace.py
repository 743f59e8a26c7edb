"""strace, attached to processes that run."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from simulators.errors import TargetError
from simulators.targets.stores import strace
from simulators.targets.stores.strace import Tracer


@pytest.fixture
def waiting(need: Callable[[str | None], None]) -> Iterator[int]:
    need(strace.why_not())
    program = [sys.executable, "-S", "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(program, stdin=subprocess.PIPE) as process:
        yield process.pid
        process.kill()


@pytest.mark.parametrize("is_asked", [False, True])
def test_what_has_ended_when_it_attaches_is_left_out(waiting: int, is_asked: bool) -> None:
    with subprocess.Popen([sys.executable, "-S", "-c", ""]) as gone:
        os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT)
        if is_asked:
            gone.wait()
        tracer = Tracer((), [waiting, gone.pid], lambda *_: None)
        tracer.detach()
        assert waiting in tracer.processes()


def test_what_runs_and_cannot_be_traced_is_told(waiting: int) -> None:
    first = Tracer((), [waiting], lambda *_: None)
    with pytest.raises(TargetError, match=r"cannot attach to the server .* run as root"):
        Tracer((), [waiting], lambda *_: None)
    first.detach()
