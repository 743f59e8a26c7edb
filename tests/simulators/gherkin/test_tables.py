"""Data tables, and values written in them."""

import pytest

from simulators.conversation import StockedPart
from simulators.errors import ScenarioError
from simulators.gherkin.tables import contact_message, record_of, rows_of, stocked_parts
from simulators.gherkin.values import at, leaves_named, left_over, matches

PARTS = ("part", "price", "bulk price", "stock")


def test_rows_are_read_by_their_columns_in_any_order() -> None:
    table = [["Value", "field"], ["1", "a"], ["2", "b"]]
    assert rows_of(table, ("field", "value")) == [
        {"field": "a", "value": "1"},
        {"field": "b", "value": "2"},
    ]


@pytest.mark.parametrize("table", [[["x"]], [["field", "field"], ["a", "b"]], [["field", "value"]]])
def test_other_columns_and_empty_tables_are_told(table: list[list[str]]) -> None:
    with pytest.raises(ScenarioError, match="field, value"):
        rows_of(table, ("field", "value"))


@pytest.mark.parametrize(
    "table", [[["a"]], [["a"], ["1"], ["2"]], [["a", "a"], ["1", "2"]], [["", "a"], ["1", "2"]]]
)
def test_a_record_has_one_row_and_every_column_once(table: list[list[str]]) -> None:
    with pytest.raises(ScenarioError, match="heading"):
        record_of(table)


def test_empty_cells_of_a_record_are_left_out() -> None:
    assert record_of([["a", "b"], ["1", ""]]) == {"a": "1"}


@pytest.mark.parametrize(
    ("details", "message"),
    [
        ({"name": "Hari"}, "My name is Hari"),
        ({"name": "Hari", "phone": "98"}, "My name is Hari and my phone number is 98"),
        ({"a": "1", "b": "2", "c": "3"}, "My a is 1, my b is 2 and my c is 3"),
    ],
)
def test_details_become_a_sentence(details: dict[str, str], message: str) -> None:
    assert contact_message(details) == message


def test_no_details_are_told() -> None:
    with pytest.raises(ScenarioError, match="names no detail"):
        contact_message({})


def test_prices_are_read_in_rupees() -> None:
    assert stocked_parts([PARTS, ("Fan", "₹1,850", "1690.50", "25")]) == (
        StockedPart("Fan", 185_000, 169_050, 25),
    )


@pytest.mark.parametrize("price", ["free", "-1", "1.005", "NaN", "Infinity", ""])
def test_other_prices_are_told(price: str) -> None:
    with pytest.raises(ScenarioError, match="is no price"):
        stocked_parts([PARTS, ("Fan", price, "1", "1")])


@pytest.mark.parametrize("stock", ["", "-1", "many", "1.5"])
def test_other_stocks_are_told(stock: str) -> None:
    with pytest.raises(ScenarioError, match="is no number of pieces"):
        stocked_parts([PARTS, ("Fan", "1", "1", stock)])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Hari", "Hari"),
        ("Hari", " Hari "),
        (11, "11"),
        ("12", "12"),
        (True, "true"),
        (None, "null"),
        ([1, 2], "[1,2]"),
        ("+919876543210", "9876543210"),
        ("+919876543210", "98765 43210"),
        ("+919876543210", "+919876543210"),
    ],
)
def test_a_value_matches_what_is_written(value: object, text: str) -> None:
    assert matches(value, text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Hari", "hari"),
        (11, "12"),
        ("+919876543210", "543210"),
        ("x9876543210", "9876543210"),
        (1, "true"),
        (False, "0"),
    ],
)
def test_other_values_do_not_match(value: object, text: str) -> None:
    assert not matches(value, text)  # type: ignore[arg-type]


def test_a_path_leads_through_mappings_and_rows() -> None:
    assert at({"a": [{"b": 1}, {"b": 2}]}, "a.1.b") == 2


@pytest.mark.parametrize(("path", "part"), [("x", "x"), ("a.2", "2"), ("a.b", "b"), ("a.0.0", "0")])
def test_a_path_that_leads_nowhere_names_the_part(path: str, part: str) -> None:
    with pytest.raises(KeyError) as caught:
        at({"a": ["one", "two"]}, path)
    assert caught.value.args == (part,)


def test_values_are_found_by_name_at_any_depth_and_by_path() -> None:
    value = {"a": {"pickup_location": 1}, "b": [{"pickup location": 2}]}
    assert list(leaves_named(value, "Pickup Location")) == [1, 2]
    assert list(leaves_named({"x": {"a": {"b": 1}}}, "a.b")) == [1]


def test_what_lies_beside_named_values_is_left_over() -> None:
    value = {"step": "s", "in": [{"a": 1, "b": 2, "c": "", "d": False, "e": None}], "x": 9}
    assert list(left_over(value, ["a"])) == [("b", 2)]


@pytest.mark.parametrize(("other", "told"), [("fan MOTOR", "twice; keep one"), (" ", "names no")])
def test_each_row_of_a_catalogue_is_a_part_of_its_own(other: str, told: str) -> None:
    rows = (["Fan motor", "5", "4", "1"], [other, "6", "4", "1"])
    with pytest.raises(ScenarioError, match=told):
        stocked_parts([["part", "price", "bulk price", "stock"], *rows])


def test_a_cell_that_is_json_without_end_is_a_text() -> None:
    assert not matches(11, "[" * 5_000)
