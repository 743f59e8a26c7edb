"""Errors of the core as RFC 9457 problems."""

import json

import pytest

from coolwind.errors import (
    Conflict,
    MessageReused,
    NoSuchSession,
    StoreUnavailable,
    UnreadableState,
)
from coolwind.http.problems import error_response


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (MessageReused, 422, "message-reused"),
        (NoSuchSession, 404, "no-such-session"),
        (StoreUnavailable, 503, "store-unavailable"),
        (UnreadableState, 500, "unreadable-state"),
        (Conflict, 500, "unexpected-error"),
    ],
)
def test_each_error_has_its_problem(error: type[Exception], status: int, name: str) -> None:
    response = error_response(error("It went wrong."))
    problem = json.loads(response.body)
    assert response.status_code == problem["status"] == status
    assert problem["type"] == f"urn:problem-type:coolwind:{name}"


@pytest.mark.parametrize("error", [StoreUnavailable, UnreadableState, Conflict])
def test_what_concerns_the_insides_is_not_told(error: type[Exception]) -> None:
    assert b"swordfish" not in error_response(error("/var/swordfish.db")).body
