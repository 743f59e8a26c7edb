"""When two values, and two observations, are the same."""

import pytest

from simulators.trace import JsonValue, Observation, Row, is_same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": [True, None]}, {"b": [True, None], "a": 1}),
        ({"a": 1}, {"a": 1.0}),
        ((1, (2,)), (1, (2,))),
        ("true", "true"),
    ],
)
def test_values_are_the_same(one: JsonValue, other: JsonValue) -> None:
    assert is_same(one, other)
    assert is_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (0, False),
        ({"a": [{"b": True}]}, {"a": [{"b": 1}]}),
        ({"a": [{"b": 0.0}]}, {"a": [{"b": False}]}),
        ({"a": None}, {}),
        ([1], [1, 2]),
    ],
)
def test_values_are_not_the_same(one: JsonValue, other: JsonValue) -> None:
    assert not is_same(one, other)
    assert not is_same(other, one)


def test_observations_in_which_a_flag_became_a_number_are_not_the_same() -> None:
    flag: Row = {"is_paid": True}
    number: Row = {"is_paid": 1}
    assert Observation(flag, {"order": (flag,)}) == Observation({**flag}, {"order": ({**flag},)})
    assert Observation(flag) != Observation(number)
    assert Observation(effects={"order": (flag,)}) != Observation(effects={"order": (number,)})
