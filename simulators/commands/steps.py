"""`coolwind steps`: the step catalogue."""

import argparse
import sys


def run(options: argparse.Namespace) -> int:
    """Print every step, or a stub file of them."""
    from simulators.gherkin.vocabulary import catalogue, stubs

    sys.stdout.write(stubs() if options.stubs else catalogue())
    return 0
