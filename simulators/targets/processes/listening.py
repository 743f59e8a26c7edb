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
    sockets = _sockets_at(port)
    if not sockets or _hold(members(group), sockets):
        return False
    began = _start_of(group)
    return _hold((one for one in running() if _start_of(one) < began), sockets)


def is_listened_at(port: int) -> bool:
    """Whether anybody listens there, at any address. False where the system does not show it."""
    return bool(_sockets_at(port))


def _sockets_at(port: int) -> Set[str]:
    """The sockets that listen there, as they are called in `/proc/PID/fd`."""
    sockets, here = set(), f":{port:04X} "
    for table in _TABLES:
        try:
            lines = table.read_text("ascii").splitlines()
        except OSError:
            continue
        # Thousands of connections that are over may stand there.
        for fields in (line.split() for line in lines if here in line):
            if fields[3] == _LISTENS and fields[1].endswith(here.rstrip()):
                sockets.add(f"socket:[{fields[9]}]")
    return sockets


def _hold(processes: Iterable[int], sockets: Set[str]) -> bool:
    return any(open_files(process) & sockets for process in processes)


def _start_of(process: int) -> int:
    """When it started, in ticks since the machine did; 0 for one that has ended."""
    try:
        return int(fields_of(process)[_STARTED_AT])
    except OSError:
        return 0
