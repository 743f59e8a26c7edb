"""Sentences that every form of the report says alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reports.matrix import Gap, Matrix, place_words
from reports.printable import one_line
from reports.record import Exploration, FindingFound, Record, RunStarted, ScenarioPlayed
from reports.totals import Totals

_MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A thing that a run left open, in one sentence on one line. Where the sentence is too short
    for all its names, `names` has every list of them, by what they name."""

    sentence: str
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def not_covered(record: Record, matrix: Matrix, totals: Totals) -> Iterator[str]:
    """What a run left open, one sentence each."""
    return (one.sentence for one in uncovered(record, matrix, totals))


def uncovered(record: Record, matrix: Matrix, totals: Totals) -> Iterator[Uncovered]:
    """What a run left open, with all names."""
    if totals.is_partial:
        yield Uncovered("Everything that would have come after the run was cut short.")
    skipped = [scenario.name for scenario in record.scenarios if scenario.status == "skipped"]
    if skipped:
        told = f"{counted(len(skipped), 'scenario')} skipped: {listed(skipped)}."
        yield Uncovered(told, _cut(scenarios=skipped))
    if not record.scenarios:
        yield Uncovered("No scenario was played.")
    elif not totals.plans:
        yield Uncovered("No fault plan was played.")
    elif alone := [one.name for one in record.scenarios if _is_unexplored(one)]:
        told = f"{counted(len(alone), 'scenario')} played as written only, under no fault plan."
        yield Uncovered(told, {"scenarios": tuple(alone)})
    for reason in record.started.uncovered:
        told = one_line(reason)
        yield Uncovered(f"{told[:1].upper()}{told[1:]}.")
    if not totals.plans:
        return
    for gap in matrix.gaps:
        if gap.rows == matrix.rows:
            when = "Not struck by then" if matrix.is_partial else "Never struck"
            yield Uncovered(f"{when}: {listed(gap.faults)}.", _cut(faults=gap.faults))
            continue
        steps = [*map(place_words, gap.rows)]
        where = f"By then, at {listed(steps)}" if matrix.is_partial else f"At {listed(steps)}"
        told = f"{where}: {_gap_words(gap, matrix)}."
        faults = () if gap.faults == matrix.columns else gap.faults
        yield Uncovered(told, _cut(steps=steps, faults=faults))


_MOST_DIGITS = 12


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 plan`, `1,200 plans`, `3.4 × 10^34 plans`."""
    return f"{readable(number)} {noun}" if number == 1 else f"{readable(number)} {noun}s"


def readable(number: int) -> str:
    """A number as people read it: to the digit, or by its magnitude where the digits are too
    many."""
    if number < 10**_MOST_DIGITS:
        return f"{number:,}"
    digits = str(number)
    return f"{digits[0]}.{digits[1]} × 10^{len(digits) - 1}"


def outcome_words(totals: Totals) -> str:
    """How many plans came to each outcome; empty where the record does not tell."""
    told = (f"{readable(plans)} {outcome}" for outcome, plans in totals.outcomes.items())
    return one_line(", ".join(told))


def plans_words(explored: Exploration) -> str:
    """How many plans were decided; so far, where the run was cut short meanwhile."""
    if explored.is_partial:
        return f"{readable(explored.plans)} so far"
    return counted(explored.plans, "plan")


def verdict_words(totals: Totals) -> str:
    """The verdict, and whether it is that of a part of the run only."""
    return f"{totals.verdict} (partial)" if totals.is_partial else totals.verdict


def shown_words(finding: FindingFound) -> str:
    """How many plans show a finding, and how often the one that is told showed it again."""
    shown = f"shown by {counted(finding.plans, 'plan')}"
    if not finding.replays:
        return shown
    return f"{shown}, reproduced {finding.reproduced} of {finding.replays}"


def struck(finding: FindingFound, started: RunStarted) -> Mapping[str, str]:
    """What each fault of a finding does, in one sentence, by its name and in the order in which
    they struck."""
    does = {column.name: column.does for column in started.faults}
    names = dict.fromkeys(line.fault for line in finding.faulted if line.fault is not None)
    return {name: does[name] for name in names if does.get(name)}


def value_words(value: str) -> str:
    """A value as it is told: one that nobody could see is called empty."""
    return value if value.strip() else "(empty)"


def depth_words(depth: int | None) -> str:
    """The most faults of a plan, in words."""
    return "any number of faults" if depth is None else f"up to {counted(depth, 'fault')}"


def listed(names: Sequence[str]) -> str:
    """The first few of some names, and how many more there are."""
    shown = [one_line(name, 60) for name in names[:_MOST_NAMES]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _cut(**lists: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The lists of which `listed` does not show everything."""
    return {what: tuple(names) for what, names in lists.items() if len(names) > _MOST_NAMES}


def _is_unexplored(scenario: ScenarioPlayed) -> bool:
    return scenario.exploration is None and scenario.status != "skipped"


def _gap_words(gap: Gap, matrix: Matrix) -> str:
    if gap.faults == matrix.columns:
        return "no fault struck"
    return f"struck by every fault but {listed(gap.faults)}"
