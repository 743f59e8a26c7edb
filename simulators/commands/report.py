"""`coolwind report`: a run record in another form."""

import argparse
import sys
from difflib import get_close_matches
from pathlib import Path

from reports.formats import FORMATS
from reports.record_file import read_record
from simulators.errors import UsageError


def run(options: argparse.Namespace) -> int:
    """Print a record, or write it to a file. Raises `UsageError` and `RecordError`."""
    form = FORMATS.get(options.format)
    if form is None:
        near = get_close_matches(options.format, FORMATS) or list(FORMATS)
        raise UsageError(f"there is no format {options.format!r}; write {' or '.join(near)}")
    text = form.render(read_record(Path(options.record)))
    if options.output is None:
        sys.stdout.write(text)
    else:
        write_file(Path(options.output), text)
    return 0


def write_file(path: Path, text: str) -> None:
    """Write a report. Raises `UsageError` where that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", "backslashreplace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path}: cannot be written ({reason}); choose another place") from error
