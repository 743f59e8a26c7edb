"""What a scenario has to tell: why it failed, in its own words, and what goes to the run record."""

import json
import traceback
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest._code.code import ReprExceptionInfo, ReprFileLocation, ReprTracebackNative
from pytest_bdd.parser import Scenario, Step

from reports.latency import latency_of, together
from reports.masking import masked_transcript
from reports.record import Entry, Latency, Line, ScenarioPlayed, WrittenStep
from reports.record_lines import line_of
from simulators.campaign.campaign import Explored
from simulators.campaign.transcribing import lines_of, transcript
from simulators.errors import HarnessError, ScenarioError, SimulatorError, TargetError, UsageError
from simulators.gherkin.check import CheckFailed
from simulators.gherkin.play import Play
from simulators.player import player
from simulators.plugin.collecting import TEMPLATE, shown_path
from simulators.plugin.transcripts import transcript_text
from simulators.targets.stores.silence import Silent
from simulators.targets.target import Capability
from simulators.trace import Life

PLAY = pytest.StashKey[Play]()
"""The conversation of an item."""

STEP = pytest.StashKey[Step | None]()
"""The step that is on; None when all are done."""

EXPLORED = pytest.StashKey[Explored]()
"""What came of the fault plans."""

COUNTS = pytest.StashKey[Mapping[str, int]]()
"""What the target had counted when the scenario had been played as it is written."""

SILENT = pytest.StashKey[Silent]()
"""Which of the target's stores faults inside its turns could strike."""

RESULT = "coolwind"
"""The attribute of a test report that holds what goes to the run record."""


class NotSurvived(AssertionError):
    """Fault plans broke laws: the scenario passes as written, and not under faults."""


class NotDecided(AssertionError):
    """The fault plans came to no verdict; no finding, and no pass."""


_KEYWORDS = ("Given", "When", "Then", "And", "But", "*")
_TELLING = (SimulatorError, CheckFailed, NotSurvived, NotDecided)


def tell(item: pytest.Item, report: pytest.TestReport, error: BaseException) -> None:
    """Replace the traceback where the error says it all, and add the transcript."""
    if isinstance(error, _TELLING):
        feature, line = _place_now(item)
        step = item.stash.get(STEP, None)
        text = str(error)
        if step is not None:
            text = f"{step.keyword} {step.name}\n{text}"
        location = ReprFileLocation(feature, line, str(error).split("\n")[0])
        told = ReprTracebackNative([f"{feature}:{line}: {text}\n"])
        report.longrepr = ReprExceptionInfo(told, location)
    play = item.stash.get(PLAY, None)
    if play is not None and play.trace.happenings:
        report.sections.append(("Coolwind transcript", transcript_text(play.trace)))


def result_of(
    item: pytest.Item, report: pytest.TestReport, error: BaseException | None
) -> Mapping[str, object]:
    """What goes to the run record, as values of JSON: the report may cross to another process."""
    explored, play = item.stash.get(EXPLORED, None), item.stash.get(PLAY, None)
    passed_as_written = isinstance(error, NotSurvived | NotDecided)
    played = replace(
        _as_written(item, explored),
        status="passed" if passed_as_written else report.outcome,
        seconds=max(0.0, report.duration),
        message=None if report.passed else _message(item, report, error),
        stopped_at=1 if report.when == "setup" else _stopped_at(item),
        exploration=explored.exploration if explored is not None else None,
    )
    entries: list[Entry] = [played, *(explored.findings if explored is not None else ())]
    trouble = _trouble(error)
    return {
        "entries": [json.loads(line_of(entry)) for entry in entries],
        "trouble": None if trouble is None else {"where": name_of(item), "what": trouble},
        "silent": item.stash.get(SILENT, {}),
        "struck": play is not None and play.has_begun and play.was_struck,
    }


def begun(item: pytest.Item, so_far: Explored) -> ScenarioPlayed:
    """What goes to the run record of a scenario if the run is cut short while its fault plans are
    tried."""
    exploration = replace(so_far.exploration, reasons=(_CUT_SHORT,))
    return replace(_as_written(item, so_far), message=_CUT_SHORT, exploration=exploration)


_CUT_SHORT = "the run was cut short while its fault plans were tried; run it again"


def _as_written(item: pytest.Item, explored: Explored | None) -> ScenarioPlayed:
    """A scenario that passed as it is written."""
    play = item.stash.get(PLAY, None)
    feature, line = place_of(item)
    return ScenarioPlayed(
        name_of(item),
        feature,
        line,
        tuple(sorted(item.stash[TEMPLATE].tags | item.stash[TEMPLATE].feature.tags)),
        "passed",
        0.0,
        transcript=_transcript(play),
        counts=item.stash[COUNTS] if COUNTS in item.stash else counts_of(play),
        latencies=_latencies(play, explored),
        steps=tuple(map(_written, _rendered(item).steps)),
    )


def _transcript(play: Play | None) -> tuple[Line, ...]:
    """The conversation as it is read; only what breaks a law is judged again. What is drawn in
    another way for its circumstances keeps them."""
    lines = transcript(play.trace) if play is not None else ()
    return tuple(
        line if _is_drawn_by_them(line) else replace(line, circumstances=None) for line in lines
    )


