"""`coolwind judge` and `coolwind compare`: records judged again, and held against each other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.commands.judge
import simulators.plugin.playing
import simulators.targets.reference  # noqa: F401
from reports.record import FaultColumn, Record, RunEnded, RunStarted, ScenarioPlayed
from reports.record_file import RecordWriter, read_record
from simulators.campaign.campaign import Options, explore
from simulators.cli import Exit, main
from simulators.conversation import THE_CUSTOMER, Say
from simulators.faults.catalogue import select
from simulators.targets.choice import choose
from simulators.targets.target import Arrangement

pytest_plugins = ("pytester",)

SCRIPT = (Say(THE_CUSTOMER, "I need 11 remote controls"), Say(THE_CUSTOMER, "hello"))


def write(path: str, record: Record) -> None:
    with RecordWriter(Path(path)) as writer:
        writer.write(record.started)
        for entry in (*record.scenarios, *record.findings):
            writer.write(entry)
        if record.ended is not None:
            writer.write(record.ended)


@pytest.fixture
def found(pytester: pytest.Pytester, services: None) -> Record:
    """The record of a service that forgets everything, in the file `old.jsonl`."""
    del pytester, services
    target = choose("service:Forgetful")
    options = Options(3, 1, tuple(select("crash", target.capabilities)), "service:Forgetful")
    explored = explore("An order", SCRIPT, Arrangement(), target, options)
    scenario = ScenarioPlayed(
        "An order", "", 0, (), "passed", 0.1, exploration=explored.exploration
    )
    crash = FaultColumn("crash", "transparent", "The server dies.")
    record = Record(
        RunStarted("0.1.0", "3.11", "forgetful", 3, 1, (crash,), (), "2026-01-05T00:00:00+00:00"),
        (scenario,),
        explored.findings,
        RunEnded("fail", 0.1, tuple(one.sentence for one in explored.findings)),
    )
    write("old.jsonl", record)
    return record


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What was printed since."""
    return lambda: capsys.readouterr().out


def test_the_same_laws_come_to_the_same(found: Record, told: Callable[[], str]) -> None:
    assert main(["judge", "old.jsonl", "--output", "new.jsonl"]) == Exit.FAIL
    assert told().count(": as before: ") == len(found.findings) > 0
    assert read_record(Path("new.jsonl")) == found


