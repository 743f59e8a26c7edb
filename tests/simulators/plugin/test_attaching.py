"""Results for Allure: its pytest-bdd adapter writes them, and the transcript stands beside."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.reports.browsing import ALLURE, need

FEATURE = '''Feature: Orders
  Scenario: An order for Hari
    When the customer says "I need 11 remote controls"
    And the customer says "Hari, 98765 43210, hari@mail.example.co.in"
    And the customer gives the contact details
      | name | phone      |
      | Hari | 9876543210 |
    And the customer says:
      """
      I am Hari,
      yes
      """
    Then the session is {session}
'''


def run(folder: Path, session: str, *options: str) -> int:
    need(ALLURE.exists(), "Allure's adapter for pytest-bdd")
    (folder / "orders.feature").write_text(FEATURE.format(session=session), "utf-8")
    plugin = ("-p", "allure_pytest_bdd.plugin")
    command = (sys.executable, "-m", "pytest", *plugin, "-q", "orders.feature", *options)
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ALLURE)},
        capture_output=True,
        check=False,
    ).returncode


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Allure is given of a scenario that fails."""
    folder = tmp_path_factory.mktemp("failed")
    assert run(folder, "new", "--alluredir=results") == 1
    return folder / "results"


def result_in(results: Path) -> dict[str, Any]:
    (file,) = results.glob("*-result.json")
    result: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return result


def test_a_scenario_that_fails_brings_its_transcript(failed: Path) -> None:
    result = result_in(failed)
    assert (result["name"], result["status"]) == ("An order for H•••", "failed")
    (attached,) = [one for one in result["attachments"] if one["name"] == "Coolwind transcript"]
    transcript = (failed / attached["source"]).read_text("utf-8")
    assert "turn 2, the customer: H•••, ••••• •••10, h•••@•••\n" in transcript
    assert "Contact: H•••, +••••••••••10, h•••@•••⏎Confirm this order?" in transcript


def test_a_result_tells_steps_masked_and_nothing_of_fixtures(failed: Path) -> None:
    step = result_in(failed)["steps"][1]
    assert step["name"] == 'And the customer says "H•••, ••••• •••10, h•••@•••"'
    assert [one["name"] for one in step["parameters"]] == ["customer", "text"]
    told = " ".join(file.read_text("utf-8") for file in failed.iterdir())
    assert [one for one in ("Hari", "43210", "hari@") if one in told] == []


def test_what_stands_below_a_step_is_masked_in_its_file(failed: Path) -> None:
    below = [
        (one["name"], (failed / one["source"]).read_text("utf-8"))
        for step in result_in(failed)["steps"]
        for one in step.get("attachments", ())
    ]
    assert below == [
        ("Data table", "name,phone\nH•••,••••••••10\n"),
        ("Doc string", "I am H•••,\nyes"),
    ]


def test_results_of_scenarios_without_coolwind_are_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "others.feature").write_text(
        "Feature: Calls\n  Scenario: A call\n    When somebody calls 9876543210\n", "utf-8"
    )
    (tmp_path / "test_others.py").write_text(
        "from pytest_bdd import scenarios, when\n\n"
        "scenarios('others.feature')\n\n\n"
        "@when('somebody calls 9876543210')\ndef call(): ...\n",
        "utf-8",
    )
    run(tmp_path, "new", "test_others.py", "--alluredir=results")
    names = [
        json.loads(file.read_text("utf-8"))["steps"][0]["name"]
        for file in (tmp_path / "results").glob("*-result.json")
    ]
    assert "When somebody calls 9876543210" in names


def test_without_allure_nothing_is_attached(tmp_path: Path) -> None:
    assert run(tmp_path, "the same") == 0
    assert not (tmp_path / "results").exists()
