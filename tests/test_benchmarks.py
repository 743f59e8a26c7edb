"""The benchmarks run, and write what their page says; how fast anything is, no test asks."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
_ROW = re.compile(r"^\| `([\w.]+)` \|", re.MULTILINE)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The JSON of a run of tiny sizes."""
    path = tmp_path_factory.mktemp("benchmarks") / "deeper" / "benchmarks.json"
    command = (sys.executable, "-m", "benchmarks", "--tiny", "--output", str(path))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Turns a second: core" in done.stdout
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def keys_of(value: object, path: str = "") -> set[str]:
    """Every path of keys; what stands in a list has the path of the list."""
    match value:
        case dict():
            return {
                key
                for name, part in value.items()
                for key in keys_of(part, f"{path}.{name}" if path else name)
            }
        case list():
            return {key for part in value for key in keys_of(part, path)}
        case _:
            return {path}


def test_the_page_tells_every_key(written: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    assert keys_of(written) == set(_ROW.findall(page))


def test_what_is_computed_is_said_to_be(written: dict[str, Any]) -> None:
    """Tiny as they are, the sizes have an exploration of both kinds."""
    first, second = written["explorations"]
    assert not any(cost["computed"] for cost in (first["merged"], first["shared"]))
    assert second["replayed"]["computed"]
    assert not second["shared"]["computed"]


def test_counts_are_those_of_the_explorer(written: dict[str, Any]) -> None:
    first, second = written["explorations"]
    assert (first["plans"], first["depth"]) == (33, 1)
    assert (second["plans"], second["depth"]) == (242, "any")
    assert first["replayed"]["executions"] == 3 * (33 + 3)
    assert second["replayed"]["executions"] == 5 * (242 + 3)
