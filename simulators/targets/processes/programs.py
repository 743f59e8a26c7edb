"""Runs a command of the user's to its end; one that does not end, with what it has started."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from simulators.errors import TargetError
from simulators.targets.processes.processes import ends_within

PATIENCE: Final = timedelta(seconds=30)
"""How long a command or a probe may take."""


def run_command(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    what: str,
    patience: timedelta = PATIENCE,
    remedy: str = "mend it first",
) -> str:
    """What a command prints on standard output until it ends; what it leaves running, such as a
    service that it starts, is not waited for. Raises `TargetError` where it fails, for which there
    is that remedy, or takes longer than the patience lasts: then it is killed with all that it has
    started."""
    # Not through pipes, which whatever is left running would hold open.
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**environment},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=complained,
                process_group=0,
            )
        except OSError as error:
            raise TargetError(
                f"{what} cannot be started: {command[0]}: {error.strerror}; mend the command"
            ) from error
        try:
            has_ended = ends_within(process, patience)
        finally:
            if process.returncode is None:
                _kill(process)
        if not has_ended:
            raise TargetError(
                f"{what} took more than {patience.total_seconds():g} seconds ({command[0]}); look"
                " for what it waits for"
            )
        status = process.returncode
        texts = []
        for file in (said, complained):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    if status:
        told = " ".join((texts[1] or texts[0]).split())[-300:] or "it said nothing"
        raise TargetError(f"{what} ended with status {status} ({command[0]}): {told}; {remedy}")
    return texts[0]


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
