"""The processes of a process group, and what they are at."""

import os
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta


def running() -> Iterator[int]:
    """The processes that the system shows."""
    return _numbers("/proc")


def members(group: int) -> tuple[int, ...]:
    """The processes of the group that run, its leader first; the leader alone where the system
    does not show the others."""
    others = (one for one in running() if one != group and _is_in(one, group))
    return (group, *sorted(others))


def fields_of(process: int) -> Sequence[str]:
    """What `/proc/PID/stat` has behind the program's name. Raises `OSError` where there is none."""
    return _fields(f"/proc/{process}/stat")


def has_ended(process: int) -> bool:
    """Whether nothing of the process runs any more, be it that nobody has asked how it ended."""
    try:
        return fields_of(process)[0] in "ZX"
    except OSError:
        return True


def ends_within(
    process: "subprocess.Popen[bytes] | subprocess.Popen[str]", time: timedelta
) -> bool:
    """Whether a process that was started here ends in that time. It is known as soon as it does
    where the system tells; elsewhere within a twentieth of a second."""
    seconds = time.total_seconds()
    if sys.platform == "linux" and process.poll() is None:
        with suppress(OSError):
            descriptor = os.pidfd_open(process.pid)
            try:
                end = select.poll()
                end.register(descriptor, select.POLLIN)
                end.poll(seconds * 1000)
                seconds = 0.0
            finally:
                os.close(descriptor)
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return process.returncode is not None


def open_files(process: int) -> frozenset[str]:
    """What it has open: paths, and `socket:[NUMBER]` and the like; nothing where the system does
    not show it."""
    folder, found = f"/proc/{process}/fd", set[str]()
    for descriptor in _numbers(folder):
        # It may be closed by now.
        with suppress(OSError):
            found.add(os.readlink(f"{folder}/{descriptor}"))
    return frozenset(found)


def process_of(thread: int) -> int | None:
    """The process that a thread belongs to; None where it is gone."""
    try:
        with open(f"/proc/{thread}/status", encoding="utf-8", errors="replace") as status:
            (process,) = (line.split()[1] for line in status if line.startswith("Tgid:"))
    except OSError:
        return None
    return int(process)


def is_at_work(process: int) -> bool:
    """Whether a thread of the process has something to do now, be it only to wait for a disk; True
    where the system does not show it."""
    threads = [*_numbers(f"/proc/{process}/task")]
    return not threads or any(is_thread_at_work(process, thread) for thread in threads)


def is_thread_at_work(process: int, thread: int) -> bool:
    """Whether that thread has; True where the system does not show it, as for one that has just
    ended."""
    try:
        return _fields(f"/proc/{process}/task/{thread}/stat")[0] in "RD"
    except OSError:
        return True


def _is_in(process: int, group: int) -> bool:
    # Most are in none of ours; to ask for the group takes a tenth of what it takes to read a file.
    try:
        return os.getpgid(process) == group and not has_ended(process)
    except OSError:
        return False


def _numbers(folder: str) -> Iterator[int]:
    try:
        names = os.listdir(folder)
    except OSError:
        return iter(())
    return (int(name) for name in names if name.isdecimal())


def _fields(file: str) -> Sequence[str]:
    with open(file, encoding="utf-8", errors="replace") as status:
        # The name of the program, in parentheses, may hold anything.
        return status.read().rpartition(")")[2].split()
