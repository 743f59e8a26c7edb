"""The JSON form of frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import pytest

from reports.shape import AtLeast, Json, Misfit, OneOf, fields_of, shape_of, sharing


@dataclass(frozen=True, slots=True)
class Point:
    """Something small."""

    x: int
    label: str | None = None


def test_a_dataclass_goes_to_json_and_back() -> None:
    shape = shape_of(Point)
    assert shape.encode(Point(1)) == {"x": 1, "label": None}
    assert shape.decode({"x": 1}) == Point(1)


@dataclass(frozen=True, slots=True)
class Way:
    """Something that has equal parts."""

    points: tuple[Point, ...]


def test_equal_parts_are_read_as_one_object() -> None:
    shape = sharing(fields_of(Way))
    way = shape.decode({"points": [{"x": 1}, {"x": 2}, {"x": 1}]})
    again = shape.decode({"points": [{"x": 1}]})
    assert way == Way((Point(1), Point(2), Point(1)))
    assert isinstance(way, Way)
    assert isinstance(again, Way)
    assert way.points[0] is way.points[2] is again.points[0]


@pytest.mark.parametrize("wrong", [True, 1.0, "1", [*[[]] * 2, [[[]]]], {"x": 1}])
def test_what_equals_a_part_but_has_another_shape_is_refused_all_the_same(wrong: Json) -> None:
    shape = sharing(fields_of(Way))
    shape.decode({"points": [{"x": 1}]})
    with pytest.raises(Misfit, match=r"^points\.1\.x: a whole number is expected"):
        shape.decode({"points": [{"x": wrong}]})


def test_what_is_nested_too_deeply_is_refused_with_its_place() -> None:
    deep: Json = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(Misfit, match=r"^points\.1: Point is expected, not list"):
        sharing(fields_of(Way)).decode({"points": [deep]})


def test_another_dataclass_does_not_fit() -> None:
    with pytest.raises(Misfit, match="Point is expected, not str"):
        shape_of(Point).encode("x")


def test_the_schema_of_a_truth() -> None:
    assert shape_of(bool).schema() == {"type": "boolean"}
    assert shape_of(bool).decode(True) is True


def test_a_table_is_encoded_by_its_type() -> None:
    with pytest.raises(Misfit, match="a table is expected, not list"):
        shape_of(Mapping[str, int]).encode([])


@pytest.mark.parametrize(
    "annotation",
    [
        bytes,
        list[int],
        int | str,
        tuple[int, int],
        Mapping[int, str],
        Annotated[int, OneOf(("a",))],
        Annotated[str, AtLeast(0)],
    ],
    ids=repr,
)
def test_an_annotation_without_a_form_is_refused(annotation: object) -> None:
    with pytest.raises(TypeError):
        shape_of(annotation)
