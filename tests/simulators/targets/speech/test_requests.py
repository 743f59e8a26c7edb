"""Requests that tables describe."""

import json

import pytest

from simulators.errors import TargetError
from simulators.targets.configuration.tables import Call
from simulators.targets.speech.requests import quote_path, request_of


def test_a_value_is_no_part_of_a_path() -> None:
    assert quote_path("/chat/{session_id}", {"session_id": "a/b c"}) == "/chat/a%2Fb%20c"


def test_a_path_needs_all_of_its_values() -> None:
    with pytest.raises(TargetError, match="is not known yet; send it in the query"):
        quote_path("/chat/{session_id}", {"session_id": None})


def test_what_is_not_known_yet_is_left_out() -> None:
    table = Call(
        path="/chat?lang=en",
        json={"text": "{text}", "session": "{session_id}"},
        query={"session": "{session_id}", "text": "{text}"},
        headers={"X-Session": "{session_id}"},
    )
    request = request_of(table, {"text": "a & b", "session_id": None})
    assert (request.method, request.path) == ("POST", "/chat")
    assert request.query == "lang=en&text=a+%26+b"
    assert json.loads(request.body) == {"text": "a & b"}
    assert "x-session" not in dict(request.headers)
