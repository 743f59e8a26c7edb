"""What the gallery leaves to other tests."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from simulators.shrinker.shrinker import THOROUGH


@pytest.fixture(autouse=True, scope="module")
def findings_are_played_again_but_twice() -> Iterator[None]:
    """Its services leave nothing to chance; `make selftest` plays each finding again ten times."""
    with pytest.MonkeyPatch.context() as patch:
        effort = replace(THOROUGH, replays=2)
        patch.setattr("simulators.campaign.campaign.THOROUGH", effort)
        yield
