"""`coolwind badge`: the verdict of a record as a small picture."""

import argparse
from pathlib import Path

from reports.formats import FORMATS
from reports.history import history_of
from reports.record_file import read_record
from simulators.commands.report import write_file


def run(options: argparse.Namespace) -> int:
    """Write the badge to a file. Raises `UsageError` and `RecordError`."""
    history = history_of([read_record(Path(options.record))])
    write_file(Path(options.output), FORMATS["badge"].render(history))
    print(f"Badge: {options.output}")
    return 0
