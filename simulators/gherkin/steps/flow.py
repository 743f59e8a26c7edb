"""Checks on the flow that a session is in, and on the step of it."""

from simulators.gherkin.check import expect
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import then
from simulators.trace import Exchange

_IDLE = ("initial", "complete")


@then('{whose} conversation is at step "{step}" of "{flow}"')
def check_step(play: Play, whose: str | None, step: str, flow: str) -> None:
    """Where the last turn left the conversation."""
    exchange = play.last(whose)
    answer = exchange.answer
    expect(
        (answer.flow, answer.step) == (flow, step),
        f"step {step!r} of {flow!r}",
        _place_of(exchange),
        exchange,
    )


@then('{whose} conversation is at step "{step}" of no flow')
def check_step_alone(play: Play, whose: str | None, step: str) -> None:
    """Where the last turn left the conversation, on a service that tells a step and no flow."""
    exchange = play.last(whose)
    answer = exchange.answer
    is_there = answer.flow is None and answer.step == step
    expect(is_there, f"step {step!r} of no flow", _place_of(exchange), exchange)


@then("no flow is active")
def check_no_active_flow(play: Play) -> None:
    """The last turn left no flow that waits for the customer: none at all, or one at its step
    initial or complete."""
    exchange = play.last(None)
    is_idle = exchange.answer.flow is None or exchange.answer.step in _IDLE
    expect(is_idle, "no active flow", _place_of(exchange), exchange)


@then("{customer} is in no flow")
def check_no_flow_of(play: Play, customer: str) -> None:
    """The customer's last turn was in no flow at all."""
    exchange = play.last(customer)
    expect(exchange.answer.flow is None, "no flow", _place_of(exchange), exchange)


def _place_of(exchange: Exchange) -> str:
    answer = exchange.answer
    if answer.flow is None:
        return "no flow" if answer.step is None else f"step {answer.step!r} of no flow"
    return f"step {answer.step!r} of {answer.flow!r}"
