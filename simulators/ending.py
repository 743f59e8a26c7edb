"""How the processes of a run end when it is interrupted or killed: at once, and once."""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Any, Final, cast

import pytest

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_PR_SET_PDEATHSIG: Final = 1
"""As prctl(2) of Linux has it."""
_TOGETHER: Final = 0.5
"""Seconds in which two signals are one interruption."""
_INTERRUPTED: Final = threading.Event()
"""Set when this process was interrupted. Python drops what is raised while it finalizes an object,
so that one interruption of many would get lost."""


def end_at_once() -> None:
    """From here on, SIGINT and SIGTERM interrupt this process, the first of them alone: what comes
    later, from whoever sends it as well, disturbs nobody who tidies up."""

    def interrupt(*_: Any) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        _INTERRUPTED.set()
        raise KeyboardInterrupt

    _INTERRUPTED.clear()
    # Signals are for the main thread; elsewhere they are somebody else's.
    with suppress(ValueError):
        for number in _SIGNALS:
            signal.signal(number, interrupt)


@contextmanager
def interruptible() -> Generator[None]:
    """While this lasts, SIGTERM interrupts this process as SIGINT does, where nobody ignores that,
    and no interruption gets lost. Signals that come together are one: timeout(1) sends its own to
    the process, and to the group that this is in."""
    earlier = -_TOGETHER

    def interrupt(*_: Any) -> None:
        nonlocal earlier
        now = time.monotonic()
        comes_again, earlier = now - earlier < _TOGETHER, now
        if not comes_again:
            _INTERRUPTED.set()
            raise KeyboardInterrupt

    _INTERRUPTED.clear()
    heard = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    try:
        with _handled(interrupt, heard):
            yield
    finally:
        _INTERRUPTED.clear()


@contextmanager
def undisturbed() -> Generator[None]:
    """While this lasts, SIGINT and SIGTERM wait: what is finished is written once, and whole."""
    caught: list[int] = []
    with _handled(lambda number, _: caught.append(number), _SIGNALS):
        yield
    for one in caught:
        signal.raise_signal(one)


@contextmanager
def _handled(handler: Callable[[int, Any], object], numbers: Iterable[int]) -> Generator[None]:
    """While this lasts, that handler gets these signals."""
    try:
        before = {number: signal.signal(number, handler) for number in numbers}
    except ValueError:
        # Signals are for the main thread; another one is not interrupted by them.
        yield
        return
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def end_with(parent: int) -> None:
    """SIGTERM comes when the process is gone that started this one, which is `parent`, where the
    system can do that; elsewhere execnet sees to it, after some seconds."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


class Attentive:
    """A pytest plugin by which an interruption that got lost in one scenario ends the run before
    the next one."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self) -> None:
        """A scenario begins."""
        if _INTERRUPTED.is_set():
            raise KeyboardInterrupt


class Brief(Attentive):
    """A pytest plugin that keeps pytest from reading all the code in whose midst it was
    interrupted, which takes a second: nobody is told."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Where it was is the last place alone that pytest can show: Python may be interrupted
        where code has no line, and some code wants to be hidden."""
        shown = [
            entry
            for entry in excinfo.traceback
            if cast(int | None, entry._rawentry.tb_lineno) is not None
            and not entry.ishidden(excinfo)
        ]
        excinfo.traceback = type(excinfo.traceback)(shown[-1:])


class LastAct(Attentive):
    """A pytest plugin with which a process that plays ends when it was interrupted and all is
    tidied up: whoever controls the run may be gone, and cannot be told any more."""

    def __init__(self) -> None:
        self._is_interrupted = False

    def pytest_keyboard_interrupt(self) -> None:
        """This process is to end."""
        self._is_interrupted = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """All fixtures are torn down."""
        if self._is_interrupted:
            os._exit(pytest.ExitCode.INTERRUPTED)
