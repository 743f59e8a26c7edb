"""Files and folders that one run has to itself, until it lets go of them or is killed."""

import os
import sys
from pathlib import Path

from reports.errors import RecordError

_FLAGS = ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK")


def opened(path: Path) -> int | None:
    """The descriptor of a file or folder that is there and can be read; else None."""
    try:
        return os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in _FLAGS))
    except (OSError, ValueError):
        return None


def lock(descriptor: int) -> bool:
    """Keep what is open for whoever has this descriptor, until it is closed; False where somebody
    else keeps it. Where there are no such locks, everybody may have it."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def check_not_in_use(path: Path) -> None:
    """Return when no other run keeps that file. Raises RecordError."""
    descriptor = opened(path)
    if descriptor is None:
        return
    try:
        if not lock(descriptor):
            raise in_use(path)
    finally:
        os.close(descriptor)


def in_use(path: Path) -> RecordError:
    """What to say of a file or folder that another run keeps."""
    return RecordError(
        f"{path}: another run is still writing here; wait for its end, or choose another folder"
        " for the output"
    )
