"""Prints a plan as a scenario in Gherkin that fails the same way when it is pasted."""

import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from reports.printable import one_line
from simulators.conversation import (
    Action,
    Break,
    ChangeCatalogue,
    ClaimUser,
    Impersonate,
    Interrupt,
    OmitUser,
    Operate,
    Operation,
    Pause,
    Read,
    Resend,
    Say,
    Script,
    SwitchTab,
)
from simulators.faults.catalogue import named
from simulators.faults.fault import Contract, Together
from simulators.gherkin.arrangement_text import catalogue_table, given_steps
from simulators.gherkin.exact_check import exact_check
from simulators.gherkin.wording import customer_name, duration_text, text_argument
from simulators.laws import ISOLATION, LIVENESS, SESSION, Breach
from simulators.laws.judge import Judged
from simulators.laws.mask import Mask
from simulators.laws.outcome import Outcome
from simulators.plan import Placed
from simulators.targets.target import Arrangement, Capability
from simulators.trace import Exchange, Life, Strike, Trace

_LONGEST_COMMENT = 200
_DAY: Final = re.compile(r"(?<!\d)20\d\d(-?)[01]\d\1[0-3]\d(?!\d)")


def print_scenario(
    name: str,
    script: Script,
    arrangement: Arrangement,
    judged: Judged,
    varying: Mask = MappingProxyType({}),
) -> str:
    """The shortest scenario that shows the first breach of a play: the steps up to the one that
    brought it to light, the faults in their places, and the check that fails, below a comment with
    the value of the clean run. Of what is `varying` from play to play, no check asks for the value
    that it had in one."""
    breach = judged.breaches[0]
    clean = one_line(" ".join(breach.expected.split()), _LONGEST_COMMENT) or "nothing"
    steps = [
        *_in_order("Given", given_steps(arrangement)),
        *_in_order("When", _play(script, judged)),
        f"# {breach.law} law: the clean run has {clean}",
        f"Then {_check(script, breach, judged, varying)}",
    ]
    title = f"{one_line(' '.join(name.split()))}, {judged.outcome.value} at turn {breach.turn}"
    lines = [f"Scenario: {title}", *(f"  {line}" for step in steps for line in step.split("\n"))]
    return "\n".join(lines) + "\n"


def _in_order(keyword: str, steps: Iterator[str]) -> Iterator[str]:
    """Steps of one kind: the first with its keyword, the rest with And."""
    for step in steps:
        yield f"{keyword} {step}"
        keyword = "And"


def _play(script: Script, judged: Judged) -> Iterator[str]:
    readings = sum(exchange.turn == 0 for exchange in judged.shown.exchanges)
    turns = len(judged.shown.turns)
    strikes = [strike for strike in judged.shown.strikes if strike.is_between_turns]
    inside: list[Interrupt] = []
    for action in _with_faults(script, judged):
        if isinstance(action, Interrupt):
            # It goes with the delivery behind it.
            inside.append(action)
            continue
        if not (turns or readings or strikes or isinstance(action, Resend)):
            return
        turns -= isinstance(action, Say)
        readings -= isinstance(action, Read)
        if not isinstance(action, Break) or _is_step(strikes.pop(0), judged.trace):
            yield from map(_action, (*inside, action))
            inside.clear()


def _is_step(strike: Strike, trace: Trace) -> bool:
    """Whether a fault has its step: one that found nothing to strike has none, because the step
    would fail. A chat that the service refused to clear is what the customer lived through."""
    if strike.fired or strike.fault != "clear-chat":
        return strike.fired
    position = next(i for i, one in enumerate(trace.happenings) if one is strike)
    later = Trace(trace.happenings[position:]).exchanges
    own = [exchange for exchange in later if exchange.customer == strike.customer]
    return any(not exchange.life.is_over for exchange in own[:1])


