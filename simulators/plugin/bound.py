"""Scenarios that a project binds itself, with `scenarios()` of pytest-bdd, held to what those of
feature files are held to."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry
from pytest_bdd.utils import registry_get_safe

from simulators.errors import ScenarioError
from simulators.gherkin.feature_file import (
    Swallowed,
    Unplayable,
    read_feature,
    rows_of,
    sentences_of,
    swallowed,
)
from simulators.gherkin.placeholders import unfilled
from simulators.gherkin.resolution import Known, awaited, known_to, resolve
from simulators.gherkin.vocabulary import knows
from simulators.plugin.collecting import TEMPLATE, FeatureFile
from simulators.plugin.telling import STEP


class Bound:
    """The scenarios that the Python modules of one run bind."""

    def __init__(self) -> None:
        self._known: dict[pytest.Collector, Sequence[Known]] = {}
        self._swallowed: dict[Path, Sequence[Swallowed] | None] = {}

    def adopt(self, items: Iterable[pytest.Item]) -> None:
        """Take note of them as of those of feature files: their steps get doc strings word for
        word, decoded where they are marked as JSON."""
        texts: dict[str, Mapping[int, str | None]] = {}
        for item in items:
            template = registry_get_safe(
                scenario_wrapper_template_registry, getattr(item, "function", None)
            )
            if template is not None and TEMPLATE not in item.stash:
                item.stash[TEMPLATE] = template
                path = template.feature.filename
                if path not in texts:
                    texts[path] = _doc_strings(Path(path))
                said = template.render(next(rows_of(template))).steps
                for step, example in zip(template.steps, said, strict=True):
                    if knows(example.name):
                        step.docstring = texts[path].get(step.line_number, step.docstring)

    def check(self, item: pytest.Item) -> None:
        """Raise `ScenarioError` for what pytest-bdd says nothing of, or too little: another
        scenario of the same name, an equal example row, a placeholder without a column, a step
        that is unknown or means two things. A feature file without any step of ours is not for us
        to judge."""
        template = item.stash.get(TEMPLATE, None)
        if template is None or item.getparent(FeatureFile) is not None:
            return
        path = Path(template.feature.filename)
        if path not in self._swallowed:
            self._swallowed[path] = swallowed(path) if any(map(knows, sentences_of(path))) else None
        problems = self._swallowed[path]
        if problems is None:
            return
        callspec = getattr(item, "callspec", None)
        row = {} if callspec is None else callspec.params.get("_pytest_bdd_example", {})
        found = [
            (one.problem.line, one.problem.says)
            for one in problems
            if one.scenario == template.name and one.row in (None, row)
        ]
        for line, says in (*found, *unfilled(template)):
            raise ScenarioError(says if line == template.line_number else f"line {line}: {says}")
        for step in template.render(row).steps:
            item.stash[STEP] = step
            try:
                resolve(step, self._known_to(item))
            except ValueError as error:
                raise ScenarioError(str(error)) from None

    def _known_to(self, item: pytest.Item) -> Sequence[Known]:
        parent = item.parent
        assert parent is not None
        if parent not in self._known:
            self._known[parent] = known_to(parent)
            _let_run_to_their_end(self._known[parent])
        return self._known[parent]


def _let_run_to_their_end(steps: Sequence[Known]) -> None:
    """Pytest-bdd would call an async step, and await nothing."""
    # Two sentences may mean one function, which has to stay one.
    runnable = {one.context.step_func: awaited(one) for one in steps}
    for one in steps:
        one.context.step_func = runnable[one.context.step_func]


def _doc_strings(path: Path) -> Mapping[int, str | None]:
    try:
        feature = read_feature(path).feature
    except Unplayable:
        # What is wrong with it may be no matter to pytest-bdd.
        return {}
    return {
        step.line_number: step.docstring
        for template in feature.scenarios.values()
        for step in template.steps
    }
