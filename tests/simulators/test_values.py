"""A value with a few fields changed is made as the standard library makes it."""

import dataclasses
from dataclasses import dataclass

import pytest

from simulators.player.standing import Customer
from simulators.values import replace


@dataclass(frozen=True, slots=True)
class _Alone:
    word: str


def test_named_fields_change_and_the_others_stay() -> None:
    customer = Customer(turn=3, session_id="a")
    assert replace(customer, turn=4) == dataclasses.replace(customer, turn=4)


def test_a_field_can_become_none() -> None:
    assert replace(Customer(session_id="a"), session_id=None) == Customer()


def test_a_class_may_have_one_field() -> None:
    assert replace(_Alone("a"), word="b") == _Alone("b")


def test_the_value_itself_stays() -> None:
    customer = Customer()
    replace(customer, turn=4)
    assert customer == Customer()


def test_a_field_that_there_is_not_is_an_error() -> None:
    with pytest.raises(TypeError, match="has not all of turns"):
        replace(Customer(), turns=4)  # type: ignore[call-arg]
