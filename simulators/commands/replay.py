"""`coolwind replay`: plays one finding of a record again, and says what became of it."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from reports.errors import RecordError
from reports.printable import one_line, wrapped
from reports.record import FindingFound, Record
from reports.record_file import read_record
from reports.reproducer import Reproducer
from reports.side_by_side import side_by_side
from reports.terminal import COLUMNS, Spans, show
from simulators.campaign.transcribing import clean_transcript, laws_broken, transcript
from simulators.cli import Exit
from simulators.conversation import Break
from simulators.errors import (
    ScenarioError,
    SimulatorError,
    TargetError,
    Unsupported,
    UsageError,
)
from simulators.explorer.replaying import Example, Replayer
from simulators.explorer.striking import Missed
from simulators.explorer.tally import cause_of
from simulators.faults.catalogue import select
from simulators.laws.judge import Judged
from simulators.shrinker.reproducer import arrangement_of, example_of
from simulators.targets.choice import choose
from simulators.targets.target import Arrangement, Target

_LONGEST = 300
_MOST_NAMED = 5


class NotApplicable(Exception):
    """The plan cannot be played as it was; the text says why."""


def run(options: argparse.Namespace) -> int:
    """Print the clean run beside the one with the faults, and what is different from before.
    Raises `UsageError`, `RecordError` and `TargetError`."""
    path = Path(options.record)
    finding = _finding(read_record(path), options.finding)
    kept, example, arrangement = _reproducer(path, finding)
    target = choose(options.target or kept.target)
    try:
        judged = _played(example, arrangement, target, kept.seed)
    except (NotApplicable, ScenarioError, Unsupported, UsageError) as error:
        line = (
            f"coolwind: the plan '{finding.plan}' does not apply any more: {error}; run"
            f" {finding.feature} anew to see what it comes to now"
        )
        print(one_line(line), file=sys.stderr)
        return Exit.INCONCLUSIVE
    finally:
        target.close()
    columns = shutil.get_terminal_size((COLUMNS, 0)).columns if sys.stdout.isatty() else COLUMNS
    show(_lines(finding, judged, target.name, columns), sys.stdout, os.environ)
    return Exit.FAIL if judged.breaches else Exit.PASS


def _finding(record: Record, wanted: str) -> FindingFound:
    """The finding of that ID, or the one whose ID begins that way."""
    found = {one.finding_id: one for one in reversed(record.findings)}
    ids = [name for name in reversed(found) if name.startswith(wanted)]
    if wanted in found:
        return found[wanted]
    if len(ids) == 1:
        return found[ids[0]]
    if not found:
        raise UsageError("the record has no finding; name another one with --record")
    which = "several findings have" if ids else "no finding of the record has"
    listed = ", ".join((ids or [*reversed(found)])[:_MOST_NAMED])
    raise UsageError(f"{which} the ID {one_line(wanted)!r}; give one of these: {one_line(listed)}")


def _reproducer(path: Path, finding: FindingFound) -> tuple[Reproducer, Example, Arrangement]:
    kept = finding.reproducer
    if kept is None:
        raise UsageError(
            f"{path}: the record does not say how to play {finding.finding_id} again, because an"
            " older Coolwind wrote it; run the scenarios anew"
        )
    try:
        return kept, example_of(kept), arrangement_of(kept.arranged)
    except ValueError as error:
        raise RecordError(
            f"{path}: the finding {finding.finding_id} cannot be played again ({error}); name a"
            " record that a run wrote"
        ) from error


def _played(example: Example, arrangement: Arrangement, target: Target, seed: int) -> Judged:
    """Raises `NotApplicable` where nothing can be said, and `SimulatorError`."""
    asked = [one.fault for one in example.script if isinstance(one, Break)]
    faults = [*(placed.fault for placed in example.plan), *asked]
    if faults:
        select(",".join(faults), target.capabilities)
    replayer = Replayer(target, arrangement, seed)
    try:
        if (doubt := replayer.doubt(example)) is not None:
            raise NotApplicable(doubt)
        result = replayer.replay(example)
    except (NotApplicable, SimulatorError):
        raise
    except Exception as error:
        raise TargetError(
            f"the target {target.name} gave trouble: {type(error).__name__}: {error}; mend it first"
        ) from error
    if isinstance(result, Missed):
        strike = result.strike
        raise NotApplicable(f"the fault {strike.fault!r} did not strike: {strike.evidence}")
    return result


def _lines(finding: FindingFound, judged: Judged, target: str, columns: int) -> Iterator[Spans]:
    place = f"{finding.feature}:{finding.line}"
    yield from _wrapped(f"{finding.outcome}  {finding.scenario}  {place}", columns, "bold")
    yield from _wrapped(f"target {target}, plan {finding.plan}", columns, "dim")
    yield ()
    transcripts = clean_transcript(judged), transcript(judged.trace)
    yield from side_by_side(*transcripts, finding.plan, columns, laws_broken(judged))
    yield ()
    yield from _conclusion(finding, judged, columns)


def _conclusion(finding: FindingFound, judged: Judged, columns: int) -> Iterator[Spans]:
    if not judged.breaches:
        yield from _wrapped(f"passes now: {judged.outcome.value}", columns, "bold green")
        return
    breach, cause = judged.breaches[0], cause_of(judged)
    before = finding.law, finding.outcome, finding.field
    now = cause.law, cause.outcome.value, cause.field
    way = "the same way" if now == before else f"in another way than as {_told(*before)}"
    yield from _wrapped(f"fails {way}", columns, "bold red")
    change = f"turn {breach.turn}: {breach.expected} became {breach.actual}"
    yield from _wrapped(f"{_told(*now)}, {one_line(change, _LONGEST)}", columns, "")


def _told(law: str, outcome: str, field: str) -> str:
    return f"{outcome}, {law} law, {field}"


def _wrapped(text: str, columns: int, style: str) -> Iterator[Spans]:
    for line in wrapped(text, columns):
        yield ((line, style),)
