"""What becomes of a printed scenario that is pasted into a feature file and played."""

import inspect
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest
from pytest_bdd.parser import Step

from reports.record import FindingFound
from simulators.campaign.campaign import as_written, outcome_of
from simulators.gherkin.check import CheckFailed
from simulators.gherkin.feature_file import read_feature
from simulators.gherkin.play import Play
from simulators.gherkin.vocabulary import contexts
from simulators.targets.target import Target


def play_on(target: Callable[[], Target]) -> Play:
    """A play that steps can act on; its target is made when it is needed."""
    return Play(target, lambda *asked: outcome_of(*asked).value)


def steps_of(scenario: str, folder: Path) -> list[Step]:
    """The steps of a printed scenario, as they are read from a file in that folder."""
    path = folder / "printed.feature"
    path.write_text("Feature: Printed\n\n" + indent(scenario, "  "), encoding="utf-8")
    (read,) = read_feature(path).feature.scenarios.values()
    return list(read.steps)


def perform(play: Play, step: Step) -> None:
    """Perform a step of the library. Raises `CheckFailed` where it fails."""
    (context,) = (
        context
        for context, _ in contexts()
        if context.type == step.type and context.parser.is_matching(step.name)
    )
    arguments = {
        place: context.converters[place](value)
        for place, value in (context.parser.parse_arguments(step.name) or {}).items()
    }
    if step.datatable is not None:
        arguments["datatable"] = step.datatable.raw()
    if "docstring" in inspect.signature(context.step_func).parameters:
        arguments["docstring"] = step.docstring
    context.step_func(play=play, **arguments)


def failure_of(
    finding: FindingFound, target: Callable[[], Target], folder: Path
) -> tuple[str, str]:
    """The law and the outcome by which the printed scenario of a finding fails on a target."""
    return failure_of_scenario(finding.gherkin, target, folder)


def failure_of_scenario(
    scenario: str, target: Callable[[], Target], folder: Path
) -> tuple[str, str]:
    """The law and the outcome by which a printed scenario fails on a target."""
    *acts, check = steps_of(scenario, folder)
    play = play_on(target)
    try:
        for act in acts:
            perform(play, act)
        with pytest.raises(CheckFailed):
            perform(play, check)
        judged = as_written(play.script, play.arrangement, play.target, play.seed)
    finally:
        play.close()
    assert judged is not None
    return judged.breaches[0].law, judged.outcome.value
