"""The run record: what one run found, as append-only JSON lines, one entry a line.

The first line is a `RunStarted`; `ScenarioPlayed` and `FindingFound` follow as they come about;
a `RunEnded` closes it. A record without its last line is one of a run that was cut short.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypeAlias

from reports.reproducer import Reproducer
from reports.shape import Count, OneOf, Seconds

VERSION = 3
"""Version of the format; a reader reads its own and every earlier one."""

Verdict: TypeAlias = Annotated[str, OneOf(("pass", "fail", "inconclusive"))]
Status: TypeAlias = Annotated[str, OneOf(("passed", "failed", "skipped"))]


@dataclass(frozen=True, slots=True)
class FaultColumn:
    """A fault that the run could inject; a column of the matrix."""

    name: str
    contract: str
    does: str


@dataclass(frozen=True, slots=True)
class LawChecked:
    """A law that every play was held against. `says` is the law in one sentence."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class RunStarted:
    """What was to be run, and with what.

    `depth` is the most faults of a plan, None for any number. `budget` is how long each scenario
    was to be explored for, None for as long as it takes. `started_at` is ISO 8601 in UTC.
    `environment` names what the run stood on, such as the operating system; nothing in it names a
    person or a machine. `uncovered` has what the target could not be put through, each thing a
    sentence with its reason and the remedy.
    """

    coolwind: str
    python: str
    target: str
    seed: int
    depth: Count | None
    faults: tuple[FaultColumn, ...]
    paths: tuple[str, ...]
    started_at: str
    version: int = VERSION
    budget: Seconds | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    laws: tuple[LawChecked, ...] = ()
    uncovered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a law takes into account beside what a customer can see. Kept for findings alone, so
    that they can be judged again.

    For a message: how the session stood before (`life`), whether the message carried its ID
    (`is_presented`), repeated an earlier one, or was interrupted by a fault inside it; whether it
    was served at once with the next one (`is_overlapped`); whether it is of a course of its own
    (`departs`); what its reply is about (`intent`), and whether a human takes over (`escalated`).
    For a fault: whether it really struck, was announced on the spot, at which call it struck, and
    whether the turn around it may have happened or not. For both, `own_effects` names the kinds of
    effects that are those of the session alone, and not of all customers.
    """

    message_id: str = ""
    fresh: bool | None = None
    quick_replies: tuple[str, ...] = ()
    intent: str | None = None
    life: str = "unknown"
    is_presented: bool = False
    is_interrupted: bool = False
    has_fired: bool = True
    is_announced: bool = False
    point: str | None = None
    is_unsettled: bool = False
    is_overlapped: bool = False
    departs: bool = False
    escalated: bool | None = None
    own_effects: tuple[str, ...] = ()


NO_RETRY = "no-retry"
"""Stands in the place of a fault where a customer leaves a message alone that was not answered."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript: a message with its answer, or a fault that struck.

    For a fault, `fault` is its name, or `NO_RETRY`, and `reply` the evidence that it fired. What
    the target does not tell is None. `at` is the target's time in seconds since the transcript
    began. `kept` is what the service then held of the session, and `effects` what had left it, by
    kind and oldest first; both as texts of JSON. `calls` are what the service asked of its ports
    for the message, in order, where the target tells it, and `writes` those of them by which
    something durable changed; None where that is not told. `node` names the node that the message
    went to, where there may be several.
    """

    turn: Count
    customer: str
    text: str
    reply: str
    status: int = 200
    session_id: str | None = None
    served_from: str | None = None
    flow: str | None = None
    step: str | None = None
    fault: str | None = None
    tab: Count = 1
    at: Seconds | None = None
    repeats: bool = False
    kept: str | None = None
    effects: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    calls: tuple[str, ...] = ()
    circumstances: Circumstances | None = None
    node: str | None = None
    writes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix: a fault that struck at one step of a flow.

    `flow` and `step` are where the conversation stood when the fault struck, None outside any
    flow. `tier` is what served the first turn after it, None where there is none or it is not
    told. `plans` counts the plans judged and `fired` those in which the fault struck; `outcome` is
    the worst.
    """

    flow: str | None
    step: str | None
    fault: str
    plans: Count
    fired: Count
    outcome: str
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class PlanClass:
    """All the fault plans that end alike: with this fault in this place (`last`, in words), and in
    this outcome. `plans` is the exact number of those that were tried in their order, and `samples`
    that of the different ones that were drawn by chance, which may be among those."""

    last: str
    outcome: str
    plans: Count
    samples: Count = 0


