"""Every form that a run record can be shown in: the one table of writers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.json_summary import json_summary
from reports.markdown import markdown
from reports.masking import masked
from reports.page import page
from reports.record import Record
from reports.summary import summary


@dataclass(frozen=True, slots=True)
class Format:
    """One form of the report.

    `write` shows everything that the record holds. `is_shared` says that others than the tester
    are likely to read it. `ending` is that of a file, with its dot. `does` is for help.
    """

    name: str
    does: str
    ending: str
    write: Callable[[Record], str]
    is_shared: bool

    def render(self, record: Record) -> str:
        """The text of this form, with personal data masked where others are likely to read it."""
        return self.write(masked(record) if self.is_shared else record)


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("summary", "The summary that a run prints.", ".txt", summary, is_shared=False),
        Format("html", "One page that needs nothing but itself.", ".html", page, is_shared=True),
        Format("markdown", "For a pull request comment.", ".md", markdown, is_shared=True),
        Format("json", "The summary for programs.", ".json", json_summary, is_shared=False),
    )
}
"""The forms by name, in the order in which help lists them."""
