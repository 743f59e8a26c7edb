"""Prints a plan as a scenario in Gherkin that fails the same way when it is pasted."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from simulators.conversation import (
    Action,
    Break,
    Impersonate,
    Pause,
    Say,
    Script,
    SwitchTab,
)
from simulators.faults.catalogue import named
from simulators.gherkin.arrangement_text import given_steps
from simulators.judge import Judged
from simulators.laws import Breach
from simulators.targets.target import Arrangement
from simulators.trace import Exchange, JsonValue

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def print_scenario(name: str, script: Script, arrangement: Arrangement, judged: Judged) -> str:
    """The shortest scenario that shows the first breach of a play: the steps up to it, the faults
    in their places, and the check that fails, below a comment with the value of the clean run."""
    breach = judged.breaches[0]
    last_turn = max([breach.turn, *(placed.after_turn for placed in judged.plan)])
    steps = [
        *_in_order("Given", given_steps(arrangement)),
        *_in_order("When", _play(script, judged, last_turn)),
        f"# {breach.law} law: the clean run has {_one_line(breach.expected)}",
        *_in_order("Then", _check(breach, judged)),
    ]
    title = f"{_one_line(name)}, {judged.outcome.value} at turn {breach.turn}"
    lines = [f"Scenario: {title}", *(f"  {line}" for step in steps for line in step.split("\n"))]
    return "\n".join(lines) + "\n"


def _in_order(keyword: str, steps: Iterator[str]) -> Iterator[str]:
    """Steps of one kind: the first with its keyword, the rest with And."""
    for step in steps:
        yield f"{keyword} {step}"
        keyword = "And"


def _play(script: Script, judged: Judged, last_turn: int) -> Iterator[str]:
    turn = 0
    for action in script:
        yield from _action(action)
        if isinstance(action, Say):
            turn += 1
            for placed in judged.plan:
                if placed.after_turn == turn:
                    yield named(placed.fault).sentence.format(customer=_named(placed.customer))
            if turn == last_turn:
                return


def _action(action: Action) -> Iterator[str]:
    match action:
        case Say():
            yield f"{_named(action.customer)} says{_quoted(action.text)}"
        case SwitchTab():
            yield f"{_named(action.customer)} goes to tab {action.tab}"
        case Pause():
            yield f"{duration_text(action.duration)} pass"
        case Break():
            yield named(action.fault).sentence.format(customer=_named(action.customer))
        case Impersonate():
            yield f"{_named(action.customer)} presents {_named(action.victim)}'s session ID"


def _check(breach: Breach, judged: Judged) -> Iterator[str]:
    whose = _named(breach.customer)
    expected = judged.reference.get(breach.turn)
    match breach.law, breach.field:
        case ("Session", _):
            yield f"{whose}'s session is the same"
        case "Expiry", "session ID":
            yield f"{whose}'s session is new"
        case ("Expiry", "announcement"):
            yield f"{whose}'s reply says that it starts afresh"
        case (("Expiry" | "Tier"), _) if " or " not in breach.expected:
            yield f'{whose}\'s turn was served from "{breach.expected}"'
        case ("Liveness", "status"):
            yield f"{whose}'s message is accepted"
        case "Step", _ if expected is not None:
            yield _place(whose, expected)
        case "Data", _ if expected is not None and _keeps(expected, breach.field) is not None:
            kept = json.dumps(_keeps(expected, breach.field), ensure_ascii=False, sort_keys=True)
            yield f'{whose}\'s session keeps "{breach.field}" as {kept}'
        case ("Effect", _) if breach.expected.isdecimal():
            yield f'exactly {breach.expected} "{breach.field}" effects'
        case "Reply", "text" if expected is not None and "\n" not in expected.answer.text:
            yield f"{whose}'s reply is{_quoted(expected.answer.text)}"
        case "Isolation", "session ID":
            yield f"{whose}'s session is never another customer's"
        case "Isolation", _:
            yield f"{whose}'s reply does not mention{_quoted(breach.actual.split(',')[0])}"
        case _:
            yield 'the outcome is "restored"'


def _place(whose: str, expected: Exchange) -> str:
    answer = expected.answer
    if answer.flow is None:
        return f"{whose} is in no flow"
    return f'{whose}\'s conversation is at step "{answer.step}" of "{answer.flow}"'


def _keeps(expected: Exchange, path: str) -> JsonValue:
    value: JsonValue = expected.seen.kept
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _named(customer: str) -> str:
    return customer if customer.isalpha() or " " in customer else f'"{customer}"'


def _quoted(text: str) -> str:
    """A text as a step takes it: between quotes, or below the step where it has lines."""
    if text == text.strip() and text.isprintable():
        return f' "{text}"'
    return f':\n"""\n{text}\n"""'


def _one_line(text: str) -> str:
    return " ".join(text.split())


def duration_text(duration: timedelta) -> str:
    """A duration in the largest unit that leaves no rest: `31 minutes`, `1 hour`."""
    seconds = duration.total_seconds()
    for unit, size in _UNITS:
        if seconds % size == 0:
            count = int(seconds // size)
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"{seconds} seconds"


__all__: Sequence[str] = ["duration_text", "print_scenario"]
