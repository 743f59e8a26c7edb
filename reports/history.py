"""A run and the ones before it: what the trend is made of."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.comparison import Comparison, compare
from reports.record import Record
from reports.sentences import verdict_words
from reports.totals import Rate, totals_of


@dataclass(frozen=True, slots=True)
class Point:
    """One run in the trend. `verdict` says whether it was cut short. `outcomes` counts its findings
    by outcome. `rates` are by name and by what they are of: those of different things are on no
    line together."""

    started_at: str
    target: str
    verdict: str
    rates: Mapping[tuple[str, str], Rate]
    findings: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class History:
    """The run that is shown, and earlier ones, oldest first.

    `path` is the file of its record, where it is known: empty for the one that `coolwind replay`
    takes by itself.
    """

    record: Record
    earlier: tuple[Record, ...] = ()
    path: str | None = None

    @property
    def points(self) -> tuple[Point, ...]:
        """All runs, oldest first."""
        return tuple(_point(record) for record in (*self.earlier, self.record))

    @property
    def change(self) -> Comparison | None:
        """What changed since the run before; None where there is none."""
        return compare(self.earlier[-1], self.record) if self.earlier else None


def history_of(records: Iterable[Record]) -> History:
    """Some records in the order of their time; the last one is shown. Raises ValueError for none.

    Two that began in the same second stay in the order in which they are given.
    """
    *earlier, shown = sorted(records, key=lambda record: record.started.started_at)
    return History(shown, tuple(earlier))


def _point(record: Record) -> Point:
    totals = totals_of(record)
    return Point(
        record.started.started_at,
        record.started.target,
        verdict_words(totals),
        {(rate.name, rate.words): rate for rate in totals.rates},
        totals.findings,
        dict(Counter(finding.outcome for finding in record.findings)),
    )
