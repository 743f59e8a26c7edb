"""The parts of the page's data that add up a whole run: head, latencies and trend."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath
from statistics import median

from reports.comparison import Change
from reports.history import History
from reports.latency import bound_of, duration_words, quantile, together
from reports.matrix import Matrix
from reports.outcomes import sign_of
from reports.printable import block, one_line
from reports.record import Latency, Record
from reports.sentences import counted, depth_words, readable, struck, uncovered
from reports.shape import Json
from reports.totals import Totals

SEEDS_RATES = ("restoration", "creation", "bulk_order completion", "callback completion")
"""The rates that are shown even where there is nothing to tell."""

MOST_LOSSES = 5
"""How many things that customers lose are told at the top."""

MOST_CHANGES = 1_000
"""How many changes of one kind are listed."""

FEWEST_TURNS = 20
"""How many turns it takes, served from memory and from the store, to say what a restore costs."""

_TIERS = {"memory": "memory hit", "store": "store restore", "new": "new session"}


def head(record: Record, totals: Totals, matrix: Matrix) -> Json:
    """The verdict and everything that stands around it."""
    started = record.started
    facts: list[Json] = [
        [readable(totals.scenarios), _noun(totals.scenarios, "scenario"), _tally(totals)],
        [
            readable(totals.plans),
            _noun(totals.plans, "fault plan"),
            f"{depth_words(started.depth)} each",
        ],
        [readable(totals.turns), _noun(totals.turns, "turn"), "played"],
        [readable(totals.findings), _noun(totals.findings, "finding"), "laws broken, by cause"],
    ]
    about = (
        ("target", started.target),
        ("seed", str(started.seed)),
        ("budget", "" if started.budget is None else f"{started.budget:g} s a scenario"),
        ("started", started.started_at),
        ("took", "" if record.ended is None else f"{record.ended.seconds:.1f} s"),
        ("coolwind", started.coolwind),
        ("python", started.python),
        *sorted(started.environment.items()),
        ("paths", ", ".join(map(_homeless, started.paths))),
    )
    does = {column.name: column for column in started.faults}
    fired: list[Json] = [
        [
            block(name),
            readable(number),
            block(f"{does[name].contract}: {does[name].does}") if name in does else "",
        ]
        for name, number in totals.fired.items()
    ]
    return {
        "verdict": totals.verdict,
        "partial": totals.is_partial,
        "reasons": [block(reason) for reason in totals.reasons],
        "outcomes": _outcomes(totals),
        "losses": _losses(record),
        "facts": facts,
        "about": [[block(name), block(value)] for name, value in about if value],
        "rates": _rates(totals),
        "fired": fired,
        "tiers": [[block(tier), readable(number)] for tier, number in totals.tiers.items()],
        "laws": [[block(law.name), block(law.says)] for law in started.laws],
        "gaps": [
            [one.sentence, [[what, [*map(block, names)]] for what, names in one.names.items()]]
            for one in uncovered(record, matrix, totals)
        ],
    }


def latencies(record: Record) -> Json:
    """By tier, the distribution of how long turns took; and what a restore costs, in words."""
    by_tier: dict[str, list[Latency]] = {}
    for scenario in record.scenarios:
        for tier, latency in scenario.latencies.items():
            by_tier.setdefault(tier, []).append(latency)
    ordered = sorted(by_tier, key=lambda tier: ([*_TIERS, tier].index(tier), tier))
    whole = {tier: together(by_tier[tier]) for tier in ordered}
    rows: list[Json] = [
        [block(_TIERS.get(tier, tier)), *_latency(latency)] for tier, latency in whole.items()
    ]
    is_told = "memory" in whole and "store" in whole
    return {"rows": rows, "cost": _cost(whole["store"].beyond_memory) if is_told else ""}


def trend(history: History) -> Json:
    """The runs, oldest first, and what changed since the last one before this."""
    points = history.points
    kinds = list(dict.fromkeys(kind for point in points for kind in point.rates))
    names = Counter(name for name, _ in kinds)
    lines: list[Json] = [
        [
            block(name if names[name] == 1 else f"{name}, of {words}"),
            [
                None if rate is None else 100 * rate.part / rate.whole
                for point in points
                for rate in [point.rates.get((name, words))]
            ],
        ]
        for name, words in kinds
    ]
    change = history.change
    outcomes = dict.fromkeys(outcome for point in points for outcome in point.outcomes)
    return {
        "runs": [
            [block(point.started_at), point.verdict, point.findings, block(point.target)]
            for point in points
        ],
        "rates": lines,
        "outcomes": [
            [block(outcome), [point.outcomes.get(outcome, 0) for point in points]]
            for outcome in outcomes
        ],
        "differences": [] if change is None else [block(one) for one in change.differences],
        "worse": [] if change is None else _changes(change.worse),
        "better": [] if change is None else _changes(change.better),
        "untold": [] if change is None else _changes(change.untold),
    }


def _outcomes(totals: Totals) -> list[Json]:
    """By outcome, from the best to the worst: its letter, its plans, and of 1,000 their share."""
    whole = sum(totals.outcomes.values())
    return [
        [block(outcome), sign_of(outcome).letter, readable(plans), 1_000 * plans // whole]
        for outcome, plans in totals.outcomes.items()
    ]


def _losses(record: Record) -> Json:
    """What customers lose, the worst first, each thing once: outcome, letter, sentence, the finding
    that shows it, what its faults do (else its plan), and in how many findings; and how many things
    more there are."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for number, finding in enumerate(record.findings):
        numbers.setdefault((finding.outcome, finding.sentence), []).append(number)

    def heaviest(lost: tuple[str, str]) -> tuple[int, int]:
        shown = sum(record.findings[number].plans for number in numbers[lost])
        return -sign_of(lost[0]).rank, -shown

    told: list[Json] = []
    for lost in sorted(numbers, key=heaviest)[:MOST_LOSSES]:
        outcome, sentence = lost
        first = record.findings[numbers[lost][0]]
        why = " ".join(struck(first, record.started).values())
        told.append(
            [
                *(block(outcome), sign_of(outcome).letter, one_line(sentence, 300)),
                *(numbers[lost][0], one_line(why or first.plan, 300)),
                counted(len(numbers[lost]), "finding"),
            ]
        )
    return {"told": told, "more": max(0, len(numbers) - MOST_LOSSES)}


