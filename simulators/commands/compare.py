"""`coolwind compare`: what got better and what got worse from one run to another."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from reports.comparison import Change, Comparison, compare
from reports.masking import masked_together
from reports.printable import one_line
from reports.record_file import read_record
from reports.sentences import counted
from reports.terminal import COLUMNS, Spans, show
from simulators.cli import Exit

_LONGEST = 3 * COLUMNS


def run(options: argparse.Namespace) -> int:
    """Print every change; fails when anything is worse. Raises `RecordError`."""
    old, new = read_record(Path(options.old)), read_record(Path(options.new))
    if not options.show_personal_data:
        old, new = masked_together((old, new))
    comparison = compare(old, new)
    show(_lines(comparison), sys.stdout, os.environ)
    return Exit.FAIL if comparison.worse else Exit.PASS


def _lines(comparison: Comparison) -> Iterator[Spans]:
    worse, better, untold = comparison.worse, comparison.better, comparison.untold
    for difference in comparison.differences:
        yield ((one_line(difference, _LONGEST), "yellow"),)
    if not worse and not better and not untold:
        yield (("unchanged", "bold"),)
        return
    summary = f"{counted(len(worse), 'change')} for the worse, {len(better):,} for the better"
    summary += f", {len(untold):,} that cannot be told" if untold else ""
    yield ((summary, "bold red" if worse else "bold green"),)
    yield from _listed("worse", worse, "red")
    yield from _listed("better", better, "green")
    yield from _listed("tried by one of the runs only, or undecided", untold, "yellow")


def _listed(title: str, changes: tuple[Change, ...], style: str) -> Iterator[Spans]:
    if changes:
        yield ()
        yield ((title, f"bold {style}"),)
    for change in changes:
        yield ((f"  {one_line(change.words, _LONGEST)}", style),)
