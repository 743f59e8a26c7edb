"""One scenario under its fault plans: clean run, exploration, findings, what goes to the record."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.record import Cell, Exploration, FindingFound, Line
from simulators.conversation import Break, Script, SwitchTab
from simulators.explorer import Explorer, Missed
from simulators.faults.catalogue import named
from simulators.faults.fault import Contract, Fault
from simulators.gherkin.printer import print_scenario
from simulators.judge import Judged
from simulators.outcome import Outcome
from simulators.plan import Plan, describe
from simulators.player import Player
from simulators.targets.target import Arrangement, Target
from simulators.trace import Exchange, Observation, Strike, Trace
from simulators.verdict import rule


@dataclass(frozen=True, slots=True)
class Options:
    """How to explore: the seed of all identifiers, the most faults in one plan, which faults."""

    seed: int
    depth: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Explored:
    """What an exploration brought to light, in the words of the run record."""

    exploration: Exploration
    findings: tuple[FindingFound, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """What findings are grouped by: one cause is one finding, however many plans show it."""

    law: str
    outcome: Outcome
    field: str


def explore(
    name: str, script: Script, arrangement: Arrangement, target: Target, options: Options
) -> Explored:
    """Play a script under every fault plan, and judge each play against the clean run."""
    player = Player(target, options.seed)
    explorer = Explorer(player, script, arrangement)
    clean = explorer.clean(Player(target, options.seed + 1))
    judged, missed = [], []
    tiers: Counter[str] = Counter()
    for result in explorer.explore(clean, options.faults, options.depth):
        if isinstance(result, Missed):
            missed.append(result)
        else:
            judged.append(result)
            tiers.update(_tiers(result.trace))
    broken = {result.plan: result for result in judged if result.breaches}
    judged = [_without_false_skew(result, broken) for result in judged]
    # Where two clean runs differ, a difference from one of them says nothing.
    findings = () if clean.wavering else _findings(name, script, arrangement, judged)
    doubts = [f"the clean run is not repeatable: {what}" for what in clean.wavering[:1]]
    if all(result.plan for result in judged):
        doubts += _doubts(options.faults, judged, missed)
    ruling = rule([finding.sentence for finding in findings], doubts, len(judged))
    exploration = Exploration(
        ruling.verdict.value,
        len(judged),
        player.executions,
        tuple(_cells(judged)),
        dict(sorted(tiers.items())),
        ruling.reasons,
    )
    return Explored(exploration, findings)


def outcome_of(script: Script, arrangement: Arrangement, target: Target, seed: int) -> Outcome:
    """How a conversation came through the faults that its scenario asks for."""
    judged = as_written(script, arrangement, target, seed)
    return judged.outcome if judged is not None else Outcome.INCONCLUSIVE


def as_written(
    script: Script, arrangement: Arrangement, target: Target, seed: int
) -> Judged | None:
    """A conversation with the faults that its scenario asks for, judged against the same one
    without them, in one tab; None where that cannot be decided."""
    player = Player(target, seed)
    undisturbed = tuple(one for one in script if not isinstance(one, Break | SwitchTab))
    clean = Explorer(player, undisturbed, arrangement).clean(Player(target, seed + 1))
    judged = Explorer(player, script, arrangement).as_written(clean)
    if clean.wavering or not all(strike.fired for strike in judged.trace.strikes):
        return None
    return judged


def transcript(trace: Trace) -> tuple[Line, ...]:
    """A trace, line by line, as the record keeps it."""
    return tuple(_line(happening) for happening in trace.happenings)


def _line(happening: Exchange | Strike) -> Line:
    if isinstance(happening, Strike):
        return Line(
            happening.after_turn,
            happening.customer,
            "",
            happening.evidence,
            fault=happening.fault,
        )
    answer = happening.answer
    return Line(
        happening.turn,
        happening.customer,
        happening.text,
        answer.text,
        answer.status,
        answer.session_id,
        answer.served_from,
        answer.flow,
        answer.step,
    )


def _without_false_skew(result: Judged, broken: Mapping[Plan, Judged]) -> Judged:
    """A deployment is also a restart: where a plain restart in its place does harm, too, the new
    version is not to blame."""
    if result.outcome is not Outcome.VERSION_SKEW:
        return result
    as_restart = tuple(
        replace(placed, fault="restart") if placed.fault == "deploy" else placed
        for placed in result.plan
    )
    restarted = broken.get(as_restart)
    return replace(result, outcome=restarted.outcome) if restarted else result


def _findings(
    name: str, script: Script, arrangement: Arrangement, judged: Sequence[Judged]
) -> tuple[FindingFound, ...]:
    causes: dict[Cause, list[Judged]] = {}
    for result in judged:
        if result.breaches:
            first = result.breaches[0]
            cause = Cause(first.law, result.outcome, first.field)
            causes.setdefault(cause, []).append(result)
    return tuple(
        _finding(name, script, arrangement, cause, results) for cause, results in causes.items()
    )


def _finding(
    name: str, script: Script, arrangement: Arrangement, cause: Cause, results: Sequence[Judged]
) -> FindingFound:
    shortest = min(results, key=lambda one: (len(one.plan), one.breaches[0].turn))
    breach, plan = shortest.breaches[0], describe(shortest.plan)
    text = "\n".join((name, cause.law, cause.outcome, cause.field))
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace"))
    return FindingFound(
        finding_id=digest.hexdigest()[:8],
        scenario=name,
        feature="",
        line=0,
        law=cause.law,
        outcome=cause.outcome.value,
        field=cause.field,
        plan=plan,
        plans=len(results),
        turn=breach.turn,
        sentence=f"{plan[0].upper()}{plan[1:]}: {cause.outcome.means}",
        expected=breach.expected,
        actual=breach.actual,
        gherkin=print_scenario(name, script, arrangement, shortest),
        clean=tuple(_line(exchange) for _, exchange in sorted(shortest.reference.items())),
        faulted=transcript(shortest.trace),
    )


def _cells(judged: Sequence[Judged]) -> Sequence[Cell]:
    """The matrix, a cell for each place in a flow and fault, in order of first sight."""
    outcomes: dict[tuple[str | None, str | None, str], list[Outcome]] = {}
    for result in judged:
        for flow, step, fault in _struck(result):
            outcome = result.outcome if result.breaches else _as_owed(fault, result.outcome)
            outcomes.setdefault((flow, step, fault), []).append(outcome)
    return [
        Cell(flow, step, fault, len(found), len(found), max(found, key=_BADNESS.index).value)
        for (flow, step, fault), found in outcomes.items()
    ]


_BADNESS = list(Outcome)


def _as_owed(fault: str, outcome: Outcome) -> Outcome:
    """What a fault did in a play that broke no law: a fresh start is the doing of the faults that
    call for one, and of none beside them in the plan or the script."""
    calls_for_it = named(fault).contract is Contract.FRESH
    return outcome if calls_for_it else Outcome.RESTORED


def _can_show(judged: Judged) -> bool:
    """Whether the play could have shown what its faults did: by a turn after the last of them, or
    by what the service holds."""
    struck_at = max((placed.after_turn for placed in judged.plan), default=0)
    return any(
        exchange.turn > struck_at or exchange.seen != Observation()
        for exchange in judged.trace.exchanges
    )


def _struck(judged: Judged) -> Iterator[tuple[str | None, str | None, str]]:
    """Each fault of a plan, and where the conversation that it struck stood: its customer's, or
    the last one before a fault of the whole service."""
    turns = judged.trace.turns
    for placed in judged.plan:
        strikes_all = not named(placed.fault).strikes_a_customer
        own = [
            turn
            for turn, exchange in turns.items()
            if turn <= placed.after_turn and (strikes_all or exchange.customer == placed.customer)
        ]
        answer = turns[max(own)].answer
        yield answer.flow, answer.step, placed.fault


def _tiers(trace: Trace) -> Sequence[str]:
    return [
        exchange.answer.served_from
        for exchange in trace.exchanges
        if exchange.answer.served_from is not None
    ]


def _doubts(
    faults: Sequence[Fault], judged: Sequence[Judged], missed: Sequence[Missed]
) -> Iterator[str]:
    """Faults that were to be injected and struck in no plan, or where nothing could show it."""
    fired = {placed.fault for result in judged for placed in result.plan}
    reasons = {placed.fault: one.strike.evidence for one in missed for placed in one.plan[-1:]}
    for fault in faults:
        if fault.name not in fired:
            yield (
                f"the fault {fault.name!r} never fired"
                f" ({reasons.get(fault.name, 'it had no place to strike')}); leave it out, or write"
                " a scenario in which it can"
            )
    if judged and not any(_can_show(result) for result in judged):
        yield (
            "every fault struck after the last turn, and nothing of this target can be seen but"
            " its replies; add a turn to the scenario"
        )
