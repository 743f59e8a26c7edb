"""Every form that a run record can be shown in: the one table of writers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TextIO

from reports.annotations import annotations
from reports.badge import badge
from reports.ctrf import ctrf
from reports.history import History
from reports.json_summary import json_summary
from reports.junit import junit
from reports.markdown import MOST_BYTES, markdown
from reports.masking import masked_together
from reports.messages import messages
from reports.page import page
from reports.record import Record
from reports.sarif import sarif
from reports.summary import show_summary, summary


@dataclass(frozen=True, slots=True)
class Format:
    """One form of the report.

    `write` shows everything that the record holds. `ending` is that of a file, with its dot.
    `does` is for help. `has_trend` says that it shows earlier runs as well. `show` writes it to a
    stream, for one that looks different on a terminal.
    """

    name: str
    does: str
    ending: str
    write: Callable[[History], str]
    has_trend: bool
    show: Callable[[Record, TextIO, Mapping[str, str]], None] | None = None

    def render(self, history: History) -> str:
        """The text of this form, with personal data masked."""
        return self.write(masked(history))


def masked(history: History) -> History:
    """Some runs, with personal data masked."""
    # The newest run comes first, so that it has the same masks with earlier ones and without.
    record, *earlier = masked_together((history.record, *history.earlier))
    return replace(history, record=record, earlier=tuple(earlier))


def _newest(write: Callable[[Record], str]) -> Callable[[History], str]:
    """A form that shows one run, and nothing of the ones before it."""
    return lambda history: write(history.record)


def _prometheus(record: Record) -> str:
    # It takes longer to import than all other writers together.
    from reports.prometheus import prometheus

    return prometheus(record)


def _step_summary(record: Record) -> str:
    return markdown(record, MOST_BYTES)


_SUMMARY = Format(
    "summary", "The summary that a run prints.", ".txt", _newest(summary), False, show_summary
)

FORMATS: Mapping[str, Format] = {_SUMMARY.name: _SUMMARY} | {
    name: Format(name, does, ending, write, has_trend=write is page)
    for name, does, ending, write in (
        ("html", "One page that needs nothing but itself.", ".html", page),
        ("markdown", "For a pull request comment.", ".md", _newest(markdown)),
        ("step-summary", "For $GITHUB_STEP_SUMMARY.", ".md", _newest(_step_summary)),
        ("json", "The summary for programs.", ".json", _newest(json_summary)),
        ("junit", "JUnit XML, for test reporters.", ".xml", _newest(junit)),
        ("messages", "Cucumber Messages, as ndjson.", ".ndjson", _newest(messages)),
        ("ctrf", "Common Test Report Format.", ".json", _newest(ctrf)),
        ("sarif", "For code scanning.", ".sarif", _newest(sarif)),
        ("annotations", "GitHub annotations, for a log.", ".txt", _newest(annotations)),
        ("prometheus", "Gauges in Prometheus text.", ".prom", _newest(_prometheus)),
        ("badge", "The verdict as a badge.", ".svg", _newest(badge)),
    )
}
"""The forms by name, in the order in which help lists them."""
