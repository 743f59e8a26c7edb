"""Codes that name something, and do not look like it."""

import pytest

from simulators.laws.leaves import Leaf
from simulators.laws.short_names import Place, short_names

ORDER = "effects.order.0.number"


def names(
    differing: dict[Place, tuple[Leaf, Leaf]],
) -> dict[Place, list[int]]:
    return {place: sorted(words) for place, words in short_names(differing).items()}


@pytest.mark.parametrize(
    ("one", "other", "position"),
    [
        ("4821", "7313", 0),
        (4821, 7313, -1),
        (483920, 771204, -1),
        ("KXQT", "B7MZ", 0),
        ("KXQT", "PLMZ", 0),
    ],
)
def test_a_number_that_each_run_has_again_is_a_name(one: Leaf, other: Leaf, position: int) -> None:
    text = (f"Order {one} is placed", f"Order {other} is placed")
    found = names({(1, "text"): text, (1, ORDER): (one, other)})
    assert found[1, ORDER] == [position]
    assert (1, "text") in found or isinstance(one, int)


def test_so_it_is_in_a_later_reply() -> None:
    differing: dict[Place, tuple[Leaf, Leaf]] = {
        (turn, "text"): ("It is 4821", "It is 7313") for turn in (1, 2)
    }
    assert names(differing) == {(1, "text"): [2], (2, "text"): [2]}


@pytest.mark.parametrize(
    "differing",
    [
        {(1, "text"): ("Took 4821 ms", "Took 7313 ms")},
        {(turn, "kept.process"): (4821, 7313) for turn in (1, 2, 3)},
        {(1, "text"): ("480", "731"), (1, ORDER): ("480", "731")},
        {(1, "text"): ("KXQ", "PLM"), (1, ORDER): ("KXQ", "PLM")},
        {(1, "text"): ("Hello you", "Howdy you"), (1, "kept.last"): ("Hello you", "Howdy you")},
        {(1, "text"): ("At 4821.5", "At 7313.5"), (1, ORDER): (4821.5, 7313.5)},
        {(turn, "text"): ("1700000000", "1700000017") for turn in (1, 2)},
        {(1, "kept.at"): (1700000000, 1700000017), (1, ORDER): (1700000000, 1700000017)},
        {(1, "text"): ("4821 now", "7313 by now"), (1, ORDER): ("4821", None)},
    ],
    ids=[
        "once",
        "in one place",
        "few digits",
        "few letters",
        "words",
        "no integer",
        "an identifier",
        "a time",
        "unlike",
    ],
)
def test_another_number_is_none(differing: dict[Place, tuple[Leaf, Leaf]]) -> None:
    assert names(differing) == {}


def test_what_is_one_number_in_one_run_and_two_in_another_is_no_name() -> None:
    assert names({(1, "text"): ("4821", "7313"), (2, "text"): ("4821", "9001")}) == {}
    assert names({(1, "text"): ("7313", "4821"), (2, "text"): ("9001", "4821")}) == {}
