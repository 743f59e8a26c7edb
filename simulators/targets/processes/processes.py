"""The processes of a process group, and what they are at."""

from pathlib import Path


def members(group: int) -> tuple[int, ...]:
    """The processes of the group that run, its leader first; the leader alone where the system
    does not show the others."""
    found = {group}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of the program, in parentheses, may hold anything.
            fields = status.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        state, its_group = fields[0], int(fields[2])
        if its_group == group and state not in "ZX":
            found.add(int(status.parent.name))
    return tuple(sorted(found, key=lambda process: (process != group, process)))


def is_at_work(process: int) -> bool:
    """Whether a thread of the process has something to do now, be it only to wait for a disk; True
    where the system does not show it."""
    threads = [int(one.name) for one in Path(f"/proc/{process}/task").glob("[0-9]*")]
    return not threads or any(is_thread_at_work(process, thread) for thread in threads)


def is_thread_at_work(process: int, thread: int) -> bool:
    """Whether that thread has; True where the system does not show it, as for one that has just
    ended."""
    try:
        status = Path(f"/proc/{process}/task/{thread}/stat").read_text("utf-8", "replace")
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] in "RD"
