"""Whether the list of effects is ever found where `rows` looks for it."""

import pytest

from simulators.targets.configuration.tables import EffectTable, ProbeTable
from simulators.targets.probes.lists import Lists
from simulators.trace import JsonValue

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


@pytest.mark.parametrize("nothing", [None, []])
def test_a_source_at_which_there_never_was_anything_is_told(
    lists: Lists, nothing: JsonValue
) -> None:
    lists.note("order", TABLE, {"orders": nothing} if nothing is not None else None, nothing)
    assert [one.partition(" counted nothing")[0] for one in lists.absent] == ["[effects.order]"]
    lists.note("order", TABLE, {"orders": [{}]}, [{}])
    lists.note("order", TABLE, {"orders": []}, [])
    assert lists.absent == []


def test_rows_that_find_no_list_are_told_once(lists: Lists) -> None:
    lists.note("order", TABLE, {"placed": []}, None)
    assert lists.absent == []


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_a_probe_that_never_shows_anything_is_told(lists: Lists, nothing: JsonValue) -> None:
    table = ProbeTable(file="sessions.json", step="step")
    lists.note_probe(table, nothing)
    assert lists.silent == {
        "probe": (
            "[probe] shows nothing, because there was nothing at its source at any look; mend that,"
            " or leave the table out"
        )
    }
    lists.note_probe(table, {"step": None})
    lists.note_probe(table, nothing)
    assert set(lists.silent.values()) == {None}


def test_an_expression_of_the_probe_that_never_finds_anything_is_told(lists: Lists) -> None:
    lists.note_probe(ProbeTable(file="f", data="[].nmae"), [{"name": "Hari"}])
    assert lists.silent["probe"] is None
    assert lists.silent["probe.data"] == (
        '[probe] data = \'[].nmae\' never found anything, as in [{"name": "Hari"}]; mend data, or'
        " leave it out"
    )
