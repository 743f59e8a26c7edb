"""Foreign text made safe to look at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.printable import block, fitted, one_line, width, wrapped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ₹250 മലയാളം", "plain ₹250 മലയാളം"),
        ("a\r\nb\nc\td", "a⏎b⏎c d"),
        ("\x1b[31m\x07\x00", "\\u001b[31m\\u0007\\u0000"),
        ("\u202egnihton\u202c", "\\u202egnihton\\u202c"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("ക\u200dഷ", "ക\u200dഷ"),
    ],
)
def test_what_does_not_print_is_spelled_out(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert one_line("x" * 1000, 10) == "x" * 9 + "…"
    assert block("x" * 1000, 10) == "x" * 9 + "…"


def test_a_block_keeps_its_lines() -> None:
    assert block("a\r\nb\x1b") == "a\nb\\u001b"


@pytest.mark.parametrize(
    "text", ["short", "很长的文字很长的文字很长", "e\u0301" * 30, "\n" * 50, ""]
)
def test_a_fitted_text_has_its_width(text: str) -> None:
    assert width(fitted(text, 20)) == 20


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two three", ["one two", "three"]),
        ("a line that is too long", ["a line", "that is", "too long"]),
        ("incomprehensible", ["incompre", "hensible"]),
        ("is it incomprehensible", ["is it", "incompre", "hensible"]),
        ("很长的文字", ["很长的文", "字"]),
        ("\x1b[1m", ["\\u001b[1", "m"]),
    ],
)
def test_text_is_wrapped_between_words_where_it_can_be(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8) == lines


@given(st.text(), st.integers(2, 40))
def test_no_wrapped_line_is_too_wide_and_nothing_is_lost(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == one_line(text).replace(" ", "")
