"""The folder and the processes of one conversation's servers, of which nothing is left behind."""

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from simulators.errors import TargetError
from simulators.targets.processes import warden
from simulators.targets.processes.processes import ends_within

_PATIENCE: Final = timedelta(seconds=10)


class Household:
    """A temporary folder, and what runs in it. A warden tidies up after it, also where this process
    is killed.

    `folder` has the folder `state`, which is the servers', and the folder `logs`.
    """

    def __init__(self) -> None:
        token = uuid.uuid4().hex
        self.mark: Mapping[str, str] = {warden.VARIABLE: token}
        """What the environment of each process has to have."""
        self._warden = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(warden.__file__)), token],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )
        self.folder = Path(tempfile.mkdtemp(prefix="coolwind-"))
        self._tell(f"folder {self.folder}")
        self.state, self.logs = self.folder / "state", self.folder / "logs"
        self.state.mkdir()
        self.logs.mkdir()

    def launch(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> "subprocess.Popen[bytes]":
        """Start a program in a process group of its own. Raises `TargetError`."""
        try:
            with log.open("ab") as output:
                process = subprocess.Popen(
                    command,
                    cwd=folder,
                    env={**environment, **self.mark},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise TargetError(
                f"{command[0]} cannot be started ({error.strerror}); mend command in [target]"
            ) from error
        self._tell(f"group {process.pid}")
        return process

    def forget(self, process: "subprocess.Popen[bytes]") -> None:
        """A process group is gone."""
        self._tell(f"gone {process.pid}")

    def empty(self) -> None:
        """The state is that of a service that has seen nobody, and nothing has been said."""
        for folder in (self.state, self.logs):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(exist_ok=True)

    def close(self) -> None:
        """End what is left, and remove the folder."""
        stdin = self._warden.stdin
        if stdin is not None:
            with suppress(OSError):
                stdin.close()
        if not ends_within(self._warden, _PATIENCE):
            self._warden.kill()
            self._warden.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _tell(self, line: str) -> None:
        stdin = self._warden.stdin
        try:
            if stdin is not None:
                stdin.write(line + os.linesep)
                stdin.flush()
        except OSError as error:
            raise TargetError(
                "the process that tidies up after the servers is gone; start the run again"
            ) from error
