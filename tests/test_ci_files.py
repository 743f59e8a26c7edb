"""The action and the job in the documentation: held against the schemas of those who read them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from check_jsonschema import main as check
from click.testing import CliRunner
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
CI = ROOT / "docs/ci"
RECORD = ROOT / "tests/reports/records/version-1.jsonl"


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("vendor.github-actions", "coolwind-action/action.yml"),
        ("vendor.github-workflows", "workflow.yml"),
        ("vendor.gitlab-ci", "gitlab-ci.yml"),
    ],
)
def test_a_file_for_ci_is_what_its_reader_expects(schema: str, name: str) -> None:
    done = CliRunner().invoke(check, ["--builtin-schema", schema, str(CI / name)])
    assert done.exit_code == 0, done.output


def step_of_the_action(name: str, folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """A step as a runner would start it."""
    action = YAML(typ="safe").load(CI / "coolwind-action/action.yml")
    (script,) = [step["run"] for step in action["runs"]["steps"] if step["name"] == name]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, **given},
        capture_output=True,
        text=True,
        check=False,
    )


def test_two_jobs_can_keep_what_the_action_made_under_two_names() -> None:
    action = YAML(typ="safe").load(CI / "coolwind-action/action.yml")
    (keep,) = [step for step in action["runs"]["steps"] if step["name"] == "Keep"]
    assert keep["with"]["name"] == "${{ inputs.artifact }}"
    assert action["inputs"]["artifact"]["default"] == "coolwind-report"


def test_the_reporting_step_of_the_action_runs(tmp_path: Path) -> None:
    """On the record of a run with a finding."""
    folder = tmp_path / "coolwind-report"
    folder.mkdir()
    (folder / "record.jsonl").write_bytes(RECORD.read_bytes())
    summary = tmp_path / "summary.md"
    done = step_of_the_action(
        "Report", tmp_path, GITHUB_STEP_SUMMARY=str(summary), ROOT="services/chat"
    )
    assert done.returncode == 0, done.stderr
    assert summary.read_text("utf-8").startswith("## ❌ Coolwind: fail")
    assert "::error file=services/chat/features/seed.feature,line=9" in done.stdout
    assert "services/chat/features/seed.feature" in (folder / "coolwind.sarif").read_text("utf-8")
    kept = {file.name for file in folder.iterdir()}
    assert kept == {"record.jsonl", "junit.xml", "coolwind.sarif", "badge.svg"}


def test_a_run_without_a_record_is_concluded_by_its_own_status(tmp_path: Path) -> None:
    done = step_of_the_action("Report", tmp_path, ROOT=".")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("::error title=Coolwind::There is no run record")
    assert step_of_the_action("Conclude", tmp_path, STATUS="4").returncode == 4
    assert step_of_the_action("Conclude", tmp_path, STATUS="0").returncode == 0
    assert step_of_the_action("Conclude", tmp_path, STATUS="").returncode == 1
