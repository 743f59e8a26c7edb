"""Tests wait for what they are about, and not for ever."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

_LONGEST: Final = 20.0


def wait_until(is_so: Callable[[], bool]) -> None:
    """Come back when it is. Fails where that takes too many seconds."""
    deadline = monotonic() + _LONGEST
    while not is_so():
        assert monotonic() < deadline, "it did not come about"
        sleep(0.01)
