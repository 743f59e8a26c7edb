"""What is read of a long message."""

from datetime import date

import pytest

from coolwind.catalogue import ShopCatalogue
from coolwind.flows import BulkOrder, Facts, State
from coolwind.messages import MAX_TEXT, legible


@pytest.mark.parametrize("text", ["", "yes", "a" * MAX_TEXT])
def test_a_text_that_fits_is_read_as_it_is(text: str) -> None:
    assert legible(text) == text


@pytest.mark.parametrize(
    "text", ["word " * 200, "a" * 600, "yes" + " " * 600 + "no", "x " + "y" * 600, " " * 501]
)
def test_no_more_is_read_than_the_bound(text: str) -> None:
    assert len(legible(text)) <= MAX_TEXT


def test_the_word_at_the_cut_is_dropped() -> None:
    text = "x" * 480 + " mail hari@example.com"
    assert legible(text) == "x" * 480 + " mail [cut]"


def test_a_yes_that_was_cut_places_no_order() -> None:
    parts = ShopCatalogue().parts()
    stock = {part.part_id: part.opening_stock for part in parts}
    facts = Facts(date(2026, 1, 5), parts, stock, "CW-20260105-001", "CB-20260105-001")
    flow = BulkOrder()
    state: State | None = None
    for text in ("I need 11 remote controls", "Hari, 9876543210, hari@example.com"):
        outcome = flow.advance(state, text, facts)
        assert outcome is not None
        state = outcome.state
    assert flow.advance(state, "yes", facts).effects
    cut = flow.advance(state, legible("yes" + " " * 600 + "NO do not place it"), facts)
    assert cut is None or not cut.effects
