"""What all tests share: what the processes that they start load, and leave alone."""

import gc
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from simulators.ending import Brief
from simulators.shrinker.shrinker import THOROUGH

_LONG: Final = (
    *("test_features.py", "test_threads_told_apart.py", "test_docs.py", "test_dispatching.py"),
    *("test_benchmarks.py", "test_examples.py", "test_recording.py", "test_told_apart.py"),
    "defects",
)
"""The files and the folder of which everything takes long, those with the longest tests first."""

_ALONE: Final = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": "pytest_bdd.plugin,xdist.plugin,simulators.pytest_plugin",
    "PYTEST_ADDOPTS": "-p no:unraisableexception",
}
"""What a pytest loads. The plugins that these tests need themselves, and one that comes with a
service in examples/, take every pytest more than two seconds; what nobody raises is looked for by
five collections of all garbage, and the pytest of these tests does that itself."""

_IN_MEMORY: Final = Path("/dev/shm")
_ROOM: Final = 2**30
"""Bytes that have to be free there."""


def pytest_configure() -> None:
    """Files of tests are in memory, where there is room and programs may be run: a disk takes
    longer to keep what a store commits than all else that most tests do, and no test takes the
    power away."""
    if not _IN_MEMORY.is_dir():
        return
    system = os.statvfs(_IN_MEMORY)
    if system.f_bavail * system.f_frsize > _ROOM and not system.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_IN_MEMORY)


@pytest.fixture(autouse=True, scope="session")
def processes_are_as_a_user_has_them() -> Iterator[None]:
    """Each pytest that a test starts has the plugins that a user of Coolwind has, and no lines are
    counted in it: that would double its time, and the same code is called in the process of the
    tests as well."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in _ALONE.items():
            environment.setenv(name, value)
        for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
            environment.delenv(name)
        yield


@pytest.fixture(scope="module")
def findings_are_played_again_but_twice() -> Iterator[None]:
    """For services that leave nothing to chance, where no test asks how often a finding showed;
    `make selftest` and `coolwind run` play each again ten times."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulators.campaign.campaign.THOROUGH", replace(THOROUGH, replays=2))
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is marked, and comes first: no process has to wait for one that has just
    begun with it."""
    for item in items:
        if _place(item) < len(_LONG):
            item.add_marker("long")
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """Where it stands among what takes long, or behind all of that."""
    names = item.path.parts
    return next((place for place, name in enumerate(_LONG) if name in names), len(_LONG))


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    """What is imported and collected stays to the end: nobody has to look for garbage there, while
    it comes to be or later."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """As pytest has it, which takes the options away. To show where a run ended that could not
    collect everything, it would read all of its own code."""
    monkeypatch.setenv("PYTEST_ADDOPTS", _ALONE["PYTEST_ADDOPTS"])
    run = pytester.inline_run
    monkeypatch.setattr(pytester, "inline_run", partial(run, plugins=[Brief()]))
    return pytester
