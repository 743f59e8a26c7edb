"""What all tests share: what the processes load that they start."""

from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Final

import pytest

_NEEDED: Final = {"coolwind", "pytest-bdd", "xdist"}
_WITHOUT_OTHERS: Final = " ".join(
    f"-p no:{plugin.name}"
    for plugin in entry_points(group="pytest11")
    if plugin.name not in _NEEDED
)
"""Options of pytest. The plugins that these tests need themselves, and one that comes with a
service in examples/, take every pytest more than two seconds to load."""


@pytest.fixture(autouse=True, scope="session")
def no_child_loads_plugins_of_others() -> Iterator[None]:
    """Each pytest that a test starts has the plugins that a user of Coolwind has."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYTEST_ADDOPTS", _WITHOUT_OTHERS)
        yield


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """As pytest has it, which takes the options away."""
    monkeypatch.setenv("PYTEST_ADDOPTS", _WITHOUT_OTHERS)
    return pytester
