"""Processes in which lines are not counted: they play so much that it would double their time, and
the tests beside the code are what holds the branch coverage."""

import os
from collections.abc import Mapping


def environment() -> Mapping[str, str]:
    """This process's environment, without what lets coverage begin in its children."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
