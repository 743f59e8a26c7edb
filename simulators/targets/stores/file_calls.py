"""Reads strace's lines: which changes of which files."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import glob
from typing import Final

from simulators.targets.proxy.labels import ANY, method_of, of_file, of_temporary_file
from simulators.targets.target import Point

_LINE: Final = re.compile(r"(?P<thread>\d+)\s+(?P<name>\w+)\((?P<rest>.*)", re.DOTALL)
_RESUMED: Final = re.compile(r"(?P<thread>\d+)\s+<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
_UNFINISHED: Final = re.compile(r"(?P<said>.*?)<(?:unfinished \.\.\.|detached[^>]*)>\s*$")
_RESULT: Final = re.compile(r"\)\s*= (?P<result>-?\d+|\?)(?P<words>.*)$")
_ANNOTATED: Final = re.compile(r"^(?:\d+|AT_FDCWD)<(?P<path>(?:[^<>]|<[^>]*>)*)>")
_QUOTED: Final = re.compile(
    r'(?:(?:\d+|AT_FDCWD)<(?P<folder>[^>]*)>, )?"(?P<path>(?:[^"\\]|\\.)*)"'
)

PLAIN_WRITE: Final = "fwrite"
"""What a plain `write` is called in the name of a point, where `write` is any change of a store."""

FILE_CALLS: Final = (
    *("fsync", "fdatasync", PLAIN_WRITE, "pwrite64", "writev", "pwritev", "pwritev2"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"),
    *("truncate", "ftruncate", "open", "openat", "creat"),
)
"""The system calls that change files, as points name them."""

_WRITING: Final = frozenset({PLAIN_WRITE, "pwrite64", "writev", "pwritev", "pwritev2"})
_FLUSHING: Final = frozenset({"fsync", "fdatasync"})
OPENING: Final = frozenset({"open", "openat", "creat"})
"""Those that open a file."""

_BY_DESCRIPTOR: Final = _WRITING | _FLUSHING | {"ftruncate"}
_STRUCK: Final = ("(INJECTED", "(DELAYED")


@dataclass(frozen=True, slots=True)
class Call:
    """One system call that has to do with a file of the store.

    `has_changed` says that it changed something that outlives the process, and `is_struck` that
    something was done to it on purpose.
    """

    name: str
    paths: tuple[str, ...]
    label: str
    has_changed: bool
    is_struck: bool


class Reading:
    """Understands the lines of one strace after the other; `patterns` are globs of whole paths, in
    which `**` stands for any folders."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = tuple(os.path.abspath(pattern) for pattern in patterns)
        self._begun: dict[str, tuple[str, str]] = {}
        self._temporary: set[str] = set()
        self.there: frozenset[str] = frozenset()
        """The files that were there when the lines began."""
        self._folder = "/"
        self.others: dict[str, None] = {}
        """Files that were changed so far and are not ours, in order of first sight."""

    def begin(self, processes: Sequence[int]) -> None:
        """Other lines come now, of these processes. The folder of one that has died cannot be
        asked for any more."""
        self._begun.clear()
        self.there = frozenset(self._existing())
        for process in processes:
            self._folder = self._folder_of(str(process))

    def _existing(self) -> Iterator[str]:
        for pattern in self._patterns:
            yield from filter(os.path.isfile, glob(pattern, recursive=True))

    def folders(self) -> Iterator[str]:
        """Where new files may appear: where there are some, and where the patterns begin."""
        yield from {os.path.dirname(path) for path in self.there}
        for pattern in self._patterns:
            yield os.path.dirname(re.split(r"[*?\[]", pattern, maxsplit=1)[0])

    def call_of(self, line: str) -> Call | None:
        """What a line tells; None where it is about nothing of the store, or not the end of it."""
        resumed = _RESUMED.match(line)
        begun = resumed or _LINE.match(line)
        if begun is None:
            return None
        thread, name, said = begun["thread"], _named(begun["name"]), begun["rest"]
        if resumed is not None:
            said = self._begun.pop(thread, (name, ""))[1] + said
        result = _RESULT.search(said)
        if result is None:
            unfinished = _UNFINISHED.match(said)
            self._begun[thread] = (name, unfinished["said"] if unfinished else said)
            return None
        return self._told(thread, name, said, result["result"], result["words"])

    def _told(self, thread: str, name: str, said: str, result: str, words: str) -> Call | None:
        named = tuple(self._paths(thread, name, said))
        paths = tuple(path for path in named if self._is_ours(path))
        # A process that is killed at a call gets no result of it.
        is_killed = result == "?"
        has_changed = not is_killed and not result.startswith("-") and _is_change(name, said)
        if not paths:
            self.others.update((path, None) for path in named if has_changed and _is_file(path))
            return None
        if name in OPENING and _is_drawn(said):
            self._temporary.add(paths[-1])
        label = self._label(paths[-1])
        # A file whose name differs each time, and that is empty yet, is nothing that anybody keeps.
        is_first_sight = name in OPENING and ANY in label and paths[-1] not in self.there
        is_struck = is_killed or any(mark in words for mark in _STRUCK)
        return Call(name, paths, label, has_changed and not is_first_sight, is_struck)

    def _label(self, path: str) -> str:
        if path in self._temporary:
            return of_temporary_file(os.path.basename(path))
        return stable_name(path)

    def _paths(self, thread: str, name: str, said: str) -> Iterator[str]:
        if name in _BY_DESCRIPTOR:
            annotated = _ANNOTATED.match(said)
            if annotated is not None:
                yield annotated["path"].removesuffix(" (deleted)")
            return
        for quoted in _QUOTED.finditer(said):
            folder = quoted["folder"] or self._folder_of(thread)
            yield os.path.normpath(os.path.join(folder, _unescaped(quoted["path"])))

    def _folder_of(self, thread: str) -> str:
        try:
            return os.readlink(f"/proc/{thread}/cwd")
        except OSError:
            return self._folder

    def _is_ours(self, path: str) -> bool:
        return any(_matches(path, pattern) for pattern in self._patterns)


