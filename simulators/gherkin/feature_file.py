"""A feature file, read strictly: what pytest-bdd would swallow or trip over is a problem."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

from gherkin.dialect import DIALECTS, Dialect
from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from pytest_bdd.exceptions import GherkinParseError
from pytest_bdd.parser import Feature, FeatureParser, ScenarioTemplate, render_string

from simulators.gherkin.asking import slip_of, things_of
from simulators.gherkin.placeholders import unfilled
from simulators.gherkin.tags import SURVIVES, Tag, is_slip_of, parse_tag
from simulators.gherkin.tree import (
    Node,
    backgrounds_of,
    cells_of,
    example_rows,
    line_of,
    numbered_rows,
    piece,
    pieces,
    rules_of,
    scenarios_of,
    steps_of,
    tags_of,
)
from simulators.gherkin.vocabulary import knows

_NOT_ASKED = re.compile(r" reply does not ask for (?P<things>.+)")
_LANGUAGE = re.compile(r"^\s*#\s*language\s*:\s*(?P<name>[\w-]+)\s*$", re.MULTILINE)


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
    text = _decoded(path)
    document = _parsed(text)
    tree = piece(document, "feature")
    if not tree:
        raise Unplayable([Problem(1, "the file has no feature; write Feature: and a scenario")])
    tags: dict[str, Tag] = {}
    problems = [*_problems(tree, text), *_read_tags(tree, tags)]
    try:
        feature = FeatureParser(str(path.parent), path.name, "utf-8-sig").parse()
    except GherkinParseError as error:
        raise Unplayable([*problems, Problem(error.line, error.message)]) from None
    try:
        _restore_doc_strings(feature, dict(_doc_strings(tree)))
    except Unplayable as error:
        problems += error.problems
    for template in feature.scenarios.values():
        problems += (Problem(*one) for one in unfilled(template))
    if problems:
        raise Unplayable(problems)
    return FeatureText(feature, tags, tuple(_doubts(tree)))


@dataclass(frozen=True, slots=True)
class Swallowed:
    """What pytest-bdd leaves out, or plays twice, without a word: of which scenario, and of which
    example row of it; None is every one."""

    scenario: str
    row: Mapping[str, str] | None
    problem: Problem


def swallowed(path: Path) -> tuple[Swallowed, ...]:
    """The scenarios of one name and the equal rows of a feature file; none of one that cannot be
    read here, which is no matter to pytest-bdd where that can read it."""
    try:
        text = _decoded(path)
        tree = piece(_parsed(text), "feature")
    except Unplayable:
        return ()
    scenarios = [scenario for scenario, _ in scenarios_of(tree)]
    return (
        *_of_one_name(scenarios),
        *(one for each in scenarios for one in _equal_rows(each)),
        *(
            Swallowed(str(each["name"]), None, problem)
            for each in scenarios
            for problem in _without_keyword(each, text)
        ),
    )


def sentences_of(path: Path) -> Sequence[str]:
    """What each step of a feature file says, an outline's as its first row has it, whatever else
    is wrong with the file; none where it cannot be read."""
    try:
        text = path.read_text("utf-8-sig", "replace")
    except OSError:
        return ()
    try:
        tree = piece(_parsed(text), "feature")
    except Unplayable:
        keywords = _step_keywords(text)
        lines = map(str.strip, text.splitlines())
        return [line.partition(" ")[2].strip() for line in lines if line.startswith(keywords)]
    said = {line_of(step): str(step["text"]) for step in steps_of(tree)}
    for scenario, _ in scenarios_of(tree):
        row = next(example_rows(scenario), {})
        for step in pieces(scenario, "steps"):
            said[line_of(step)] = render_string(str(step["text"]), row)
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


def _dialect(text: str) -> Dialect:
    """The keywords of the language of a file; those of English for one that nobody speaks."""
    language = _LANGUAGE.search(text)
    dialect = Dialect.for_name(language["name"]) if language else None
    return dialect or Dialect(DIALECTS["en"])


def _step_keywords(text: str) -> tuple[str, ...]:
    """What a step can begin with."""
    spec = _dialect(text).spec
    return (*spec["given"], *spec["when"], *spec["then"], *spec["and"], *spec["but"])


def _without_colon(tree: Node, text: str) -> Iterator[Problem]:
    """The lines of descriptions that were to begin a scenario: steps come below them, or there is
    no scenario but these."""
    spec = _dialect(text).spec
    heads = (*spec["scenarioOutline"], *spec["scenario"], *spec["background"])
    steps = tuple(one for one in _step_keywords(text) if one.strip() != "*")
    is_empty = not any(scenarios_of(tree))
    for node in (tree, *rules_of(tree)):
        lines = [line for line in str(node.get("description") or "").split("\n") if line.strip()]
        for line, following in pairwise([*map(str.strip, lines), ""]):
            head = next((one for one in heads if f"{line} ".startswith(f"{one} ")), None)
            if head is not None and (is_empty or following.startswith(steps)):
                number = _number_of(line, text, line_of(node))
                yield Problem(number, f"{line!r} has no colon; write {head}: and the name")


def _without_keyword(holder: Node, text: str) -> Iterator[Problem]:
    """The steps of the library in a description: they have no keyword, or a mistyped one."""
    keywords = [one.strip().lower() for one in _step_keywords(text)]
    for line in map(str.strip, str(holder.get("description") or "").split("\n")):
        first, _, behind = line.partition(" ")
        is_mistyped = any(
            first.lower() == one or is_slip_of(first.lower(), one) for one in keywords
        )
        if knows(line) or (is_mistyped and knows(behind.strip())):
            yield Problem(
                _number_of(line, text, line_of(holder)),
                f"{line!r} is no step but a description, which nobody plays; begin it with a"
                " keyword, such as When",
            )


def _number_of(line: str, text: str, after: int) -> int:
    lines = [one.strip() for one in text.split("\n")]
    return lines.index(line, after) + 1


def _problems(tree: Node, text: str) -> Iterator[Problem]:
    scenarios = list(scenarios_of(tree))
    slips = list(_without_colon(tree, text))
    yield from slips
    for holder in (*backgrounds_of(tree), *(scenario for scenario, _ in scenarios)):
        yield from _without_keyword(holder, text)
    if not scenarios and not slips:
        yield Problem(line_of(tree), "the feature has no scenario; write one or remove the file")
    for scenario, has_background in scenarios:
        name, line = str(scenario["name"]), line_of(scenario)
        if not scenario["steps"] and not has_background:
            yield Problem(line, f"the scenario {name!r} has no step; write one or remove it")
        yield from _problems_of_rows(scenario)
    yield from (one.problem for one in _of_one_name(scenario for scenario, _ in scenarios))


def _of_one_name(scenarios: Iterable[Node]) -> Iterator[Swallowed]:
    first: dict[str, int] = {}
    for scenario in scenarios:
        name, line = str(scenario["name"]), line_of(scenario)
        if name in first:
            says = f"there is a scenario {name!r} in line {first[name]} already; rename one of them"
            yield Swallowed(name, None, Problem(line, says))
        first.setdefault(name, line)


def _equal_rows(scenario: Node) -> Iterator[Swallowed]:
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for line, row in numbered_rows(scenario):
        pairs = tuple(sorted(row.items()))
        if pairs in seen:
            says = f"this row equals the one in line {seen[pairs]}; remove one of them"
            yield Swallowed(str(scenario["name"]), row, Problem(line, says))
        seen.setdefault(pairs, line)


def _problems_of_rows(scenario: Node) -> Iterator[Problem]:
    keyword, name = str(scenario["keyword"]), scenario["name"]
    tables = pieces(scenario, "examples")
    is_outline = bool(tables) or keyword.strip() in ("Scenario Outline", "Scenario Template")
    if is_outline and not any(pieces(table, "tableBody") for table in tables):
        yield Problem(
            line_of(scenario), f"the outline {name!r} has no example row; write Examples:"
        )
    for table in tables:
        heading = [str(cell["value"]) for cell in cells_of(piece(table, "tableHeader"))]
        for column, count in Counter(heading).items():
            if count > 1:
                yield Problem(line_of(table), f"the examples have the column {column!r} twice")
    equal = [one.problem for one in _equal_rows(scenario)]
    yield from equal
    names: dict[str, int] = {}
    for line, row in numbered_rows(scenario):
        called = "-".join(row.values())
        if called in names and line not in [problem.line for problem in equal]:
            yield Problem(
                line,
                f"this row and the one in line {names[called]} are both called {called!r};"
                " change a word of one of them",
            )
        names.setdefault(called, line)


def _read_tags(tree: Node, tags: dict[str, Tag]) -> Iterator[Problem]:
    for line, name in tags_of(tree):
        try:
            tags[name] = parse_tag(name)
        except ValueError as error:
            yield Problem(line, str(error))


def _doubts(tree: Node) -> Iterator[Problem]:
    for line, name in tags_of(tree):
        if is_slip_of(name, SURVIVES):
            yield Problem(line, f"the tag @{name} lets no fault strike; did you mean @{SURVIVES}")
    for step in steps_of(tree):
        check = _NOT_ASKED.search(str(step["text"]))
        for thing in things_of(check["things"]) if check else ():
            if (meant := slip_of(thing)) is not None:
                says = f"no reply may ever ask for {thing!r}; did you mean {meant!r}"
                yield Problem(line_of(step), says)


def _doc_strings(tree: Node) -> Iterator[tuple[int, Node]]:
    for step in steps_of(tree):
        if doc_string := piece(step, "docString"):
            yield line_of(step), doc_string


def _restore_doc_strings(feature: Feature, doc_strings: Mapping[int, Node]) -> None:
    problems = []
    for template in feature.scenarios.values():
        for step in template.steps:
            if (node := doc_strings.get(step.line_number)) is not None:
                try:
                    step.docstring = _content(node)
                except (ValueError, RecursionError):
                    problems.append(
                        Problem(line_of(node), "the doc string is no JSON text; write it in quotes")
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
