"""How the processes of a run end when it is interrupted or killed: at once, and once."""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from typing import Any, Final

import pytest

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
_PR_SET_PDEATHSIG: Final = 1
"""As prctl(2) of Linux has it."""


def end_at_once() -> None:
    """From here on, SIGINT and SIGTERM interrupt this process, the first of them alone: what comes
    later, from whoever sends it as well, disturbs nobody who tidies up."""

    def interrupt(*_: Any) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    # Signals are for the main thread; elsewhere they are somebody else's.
    with suppress(ValueError):
        for number in _SIGNALS:
            signal.signal(number, interrupt)


def end_with(parent: int) -> None:
    """SIGTERM comes when the process is gone that started this one, which is `parent`, where the
    system can do that; elsewhere execnet sees to it, after some seconds."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


class Brief:
    """A pytest plugin that keeps pytest from reading all the code in whose midst it was
    interrupted, which takes a second: nobody is told."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Where it was is the last place alone."""
        excinfo.traceback = excinfo.traceback[-1:]


class LastAct:
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
