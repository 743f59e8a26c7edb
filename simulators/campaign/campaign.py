"""One scenario under its fault plans: clean run, exploration, findings, what goes to the record."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import starmap
from typing import Final

from reports.record import Exploration, FindingFound, Latency, ServerLog
from simulators.campaign.grouping import Sign, sign_of, together
from simulators.campaign.losses import loss_of
from simulators.campaign.transcribing import clean_transcript, laws_broken, transcript, varying_of
from simulators.campaign.verdict import Ruling, Verdict, rule
from simulators.conversation import FAULTS_ASKED_FOR, Script, uninterrupted
from simulators.errors import Unrecorded
from simulators.explorer.ageing import plans_of_age
from simulators.explorer.care import USUAL, Care
from simulators.explorer.clean_run import Clean
from simulators.explorer.depths import LEFT_OUT_OF_REPLAYS, bounded, most_tries
from simulators.explorer.explorer import ANY, Depth, Explorer
from simulators.explorer.left_open import unjudged
from simulators.explorer.reach import Reach, Wish, doubt_of, try_plans
from simulators.explorer.replaying import NOT_REPEATABLE, RUNS_IN_DOUBT, Example, Replayer
from simulators.explorer.sampling import Budget
from simulators.explorer.tally import Cause, Tally
from simulators.explorer.variation import remedy_of, settled, varying
from simulators.explorer.ways import Way, hidden_state, survivor
from simulators.faults.fault import Fault
from simulators.gherkin.printer import print_scenario
from simulators.laws.judge import Judged
from simulators.laws.mask import Mask
from simulators.laws.masking import with_varying
from simulators.laws.outcome import Outcome
from simulators.plan import describe
from simulators.player.player import Player
from simulators.shrinker.reproducer import reproducer_of
from simulators.shrinker.shrinker import SPARING, THOROUGH, Effort, Shrunk, shrink
from simulators.targets.choice import REFERENCE
from simulators.targets.hidden import outlived_of
from simulators.targets.hidden_state import changed, module_state_of
from simulators.targets.servers.logs import logs_of
from simulators.targets.target import Arrangement, Capability, Target
from simulators.targets.tolerance import Tolerance, tolerance_of
from simulators.targets.uncovered import missed_of

_INTERRUPTED: Final = (
    "explored without the scenario's own faults inside turns and what it sends again; plans have"
    " both"
)


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
class Explored:
    """What an exploration brought to light, in the words of the run record.

    `latencies` are of the clock, and no part of what makes two explorations equal.
    """

    exploration: Exploration
    findings: tuple[FindingFound, ...]
    latencies: Mapping[str, Latency] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Run:
    """An exploration under way."""

    player: Player
    explorer: Explorer
    clean: Clean
    tally: Tally

    def exploration(
        self, weights: Sequence[int], samples: int, ruling: Ruling, notes: Sequence[str] = ()
    ) -> Exploration:
        """What it has come to, and what is ruled of that."""
        return Exploration(
            ruling.verdict.value,
            self.tally.plans(weights),
            self.player.executions,
            self.tally.cells(weights),
            self.tally.tiers(),
            ruling.reasons,
            len(self.explorer.space),
            samples,
            tuple(notes),
            self.tally.classes(weights),
            tuple(f"turn {turn}: {path}" for turn, path in sorted(self.clean.mask)),
        )

    def so_far(self, samples: int) -> Explored:
        """What it would leave if it were cut short now, but for the findings."""
        weights = self.explorer.space.arrivals(self.explorer.begun)
        exploration = self.exploration(weights, samples, Ruling(Verdict.INCONCLUSIVE))
        return Explored(replace(exploration, is_partial=True), (), self.tally.latencies())


def explore(
    name: str,
    script: Script,
    arrangement: Arrangement,
    target: Target,
    options: Options,
    tell: Callable[[int, int | None, Callable[[], Explored]], None] = lambda _, __, ___: None,
    show: Callable[[FindingFound], None] = lambda _: None,
) -> Explored:
    """Play a script under every fault plan, and judge each play against the clean run.

    What the script itself lets strike inside its turns, or sends again, is left out: plans do both
    of their own, and a turn that is broken in the clean run can be no reference for them.
    After each fault that was tried, `tell` is told how many have been, of about how many, and how
    to come by what they come to so far. What is found is given to `show` as soon as it is, and
    again when it is shrunk.
    A service that goes by what its snapshots or its states do not tell is explored in another way
    (`ways`). Raises `HarnessError` where the exploration finds itself in the wrong.
    """
    task = _Task(name, uninterrupted(script), arrangement, target, options, tell, show)
    notes = () if task.script == script else (_INTERRUPTED,)
    way = Way(target)
    while not isinstance(explored := task.explored(way, notes), Explored):
        way = explored
    return explored


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be explored, and who is told of it."""

    name: str
    script: Script
    arrangement: Arrangement
    target: Target
    options: Options
    tell: Callable[[int, int | None, Callable[[], Explored]], None]
    show: Callable[[FindingFound], None]

    def explored(self, way: Way, notes: Sequence[str]) -> Explored | Way:
        """What comes of it in one way, or another way that has to be taken."""
        wish = self._wish(way)
        run, reach = self._run(way, wish)
        player, explorer, clean, tally = run.player, run.explorer, run.clean, run.tally
        other = None if clean.wavering else way.after(reach)
        if other is not None:
            return other if other.makes_snapshots else other.told(self._hidden_state())
        longest = len(clean.stops) if wish.depth is ANY else wish.depth
        weights = explorer.space.arrivals(longest if reach.is_decided else explorer.begun)
        # Where two clean runs differ, a difference from one of them says nothing.
        is_repeatable = not clean.wavering and reach.strayed is None
        shown = tally.causes(weights)
        causes = shown if is_repeatable else ()
        decided = set[Cause]()
        replayer = Replayer(way.target, self.arrangement, self.options.seed)
        replayer.knows(self.script, clean)
        tolerance, effort = self._tolerance, self._effort
        groups = dict[Sign | Cause, list[FindingFound]]()
        varied, may_drift = list(varying(clean, player)), causes and tolerance is not None
        is_broken = tally.is_clean_run_broken
        drifted = replayer.drifted(self.script) if may_drift and not is_broken else {}
        wavering = {
            f"{NOT_REPEATABLE}: {what}{remedy_of(self.target)}": None for what in drifted.values()
        }
        # What a play is compared with may differ in other ways, too, where it drifted.
        if drifted:
            replayer.learns(self.script)
        for cause, shortest, plans in causes:
            if (cause.law, cause.field) in drifted:
                continue
            shrunk = shrink(replayer, self.script, shortest, self.options.faults, effort)
            if shrunk.reproduced < shrunk.replays and may_drift and replayer.learns(self.script):
                shrunk = shrink(replayer, self.script, shortest, self.options.faults, effort)
            if drifted and not shrunk.reproduced:
                continue
            if shrunk.reproduced < shrunk.replays:
                # What happens now and then may do so without any fault.
                chance = replayer.doubt_of_clean(shrunk.example.script, shrunk.replays)
                if chance is None and tolerance is not None:
                    by_itself = replayer.drifted(shrunk.example.script, RUNS_IN_DOUBT)
                    chance = by_itself.get((cause.law, cause.field))
                if chance is not None:
                    wavering[f"{NOT_REPEATABLE}: {chance}{remedy_of(self.target)}"] = None
                    continue
                if way.makes_snapshots:
                    return way.from_the_beginning(shrunk.seldom(cause)).told(self._hidden_state())
            mask = replayer.clean(shrunk.example.script).mask
            finding = self._finding(cause, plans, shrunk, mask)
            logs = tuple(starmap(ServerLog, logs_of(self.target).items()))
            finding = replace(finding, logs=logs, shown_alone_by=tally.alone(cause))
            if tolerance is not None and tolerance.forgives(shrunk.reproduced):
                decided.add(cause)
                varied.append(
                    f"{finding.plan} broke the {cause.law} law in {shrunk.reproduced} of"
                    f" {effort.replays} plays, and {tolerance.need} have to keep it"
                )
            elif not shrunk.reproduced:
                wavering[shrunk.never_again(cause)] = None
            else:
                decided.add(cause)
                tally.note_shrunk(shrunk.judged)
                group = groups.setdefault(sign_of(shrunk.judged, cause.outcome) or cause, [])
                group.append(finding)
                self.show(together(group))
        tally.leave_undecided({cause for cause, *_ in shown} - decided)
        findings = tuple(map(together, groups.values()))
        doubts = self._doubts(run, reach, wish, wavering)
        ruling = rule([finding.sentence for finding in findings], doubts, tally.plans(weights))
        remarks = (*notes, *way.notes, *varied, *missed_of(self.target))
        exploration = run.exploration(weights, reach.samples, ruling, remarks)
        return Explored(exploration, findings, tally.latencies())

    def _doubts(
        self, run: _Run, reach: Reach, wish: Wish, wavering: Iterable[str]
    ) -> Sequence[str]:
        """Why it is no pass, even if nothing was found."""
        doubts = [
            f"{NOT_REPEATABLE}: {what}{self._hidden_state() or remedy_of(self.target)}"
            for what in run.clean.wavering[:1]
        ]
        doubts += wavering
        if (left_open := doubt_of(reach, wish)) is not None:
            doubts.append(left_open)
        if wish.depth != self.options.depth:
            doubts.append(LEFT_OUT_OF_REPLAYS)
        if not run.tally.is_clean_run_broken and reach.has_tried_each_fault:
            doubts += run.tally.doubts()
        doubts += [
            *run.tally.left_open.in_words(),
            *run.explorer.undecided,
            *outlived_of(self.target),
        ]
        left = survivor(self.script, self.arrangement, self._stranger())
        return doubts if left is None else [*doubts, left]

    @property
    def _tolerance(self) -> Tolerance | None:
        return tolerance_of(self.target)

    @property
    def _effort(self) -> Effort:
        tolerance = self._tolerance
        effort = THOROUGH if tolerance is None else SPARING
        if tolerance is not None and tolerance.repeat > 1:
            return replace(effort, replays=tolerance.repeat)
        return effort

    def _wish(self, way: Way) -> Wish:
        options = self.options
        return Wish(
            options.faults,
            bounded(options.depth, way.target, options.budget, self.script, options.faults),
            options.budget,
            options.seed,
            may_vary=self._tolerance is not None,
        )

    def _run(self, way: Way, wish: Wish) -> tuple[_Run, Reach]:
        options, target = self.options, way.target
        player = Player(target, options.seed)
        explorer = Explorer(player, self.script, self.arrangement, care=options.care)
        clean = explorer.clean(Player(target, options.seed + 1))
        clean = settled(clean, Player(target, options.seed), self.script, self.arrangement)

        def show_at_once(cause: Cause, judged: Judged) -> None:
            if not clean.wavering:
                found = Shrunk(Example(self.script, judged.plan), judged, reproduced=0, replays=0)
                self.show(self._finding(cause, 1, found, clean.mask))

        tally = Tally(options.faults, are_named=options.are_named, show=show_at_once)
        run = _Run(player, explorer, clean, tally)
        at_most = most_tries(len(clean.stops) - 1, wish.faults, wish.depth)

        def tell_of(tried: int, samples: int) -> None:
            expected = at_most if explorer.forecast is None else explorer.forecast.plans
            self.tell(tried + samples, expected, lambda: run.so_far(samples))

        before = module_state_of(self.target)
        reach = try_plans(explorer, clean, wish, tally, tell_of)
        knows_states = Capability.FINGERPRINT in target.capabilities
        if reach.is_decided and not (knows_states or tally.is_clean_run_broken):
            _let_grow_old(explorer, clean, wish.faults, tally)
        places = changed(before, module_state_of(self.target))
        if places and Capability.SNAPSHOT in target.capabilities and not clean.wavering:
            what = f"{places[0]} is not what it was after the clean run"
            reach = replace(reach, strayed=reach.strayed or what, is_decided=False)
        return run, reach

    def _hidden_state(self) -> str:
        return hidden_state(self.script, self.arrangement, self._stranger())

    def _stranger(self) -> Player:
        # What is left of plays with the usual seeds may look as if nothing came of another one.
        return Player(self.target, self.options.seed + 2)

    def _finding(self, cause: Cause, plans: int, shrunk: Shrunk, mask: Mask) -> FindingFound:
        name, arrangement, options = self.name, self.arrangement, self.options
        example, judged = shrunk.example, shrunk.judged
        breach = judged.breaches[0]
        varying = with_varying(mask, judged.reference.values())
        # What is repeatable has the same values whenever it is played with the same seed.
        differing = {} if self._tolerance is None else varying
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
            plan=describe(example.plan),
            plans=plans,
            turn=breach.turn,
            sentence=loss_of(judged, cause.outcome),
            expected=breach.expected,
            actual=breach.actual,
            gherkin=print_scenario(name, example.script, arrangement, judged, differing),
            clean=clean_transcript(judged),
            faulted=transcript(judged.trace),
            reproduced=shrunk.reproduced,
            replays=shrunk.replays,
            reproducer=reproducer_of(example, arrangement, options.target, options.seed),
            broken=laws_broken(judged),
            varying=varying_of(varying),
        )


