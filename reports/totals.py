"""What a whole run adds up to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.outcomes import weight, worst
from reports.record import Record, ScenarioPlayed

STATUSES = ("passed", "failed", "inconclusive", "skipped")
"""How a scenario can do, under its fault plans too."""

CUT_SHORT = "the run was cut short: this is what it found until then"
"""Why a record without its end is no pass."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many. `words` says of what, `name` is its short form."""

    name: str
    part: int
    whole: int
    words: str

    @property
    def percent(self) -> str:
        """Rounded down, so that 100 % means all."""
        return f"{100 * self.part // self.whole} %"


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a run.

    `verdict` fails closed: it is the worst that any part of the record calls for, and a run that
    was cut short is at best inconclusive. `reasons` say why it is not pass, as far as no finding
    does, each once. `is_partial` says that the run was killed or interrupted. `turns` counts
    those of the scenarios as written and those played for fault plans. `fired` counts, by fault,
    the plans in which it struck, for every fault that the run could inject. `tiers` counts turns
    by the tier that served them. `outcomes` counts the plans by what they came to, from the best
    outcome to the worst; an older record tells it of none.
    """

    verdict: str
    reasons: tuple[str, ...]
    scenarios: int
    statuses: Mapping[str, int]
    plans: int
    turns: int
    findings: int
    fired: Mapping[str, int]
    tiers: Mapping[str, int]
    outcomes: Mapping[str, int]
    rates: tuple[Rate, ...]
    is_partial: bool


def totals_of(record: Record) -> Totals:
    """Add up a record."""
    fired: Counter[str] = Counter({column.name: 0 for column in record.started.faults})
    tiers: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    statuses: Counter[str] = Counter(dict.fromkeys(STATUSES, 0))
    plans = turns = 0
    for scenario in record.scenarios:
        statuses[status_of(scenario)] += 1
        turns += sum(line.fault is None for line in scenario.transcript)
        counts.update(scenario.counts)
        if scenario.exploration is not None:
            plans += scenario.exploration.plans
            turns += scenario.exploration.executions
            tiers.update(scenario.exploration.tiers)
            for cell in scenario.exploration.cells:
                fired[cell.fault] += cell.fired
            for ended in scenario.exploration.classes:
                outcomes[ended.outcome] += ended.plans
    return Totals(
        verdict=_verdict(record, statuses["failed"]),
        reasons=_reasons(record),
        scenarios=len(record.scenarios),
        statuses=dict(statuses),
        plans=plans,
        turns=turns,
        findings=len(record.findings),
        fired=dict(fired),
        tiers=dict(sorted(tiers.items())),
        outcomes={one: outcomes[one] for one in sorted(outcomes, key=weight) if outcomes[one]},
        rates=tuple(rates_of(counts, tiers)),
        is_partial=record.is_partial,
    )


def status_of(scenario: ScenarioPlayed) -> str:
    """How a scenario did, under its fault plans too: its status, or failed or inconclusive."""
    verdict = "pass" if scenario.exploration is None else scenario.exploration.verdict
    if scenario.status != "passed" or verdict == "pass":
        return scenario.status
    return "failed" if verdict == "fail" else verdict


def worst_outcome(scenario: ScenarioPlayed) -> str | None:
    """The worst outcome of the plans of one scenario in which a fault struck."""
    if scenario.exploration is None:
        return None
    return worst(cell.outcome for cell in scenario.exploration.cells if cell.fired)


def _verdict(record: Record, failed: int) -> str:
    verdicts = {one.exploration.verdict for one in record.scenarios if one.exploration is not None}
    verdicts.add("inconclusive" if record.ended is None else record.ended.verdict)
    if record.ended is not None and record.ended.interrupted:
        verdicts.add("inconclusive")
    if record.findings or failed:
        verdicts.add("fail")
    return next(word for word in ("fail", "inconclusive", "pass") if word in verdicts)


def _reasons(record: Record) -> tuple[str, ...]:
    if record.ended is None:
        return (CUT_SHORT,)
    told = {finding.sentence for finding in record.findings}
    reasons = tuple(one for one in dict.fromkeys(record.ended.reasons) if one not in told)
    if record.ended.interrupted and not reasons:
        return ("the run was interrupted",)
    return reasons


def rates_of(counts: Mapping[str, int], tiers: Mapping[str, int]) -> Iterable[Rate]:
    """Restored and created sessions are rated by the messages answered: what is left to 1 came from
    memory. Where the target tells nothing of its sessions, the turns after a fault are rated by the
    tier that served them; where a record is older than the count of answers, by the sessions that
    memory did not have."""
    created, restored = counts.get("created", 0), counts.get("restored", 0)
    whole, of = counts.get("answered", 0), "messages answered"
    if not counts:
        created, restored = tiers.get("new", 0), tiers.get("store", 0)
        whole, of = sum(tiers.values()), "turns after a fault"
    elif "answered" not in counts:
        whole, of = created + restored, "sessions that memory did not have"
    if whole:
        yield Rate("restoration", restored, whole, of)
        yield Rate("creation", created, whole, of)
    for name in sorted(counts):
        kind, colon, flow = name.partition(":")
        if kind == "started" and colon and counts[name]:
            completed = counts.get(f"completed:{flow}", 0)
            yield Rate(f"{flow} completion", completed, counts[name], "that were started")
