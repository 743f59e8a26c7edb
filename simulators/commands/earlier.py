"""What an earlier run left in the folder of this one."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def set_aside(record: Path, page: Path) -> Generator[None]:
    """While this lasts, the record and the page of an earlier run are out of the way. They come
    back where there is no new record in the end, and are gone otherwise."""
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


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.name}.before")
