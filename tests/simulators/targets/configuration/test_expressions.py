"""What the expressions of a file find in what a service shows."""

import pytest

from simulators.targets.configuration.expressions import Finds, as_text, found
from simulators.trace import JsonValue


def is_told(expression: str, *documents: JsonValue) -> bool:
    finds = Finds()
    for document in documents:
        finds.note("reply", {"step": expression, "flow": None}, document)
    assert finds.silent.keys() == {"reply.step"}
    return finds.silent["reply.step"] is not None


@pytest.mark.parametrize(
    ("expression", "document"),
    [
        ("stpe", {"step": "sure"}),
        ("state.stpe", {"state": {"step": "sure"}}),
        ("[].stpe", [{"step": "sure"}]),
        ("{at: stpe}", {"step": "sure"}),
        ("state[?name=='stpe'].value", {"state": []}),
        ("length(stpe)", {"step": "sure"}),
    ],
)
def test_one_that_finds_nothing_of_what_it_names_is_told(
    expression: str, document: JsonValue
) -> None:
    assert is_told(expression, document)


@pytest.mark.parametrize(
    ("expression", "document"),
    [
        ("step", {"step": "sure"}),
        ("step", {"step": None}),
        ("state.step", {"state": {"step": None}}),
        ("stage || step", {"step": "sure"}),
        ("[-1].step", [{"delta": "a"}, {"step": "sure"}]),
        ("@", {}),
    ],
)
def test_one_whose_names_are_there_is_not(expression: str, document: JsonValue) -> None:
    assert not is_told(expression, document)
    assert not is_told(expression, {"text": "Hi"}, document, {"text": "Hi"})


def test_it_is_told_with_what_was_looked_at_last() -> None:
    finds = Finds()
    finds.note("open", {"session_id": "id"}, {"sid": 1})
    assert finds.silent["open.session_id"] == (
        "[open] session_id = 'id' never found anything in this run, as in {\"sid\": 1}; mend"
        " session_id, leave it out, or run a scenario, too, in which it is there"
    )


def test_of_a_document_that_is_too_long_to_be_read_all_names_are_told() -> None:
    finds, request = Finds(), "cd456946-1c25-48ff-bc6d-0afd089db8a8"
    shown: JsonValue = {"request": request, "said": [{"text": request}, {"text": "Hi"}], "at": 1}
    finds.note("reply", {"step": "state.stpe"}, shown)
    told = finds.silent["reply.step"]
    assert told is not None
    assert "in this run, where there were request, said, at, text; mend step," in told


@pytest.mark.parametrize(("value", "text"), [("a", "a"), (3, "3"), (True, None), (None, None)])
def test_a_name_may_be_a_number(value: JsonValue, text: str | None) -> None:
    assert as_text(value) == text


def test_a_function_that_is_given_another_type_finds_nothing() -> None:
    assert found("length(step)", {"step": 3}) is None
