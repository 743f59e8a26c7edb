"""`coolwind report`: run records in another form."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from reports.formats import FORMATS, Format, masked
from reports.history import History, history_of
from reports.record_file import read_record
from reports.rooted import below
from reports.sentences import counted
from simulators.cli import OUTPUT, RECORD
from simulators.errors import UsageError


def run(options: argparse.Namespace) -> int:
    """Print the newest of some records, or write it to a file; the earlier ones are for the trend,
    and a form without one says that it leaves them out.
    Raises `UsageError` and `RecordError`."""
    form = _form(options.format)
    records = [
        (below(read_record(path), options.source_root), path) for path in map(Path, options.records)
    ]
    history = history_of(record for record, _ in records)
    if history.earlier and not form.has_trend:
        trend = " or ".join(one.name for one in FORMATS.values() if one.has_trend)
        print(
            f"coolwind: {form.name} shows the newest run alone and leaves out"
            f" {counted(len(history.earlier), 'earlier record')}; write --format {trend} for the"
            " trend",
            file=sys.stderr,
        )
    path = next(path for record, path in records if record is history.record)
    write(form, replace(history, path=path_to_tell(path)), options)
    return 0


def path_to_tell(path: Path) -> str:
    """A record as `coolwind replay` has to be told of it: empty for the one that it takes alone."""
    return "" if path == Path(OUTPUT, RECORD) else str(path)


def shown_by(history: History, options: argparse.Namespace) -> History:
    """Some runs as the options want them shown: with personal data, or masked."""
    return history if options.show_personal_data else masked(history)


def write(form: Format, history: History, options: argparse.Namespace) -> None:
    """Print a form, or write it to the file that the options name; they also say whether personal
    data is shown. Raises `UsageError`."""
    shown = shown_by(history, options)
    if options.output is not None:
        write_file(Path(options.output), form.write(shown))
    elif form.show is not None:
        form.show(shown.record, sys.stdout, os.environ)
    else:
        sys.stdout.write(form.write(shown))


def write_file(path: Path, text: str) -> None:
    """Write a report. Raises `UsageError` where that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", "backslashreplace")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path}: cannot be written ({reason}); choose another place") from error


def _form(name: str) -> Format:
    form = FORMATS.get(name)
    if form is None:
        near: Sequence[str] = get_close_matches(name, FORMATS) or list(FORMATS)
        raise UsageError(f"there is no format {name!r}; write {' or '.join(near)}")
    return form
