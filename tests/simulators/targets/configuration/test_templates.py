"""Names in braces, and what is put in their place."""

from simulators.targets.configuration.templates import filled, filled_json, filled_table


def test_a_name_gives_way_to_its_value() -> None:
    assert (
        filled("chat {number} of {customer}", {"number": 7, "customer": "Hari"}) == "chat 7 of Hari"
    )


def test_a_text_with_a_value_that_is_not_known_is_none() -> None:
    assert filled("{session_id}", {"session_id": None}) is None


def test_doubled_braces_are_braces() -> None:
    assert filled("{{text}} {text}", {"text": "x"}) == "{text} x"


def test_a_key_whose_value_is_not_known_yet_is_left_out() -> None:
    template = {"message": "{text}", "in": {"session": "{session_id}"}, "list": ["{session_id}", 1]}
    values = {"text": "Hello", "session_id": None}
    assert filled_json(template, values) == {"message": "Hello", "in": {}, "list": [1]}
    assert filled_table({"a": "{text}", "b": "{session_id}"}, values) == {"a": "Hello"}


def test_a_number_that_stands_alone_stays_a_number() -> None:
    assert filled_json(["{n}", "no. {n}"], {"n": 7}) == [7, "no. 7"]
