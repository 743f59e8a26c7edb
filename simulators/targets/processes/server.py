"""One server of a target: a real process, started, stopped and killed."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

from simulators.errors import NotStarted, TargetError
from simulators.targets.configuration.tables import Ready
from simulators.targets.patience import Patience
from simulators.targets.processes.household import Household
from simulators.targets.processes.listening import is_listened_at, is_older_than
from simulators.targets.processes.ports import Claim
from simulators.targets.processes.processes import ends_within
from simulators.targets.speech.exchange import Line, Unanswered
from simulators.targets.speech.wire import Request

_BETWEEN_LOOKS: Final = timedelta(milliseconds=2)
_LINES_OF_A_LOG: Final = 20
_HERE: Final = "127.0.0.1"
_STARTS: Final = 3
_PORT_TAKEN: Final = re.compile(rb"EADDRINUSE|address (?:is )?already in use", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server is started: its program, its folder and its environment."""

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]


class Server:
    """A node: a port, and one incarnation of a process after the other that serves there.

    `launch` says how to start it at a port. Each incarnation has a log of its own.
    """

    def __init__(
        self, number: int, household: Household, launch: Callable[[int], Launch], ready: Ready
    ) -> None:
        self.number = number
        """From 1."""
        self._claim = Claim()
        self.incarnation = 0
        """How many processes have served here."""
        self.is_given_up = False
        """Whether it did not come back after a fault."""
        self._household = household
        self._launch = launch
        self._ready = ready
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Where it listens, and nobody else of ours."""
        return self._claim.port

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://{_HERE}:{self.port}"

    @property
    def process(self) -> int | None:
        """The number of the process that serves now; None where none does."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def dies_within(self, seconds: float) -> bool:
        """Whether its process ends in that time, or has already."""
        if self._process is None:
            return True
        return ends_within(self._process, timedelta(seconds=seconds))

    def start(self) -> None:
        """Start a process; `await_ready` waits until it serves. Where somebody listens before it
        does, that is somebody else, and it gets another port."""
        if self._answers_here():
            self._move()
        self.incarnation += 1
        self.is_given_up = False
        launch = self._launch(self.port)
        self._process = self._household.launch(
            launch.command, launch.folder, launch.environment, self._log
        )

    def come_back(self, patience: Patience) -> None:
        """Wait until the server answers its probe again, after a fault. One that ends by itself is
        started once more, as whatever watches over it would; one that does not get ready is given
        up. Raises `TargetError` for trouble that is not its own."""
        patience.struck("a fault")
        try:
            self.await_ready(patience)
        except NotStarted as error:
            self.is_given_up = not error.has_ended or not self._starts_now(patience)
            patience.left(waited_in_vain=not error.has_ended)

    def _starts_now(self, patience: Patience) -> bool:
        self.start()
        try:
            self.await_ready(patience)
        except NotStarted:
            return False
        return True

    def await_ready(self, patience: Patience) -> None:
        """Wait until the server answers its probe; where another program took its port before it
        did, it gets another one. Raises `NotStarted` with its last words, and `TargetError` where
        others have each port."""
        for _ in range(_STARTS):
            process, is_ready = self._process, False
            if process is None:
                raise TargetError(f"node {self.number} was not started; start it first")
            began = time.monotonic()
            deadline = began + patience.lasts().total_seconds()
            while time.monotonic() < deadline and process.poll() is None:
                if is_ready := self._is_ready():
                    break
                ends_within(process, _BETWEEN_LOOKS)
            is_another = is_ready and is_older_than(process.pid, self.port)
            if is_ready and not is_another:
                patience.answered(timedelta(seconds=time.monotonic() - began))
                return
            status = process.poll()
            why = self._why_not_ready(status)
            self.kill()
            is_taken = is_another or (
                status is not None and _PORT_TAKEN.search(self._log.read_bytes())
            )
            if not is_taken:
                raise NotStarted(why, has_ended=status is not None)
            self._move()
            self.start()
        raise TargetError(why)

    def stop(self, patience: timedelta) -> None:
        """SIGTERM, and SIGKILL to what does not stop in time."""
        process = self._process
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        ends_within(process, patience)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to the whole process group, where it stands."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._household.forget(process)

    def leave(self) -> None:
        """Kill it for good; others may have its port."""
        self.kill()
        self._claim.let_go()

    def last_words(self) -> str:
        """The end of what this incarnation wrote, on one line, without lines of signs alone, which
        underline others."""
        return " | ".join(line.strip() for line in _end(self._log) if any(map(str.isalnum, line)))

    def logs(self) -> Iterator[tuple[str, str]]:
        """The end of what each incarnation wrote, by its name."""
        for incarnation in range(1, self.incarnation + 1):
            name = f"node {self.number}, process {incarnation}"
            yield name, "\n".join(_end(self._log_of(incarnation)))

    @property
    def _log(self) -> Path:
        return self._log_of(self.incarnation)

    def _log_of(self, incarnation: int) -> Path:
        return self._household.logs / f"node-{self.number}-{incarnation}.log"

    def _move(self) -> None:
        self._claim.let_go()
        self._claim = Claim()

    def _answers_here(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((_HERE, self.port)) == 0

    def _is_ready(self) -> bool:
        if self._ready.path is None:
            return self._answers_here()
        try:
            response = Line(self.url, timedelta(seconds=1)).send(Request("GET", self._ready.path))
        except Unanswered:
            return False
        return response.status < HTTPStatus.BAD_REQUEST

    def _why_not_ready(self, status: int | None) -> str:
        words = self.last_words()
        said = f"; its last words: {words}" if words else "; it said nothing"
        if status is None and is_listened_at(self.port) and not self._answers_here():
            return (
                f"the server listens at port {self.port}, but not at {_HERE}; let it listen there"
            )
        if status is None:
            seconds = self._ready.timeout.total_seconds()
            what = (
                f"did not get ready within {seconds:g} seconds at port {self.port}, which {{port}}"
                " tells it"
            )
        elif status == 0:
            return (
                f"the server ended well before it was ready{said}; let command stay in the"
                " foreground, and leave no server behind when it ends"
            )
        elif status < 0:
            what = f"was killed by signal {-status} before it was ready"
        else:
            what = f"ended with status {status} before it was ready"
        return f"the server {what}{said}; mend it, or command or ready in [target]"


def _end(log: Path) -> list[str]:
    """The last lines of a log; none of one that cannot be read."""
    try:
        return log.read_text("utf-8", "replace").splitlines()[-_LINES_OF_A_LOG:]
    except OSError:
        return []
