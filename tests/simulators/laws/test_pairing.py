"""The words of two texts side by side."""

import pytest

from simulators.laws.pairing import Pairing, side_by_side


def test_each_word_stands_beside_the_one_in_its_place() -> None:
    assert side_by_side("Order A-1.", "Order B-2!") == [(0, "Order", "Order"), (1, "A-1", "B-2")]


@pytest.mark.parametrize(("one", "other"), [("a b", "a"), ("a", None), (1, "1")])
def test_nothing_stands_beside_what_has_more_words_or_is_no_text(
    one: object, other: object
) -> None:
    assert side_by_side(one, other) == ()


def test_what_stands_for_one_word_alone_is_one_to_one() -> None:
    pairing = Pairing()
    for one, other in ("aA", "aA", "bB", "bC", "cD", "dD"):
        pairing.note(one, other)
    assert [one for one in "abcd" if pairing.is_one_to_one(one)] == ["a"]
