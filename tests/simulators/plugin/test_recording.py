"""The record of a run holds the same lines, however many processes play."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.commands.run
import simulators.plugin.playing
import simulators.targets.reference  # noqa: F401
from reports.record import Entry, RunStarted, ScenarioPlayed, WrittenStep
from reports.record_file import RecordWriter, read_record
from reports.record_lines import line_of
from simulators.cli import Exit, main
from simulators.plugin.recording import Recorder
from tests.simulators.records import lines_of

pytest_plugins = ("pytester",)

COOLWIND = (sys.executable, "-c", "from simulators.cli import main; raise SystemExit(main())")
SCENARIO = """
  Scenario: {name}
    When the customer says "I need {quantity} remote controls"
    And the customer says "hello"
    Then the session is {session}
"""
MESSAGE = """
  Scenario: Message {number}
    When the customer says "{text}"
"""


@pytest.fixture
def folder(pytester: pytest.Pytester, services: None) -> Path:
    """A folder to work in, with two feature files of which some scenarios fail."""
    del services
    (pytester.path / "features").mkdir()
    for letter in "ab":
        scenarios = (
            SCENARIO.format(
                name=f"{letter}{number}",
                quantity=10 + number,
                session="new" if number == 1 else "the same",
            )
            for number in range(2)
        )
        file = pytester.path / "features" / f"{letter}.feature"
        file.write_text(f"Feature: {letter}\n{''.join(scenarios)}")
    return pytester.path


def troubles(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("coolwind:")]


@pytest.mark.parametrize("target", ["service:Forgetful", "service:Broken"])
@pytest.mark.usefixtures("folder")
def test_several_jobs_write_the_record_of_one_under_any_hash_seed(
    target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Byte for byte: scenarios that pass, fail, are broken by faults between turns and inside them,
    or never reach their target."""
    faults = "restart,crash,reload,store-error"
    options = ("--target", target, "--faults", faults, "--depth", "1")
    alone = main(["run", *options, "--output", "one"])
    together = subprocess.run(
        [*COOLWIND, "run", *options, "--jobs", "2", "--output", "two"],
        env={**os.environ, "PYTHONPATH": ".", "PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert alone == together.returncode
    assert troubles(capsys.readouterr().err) == troubles(together.stderr)
    assert list(lines_of("one")) == list(lines_of("two"))
    assert len(read_record(Path("two/record.jsonl")).scenarios) == 4


STEPS = """
Feature: Steps
  Background:
    Given the catalogue
      | part   | price | bulk price | stock |
      | remote | 400   | 380        | 40    |
  Scenario Outline: An order
    When the customer says "I need <quantity> remote controls"
    Then the reply mentions "<word>"
    And the session is new
    Examples:
      | quantity | word  |
      | 11       | Total |
      | 12       | alas  |
  @skip
  Scenario: A scenario that is not played
    When the customer says "hello"
"""


def test_a_record_has_the_steps_of_each_scenario_and_where_it_ended_too_early(
    folder: Path,
) -> None:
    """The background, and the values of a row, included."""
    (folder / "steps.feature").write_text(STEPS)
    main(["run", "steps.feature", "--output", "steps"])
    first, second, third = read_record(Path("steps/record.jsonl")).scenarios
    cells = (("part", "price", "bulk price", "stock"), ("remote", "400", "380", "40"))
    given = WrittenStep("Given", "the catalogue", 4, cells)
    assert first.steps == (
        given,
        WrittenStep("When", 'the customer says "I need 11 remote controls"', 8),
        WrittenStep("Then", 'the reply mentions "Total"', 9),
        WrittenStep("And", "the session is new", 10),
    )
    assert second.steps[2].text == 'the reply mentions "alas"'
    assert [one.stopped_at for one in (first, second, third)] == [None, 3, 1]


def test_the_keywords_of_a_file_in_another_language_are_told_in_english(folder: Path) -> None:
    (folder / "others.feature").write_text(
        "# language: fr\nFonctionnalité: Commandes\n  Scénario: Une commande\n"
        '    Quand the customer says "I need 11 remote controls"\n'
        '    Et the customer says "hello"\n'
        '    * the customer says "yes"\n'
        "    Alors the session is the same\n"
    )
    main(["run", "others.feature", "--output", "others"])
    (played,) = read_record(Path("others/record.jsonl")).scenarios
    assert [step.keyword for step in played.steps] == ["When", "When", "*", "Then"]


def test_a_run_that_is_interrupted_keeps_what_is_finished_behind_a_gap(folder: Path) -> None:
    """The first scenario holds up the record, and loses nothing of what another process found."""
    (folder / "conftest.py").write_text(
        "import time\n"
        "from pytest_bdd import then\n"
        "@then('the shop is busy')\n"
        "def wait():\n"
        "    while True: time.sleep(0.05)\n"
    )
    quick = "".join(MESSAGE.format(number=number, text="hello") for number in range(1, 4))
    busy = MESSAGE.format(number=0, text="hello") + "    Then the shop is busy\n"
    (folder / "features" / "a.feature").write_text(f"Feature: A\n{busy}{quick}")
    (folder / "features" / "b.feature").unlink()
    process = subprocess.Popen(
        [*COOLWIND, "run", "--jobs", "2", "--output", "out"],
        env={**os.environ, "PYTHONPATH": "."},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        # One process has the first two scenarios, and the other one the last two.
        if line.startswith("[2/"):
            break
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == Exit.INTERRUPTED
    record = read_record(Path("out/record.jsonl"))
    assert [one.name for one in record.scenarios] == ["Message 2", "Message 3"]
    assert record.ended is not None
    assert record.ended.interrupted


def passed(name: str) -> pytest.TestReport:
    """The report of a scenario that passed, with what goes to the record."""
    entry = ScenarioPlayed(name, "a.feature", 2, (), "passed", 0.1)
    report = pytest.TestReport(name, ("a.feature", 2, name), {}, "passed", None, "call")
    vars(report)["coolwind"] = {"entries": [json.loads(line_of(entry))], "trouble": None}
    return report


class Disturbed(RecordWriter):
    """A writer whose user loses patience with every scenario."""

    def write(self, entry: Entry) -> None:
        if isinstance(entry, ScenarioPlayed):
            signal.raise_signal(signal.SIGINT)
        super().write(entry)


def test_a_signal_waits_for_the_line_that_is_being_written(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # Whoever runs the tests in the background may have them ignore it.
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, usual))
    started = RunStarted("0", "3", "toy", 0, 1, (), (), "2026-01-05T00:00:00+00:00")
    with Disturbed(tmp_path / "record.jsonl") as writer:
        recorder = Recorder(writer, started)
        with pytest.raises(KeyboardInterrupt):
            recorder.pytest_runtest_logreport(passed("A"))
    assert [one.name for one in read_record(tmp_path / "record.jsonl").scenarios] == ["A"]


def test_a_thread_that_no_signal_reaches_records_as_well(tmp_path: Path) -> None:
    started = RunStarted("0", "3", "toy", 0, 1, (), (), "2026-01-05T00:00:00+00:00")
    with RecordWriter(tmp_path / "record.jsonl") as writer:
        recorder = Recorder(writer, started)
        with ThreadPoolExecutor(1) as threads:
            threads.submit(recorder.pytest_runtest_logreport, passed("A")).result()
    assert [one.name for one in read_record(tmp_path / "record.jsonl").scenarios] == ["A"]
