"""Who listens at a port of this machine, as far as Linux shows it."""

from collections.abc import Iterable, Set
from pathlib import Path
from typing import Final

from simulators.targets.processes.processes import fields_of, members, open_files, running

_LISTENS: Final = "0A"
_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_STARTED_AT: Final = 19
"""The field of `/proc/PID/stat`, counted from the one after the program's name."""


def is_older_than(group: int, port: int) -> bool:
    """Whether a program listens there that ran before that process group did, and none of the group
    itself. What a server of ours starts elsewhere, such as a container, runs since then. False
    where the system does not show it."""
    sockets, own = set[str](), members(group)
    for table in _TABLES:
        # Each takes long to read, and most servers stand in the first.
        sockets |= _sockets_in(table, port)
        if _hold(own, sockets):
            return False
    if not sockets:
        return False
    began = _start_of(group)
    return _hold((one for one in running() if _start_of(one) < began), sockets)


def is_listened_at(port: int) -> bool:
    """Whether anybody listens there, at any address. False where the system does not show it."""
    return any(_sockets_in(table, port) for table in _TABLES)


def _sockets_in(table: Path, port: int) -> Set[str]:
    """The sockets of a table that listen there, as they are called in `/proc/PID/fd`."""
    here = f":{port:04X}"
    try:
        lines = table.read_text("ascii").splitlines()
    except OSError:
        return set()
    # Thousands of connections that are over may stand there.
    found = (line.split() for line in lines if f"{here} " in line)
    return {
        f"socket:[{fields[9]}]"
        for fields in found
        if fields[3] == _LISTENS and fields[1].endswith(here)
    }


def _hold(processes: Iterable[int], sockets: Set[str]) -> bool:
    return any(open_files(process) & sockets for process in processes)


def _start_of(process: int) -> int:
    """When it started, in ticks since the machine did; 0 for one that has ended."""
    try:
        return int(fields_of(process)[_STARTED_AT])
    except OSError:
        return 0
