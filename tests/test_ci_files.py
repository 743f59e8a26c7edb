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


def test_the_reporting_step_of_the_action_runs(tmp_path: Path) -> None:
    """On the record of a run with a finding, as a runner would start it."""
    action = YAML(typ="safe").load(CI / "coolwind-action/action.yml")
    (script,) = [step["run"] for step in action["runs"]["steps"] if step["name"] == "Report"]
    folder = tmp_path / "coolwind-report"
    folder.mkdir()
    (folder / "record.jsonl").write_bytes(RECORD.read_bytes())
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    summary = tmp_path / "summary.md"
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": str(summary)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert summary.read_text("utf-8").startswith("## ❌ Coolwind: fail")
    assert "::error file=features/seed.feature,line=9" in done.stdout
    kept = {file.name for file in folder.iterdir()}
    assert kept == {"record.jsonl", "junit.xml", "coolwind.sarif", "badge.svg"}
