"""One scenario under its fault plans: clean run, exploration, findings, what goes to the record."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.record import Exploration, FindingFound, Latency, LawBroken, Line
from simulators.care import USUAL, Care
from simulators.conversation import Break, Interrupt, Resend, Script, SwitchTab
from simulators.explorer import ANY, Clean, Depth, Explorer
from simulators.faults.fault import Fault
from simulators.gherkin.printer import print_scenario
from simulators.judge import Judged
from simulators.outcome import Outcome
from simulators.plan import describe
from simulators.player import Player
from simulators.reach import Reach, Wish, doubt_of, try_plans
from simulators.replaying import Replayer
from simulators.reproducer import reproducer_of
from simulators.sampling import Budget
from simulators.shrinker import REPLAYS, Shrunk, shrink
from simulators.tally import Cause, Tally
from simulators.targets.choice import REFERENCE
from simulators.targets.hidden import globals_of, replayed
from simulators.targets.target import Arrangement, Capability, Target
from simulators.trace import Trace
from simulators.transcribing import lines_of, varying_of
from simulators.verdict import rule


@dataclass(frozen=True, slots=True)
class Options:
    """How to explore: the seed of all identifiers, the most faults in one plan (or `ANY`), which
    faults. `target` is the text that the target was chosen by. `are_named` says that each fault
    was asked for by its name, so that one without a place to strike is no pass. Without a `budget`
    every plan is tried, however long that takes. `care` is how much of it is checked meanwhile."""

    seed: int
    depth: Depth
    faults: tuple[Fault, ...]
    target: str = REFERENCE
    are_named: bool = False
    budget: Budget | None = None
    care: Care = USUAL


@dataclass(frozen=True, slots=True)
class _Run:
    """An exploration, and what it came to."""

    player: Player
    explorer: Explorer
    clean: Clean
    tally: Tally
    reach: Reach


@dataclass(frozen=True, slots=True)
class Explored:
    """What an exploration brought to light, in the words of the run record.

    `latencies` are of the clock, and no part of what makes two explorations equal.
    """

    exploration: Exploration
    findings: tuple[FindingFound, ...]
    latencies: Mapping[str, Latency] = field(default_factory=dict, compare=False)


def explore(
    name: str, script: Script, arrangement: Arrangement, target: Target, options: Options
) -> Explored:
    """Play a script under every fault plan, and judge each play against the clean run.

    A service that does not come back with its snapshots is explored again without them. Raises
    `HarnessError` where the exploration finds itself in the wrong.
    """
    wish = Wish(options.faults, options.depth, options.budget, options.seed)
    run = _run(script, arrangement, target, options, wish)
    notes: tuple[str, ...] = ()
    can_replay = Capability.SNAPSHOT in target.capabilities and not run.clean.wavering
    if run.reach.strayed is not None and can_replay:
        found = _hidden_state(script, arrangement, run.player)
        notes = (
            "every plan was played from its beginning, because a snapshot does not hold all that"
            f" the service goes by: {run.reach.strayed}{found}",
        )
        target = replayed(target)
        run = _run(script, arrangement, target, options, wish)
    player, explorer, clean = run.player, run.explorer, run.clean
    tally, reach = run.tally, run.reach
    longest = len(clean.stops) if options.depth is ANY else options.depth
    weights = explorer.space.arrivals(longest if reach.is_decided else explorer.begun)
    # Where two clean runs differ, a difference from one of them says nothing.
    is_repeatable = not clean.wavering and reach.strayed is None
    causes = tally.causes(weights) if is_repeatable else ()
    replayer = Replayer(target, arrangement, options.seed)
    shrunk = [shrink(replayer, script, shortest, options.faults) for _, shortest, _ in causes]
    for one in shrunk:
        tally.note_shrunk(one.judged)
    findings = tuple(
        _finding(name, arrangement, options, cause, plans, one, replayer)
        for (cause, _, plans), one in zip(causes, shrunk, strict=True)
    )
    doubts = [
        f"the clean run is not repeatable: {what}{_hidden_state(script, arrangement, player)}"
        for what in clean.wavering[:1]
    ]
    if (left_open := doubt_of(reach, wish)) is not None:
        doubts.append(left_open)
    if not tally.is_clean_run_broken and reach.has_tried_each_fault:
        doubts += tally.doubts()
    doubts += explorer.undecided
    plans = tally.plans(weights)
    ruling = rule([finding.sentence for finding in findings], doubts, plans)
    exploration = Exploration(
        ruling.verdict.value,
        plans,
        player.executions,
        tally.cells(weights),
        tally.tiers(),
        ruling.reasons,
        len(explorer.space),
        reach.samples,
        notes,
        tally.classes(weights),
        tuple(f"turn {turn}: {path}" for turn, path in sorted(clean.mask)),
    )
    return Explored(exploration, findings, tally.latencies())


def _run(
    script: Script, arrangement: Arrangement, target: Target, options: Options, wish: Wish
) -> _Run:
    player = Player(target, options.seed)
    explorer = Explorer(player, script, arrangement, care=options.care)
    clean = explorer.clean(Player(target, options.seed + 1))
    tally = Tally(options.faults, are_named=options.are_named)
    return _Run(player, explorer, clean, tally, try_plans(explorer, clean, wish, tally))


def _hidden_state(script: Script, arrangement: Arrangement, player: Player) -> str:
    """Which module globals change while the conversation goes on, in words; empty for none."""
    player.begin(arrangement)
    before = globals_of(player.target)
    player.play(script)
    after = globals_of(player.target)
    changed = [name for name in after if after[name] != before.get(name)]
    return f"; state was found in {', '.join(changed[:3])}" if changed else ""


def outcome_of(script: Script, arrangement: Arrangement, target: Target, seed: int) -> Outcome:
    """How a conversation came through the faults that its scenario asks for."""
    judged = as_written(script, arrangement, target, seed)
    return judged.outcome if judged is not None else Outcome.INCONCLUSIVE


_FAULTS_ASKED_FOR = Break | SwitchTab | Interrupt | Resend


def as_written(
    script: Script, arrangement: Arrangement, target: Target, seed: int
) -> Judged | None:
    """A conversation with the faults that its scenario asks for, judged against the same one
    without them, in one tab; None where that cannot be decided."""
    player = Player(target, seed)
    undisturbed = tuple(one for one in script if not isinstance(one, _FAULTS_ASKED_FOR))
    clean = Explorer(player, undisturbed, arrangement).clean(Player(target, seed + 1))
    judged = Explorer(player, script, arrangement).as_written(clean)
    if clean.wavering or not all(strike.fired for strike in judged.trace.strikes):
        return None
    return judged


def transcript(trace: Trace) -> tuple[Line, ...]:
    """A trace, line by line, as the record keeps it."""
    return lines_of(trace.happenings)


def clean_transcript(judged: Judged) -> tuple[Line, ...]:
    """What a play was held against, line by line, as the record keeps it."""
    return lines_of([exchange for _, exchange in sorted(judged.reference.items())])


def _finding(
    name: str,
    arrangement: Arrangement,
    options: Options,
    cause: Cause,
    plans: int,
    shrunk: Shrunk,
    replayer: Replayer,
) -> FindingFound:
    example, judged = shrunk.example, shrunk.judged
    breach, plan = judged.breaches[0], describe(example.plan)
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
        plans=plans,
        turn=breach.turn,
        sentence=f"{plan[0].upper()}{plan[1:]}: {cause.outcome.means}",
        expected=breach.expected,
        actual=breach.actual,
        gherkin=print_scenario(name, example.script, arrangement, judged),
        clean=clean_transcript(judged),
        faulted=transcript(judged.trace),
        reproduced=shrunk.reproduced,
        replays=REPLAYS,
        reproducer=reproducer_of(example, arrangement, options.target, options.seed),
        broken=tuple(
            LawBroken(one.law, one.turn, one.customer, one.field, one.expected, one.actual)
            for one in judged.breaches
        ),
        varying=varying_of(replayer.clean(example.script).mask),
    )
