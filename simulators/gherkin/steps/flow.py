"""Checks on the flow that a session is in, and on the step of it."""

from simulators.gherkin.check import expect
from simulators.gherkin.play import Play
from simulators.gherkin.sentence import then
from simulators.trace import Exchange


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


@then("no flow is active")
def check_no_flow(play: Play) -> None:
    """The last turn left the conversation outside any flow."""
    _check_no_flow(play.last(None))


@then("{customer} is in no flow")
def check_no_flow_of(play: Play, customer: str) -> None:
    """The customer's last turn left the conversation outside any flow."""
    _check_no_flow(play.last(customer))


def _check_no_flow(exchange: Exchange) -> None:
    expect(exchange.answer.flow is None, "no active flow", _place_of(exchange), exchange)


def _place_of(exchange: Exchange) -> str:
    answer = exchange.answer
    if answer.flow is None:
        return "no active flow"
    return f"step {answer.step!r} of {answer.flow!r}"
