"""Feature files as pytest collects them, with no Python file beside them."""

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest
import pytest_bdd
from _pytest._code.code import ExceptionInfo, TerminalRepr, TracebackStyle
from pytest_bdd.feature import features
from pytest_bdd.parser import Feature, ScenarioTemplate
from pytest_bdd.scenario import get_python_name_generator, scenario_wrapper_template_registry
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry
from pytest_bdd.utils import registry_get_safe

from simulators.gherkin.feature_file import (
    FeatureText,
    Problem,
    Unplayable,
    read_feature,
    rows_of,
    sentences_of,
)
from simulators.gherkin.resolution import Known, known_to, resolve
from simulators.gherkin.tags import Tag, parse_tag
from simulators.gherkin.vocabulary import knows, nearly_knows, sentence_of

PLAYING = "coolwind-playing"
"""The name of the plugin that comes with the first feature file that is played."""

_LEFT_ALONE = (
    "this file was left alone, because no more than half of its steps are steps of Coolwind; set"
    " coolwind_features = true in the settings of pytest to have it played, too"
)

TEMPLATE = pytest.StashKey[ScenarioTemplate]()
"""The scenario that an item plays."""


def speaks_coolwind(path: Path) -> bool:
    """Whether more than half of the steps of a feature file are steps of the library, or mistyped
    ones beside one that is not, however broken the rest is: features of others have one of them by
    accident."""
    sentences = sentences_of(path)
    others = [sentence for sentence in sentences if not knows(sentence)]
    if len(others) == len(sentences):
        return False
    return 2 * (len(sentences) - len(others) + sum(map(nearly_knows, others))) > len(sentences)


_PASSING_OVER = "coolwind-passing-over"

PASSED_OVER = pytest.StashKey[list[Path]]()
"""The feature files with steps of Coolwind that were left alone, as those of others are."""


def pass_over(path: Path, config: pytest.Config) -> None:
    """Leave a feature file alone; if it has a step of the library, it may be missed."""
    if any(map(knows, sentences_of(path))):
        config.stash.setdefault(PASSED_OVER, []).append(path)
        if not config.pluginmanager.has_plugin(_PASSING_OVER):
            config.pluginmanager.register(PassingOver(), _PASSING_OVER)


class PassingOver:
    """Warns of feature files that were left alone in a run that plays none."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Collection is over: which files are bound by Python modules is known. One with a single
        sentence of the library can be that of a project which never heard of it."""
        if config.pluginmanager.has_plugin(PLAYING):
            return
        for path in _missed(session, {name for name, _ in _bound_by(items)}):
            if len(set(filter(None, map(sentence_of, sentences_of(path))))) > 1:
                shown = shown_path(path, config.invocation_params.dir)
                try:
                    warnings.warn_explicit(
                        pytest.PytestCollectionWarning(_LEFT_ALONE), None, shown, 1
                    )
                except pytest.PytestCollectionWarning:
                    # The project takes warnings for errors.
                    _report(session, shown, f"{shown}:1: {_LEFT_ALONE}")


