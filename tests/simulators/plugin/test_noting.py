"""How often it is noted how far an exploration has come, for a run that may be killed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reports.record import Exploration, FindingFound, ScenarioPlayed
from reports.unfinished import Unfinished
from simulators.campaign.campaign import Explored
from simulators.plugin import noting
from simulators.plugin.collecting import TEMPLATE
from simulators.plugin.noting import Notes
from tests.simulators.clock import Clock


@pytest.fixture
def notes(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Notes:
    def begun(_: object, so_far: Explored) -> ScenarioPlayed:
        return ScenarioPlayed("A", "a.feature", 2, (), "passed", 0.0, None, (), so_far.exploration)

    monkeypatch.setattr(noting, "begun", begun)
    record = str(tmp_path / "record.jsonl")
    Unfinished(Path(record)).make()
    item: Any = SimpleNamespace(config=SimpleNamespace(getoption=lambda _: record))
    return Notes(item, None, clock)


@pytest.fixture
def noted(tmp_path: Path) -> Callable[[], int]:
    """How many plans are noted now."""

    def read() -> int:
        (scenario,) = Unfinished(tmp_path / "record.jsonl").read(())
        assert isinstance(scenario, ScenarioPlayed)
        assert scenario.exploration is not None
        return scenario.exploration.plans

    return read


def come_to(plans: int) -> Callable[[], Explored]:
    return lambda: Explored(Exploration("inconclusive", plans, 0, is_partial=True), ())


def test_it_is_noted_once_a_second(notes: Notes, noted: Callable[[], int], clock: Clock) -> None:
    assert noted() == 0
    seen = []
    for tenth in range(1, 21):
        clock.seconds = tenth / 10
        notes.tell(tenth, None, come_to(tenth))
        seen.append(noted())
    assert seen == [*[0] * 9, *[10] * 10, 20]


def test_a_long_exploration_is_noted_less_often(notes: Notes, clock: Clock, tmp_path: Path) -> None:
    for second in range(1, 3_601):
        clock.seconds = float(second)
        notes.tell(second, None, come_to(second))
    lines = (tmp_path / "record.jsonl.unfinished").read_text().splitlines()
    assert 60 < len(lines) < 150


def test_an_exploration_that_is_interrupted_loses_nothing(
    notes: Notes, noted: Callable[[], int], clock: Clock
) -> None:
    def go_on() -> None:
        with notes:
            clock.seconds = 0.5
            notes.tell(7, None, come_to(7))
            assert noted() == 0
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go_on()
    assert noted() == 7


def test_a_finding_comes_with_what_was_tried_by_then(notes: Notes, tmp_path: Path) -> None:
    words = ("F1", "A", "a.feature"), ("Session", "wedged", "text", "crash after turn 1")
    finding = FindingFound(*words[0], 2, *words[1], 1, 2, "Lost.", "a", "b", "Scenario: A", (), ())
    notes.tell(7, None, come_to(7))
    notes.show(finding)
    scenario, found = Unfinished(tmp_path / "record.jsonl").read(())
    assert isinstance(scenario, ScenarioPlayed)
    assert scenario.exploration == replace(come_to(7)().exploration, verdict="fail")
    assert found == finding


def test_who_watches_reads_no_personal_data_in_the_name(clock: Clock) -> None:
    steps = (SimpleNamespace(name='the customer says "My name is Zacharias"'),)
    template: Any = SimpleNamespace(name="Zacharias says hello", steps=steps)
    stash: Any = pytest.Stash()
    stash[TEMPLATE] = template
    item: Any = SimpleNamespace(config=SimpleNamespace(getoption=lambda _: None), stash=stash)
    told: list[str] = []
    watcher: Any = SimpleNamespace(advance=lambda name, *_: told.append(name))
    notes = Notes(item, watcher, clock)
    notes.tell(1, None, come_to(1))
    assert told == []
    clock.seconds = 0.5
    notes.tell(2, None, come_to(2))
    notes.tell(3, None, come_to(3))
    assert told == ["Z••• says hello"]
