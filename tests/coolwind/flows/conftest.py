"""Talking to a flow in tests: what it knows of the world, and messages one after the other."""

import json
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import pytest

from coolwind.catalogue import ShopCatalogue
from coolwind.flows import Facts, Flow, Outcome, State

Talk: TypeAlias = Callable[..., Outcome]


@pytest.fixture(scope="session")
def facts() -> Facts:
    """A shop whose shelves are full."""
    parts = ShopCatalogue().parts()
    return Facts(
        today=date(2026, 11, 22),
        parts=parts,
        stock={part.part_id: part.opening_stock for part in parts},
        order_number="CW-20261122-001",
        callback_number="CB-20261122-001",
    )


@pytest.fixture
def talk(flow: Flow, facts: Facts) -> Talk:
    """Says several messages one after the other; each has to be taken by the flow."""
    shop = facts

    def say(*texts: str, facts: Facts = shop, state: State | None = None) -> Outcome:
        outcome = None
        for text in texts:
            outcome = flow.advance(state, text, facts)
            assert outcome is not None, text
            state = json.loads(json.dumps(outcome.state))
        assert outcome is not None
        return outcome

    return say
