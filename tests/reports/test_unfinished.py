"""What is kept beside a record of scenarios that are not in it yet."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from reports.errors import RecordError
from reports.record import FindingFound, Record, ScenarioPlayed
from reports.record_file import RecordWriter, read_record
from reports.unfinished import Unfinished, key_of


@pytest.fixture
def scenario(order: ScenarioPlayed, finding: FindingFound) -> ScenarioPlayed:
    assert order.exploration is not None
    exploration = replace(order.exploration, verdict="fail")
    return replace(order, name=finding.scenario, feature=finding.feature, exploration=exploration)


@pytest.fixture
def unfinished(tmp_path: Path) -> Unfinished:
    file = Unfinished(tmp_path / "record.jsonl")
    file.make()
    return file


def test_what_is_added_is_read(
    unfinished: Unfinished, scenario: ScenarioPlayed, finding: FindingFound
) -> None:
    unfinished.append(scenario)
    unfinished.append(finding)
    assert unfinished.read(()) == (scenario, finding)
    assert unfinished.read({key_of(scenario)}) == ()


def test_the_last_word_on_a_finding_counts(
    unfinished: Unfinished, scenario: ScenarioPlayed, finding: FindingFound
) -> None:
    unfinished.append(scenario, finding, replace(finding, plans=7))
    assert unfinished.read(()) == (scenario, replace(finding, plans=7))


def test_a_scenario_that_is_done_makes_void_what_was_added_of_it(
    unfinished: Unfinished, scenario: ScenarioPlayed, finding: FindingFound
) -> None:
    unfinished.append(scenario, finding)
    unfinished.append(replace(scenario, seconds=3.0))
    assert unfinished.read(()) == (replace(scenario, seconds=3.0),)


def test_a_scenario_fails_by_what_was_found_and_that_stays_while_it_goes_on(
    unfinished: Unfinished, scenario: ScenarioPlayed, finding: FindingFound
) -> None:
    assert scenario.exploration is not None
    so_far = replace(scenario.exploration, verdict="inconclusive", is_partial=True)
    begun = replace(scenario, exploration=so_far)
    unfinished.append(begun)
    assert unfinished.read(()) == (begun,)
    unfinished.append(finding)
    unfinished.append(replace(begun, seconds=3.0))
    failed = replace(begun, seconds=3.0, exploration=replace(so_far, verdict="fail"))
    assert unfinished.read(()) == (failed, finding)


def test_scenarios_are_read_by_their_place_and_not_by_time(
    unfinished: Unfinished, scenario: ScenarioPlayed
) -> None:
    later = replace(scenario, name="later", line=scenario.line + 1)
    unfinished.append(later)
    unfinished.append(scenario)
    assert unfinished.read(()) == (scenario, later)


def test_a_line_that_was_cut_is_left_out(
    unfinished: Unfinished, scenario: ScenarioPlayed, tmp_path: Path
) -> None:
    with (tmp_path / "record.jsonl.unfinished").open("ab") as file:
        file.write(b'{"kind":"scenario_pl\n\xff\n[]\n{"kind":"run_ended"}\n')
    unfinished.append(scenario)
    assert unfinished.read(()) == (scenario,)


def test_it_is_for_the_owner_alone(unfinished: Unfinished, tmp_path: Path) -> None:
    unfinished.make()
    mode = (tmp_path / "record.jsonl.unfinished").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_nothing_comes_after_its_end(
    unfinished: Unfinished, scenario: ScenarioPlayed, tmp_path: Path
) -> None:
    unfinished.remove()
    unfinished.remove()
    unfinished.append(scenario)
    assert not list(tmp_path.iterdir())
    assert unfinished.read(()) == ()


def test_where_it_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "record.jsonl.unfinished").mkdir()
    with pytest.raises(RecordError, match="cannot be made"):
        Unfinished(tmp_path / "record.jsonl").make()


def test_a_record_without_its_end_has_it(
    unfinished: Unfinished,
    scenario: ScenarioPlayed,
    finding: FindingFound,
    failing: Record,
    tmp_path: Path,
) -> None:
    unfinished.append(scenario, finding)
    path = tmp_path / "record.jsonl"
    with RecordWriter(path) as writer:
        writer.write(failing.started)
        assert read_record(path) == Record(failing.started, (scenario,), (finding,))
        writer.write(scenario)
        assert read_record(path) == Record(failing.started, (scenario,))
        assert failing.ended is not None
        writer.write(failing.ended)
        assert not read_record(path).findings
