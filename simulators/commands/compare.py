"""`coolwind compare`: what got better and what got worse from one run to another."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from reports.comparison import Change, Comparison, compare
from reports.printable import one_line
from reports.record_file import read_record
from reports.sentences import counted
from reports.terminal import COLUMNS, Spans, show
from simulators.cli import Exit

_LONGEST = 3 * COLUMNS


def run(options: argparse.Namespace) -> int:
    """Print every change; fails when anything is worse. Raises `RecordError`."""
    comparison = compare(read_record(Path(options.old)), read_record(Path(options.new)))
    show(_lines(comparison), sys.stdout, os.environ)
    return Exit.FAIL if comparison.worse else Exit.PASS


def _lines(comparison: Comparison) -> Iterator[Spans]:
    worse, better = comparison.worse, comparison.better
    if not worse and not better:
        yield (("unchanged", "bold"),)
        return
    summary = f"{counted(len(worse), 'change')} for the worse, {len(better):,} for the better"
    yield ((summary, "bold red" if worse else "bold green"),)
    yield from _listed("worse", worse, "red")
    yield from _listed("better", better, "green")


def _listed(title: str, changes: tuple[Change, ...], style: str) -> Iterator[Spans]:
    if changes:
        yield ()
        yield ((title, f"bold {style}"),)
    for change in changes:
        yield ((f"  {one_line(change.words, _LONGEST)}", style),)
