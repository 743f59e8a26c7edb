"""Two runs held against each other: what got worse, and what got better.

Runs may differ in what they tried, and one that was cut short did not come to all of it. Only what
both of them tried is called worse or better; what one of them found in plans that the other did not
try, and what a later run came to no verdict about, is told, and counts for neither. Verdicts and
statuses are always those of the records: what a run found is never said to have passed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from reports.matrix import Matrix, Place, matrix_of, place_words
from reports.outcomes import Tone, sign_of
from reports.record import NO_RETRY, FindingFound, Line, Record, RunStarted
from reports.sentences import depth_words, listed
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
    nobody can tell any more. `untold` is what is neither worse nor better, and `differences` say,
    a sentence each, in what the runs were not alike."""

    worse: tuple[Change, ...]
    better: tuple[Change, ...]
    untold: tuple[Change, ...] = ()
    differences: tuple[str, ...] = ()


class _Way(Enum):
    WORSE = auto()
    BETTER = auto()
    UNTOLD = auto()


def compare(old: Record, new: Record) -> Comparison:
    """Hold a run against an earlier one."""
    changes: dict[_Way, list[Change]] = {way: [] for way in _Way}
    for way, change in _changes(old, new):
        changes[way].append(change)
    return Comparison(
        tuple(changes[_Way.WORSE]),
        tuple(changes[_Way.BETTER]),
        tuple(changes[_Way.UNTOLD]),
        (*_cut_short(old, new), *_differences(old.started, new.started)),
    )


def _cut_short(old: Record, new: Record) -> Iterator[str]:
    for which, record in (("earlier", old), ("later", new)):
        if record.is_partial:
            yield (
                f"The {which} run was cut short: what it did not come to is neither worse nor"
                " better."
            )


def _differences(old: RunStarted, new: RunStarted) -> Iterator[str]:
    for what, before, after in (
        ("target", old.target, new.target),
        ("depth", depth_words(old.depth), depth_words(new.depth)),
        ("faults", _faults_words(old), _faults_words(new)),
        ("budget", _budget_words(old.budget), _budget_words(new.budget)),
        ("seed", str(old.seed), str(new.seed)),
        ("version of Coolwind", old.coolwind, new.coolwind),
    ):
        if before != after:
            yield f"Not the same {what}: {before}, then {after}."


def _faults_words(started: RunStarted) -> str:
    return listed([column.name for column in started.faults]) or "none"


def _budget_words(budget: float | None) -> str:
    return "none" if budget is None else f"{budget:g} s a scenario"


def _changes(old: Record, new: Record) -> Iterator[tuple[_Way, Change]]:
    if _is_deeper(old.started, new.started):
        before, after = depth_words(old.started.depth), depth_words(new.started.depth)
        yield _Way.WORSE, Change("coverage", "the depth", before, after)
    before, after = totals_of(old).verdict, totals_of(new).verdict
    if before != after:
        is_worse = _VERDICTS.index(after) > _VERDICTS.index(before)
        is_undecided = _is_apart(new, old) if is_worse else _may_fail_still(old, new)
        way = _Way.UNTOLD if is_undecided else _way(is_worse, after)
        yield way, Change("verdict", "the run", before, after)
    yield from _findings(old, new)
    yield from _scenarios(old, new)
    yield from _cells(old, new)


def _way(is_worse: bool, after: str) -> _Way:
    """What is undecided has mended nothing."""
    if is_worse:
        return _Way.WORSE
    return _Way.UNTOLD if after == "inconclusive" else _Way.BETTER


def _is_deeper(one: RunStarted, other: RunStarted) -> bool:
    """Whether one run went for plans of more faults than another."""
    if one.depth is None or other.depth is None:
        return one.depth is None and other.depth is not None
    return one.depth > other.depth


def _tried_more(one: RunStarted, other: RunStarted) -> bool:
    """Whether a fault may have struck together with others in one run only."""
    names = {column.name for column in one.faults} - {column.name for column in other.faults}
    return _is_deeper(one, other) or (bool(names) and one.depth != 1)


def _may_fail_still(old: Record, new: Record) -> bool:
    """Whether what a run failed in was not all tried again."""
    failed = {name for name, status in _statuses(old).items() if status == "failed"}
    failed |= {(finding.feature, finding.scenario) for finding in old.findings}
    return old.is_partial or _is_apart(old, new) or not failed <= _statuses(new).keys()


def _is_apart(record: Record, other: Record) -> bool:
    """Whether a run failed in nothing but plans that the other one did not try."""
    failed = {name for name, status in _statuses(record).items() if status == "failed"}
    is_tried = any(_is_tried(finding, other) for finding in record.findings)
    return bool(record.findings or failed) and not is_tried and failed <= _apart(record, other)


def _findings(old: Record, new: Record) -> Iterator[tuple[_Way, Change]]:
    known, found = _by_cause(old), _by_cause(new)
    statuses = _statuses(new)
    for cause, finding in found.items():
        if cause not in known:
            way = _Way.WORSE if _is_tried(finding, old) else _Way.UNTOLD
            yield way, Change("finding", _told(finding), "", finding.outcome)
    for cause, finding in known.items():
        status = statuses.get((finding.feature, finding.scenario), "skipped")
        # A scenario that was not played has mended nothing.
        if cause not in found and status != "skipped":
            is_undecided = status == "inconclusive" or not _is_tried(finding, new)
            way = _Way.UNTOLD if is_undecided else _Way.BETTER
            yield way, Change("finding", _told(finding), finding.outcome, "")