def returned(line: str) -> str:
    """The name of the call that a line tells the end of; "" where there is none."""
    begun = _RESUMED.match(line) or _LINE.match(line)
    return _named(begun["name"]) if begun is not None and _RESULT.search(line) else ""


def has_stopped(line: str) -> bool:
    """Whether a line tells that a signal has stopped a process."""
    return line.rstrip().endswith("--- stopped by SIGSTOP ---")


def is_of_a_file(point: str) -> bool:
    """Whether a point, by its name, is a change of a file."""
    return method_of(point).partition(".")[2] in FILE_CALLS


def syscall_of(point: str) -> str:
    """The system call that a point is."""
    name = method_of(point).partition(".")[2]
    return "write" if name == PLAIN_WRITE else name


def _named(syscall: str) -> str:
    return PLAIN_WRITE if syscall == "write" else syscall


def stable_name(path: str) -> str:
    """The name of a file, with `*` for the parts of it that look like identifiers."""
    return of_file(os.path.basename(path))


def points_of(role: str, calls: Sequence[Call]) -> tuple[Point, ...]:
    """The calls that are points: all that changed or flushed something or were struck, but for
    those writes after which the next one goes on in the same file."""
    points: list[Point] = []
    counted: Counter[str] = Counter()
    for position, call in enumerate(calls):
        counted[call.name] += 1
        following = calls[position + 1] if position + 1 < len(calls) else None
        goes_on = call.name in _WRITING and following is not None and _goes_on(call, following)
        is_first = not points
        is_listed = call.has_changed or call.is_struck or call.name in _FLUSHING
        if is_listed and (is_first or call.is_struck or not goes_on):
            name = f"{role}.{call.name} #{counted[call.name]} ({call.label})"
            points.append(Point(name, call.has_changed, is_first))
    return tuple(points)


def _goes_on(call: Call, following: Call) -> bool:
    return following.name == call.name and following.paths == call.paths


def _is_change(name: str, said: str) -> bool:
    if name in _FLUSHING:
        return False
    return name not in OPENING or name == "creat" or "O_TRUNC" in said


def _is_drawn(said: str) -> bool:
    """Whether a file is opened as Python's tempfile does: under a name that nobody has."""
    return "O_EXCL" in said and "O_NOFOLLOW" in said


def _matches(path: str, pattern: str) -> bool:
    """As glob does, but also for a file that is gone."""
    if "**" not in pattern:
        return fnmatchcase(path, pattern) and path.count("/") == pattern.count("/")
    before, _, after = pattern.partition("**")
    if not path.startswith(before.rstrip("/") + "/") and not fnmatchcase(path, before + "*"):
        return False
    last = after.lstrip("/")
    return not last or fnmatchcase(os.path.basename(path), last)


def _is_file(path: str) -> bool:
    """Whether a path is that of a file, be it in memory, and not of a device, a pipe or a
    socket."""
    return path.startswith("/dev/shm/") or (
        path.startswith("/") and not path.startswith(("/dev/", "/proc/", "/sys/", "/memfd:"))
    )


def _unescaped(path: str) -> str:
    """A path as it is; strace writes each byte beyond ASCII in octal digits."""
    raw = path.encode("latin-1", "replace").decode("unicode_escape").encode("latin-1", "replace")
    return raw.decode("utf-8", "replace")
