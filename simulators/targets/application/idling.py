"""Whether threads do anything, or wait for something to do."""

import sys
from collections.abc import Iterable
from threading import Thread
from types import FrameType
from typing import Final

_GIVING_WORK: Final = frozenset(
    {
        ("aiosqlite.core", "_connection_worker_thread"),
        ("concurrent.futures.thread", "_worker"),
    }
)
"""Functions, by module and name, that wait for work without any other below them."""


def are_idle(threads: Iterable[Thread]) -> bool:
    """Whether none of them does anything: each has ended, or waits for work. One that sleeps, or
    is in a call of the system's, may come back from it."""
    frames = sys._current_frames()
    return all(_is_idle(frames.get(each.ident or 0)) for each in threads if each.is_alive())


def _is_idle(frame: FrameType | None) -> bool:
    if frame is not None and (_module(frame), frame.f_code.co_name) in _GIVING_WORK:
        return True
    while frame is not None and _module(frame) == "threading":
        frame = frame.f_back
    return frame is not None and _module(frame) == "queue"


def _module(frame: FrameType) -> object:
    return frame.f_globals.get("__name__")
