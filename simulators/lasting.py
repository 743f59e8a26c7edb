"""What stays for as long as a process plays, and what Python need not look through again."""

import gc

import pytest


class Lasting:
    """A pytest plugin for the processes that play for a run. What is there when the scenarios are
    known stays to their end, so that Python's collector of garbage leaves it aside: exploring makes
    much that it has to look at."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        """All is imported that scenarios are played with."""
        gc.freeze()
