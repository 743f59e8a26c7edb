"""Personal data masked."""

from dataclasses import replace

import pytest

from reports.masking import masked, masked_text
from reports.record import Line, Record
from reports.record_lines import line_of


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call 9876543210", "call ••••••••10"),
        ("+91 98765-43210.", "+•• •••••-•••10."),
        ("(0484) 234 5678", "(••••) ••• ••78"),
        ("No-9876543210", "No-••••••••10"),
        ("९८७६५४३२१०", "••••••••१०"),
        ("98765\u200b43210", "•••••\u200b•••10"),
        ("phone: 555-0100", "phone: •••-••00"),
        ("9876543210, 9876543211", "••••••••10, ••••••••11"),
        ("hari@example.com", "h•••@•••"),
        ("<hari.k@mail.example.com>", "<h•••@•••>"),
        ("Name is Hari and email is hari@example.com", "Name is H••• and email is h•••@•••"),
        ("my name is Asha Nair. Thanks, asha!", "my name is A••• N•••. Thanks, a•••!"),
        ("{'name': 'Hari K. Menon', 'phone': '9876543210'}", None),
        ("| name | Hari |\n| phone | 9876543210 |", "| name | H••• |\n| phone | ••••••••10 |"),
        ("Name: Hari\nPhone: 9876543210", "Name: H•••\nPhone: ••••••••10"),
    ],
)
def test_contact_details_are_masked(text: str, shown: str | None) -> None:
    hidden = masked_text(text)
    if shown is not None:
        assert hidden == shown
    assert "Hari" not in hidden
    assert "Menon" not in hidden
    assert "98765" not in hidden


@pytest.mark.parametrize(
    "text",
    [
        "session b840918e-9665-48be-9533-a000bfceb596",
        "session 00000000-0000-0000-0000-000000000001",
        "Your order CW-20251016-001 is placed.",
        "at 2025-10-16 12:30:00",
        "11 × remote control at ₹1,250 is ₹13,750",
        "name: remote control",
        "the name is wrong",
        "ready in 2 to 4 hours",
    ],
)
def test_everything_else_stays_readable(text: str) -> None:
    assert masked_text(text) == text


def test_nothing_personal_is_left_in_a_record(failing: Record) -> None:
    hidden = masked(failing)
    lines = (hidden.started, *hidden.scenarios, *hidden.findings)
    text = b"".join(line_of(line) for line in lines).decode()
    assert "9876543210" not in text
    assert "hari@example.com" not in text
    assert "Hari" not in text


def test_a_name_given_in_one_message_is_masked_in_every_other(passing: Record) -> None:
    said = Line(1, "the customer", "my name is Hari", "Thank you.")
    later = Line(2, "the customer", "done", "Goodbye, Hari!")
    scenario = replace(passing.scenarios[0], transcript=(said, later))
    (hidden, *_) = masked(replace(passing, scenarios=(scenario,))).scenarios
    assert hidden.transcript[1].reply == "Goodbye, H•••!"


def test_masking_leaves_structure_alone(failing: Record) -> None:
    hidden = masked(failing)
    assert hidden.started == failing.started
    assert hidden.ended == failing.ended
    assert hidden.findings[0].expected == failing.findings[0].expected
    assert [line.session_id for line in hidden.findings[0].faulted] == [
        line.session_id for line in failing.findings[0].faulted
    ]


def test_masking_twice_changes_nothing_more(failing: Record) -> None:
    assert masked(masked(failing)) == masked(failing)


def test_an_empty_record_has_nothing_to_mask(empty: Record) -> None:
    assert masked(empty) == empty


def test_a_product_that_is_kept_beside_a_contact_keeps_its_name(failing: Record) -> None:
    kept = '{"contact": {"name": "Meera", "phone": "9876543210"}, "line": {"name": "Fan belt"}}'
    line = replace(failing.scenarios[0].transcript[0], kept=kept, text="Meera needs a fan belt")
    scenario = replace(failing.scenarios[0], transcript=(line,))
    (seen,) = masked(replace(failing, scenarios=(scenario,), findings=())).scenarios
    assert seen.transcript[0].text == "M••• needs a fan belt"
    assert "Fan belt" in (seen.transcript[0].kept or "")
    assert "Meera" not in (seen.transcript[0].kept or "")