class FeatureFile(pytest.Module):
    """A feature file, each scenario of it an item.

    What is wrong with it is told when collection ends, and only if no Python module binds the
    file: its steps could be in there. A file named on the command line is told of at once.
    """

    problems: tuple[Problem, ...] = ()

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        try:
            items = list(super().collect())
        except Unplayable as unplayable:
            if self.session.isinitpath(self.path):
                raise
            self.problems = unplayable.problems
            return []
        for item in items:
            if isinstance(item, pytest.Function):
                self._take_note(item)
        return items

    def funcnamefilter(self, name: str) -> bool:
        return name.startswith("test_")

    def classnamefilter(self, name: str) -> bool:  # noqa: ARG002
        return False

    def repr_failure(
        self,
        excinfo: ExceptionInfo[BaseException],
        style: TracebackStyle | None = None,  # noqa: ARG002
    ) -> str | TerminalRepr:
        if isinstance(excinfo.value, Unplayable):
            return self.told(excinfo.value.problems)
        return super().repr_failure(excinfo)

    def told(self, problems: Iterable[Problem]) -> str:
        """Problems, one a line, each with its place."""
        return "\n".join(f"{self._shown}:{problem.line}: {problem.says}" for problem in problems)

    @property
    def _shown(self) -> str:
        return shown_path(self.path, self.config.invocation_params.dir)

    def _getobj(self) -> ModuleType:
        # Pytest asks again for the same module while it collects.
        known = self.__dict__.get("_obj")
        return known if isinstance(known, ModuleType) else self._module()

    def _module(self) -> ModuleType:
        text = read_feature(self.path)
        module = ModuleType(f"coolwind_feature_{self.path.stem}")
        module.__file__ = str(self.path)
        for doubt in text.doubts:
            self._warn(doubt)
        names = vars(module)
        for number, context in enumerate(_resolved(text.feature, known_to(self))):
            names[f"coolwind_step_{number}"] = _fixture(context)
        for tag in text.tags.values():
            _register_mark(self.config, tag)
        self._marks_of_rows = _take_marks_of_rows(text)
        with _tags_as_marks(self.config, text.tags), _known_to_pytest_bdd(self.path, text.feature):
            for template in text.feature.scenarios.values():
                function = _bind(self.path, template, module)
                candidates = get_python_name_generator(template.name)
                names[next(name for name in candidates if name not in names)] = function
        return module

    def _warn(self, doubt: Problem) -> None:
        warning = pytest.PytestWarning(doubt.says)
        try:
            warnings.warn_explicit(warning, None, self._shown, doubt.line)
        except pytest.PytestWarning:
            # The project takes warnings for errors.
            raise Unplayable([doubt]) from None

    def _take_note(self, item: pytest.Function) -> None:
        template = scenario_wrapper_template_registry[item.function]
        item.stash[TEMPLATE] = template
        callspec = getattr(item, "callspec", None)
        if callspec is not None:
            row = callspec.params.get("_pytest_bdd_example", {})
            for tag in self._marks_of_rows.get(tuple(sorted(row.items())), ()):
                item.add_marker(mark_of(tag))


def settle(session: pytest.Session, items: list[pytest.Item], files: Iterable[FeatureFile]) -> None:
    """At the end of collection: drop the scenarios that a Python module binds as well, and report
    the problems of files that none binds. One of them is to be left alone beside files that are
    played: its scenarios would be missed by nobody."""
    bound = set(_bound_by(items))
    items[:] = [item for item in items if _place(item) not in bound]
    bound_files = {filename for filename, _ in bound}
    for file in files:
        if file.problems and os.path.realpath(file.path) not in bound_files:
            _report(session, file.nodeid, file.told(file.problems))
    for path in _missed(session, bound_files):
        shown = shown_path(path, session.config.invocation_params.dir)
        _report(session, shown, f"{shown}:1: {_LEFT_ALONE}")


def _missed(session: pytest.Session, bound_files: Set[str]) -> Iterator[Path]:
    """The feature files that were left alone, and that no Python module binds."""
    for path in session.config.stash.get(PASSED_OVER, ()):
        if os.path.realpath(path) not in bound_files:
            yield path


def _bound_by(items: Iterable[pytest.Item]) -> Iterator[tuple[str, str]]:
    """File and name of each scenario that a Python module binds."""
    for item in items:
        template = registry_get_safe(
            scenario_wrapper_template_registry, getattr(item, "function", None)
        )
        if template is not None and item.getparent(FeatureFile) is None:
            yield os.path.realpath(template.feature.filename), template.name


def _report(session: pytest.Session, place: str, text: str) -> None:
    report = pytest.CollectReport(place, "failed", text, [])
    session.gethookproxy(session.path).pytest_collectreport(report=report)


def _place(item: pytest.Item) -> tuple[str, str] | None:
    template = item.stash.get(TEMPLATE, None)
    if template is None:
        return None
    return os.path.realpath(template.feature.filename), template.name


