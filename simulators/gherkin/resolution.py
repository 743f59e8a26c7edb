"""Which step definition a line of a feature file means."""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import pytest
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.parser import Step
from pytest_bdd.parsers import StepParser
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry

from simulators.gherkin.vocabulary import contexts, nearest

Runner: TypeAlias = Callable[[Awaitable[object]], object]
"""Runs something to its end on the loop of a scenario."""

_LIBRARY = -1


@dataclass(frozen=True, slots=True)
class Known:
    """A step definition that a feature file can use.

    Of two that match, the one of the higher `standing` counts: the deeper the folder of its
    conftest, the higher; the library stands below them all.
    """

    context: StepFunctionContext
    standing: int

    @property
    def place(self) -> str:
        """File and line of the function."""
        function = inspect.unwrap(self.context.step_func)
        code = getattr(function, "__code__", None)
        return f"{code.co_filename}:{code.co_firstlineno}" if code else repr(function)


class Exactly(StepParser):
    """Matches one sentence alone, and reads it as another parser does."""

    def __init__(self, sentence: str, parser: StepParser) -> None:
        super().__init__(sentence)
        self._parser = parser

    def is_matching(self, name: str) -> bool:
        """Whether it is this very sentence."""
        return name == self.name

    def parse_arguments(self, name: str) -> dict[str, object] | None:
        """What stands in the places of the sentence."""
        return self._parser.parse_arguments(name)


def known_to(node: pytest.Collector) -> list[Known]:
    """Every step definition that pytest would show to a feature file, and the library's."""
    manager = node.session._fixturemanager
    known = {id(context.step_func): Known(context, _LIBRARY) for context, _ in contexts()}
    found = [Known(context, _LIBRARY) for context, _ in contexts()]
    for name in get_fixture_names(manager):
        for definition in getfixturedefs(manager, name, node) or ():
            context = step_function_context_registry.get(definition.func)
            # A project that asks for the library as a plugin has its steps twice.
            if context is not None and id(context.step_func) not in known:
                found.append(Known(context, _depth(definition.baseid)))
    return found


def resolve(step: Step, known: Sequence[Known]) -> StepFunctionContext:
    """The definition that a step means, for this sentence alone.

    Raises ValueError, which says what to do, when there is none, when two of equal standing
    match, and when the step's table or doc string does not go with it.
    """
    matching = [one for one in known if _is_meant(step, one.context)]
    if not matching:
        raise ValueError(_unknown(step, known))
    standing = max(one.standing for one in matching)
    first, *others = [one for one in matching if one.standing == standing]
    for other in others:
        if other.context.step_func is not first.context.step_func:
            raise ValueError(
                f"two steps match {step.name!r}: {first.context.parser.name!r} in {first.place} and"
                f" {other.context.parser.name!r} in {other.place}; reword one of them"
            )
    _check_argument(step, "datatable", step.datatable, "data table", first)
    _check_argument(step, "docstring", step.docstring, "doc string", first)
    return replace(
        first.context,
        step_func=awaited(first),
        parser=Exactly(step.name, first.context.parser),
    )


def awaited(known: Known) -> Callable[..., object]:
    """A step function as pytest-bdd can call it: what is async runs on the scenario's loop, which
    it gets as one more argument, the fixture `coolwind_loop`."""
    function = known.context.step_func
    own = inspect.signature(function)
    is_ready = known.standing == _LIBRARY or "coolwind_loop" in own.parameters
    if is_ready or inspect.isgeneratorfunction(function):
        return function
    if inspect.isasyncgenfunction(function):

        def call_and_finish(*, coolwind_loop: Runner, **arguments: object) -> Iterator[object]:
            generator = function(**arguments)
            yield coolwind_loop(anext(generator))
            coolwind_loop(anext(generator, None))

        step: Callable[..., object] = call_and_finish
    else:

        def call(*, coolwind_loop: Runner, **arguments: object) -> object:
            __tracebackhide__ = True
            # A decorator of the project's can hide that a step is async.
            found = function(**arguments)
            return coolwind_loop(found) if inspect.iscoroutine(found) else found

        step = call
    loop = inspect.Parameter("coolwind_loop", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = sorted(
        [*own.parameters.values(), loop], key=lambda one: (one.kind, one.default is not one.empty)
    )
    step.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    step.__wrapped__ = function  # type: ignore[attr-defined]
    step.__name__ = getattr(function, "__name__", "step")
    return step


_COUNTED: Final = re.compile(r"(?:exactly )?(\d+) \"?([^\W\d_]+?)s?\"? (?:is|are|was|were) \w+")
"""How one may count effects, as the sentences for orders and emails do."""


def _depth(base: str) -> int:
    return 0 if not base else 1 if base == "." else base.count("/") + 2


def _is_meant(step: Step, context: StepFunctionContext) -> bool:
    return context.type in (None, step.type) and context.parser.is_matching(step.name)


def _unknown(step: Step, known: Sequence[Known]) -> str:
    for one in known:
        if one.context.parser.is_matching(step.name):
            return (
                f"{step.name!r} is no {step.type.capitalize()} step but a"
                f" {str(one.context.type).capitalize()} step; write it below that keyword"
            )
    near = nearest(step.name, [one.context.parser.name for one in known])
    remedy = "; did you mean " + " or ".join(repr(one) for one in near) if near else ""
    for name, line in _with_a_capital(step.name):
        if any(one.context.parser.is_matching(line) for one in known):
            remedy += f'; a name begins with a capital or stands in quotes, as in "{name}"'
            break
    if counted := _COUNTED.fullmatch(step.name):
        count, kind = counted.groups()
        remedy += (
            f'; of effects that have a name of their own, write: exactly {count} "{kind}" effect'
        )
    return (
        f"there is no step {step.name!r}{remedy or '; `coolwind steps` lists those that there are'}"
    )


def _with_a_capital(sentence: str) -> Iterator[tuple[str, str]]:
    """Each small word that could be a name, and the sentence in which it begins with a capital."""
    for word in re.finditer(r"(?<![\w\"])[^\W\d_]+", sentence):
        if word[0].islower():
            capital = word[0][0].upper() + word[0][1:]
            yield word[0], f"{sentence[: word.start()]}{capital}{sentence[word.end() :]}"


def _check_argument(step: Step, name: str, given: object, words: str, known: Known) -> None:
    parameter = inspect.signature(known.context.step_func).parameters.get(name)
    if given is not None and parameter is None:
        raise ValueError(f"the step {step.name!r} takes no {words}; remove it")
    if given is None and parameter is not None and parameter.default is parameter.empty:
        raise ValueError(f"the step {step.name!r} takes a {words}; write it below the step")
