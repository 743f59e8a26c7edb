"""`python -m tests.defects`: shows which fault exposes which defect, and proves the simulator.

Exit status 1 when a defect is missed, or when a correct service raises an alarm. With `--accept`
the scenarios that are found become the expected ones, for somebody to read before they are kept.
"""

import sys
from itertools import groupby
from operator import attrgetter

from reports.record import FindingFound
from tests.defects.conversations import CONVERSATIONS
from tests.defects.correct import CORRECT, Correct
from tests.defects.gallery import DEFECTS, complaint, with_expected_fault
from tests.defects.matrix import heading, legend, row


def main(arguments: list[str]) -> int:
    """Print everything; the exit status."""
    if arguments == ["--accept"]:
        return _accept()
    if arguments:
        print("usage: python -m tests.defects [--accept]", file=sys.stderr)
        return 2
    print(heading())
    for family, defects in groupby(DEFECTS, attrgetter("family")):
        print(f"\n{family}")
        for defect in defects:
            print(row(defect), flush=True)
    print(f"\n{legend()}\n")
    missed = {defect.name: what for defect in DEFECTS if (what := complaint(defect))}
    alarms = {one.name: findings for one in CORRECT if (findings := _alarms(one))}
    for name, what in missed.items():
        print(f"missed: {name}: {what}")
    for name, findings in alarms.items():
        for finding in findings:
            print(f"false alarm: {name}: {finding.law} law, {finding.sentence}")
    print(
        f"{len(DEFECTS) - len(missed)} of {len(DEFECTS)} defects are exposed as expected;"
        f" {len(CORRECT) - len(alarms)} of {len(CORRECT)} correct services raise no alarm"
        f" in {len(CONVERSATIONS)} conversations."
    )
    return 1 if missed or alarms else 0


def _alarms(correct: Correct) -> list[FindingFound]:
    return [
        finding
        for conversation in CONVERSATIONS
        for finding in correct.explored(conversation, depth=1).findings
    ]


def _accept() -> int:
    for defect in DEFECTS:
        findings = with_expected_fault(defect, defect.depth).findings
        if not findings:
            print(f"{defect.name}: nothing is found", file=sys.stderr)
            return 1
        defect.feature_file.write_text(defect.feature(findings[0].gherkin), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
