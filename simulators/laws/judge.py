"""Judges one play: the laws that it broke, and the outcome in one word."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from reports.record import NO_RETRY
from simulators.faults.catalogue import named
from simulators.faults.fault import Beside, Fault
from simulators.laws import (
    DATA,
    EFFECT,
    ISOLATION,
    LAWS,
    REPLY,
    STEP,
    TIER,
    Breach,
    Case,
    case_of,
)
from simulators.laws.leaves import Leaves, observed
from simulators.laws.mask import Mask
from simulators.laws.outcome import Outcome
from simulators.plan import Plan
from simulators.trace import Answer, Exchange, Observation, Strike, Trace


@dataclass(frozen=True, slots=True)
class Judged:
    """One play of one plan, judged.

    `reference` holds, by turn, what each exchange had to equal. `breaches` come in the order of
    the turns, in one turn the one nearest to the cause first; but leaks come before all others,
    and wrong tiers, which harm nobody, after them. `shown` is the trace up to and including what
    brought the first of them to light, or the whole trace where there is none; the outcome is
    that of `shown`, and `otherwise` what it would be called if no two messages had overlapped.
    """

    plan: Plan
    trace: Trace
    reference: Mapping[int, Exchange]
    breaches: tuple[Breach, ...]
    outcome: Outcome
    shown: Trace
    otherwise: Outcome


def judge(plan: Plan, trace: Trace, reference: Mapping[int, Exchange], mask: Mask) -> Judged:
    """Apply every law."""
    case = case_of(trace, reference, mask)
    breaches = breaches_of(case)
    if not breaches:
        return unbroken(plan, case)
    first, reference = breaches[0], case.reference
    case = _beginning(trace, reference, mask, first)
    last = _last_fault_before(case, first)
    outcome = _outcome(case, first, last)
    has_overlapped = last is not None and last.together is not None
    otherwise = _outcome(case, first, None) if has_overlapped else outcome
    return Judged(plan, trace, reference, breaches, outcome, case.trace, otherwise)


def unbroken(plan: Plan, case: Case) -> Judged:
    """The same of a case that is known to break no law."""
    began_anew = any(exchange.life.is_over for exchange in case.deliveries)
    outcome = Outcome.FRESH if began_anew else Outcome.RESTORED
    return Judged(plan, case.trace, case.reference, (), outcome, case.trace, outcome)


def breaches_of(case: Case) -> tuple[Breach, ...]:
    """Every breach, in the order in which `Judged` has them."""
    return tuple(
        sorted(
            (breach for law in LAWS for breach in law.check(case)),
            key=lambda one: (_RANK.get(one.law, 0), one.turn, _ORDER[one.law]),
        )
    )


_ORDER = {law.name: position for position, law in enumerate(LAWS)}
_RANK = {ISOLATION.name: -1, TIER.name: 1}


def _beginning(trace: Trace, reference: Mapping[int, Exchange], mask: Mask, breach: Breach) -> Case:
    """The shortest beginning of a trace that has a breach of the whole; a repeated delivery, and a
    message that is left alone, go with the fault behind them, and messages that overlap go
    together."""
    for end, (happening, following) in enumerate(pairwise(trace.happenings), start=1):
        turn = happening.after_turn if isinstance(happening, Strike) else happening.turn
        goes_on = isinstance(happening, Exchange) and (happening.repeats or happening.overlapped)
        goes_on |= isinstance(following, Strike) and not following.is_between_turns
        if turn >= breach.turn and not goes_on:
            case = case_of(Trace(trace.happenings[:end]), reference, mask)
            if breach in breaches_of(case):
                return case
    return case_of(trace, reference, mask)


def _outcome(case: Case, first: Breach, last: Fault | None) -> Outcome:
    """The outcome that a broken law amounts to, after that fault; the case ends where it came to
    light."""
    together = None if last is None else last.together
    if _is_duplicate(first) and (together is None or together.beside is not Beside.NEXT):
        return Outcome.DUPLICATED_EFFECT
    match first.law, first.field:
        case "Isolation", _:
            return Outcome.LEAKED
        case "Liveness", "status of the first try":
            return Outcome.UNAVAILABLE
        case "Tier", _:
            return Outcome.RESTORED
    if together is not None and first.law in _OF_A_TURN:
        return Outcome.INTERLEAVED if together.beside.is_message else Outcome.HALF_EXPIRED
    match last and last.name:
        case "deploy":
            return Outcome.VERSION_SKEW
        case "duplicate" | "late-duplicate" if first.law in ("Step", "Data", "Reply"):
            is_back = _is_taken_back(case, first)
            return Outcome.RESTORED_STALE if is_back else Outcome.DUPLICATED_EFFECT
    match first.law, first.field:
        case "Liveness", _:
            return Outcome.WEDGED
        case "Expiry", "announcement":
            return Outcome.SILENT_RESET
        case "Expiry", "text":
            return Outcome.HALF_EXPIRED
        case "Expiry", _:
            return Outcome.ZOMBIE
        case "Session", _:
            return _outcome_of_another_session(case, first)
        case "Reply", "repeated reply":
            return Outcome.DUPLICATED_EFFECT
    if _came_of_an_end(case, first):
        return Outcome.HALF_EXPIRED
    if _is_kept_twice(case, first):
        return Outcome.DUPLICATED_EFFECT
    return Outcome.RESTORED_STALE if _lacks_last_turn(case, first) else Outcome.LOST_TURN


_OF_A_TURN = (EFFECT.name, STEP.name, DATA.name, REPLY.name)


def _is_duplicate(breach: Breach) -> bool:
    return (
        breach.law == "Effect"
        and breach.expected.isdecimal()
        and breach.actual.isdecimal()
        and int(breach.actual) > int(breach.expected)
    )


def _outcome_of_another_session(case: Case, breach: Breach) -> Outcome:
    """Another session than the one expected answered: a new one, or one left behind before."""
    before, new = set[str | None](), list[Answer]()
    for turn, exchange in case.exchanges():
        if exchange.customer == breach.customer and turn < breach.turn:
            before.add(exchange.answer.session_id)
        elif exchange.customer == breach.customer and turn == breach.turn:
            new += [exchange.answer] if exchange.answer.session_id not in before else []
    if not new:
        return Outcome.ZOMBIE
    return Outcome.LOUD_RESET if new[-1].fresh else Outcome.SILENT_RESET


def _came_of_an_end(case: Case, breach: Breach) -> bool:
    """Whether the conversation had ended and begun anew before, with no fault since, and none in
    the very turn where that was the one by which it began."""
    interrupted = {one.turn for one in case.deliveries if one.interrupted}
    began_anew = False
    for happening in case.trace.happenings:
        if isinstance(happening, Strike):
            began_anew = False
        elif happening.customer == breach.customer and happening.life.is_over:
            began_anew = happening.turn < breach.turn or happening.turn not in interrupted
    return began_anew


def _last_fault_before(case: Case, breach: Breach) -> Fault | None:
    faults = [
        strike.fault
        for strike in case.trace.strikes
        if strike.fired and strike.fault != NO_RETRY and strike.after_turn <= breach.turn
    ]
    return named(faults[-1]) if faults else None


def _is_kept_twice(case: Case, breach: Breach) -> bool:
    """Whether something that the customer said is kept more often than in the clean run: a message
    was taken twice, or what was restored was added to itself."""
    expected = case.reference.get(breach.turn)
    if breach.law == "Effect" or expected is None:
        return False
    own = [one for one in case.trace.exchanges if one.customer == breach.customer]
    kept, usual = _words(own[-1].seen), _words(expected.seen)
    return any(kept[one.text] > usual[one.text] > 0 for one in own)


def _is_taken_back(case: Case, breach: Breach) -> bool:
    """Whether a message that came again took the conversation back to where it had been then: what
    is kept otherwise than in the clean run is as a turn before had left it, or the next turn went
    on from there, and no message was taken twice."""
    expected = case.reference.get(breach.turn)
    own = [one for one in case.deliveries if one.customer == breach.customer]
    if breach.law == REPLY.name or expected is None or _is_kept_twice(case, breach):
        return False
    kept, wanted = _kept(own[-1].seen), _kept(expected.seen)
    if not own[-1].repeats:
        # Only who keeps what was said shows that none of it was taken twice.
        is_told = any(one.text in _words(expected.seen) for one in own)
        return is_told and _lacks_last_turn(case, breach)
    changed = [path for path in {**wanted, **kept} if kept.get(path) != wanted.get(path)]
    before = (
        _kept(one.seen)
        for turn, one in case.reference.items()
        if turn < breach.turn and one.customer == breach.customer
    )
    return any(all(kept.get(path) == was.get(path) for path in changed) for was in before)


def _lacks_last_turn(case: Case, breach: Breach) -> bool:
    """Whether what was kept when the fault had struck is what the turn before had left; or else,
    whether the conversation went on from there."""
    own = [
        turn
        for turn, exchange in sorted(case.reference.items())
        if exchange.customer == breach.customer and not exchange.answer.is_missing
    ]
    for strike in case.trace.strikes:
        before = [turn for turn in own if turn <= strike.after_turn]
        if len(before) >= 2 and strike.customer == breach.customer:
            kept = case.reference[before[-2]].seen.kept
            if kept is not None and _kept(strike.seen) == _kept(Observation(kept)):
                return True
    exchange = case.trace.turns.get(breach.turn)
    earlier = [case.reference[turn] for turn in own if turn < breach.turn]
    if exchange is None or not earlier:
        return False
    expected, last = case.reference[breach.turn], earlier[-1]
    here, wanted, there = _place(exchange), _place(expected), _place(last)
    if here == there != wanted:
        return True
    before_last = earlier[-2:-1]
    return any(
        (here == _place(one) and wanted == there != here)
        or _goes_on_without(last, one, expected, exchange)
        for one in before_last
    )


def _place(exchange: Exchange) -> tuple[str | None, str | None]:
    return exchange.answer.flow, exchange.answer.step


def _goes_on_without(
    last: Exchange, before_last: Exchange, expected: Exchange, actual: Exchange
) -> bool:
    """Whether all that the last turn had brought is gone, and nothing that was there before it."""
    kept, lasting = _words(actual.seen), _words(expected.seen).keys()
    earlier = _words(before_last.seen).keys() & lasting
    brought = (_words(last.seen).keys() & lasting) - earlier
    is_told = bool(brought and earlier)
    return is_told and kept.keys().isdisjoint(brought) and earlier <= kept.keys()


def _words(seen: Observation) -> Counter[str]:
    """The texts that the service keeps of a session, and how often each."""
    return Counter(value for value in _kept(seen).values() if isinstance(value, str))


def _kept(seen: Observation) -> Leaves:
    return observed(Observation(seen.kept))
