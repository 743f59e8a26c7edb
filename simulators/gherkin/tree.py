"""The syntax tree of a feature file, as gherkin-official gives it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

Node: TypeAlias = Mapping[str, "Node | Sequence[Node] | str | int"]
"""A piece of it."""


def tags_of(tree: Node) -> Iterator[tuple[int, str]]:
    """Every tag, without its `@`, with its line."""
    holders = [tree, *rules_of(tree)]
    for scenario, _ in scenarios_of(tree):
        holders += [scenario, *pieces(scenario, "examples")]
    for holder in holders:
        for tag in pieces(holder, "tags"):
            yield line_of(tag), str(tag["name"]).lstrip("@")


def example_rows(scenario: Node) -> Iterator[Mapping[str, str]]:
    """Every row of its examples, by column."""
    return (row for _, row in numbered_rows(scenario))


def numbered_rows(scenario: Node) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The same, each with its line."""
    for table in pieces(scenario, "examples"):
        heading = [str(cell["value"]) for cell in cells_of(piece(table, "tableHeader"))]
        for row in pieces(table, "tableBody"):
            values = (str(cell["value"]) for cell in cells_of(row))
            yield line_of(row), dict(zip(heading, values, strict=False))


def steps_of(tree: Node) -> Iterator[Node]:
    """Every step, those of backgrounds among them."""
    for child in pieces(tree, "children"):
        for kind in ("background", "scenario"):
            yield from pieces(piece(child, kind), "steps")
        yield from steps_of(piece(child, "rule"))


def rules_of(tree: Node) -> list[Node]:
    """Every rule."""
    return [rule for child in pieces(tree, "children") if (rule := piece(child, "rule"))]


def backgrounds_of(tree: Node) -> list[Node]:
    """Every background."""
    children = [child for each in (tree, *rules_of(tree)) for child in pieces(each, "children")]
    return [background for child in children if (background := piece(child, "background"))]


def scenarios_of(tree: Node, has_background: bool = False) -> Iterator[tuple[Node, bool]]:
    """Every scenario, and whether steps of a background come before its own."""
    for child in pieces(tree, "children"):
        has_background |= bool(pieces(piece(child, "background"), "steps"))
        if scenario := piece(child, "scenario"):
            yield scenario, has_background
        yield from scenarios_of(piece(child, "rule"), has_background)


def piece(node: Node, name: str) -> Node:
    """The piece of that name; an empty one where there is none."""
    return cast(Node, node.get(name) or {})


def pieces(node: Node, name: str) -> Sequence[Node]:
    """The pieces of that name, in their order."""
    return cast(Sequence[Node], node.get(name) or ())


def cells_of(row: Node) -> Sequence[Node]:
    """The cells of a row of a table."""
    return pieces(row, "cells")


def line_of(node: Node) -> int:
    """Where it begins, counted from 1."""
    return cast(int, piece(node, "location")["line"])