def _with_faults(script: Script, judged: Judged) -> Iterator[Action]:
    """The actions of a play: those of the script, and the faults of a plan in their places."""
    turn = 0
    for action in script:
        if not isinstance(action, Say):
            yield action
            continue
        turn += 1
        here = [placed for placed in judged.plan if placed.after_turn == turn]
        yield from _interruptions(here, tries=0)
        yield action
        sent = _sent(judged, turn)
        for tries in range(1, _deliveries(here, judged, turn)):
            yield from _breaks(here, tries)
            yield from _interruptions(here, tries)
            # Sent again where it was answered, it might heal what is to be shown.
            was_answered = tries >= len(sent) and not sent[-1].answer.is_error
            yield Resend(action.customer, unless_answered=was_answered)
        yield from _breaks(here, tries=0)


def _deliveries(here: Sequence[Placed], judged: Judged, turn: int) -> int:
    """How often the message of a turn was sent because of the faults inside it; what two messages
    that overlap have to send again is part of that fault. Who writes on and has no session to go on
    with would send it again, even if it was answered: by a correct service it may not be. What was
    not answered, although a fault only took its time, is told by that, and what was refused when
    nothing failed any more, by the first time."""
    if not any(named(placed.fault).inside for placed in here):
        return 1
    slow = [placed for placed in here if named(placed.fault).only_takes_time]
    breach = judged.breaches[0]
    sent = _sent(judged, turn)
    if slow and (breach.law, breach.turn) == (LIVENESS.name, turn):
        return slow[-1].tries + 1
    refused = [one.answer.is_error and not one.interrupted for one in sent]
    if (breach.law, breach.turn) == (LIVENESS.name, turn) and True in refused:
        return refused.index(True) + 1
    goes_on = judged.shown.exchanges[-1] not in sent
    is_given_up = any(placed.is_given_up for placed in here)
    is_open = sent[-1].life is Life.NONE and turn in _left_alone(judged.trace)
    return len(sent) + (goes_on and is_open and not is_given_up)


def _sent(judged: Judged, turn: int) -> Sequence[Exchange]:
    """How the message of a turn was answered, each time that the customer sent it."""
    return [one for one in judged.trace.exchanges if one.turn == turn and not one.repeats]


def _left_alone(trace: Trace) -> frozenset[int]:
    """The turns that have happened or not, on a correct service: a fault struck inside the last
    delivery of the message after which it may have no answer, and nobody sent it again."""
    delivered: dict[int, Exchange] = {}
    struck: set[int] = set()
    for happening in trace.happenings:
        if isinstance(happening, Exchange) and not happening.repeats:
            delivered[happening.turn] = happening
            struck.discard(happening.turn)
        elif isinstance(happening, Strike) and (sent := delivered.get(happening.after_turn)):
            struck |= {sent.turn} if _may_end_it(happening, sent) else set()
    return frozenset(struck)


def _may_end_it(strike: Strike, delivered: Exchange) -> bool:
    """Whether a fault inside a delivery may leave it without an answer on a correct service. A
    process that dies behind its answer does so on any service."""
    if strike.point is None:
        return False
    found = named(strike.fault)
    inside = found.inside
    if inside is None or inside.spoils_reply:
        return False
    return delivered.answer.is_error or (not inside.kills and found.contract is Contract.RETRYABLE)


def _interruptions(here: Sequence[Placed], tries: int) -> Iterator[Action]:
    for placed in here:
        if placed.point and placed.tries == tries:
            yield Interrupt(placed.fault, placed.point, placed.after_turn)


def _breaks(here: Sequence[Placed], tries: int) -> Iterator[Action]:
    for placed in here:
        if not placed.point and placed.tries == tries:
            yield Break(placed.fault, placed.customer)


