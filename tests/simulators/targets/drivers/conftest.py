"""What the applications of these tests have loaded."""

import sys

import pytest

from simulators.targets.drivers import watching


@pytest.fixture(autouse=True, scope="module")
def little_is_repeated(findings_are_played_again_but_twice: None) -> None:
    """Nobody asks here how often a finding showed."""


@pytest.fixture(autouse=True)
def what_other_tests_have_loaded_is_none_of_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_UNKNOWN", watching._UNKNOWN - sys.modules.keys())
