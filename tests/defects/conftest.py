"""What every test of the gallery takes for granted."""

import pytest

from tests.uncounted import lines_are_not_counted

__all__ = ["lines_are_not_counted"]


@pytest.fixture(autouse=True, scope="module")
def as_fast_as_it_can_be(lines_are_not_counted: None) -> None:
    """The gallery plays more than all other tests together."""
