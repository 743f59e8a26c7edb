"""Tags as marks, and tag expressions."""

import pytest

from simulators.errors import UsageError
from simulators.gherkin.tags import Tag, chosen_by, is_slip_of, parse_tag


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("@slow", Tag("slow")),
        ("slow", Tag("slow")),
        ("@with-dash", Tag("with-dash")),
        ("@seed(42)", Tag("seed", (42,))),
        ("@seed(-1)", Tag("seed", (-1,))),
        ("@skip(reason='later')", Tag("skip", (), {"reason": "later"})),
        ("@all('a',[1,2.5],{'b':None})", Tag("all", ("a", [1, 2.5], {"b": None}))),
        ("@empty()", Tag("empty")),
        ("@ticket:7", Tag("ticket", ("7",))),
    ],
)
def test_a_tag_is_read_with_its_arguments(text: str, tag: Tag) -> None:
    assert parse_tag(text) == tag


@pytest.mark.parametrize(
    "text",
    [
        "@",
        "@1",
        "@_private",
        "@a(b)",
        "@a(__import__('os'))",
        "@a(1",
        "@a(**{'b':1})",
        "@a(*[1])",
        "@a(1)(2)",
        "@a(" + "(" * 500 + ")" * 500 + ")",
        "@a(b=1,b=2)",
    ],
)
def test_anything_else_is_no_tag(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_tag(text)


@pytest.mark.parametrize(
    ("expression", "tags", "is_chosen"),
    [
        ("@a", {"a"}, True),
        ("@a", {"b"}, False),
        ("not @a", set(), True),
        ("not not @a", {"a"}, True),
        ("@a and @b", {"a"}, False),
        ("@a or @b", {"a"}, True),
        ("@a and not @b", {"a"}, True),
        ("@a or @b and @c", {"a"}, True),
        ("(@a or @b) and @c", {"a"}, False),
        ("not (@a or @b)", {"c"}, True),
        ("@a-b", {"a-b"}, True),
        ("@android", {"android"}, True),
    ],
)
def test_an_expression_chooses(expression: str, tags: set[str], is_chosen: bool) -> None:
    assert chosen_by(expression)(tags) is is_chosen


@pytest.mark.parametrize(
    "expression", ["", "a", "@a @b", "@a and", "or @a", "(@a", "@a)", "@", "@a && @b", "not", "()"]
)
def test_anything_else_is_no_expression(expression: str) -> None:
    with pytest.raises(UsageError, match="is no tag expression"):
        chosen_by(expression)


@pytest.mark.parametrize(
    ("name", "is_slip"),
    [
        ("survive", True),
        ("survivess", True),
        ("Survives", True),
        ("survievs", True),
        ("urvives", True),
        ("survives", False),
        ("survived", True),
        ("surviving", False),
        ("slow", False),
        ("", False),
    ],
)
def test_a_slip_is_one_letter_away(name: str, is_slip: bool) -> None:
    assert is_slip_of(name, "survives") is is_slip
