"""What a customer loses by a broken law, in one sentence."""

from collections.abc import Sequence

from reports.printable import one_line
from simulators.laws import DATA, EFFECT, LIVENESS, REPLY, STEP, TIER, Breach
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome

_RESETS = {
    Outcome.SILENT_RESET: "is lost silently: a new session answers",
    Outcome.LOUD_RESET: "is lost, and the customer is told",
}


_LOSES_DATA = (Outcome.LOST_TURN, Outcome.RESTORED_STALE, Outcome.INTERLEAVED)
_AT_ONCE = "Two messages were served at once:"
_MOST_NAMED = 3
_LONGEST_VALUES = 40
_HISTORY = "its message history"


def loss_of(judged: Judged, outcome: Outcome) -> str:
    """What is lost by the first law that a play broke, told under that outcome."""
    first = judged.breaches[0]
    if outcome in _RESETS:
        return f"The conversation{_where_it_stood(judged, first)} {_RESETS[outcome]}."
    match first.law:
        case EFFECT.name:
            return _loss_of_effects(first)
        case DATA.name if outcome in _LOSES_DATA or _is_only_gone(first, outcome):
            return f"{_what_goes_on(judged, first, outcome)} {_loss_of_data(judged, first)}."
        case STEP.name if first.field == "step" and first.actual != "nothing":
            return f"The conversation stands at {first.actual}, where it was at {first.expected}."
        case TIER.name:
            served = f"served from {first.actual}, and not from {first.expected}"
            return f"The customer notices nothing, but the turn is {served}."
        case REPLY.name if first.field == "repeated reply":
            return "The same message, delivered again, gets another reply than before."
        case REPLY.name if outcome is Outcome.INTERLEAVED:
            return f"{_AT_ONCE} a reply is not that of the clean run."
        case REPLY.name if outcome in _LOSES_DATA:
            told = f"no {first.field}" if first.actual == "nothing" else f"other {first.field}"
            return f"Turn {first.turn} is answered with {told}, unlike in the clean run."
        case STEP.name if outcome in _LOSES_DATA:
            stands, stood = (_place(first.field, one) for one in (first.actual, first.expected))
            is_of_two = outcome is Outcome.INTERLEAVED
            begins = f"{_AT_ONCE} the" if is_of_two else "The"
            return f"{begins} conversation is {stands}, where it was {stood}."
        case LIVENESS.name if outcome is Outcome.WEDGED:
            return _loss_of_answers(judged, first)
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


def _is_only_gone(first: Breach, outcome: Outcome) -> bool:
    """Whether nothing is there twice, though it came of a second delivery."""
    return outcome is Outcome.DUPLICATED_EFFECT and first.actual == "nothing"


def _what_goes_on(judged: Judged, breach: Breach, outcome: Outcome) -> str:
    if outcome is Outcome.INTERLEAVED:
        return _AT_ONCE
    if not _goes_on(judged, breach):
        return "Another session answers, and"
    if outcome is Outcome.RESTORED_STALE:
        return "The session goes on without its last turn:"
    return "The session goes on, but"


def _loss_of_data(judged: Judged, first: Breach) -> str:
    """What became of all that is kept, where as much became of it as of the first thing: what the
    customer told with its values, and what only the service reads, where there is nothing else."""
    is_gone = first.actual == "nothing"
    same = [
        one
        for one in judged.breaches
        if (one.law, one.turn, one.customer) == (first.law, first.turn, first.customer)
        and (one.actual == "nothing") is is_gone
    ]
    told = [one for one in same if not _is_inner(one)] or same
    values: dict[str, list[str]] = {}
    for one in told:
        values.setdefault(_name(one), []).append(one.expected)
    names = [f"{name}{_in_brackets(name, values[name])}" for name in values]
    if len(names) == 1:
        return f"{names[0]} is gone" if is_gone else f"{names[0]} is not what it was"
    more = len(names) - _MOST_NAMED
    *others, last = (*names[:_MOST_NAMED], f"{more} more") if more > 0 else names
    became = "are gone" if is_gone else "are not what they were"
    return f"{', '.join(others)} and {last} {became}"


def _is_inner(breach: Breach) -> bool:
    """Whether nobody but the service would miss it: a flag, or where the conversation stands."""
    place = breach.field.rpartition(".")[2]
    return breach.expected in ("True", "False") or place in ("flow", "step")


def _in_brackets(name: str, values: Sequence[str]) -> str:
    """The values that were kept of a thing, if they are few and short."""
    told = ", ".join(one_line(value) for value in values)
    is_plain = name != _HISTORY and "nothing" not in values and told.strip()
    return f" ({told})" if is_plain and len(told) <= _LONGEST_VALUES else ""


def _name(breach: Breach) -> str:
    return _HISTORY if breach.field == "history" else breach.field


def _loss_of_answers(judged: Judged, breach: Breach) -> str:
    """How much fails from the first message on that is never answered."""
    later = [
        exchange.answer.is_error
        for exchange in judged.trace.exchanges
        if exchange.customer == breach.customer
        and exchange.turn > breach.turn
        and not exchange.repeats
    ]
    failed = "nothing comes back" if breach.actual == "0" else f"status {breach.actual}"
    if later and all(later):
        return f"The message of turn {breach.turn} and every later one fail: {failed}."
    return f"The message of turn {breach.turn} is not answered: {failed}."


def _place(field: str, name: str) -> str:
    preposition = "in" if field == "flow" else "at"
    return f"{preposition} no {field}" if name == "nothing" else f"{preposition} {name}"


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
    return f" at {step} of {flow}" if step is not None else f" in {flow}"
