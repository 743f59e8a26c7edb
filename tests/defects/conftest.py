"""What the gallery leaves to other tests."""

import pytest


@pytest.fixture(autouse=True, scope="module")
def little_is_repeated(findings_are_played_again_but_twice: None) -> None:
    """Nobody asks here how often a finding showed."""
