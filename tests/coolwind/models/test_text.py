"""Text that can be stored and shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolwind.models.text import MAX_ANSWER, presentable, storable

any_text = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\r", "\ud800", "\u202e"])
def test_a_character_unfit_to_store_or_show_is_dropped(character: str) -> None:
    assert storable(f"a{character}b") == "ab"


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "₹1,250.00", "👩\u200d🔧", "റിമോട്ട്\u200c"])
def test_what_people_write_is_kept(text: str) -> None:
    assert storable(text) == text


def test_a_text_at_the_bound_is_whole() -> None:
    assert presentable("x" * MAX_ANSWER) == "x" * MAX_ANSWER


def test_a_text_past_the_bound_ends_with_an_ellipsis() -> None:
    assert presentable("x" * (MAX_ANSWER + 1)) == "x" * (MAX_ANSWER - 1) + "…"


@given(any_text)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert presentable(presentable(text)) == presentable(text)
