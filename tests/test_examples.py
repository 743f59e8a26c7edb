"""One break that tells each example from its broken variant, in one play; `make examples` tries all
of them everywhere."""

import os
import sys
from pathlib import Path

import pytest

from simulators.cli import Exit, main

EXAMPLES = Path(__file__).parents[1] / "examples"
FEATURE = """Feature: A break
  Scenario: The order is placed once
    When the customer says "I need 11 remote controls"
    {first}
    And the customer says "Hari, hari@example.com"
    {second}
    And the customer says "yes"
    Then exactly 1 order is placed
"""
CRASH = "And the server crashes"
RESTART = "And the server restarts"
FAILOVER = "And another node takes over"


# Both variants in one test: two processes would install the packages of one at the same time.
@pytest.mark.parametrize(
    ("folder", "broken", "first", "second"),
    [
        ("node", "forgetful.toml", CRASH, ""),
        ("express", "forgetful.toml", RESTART, ""),
        ("langgraph", "forgetful.toml", RESTART, ""),
        ("postgres", "cached.toml", FAILOVER, FAILOVER),
    ],
)
def test_an_example_is_told_from_its_broken_variant(
    folder: str,
    broken: str,
    first: str,
    second: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    programs = Path(sys.executable).parent
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    feature = tmp_path / "break.feature"
    feature.write_text(FEATURE.format(first=first, second=second))

    def run(file: str) -> int:
        target = EXAMPLES / folder / file
        return main(["run", str(feature), "--target", str(target), "--output", str(tmp_path / "o")])

    assert run("coolwind.toml") == Exit.PASS
    assert run(broken) == Exit.FAIL