def test_a_law_that_was_corrected_takes_its_findings_back(
    found: Record, told: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.laws.judge.LAWS", ())
    assert main(["judge", "old.jsonl", "--output", "new.jsonl"]) == Exit.INCONCLUSIVE
    assert told().count("breaks no law any more") == len(found.findings)
    judged = read_record(Path("new.jsonl"))
    assert judged.findings == ()
    assert judged.ended is not None
    assert judged.ended.verdict == "inconclusive"
    assert judged.scenarios[0].exploration is not None
    assert judged.scenarios[0].exploration.verdict == "inconclusive"


def test_a_finding_is_told_in_the_words_of_the_laws_as_they_are(
    found: Record, told: Callable[[], str]
) -> None:
    other = replace(found.findings[0], law="Reply", outcome="lost-turn", field="text")
    write("old.jsonl", replace(found, findings=(other,)))
    assert main(["judge", "old.jsonl"]) == Exit.FAIL
    assert "Session law, loud-reset, session ID (was: Reply law, lost-turn, text)" in told()


def test_of_a_record_without_a_finding_the_verdict_stays_open(
    found: Record, told: Callable[[], str]
) -> None:
    assert found.scenarios[0].exploration is not None
    explored = replace(found.scenarios[0].exploration, verdict="pass")
    scenario = replace(found.scenarios[0], exploration=explored)
    record = Record(found.started, (scenario,), (), RunEnded("pass", 0.1))
    write("old.jsonl", record)
    assert main(["judge", "old.jsonl", "--output", "new.jsonl"]) == Exit.INCONCLUSIVE
    (line,) = told().splitlines()
    assert line.startswith("There is no finding to judge again; the verdict of the record is pass.")
    assert read_record(Path("new.jsonl")) == record


def test_a_scenario_that_fails_as_it_is_written_fails_whatever_the_laws_say(
    found: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = replace(found.scenarios[0], name="Another", status="failed", exploration=None)
    write("old.jsonl", replace(found, scenarios=(*found.scenarios, failed)))
    monkeypatch.setattr("simulators.laws.judge.LAWS", ())
    assert main(["judge", "old.jsonl"]) == Exit.FAIL


def test_what_is_told_of_a_finding_is_masked(found: Record, told: Callable[[], str]) -> None:
    line = replace(found.findings[0].clean[0], text="my name is Meera")
    finding = replace(found.findings[0], plan="lost-cookie of Meera after turn 1", clean=(line,))
    write("old.jsonl", replace(found, findings=(finding,)))
    main(["judge", "old.jsonl"])
    assert "lost-cookie of M••• after turn 1" in told()
    main(["compare", "old.jsonl", "old.jsonl"])
    write("none.jsonl", replace(found, findings=()))
    main(["compare", "none.jsonl", "old.jsonl"])
    assert "Meera" not in told()
    main(["compare", "none.jsonl", "old.jsonl", "--show-personal-data"])
    assert "Meera" in told()


def test_what_an_older_coolwind_wrote_cannot_be_judged_again(
    found: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = found.findings[0]
    older = tuple(replace(line, circumstances=None) for line in finding.faulted)
    write("old.jsonl", replace(found, findings=(replace(finding, faulted=older),)))
    assert main(["judge", "old.jsonl"]) == Exit.USAGE
    assert "an older Coolwind wrote the record" in capsys.readouterr().err


def test_comparing_fails_only_where_something_got_worse(
    found: Record, told: Callable[[], str]
) -> None:
    assert main(["compare", "old.jsonl", "old.jsonl"]) == Exit.PASS
    assert told() == "unchanged\n"
    assert found.scenarios[0].exploration is not None
    passed = replace(found.scenarios[0].exploration, verdict="pass", cells=())
    scenario = replace(found.scenarios[0], exploration=passed)
    better = Record(found.started, (scenario,), (), RunEnded("pass", 0.1))
    write("mended.jsonl", better)
    assert main(["compare", "mended.jsonl", "old.jsonl"]) == Exit.FAIL
    assert "finding: An order (), Session law" in told()


def test_a_badge_is_written(found: Record, told: Callable[[], str]) -> None:
    assert main(["badge", "old.jsonl", "--output", "out/badge.svg"]) == Exit.PASS
    assert told() == "Badge: out/badge.svg\n"
    assert f"fail, {len(found.findings)} finding" in Path("out/badge.svg").read_text()


def test_personal_data_is_shown_to_whoever_asks(found: Record, told: Callable[[], str]) -> None:
    finding = replace(found.findings[0], gherkin="When Anu says 'call 9876543210'")
    write("old.jsonl", replace(found, findings=(finding,)))
    main(["report", "old.jsonl", "--format", "markdown"])
    assert "9876543210" not in told()
    main(["report", "old.jsonl", "--format", "markdown", "--show-personal-data"])
    assert "9876543210" in told()


def test_several_records_make_one_page(found: Record, capsys: pytest.CaptureFixture[str]) -> None:
    later = replace(found.started, started_at="2026-02-05T00:00:00+00:00")
    write("later.jsonl", replace(found, started=later))
    assert main(["report", "later.jsonl", "old.jsonl", "--format", "html"]) == Exit.PASS
    out, err = capsys.readouterr()
    assert out.startswith("<!doctype html>")
    assert err == ""
    # A form that shows one run only leaves none out in silence.
    assert main(["report", "later.jsonl", "old.jsonl", "--format", "junit"]) == Exit.PASS
    out, err = capsys.readouterr()
    assert out.startswith("<?xml")
    assert err == (
        "coolwind: junit shows the newest run alone and leaves out 1 earlier record; write --format"
        " html for the trend\n"
    )
