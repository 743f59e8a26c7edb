"""Says steps of the library to the reference target, as pytest-bdd would."""

import inspect
from collections.abc import Iterator, Sequence

import pytest

from simulators.campaign.campaign import outcome_of
from simulators.gherkin.play import Play
from simulators.gherkin.vocabulary import contexts
from simulators.targets.reference import ReferenceTarget


class Scenario:
    """Performs lines of a scenario, one at a time."""

    def __init__(self) -> None:
        self.play = Play(
            ReferenceTarget,
            lambda script, arrangement, target, seed: (
                outcome_of(script, arrangement, target, seed).value
            ),
        )

    def __call__(
        self, line: str, table: Sequence[Sequence[str]] | None = None, text: str | None = None
    ) -> None:
        keyword, _, sentence = line.partition(" ")
        [context] = [
            context
            for context, _ in contexts()
            if context.type == keyword.lower() and context.parser.is_matching(sentence)
        ]
        found = context.parser.parse_arguments(sentence)
        assert found is not None
        arguments = {name: context.converters[name](value) for name, value in found.items()}
        parameters = inspect.signature(context.step_func).parameters
        if "datatable" in parameters and table is not None:
            arguments["datatable"] = table
        if "docstring" in parameters and text is not None:
            arguments["docstring"] = text
        context.step_func(play=self.play, **arguments)


@pytest.fixture
def say() -> Iterator[Scenario]:
    scenario = Scenario()
    yield scenario
    scenario.play.close()
