"""The clock of another process, moved by libfaketime (https://github.com/wolfcw/libfaketime).

Only what asks for the time of day is moved. The monotonic clock stays as it is: where it jumps
back, timed waits hang in Python and in Node. Python's sleep is mended by the way (`sleeping`).
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from simulators.errors import TargetError
from simulators.targets.processes.household import Household

_PLACES: Final = ("/usr/lib/*/faketime", "/usr/lib64/faketime", "/usr/lib/faketime")
_LOCAL_PLACES: Final = ("/usr/local/lib/faketime", "/usr/local/lib/*/faketime")
_LIBRARY: Final = "libfaketime.so.1"
_PATIENCE: Final = 10.0
"""Seconds that the probe may take."""

_PROBE: Final = """
import os, select, sys, threading, time

def put(offset):
    with open(sys.argv[1] + ".new", "w") as file:
        file.write(offset)
    os.replace(sys.argv[1] + ".new", sys.argv[1])

begun, ticked = time.time(), time.monotonic()
for offset, least in (("+86400", 86_000), ("+172800", 172_000), ("+3600", 3_500)):
    put(offset)
    if not least < time.time() - begun < least + 1_000:
        sys.exit("the time of day does not follow")
    time.sleep(0.001)
    threading.Event().wait(0.001)
    select.select([], [], [], 0.001)
    if not 0 <= time.monotonic() - ticked < 60:
        sys.exit("the monotonic clock jumps along")
"""


class FakedTime:
    """The time of day of processes that are started with its `environment`, as an offset from
    real time, in a file of that folder."""

    def __init__(self, folder: Path) -> None:
        """Raises `TargetError` where libfaketime cannot be used here, with the reason."""
        reason = why_not()
        if reason is not None:
            raise TargetError(reason)
        self._file = folder / "faketime"
        self.shift(timedelta())

    def environment(self, base: Mapping[str, str]) -> Mapping[str, str]:
        """What a process has to have in its environment beside that of the base, or in its place;
        it hands it on to its children."""
        return _environment(_library(), self._file, base)

    def shift(self, offset: timedelta) -> None:
        """Put the time of day that far from real time, at once, for all processes that run."""
        _put(self._file, f"{offset.total_seconds():+.6f}")

    def is_followed_by(self, process: int) -> bool:
        """Whether the library is loaded in a process that runs: one that is linked statically, or
        has more rights than who started it, does not load it."""
        with suppress(OSError):
            return _LIBRARY in Path(f"/proc/{process}/maps").read_text()
        return False


def why_not() -> str | None:
    """Why the clocks of other processes cannot be moved here, as a sentence with its remedy; None
    where they can. The first time it starts a process that tries all kinds of waiting."""
    return _tried(_library())


def _library() -> Path | None:
    root = Path("/")
    for place in (*_PLACES, *_LOCAL_PLACES):
        for folder in sorted(root.glob(place.removeprefix("/"))):
            if (library := folder / _LIBRARY).is_file():
                return library
    return None


def _environment(library: Path | None, file: Path, base: Mapping[str, str]) -> Mapping[str, str]:
    sleeping = Path(__file__).with_name("sleeping")
    return {
        "LD_PRELOAD": " ".join(filter(None, (str(library), base.get("LD_PRELOAD")))),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(sleeping), base.get("PYTHONPATH")))),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
        # Else waits that are told by the monotonic clock end at once, and Python's threads spin.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }


def _put(file: Path, offset: str) -> None:
    """In one step: a process that reads meanwhile sees the old offset or the new one."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(f"{offset}\n")
    new.replace(file)


@lru_cache
def _tried(library: Path | None) -> str | None:
    if library is None:
        return (
            "libfaketime is not installed; run apt-get install faketime, or name a hook of the"
            " service as the clock"
        )
    with closing(Household()) as household:
        file = household.folder / "faketime"
        _put(file, "+0")
        try:
            probe = subprocess.run(
                [sys.executable, "-c", _PROBE, str(file)],
                env={**os.environ, **_environment(library, file, os.environ), **household.mark},
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _unusable("a timed wait does not end")
    if probe.returncode != 0:
        words = probe.stderr.strip().splitlines() or ["it ended without a word"]
        return _unusable(words[-1])
    return None


def _unusable(what: str) -> str:
    return (
        f"libfaketime cannot be used here ({what}); name a hook of the service as the clock, or"
        " install another version of it"
    )