def _action(action: Action) -> str:
    match action:
        case Say():
            return f"{customer_name(action.customer)} says{text_argument(action.text)}"
        case SwitchTab():
            return f"{customer_name(action.customer)} goes to tab {action.tab}"
        case Pause():
            duration = duration_text(action.duration)
            return f"{duration} passes" if duration.startswith("1 ") else f"{duration} pass"
        case Break():
            return named(action.fault).sentence.format(customer=customer_name(action.customer))
        case Impersonate():
            victim = customer_name(action.victim)
            return f"{customer_name(action.customer)} presents {victim}'s session ID"
        case OmitUser():
            return f"{customer_name(action.customer)}'s page sends no user ID"
        case ClaimUser():
            victim = customer_name(action.victim)
            return f"{customer_name(action.customer)}'s page sends {victim}'s user ID"
        case Read():
            return f"{customer_name(action.customer)} asks for the conversation so far"
        case Operate():
            return action.operation.value
        case ChangeCatalogue():
            return "the shop changes the catalogue to" + catalogue_table(action.parts)
        case Interrupt():
            return named(action.fault).sentence.format(point=action.point, turn=action.turn)
        case Resend():
            condition = " if it was not answered" if action.unless_answered else ""
            return f"{customer_name(action.customer)} sends the last message again{condition}"


def _check(script: Script, breach: Breach, judged: Judged, varying: Mask) -> str:
    step = exact_check(breach, judged, varying)
    is_certain = _is_certain(script, breach, judged) and not _is_of_another_day(step, judged)
    if step is not None and is_certain and (breach.law == "Reply" or _stays_as_it_is(step)):
        return step
    if _ends_meanwhile(script, judged):
        return f'the outcome is "{Outcome.RESTORED} or {Outcome.FRESH}"'
    began_anew = any(exchange.life.is_over for exchange in judged.shown.exchanges)
    return f'the outcome is "{Outcome.FRESH if began_anew else Outcome.RESTORED}"'


def _is_of_another_day(step: str | None, judged: Judged) -> bool:
    """Whether a step asks for the day of the clean run, such as in the number of an order, where a
    fault has let time pass."""
    passes = any(Capability.CLOCK in named(placed.fault).needs for placed in judged.plan)
    return passes and step is not None and _DAY.search(step) is not None


def _stays_as_it_is(step: str) -> bool:
    """Whether a feature file can hold a step, with its table, as it is."""
    return step.replace("\n  |", "|").isprintable()


def _is_certain(script: Script, breach: Breach, judged: Judged) -> bool:
    """Whether a correct service has what the clean run has: a message that was left alone made a
    turn there or not, one that was served while the chat was cleared belongs to the old
    conversation or to the new one, and none is taken while the store is unreachable, or fails."""
    if Operate(Operation.STORE_OUTAGE) in script or _may_be_refused(breach, judged):
        return breach.law == ISOLATION.name
    if _ends_meanwhile(script, judged):
        return breach.law in (ISOLATION.name, LIVENESS.name)
    is_open = not _left_alone(judged.trace).isdisjoint(judged.shown.turns)
    is_open |= any(way.leaves_alone for way in _ways(script, judged))
    return breach.law in _WHATEVER_HAPPENED or not is_open


def _ends_meanwhile(script: Script, judged: Judged) -> bool:
    """Whether a session ends while a message is served, which then belongs to the old conversation
    or to a new one."""
    return any(not way.beside.is_message for way in _ways(script, judged))


def _ways(script: Script, judged: Judged) -> Iterator[Together]:
    """How something is served at once with a message, each time that something is."""
    for action in _with_faults(script, judged):
        together = named(action.fault).together if isinstance(action, Interrupt) else None
        if together is not None:
            yield together


def _may_be_refused(breach: Breach, judged: Judged) -> bool:
    """Whether the breach is in the answer to a message that a correct service may refuse, because a
    fault struck in that delivery."""
    here = judged.shown.turns.get(breach.turn)
    struck = [named(placed.fault) for placed in judged.plan if placed.after_turn == breach.turn]
    may_refuse = any(
        fault.inside and fault.contract is Contract.RETRYABLE and not fault.inside.spoils_reply
        for fault in struck
    )
    return here is not None and here.interrupted and may_refuse


_WHATEVER_HAPPENED = (SESSION.name, ISOLATION.name, LIVENESS.name)
"""The laws that ask for the same, whether a message that was left alone made a turn or not."""