def outcome_of(script: Script, arrangement: Arrangement, target: Target, seed: int) -> Outcome:
    """How a conversation came through the faults that its scenario asks for."""
    judged = as_written(script, arrangement, target, seed)
    return judged.outcome if judged is not None else Outcome.INCONCLUSIVE


def _let_grow_old(explorer: Explorer, clean: Clean, faults: Sequence[Fault], tally: Tally) -> None:
    """Take note of what shows only where time passes behind every turn, if anything does."""
    for plan in plans_of_age(clean, faults):
        is_known = len(plan) <= explorer.levels or tally.has_shown_alone(plan[0].fault)
        try:
            judged = None if is_known else explorer.follow(clean, plan)
        except Unrecorded as error:
            tally.left_open.note(unjudged(plan, error))
            continue
        if isinstance(judged, Judged) and judged.breaches:
            tally.note_sample(judged)


def as_written(
    script: Script, arrangement: Arrangement, target: Target, seed: int
) -> Judged | None:
    """A conversation with the faults that its scenario asks for, judged against the same one
    without them, in one tab; None where that cannot be decided."""
    player = Player(target, seed)
    undisturbed = tuple(one for one in script if not isinstance(one, FAULTS_ASKED_FOR))
    clean = Explorer(player, undisturbed, arrangement).clean(Player(target, seed + 1))
    clean = settled(clean, player, undisturbed, arrangement)
    judged = Explorer(player, script, arrangement).as_written(clean)
    has_fired = all(strike.fired for strike in judged.trace.strikes)
    if clean.wavering or not has_fired or outlived_of(target):
        return None
    return judged
