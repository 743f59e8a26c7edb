"""What the feature files hold, as a whole: each of them is played by pytest beside this."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from coolwind.flows import BulkOrder, Callback
from reports.record import Cell, Record
from reports.record_file import read_record
from simulators.faults.catalogue import BETWEEN_TURNS, FAULTS
from simulators.faults.fault import Fault
from simulators.gherkin.feature_file import read_feature, rows_of
from simulators.gherkin.sentence import Sentence

ROOT = Path(__file__).parents[1]
STEPS = [(flow.name, step) for flow in (BulkOrder(), Callback()) for step in flow.steps]
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]*\w")
PHONE = re.compile(r"(?<!\d)(?:\+91|0)?(\d{10})(?!\d)")
EXAMPLE_PHONES = {"9876543210", "9876501234", "9123456780", "5876543210", "1234567890"}


@dataclass(frozen=True, slots=True)
class Written:
    """A scenario as it is played: one row of an outline is one. `outline` is its name before the
    row was filled in, with the file."""

    outline: tuple[str, str]
    name: str
    steps: tuple[str, ...]


def written() -> Iterator[Written]:
    """Every scenario of every feature file."""
    for path in sorted((ROOT / "features").rglob("*.feature")):
        for template in read_feature(path).feature.scenarios.values():
            for row in rows_of(template):
                played = template.render(row)
                steps = tuple(step.name for step in played.steps)
                yield Written((path.name, template.name), played.name, steps)


SCENARIOS = tuple(written())


def played(*options: str) -> subprocess.CompletedProcess[str]:
    """Play the features in a process of their own."""
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_there_are_more_than_forty_scenarios() -> None:
    assert len({scenario.outline for scenario in SCENARIOS}) > 40


def test_every_scenario_has_a_name_of_its_own() -> None:
    """The rows of an outline too: a report tells them apart by their names alone."""
    counts = Counter(scenario.name for scenario in SCENARIOS)
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_is_written_out_in_a_scenario(fault: Fault) -> None:
    sentence = Sentence(fault.sentence)
    assert any(sentence.is_matching(step) for scenario in SCENARIOS for step in scenario.steps)


@pytest.mark.parametrize(("flow", "step"), STEPS)
def test_every_step_of_both_flows_is_named_in_a_check(flow: str, step: str) -> None:
    ending = f'conversation is at step "{step}" of "{flow}"'
    assert any(line.endswith(ending) for scenario in SCENARIOS for line in scenario.steps)


def test_all_addresses_and_telephone_numbers_are_examples() -> None:
    text = "\n".join(step for scenario in SCENARIOS for step in scenario.steps)
    domains = {address.rpartition("@")[2] for address in ADDRESS.findall(text)}
    assert domains == {"example.com", "example"}
    assert set(PHONE.findall(text)) == EXAMPLE_PHONES


def test_every_step_of_both_flows_survives_every_fault(tmp_path: Path) -> None:
    """Scenarios tagged @survives that come to each step between them, under every single fault: the
    matrix of that run has no hole, every plan was judged, and no law is broken. `make demo` plays
    all of them, which takes a minute, under the faults that a conversation survives."""
    record = explored(tmp_path / "record.jsonl")
    assert record.findings == ()
    assert verdicts(record) == {"pass"}
    assert holes(record) == []
    assert {fault.name for fault in FAULTS} <= struck(record)


def explored(path: Path) -> Record:
    run = played(
        "--coolwind-tags=@survives",
        "--coolwind-faults=all",
        "--coolwind-depth=1",
        f"--coolwind-record={path}",
        "-k=step_by_step or cancelled_at_step or fails_with_429"
        " or at_step and (collecting_parts or collecting_name)",
        "features",
    )
    assert run.returncode == 0, run.stdout[-4_000:] + run.stderr[-1_000:]
    return read_record(path)


def cells(record: Record) -> Iterator[Cell]:
    for scenario in record.scenarios:
        if scenario.exploration is not None:
            yield from scenario.exploration.cells


def struck(record: Record) -> set[str]:
    """The faults that struck somewhere."""
    return {cell.fault for cell in cells(record) if cell.fired > 0}


def holes(record: Record) -> list[str]:
    """The steps at which a fault did not strike that strikes between two turns."""
    covered = {
        (cell.flow, cell.step, cell.fault) for cell in cells(record) if cell.plans == cell.fired > 0
    }
    return [
        f"{fault.name} at step {step!r} of {flow!r}"
        for flow, step in STEPS
        for fault in BETWEEN_TURNS
        if (flow, step, fault.name) not in covered
    ]


def verdicts(record: Record) -> set[str | None]:
    return {scenario.exploration and scenario.exploration.verdict for scenario in record.scenarios}


def test_what_has_not_to_survive_faults_passes_as_it_is_written() -> None:
    run = played("--coolwind-tags=not @survives", "features")
    assert run.returncode == 0, run.stdout[-4_000:] + run.stderr[-1_000:]


def test_the_old_code_fails_the_scenario_of_its_failure() -> None:
    old_code = "--coolwind-target=tests.defects.seed_old_code:target"
    run = played(old_code, "-k", "what_the_old_code_got_wrong", "features/seed.feature")
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    assert "Then the session is the same" in run.stdout


DEPLOYED = """
[target]
kind = "asgi"
app = "coolwind.app:create_app"
env = { COOLWIND_DATABASE = "sqlite:///{state_dir}/chat.db" }
[request]
path = "/api/chat"
json = { message = "{text}", messageId = "{message_id}" }
[reply]
text = "response.text"
session_id = "sessionId"
flow = "flow"
step = "step"
served_from = "served_from"
[probe]
data = "[0].states"
[probe.sql]
url = "sqlite:///{state_dir}/chat.db"
query = \"\"\"
    SELECT json_extract(document, '$.states') AS states FROM sessions
    WHERE session_id = :session_id
\"\"\"
[effects.callback_task.sql]
url = "sqlite:///{state_dir}/chat.db"
query = "SELECT document FROM callback_tasks ORDER BY place"
[faults]
idle_timeout = "30m"
expiry = "24h"
"""


def test_what_is_played_in_memory_is_played_on_sqlite_too(tmp_path: Path) -> None:
    """The core as it is deployed, put together by its factory, with its database in a file."""
    target = tmp_path / "deployed.toml"
    target.write_text(DEPLOYED)
    run = played(
        f"--coolwind-target={target}",
        "--coolwind-tags=not @survives",
        "-k",
        "a_callback_goes_on and (crashes or expiry or tab) or outside_any_flow",
        "features/restore.feature",
    )
    assert run.returncode == 0, run.stdout[-4_000:] + run.stderr[-1_000:]
    assert "4 passed" in run.stdout
