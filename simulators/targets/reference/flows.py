"""The service's flows, quick to take the same turn again."""

import pickle
from functools import cache
from typing import cast

from coolwind.catalogue import Part
from coolwind.flows.bulk_order import BulkOrder
from coolwind.flows.callback import Callback
from coolwind.flows.flow import Facts, Flow, Outcome, State

SHOP_ADDRESS = "shop@example.com"

_MOST_OUTCOMES = 20_000
_MOST_CATALOGUES = 4


class RememberingFlow:
    """A flow that takes no message twice from the same state: it is a pure function.

    Each outcome is a copy, so that a service which changes it spoils nothing.
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        # By what is sold, which seldom changes, and is long to tell.
        self._outcomes: dict[tuple[Part, ...], dict[object, bytes]] = {}
        self._parts: tuple[Part, ...] | None = None
        self._of_parts: dict[object, bytes] = {}

    @property
    def name(self) -> str:
        """The flow's name."""
        return self._flow.name

    @property
    def steps(self) -> tuple[str, ...]:
        """The flow's steps."""
        return self._flow.steps

    def is_active(self, state: State | None) -> bool:
        """As the flow has it."""
        return self._flow.is_active(state)

    def advance(self, state: State | None, text: str, facts: Facts) -> Outcome | None:
        """What the flow made of it the first time."""
        outcomes = self._with(tuple(facts.parts))
        situation = (
            *(pickle.dumps(state), text, facts.today, facts.offered),
            *(tuple(facts.stock.items()), facts.order_number, facts.callback_number),
        )
        known = outcomes.get(situation)
        if known is None:
            if len(outcomes) >= _MOST_OUTCOMES:
                outcomes.clear()
            known = outcomes[situation] = pickle.dumps(self._flow.advance(state, text, facts))
        return cast("Outcome | None", pickle.loads(known))

    def _with(self, parts: tuple[Part, ...]) -> dict[object, bytes]:
        """What it made where these parts are sold."""
        if parts is not self._parts:
            if len(self._outcomes) >= _MOST_CATALOGUES:
                self._outcomes.clear()
            self._parts, self._of_parts = parts, self._outcomes.setdefault(parts, {})
        return self._of_parts

    def reminder(self, state: State) -> str:
        """As the flow has it."""
        return self._flow.reminder(state)


@cache
def remembering_flows() -> tuple[Flow, ...]:
    """The flows as they are deployed, in their order; every target of a process has the same, so
    that what one has read, no other reads again."""
    return (
        RememberingFlow(BulkOrder(shop_address=SHOP_ADDRESS)),
        RememberingFlow(Callback(shop_address=SHOP_ADDRESS)),
    )
