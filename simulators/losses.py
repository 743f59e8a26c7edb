"""What a customer loses by a broken law, in one sentence."""

from simulators.judge import Judged
from simulators.laws import DATA, EFFECT, STEP, TIER, Breach
from simulators.outcome import Outcome

_RESETS = {
    Outcome.SILENT_RESET: "is lost without a word, and a new session answers",
    Outcome.LOUD_RESET: "is lost, and the customer is told",
}


def loss_of(judged: Judged, outcome: Outcome) -> str:
    """What is lost by the first law that a play broke, told under that outcome."""
    first = judged.breaches[0]
    if outcome in _RESETS:
        return f"The conversation{_where_it_stood(judged, first)} {_RESETS[outcome]}."
    match first.law:
        case EFFECT.name:
            return _loss_of_effects(first)
        case DATA.name if outcome in (Outcome.LOST_TURN, Outcome.RESTORED_STALE):
            return _loss_of_data(first, outcome, goes_on=_goes_on(judged, first))
        case STEP.name if first.field == "step" and first.actual != "nothing":
            return f"The conversation stands at {first.actual}, where it was at {first.expected}."
        case TIER.name:
            served = f"served from {first.actual}, and not from {first.expected}"
            return f"The customer notices nothing, but the turn is {served}."
    return outcome.means


def _loss_of_effects(breach: Breach) -> str:
    kind, expected, actual = breach.field, breach.expected, breach.actual
    if not (expected.isdecimal() and actual.isdecimal()):
        return f"Another {kind} leaves the conversation than in the clean run."
    if actual == "0":
        return f"No {kind} leaves the conversation, where {expected} had to."
    leave = f"{kind} leaves" if actual == "1" else f"{kind}s leave"
    return f"{actual} {leave} the conversation instead of {expected}."


def _goes_on(judged: Judged, breach: Breach) -> bool:
    """Whether one session alone has answered the customer by then."""
    sessions = {
        exchange.answer.session_id
        for exchange in judged.trace.exchanges
        if exchange.customer == breach.customer and exchange.turn <= breach.turn
    }
    return len(sessions - {None}) <= 1


def _loss_of_data(breach: Breach, outcome: Outcome, *, goes_on: bool) -> str:
    what = "its message history" if breach.field == "history" else breach.field
    became = "is gone" if breach.actual == "nothing" else "is not what it was"
    if not goes_on:
        return f"Another session answers, and {what} {became}."
    if outcome is Outcome.RESTORED_STALE:
        return f"The session goes on without its last turn: {what} {became}."
    return f"The session goes on, but {what} {became}."


def _where_it_stood(judged: Judged, breach: Breach) -> str:
    """The flow and step that the customer had come to; nothing outside of any."""
    places = [
        (exchange.answer.flow, exchange.answer.step)
        for turn, exchange in sorted(judged.reference.items())
        if turn < breach.turn and exchange.customer == breach.customer
    ]
    flow, step = places[-1] if places else (None, None)
    if flow is None:
        return ""
    return f" at step {step} of {flow}" if step is not None else f" in {flow}"
