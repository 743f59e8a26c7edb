"""Laws on what a conversation is in the middle of: step, data, effects, reply."""

from collections.abc import Iterator

from simulators.comparison import Leaf
from simulators.laws.law import Breach, Case, Law


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
    for found, difference in case.differences(lambda path: path.split(".")[0] == "kept"):
        yield Breach(
            "Data",
            found.turn,
            found.customer,
            difference.path.removeprefix("kept."),
            _show(difference.expected),
            _show(difference.actual),
        )


def _check_effect(case: Case) -> Iterator[Breach]:
    for found, difference in case.differences(lambda path: path.split(".")[0] == "effects"):
        yield Breach(
            "Effect",
            found.turn,
            found.customer,
            difference.path.removeprefix("effects."),
            _show(difference.expected),
            _show(difference.actual),
        )


def _check_reply(case: Case) -> Iterator[Breach]:
    for found, difference in case.differences(lambda path: path == "text"):
        yield Breach(
            "Reply",
            found.turn,
            found.customer,
            "text",
            _show(difference.expected),
            _show(difference.actual),
        )
    first_replies: dict[int, str] = {}
    for exchange in case.trace.exchanges:
        text = exchange.answer.text
        original = first_replies.setdefault(exchange.turn, text)
        if exchange.repeats and text != original and not exchange.life.is_over:
            yield Breach(
                "Reply", exchange.turn, exchange.customer, "repeated reply", original, text
            )


def _show(value: Leaf) -> str:
    return "nothing" if value is None else str(value)


STEP = Law("Step", "The same flow and step as in the clean run.", _check_step)
DATA = Law("Data", "Nothing collected is lost or changed.", _check_data)
EFFECT = Law("Effect", "Each effect happens exactly once.", _check_effect)
REPLY = Law("Reply", "The same reply; a repeated message gets the recorded one.", _check_reply)
