"""The customer's own name around a message."""

import pytest

from coolwind.understanding.signatures import without_signature


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Hari make it 12", "make it 12"),
        ("hari kumar here, make it 12", "make it 12"),
        ("Hari this side. Confirm", "Confirm"),
        ("make it 12 - Hari", "make it 12"),
        ("confirm, hari kumar", "confirm"),
    ],
)
def test_a_name_before_or_behind_is_left_out(text: str, rest: str) -> None:
    assert without_signature(text, "Hari Kumar") == rest


@pytest.mark.parametrize(
    "text",
    [
        "Hari",
        "make it 12",
        "Hari said yes",
        "Hari is wrong, it is Ravi",
        "Hari not Ravi",
        "not Hari",
        "12 remotes for Hari",
        "Haritha make it 12",
        "Ravi make it 12",
    ],
)
def test_a_name_of_whom_something_is_told_stays(text: str) -> None:
    assert without_signature(text, "Hari Kumar") is None
