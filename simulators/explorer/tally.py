"""Adds up what an exploration tried: causes, the matrix, tiers, and what stays in doubt."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from reports.latency import beyond, latency_of
from reports.record import Cell, Latency, PlanClass
from simulators.explorer.explorer import Tried
from simulators.explorer.left_open import LeftOpen, Unjudged
from simulators.explorer.striking import Missed
from simulators.faults.catalogue import named
from simulators.faults.fault import Contract, Fault
from simulators.laws.judge import Judged
from simulators.laws.outcome import Outcome
from simulators.plan import Placed
from simulators.trace import Exchange, Observation, Strike

_BADNESS = list(Outcome)

_Where: TypeAlias = int | None


@dataclass(frozen=True, slots=True)
class Cause:
    """What findings are grouped by: one cause is one finding, however many plans show it."""

    law: str
    outcome: Outcome
    field: str


def cause_of(judged: Judged) -> Cause:
    """The cause of a play that broke a law."""
    first = judged.breaches[0]
    return Cause(first.law, judged.outcome, first.field)


def _bare(judged: Judged) -> Cause:
    """The cause with no regard to what only the place of the faults decides: whether two messages
    overlapped meanwhile, and whether the turn that was lost was the last one."""
    first, outcome = judged.breaches[0], judged.otherwise
    is_late = outcome is Outcome.RESTORED_STALE
    return Cause(first.law, Outcome.LOST_TURN if is_late else outcome, first.field)


class Tally:
    """Keeps counts, and of the plays only the shortest that shows each cause.

    `are_named` says that each of the faults was asked for by its name; `show` is given each cause
    at first sight, with the play that shows it. Counts go by the state in
    which a fault was tried. `weights` says, for each state, how many plans lead there; it is known
    when the exploration is over. Plans that were drawn by chance may be among those: they stand
    apart where plans are classed by how they end, and elsewhere they are counted for what no other
    plan shows, and only there.
    """

    def __init__(
        self,
        faults: Sequence[Fault],
        *,
        are_named: bool = False,
        show: Callable[[Cause, Judged], None] = lambda _, __: None,
    ) -> None:
        self.is_clean_run_broken = False
        """Whether the plan without faults is what breaks a law."""
        self.left_open = LeftOpen()
        """The plans that could not be judged."""
        self._faults = faults
        self._are_named = are_named
        self._show = show
        self._judged: Counter[_Where] = Counter()
        self._shortest: dict[Cause, Judged] = {}
        self._showing: dict[Cause, Counter[_Where]] = {}
        self._cells: dict[tuple[str | None, str | None, str, str | None], _Cell] = {}
        self._classes: dict[tuple[str, Cause | Outcome], Counter[_Where]] = {}
        self._bare: dict[Cause, Cause] = {}
        self._alone: dict[tuple[Cause, str], set[Placed]] = {}
        self._durations: dict[str, dict[int, list[float]]] = {}
        self._interrupted: dict[str, list[float]] = {}
        self._tiers: Counter[str] = Counter()
        self._fired: set[str] = set()
        self._reasons: dict[str, str] = {}
        self._undecided: set[Cause] = set()
        self._could_show = False

    def note(self, tried: Tried) -> None:
        """One more fault was tried in one more state."""
        match tried.result:
            case Unjudged() as unjudged:
                self.left_open.note(unjudged)
            case Missed(plan, strike):
                self._reasons.setdefault(plan[-1].fault, strike.evidence)
            case Judged() as judged:
                is_new = self._is_new(judged)
                self._note(tried.state, judged)
                self._note_cells(tried.state, judged, tried.served_from)
                if is_new:
                    self._show(cause_of(judged), judged)

    def note_sample(self, judged: Judged) -> None:
        """One more plan was drawn by chance."""
        is_new = self._is_new(judged)
        self._note(None, judged)
        # Of a plan that breaks a law, most faults have no part in that.
        if not judged.breaches:
            self._note_cells(None, judged)
        if is_new:
            self._show(cause_of(judged), judged)

    def note_shrunk(self, judged: Judged) -> None:
        """What is left of a plan that broke a law: each of its faults has a part in that."""
        if not any(state is not None for state in self._showing[cause_of(judged)]):
            self._note_cells(None, judged)

    def plans(self, weights: Sequence[int]) -> int:
        """How many plans were decided."""
        return _in_order(self._judged, weights) if not self.is_clean_run_broken else 1

    def causes(self, weights: Sequence[int]) -> Sequence[tuple[Cause, Judged, int]]:
        """Each cause in order of first sight, with the shortest play that shows it and the number
        of plans that do."""
        if self.is_clean_run_broken:
            weights = [1]
        names, together = self._names(), dict[Cause, Counter[_Where]]()
        for cause, showing in self._showing.items():
            together.setdefault(names[cause], Counter()).update(showing)
        return [
            (cause, self._shortest[cause], _weighed(showing, weights))
            for cause, showing in together.items()
        ]

    def leave_undecided(self, causes: Collection[Cause]) -> None:
        """What shows these causes may not be the doing of any fault: how it ends is not known."""
        self._undecided.update(causes)

    def alone(self, cause: Cause) -> tuple[str, ...]:
        """The faults that show a cause by themselves."""
        names = self._names()
        bare = {self._bare[one] for one, told in names.items() if told == cause}
        return tuple(sorted({fault for shown, fault in self._alone if shown in bare}))

    def has_shown_alone(self, fault: str) -> bool:
        """Whether a fault broke a law by itself."""
        return any(one == fault for _, one in self._alone)

    def cells(self, weights: Sequence[int]) -> tuple[Cell, ...]:
        """The matrix, a cell for each place in a flow and fault, in order of first sight."""
        names = self._names()
        return tuple(
            Cell(flow, step, fault, plans, plans, worst.value, tier)
            for (flow, step, fault, tier), cell in self._cells.items()
            for plans in [_weighed(cell.tried, weights)]
            for ends in [[self._outcome(one, names) for one in cell.found]]
            for worst in [max(ends, key=_BADNESS.index)]
        )

    def tiers(self) -> Mapping[str, int]:
        """By tier, the turns that each served after a fault."""
        return dict(sorted(self._tiers.items()))

    def classes(self, weights: Sequence[int]) -> tuple[PlanClass, ...]:
        """The plans by how they end, in order of first sight; none where the clean run is what
        breaks a law."""
        if self.is_clean_run_broken:
            return ()
        names, together = self._names(), dict[tuple[str, Outcome], Counter[_Where]]()
        for (last, found), tried in self._classes.items():
            together.setdefault((last, self._outcome(found, names)), Counter()).update(tried)
        return tuple(
            PlanClass(last, outcome.value, _in_order(tried, weights), tried[None])
            for (last, outcome), tried in together.items()
        )

    def latencies(self) -> Mapping[str, Latency]:
        """By tier, how long the turns took that it served after a fault. Where a fault struck
        inside a turn, what comes after it may be sent again, or come after a message that was left
        alone: it is held against no other turn."""
        by_tier = {}
        memory = self._durations.get("memory", {})
        for tier in sorted(self._durations.keys() | self._interrupted.keys()):
            turns = self._durations.get(tier, {})
            whole = latency_of(chain(*turns.values(), self._interrupted.get(tier, ())))
            longer = () if tier == "memory" else beyond(memory, turns)
            by_tier[tier] = replace(whole, beyond_memory=longer)
        return by_tier

    def doubts(self) -> Iterator[str]:
        """Faults that were to be injected and struck in no plan, or where nothing could show it."""
        for fault in self._faults:
            # A call that no turn makes cannot fail, what was never sent cannot be late, and a
            # cookie that nobody set cannot be lost: whoever asked for that fault has to know.
            is_usual = fault.strikes_between_turns and not (
                fault.needs_history or fault.needs_cookies
            )
            is_in_doubt = self._are_named or is_usual or fault.name in self._reasons
            if fault.name not in self._fired and is_in_doubt:
                reason = self._reasons.get(fault.name, "it had no place to strike")
                yield (
                    f"the fault {fault.name!r} never fired ({reason}); leave it out, or write a"
                    " scenario in which it can"
                )
        if self._judged and not self._could_show:
            yield (
                "every fault struck after the last turn, and nothing of this target can be seen but"
                " its replies; add a turn to the scenario"
            )

    def _is_new(self, judged: Judged) -> bool:
        """Whether a play shows a cause for the first time."""
        return bool(judged.breaches) and cause_of(judged) not in self._showing

    def _note(self, state: _Where, judged: Judged) -> None:
        self._judged[state] += 1
        self._fired.update(placed.fault for placed in judged.plan)
        is_interrupted = not all(strike.is_between_turns for strike in judged.trace.strikes)
        for tier, exchange in _served_after_the_last_fault(judged):
            self._tiers[tier] += 1
            if exchange.took is None:
                continue
            if is_interrupted:
                self._interrupted.setdefault(tier, []).append(exchange.took)
            else:
                turns = self._durations.setdefault(tier, {})
                turns.setdefault(exchange.turn, []).append(exchange.took)
        self._could_show |= _can_show(judged)
        if judged.breaches:
            self._note_cause(state, judged)
        if judged.plan:
            self._note_class(state, judged)

    def _note_class(self, state: _Where, judged: Judged) -> None:
        last = judged.plan[-1]
        self._classes.setdefault((str(last), _found(judged, last.fault)), Counter())[state] += 1

    def _note_cause(self, state: _Where, judged: Judged) -> None:
        self.is_clean_run_broken |= not judged.plan
        cause = cause_of(judged)
        if cause not in self._showing:
            self._bare[cause] = _bare(judged)
        self._showing.setdefault(cause, Counter())[state] += 1
        known = self._shortest.setdefault(cause, judged)
        if _length(judged) < _length(known):
            self._shortest[cause] = judged

    def _note_cells(self, state: _Where, judged: Judged, served_from: str | None = None) -> None:
        """What a fault did by itself was noted when it was the last one of a plan; only where
        several together broke a law, and none of them alone, is it the doing of all of them.

        `served_from` is the tier of the next turn of a play that ended right behind its last fault,
        because another one had gone on from the same state.
        """
        for placed in self._to_blame(judged) if judged.breaches else judged.plan[-1:]:
            tier = _tier_after(judged, placed) or served_from
            key = (*_standing(judged, placed), placed.fault, tier)
            cell = self._cells.setdefault(key, _Cell())
            cell.found[_found(judged, placed.fault)] = None
            cell.tried[state] += 1

    def _to_blame(self, judged: Judged) -> Sequence[Placed]:
        """The faults of a plan that broke a law: those which show the same by themselves, where
        they are or, if none does there, anywhere; and else all of them."""
        bare = _bare(judged)
        if len(judged.plan) == 1:
            placed = judged.plan[0]
            self._alone.setdefault((bare, placed.fault), set()).add(placed)
        anywhere = [one for one in judged.plan if (bare, one.fault) in self._alone]
        there = [one for one in anywhere if one in self._alone[bare, one.fault]]
        return there or anywhere or judged.plan

    def _outcome(self, found: Cause | Outcome, names: Mapping[Cause, Cause]) -> Outcome:
        if not isinstance(found, Cause):
            return found
        cause = names[found]
        return Outcome.INCONCLUSIVE if cause in self._undecided else cause.outcome

    def _names(self) -> Mapping[Cause, Cause]:
        """By cause, the one that it is told as. A cause that has to do with overlapping messages
        is told as one that shows without them, and a turn that was lost as the one that was lost
        first, where that is all that differs; but as the first of them where it takes more faults
        to show it in the other way."""
        first: dict[Cause, Cause] = {}
        plain: dict[Cause, Cause] = {}
        for cause, bare in self._bare.items():
            fewest = self._shortest[first.setdefault(bare, cause)].plan
            if _is_plain(cause, bare):
                is_longer = len(self._shortest[cause].plan) > len(fewest)
                plain.setdefault(bare, first[bare] if is_longer else cause)
        return {cause: plain.get(bare, cause) for cause, bare in self._bare.items()}


class _Cell:
    """A cell of the matrix in the making."""

    def __init__(self) -> None:
        self.tried: Counter[_Where] = Counter()
        self.found: dict[Cause | Outcome, None] = {}


def _is_plain(cause: Cause, bare: Cause) -> bool:
    return cause == bare or cause.outcome is Outcome.RESTORED_STALE


def _found(judged: Judged, fault: str) -> Cause | Outcome:
    """What that fault of a play did: the cause of what it broke, or the outcome."""
    return cause_of(judged) if judged.breaches else _as_owed(fault, judged.outcome)


def _weighed(counts: Counter[_Where], weights: Sequence[int]) -> int:
    return _in_order(counts, weights) or counts[None]


def _in_order(counts: Counter[_Where], weights: Sequence[int]) -> int:
    return sum(count * weights[state] for state, count in counts.items() if state is not None)


def _length(judged: Judged) -> tuple[int, int]:
    return len(judged.plan), judged.breaches[0].turn


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


def _standing(judged: Judged, placed: Placed) -> tuple[str | None, str | None]:
    """Where the conversation that a fault struck stood, as flow and step: its customer's, or the
    last one before a fault of the whole service."""
    turns = judged.trace.turns
    strikes_all = not named(placed.fault).strikes_a_customer
    stood_at = placed.after_turn - 1 if placed.point or placed.tries else placed.after_turn
    own = [
        turn
        for turn, exchange in turns.items()
        if turn <= stood_at and (strikes_all or exchange.customer == placed.customer)
    ]
    if not own:
        return None, None
    answer = turns[max(own)].answer
    return answer.flow, answer.step


def _tier_after(judged: Judged, placed: Placed) -> str | None:
    """What served the first turn after that fault."""
    tier = None
    for happening in reversed(judged.trace.happenings):
        match happening:
            case Strike(fault=placed.fault, after_turn=placed.after_turn):
                return tier
            case Exchange(answer=answer) if answer.served_from is not None:
                tier = answer.served_from
    return tier


def _served_after_the_last_fault(judged: Judged) -> Iterator[tuple[str, Exchange]]:
    """The turns after it, the last one first, with the tier that served each."""
    for happening in reversed(judged.trace.happenings):
        match happening:
            case Strike():
                return
            case Exchange(answer=answer) if answer.served_from is not None:
                yield answer.served_from, happening
