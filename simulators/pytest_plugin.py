"""The pytest door of Coolwind: `pytest features/` plays feature files.

Nothing but pytest is imported here: a project that never heard of Coolwind must not notice it.
The rest comes when the first feature file is collected, or a step is found nowhere.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from simulators.numbers import USUAL, USUAL_DEPTH, depth, seconds, whole

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_bdd.parser import Step

    from simulators.plugin.collecting import FeatureFile


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, each with the prefix of the house."""
    parser.addini(
        "coolwind_features",
        "Collect every feature file, even those with no step of Coolwind.",
        type="bool",
        default=False,
    )
    group = parser.getgroup("coolwind", "chat scenarios under faults")
    group.addoption(
        "--coolwind-target",
        default="reference",
        metavar="TARGET",
        help="the service to play against: reference, a TOML file, asgi:MODULE:FACTORY,"
        " MODULE:ATTRIBUTE, or the name of an adapter that a package brings",
    )
    group.addoption(
        "--coolwind-faults",
        metavar="FAULTS",
        help="explore every scenario under these faults: survivable, transparent, all, or names"
        " with commas; without it, scenarios tagged @survives under the survivable ones",
    )
    group.addoption(
        "--coolwind-depth",
        type=depth,
        default=USUAL,
        metavar="N",
        help="the most faults in one plan, or any for any number, at most one from each turn to the"
        f" next, and one in all that makes another conversation of it ({USUAL_DEPTH})",
    )
    group.addoption(
        "--coolwind-budget",
        type=seconds,
        metavar="SECONDS",
        help="explore each scenario for that long: all plans, fewest faults first, and where that"
        " takes more than half of it, samples of the rest (as long as it takes)",
    )
    group.addoption(
        "--coolwind-paranoid",
        action="store_true",
        help="check every merge of two states, and every state that is gone back to",
    )
    group.addoption(
        "--coolwind-seed",
        type=whole,
        default=0,
        metavar="N",
        help="the seed of all identifiers (0)",
    )
    group.addoption(
        "--coolwind-tags",
        metavar="TAGS",
        help="only scenarios like --coolwind-tags='@survives and not @slow'; with the equals sign,"
        " because pytest takes an argument that begins with @ for a file of arguments",
    )
    group.addoption(
        "--coolwind-record", metavar="FILE", help="write a run record, for `coolwind report`"
    )


def pytest_configure(config: pytest.Config) -> None:
    """The record is written where the run is controlled."""
    path = config.getoption("--coolwind-record")
    if path and not hasattr(config, "workerinput"):
        from simulators.plugin.recording import start_recording

        start_recording(config, path)
    controller = getattr(config, "workerinput", {}).get("coolwind_controller")
    if controller is not None:
        from simulators.ending import Brief, LastAct, end_at_once, end_with
        from simulators.lasting import Lasting

        end_at_once()
        end_with(controller)
        for plugin in (Brief(), LastAct(), Lasting()):
            config.pluginmanager.register(plugin)


def pytest_report_header() -> str:
    """The version, in the header of every run."""
    return f"coolwind: {version('coolwind')}"


@pytest.hookimpl(optionalhook=True)
def pytest_bdd_step_func_lookup_error(step: Step, exception: Exception) -> None:
    """A project that binds its features may not know how to come by the steps."""
    from simulators.gherkin.vocabulary import knows

    if knows(step.name):
        exception.add_note(
            "This is a step of Coolwind; write pytest_plugins = ['simulators.steps'] into the"
            " outermost conftest.py to use it here."
        )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FeatureFile | None:
    """A feature file is collected when the project asks for it, when it is named on the command
    line, or when it speaks the language of Coolwind."""
    if file_path.suffix != ".feature":
        return None
    is_wanted = parent.config.getini("coolwind_features") or parent.session.isinitpath(file_path)
    from simulators.plugin.collecting import FeatureFile, pass_over, speaks_coolwind

    if not is_wanted and not speaks_coolwind(file_path):
        pass_over(file_path, parent.config)
        return None
    from simulators.plugin.playing import playing_of

    file: FeatureFile = FeatureFile.from_parent(parent, path=file_path)
    playing_of(parent.config).files.append(file)
    return file
