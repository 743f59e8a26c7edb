"""Two runs held against each other: what got worse, and what got better."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from reports.matrix import Matrix, Place, matrix_of, place_words
from reports.outcomes import sign_of
from reports.record import FindingFound, Record
from reports.totals import status_of, totals_of

_Name: TypeAlias = tuple[str, str]
_VERDICTS = ("pass", "inconclusive", "fail")
_STATUSES = ("passed", "inconclusive", "failed", "skipped")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was. `kind` is verdict, finding, scenario, matrix or coverage;
    `before` and `after` are empty where there was, or is, nothing."""

    kind: str
    what: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The change in one line."""
        if not self.before:
            return f"{self.kind}: {self.what}: {self.after}, new"
        if not self.after:
            return f"{self.kind}: {self.what}: {self.before}, gone"
        return f"{self.kind}: {self.what}: {self.before} became {self.after}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another. What is covered no longer counts as worse, because
    nobody can tell any more."""

    worse: tuple[Change, ...]
    better: tuple[Change, ...]


def compare(old: Record, new: Record) -> Comparison:
    """Hold a run against an earlier one."""
    worse: list[Change] = []
    better: list[Change] = []
    for is_worse, change in _changes(old, new):
        (worse if is_worse else better).append(change)
    return Comparison(tuple(worse), tuple(better))


def _changes(old: Record, new: Record) -> Iterator[tuple[bool, Change]]:
    before, after = totals_of(old).verdict, totals_of(new).verdict
    if before != after:
        is_worse = _VERDICTS.index(after) > _VERDICTS.index(before)
        yield is_worse, Change("verdict", "the run", before, after)
    yield from _findings(old, new)
    yield from _scenarios(old, new)
    yield from _cells(matrix_of(old), matrix_of(new))


def _findings(old: Record, new: Record) -> Iterator[tuple[bool, Change]]:
    known, found = _by_cause(old), _by_cause(new)
    played = {(one.feature, one.name) for one in new.scenarios if one.status != "skipped"}
    for cause, finding in found.items():
        if cause not in known:
            yield True, Change("finding", _told(finding), "", finding.outcome)
    for cause, finding in known.items():
        # A scenario that was not played has mended nothing.
        if cause not in found and (finding.feature, finding.scenario) in played:
            yield False, Change("finding", _told(finding), finding.outcome, "")


def _by_cause(record: Record) -> Mapping[tuple[str, ...], FindingFound]:
    return {
        (one.feature, one.scenario, one.law, one.outcome, one.field): one for one in record.findings
    }


def _told(finding: FindingFound) -> str:
    return f"{finding.scenario} ({finding.feature}), {finding.law} law, {finding.plan}"


def _scenarios(old: Record, new: Record) -> Iterator[tuple[bool, Change]]:
    known, played = _statuses(old), _statuses(new)
    for name, after in played.items():
        before = known.get(name, "")
        if before == after:
            continue
        # A new scenario is held against one that passes.
        is_worse = _STATUSES.index(after) > _STATUSES.index(before or "passed")
        if before or is_worse:
            yield is_worse, Change("scenario", f"{name[1]} ({name[0]})", before, after)
    for name, before in known.items():
        if name not in played:
            yield True, Change("coverage", f"{name[1]} ({name[0]})", before, "")


def _statuses(record: Record) -> Mapping[_Name, str]:
    return {(one.feature, one.name): status_of(one) for one in record.scenarios}


def _cells(old: Matrix, new: Matrix) -> Iterator[tuple[bool, Change]]:
    keys: dict[tuple[Place, str], None] = dict.fromkeys((*old.cells, *new.cells))
    for place, fault in keys:
        before, after = old.cell(place, fault).outcome, new.cell(place, fault).outcome
        what = f"{fault} at {place_words(place)}"
        if before == after:
            continue
        if after is None:
            yield True, Change("coverage", what, before or "", "")
        elif before is None:
            if sign_of(after).rank > sign_of("inconclusive").rank:
                yield True, Change("matrix", what, "", after)
        else:
            is_worse = sign_of(after).rank > sign_of(before).rank
            yield is_worse, Change("matrix", what, before, after)