def _is_tried(finding: FindingFound, other: Record) -> bool:
    """Whether another run tried a plan by which a finding was made: as many faults, and these. A
    scenario that it did not have is held against one that passes, unless it was cut short."""
    for scenario in other.scenarios:
        if (scenario.feature, scenario.name) == (finding.feature, finding.scenario):
            shortest = _struck(finding.faulted) - _struck(finding.clean)
            if not shortest:
                return True
            explored, depth = scenario.exploration, other.started.depth
            names = {column.name for column in other.started.faults}
            is_whole = explored is not None and not explored.is_partial
            return is_whole and any(
                plan.keys() <= names and (depth is None or plan.total() <= depth)
                for plan in (shortest, *(Counter((name,)) for name in finding.shown_alone_by))
            )
    return not other.is_partial


def _struck(lines: Iterable[Line]) -> Counter[str]:
    """How often each fault struck."""
    return Counter(line.fault for line in lines if line.fault not in (None, NO_RETRY))


def _by_cause(record: Record) -> Mapping[tuple[str, ...], FindingFound]:
    return {
        (one.feature, one.scenario, one.law, one.outcome, one.field): one for one in record.findings
    }


def _told(finding: FindingFound) -> str:
    return f"{finding.scenario} ({finding.feature}), {finding.law} law, {finding.plan}"


def _scenarios(old: Record, new: Record) -> Iterator[tuple[_Way, Change]]:
    known, played = _statuses(old), _statuses(new)
    apart, later_apart = _apart(old, new), _apart(new, old)
    cut_short = {*_begun(old), *_begun(new)}
    for name, after in played.items():
        before = known.get(name, "")
        if before == after:
            continue
        # A new scenario is held against one that passes.
        is_worse = _STATUSES.index(after) > _STATUSES.index(before or "passed")
        if before or is_worse:
            what = f"{name[1]} ({name[0]})"
            is_undecided = name in cut_short and after != "failed"
            is_apart = name in (later_apart if is_worse else apart)
            way = _Way.UNTOLD if is_undecided or is_apart else _way(is_worse, after)
            yield way, Change("scenario", what, before, after)
    # One that was only seen to fail under faults is worse where it fails without any.
    for name in _as_written(old, "passed") & _as_written(new, "failed"):
        if known[name] == "failed":
            before, after = "failed under faults", "failed as written"
            yield _Way.WORSE, Change("scenario", f"{name[1]} ({name[0]})", before, after)
    for name, before in known.items():
        if name not in played:
            yield _gone(new), Change("coverage", f"{name[1]} ({name[0]})", before, "")


def _begun(record: Record) -> Iterator[_Name]:
    """The scenarios in which the run was cut short."""
    for one in record.scenarios:
        if one.exploration is not None and one.exploration.is_partial:
            yield one.feature, one.name


def _gone(new: Record) -> _Way:
    """What is covered no longer is worse, where the run came to its end."""
    return _Way.UNTOLD if new.is_partial else _Way.WORSE


def _statuses(record: Record) -> Mapping[_Name, str]:
    """How each scenario did, under its fault plans too."""
    return {(one.feature, one.name): status_of(one) for one in record.scenarios}


def _as_written(record: Record, status: str) -> Set[_Name]:
    """The scenarios that did like this as they are written."""
    return {(one.feature, one.name) for one in record.scenarios if one.status == status}


def _apart(record: Record, other: Record) -> Set[_Name]:
    """The scenarios that pass as written, with findings of which the other run tried none, and
    those that it did not come to."""
    tried: dict[_Name, bool] = {}
    for finding in record.findings:
        name = (finding.feature, finding.scenario)
        tried[name] = tried.get(name, False) or _is_tried(finding, other)
    unmet = _statuses(record).keys() - _statuses(other).keys() if other.is_partial else set()
    return unmet | {name for name in _as_written(record, "passed") if not tried.get(name, True)}


def _cells(old: Record, new: Record) -> Iterator[tuple[_Way, Change]]:
    matrix, later = matrix_of(old), matrix_of(new)
    is_wider = old.is_partial or _tried_more(new.started, old.started)
    is_narrower = new.is_partial or _tried_more(old.started, new.started)
    for (place, fault), before, after in _pairs(matrix, later):
        what = f"{fault} at {place_words(place)}"
        if after is None:
            yield _gone(new), Change("coverage", what, before or "", "")
        elif before is None:
            if sign_of(after).rank > sign_of("inconclusive").rank:
                yield _Way.UNTOLD, Change("matrix", what, "", after)
        else:
            is_worse = sign_of(after).rank > sign_of(before).rank
            is_shared = not (is_wider if is_worse else is_narrower)
            way = _way(is_worse, after) if is_shared else _Way.UNTOLD
            yield way, Change("matrix", what, before, after)


def _pairs(old: Matrix, new: Matrix) -> Iterator[tuple[tuple[Place, str], str | None, str | None]]:
    """The cells that are not as they were, with both outcomes. One that was good and is good in
    another way is as it was: each of them is what the fault allows."""
    for place, fault in dict.fromkeys((*old.cells, *new.cells)):
        before, after = old.cell(place, fault).outcome, new.cell(place, fault).outcome
        if before != after and not (_is_good(before) and _is_good(after)):
            yield (place, fault), before, after


def _is_good(outcome: str | None) -> bool:
    return outcome is not None and sign_of(outcome).tone is Tone.GOOD
