"""A feature file, read strictly: what pytest-bdd would swallow or trip over is a problem."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, cast

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.parser import Feature, FeatureParser, ScenarioTemplate

from simulators.gherkin.tags import Tag, parse_tag

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

    Doc strings are word for word, not dedented; one marked as `json` is decoded.
    """

    feature: Feature
    tags: Mapping[str, Tag]


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
    if problems:
        raise Unplayable(problems)
    return FeatureText(feature, tags)


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


def _read_tags(tree: Node, tags: dict[str, Tag]) -> Iterator[Problem]:
    holders = [tree, *(child for child in _rules(tree))]
    for scenario, _ in _scenarios(tree):
        holders += [scenario, *_children(scenario, "examples")]
    for holder in holders:
        for tag in _children(holder, "tags"):
            name = str(tag["name"]).lstrip("@")
            try:
                tags[name] = parse_tag(name)
            except ValueError as error:
                yield Problem(_line(tag), str(error))


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
