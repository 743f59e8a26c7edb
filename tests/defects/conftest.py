"""What every test of the gallery takes for granted."""

from collections.abc import Iterator

import pytest
from coverage import Coverage


@pytest.fixture(autouse=True, scope="module")
def lines_are_not_counted() -> Iterator[None]:
    """The gallery plays so much that counting lines would more than double its time; the tests
    beside the code are what holds the branch coverage."""
    coverage = Coverage.current()
    if coverage is None:
        yield
        return
    coverage.stop()
    yield
    coverage.start()
