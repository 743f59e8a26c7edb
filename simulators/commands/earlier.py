"""What an earlier run left in the folder of this one."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from reports.exclusive import check_not_in_use, in_use, lock, opened


@contextmanager
def set_aside(record: Path, page: Path) -> Generator[None]:
    """While this lasts, the record and the page of an earlier run are out of the way, and no other
    run can begin in their folder. They come back where there is no new record in the end, and are
    gone otherwise. Raises RecordError where another run is at work there."""
    with _alone_in(record.parent):
        check_not_in_use(record)
        for path in (record, page):
            with suppress(OSError, ValueError):
                if path.is_file() and not path.is_symlink():
                    path.replace(_aside(path))
        try:
            yield
        finally:
            is_replaced = os.path.lexists(record)
            for path in (record, page):
                with suppress(OSError, ValueError):
                    if is_replaced:
                        _aside(path).unlink(missing_ok=True)
                    else:
                        _aside(path).replace(path)


@contextmanager
def _alone_in(folder: Path) -> Generator[None]:
    behind_links = folder
    with suppress(OSError, ValueError):
        folder.mkdir(parents=True, exist_ok=True)
        behind_links = folder.resolve()
    descriptor = opened(behind_links)
    if descriptor is None:
        yield
        return
    try:
        if not lock(descriptor):
            raise in_use(folder)
        yield
    finally:
        os.close(descriptor)


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.before")
