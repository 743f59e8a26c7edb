"""What was measured, as JSON and as tables."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.by_hand import Comparison
from benchmarks.exploring import Cost, Exploration
from benchmarks.measuring import Machine, Part
from benchmarks.restarting import Restart
from benchmarks.talking import Pace


def as_json(parts: Iterable[Part]) -> dict[str, Any]:
    """The keys are documented in docs/benchmarks.md."""
    document: dict[str, Any] = {"explorations": []}
    for part in parts:
        match part:
            case Machine():
                document["machine"] = asdict(part)
            case Exploration():
                depth = "any" if part.depth is None else part.depth
                document["explorations"].append(
                    {**asdict(part), "depth": depth, "fewer_executions": part.fewer_executions}
                )
            case Pace():
                document["turns_a_second"] = {
                    **asdict(part),
                    "overhead": part.overhead,
                    "remembering_overhead": part.remembering_overhead,
                }
            case Comparison():
                document["by_hand"] = {**asdict(part), "times_faster": part.times_faster}
            case Restart():
                document["real_server"] = {
                    **asdict(part),
                    "times_the_start": part.times_the_start,
                }
    return document


def show(parts: Sequence[Part], console: Console) -> None:
    """A table for each kind of part."""
    table = Table("conversation", title="Turn executions, and seconds of processor time")
    for heading in ("depth", "plans", "states", "merged", "shared", "replayed", "times fewer"):
        table.add_column(heading, justify="right")
    for part in parts:
        match part:
            case Machine():
                console.print(
                    f"{part.system}, Python {part.python}, {part.processors} processors,"
                    f" {part.load:.1f} busy processes before it began"
                )
            case Exploration():
                table.add_row(
                    f"{part.conversation}, {part.faults} faults",
                    "any" if part.depth is None else str(part.depth),
                    _count(part.plans),
                    f"{part.states:,}",
                    *map(_cost, (part.merged, part.shared, part.replayed)),
                    _count(round(part.fewer_executions)),
                )
    console.print(table)
    console.print(
        "~ computed from the counts of plans; its seconds from a sample of replayed plans"
    )
    for part in parts:
        match part:
            case Pace():
                console.print(
                    f"\nTurns a second: core {part.core:,.0f}, core with flows that remember"
                    f" {part.remembering_core:,.0f}, simulator {part.simulator:,.0f}, explorer"
                    f" {part.explorer:,.0f}\nOverhead of the simulator: {part.overhead:+.0%} over"
                    f" the core, {part.remembering_overhead:+.0%} over the core with flows that"
                    " remember"
                )
            case Comparison():
                console.print(
                    f"\n{part.plans} plans of one fault: {part.by_hand.seconds:.1f} s and"
                    f" {part.by_hand.lines:,} lines of Gherkin by hand,"
                    f" {part.coolwind.seconds:.1f} s and {part.coolwind.lines:,} lines with"
                    f" Coolwind ({part.times_faster:.1f} times faster)"
                )
            case Restart():
                console.print(
                    f"\nA real server starts in {1_000 * part.start:.0f} ms by itself, in"
                    f" {1_000 * part.crash:.0f} ms after a crash ({part.times_the_start:.2f} times"
                    f" as long), in {1_000 * part.restart:.0f} ms at a restart in good order"
                )


def _count(number: int) -> str:
    return f"{number:,}" if number < 10**9 else f"{number:.1e}"


def _cost(cost: Cost) -> str:
    about = "~" if cost.computed else ""
    seconds = f"{cost.seconds:.2f} s" if cost.seconds < 10**6 else f"{cost.seconds:.1e} s"
    return f"{about}{_count(cost.executions)}\n{about}{seconds}"