def _resolved(feature: Feature, known: list[Known]) -> Iterator[StepFunctionContext]:
    """A definition for each sentence of a feature. Raises `Unplayable`."""
    problems = []
    seen = set()
    for template in feature.scenarios.values():
        for row in rows_of(template):
            for step in template.render(row).steps:
                kind = (step.type, step.name, step.datatable is None, step.docstring is None)
                if kind in seen:
                    continue
                seen.add(kind)
                try:
                    yield resolve(step, known)
                except ValueError as error:
                    problems.append(Problem(step.line_number, str(error)))
    if problems:
        raise Unplayable(problems)


def _fixture(context: StepFunctionContext) -> object:
    # Nearer than any conftest, so that this one counts for its sentence. All have one name:
    # pytest-bdd asks pytest about every name that there is, twice for every step.
    def marker() -> StepFunctionContext:
        return context

    step_function_context_registry[marker] = context
    return pytest.fixture(name="coolwind_step")(marker)


def _bind(path: Path, template: ScenarioTemplate, module: ModuleType) -> Callable[..., object]:
    def body() -> None:
        """All that there is to do are the steps."""

    bind = pytest_bdd.scenario(
        str(path), template.name, encoding="utf-8-sig", features_base_dir=str(path.parent)
    )
    function = bind(body)
    function.__module__ = module.__name__
    # Reports then name the feature file and the line of the scenario.
    vars(function)["place_as"] = _located(body, path, template.line_number)
    return function


def _located(function: Callable[..., object], path: Path, line: int) -> Callable[..., object]:
    code: CodeType = function.__code__
    return FunctionType(code.replace(co_filename=str(path), co_firstlineno=line), {})


def _register_mark(config: pytest.Config, tag: Tag) -> None:
    names = {line.partition(":")[0].partition("(")[0].strip() for line in config.getini("markers")}
    if tag.name not in names:
        config.addinivalue_line("markers", f"{tag.name}: a tag of a feature file")


def mark_of(tag: Tag) -> pytest.MarkDecorator:
    """A tag as a mark, with its arguments."""
    mark: pytest.MarkDecorator = getattr(pytest.mark, tag.name)
    return mark.with_args(*tag.arguments, **tag.named)


def _take_marks_of_rows(
    text: FeatureText,
) -> Mapping[tuple[tuple[str, str], ...], tuple[Tag, ...]]:
    """The tags of example tables by row; pytest-bdd is not to read them, for their arguments."""
    marks = {}
    for template in text.feature.scenarios.values():
        for examples in template.examples:
            tags = tuple(text.tags[name] for name in sorted(examples.tags))
            examples.tags = set()
            for row in examples.as_contexts():
                marks[tuple(sorted(row.items()))] = tags
    return marks


@contextmanager
def _tags_as_marks(config: pytest.Config, tags: Mapping[str, Tag]) -> Iterator[None]:
    """While this lasts, tags become marks with their arguments: a project's own features, which
    its Python modules bind, keep the marks of pytest-bdd."""

    class Tags:
        @pytest.hookimpl(tryfirst=True)
        def pytest_bdd_apply_tag(self, tag: str, function: Callable[..., object]) -> object:
            return mark_of(tags.get(tag) or parse_tag(tag))(function)

    plugin = Tags()
    config.pluginmanager.register(plugin)
    try:
        yield
    finally:
        config.pluginmanager.unregister(plugin)


@contextmanager
def _known_to_pytest_bdd(path: Path, feature: Feature) -> Iterator[None]:
    """While this lasts, pytest-bdd takes the feature from here and not from the file."""
    key = os.path.abspath(path)
    before = features.get(key)
    features[key] = feature
    try:
        yield
    finally:
        if before is None:
            del features[key]
        else:
            features[key] = before


def shown_path(path: Path, folder: Path) -> str:
    """A path as it is told: from that folder on, where it lies below it."""
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:
        return str(path)
