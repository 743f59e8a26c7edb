"""Whether the list of effects is ever found where `rows` looks for it."""

import pytest

from simulators.targets.configuration.tables import EffectTable
from simulators.targets.probes.lists import Lists

TABLE = EffectTable(url="http://127.0.0.1/orders", rows="orders")


@pytest.fixture
def lists() -> Lists:
    return Lists()


def test_rows_that_find_no_list_are_told_with_what_was_looked_at(lists: Lists) -> None:
    lists.note("order", TABLE, {"placed": []}, None)
    assert lists.silent == {
        "effects.order": (
            "[effects.order] counts nothing, because rows = 'orders' was never a list, as in"
            ' {"placed": []}; mend rows'
        )
    }


def test_rows_that_find_something_else_than_a_list_are_told(lists: Lists) -> None:
    lists.note("order", TABLE, {"orders": {"1": "paid"}}, {"1": "paid"})
    assert lists.silent["effects.order"] is not None


@pytest.mark.parametrize("first", [True, False])
def test_an_empty_list_is_one(lists: Lists, *, first: bool) -> None:
    for is_there in (first, not first):
        rows = [] if is_there else None
        lists.note("order", TABLE, {"orders": rows}, rows)
    assert lists.silent == {"effects.order": None}


def test_nothing_is_said_of_what_was_not_there_yet(lists: Lists) -> None:
    lists.note("order", TABLE, None, None)
    assert lists.silent == {}
