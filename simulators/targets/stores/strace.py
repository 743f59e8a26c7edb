"""strace (https://strace.io), attached to processes that run: it tells their system calls, and does
something to them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from simulators.errors import TargetError
from simulators.targets.processes.processes import has_ended, process_of

_PATIENCE: Final = 10.0
"""Seconds that strace may take to attach, or to let go."""
_ATTACHED: Final = re.compile(r"Process (\d+) attached")
_REFUSED: Final = re.compile(r"attach: ptrace\(\w+, (\d+)\)")


class Tracer:
    """One strace, attached to these processes and all that they start. `calls` are told.

    `hear` is given each of its lines as soon as it is told, with the tracer, in a thread of its
    own; it must not call `detach`. `mark` is in the environment of strace, for whoever has to end
    it where this process cannot. A process that has ended by then, as one that serves a single
    connection does, is none of them. Raises `TargetError` where it cannot attach, or where all have
    ended.
    """

    def __init__(
        self,
        options: Sequence[str],
        processes: Sequence[int],
        hear: Callable[["Tracer", str], None],
        calls: Sequence[str] = (),
        mark: Mapping[str, str] | None = None,
    ) -> None:
        self._processes = tuple(processes)
        self._heard: set[int] = set()
        self._hear = hear
        self._missing = set(self._processes)
        self._is_attached = False
        self._is_settled = threading.Event()
        self._words: list[str] = []
        output, into = os.pipe()
        try:
            self._strace = subprocess.Popen(
                _command([*options, f"--output=/dev/fd/{into}"], processes, calls),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, **(mark or {})},
                pass_fds=(into,),
                start_new_session=True,
            )
        finally:
            os.close(into)
        self._threads = (
            threading.Thread(target=self._read, args=(output,), daemon=True),
            threading.Thread(target=self._listen, daemon=True),
        )
        for thread in self._threads:
            thread.start()
        is_settled = self._is_settled.wait(_PATIENCE)
        if not is_settled or self._missing or not self._is_attached:
            self.detach()
            words = " | ".join(self._words) or "it said nothing"
            raise TargetError(
                f"strace cannot attach to the server ({words}); run as root, or set"
                " kernel.yama.ptrace_scope to 0, or leave the files out of [stores]"
            )

    def detach(self) -> None:
        """Let the processes go on, and hear all that was told until then. A second time does
        nothing."""
        self._end()
        self.go_on()
        self._hear_out()

    def leave(self) -> None:
        """As `detach`, but what a signal has stopped stays where it is."""
        self._end()
        self._hear_out()

    def processes(self) -> Sequence[int]:
        """Those that it is attached to, and what they have started since and was heard of."""
        started = filter(None, map(process_of, tuple(self._heard)))
        return tuple(sorted({*self._processes, *started}))

    def go_on(self) -> None:
        """Let processes go on that a signal has stopped."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill the processes, and strace: it would keep one that it delays from dying."""
        self._signal(signal.SIGKILL)
        self._strace.kill()

    def _end(self) -> None:
        self._strace.terminate()
        try:
            self._strace.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._strace.kill()
            self._strace.wait()

    def _hear_out(self) -> None:
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _signal(self, number: signal.Signals) -> None:
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, number)

    def _read(self, output: int) -> None:
        with open(output, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                thread, _, told = line.partition(" ")
                if thread.isdecimal():
                    self._heard.add(int(thread))
                    if told.lstrip().startswith("+++"):
                        self._heard.discard(int(thread))
                self._hear(self, line)

    def _listen(self) -> None:
        assert self._strace.stderr is not None
        with self._strace.stderr as words:
            for raw in words:
                text = raw.decode("utf-8", "replace").strip()
                if attached := _ATTACHED.search(text):
                    self._missing.discard(int(attached[1]))
                    self._is_attached = True
                else:
                    self._words.append(text.removeprefix("strace: "))
                    refused = _REFUSED.search(text)
                    if refused and has_ended(int(refused[1])):
                        self._missing.discard(int(refused[1]))
                if not self._missing:
                    self._is_settled.set()
        self._is_settled.set()


def why_not() -> str | None:
    """Why the files of other processes cannot be watched here, as a sentence with its remedy; None
    where they can. The first time it attaches to a process to see."""
    return _tried(shutil.which("strace"))


def _command(
    options: Sequence[str], processes: Sequence[int], calls: Sequence[str]
) -> Sequence[str]:
    traced = ",".join(f"?{call}" for call in calls) or "none"
    attached = [f"--attach={process}" for process in processes]
    told = ["--decode-fds=path", "--string-limit=0", "--signal=none", f"--trace={traced}"]
    return ["strace", "--follow-forks", *told, *options, *attached]


@lru_cache
def _tried(program: str | None) -> str | None:
    if program is None:
        return (
            "the files of a server cannot be watched: strace is not installed; run apt-get install"
            " strace"
        )
    if not Path("/proc/self/cwd").exists():
        return "the files of a server cannot be watched: this system has no /proc; use Linux"
    waiting = subprocess.Popen(
        [sys.executable, "-S", "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    )
    with waiting:
        try:
            Tracer((), [waiting.pid], lambda *_: None).detach()
        except TargetError as error:
            return str(error)
        finally:
            waiting.kill()
    return None
