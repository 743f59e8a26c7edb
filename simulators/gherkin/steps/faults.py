"""The faults of the catalogue, each by its sentence."""

from collections.abc import Callable

from simulators.conversation import THE_CUSTOMER, Interrupt
from simulators.faults.catalogue import FAULTS
from simulators.faults.fault import Fault
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import act


def _strike(fault: Fault) -> Callable[..., None]:
    name = fault.name

    def strike_customer(play: Play, customer: str) -> None:
        play.strike(name, customer)

    def strike_service(play: Play) -> None:
        # What is seen of it is seen of the conversation that was going on.
        writers = [exchange.customer for exchange in play.trace.exchanges]
        play.strike(name, writers[-1] if writers else THE_CUSTOMER)

    def strike_inside(play: Play, point: str, turn: int) -> None:
        play.perform(Interrupt(name, point, turn))

    if not fault.strikes_between_turns:
        strike_inside.__doc__ = fault.does
        return strike_inside
    step = strike_customer if fault.strikes_a_customer else strike_service
    step.__doc__ = fault.does
    return step


for _fault in FAULTS:
    act(_fault.sentence)(_strike(_fault))
