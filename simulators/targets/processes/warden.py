"""Outlives whoever started it, to end the processes and remove the folders that were left behind.

Run as a program: `warden.py TOKEN`. It reads lines from standard input: `group N` for a process
group that runs, `gone N` for one that does not any more, `folder PATH` for a folder to remove. When
the input ends, because the program before it closed it, crashed or was killed, it kills those
groups, and every process with the token in its environment, and removes the folders, and what
libfaketime has left of them.

Nothing of Coolwind is imported here: it has to start fast.
"""

import contextlib
import os
import re
import shutil
import signal
import sys

VARIABLE = "COOLWIND_TARGET"
"""The environment variable that has the token."""

SHARED_MEMORY = "/dev/shm"
"""Where the system keeps what processes share by name."""

_ROUNDS = 20
_OF_FAKETIME = re.compile(r"(?:sem\.)?faketime_(?:shm|sem)_(\d+)")


def main() -> None:
    """Wait for the end, and tidy up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups, folders = set(), []
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "group":
            groups.add(int(rest))
        elif word == "gone":
            groups.discard(int(rest))
        elif word == "folder":
            folders.append(rest)
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
    kill_marked(f"{VARIABLE}={sys.argv[1]}".encode())
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    sweep()


def sweep() -> None:
    """Remove the shared memory that libfaketime made for processes that are no more: one that is
    killed cannot do it."""
    if not (os.path.isdir(SHARED_MEMORY) and os.path.isdir("/proc/self")):
        return
    for name in os.listdir(SHARED_MEMORY):
        match = _OF_FAKETIME.fullmatch(name)
        if match is not None and not _is_alive(match[1]):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(SHARED_MEMORY, name))


def _is_alive(process: str) -> bool:
    """Whether it is there, and no body that nobody has buried: that has no command any more."""
    try:
        with open(f"/proc/{process}/cmdline", "rb") as file:
            return bool(file.read(1))
    except OSError:
        return False


def kill_marked(mark: bytes) -> None:
    """Kill every process with that line in its environment, and those that it started meanwhile;
    nothing where the system does not show environments."""
    for _ in range(_ROUNDS):
        marked = [number for number in _processes() if mark in _environment(number)]
        if not marked:
            return
        for number in marked:
            with contextlib.suppress(OSError):
                os.kill(number, signal.SIGKILL)


def _processes() -> list[int]:
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    return [int(name) for name in names if name.isdecimal() and int(name) != os.getpid()]


def _environment(process: int) -> list[bytes]:
    try:
        with open(f"/proc/{process}/environ", "rb") as file:
            return file.read().split(b"\0")
    except OSError:
        return []


if __name__ == "__main__":
    main()
