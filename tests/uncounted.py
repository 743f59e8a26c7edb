"""Where lines are not counted: what plays so much that it would more than double its time.

The tests beside the code are what holds the branch coverage.
"""

from collections.abc import Iterator

import pytest
from coverage import Coverage


@pytest.fixture(scope="module")
def lines_are_not_counted() -> Iterator[None]:
    """Counting stops for the tests of a module that uses this, and starts again behind them."""
    coverage = Coverage.current()
    if coverage is None:
        yield
        return
    coverage.stop()
    yield
    coverage.start()
