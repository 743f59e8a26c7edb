"""`coolwind judge`: the findings of a record judged again, by the laws as they are now."""

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from reports.errors import RecordError
from reports.masking import masked_together
from reports.printable import one_line
from reports.record import FindingFound, LawBroken, Record
from reports.record_file import RecordWriter, read_record
from reports.rejudged import with_findings
from reports.sentences import counted
from reports.terminal import show
from reports.totals import totals_of
from simulators.campaign.transcribing import mask_of_record, trace_of
from simulators.cli import Exit
from simulators.laws.judge import Judged, judge
from simulators.laws.outcome import Outcome


def run(options: argparse.Namespace) -> int:
    """Print what became of each finding, and write the record anew where that is wanted. Nothing
    that is judged again makes a pass. Raises `RecordError`."""
    path = Path(options.record)
    record = read_record(path)
    kept: dict[int, FindingFound] = {}
    for index, finding in enumerate(record.findings):
        judged = _judged(path, finding)
        if judged.breaches:
            kept[index] = _as_judged(finding, judged)
    rejudged = with_findings(record, kept)
    _tell_all(record, kept)
    if options.output is not None:
        _write(Path(options.output), rejudged)
    return Exit.FAIL if totals_of(rejudged).verdict == "fail" else Exit.INCONCLUSIVE


def _judged(path: Path, finding: FindingFound) -> Judged:
    try:
        faulted = trace_of(finding.faulted)
        reference = {one.turn: one for one in trace_of(finding.clean).exchanges}
    except (ValueError, TypeError, AttributeError) as error:
        raise RecordError(
            f"{path}: the finding {finding.finding_id} cannot be judged again ({error}); an older"
            " Coolwind wrote the record, so run the scenarios anew"
        ) from error
    return judge((), faulted, reference, mask_of_record(finding.varying))


def _as_judged(finding: FindingFound, judged: Judged) -> FindingFound:
    """The finding in the words of the laws as they are. What a deployment is to blame for was
    found out by other plays, and stays as it was."""
    first = judged.breaches[0]
    same_cause = (first.law, first.field) == (finding.law, finding.field)
    outcome = judged.outcome.value
    if same_cause and Outcome.VERSION_SKEW in (judged.outcome, finding.outcome):
        outcome = finding.outcome
    return replace(
        finding,
        law=first.law,
        outcome=outcome,
        field=first.field,
        turn=first.turn,
        expected=first.expected,
        actual=first.actual,
        broken=tuple(
            LawBroken(one.law, one.turn, one.customer, one.field, one.expected, one.actual)
            for one in judged.breaches
        ),
    )


def _tell_all(record: Record, kept: Mapping[int, FindingFound]) -> None:
    if not record.findings:
        print(
            "There is no finding to judge again; the verdict of the record is"
            f" {totals_of(record).verdict}. Of plans that broke no law it keeps no play: whether"
            " they break one now, only another run can tell."
        )
        return
    before, now = masked_together((record, replace(record, findings=tuple(kept.values()))))
    left = dict(zip(kept, now.findings, strict=True))
    for index, finding in enumerate(before.findings):
        _tell(finding, left.get(index))
    _sum_up(record, len(kept))


def _tell(before: FindingFound, now: FindingFound | None) -> None:
    where = one_line(f"{before.finding_id}  {before.scenario}, {before.plan}", 200)
    was = f"{before.law} law, {before.outcome}, {before.field}"
    if now is None:
        told, style = f"breaks no law any more (was: {was})", "green"
    elif (now.law, now.outcome, now.field) == (before.law, before.outcome, before.field):
        told, style = f"as before: {was}", "red"
    else:
        told, style = f"{now.law} law, {now.outcome}, {now.field} (was: {was})", "yellow"
    show([((f"{where}: ", ""), (one_line(told, 300), style))], sys.stdout, os.environ)


def _sum_up(record: Record, kept: int) -> None:
    gone = len(record.findings) - kept
    print(f"\n{counted(kept, 'finding')} of {len(record.findings):,} left, {gone:,} taken back")
    if gone:
        print("Plans that broke no law before are not in the record: run them again to be sure.")


def _write(path: Path, record: Record) -> None:
    with RecordWriter(path) as writer:
        writer.write(record.started)
        for scenario in record.scenarios:
            writer.write(scenario)
        for finding in record.findings:
            writer.write(finding)
        if record.ended is not None:
            writer.write(record.ended)
