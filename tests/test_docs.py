"""Every command of the documentation runs, and every list in it is complete."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.commands.run
import simulators.plugin.playing
import simulators.targets.reference  # noqa: F401
from coolwind.settings import PREFIX, Settings
from simulators.cli import main
from simulators.faults.fault import Contract
from simulators.laws import LAWS
from simulators.laws.outcome import Outcome

pytest_plugins = ("pytester",)

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def commands_of(page: Path) -> list[str]:
    """The commands of a page, without their prompt."""
    blocks = "".join(_BLOCK.findall(page.read_text("utf-8")))
    return [line.removeprefix("$ ") for line in blocks.splitlines() if line.startswith("$ ")]


def status_apart(words: list[str]) -> int:
    """The status by which a command ends that is started as a user does it."""
    return subprocess.run(words, check=False).returncode


def status_here(words: list[str]) -> int:
    """The same of `coolwind` in this process: to start one takes longer than most that it does."""
    try:
        return main(words[1:])
    except SystemExit as end:
        return int(end.code or 0)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if commands_of(page)], ids=lambda p: p.name
)
def test_every_command_of_a_page_runs(
    page: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the page, in an empty folder; make is what runs this test."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    monkeypatch.setenv("PATH", path)
    # The services of the pages have no workers that could be late.
    monkeypatch.setattr("simulators.player.awaiting.LONGEST", 0.3)
    for number, command in enumerate(commands_of(page)):
        words = shlex.split(command, comments=True)
        if words[0] == "make":
            assert f"{words[1]}:" in (ROOT / "Makefile").read_text("utf-8")
            continue
        in_checkout = any(word.startswith(("features/", "tests.")) for word in words)
        monkeypatch.chdir(ROOT if in_checkout else pytester.path)
        if in_checkout:
            words += ["--output", str(pytester.path / "out")]
        expected = 1 if "tests.defects" in command or "# a finding" in command else 0
        status = status_here if number > 0 and words[0] == "coolwind" else status_apart
        assert status(words) == expected, command


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    missing = [
        link for link in _LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()
    ]
    assert not missing


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs/service.md").read_text("utf-8")
    assert [
        name for name in Settings.model_fields if f"`{PREFIX}{name.upper()}`" not in documented
    ] == []


@pytest.mark.parametrize(
    "names",
    [list(Outcome), [law.name for law in LAWS], list(Contract)],
    ids=["outcomes", "laws", "contracts"],
)
def test_every_word_is_explained(names: list[str]) -> None:
    explained = (ROOT / "docs/laws.md").read_text("utf-8")
    assert [name for name in names if f"| {name} | " not in explained] == []


def test_every_option_of_run_is_documented() -> None:
    run_help = subprocess.run(
        [Path(sys.executable).with_name("coolwind"), "run", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    options = set(re.findall(r"^  (--\w+)", run_help, re.MULTILINE)) - {"--help"}
    guide = (ROOT / "docs/guide.md").read_text("utf-8")
    assert options
    assert [option for option in sorted(options) if f"`{option}" not in guide] == []