def _homeless(path: str) -> str:
    """A path that names no folder of somebody's machine: of one from the root, its last part."""
    for kind in (PurePosixPath, PureWindowsPath):
        if kind(path).is_absolute():
            return f"…/{kind(path).name}"
    return path


def _rates(totals: Totals) -> list[Json]:
    rates = {rate.name: rate for rate in totals.rates}
    shown: list[Json] = []
    for name in dict.fromkeys((*SEEDS_RATES, *rates)):
        rate = rates.get(name)
        words = name.replace("_", " ")
        if rate is None:
            shown.append([block(words), "—", "the run tells nothing of it", 0])
        else:
            told = f"{rate.part:,} of {rate.whole:,} {rate.words}"
            shown.append([block(words), rate.percent, told, 100 * rate.part // rate.whole])
    return shown


def _latency(latency: Latency) -> list[Json]:
    """Turns, mean, median, 95th percentile, then by bucket the bound in microseconds and turns."""
    middle, high = quantile(latency, 0.5), quantile(latency, 0.95)
    mean = latency.seconds / latency.turns if latency.turns else 0.0
    buckets: list[Json] = [
        [round(bound_of(number) * 1e6, 2), turns]
        for number, turns in enumerate(latency.buckets)
        if turns
    ]
    return [
        f"{latency.turns:,}",
        duration_words(mean),
        "" if middle is None else duration_words(middle),
        "" if high is None else duration_words(high),
        buckets,
    ]


def _cost(longer: Sequence[float]) -> str:
    """What a restore takes longer than a memory hit, turn by turn, because turns differ more from
    each other than the two do; at the median, because a mean says more of what else the machine
    did. Nothing is said of a few turns."""
    turns = counted(len(longer), "turn")
    if len(longer) < FEWEST_TURNS:
        return (
            f"What a restore costs cannot be told of {turns}: it takes {FEWEST_TURNS} that memory"
            " served in some plays and the store in others. More scenarios under faults make more"
            " of them."
        )
    middle = median(longer)
    rests_on = f"of {turns} that were served either way"
    if middle <= 0:
        return (
            f"A restore from the store took no longer than a memory hit at the median {rests_on}."
        )
    return (
        f"A restore from the store costs {duration_words(middle)} at the median {rests_on}: so much"
        " longer it took than a memory hit in the same turn."
    )


def _changes(changes: tuple[Change, ...]) -> list[Json]:
    shown: list[Json] = [one_line(change.words, 300) for change in changes[:MOST_CHANGES]]
    if (more := len(changes) - MOST_CHANGES) > 0:
        shown.append(f"and {counted(more, 'more change')}")
    return shown


def _noun(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"


def _tally(totals: Totals) -> str:
    return ", ".join(f"{number:,} {status}" for status, number in totals.statuses.items() if number)
