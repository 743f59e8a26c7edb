"""The JSON form of frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import pytest

from reports.shape import AtLeast, Misfit, OneOf, shape_of


@dataclass(frozen=True, slots=True)
class Point:
    """Something small."""

    x: int
    label: str | None = None


def test_a_dataclass_goes_to_json_and_back() -> None:
    shape = shape_of(Point)
    assert shape.encode(Point(1)) == {"x": 1, "label": None}
    assert shape.decode({"x": 1}) == Point(1)


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
