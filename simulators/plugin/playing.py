"""What happens around the items of feature files: fixtures, collection, exploration."""

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import pytest
from pytest_bdd.parser import Step

from reports.record import Exploration, FindingFound
from simulators.campaign.campaign import Explored, Options, explore, outcome_of
from simulators.conversation import Script
from simulators.errors import ScenarioError, TargetError, UsageError
from simulators.explorer.care import PARANOID
from simulators.explorer.care import USUAL as USUAL_CARE
from simulators.explorer.depths import depth_of
from simulators.explorer.explorer import Depth
from simulators.explorer.sampling import Budget
from simulators.faults.catalogue import GROUPS, USUAL, select
from simulators.gherkin.check import CheckFailed
from simulators.gherkin.play import Play
from simulators.gherkin.resolution import Runner
from simulators.gherkin.tags import SURVIVES, chosen_by
from simulators.gherkin.vocabulary import definitions, knows, nearest
from simulators.jobs.progress import WATCHER, Advances, Lines, Watcher
from simulators.jobs.relaying import RELAY, Relay
from simulators.plugin.attaching import attach_transcript
from simulators.plugin.bound import Bound
from simulators.plugin.collecting import PLAYING, TEMPLATE, FeatureFile, settle
from simulators.plugin.noting import Notes
from simulators.plugin.telling import (
    COUNTS,
    EXPLORED,
    PLAY,
    RESULT,
    SILENT,
    STEP,
    NotDecided,
    NotSurvived,
    counts_of,
    name_of,
    place_of,
    result_of,
    tell,
)
from simulators.targets.choice import choose
from simulators.targets.hidden import outlived_of
from simulators.targets.servers.logs import logs_of
from simulators.targets.stores.silence import silent_of, together, uncounted_of
from simulators.targets.target import Arrangement, Target

_ERROR = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception): \S")
"""A line of a log, as Python, Node and Java have it."""
_NOTHING_PLAYED = (
    "the scenario plays no conversation; let a step of Coolwind say something, or take the tag"
    " @survives off"
)


class Playing:
    """The part of the pytest plugin that a feature file brings along.

    `files` are all that were collected. `is_for_all` says that the scenarios which Python modules
    bind are played as those of feature files are; the project asked for that.
    """

    def __init__(self) -> None:
        self.files: list[FeatureFile] = []
        self.is_for_all = False
        self._bound = Bound()

    @pytest.fixture
    def play(self, request: pytest.FixtureRequest) -> Iterator[Play]:
        """The conversation of this scenario. Its target is made when a step first needs it."""
        config = request.config
        text: str = config.getoption("--coolwind-target")
        sites = sites_of(config, len(request.session.items))
        play = Play(lambda: choose(text, sites), _outcome, _seed(request.node))
        request.node.stash[PLAY] = play
        yield play
        play.close()

    @pytest.fixture
    def coolwind_loop(self) -> Iterator[Runner]:
        """Runs async steps, all of one scenario on one event loop."""
        with asyncio.Runner() as runner:

            def run(awaitable: object) -> object:
                async def wait() -> object:
                    return await awaitable  # type: ignore[misc]

                return runner.run(wait())

            yield run

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Collection is over: Python modules that bind features are known, and so are tags."""
        collected = len(items)
        settle(session, items, self.files)
        _uncount(config, collected - len(items))
        if self.is_for_all:
            self._bound.adopt(items)
        expression: str | None = config.getoption("--coolwind-tags")
        if expression is not None:
            _keep_tagged(config, items, expression)

    @pytest.hookimpl
    def pytest_bdd_before_step(self, request: pytest.FixtureRequest, step: Step) -> None:
        """Remember which step is on, for the message when it fails."""
        request.node.stash[STEP] = step

    @pytest.hookimpl
    def pytest_bdd_step_func_lookup_error(self, step: Step, exception: Exception) -> None:
        """A step that is misspelt gets the nearest ones."""
        if self.is_for_all and not knows(step.name) and (near := _near_ours(step.name)):
            exception.add_note("Did you mean " + " or ".join(map(repr, near)) + "?")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """A scenario that passed as written goes under its fault plans."""
        self._bound.check(item)
        try:
            yield
        except CheckFailed:
            if TEMPLATE in item.stash:
                _check_that_it_serves(item)
            raise
        finally:
            play = item.stash.get(PLAY, None)
            if play is not None or TEMPLATE in item.stash:
                attach_transcript(item, () if play is None else play.trace.happenings)
        wish = None
        if TEMPLATE in item.stash:
            item.stash[STEP] = None
            _check_that_it_serves(item)
            wish = _wish(item)
        if wish is not None:
            _explore(item, wish)
        elif play is not None and play.has_begun and (doubts := outlived_of(play.target)):
            item.stash[STEP] = None
            _undecided(item, doubts)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A failure is told in the words of the scenario, and the result goes with the report."""
        report = yield
        if TEMPLATE not in item.stash:
            return report
        if call.excinfo is not None and report.failed:
            tell(item, report, call.excinfo.value)
        if report.when == "call" or (report.when == "setup" and not report.passed):
            vars(report)[RESULT] = result_of(item, report, call.excinfo and call.excinfo.value)
        elif report.failed:
            trouble = {"where": item.nodeid, "what": report.longreprtext}
            vars(report)[RESULT] = {"entries": [], "trouble": trouble}
        return report