def _is_drawn_by_them(line: Line) -> bool:
    """Whether a message was served at once with the next one or came when the session was over, or
    a fault struck inside a turn."""
    told = line.circumstances
    return told is not None and (
        told.is_overlapped or told.point is not None or Life(told.life).is_over
    )


def _latencies(play: Play | None, explored: Explored | None) -> Mapping[str, Latency]:
    """By tier, how long turns took: those of the scenario as written, and those after a fault."""
    durations: dict[str, list[float]] = {}
    for exchange in play.trace.exchanges if play is not None else ():
        if exchange.answer.served_from is not None and exchange.took is not None:
            durations.setdefault(exchange.answer.served_from, []).append(exchange.took)
    written = {tier: latency_of(each) for tier, each in durations.items()}
    after = explored.latencies if explored is not None else {}
    return {
        tier: together(some[tier] for some in (written, after) if tier in some)
        for tier in sorted(written.keys() | after.keys())
    }


def _message(item: pytest.Item, report: pytest.TestReport, error: BaseException | None) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    if isinstance(error, ScenarioError | UsageError):
        # What is to be mended is a line of the feature file.
        feature, line = _place_now(item)
        return f"{feature}:{line}: {error}"
    if isinstance(error, _TELLING):
        return str(error)
    return "".join(traceback.format_exception_only(error)).strip() if error else ""


def _trouble(error: BaseException | None) -> str | None:
    """What went wrong with the target or with Coolwind, and not with the conversation."""
    if isinstance(error, TargetError | HarnessError):
        return str(error)
    if error is None or isinstance(
        error, (*_TELLING, pytest.skip.Exception, pytest.fail.Exception)
    ):
        return None
    frames = traceback.extract_tb(error.__traceback__)
    own = Path(__file__).parents[1]
    if frames and Path(frames[-1].filename).is_relative_to(own):
        return f"{type(error).__name__}: {error}"
    if any(frame.filename == player.__file__ for frame in frames):
        what = " ".join(str(error).split())
        place = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}"
        return f"the target failed with {type(error).__name__}: {what} ({place}); mend its adapter"
    return None


def name_of(item: pytest.Item) -> str:
    """The name of a scenario, with that of its example row where all rows share one."""
    template = item.stash[TEMPLATE]
    callspec = getattr(item, "callspec", None)
    if callspec is None:
        return template.name
    named = _rendered(item).name
    return named if named != template.name else f"{template.name} [{callspec.id}]"


def _rendered(item: pytest.Item) -> Scenario:
    """A scenario with the values of its example row."""
    callspec = getattr(item, "callspec", None)
    row = {} if callspec is None else callspec.params.get("_pytest_bdd_example", {})
    return item.stash[TEMPLATE].render(row)


def _written(step: Step) -> WrittenStep:
    rows = () if step.datatable is None else step.datatable.rows
    table = tuple(tuple(cell.value for cell in row.cells) for row in rows)
    keyword = step.keyword.strip()
    if keyword not in _KEYWORDS:
        keyword = step.type.title()
    return WrittenStep(keyword, step.name, step.line_number, table, step.docstring)


def _stopped_at(item: pytest.Item) -> int | None:
    """The number of the step that is on, from 1."""
    step = item.stash.get(STEP, None)
    lines = [one.line_number for one in _rendered(item).steps]
    return None if step is None else lines.index(step.line_number) + 1


def shown_name_of(item: pytest.Item) -> str:
    """The same with personal data masked, for a terminal and the logs that it goes to."""
    play = item.stash.get(PLAY, None)
    lines = () if play is None else lines_of(play.trace.happenings)
    steps = (step.name for step in item.stash[TEMPLATE].steps)
    _, (shown, *_) = masked_transcript(lines, (name_of(item), *steps))
    return shown


def _place_now(item: pytest.Item) -> tuple[str, int]:
    """The feature file, and the line of the step that is on, or of the scenario."""
    feature, line = place_of(item)
    step = item.stash.get(STEP, None)
    return feature, line if step is None else step.line_number


def place_of(item: pytest.Item) -> tuple[str, int]:
    """The feature file of a scenario, and its line there."""
    template = item.stash[TEMPLATE]
    path = Path(template.feature.filename)
    return shown_path(path, item.config.rootpath), template.line_number


def counts_of(play: Play | None) -> Mapping[str, int]:
    """How many sessions and flows the target tells of, by what became of them."""
    if play is None or not play.has_begun or Capability.EVENTS not in play.target.capabilities:
        return {}
    counts: Counter[str] = Counter()
    for name, fields in play.target.events():
        if (word := _COUNTED.get(name)) is not None:
            flow = fields.get("flow")
            counts[f"{word}:{flow}" if name.startswith("flow.") else word] += 1
    return dict(counts)


_COUNTED = {
    "session.created": "created",
    "session.restored": "restored",
    "turn.served": "answered",
    "message.repeated": "answered",
    "flow.started": "started",
    "flow.completed": "completed",
}
