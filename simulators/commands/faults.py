"""`coolwind faults`: the fault catalogue."""

import argparse

from simulators.faults.catalogue import FAULTS


def run(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Print every fault with its sentence, its contract, and what a target must be able to do."""
    for fault in FAULTS:
        needs = f"; needs {', '.join(sorted(fault.needs))}" if fault.needs else ""
        print(f"{fault.name}  ({fault.contract.value}{needs})")
        print(f"    When {fault.sentence}")
        print(f"    {fault.does}")
        print(f"    Owed: {fault.owes}")
    return 0
