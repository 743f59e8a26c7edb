"""What services of the gallery do to the slots of a flow."""

from coolwind.flows import State


def without_contact(state: State) -> State:
    """The state with its contact details, if it has any, as nobody had given them."""
    contact = state.get("contact")
    return {**state, "contact": dict.fromkeys(contact)} if isinstance(contact, dict) else state
