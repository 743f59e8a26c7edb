"""`python -m tests.defects`: shows which fault exposes which defect, and proves the simulator.

Exit status 1 when a defect is missed, or when a correct service raises an alarm. With `--accept`
the scenarios that are found become the expected ones, for somebody to read before they are kept.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain

from tests.defects.conversations import CONVERSATIONS, ORDER_AND_QUESTION
from tests.defects.correct import CORRECT, OF_EACH_KIND
from tests.defects.gallery import DEFECTS, complaint, with_expected_fault
from tests.defects.matrix import heading, legend, row


def main(arguments: list[str]) -> int:
    """Print everything; the exit status."""
    if arguments == ["--accept"]:
        return _accept()
    if arguments:
        print("usage: python -m tests.defects [--accept]", file=sys.stderr)
        return 2
    with ProcessPoolExecutor() as processes:
        tried = processes.map(_tried, range(len(DEFECTS)))
        alarms = processes.map(_alarms, range(len(CORRECT)))
        print(heading())
        missed = _print_rows(tried)
        print(f"\n{legend()}\n")
        raised = [told for told in alarms if told]
    for line in (*missed, *chain.from_iterable(raised)):
        print(line)
    print(
        f"{len(DEFECTS) - len(missed)} of {len(DEFECTS)} defects are exposed as expected;"
        f" {len(CORRECT) - len(raised)} of {len(CORRECT)} correct services raise no alarm"
        f" in {len(CONVERSATIONS)} conversations."
    )
    return 1 if missed or raised else 0


def _print_rows(tried: Iterator[tuple[str, str | None]]) -> list[str]:
    """Print the row of each defect below its family; what is not found as it must be."""
    missed, family = [], None
    for defect, (cells, what) in zip(DEFECTS, tried, strict=True):
        if defect.family != family:
            family = defect.family
            print(f"\n{family}")
        print(cells, flush=True)
        missed += [] if what is None else [f"missed: {defect.name}: {what}"]
    return missed


def _tried(number: int) -> tuple[str, str | None]:
    """The row of a defect, and what is not found of it as it must be."""
    return row(DEFECTS[number]), complaint(DEFECTS[number])


def _alarms(number: int) -> list[str]:
    """What is found of a correct service, in sentences: under one fault in every conversation, and
    of the reference core also under two: any in one conversation, one of each kind in the rest."""
    correct = CORRECT[number]
    asked = [(conversation, 1, correct.faults) for conversation in CONVERSATIONS]
    if correct is CORRECT[0]:
        asked += [(conversation, 2, OF_EACH_KIND) for conversation in CONVERSATIONS]
        asked += [(ORDER_AND_QUESTION, 2, correct.faults)]
    return [
        f"false alarm: {correct.name}: {finding.law} law, {finding.sentence}"
        for conversation, depth, faults in asked
        for finding in correct.explored(conversation, depth, faults).findings
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
