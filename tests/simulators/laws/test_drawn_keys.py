"""Tables whose keys are drawn are compared as lists."""

from collections.abc import Callable, Mapping

import pytest

from simulators.laws import case_of
from simulators.laws.comparison import Comparison
from simulators.laws.counterparts import counterparts, in_names_of
from simulators.laws.drawn_keys import as_list, drawn_keys
from simulators.laws.masking import mask_of
from simulators.trace import Exchange, JsonValue, Observation, Trace

Make = Callable[..., Exchange]
REMOTE, FILTER = {"part": "remote", "pieces": 11}, {"part": "filter", "pieces": 6}
DRAWN = ("a1b2c3", "d4e5f6"), ("9f8e7d", "1a2b3c"), ("77aa88", "66bb55")


def basket(exchange: Make, keys: tuple[str, ...], *lines: Mapping[str, object]) -> Exchange:
    """A turn after which these lines are kept; the reply names the first of them."""
    kept = {"basket": dict(zip(keys, lines or (REMOTE, FILTER), strict=False))}
    return exchange(1, reply=f"Line {keys[0]}", kept=kept)


def differing(exchange: Make, other: Exchange) -> list[str]:
    clean, varied = (basket(exchange, keys) for keys in DRAWN[:2])
    comparison = Comparison(mask_of({1: clean}, {1: varied}))
    return [one.path for one in comparison.of_exchanges(1, clean, other)]


def test_other_keys_are_no_difference(exchange: Make) -> None:
    assert differing(exchange, basket(exchange, DRAWN[2])) == []


def test_they_may_stand_in_another_order(exchange: Make) -> None:
    one, other = DRAWN[2]
    swapped = basket(exchange, DRAWN[2])
    kept = {"basket": {other: FILTER, one: REMOTE}}
    same = exchange(1, reply=swapped.answer.text, kept=kept)
    assert differing(exchange, same) == []


@pytest.mark.parametrize(
    "lines",
    [(REMOTE,), (REMOTE, REMOTE), (REMOTE, {**FILTER, "pieces": 7}), (REMOTE, FILTER, FILTER)],
    ids=["lost", "doubled", "changed", "more"],
)
def test_what_is_below_them_is_compared(
    exchange: Make, lines: tuple[Mapping[str, object], ...]
) -> None:
    keys = (*DRAWN[2], "55cc44")
    found = differing(exchange, basket(exchange, keys, *lines))
    assert found
    assert all(path.startswith("kept.basket.") for path in found)


def test_a_key_is_followed(exchange: Make) -> None:
    kept = {"basket": dict(zip(DRAWN[2], (FILTER, REMOTE), strict=True))}
    assert differing(exchange, exchange(1, reply=f"Line {DRAWN[2][0]}", kept=kept))


def said_twice(exchange: Make, *keys: str) -> dict[int, Exchange]:
    """Two turns with one reply, which the service keeps by keys, and sorts by them."""
    replies = (dict.fromkeys(sorted(keys[:number]), "Your number, please.") for number in (1, 2))
    return {turn: exchange(turn, kept={"said": kept}) for turn, kept in enumerate(replies, 1)}


def test_a_service_that_sorts_by_its_keys_may_keep_the_same_thing_twice(exchange: Make) -> None:
    clean, varied = said_twice(exchange, "a1b2", "c3d4"), said_twice(exchange, "b2c3", "e5f6")
    other = said_twice(exchange, "f6a7", "d4e5")
    assert case_of(Trace(tuple(other.values())), clean, mask_of(clean, varied)).found == ()


def test_what_was_kept_first_may_not_get_another_key(exchange: Make) -> None:
    clean, varied = said_twice(exchange, "a1b2", "c3d4"), said_twice(exchange, "b2c3", "e5f6")
    other = {1: said_twice(exchange, "f6a7", "d4e5")[1], 2: said_twice(exchange, "77aa", "d4e5")[2]}
    found = case_of(Trace(tuple(other.values())), clean, mask_of(clean, varied)).found
    assert [each.turn for each in found] == [2]


def test_what_stands_for_what_in_two_plays_goes_by_what_was_known_first(exchange: Make) -> None:
    one, other = said_twice(exchange, "a1b2", "c3d4"), said_twice(exchange, "f6a7", "d4e5")
    names = counterparts(tuple(one.values()), tuple(other.values()))
    assert names == {"a1b2": "f6a7", "c3d4": "d4e5"}


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a1b2": 1}, {"c3d4": 1}, {"kept"}),
        ({"a1b2": 1, "of": 2}, {"c3d4": 1, "of": 2}, {"kept"}),
        ({"lines": [{"a1b2": 1}]}, {"lines": [{"c3d4": 1}]}, {"kept.lines.0"}),
        (
            {"a1b2": {"c3d4": 1}},
            {"e5f6": {"a7b8": 1}},
            {"kept", "kept.0.item"},
        ),
        ({"a1b2": 1, "cdef": 2}, {"abcd": 1, "fedc": 2}, {"kept"}),
        ({"a1b2": 1}, {"street": 1}, set()),
        ({"4821": 1}, {"7313": 1}, {"kept"}),
        ({"17": 1}, {"18": 1}, set()),
        ({"a1b2": 1}, {"a1b2": 2}, set()),
        ({"a1b2": 1}, {"c3d4": 1, "e5f6": 2}, set()),
        ({"name": 1}, {"phone": 1}, set()),
        ({"a1b2": 1}, None, set()),
    ],
)
def test_where_such_tables_are(one: JsonValue, other: JsonValue, found: set[str]) -> None:
    assert drawn_keys(Observation(one), Observation(other)) == found  # type: ignore[arg-type]


def test_effects_have_them_too() -> None:
    rows = ({"lines": {"a1b2": 1}},), ({"lines": {"c3d4": 1}},)
    one, other = (Observation(None, {"order": each}) for each in rows)
    assert drawn_keys(one, other) == {"effects.order.0.lines"}


def test_a_list_of_them_hangs_on_no_identifier_and_no_moment() -> None:
    at = "2026-11-28T09:17:{}Z"
    one = as_list({"a1": {"n": 2, "at": at.format(40)}, "b2": {"n": 1, "at": at.format(41)}})
    other = as_list({"z9": {"n": 1, "at": at.format(39)}, "a0": {"n": 2, "at": at.format(59)}})
    assert [each["key"] for each in one] == ["b2", "a1"]
    assert [each["key"] for each in other] == ["z9", "a0"]


def test_tables_may_be_nested_deeper_than_python_can_recurse() -> None:
    deep: JsonValue = "here"
    for _ in range(5_000):
        deep = {"in": deep}
    assert as_list({"a1": deep})[0]["key"] == "a1"


def test_a_reference_of_another_play_has_its_keys_named_anew(exchange: Make) -> None:
    origin, here = (basket(exchange, keys) for keys in DRAWN[:2])
    departed = basket(exchange, DRAWN[0])
    object.__setattr__(departed, "origin", (origin,))
    renamed = in_names_of((here,), {1: departed})[1].seen.kept
    assert renamed is not None
    assert renamed["basket"] == {DRAWN[1][0]: REMOTE, DRAWN[1][1]: FILTER}