def _near_ours(line: str) -> list[str]:
    return nearest(line, [one.sentence.name for one in definitions()])


def playing_of(config: pytest.Config) -> Playing:
    """The one of this run, registered when it is first asked for."""
    playing = config.pluginmanager.get_plugin(PLAYING)
    if playing is None:
        playing = Playing()
        config.pluginmanager.register(playing, PLAYING)
    assert isinstance(playing, Playing)
    return playing


def _uncount(config: pytest.Config, dropped: int) -> None:
    """Let pytest's terminal not count scenarios that are not run because a Python module runs them:
    they are not deselected. It has no way of its own to be told so."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and hasattr(terminal, "_numcollected"):
        terminal._numcollected -= dropped


def sites_of(config: pytest.Config, scenarios: int) -> int:
    """At how many sites the servers of one scenario may stand: of more processes than scenarios,
    some have nothing else to do."""
    processes = getattr(config, "workerinput", {}).get("workercount", 1)
    return max(1, int(processes) // scenarios)


def _keep_tagged(config: pytest.Config, items: list[pytest.Item], expression: str) -> None:
    try:
        is_chosen = chosen_by(expression)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error
    left_out = [
        item
        for item in items
        if TEMPLATE in item.stash and not is_chosen({mark.name for mark in item.iter_markers()})
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _seed(item: pytest.Item) -> int:
    mark = item.get_closest_marker("seed")
    if mark is None:
        seed: int = item.config.getoption("--coolwind-seed")
        return seed
    if len(mark.args) != 1 or type(mark.args[0]) is not int:
        raise ScenarioError("the tag @seed takes one whole number; write it as in @seed(42)")
    return mark.args[0]


def _outcome(script: Script, arrangement: Arrangement, target: Target, seed: int) -> str:
    return outcome_of(script, arrangement, target, seed).value


def _wish(item: pytest.Item) -> str | None:
    """Which faults a scenario is to survive; None when it is played as written and no more."""
    wish: str | None = item.config.getoption("--coolwind-faults")
    if item.get_closest_marker(SURVIVES) is not None:
        return wish or USUAL
    play = item.stash.get(PLAY, None)
    return wish if play is not None and play.has_begun else None


def _check_that_it_serves(item: pytest.Item) -> None:
    """Raises `TargetError` where every message was refused, and neither a fault nor a check has to
    do with that. Checks of others may have."""
    play = item.stash.get(PLAY, None)
    refusal = None if play is None else play.refusal
    if (
        play is None
        or refusal is None
        or not all(knows(step.name) for step in item.stash[TEMPLATE].steps)
    ):
        return
    status, said = refusal.answer.status, " ".join(refusal.answer.text.split())[:80]
    raise TargetError(
        f"the service refused every message with status {status}, although nothing had struck"
        f" ({said or 'without a word'}{_last_error(play.target)}); mend it, or the request that it"
        f" gets, or let the scenario expect that: Then the reply has status {status}"
    )


def _last_error(target: Target) -> str:
    """What the last log of a target tells of an error, as the end of a sentence."""
    lines = [line for log in logs_of(target).values() for line in log.splitlines()]
    errors = [line.strip() for line in lines if _ERROR.match(line)]
    return f"; its log has {errors[-1][:200]!r}" if errors else ""


def _explore(item: pytest.Item, wish: str) -> None:
    play = item.stash.get(PLAY, None)
    if play is None or not play.has_begun:
        _undecided(item, (_NOTHING_PLAYED,))
        return
    # The target goes through the fault plans now, and forgets what it told of the play.
    item.stash[COUNTS] = counts_of(play)
    faults = tuple(select(wish, play.target.capabilities))
    target: str = item.config.getoption("--coolwind-target")
    seconds: float | None = item.config.getoption("--coolwind-budget")
    depth: Depth = item.config.getoption("--coolwind-depth")
    options = Options(
        play.seed,
        depth_of(depth, play.target, seconds),
        faults,
        target,
        are_named=wish.strip() not in GROUPS,
        budget=None if seconds is None else Budget(seconds),
        care=PARANOID if item.config.getoption("--coolwind-paranoid") else USUAL_CARE,
    )
    feature, line = place_of(item)
    notes = Notes(item, _watcher(item.config))

    def placed(one: FindingFound) -> FindingFound:
        return replace(one, feature=feature, line=line, finding_id=_finding_id(feature, one))

    with notes:
        explored = explore(
            name_of(item),
            play.script,
            play.arrangement,
            play.target,
            options,
            notes.tell,
            lambda one: notes.show(placed(one)),
        )
    strikes_inside = not all(fault.strikes_between_turns for fault in faults)
    silent = silent_of(play.target) if strikes_inside else {}
    item.stash[SILENT] = together(silent, uncounted_of(play.target))
    findings = tuple(map(placed, explored.findings))
    _conclude(item, replace(explored, findings=findings))


class _Terminal:
    """Where pytest writes, out of the reach of its capture."""

    def __init__(self, config: pytest.Config, reporter: pytest.TerminalReporter) -> None:
        self._capture = config.pluginmanager.get_plugin("capturemanager")
        self._reporter = reporter

    def write(self, text: str) -> None:
        """Write a line below what pytest has written."""
        nobody_captures = contextlib.nullcontext()
        with self._capture.global_and_fixture_disabled() if self._capture else nobody_captures:
            self._reporter.ensure_newline()
            self._reporter.write(text, flush=True)

    def flush(self) -> None:
        """Nothing waits."""


def _watcher(config: pytest.Config) -> Advances | None:
    """Whoever is told how far a scenario has come: that of `coolwind run`, also from one of its
    processes, or, where pytest itself was called, its terminal."""
    relay: str | None = getattr(config, "workerinput", {}).get(RELAY)
    if relay is not None:
        return Relay(relay)
    watcher: Watcher | None = config.pluginmanager.get_plugin(WATCHER)
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if watcher is None and isinstance(reporter, pytest.TerminalReporter):
        return Lines(_Terminal(config, reporter))
    return watcher


def _undecided(item: pytest.Item, doubts: Sequence[str]) -> None:
    _conclude(item, Explored(Exploration("inconclusive", 0, 0, reasons=tuple(doubts)), ()))


def _conclude(item: pytest.Item, explored: Explored) -> None:
    item.stash[EXPLORED] = explored
    if explored.findings:
        raise NotSurvived("\n\n".join(_told(one) for one in explored.findings))
    if explored.exploration.verdict != "pass":
        raise NotDecided(f"inconclusive: {'; '.join(explored.exploration.reasons)}")


def _told(finding: FindingFound) -> str:
    others = f" (and {finding.plans - 1} more)" if finding.plans > 1 else ""
    return (
        f"{finding.outcome}: {finding.sentence}\nplan: {finding.plan}{others}\n\n"
        f"{finding.gherkin.rstrip()}"
    )


def _finding_id(feature: str, finding: FindingFound) -> str:
    """Equal in every run that finds the same cause in the same scenario."""
    cause = (feature, finding.scenario, finding.law, finding.outcome, finding.field)
    return hashlib.sha256("\0".join(cause).encode("utf-8", "backslashreplace")).hexdigest()[:12]