@dataclass(frozen=True, slots=True)
class Exploration:
    """What the fault plans of one scenario came to.

    `plans` counts the plans decided, `executions` the turns played for them, and `states` the
    different ones that were met; `samples` counts the plans drawn by chance beside them, where
    there was no time for all. `tiers` counts by tier the turns that each served. `reasons` say why
    the verdict is not pass, and `notes` what else there is to know of how it came about. The plans
    of the `classes` add up to `plans`; `masks` names what was masked, because it varies between two
    clean runs, as `turn 2: text`. `is_partial` says that the run was cut short meanwhile: all of it
    is how far it had come by then.
    """

    verdict: Verdict
    plans: Count
    executions: Count
    cells: tuple[Cell, ...] = ()
    tiers: Mapping[str, Count] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    states: Count = 0
    samples: Count = 0
    notes: tuple[str, ...] = ()
    classes: tuple[PlanClass, ...] = ()
    masks: tuple[str, ...] = ()
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Latency:
    """How long turns took, by real time, from handing a message over to its answer.

    `buckets` counts turns: the first holds those of up to 8 microseconds, each next one those of up
    to a quarter more octave (a factor of 2 ** 0.25), the last all that took longer. `sample` has
    durations to four digits, shortest first: all of them or, of more than 200, those at 200 evenly
    spaced ranks. An older record has none. `beyond_memory` has, for each turn of the scenario that
    memory served in other plays of it, how much longer it took here, at the median of either; less
    than 0 where it was faster.
    """

    turns: Count
    seconds: Seconds
    buckets: tuple[Count, ...]
    sample: tuple[Seconds, ...] = ()
    beyond_memory: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """A step as its feature file has it, with the values of its row in an outline.

    `text` is what follows the keyword, which is an English one, whatever the language of the file.
    `table` has the rows of the table below it, and `doc_string` the text below it, None where there
    is none.
    """

    keyword: str
    text: str
    line: Count
    table: tuple[tuple[str, ...], ...] = ()
    doc_string: str | None = None


@dataclass(frozen=True, slots=True)
class ScenarioPlayed:
    """One scenario, as it was written and under its fault plans.

    `status` is passed, failed or skipped; `message` is why it is not passed. `feature` is the
    path of the feature file below the folder of the run. `counts` adds up, over the scenario as
    written, what the target told of itself: sessions `created` and `restored`, messages `answered`,
    runs `started:FLOW` and `completed:FLOW`; empty where it tells nothing. `latencies` has how long
    turns took, those of the fault plans included, by the tier that served them. `steps` are those
    of the background and its own, and `stopped_at` is the number of the one, from 1, with which it
    ended too early; None where all were done. An older record tells nothing of either.
    """

    name: str
    feature: str
    line: Count
    tags: tuple[str, ...]
    status: Status
    seconds: Seconds
    message: str | None = None
    transcript: tuple[Line, ...] = ()
    exploration: Exploration | None = None
    counts: Mapping[str, Count] = field(default_factory=dict)
    latencies: Mapping[str, Latency] = field(default_factory=dict)
    steps: tuple[WrittenStep, ...] = ()
    stopped_at: Count | None = None


@dataclass(frozen=True, slots=True)
class ServerLog:
    """The end of what a process of the target wrote, by the process's name."""

    process: str
    text: str


@dataclass(frozen=True, slots=True)
class LawBroken:
    """One law that a play broke, and where it came to light."""

    law: str
    turn: Count
    customer: str
    field: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Varying:
    """Words of a value that vary between clean runs, by position from 0 on; -1 is all of the value.

    `words` has all of them. Of those, `names` has what names something without looking like it and
    is followed as a name, `made_anew` what looks like an identifier and names nothing, and
    `in_sequence` what is a number of a sequence.
    """

    turn: Count
    path: str
    words: tuple[int, ...]
    names: tuple[int, ...] = ()
    made_anew: tuple[int, ...] = ()
    in_sequence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingFound:
    """A law that was broken, by its cause: one law, outcome and field of one scenario.

    All is told of the shortest conversation that shows it. `plan` is the plan that breaks it, in
    words; `plans` counts the plans of the whole scenario that show the same cause. `expected` and
    `actual` are what the clean run and the faulted run had, and `sentence` says in words what the
    customer loses, and in which other fields the same break shows first in other turns. `gherkin`
    is a scenario that fails the same way. Of `replays` plays of the plan, `reproduced` failed that
    way. `reproducer` is what `coolwind replay` goes by. `logs` has the end of what each process of
    the target wrote in the last of those plays. `broken` has every law that the play broke, the
    nearest to the cause first, and `varying` what was masked. `shown_alone_by` names the faults
    that show the cause in plans of one fault; an older record names none.
    """

    finding_id: str
    scenario: str
    feature: str
    line: Count
    law: str
    outcome: str
    field: str
    plan: str
    plans: Count
    turn: Count
    sentence: str
    expected: str
    actual: str
    gherkin: str
    clean: tuple[Line, ...]
    faulted: tuple[Line, ...]
    reproduced: Count = 0
    replays: Count = 0
    reproducer: Reproducer | None = None
    logs: tuple[ServerLog, ...] = ()
    broken: tuple[LawBroken, ...] = ()
    varying: tuple[Varying, ...] = ()
    shown_alone_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunEnded:
    """How the run ended. `verdict` is pass, fail or inconclusive."""

    verdict: Verdict
    seconds: Seconds
    reasons: tuple[str, ...] = ()
    interrupted: bool = False


Entry: TypeAlias = RunStarted | ScenarioPlayed | FindingFound | RunEnded


@dataclass(frozen=True, slots=True)
class Record:
    """A whole run record; `ended` is None when the run was killed."""

    started: RunStarted
    scenarios: tuple[ScenarioPlayed, ...] = ()
    findings: tuple[FindingFound, ...] = ()
    ended: RunEnded | None = None

    @property
    def is_partial(self) -> bool:
        """Whether the run was cut short, killed or interrupted."""
        return self.ended is None or self.ended.interrupted
