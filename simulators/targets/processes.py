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
    try:
        threads = [
            status.read_text("utf-8", "replace").rpartition(")")[2].split()[0]
            for status in Path(f"/proc/{process}/task").glob("*/stat")
        ]
    except OSError:
        # One of them has just ended.
        return True
    return not threads or any(state in "RD" for state in threads)
