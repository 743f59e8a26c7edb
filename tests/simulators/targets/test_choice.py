"""The text of --target becomes a target, or one line that says what is wrong with it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.errors import UsageError
from simulators.targets.choice import choose

MODULE = """
from simulators.targets.reference import ReferenceTarget

number = 7

async def app(scope, receive, send):
    pass

def create():
    return app

def own():
    return ReferenceTarget("own")

def nothing():
    return None

def broken():
    raise RuntimeError("no\\nluck")

def demanding(argument):
    return ReferenceTarget()

class Makers:
    own = staticmethod(own)
"""


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A working directory with modules that name targets."""
    (tmp_path / "chosen.py").write_text(MODULE)
    (tmp_path / "resetting.py").write_text(MODULE + "\nreset = 7\n")
    (tmp_path / "failing.py").write_text("raise RuntimeError('not\\ntoday')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    yield
    for name in ("chosen", "failing", "resetting"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("reference", "reference"),
        ("asgi:chosen:create", "asgi:chosen:create"),
        ("chosen:own", "own"),
        ("chosen:Makers.own", "own"),
    ],
)
def test_a_target_is_chosen_by_its_name(text: str, name: str) -> None:
    assert choose(text).name == name


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "there is no target ''"),
        ("refrence", "give reference, a TOML file, asgi:MODULE:FACTORY, or MODULE:ATTRIBUTE"),
        ("asgi:", "there is no target"),
        ("asgi:chosen", "there is no target"),
        ("asgi:chosen:create:more", "there is no target"),
        (":own", "there is no target"),
        ("chosen:", "there is no target"),
        ("no/module:own", "there is no target"),
        ("nowhere:own", "importing nowhere failed with ModuleNotFoundError"),
        ("failing:own", "importing failing failed with RuntimeError: not today"),
        ("chosen:missing", "chosen has no missing"),
        ("asgi:chosen:missing", "chosen has no missing"),
        ("chosen:number", "number in chosen is a int"),
        ("asgi:chosen:number", "name a function that takes no arguments"),
        ("chosen:nothing", r"nothing\(\) returned a NoneType"),
        ("chosen:broken", r"broken\(\) failed with RuntimeError: no luck"),
        ("chosen:demanding", r"demanding\(\) failed with TypeError"),
        ("asgi:chosen:app", "called with arguments, as an application is; name a function"),
        ("asgi:resetting:create", "reset in resetting is no function"),
    ],
)
def test_a_mistake_is_told_in_one_line(text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what) as caught:
        choose(text)
    assert "\n" not in str(caught.value)


def test_choosing_imports_nothing_heavy_before_it_is_needed() -> None:
    program = (
        "import sys, simulators.targets.choice;"
        "print([name for name in ('coolwind', 'freezegun', 'fastapi', 'asyncio')"
        " if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert printed.stdout.decode().strip() == "[]"


def test_a_foreign_application_loads_nothing_of_the_reference_core() -> None:
    program = (
        "import sys; from simulators.targets.choice import choose; choose('asgi:chosen:create');"
        "print([name for name in sys.modules if name.partition('.')[0] == 'coolwind'])"
    )
    Path("chosen.py").write_text("def create(): ...")
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert printed.stdout.decode().strip() == "[]"
