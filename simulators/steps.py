"""Coolwind's steps for a project that binds its features itself, with `scenarios()` of pytest-bdd.

One line in its outermost conftest.py: `pytest_plugins = ["simulators.steps"]`. Its scenarios are
then played, explored and recorded as those of feature files without any Python are.
"""

from collections.abc import Callable

import pytest

from simulators.gherkin.tags import parse_tag
from simulators.gherkin.vocabulary import THEMES
from simulators.plugin.collecting import mark_of
from simulators.plugin.playing import playing_of


def pytest_configure(config: pytest.Config) -> None:
    """Make the steps and the fixture `play` known to every test; a step of the project with the
    same sentence takes the place of ours."""
    playing_of(config).is_for_all = True
    for module in THEMES:
        config.pluginmanager.register(module, module.__name__)
    config.addinivalue_line("markers", "survives: explore the scenario under faults")
    config.addinivalue_line("markers", "seed(number): the seed of all identifiers")


def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> object:
    """`@seed(42)` is the mark seed with 42; what other tags are is not for us to say."""
    if not tag.startswith("seed("):
        return None
    return mark_of(parse_tag(tag))(function)
