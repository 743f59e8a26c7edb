"""Whether threads and tasks do anything, or wait for something to do."""

import asyncio
import sys
from collections.abc import Iterable, Iterator
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


def places() -> frozenset[tuple[int, ...]]:
    """Where each other task waits: the instruction of each of its coroutines."""
    here = asyncio.current_task()
    others = (task for task in asyncio.all_tasks() if task is not here)
    return frozenset((id(task), *_instructions(task.get_coro())) for task in others)


def _instructions(coroutine: object) -> Iterator[int]:
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None)
        yield id(coroutine) if frame is None else frame.f_lasti
        coroutine = getattr(coroutine, "cr_await", None)
