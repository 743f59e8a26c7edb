"""The flows: dialogues of several turns, as pure functions."""

from coolwind.flows.bulk_order import BulkOrder
from coolwind.flows.callback import Callback
from coolwind.flows.flow import Facts, Flow, Outcome, State

__all__ = ["BulkOrder", "Callback", "Facts", "Flow", "Outcome", "State"]
