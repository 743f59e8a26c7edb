"""Results for Allure: its pytest-bdd adapter writes them, and the transcript stands beside."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.reports.browsing import ALLURE, need

FEATURE = """Feature: Orders
  Scenario: An order
    When the customer says "Hari, 9876543210, hari@example.com"
    Then the session is {session}
"""


def run(folder: Path, session: str, *options: str) -> int:
    need(ALLURE.exists(), "Allure's adapter for pytest-bdd")
    (folder / "orders.feature").write_text(FEATURE.format(session=session), "utf-8")
    command = (sys.executable, "-m", "pytest", "-q", "orders.feature", *options)
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "", "PYTEST_ADDOPTS": ""}
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **plugins, "PYTHONPATH": str(ALLURE)},
        capture_output=True,
        check=False,
    ).returncode


def test_a_scenario_that_fails_brings_its_transcript_masked(tmp_path: Path) -> None:
    assert run(tmp_path, "the same", "--alluredir=results") == 1
    (file,) = (tmp_path / "results").glob("*-result.json")
    result = json.loads(file.read_text("utf-8"))
    assert (result["name"], result["status"]) == ("An order", "broken")
    (attached,) = [one for one in result["attachments"] if one["name"] == "Coolwind transcript"]
    transcript = (tmp_path / "results" / attached["source"]).read_text("utf-8")
    assert transcript.startswith("turn 1  the customer: Hari, ••••••••10, h•••@•••")
    assert "served from new" in transcript


def test_without_allure_nothing_is_attached(tmp_path: Path) -> None:
    assert run(tmp_path, "new") == 0
    assert not (tmp_path / "results").exists()
