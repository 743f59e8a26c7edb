"""The service's flows, quick to take the same turn again."""

import pickle
from functools import cache
from typing import cast

from coolwind.flows.bulk_order import BulkOrder
from coolwind.flows.callback import Callback
from coolwind.flows.flow import Facts, Flow, Outcome, State

SHOP_ADDRESS = "shop@example.com"

_MOST_OUTCOMES = 20_000


class RememberingFlow:
    """A flow that takes no message twice from the same state: it is a pure function.

    Each outcome is a copy, so that a service which changes it spoils nothing.
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._outcomes: dict[object, bytes] = {}

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
        situation = (
            *(pickle.dumps(state), text, facts.today, tuple(facts.parts), facts.offered),
            *(tuple(facts.stock.items()), facts.order_number, facts.callback_number),
        )
        known = self._outcomes.get(situation)
        if known is None:
            if len(self._outcomes) >= _MOST_OUTCOMES:
                self._outcomes.clear()
            known = pickle.dumps(self._flow.advance(state, text, facts))
            self._outcomes[situation] = known
        return cast("Outcome | None", pickle.loads(known))

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
