"""What all tests share: what the processes that they start load, and leave alone."""

import os
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Final

import pytest

_LONG: Final = {
    *("defects", "test_benchmarks.py", "test_dispatching.py", "test_docs.py", "test_examples.py"),
    *("test_features.py", "test_recording.py"),
}
"""The folder and the files of which everything takes long."""

_NEEDED: Final = {"coolwind", "pytest-bdd", "xdist"}
_WITHOUT_OTHERS: Final = " ".join(
    f"-p no:{plugin.name}"
    for plugin in entry_points(group="pytest11")
    if plugin.name not in _NEEDED
)
"""Options of pytest. The plugins that these tests need themselves, and one that comes with a
service in examples/, take every pytest more than two seconds to load."""


@pytest.fixture(autouse=True, scope="session")
def processes_are_as_a_user_has_them() -> Iterator[None]:
    """Each pytest that a test starts has the plugins that a user of Coolwind has, and no lines are
    counted in it: that would double its time, and the same code is called in the process of the
    tests as well."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTEST_ADDOPTS", _WITHOUT_OTHERS)
        for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
            environment.delenv(name)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is marked."""
    for item in items:
        if not _LONG.isdisjoint(item.path.parts):
            item.add_marker("long")


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """As pytest has it, which takes the options away."""
    monkeypatch.setenv("PYTEST_ADDOPTS", _WITHOUT_OTHERS)
    return pytester
