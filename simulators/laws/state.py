"""Laws on what a conversation is in the middle of: step, data, effects, reply."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter

from simulators.laws.comparison import Difference
from simulators.laws.law import Breach, Case, Found, Law
from simulators.laws.leaves import Leaf, parts_beside_text
from simulators.trace import Answer, Exchange


def _check_step(case: Case) -> Iterator[Breach]:
    for found, difference in case.differences(lambda path: path in ("flow", "step")):
        yield Breach(
            "Step",
            found.turn,
            found.customer,
            difference.path,
            _show(difference.expected),
            _show(difference.actual),
        )


def _check_data(case: Case) -> Iterator[Breach]:
    for found, difference in _the_heaviest_first(case):
        yield Breach(
            "Data",
            found.turn,
            found.customer,
            difference.place.removeprefix("kept."),
            _show(difference.expected),
            _show(difference.actual),
        )


def _the_heaviest_first(case: Case) -> Iterator[tuple[Found, Difference]]:
    """What differs of all that is kept; of what came to light at once, the texts and numbers that
    are not what they were before the flags and what was empty, which nobody misses; and of a row
    that is one too many, what tells most of it."""
    kept = case.differences(lambda path: path.split(".")[0] == "kept")
    for _, together in groupby(kept, key=itemgetter(0)):
        at_once = list(together)
        beginnings: dict[str, int] = {}
        for position, (_, one) in enumerate(at_once):
            beginnings.setdefault(one.row, position)
        weights = {
            one.path: (_is_light(one.expected), beginnings[one.row], -len(_show(one.actual)))
            if one.detail and one.expected is None
            else (_is_light(one.expected), position, 0)
            for position, (_, one) in enumerate(at_once)
        }
        yield from sorted(at_once, key=lambda found: weights[found[1].path])


def _is_light(value: Leaf) -> bool:
    return value is None or value == "" or isinstance(value, bool)


def _check_effect(case: Case) -> Iterator[Breach]:
    for found, difference in case.differences(lambda path: path.split(".")[0] == "effects"):
        show = _in_row(difference.detail) if difference.detail else _count
        yield Breach(
            "Effect",
            found.turn,
            found.customer,
            difference.place.removeprefix("effects."),
            show(difference.expected),
            show(difference.actual),
        )


def _check_reply(case: Case) -> Iterator[Breach]:
    for found, difference in case.differences(lambda path: path in _OF_REPLY):
        yield Breach(
            "Reply",
            found.turn,
            found.customer,
            difference.path,
            _show(difference.expected),
            _show(difference.actual),
        )
    if not any(exchange.repeats for exchange in case.deliveries):
        return
    unsure = _without_the_model(case)
    recorded: dict[int, Answer] = {}
    for turn, exchange in case.exchanges():
        if not exchange.repeats:
            recorded[exchange.turn] = exchange.answer
        elif exchange.turn not in unsure and exchange.turn in recorded and _was_taken(exchange):
            for told, again in _told_otherwise(recorded[exchange.turn], exchange.answer):
                yield Breach("Reply", turn, exchange.customer, "repeated reply", told, again)


def _told_otherwise(recorded: Answer, again: Answer) -> Iterator[tuple[str, str]]:
    """The first part of a reply that is not the same when it is given again, as it was and is."""
    if recorded.text != again.text:
        yield recorded.text, again.text
        return
    one, other = parts_beside_text(recorded), parts_beside_text(again)
    for part, was in one.items():
        if was != other[part]:
            yield f"{part} {_show(was)}", f"{part} {_show(other[part])}"
            return


def _without_the_model(case: Case) -> frozenset[int]:
    """The turns in which the language model failed. Their reply may be another one; and so may that
    to the same message when it comes again, and a service that records no replies asks anew."""
    return frozenset(
        strike.after_turn
        for strike in case.trace.strikes
        if strike.fired and strike.point is not None and strike.point.startswith("model.")
    )


_OF_REPLY = ("text", "quick replies", "intent", "escalated")


def _was_taken(exchange: Exchange) -> bool:
    return not exchange.answer.is_error and not exchange.life.is_over


def _show(value: Leaf) -> str:
    return "nothing" if value is None else str(value)


def _count(value: Leaf) -> str:
    return "0" if value is None else str(value)


def _in_row(name: str) -> Callable[[Leaf], str]:
    """Shows a value together with its name in the row of one effect."""
    return lambda value: f"{name} {_show(value)}"


STEP = Law("Step", "The same flow and step as in the clean run.", _check_step)
DATA = Law("Data", "Nothing collected is lost or changed.", _check_data)
EFFECT = Law("Effect", "Each effect happens exactly once.", _check_effect)
REPLY = Law("Reply", "The same reply; a repeated message gets the recorded one.", _check_reply)
