"""The points of a store that is files: what a server process changes in them, found and struck
with strace, which is attached for one delivery.

A process that is killed keeps what it has written, so that a flush changes nothing that outlives
it; it can fail, though. Of writes to the same file in a row, a crash is only played after the last.
"""

import os
import re
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Final

from simulators.errors import TargetError, UsageError
from simulators.targets.processes.processes import open_files
from simulators.targets.proxy.labels import ANY, method_of
from simulators.targets.proxy.strike import Crash, Delay, Drop, Hang, Hold, Moment, Refuse, Strike
from simulators.targets.stores.file_calls import (
    FILE_CALLS,
    OPENING,
    Call,
    Reading,
    has_stopped,
    is_of_a_file,
    points_of,
    returned,
    stable_name,
    syscall_of,
)
from simulators.targets.stores.strace import Tracer, why_not
from simulators.targets.target import Point

ERRORS: Final = ("ENOSPC", "EIO", "EROFS")
"""How a change of a file can fail; the first is the usual one."""

_SYSCALLS: Final = tuple(syscall_of(f"store.{call}") for call in FILE_CALLS)
_FOR_GOOD: Final = "3600s"
_BY_OLD_PATH: Final = frozenset({"rename", "renameat", "renameat2", "link", "linkat"})
_BESIDE: Final = ("-journal", "-wal", "-shm", ".tmp", ".lock")
"""Files that appear beside one that is there: SQLite's, and what is renamed to it."""
_STOPPING_WHERE_A_FILE_IS_OPENED: Final = (
    "--signal=SIGSTOP",
    *(f"--inject=?{call}:signal=SIGSTOP" for call in sorted(OPENING)),
)


class FileStore:
    """Files that match glob patterns, as a store of one server.

    `role` begins the names of its points, and `server` is what a crash is told to kill. A crash
    after a call strikes at exactly that call. For everything else strace does the counting, for
    each thread by itself, and by paths that are known beforehand: where it counts otherwise than
    the names do, the strike is seen not to have struck. The path of a file whose name differs each
    time, such as one that is then renamed, is known once it is opened: there the process stops
    until strace is attached for it.
    """

    def __init__(
        self,
        patterns: Sequence[str],
        server: str,
        role: str = "store",
        mark: Mapping[str, str] | None = None,
    ) -> None:
        """`mark` is in the environment of strace (`strace.Tracer`). Raises `TargetError` where
        strace cannot be used here, with the reason."""
        reason = why_not()
        if reason is not None:
            raise TargetError(reason)
        self._role = role
        self._server = server
        self._mark = mark
        self._reading = Reading(patterns)
        self._tracer: Tracer | None = None
        self._lock = threading.Lock()
        self._awaits_its_file = False
        self._its_file: str | None = None
        self._follower: threading.Thread | None = None
        self._strike: Strike | None = None
        self._struck = threading.Event()
        self._calls: list[Call] = []
        self._counted: Counter[str] = Counter()
        self._seen: set[str] = set()

    def begin(self, processes: Sequence[int], strike: Strike | None = None) -> None:
        """Watch these processes, and all that they start, from here on. Raises `TargetError` where
        they cannot be watched, and `UsageError` for a strike that does not exist here."""
        self.end()
        self._strike = strike if strike is not None and self._is_ours(strike) else None
        self._struck.clear()
        self._calls, self._counted = [], Counter()
        self._follower, self._its_file = None, None
        self._awaits_its_file = self._strike is not None and _is_named_anew(self._strike, processes)
        self._reading.begin(processes)
        options: Sequence[str] = ()
        if self._awaits_its_file:
            options = _STOPPING_WHERE_A_FILE_IS_OPENED
        elif self._strike is not None:
            options = (
                *self._paths(processes, self._strike),
                _injection(self._strike, _number(self._strike)),
            )
        with self._lock:
            self._tracer = Tracer(options, processes, self._hear, _SYSCALLS, self._mark)

    def end(self) -> None:
        """Let the processes go on unwatched; one that is held goes on."""
        if self._tracer is None:
            return
        self._tracer.detach()
        if self._follower is not None:
            self._follower.join()
            self._tracer.detach()
        self._tracer = None
        self._seen |= {path for call in self._calls for path in call.paths}

    def points(self) -> Sequence[Point]:
        """What was changed in the files, in order: as of `end` all of it."""
        return points_of(self._role, self._calls)

    def others(self) -> Sequence[str]:
        """The files that were changed so far and are not the store's."""
        return list(self._reading.others)

    def has_struck(self) -> bool:
        """Whether the strike was seen to strike, at its very point."""
        return self._struck.is_set()

    def wait_until_struck(self, seconds: float) -> bool:
        """Wait until it was; whether that came about."""
        return self._struck.wait(seconds)

    def _hear(self, tracer: Tracer, line: str) -> None:
        call, strike = self._reading.call_of(line), self._strike
        name = ""
        if call is not None:
            self._calls.append(call)
            self._counted[call.name] += 1
            name = f"{self._role}.{call.name} #{self._counted[call.name]} ({call.label})"
        if strike is None:
            return
        if self._awaits_its_file:
            self._look_for_its_file(tracer, call, strike, line)
        elif _stops(strike):
            if name == strike.point:
                self._struck.set()
                self._crash(tracer, strike)
            elif returned(line) == _name(strike):
                tracer.go_on()
        elif call is not None and call.is_struck:
            if name == strike.point or (strike.repeats and self._struck.is_set()):
                self._struck.set()
            self._crash(tracer, strike)

    def _look_for_its_file(
        self, tracer: Tracer, call: Call | None, strike: Strike, line: str
    ) -> None:
        if self._its_file is not None and has_stopped(line):
            self._awaits_its_file = False
            arguments = tracer, self._its_file, strike
            self._follower = threading.Thread(target=self._follow, args=arguments, daemon=True)
            self._follower.start()
        elif returned(line) in OPENING and self._its_file is None:
            is_next = self._counted[_name(strike)] + 1 == _number(strike)
            is_its = call is not None and call.label == _file_of(strike) and "O_RDONLY" not in line
            if call is not None and is_next and is_its:
                self._its_file = call.paths[-1]
            else:
                tracer.go_on()

    def _follow(self, tracer: Tracer, path: str, strike: Strike) -> None:
        """Watch what is done to the file that the stopped process has opened, and let it go on."""
        with self._lock:
            tracer.leave()
            options = (f"--trace-path={path}", _injection(strike, number=1))
            # Whoever cannot be watched any more is not struck, which is seen.
            with suppress(TargetError):
                tracer = Tracer(options, tracer.processes(), self._hear, _SYSCALLS, self._mark)
                self._tracer = tracer
            tracer.go_on()

    def _crash(self, tracer: Tracer, strike: Strike) -> None:
        if isinstance(strike.action, Crash):
            tracer.kill()
            strike.action.kill(self._server)

    def _is_ours(self, strike: Strike) -> bool:
        return strike.point.startswith(f"{self._role}.") and is_of_a_file(strike.point)

    def _paths(self, processes: Sequence[int], strike: Strike) -> Sequence[str]:
        """What strace is to look at: it knows a path only as it is written, and of a file that is
        renamed only the old one; there it is to look at all."""
        if _stops(strike) or _name(strike) in _BY_OLD_PATH:
            return ()
        there = self._reading.there
        known = there | self._seen | {path + end for path in there for end in _BESIDE}
        named = _file_of(strike)
        if named is not None:
            known |= {os.path.join(folder, named) for folder in self._reading.folders()}
        written = set(known)
        for process in processes:
            with suppress(OSError):
                folder = os.readlink(f"/proc/{process}/cwd")
                relative = {os.path.relpath(path, folder) for path in known}
                written |= relative | {f"./{path}" for path in relative}
        return [f"--trace-path={path}" for path in sorted(written)]


