"""What services of the gallery do to the slots of a flow."""

from collections.abc import Mapping, Sequence
from typing import Any

from coolwind.catalogue import Part
from coolwind.flows import State


def without_contact(state: State) -> State:
    """The state with its contact details, if it has any, as nobody had given them."""
    contact = state.get("contact")
    return {**state, "contact": dict.fromkeys(contact)} if isinstance(contact, dict) else state


def flags_as_numbers(state: State) -> State:
    """The state with 1 and 0 where its flags are true and false."""
    flags = {key: int(value) for key, value in state.items() if isinstance(value, bool)}
    return {**state, **flags}


def priced_anew(state: State, parts: Sequence[Part]) -> State:
    """The state with the prices of today in the place of those that the customer was shown."""
    lines = state.get("lines")
    if "prices" not in state or not isinstance(lines, list):
        return state
    quantities = {line["part_id"]: line["quantity"] for line in lines}
    sold = [part for part in parts if part.part_id in quantities]
    prices = {part.part_id: part.price_for(quantities[part.part_id]) for part in sold}
    return {**state, "prices": prices}


def prices_by(names: Mapping[Any, Any], state: State) -> State:
    """The state with its prices, if it has any, under other names, and without those that have
    none."""
    prices = state.get("prices")
    if not isinstance(prices, dict):
        return state
    renamed: Any = {names[key]: price for key, price in prices.items() if key in names}
    return {**state, "prices": renamed}
