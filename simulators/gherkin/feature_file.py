"""A feature file, read strictly: what pytest-bdd would swallow or trip over is a problem."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

from gherkin.dialect import Dialect
from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.parser import (
    PARAM_RE,
    Examples,
    Feature,
    FeatureParser,
    ScenarioTemplate,
    Step,
    render_string,
)

from simulators.gherkin.tags import SURVIVES, Tag, is_slip_of, parse_tag

_LANGUAGE = re.compile(r"^\s*#\s*language\s*:\s*(?P<name>[\w-]+)\s*$", re.MULTILINE)

Node: TypeAlias = Mapping[str, "Node | Sequence[Node] | str | int"]
"""A piece of the syntax tree, as gherkin-official gives it."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong in a line of a feature file, with its remedy."""

    line: int
    says: str


class Unplayable(Exception):
    """A feature file cannot be played. `problems` stand in the order of its lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("; ".join(f"line {one.line}: {one.says}" for one in self.problems))


@dataclass(frozen=True, slots=True)
class FeatureText:
    """A feature file that can be read: as pytest-bdd has it, and every tag with its arguments.

    Doc strings are word for word, not dedented; one marked as `json` is decoded. `doubts` are what
    may be meant in another way; the file is played all the same.
    """

    feature: Feature
    tags: Mapping[str, Tag]
    doubts: tuple[Problem, ...] = ()


def read_feature(path: Path) -> FeatureText:
    """Read a feature file. Raises `Unplayable` with all that is wrong with it."""
    document = _parsed(_decoded(path))
    tree = _child(document, "feature")
    if not tree:
        raise Unplayable([Problem(1, "the file has no feature; write Feature: and a scenario")])
    tags: dict[str, Tag] = {}
    problems = [*_problems(tree), *_read_tags(tree, tags)]
    try:
        feature = FeatureParser(str(path.parent), path.name, "utf-8-sig").parse()
    except GherkinParseError as error:
        raise Unplayable([*problems, Problem(error.line, error.message)]) from None
    try:
        _restore_doc_strings(feature, dict(_doc_strings(tree)))
    except Unplayable as error:
        problems += error.problems
    problems += _unfilled(feature)
    if problems:
        raise Unplayable(problems)
    return FeatureText(feature, tags, tuple(_doubts(tree)))


def sentences_of(path: Path) -> Sequence[str]:
    """What each step of a feature file says, an outline's as its first row has it, whatever else
    is wrong with the file; none where it cannot be read."""
    try:
        text = path.read_text("utf-8-sig", "replace")
    except OSError:
        return ()
    try:
        tree = _child(_parsed(text), "feature")
    except Unplayable:
        keywords = _step_keywords(text)
        lines = map(str.strip, text.splitlines())
        return [line.partition(" ")[2].strip() for line in lines if line.startswith(keywords)]
    said = {_line(step): str(step["text"]) for step in _steps(tree)}
    for scenario, _ in _scenarios(tree):
        row = next(_rows(scenario), {})
        for step in _children(scenario, "steps"):
            said[_line(step)] = render_string(str(step["text"]), row)
    return [*said.values()]


def rows_of(template: ScenarioTemplate) -> Iterator[Mapping[str, str]]:
    """The example rows of an outline; one empty row for a scenario that is none."""
    rows = [row for examples in template.examples for row in examples.as_contexts()]
    yield from rows or [{}]


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Unplayable([Problem(1, f"the file cannot be read: {error.strerror}")]) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Unplayable([Problem(line, "the file is not UTF-8 here; save it as UTF-8")]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parsed(text: str) -> Node:
    try:
        return cast(Node, Parser().parse(text))
    except CompositeParserException as error:
        raise Unplayable(_problem_of(one) for one in error.errors) from None
    except ParserException as error:
        raise Unplayable([_problem_of(error)]) from None
    except RecursionError:
        raise Unplayable([Problem(1, "the file is nested too deeply; make it flatter")]) from None


def _problem_of(error: ParserException) -> Problem:
    says = str(error).partition("): ")[2] or str(error)
    return Problem(error.location.get("line", 1), f"this is no Gherkin: {says}")


def _step_keywords(text: str) -> tuple[str, ...]:
    """What a step can begin with, in the language of the file."""
    language = _LANGUAGE.search(text)
    dialect = Dialect.for_name(language["name"]) if language else None
    spec = (dialect or Dialect.for_name("en")).spec  # type: ignore[union-attr]
    return (*spec["given"], *spec["when"], *spec["then"], *spec["and"], *spec["but"])


def _problems(tree: Node) -> Iterator[Problem]:
    scenarios = list(_scenarios(tree))
    if not scenarios:
        yield Problem(_line(tree), "the feature has no scenario; write one or remove the file")
    first: dict[str, int] = {}
    for scenario, has_background in scenarios:
        name, line = str(scenario["name"]), _line(scenario)
        if name in first:
            yield Problem(
                line,
                f"there is a scenario {name!r} in line {first[name]} already; rename one of them",
            )
        first.setdefault(name, line)
        if not scenario["steps"] and not has_background:
            yield Problem(line, f"the scenario {name!r} has no step; write one or remove it")
        yield from _problems_of_rows(scenario)


def _problems_of_rows(scenario: Node) -> Iterator[Problem]:
    keyword, name = str(scenario["keyword"]), scenario["name"]
    tables = _children(scenario, "examples")
    is_outline = bool(tables) or keyword.strip() in ("Scenario Outline", "Scenario Template")
    if is_outline and not any(_children(table, "tableBody") for table in tables):
        yield Problem(_line(scenario), f"the outline {name!r} has no example row; write Examples:")
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    names: dict[str, int] = {}
    for table in tables:
        heading = [str(cell["value"]) for cell in _cells(_child(table, "tableHeader"))]
        for column, count in Counter(heading).items():
            if count > 1:
                yield Problem(_line(table), f"the examples have the column {column!r} twice")
        for row in _children(table, "tableBody"):
            values = [str(cell["value"]) for cell in _cells(row)]
            pairs = tuple(sorted(zip(heading, values, strict=False)))
            if pairs in seen:
                yield Problem(
                    _line(row),
                    f"this row equals the one in line {seen[pairs]}; remove one of them",
                )
            elif (name := "-".join(values)) in names:
                yield Problem(
                    _line(row),
                    f"this row and the one in line {names[name]} are both called {name!r};"
                    " change a word of one of them",
                )
            seen.setdefault(pairs, _line(row))
            names.setdefault("-".join(values), _line(row))


def _rows(scenario: Node) -> Iterator[Mapping[str, str]]:
    for table in _children(scenario, "examples"):
        heading = [str(cell["value"]) for cell in _cells(_child(table, "tableHeader"))]
        for row in _children(table, "tableBody"):
            values = (str(cell["value"]) for cell in _cells(row))
            yield dict(zip(heading, values, strict=False))


def _unfilled(feature: Feature) -> Iterator[Problem]:
    """The placeholders of outlines that no column fills."""
    for template in feature.scenarios.values():
        for examples in template.examples:
            for line, text in _texts(template):
                for placeholder in PARAM_RE.findall(text):
                    if _is_unfilled(placeholder, examples):
                        yield Problem(line, _without_column(placeholder, examples))


def _texts(template: ScenarioTemplate) -> Iterator[tuple[int, str]]:
    """Everything in an outline that its rows fill in, with its line."""
    yield template.line_number, template.name
    for step in template.steps:
        yield from ((step.line_number, text) for text in _texts_of_step(step))


def _texts_of_step(step: Step) -> Iterator[str]:
    yield step.name
    if step.docstring is not None:
        yield step.docstring
    for row in step.datatable.raw() if step.datatable is not None else ():
        yield from map(str, row)


def _is_unfilled(placeholder: str, examples: Examples) -> bool:
    # No column begins or ends with a blank: `a < b and c > d` is a text and no placeholder.
    is_text = placeholder != placeholder.strip() and "<" not in placeholder
    return is_text == (placeholder.strip() in examples.example_params)


def _without_column(placeholder: str, examples: Examples) -> str:
    columns = ", ".join(examples.example_params)
    return (
        f"no column fills <{placeholder}>; the examples in line {examples.line_number} have"
        f" {columns}; write one of them, or add the column"
    )


def _read_tags(tree: Node, tags: dict[str, Tag]) -> Iterator[Problem]:
    for line, name in _tags(tree):
        try:
            tags[name] = parse_tag(name)
        except ValueError as error:
            yield Problem(line, str(error))


def _doubts(tree: Node) -> Iterator[Problem]:
    for line, name in _tags(tree):
        if is_slip_of(name, SURVIVES):
            yield Problem(line, f"the tag @{name} lets no fault strike; did you mean @{SURVIVES}")


def _tags(tree: Node) -> Iterator[tuple[int, str]]:
    """Every tag, without its `@`, with its line."""
    holders = [tree, *(child for child in _rules(tree))]
    for scenario, _ in _scenarios(tree):
        holders += [scenario, *_children(scenario, "examples")]
    for holder in holders:
        for tag in _children(holder, "tags"):
            yield _line(tag), str(tag["name"]).lstrip("@")


def _doc_strings(tree: Node) -> Iterator[tuple[int, Node]]:
    for step in _steps(tree):
        if doc_string := _child(step, "docString"):
            yield _line(step), doc_string


def _restore_doc_strings(feature: Feature, doc_strings: Mapping[int, Node]) -> None:
    problems = []
    for template in feature.scenarios.values():
        for step in template.steps:
            if (node := doc_strings.get(step.line_number)) is not None:
                try:
                    step.docstring = _content(node)
                except ValueError:
                    problems.append(
                        Problem(_line(node), "the doc string is no JSON text; write it in quotes")
                    )
    if problems:
        raise Unplayable(problems)


def _content(doc_string: Node) -> str:
    content = str(doc_string["content"])
    if str(doc_string.get("mediaType", "")).strip().lower() != "json":
        return content
    decoded = json.loads(content)
    if not isinstance(decoded, str):
        raise ValueError("no text")
    return decoded


def _steps(tree: Node) -> Iterator[Node]:
    for child in _children(tree, "children"):
        for kind in ("background", "scenario"):
            yield from _children(_child(child, kind), "steps")
        yield from _steps(_child(child, "rule"))


def _rules(tree: Node) -> list[Node]:
    return [rule for child in _children(tree, "children") if (rule := _child(child, "rule"))]


def _scenarios(tree: Node, has_background: bool = False) -> Iterator[tuple[Node, bool]]:
    """Every scenario, and whether steps of a background come before its own."""
    for child in _children(tree, "children"):
        has_background |= bool(_children(_child(child, "background"), "steps"))
        if scenario := _child(child, "scenario"):
            yield scenario, has_background
        yield from _scenarios(_child(child, "rule"), has_background)


def _child(node: Node, name: str) -> Node:
    return cast(Node, node.get(name) or {})


def _children(node: Node, name: str) -> Sequence[Node]:
    return cast(Sequence[Node], node.get(name) or ())


def _cells(row: Node) -> Sequence[Node]:
    return _children(row, "cells")


def _line(node: Node) -> int:
    return cast(int, _child(node, "location")["line"])