def _name(strike: Strike) -> str:
    """The name of the call that is struck."""
    return method_of(strike.point).partition(".")[2]


def _file_of(strike: Strike) -> str | None:
    """The file that is named in the point."""
    named = re.search(r"\((.+)\)$", strike.point)
    return None if named is None else named[1]


def _number(strike: Strike) -> int:
    """Which call of its name the point is."""
    number = re.search(r" #(\d+)", strike.point)
    if number is None:
        raise UsageError(f"{strike.point!r} is no point of a file; write it as the report names it")
    return int(number[1])


def _is_named_anew(strike: Strike, processes: Sequence[int]) -> bool:
    """Whether the file has a name of its own each time, and none of the processes has it open."""
    name, named = _name(strike), _file_of(strike)
    if named is None or ANY not in named or _stops(strike):
        return False
    if name in _BY_OLD_PATH or name in OPENING:
        return False
    opened = chain.from_iterable(map(open_files, processes))
    return all(stable_name(path) != named for path in opened)


def _stops(strike: Strike) -> bool:
    """Whether each call of that name stops the process until it is known whether it is the one."""
    return isinstance(strike.action, Crash) and strike.moment is not Moment.BEFORE


def _injection(strike: Strike, number: int) -> str:
    """What strace is to do at the point: its number counts the calls of one name to these files."""
    when = f"when={number}{'+' if strike.repeats else ''}"
    is_before = strike.moment is Moment.BEFORE
    match strike.action:
        case Crash() if is_before:
            what = "signal=SIGKILL"
        case Crash():
            what, when = "signal=SIGSTOP", "when=1+"
        case Hold() if is_before:
            raise UsageError("a change of a file can be held after it was made; hold it then")
        case Hold():
            what = f"delay_exit={_FOR_GOOD}"
        case Delay(duration):
            milliseconds = max(1, round(duration.total_seconds() * 1000))
            what = f"{'delay_enter' if is_before else 'delay_exit'}={milliseconds}ms"
        case Refuse(code):
            what = f"error={_error(code, is_before)}"
        case Drop() | Hang():
            raise UsageError("a file has no connection to drop; let it fail, or let it be slow")
    return f"--inject={syscall_of(strike.point)}:{what}:{when}"


def _error(code: str | None, is_before: bool) -> str:
    if not is_before:
        raise UsageError("a change of a file that was made does not fail; let it fail before")
    if code is not None and code not in ERRORS:
        raise UsageError(f"no file fails with {code!r}; ask for one of {', '.join(ERRORS)}")
    return code or ERRORS[0]
