"""How long turns have waited for the store: one patience for all the calls of a turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Waits:
    """Adds up the seconds that the turns of one line have spent at the store."""

    __slots__ = ("seconds",)

    def __init__(self) -> None:
        self.seconds = 0.0


_ENTRY: ContextVar[tuple[Waits, float] | None] = ContextVar("entry", default=None)


@contextmanager
def one_patience(waits: Waits | None = None) -> Iterator[None]:
    """Let every call of the store in here count against one patience.

    With `waits`, those of the turns that are served before this one count as well, from now on.
    """
    waits = Waits() if waits is None else waits
    before, entry = _ENTRY.get(), (waits, waits.seconds)
    _ENTRY.set(entry)
    try:
        yield
    finally:
        # What was given up on the way may be ended anywhere, and long after.
        if _ENTRY.get() is entry:
            _ENTRY.set(before)


def waited() -> float:
    """Seconds for which the store was waited for since the patience began; 0 outside of one."""
    entry = _ENTRY.get()
    return 0.0 if entry is None else entry[0].seconds - entry[1]


def count_wait(seconds: float) -> None:
    """Add a call of the store."""
    entry = _ENTRY.get()
    if entry is not None:
        entry[0].seconds += seconds
