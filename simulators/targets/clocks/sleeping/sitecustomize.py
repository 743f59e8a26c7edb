"""Lets Python sleep under libfaketime, in a process that has this folder in its PYTHONPATH.

From Python 3.11 on, `time.sleep` waits for a moment of the monotonic clock, which libfaketime
0.9.10 takes for a moment of its own: the call fails. `select` waits for a duration.
"""

import os
import select
import sys
import time
from typing import SupportsIndex

_FOLDER = os.path.dirname(os.path.abspath(__file__))


def _sleep(seconds: float | SupportsIndex, /) -> None:
    """Wait that many seconds."""
    duration = float(seconds)
    if duration < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], duration)


time.sleep = _sleep

# A module of this name that the process has anyway is to have its say, too; where there is none,
# this one has to be what Python has just imported.
sys.path[:] = [path for path in sys.path if os.path.abspath(path) != _FOLDER]
_this = sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
except ModuleNotFoundError:
    if _this is not None:
        sys.modules["sitecustomize"] = _this
