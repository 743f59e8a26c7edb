"""What the command says, whether somebody listens or not."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


def fill_closed_streams() -> None:
    """Let a standard stream that this process was started without lead nowhere: else the next file
    that is opened takes its number, and gets what a program that is started here writes."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


class Heard(io.TextIOBase):
    """Standard output that goes on when whoever read it has enough: what is found counts, whether
    somebody listens or not. Raises `UsageError` where it cannot be written for another reason."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of the stream below."""
        return self._stream.encoding

    def write(self, text: str) -> int:
        """Write, or do nothing any more."""
        with self._until_it_breaks():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush, or do nothing any more."""
        with self._until_it_breaks():
            self._stream.flush()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """The descriptor below."""
        return self._stream.fileno()

    @contextmanager
    def _until_it_breaks(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # What waits in the buffer goes nowhere, at the end of Python as well.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)
            if not isinstance(error, BrokenPipeError):
                from simulators.errors import UsageError

                raise UsageError(
                    f"standard output cannot be written ({error.strerror}); send it to another"
                    " place"
                ) from error
