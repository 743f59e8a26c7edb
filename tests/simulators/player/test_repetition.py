"""What is played again has to come out the same."""

from collections.abc import Callable

import pytest

from simulators.player.repetition import first_difference
from simulators.trace import Exchange

Make = Callable[..., Exchange]


@pytest.mark.parametrize(
    ("again", "told"),
    [
        ({"name": "Anu", "asked": True}, "kept.name of turn 1 was 'Hari' at first and then 'Anu'"),
        ({"name": "Hari", "asked": 1}, "kept.asked of turn 1 was True at first and then 1"),
        ({"name": "Hari", "asked": True}, None),
    ],
)
def test_what_is_kept_is_told_where_it_is_not_the_same(
    exchange: Make, again: dict[str, object], told: str | None
) -> None:
    first = exchange(1, kept={"name": "Hari", "asked": True})
    assert first_difference([first], [exchange(1, kept=again)]) == told
