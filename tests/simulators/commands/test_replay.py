"""`coolwind replay`: one finding of a record again."""

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.commands.replay
import simulators.plugin.playing
import simulators.targets.reference  # noqa: F401
from reports.record import FindingFound, Record, RunStarted
from reports.record_file import RecordWriter, read_record
from simulators.campaign.campaign import Options, explore
from simulators.cli import Exit, main
from simulators.conversation import THE_CUSTOMER, Say, Script
from simulators.faults.catalogue import select
from simulators.targets.choice import choose
from simulators.targets.target import Arrangement

pytest_plugins = ("pytester",)

ORDER: Script = tuple(
    Say(THE_CUSTOMER, text)
    for text in ("I need 11 remote controls", "Hari, 9876543210, hari@example.com", "yes")
)
Replay = Callable[..., int]
Keep = Callable[..., FindingFound]
Change = Callable[[Mapping[str, object]], None]


@pytest.fixture
def keep(pytester: pytest.Pytester, services: None) -> Keep:
    """Writes the finding of a target that forgets everything into a record."""
    del services
    del pytester

    def write(script: Script = ORDER, fault: str = "crash", **more: object) -> FindingFound:
        target = choose("service:Forgetful")
        faults = tuple(select(fault, target.capabilities))
        options = Options(3, 1, faults, "service:Forgetful")
        arrangement = Arrangement(**more)  # type: ignore[arg-type]
        finding, *_ = explore("An order", script, arrangement, target, options).findings
        with RecordWriter(Path("coolwind-report/record.jsonl")) as writer:
            writer.write(RunStarted("0.1.0", "3.11", "forgetful", 3, 1, (), (), ""))
            writer.write(finding)
        return finding

    return write


@pytest.fixture
def change() -> Change:
    """Changes the reproducer in the record."""

    def rewrite(more: Mapping[str, object]) -> None:
        path = Path("coolwind-report/record.jsonl")
        first, second = path.read_text().splitlines()
        finding = json.loads(second)
        finding["reproducer"] = {**finding["reproducer"], **more}
        path.write_text(f"{first}\n{json.dumps(finding)}\n")

    return rewrite


def test_a_finding_that_still_fails(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    finding = keep()
    assert main(["replay", finding.finding_id]) == Exit.FAIL
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "loud-reset  An order  :0"
    assert lines[1] == "target forgetful, plan crash after turn 1"
    assert lines[3].split(" │ ")[1] == "with crash after turn 1"
    assert "≠ reply: I could not find our earlier" in "\n".join(lines)
    assert lines[-2:] == [
        "fails the same way",
        "loud-reset, Session law, session ID, turn 2: the session of turn 1 became a new session",
    ]


def test_the_beginning_of_the_id_is_enough(keep: Keep) -> None:
    assert main(["replay", keep().finding_id[:3]]) == Exit.FAIL


def test_a_finding_that_was_mended(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    finding = keep()
    assert main(["replay", finding.finding_id, "--target", "reference"]) == Exit.PASS
    assert capsys.readouterr().out.endswith("\npasses now: restored\n")


def test_a_finding_that_fails_in_another_way(
    keep: Keep, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = keep()
    path = Path("coolwind-report/record.jsonl")
    path.write_text(path.read_text().replace('"outcome":"loud-reset"', '"outcome":"lost-turn"'))
    assert main(["replay", finding.finding_id]) == Exit.FAIL
    assert capsys.readouterr().out.splitlines()[-2] == (
        "fails in another way than as lost-turn, Session law, session ID"
    )


def test_the_arrangement_and_the_seed_are_those_of_the_record(
    keep: Keep, change: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = keep(memory_capacity=1)
    assert finding.reproducer is not None
    assert finding.reproducer.arranged.memory_capacity == 1
    assert main(["replay", finding.finding_id]) == Exit.FAIL
    out = capsys.readouterr().out
    assert f"session {finding.clean[0].session_id}" in out
    change({"seed": 4})
    main(["replay", finding.finding_id])
    assert f"session {finding.clean[0].session_id}" not in capsys.readouterr().out


@pytest.mark.parametrize("columns", ["44", "120"])
def test_a_terminal_is_filled_as_wide_as_it_is(
    keep: Keep, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    finding, terminal = keep(), Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "dumb")
    assert main(["replay", finding.finding_id]) == Exit.FAIL
    lines = terminal.getvalue().splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert any(" │ " in line for line in lines) is (columns == "120")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (
            {"faults": ["meteor after turn 1"]},
            "there is no fault 'meteor'; `coolwind faults` lists them all",
        ),
        ({"faults": ["crash after turn 9"]}, "there is no place for 'crash after turn 9'"),
        (
            {"faults": ["eviction after turn 1", "eviction after turn 1"]},
            "the fault 'eviction' did not strike: no evict was seen to take place",
        ),
        (
            {"faults": ["crash-after at store.save #1 in turn 2"]},
            "the fault 'crash-after' did not strike: the service did not come to store.save #1",
        ),
        ({"script": [{"does": "switch tab", "customer": "Hari", "tab": 7}]}, "there is no tab 7"),
        ({"script": [{"does": "break", "customer": "Hari", "text": ""}]}, "there is no fault ''"),
        (
            {"script": [{"does": "break", "customer": "Hari", "text": "eviction"}]},
            "the scenario's own eviction did not strike: Hari has no session yet",
        ),
    ],
)
def test_a_plan_that_does_not_apply_any_more(
    keep: Keep,
    change: Change,
    more: dict[str, object],
    why: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    finding = keep()
    change(more)
    assert main(["replay", finding.finding_id]) == Exit.INCONCLUSIVE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("coolwind: the plan 'crash after turn 1' does not apply any more: ")
    assert err.count("does not apply") == 1
    assert why in err
    assert err.endswith("anew to see what it comes to now\n")


@pytest.mark.parametrize(
    ("more", "status", "why"),
    [
        ({"faults": ["crash"]}, Exit.USAGE, "not a fault in its place: 'crash'"),
        ({"script": [{"does": "say", "customer": "Hari"}]}, Exit.USAGE, "lacks a part"),
        ({"script": [{"does": "dance"}]}, Exit.USAGE, "'dance' is none of say,"),
        ({"script": [{"does": "pause", "seconds": 1e300}]}, Exit.USAGE, "are no duration"),
        ({"script": [{"does": "pause", "seconds": 1e13}] * 2}, Exit.TROUBLE, "no calendar"),
        ({"arranged": {"session_expiry": 1e300}}, Exit.USAGE, "are no duration"),
        ({"arranged": {"memory_capacity": -1}}, Exit.USAGE, "at least 0 is expected"),
        ({"target": "service:Nobody"}, Exit.USAGE, "service has no Nobody"),
        ({"target": "service:Unready"}, Exit.TROUBLE, "gave trouble: RuntimeError: not today"),
        ({"target": "service:Broken"}, Exit.TROUBLE, "the wire is cut; mend it"),
        ({"target": "\x1b[31m"}, Exit.USAGE, "there is no target '\\x1b[31m'"),
        ({"script": "x"}, Exit.USAGE, "a list is expected"),
    ],
)
def test_a_record_that_no_run_has_written(
    keep: Keep,
    change: Change,
    more: dict[str, object],
    status: Exit,
    why: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    finding = keep()
    change(more)
    assert main(["replay", finding.finding_id]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert why in err


def test_a_record_of_an_older_coolwind(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    finding = keep()
    path = Path("coolwind-report/record.jsonl")
    first, second = path.read_text().splitlines()
    old = {name: value for name, value in json.loads(second).items() if name != "reproducer"}
    path.write_text(f"{first}\n{json.dumps(old)}\n")
    assert main(["replay", finding.finding_id]) == Exit.USAGE
    assert "because an older Coolwind wrote it; run the scenarios anew" in capsys.readouterr().err


def test_an_id_that_no_finding_has(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    finding = keep()
    assert main(["replay", "nobody"]) == Exit.USAGE
    assert capsys.readouterr().err == (
        "coolwind: no finding of the record has the ID 'nobody'; give one of these:"
        f" {finding.finding_id}\n"
    )


def test_an_id_that_several_findings_begin_with(
    keep: Keep, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = keep()
    path = Path("coolwind-report/record.jsonl")
    name = finding.finding_id
    again = path.read_text().splitlines()[1].replace(name, f"{name[:-1]}-")
    path.write_text(f"{path.read_text()}{again}\n")
    assert main(["replay", name[:-1]]) == Exit.USAGE
    assert "several findings have the ID" in capsys.readouterr().err
    assert main(["replay", name]) == Exit.FAIL


def test_a_record_without_findings(
    keep: Keep, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    keep()
    path = tmp_path / "clean.jsonl"
    path.write_text(Path("coolwind-report/record.jsonl").read_text().splitlines()[0] + "\n")
    assert main(["replay", "x", "--record", str(path)]) == Exit.USAGE
    assert "the record has no finding; name another one" in capsys.readouterr().err
    assert main(["replay", "x", "--record", "nothing.jsonl"]) == Exit.USAGE
    assert "cannot be read (No such file or directory)" in capsys.readouterr().err


def test_a_service_that_wavers_says_nothing(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    finding = keep()
    Path("wavering.py").write_text(
        "import itertools\nfrom dataclasses import replace\n"
        "from simulators.targets.reference import ReferenceTarget\n"
        "numbers = itertools.count()\n"
        "class Wavering(ReferenceTarget):\n"
        "    def deliver(self, delivery):\n"
        "        return replace(super().deliver(delivery), text=f'{next(numbers)}')\n"
    )
    assert main(["replay", finding.finding_id, "--target", "wavering:Wavering"]) == 6
    assert "the clean run is not repeatable: text of turn 1 was" in capsys.readouterr().err


def test_a_plan_without_faults_is_the_conversation_alone(
    keep: Keep, change: Change, capsys: pytest.CaptureFixture[str]
) -> None:
    finding = keep()
    change({"faults": []})
    assert main(["replay", finding.finding_id]) == Exit.PASS
    assert "≠" not in capsys.readouterr().out


def test_a_run_names_the_command(
    pytester: pytest.Pytester, services: None, capsys: pytest.CaptureFixture[str]
) -> None:
    del services
    pytester.makefile(
        ".feature",
        orders='Feature: F\n  @survives\n  Scenario: S\n    When the customer says "hello"\n'
        '    And the customer says "hello"\n',
    )
    run = ("run", "orders.feature", "--target", "service:Forgetful", "--faults", "crash")
    main(run)
    record: Record = read_record(Path("coolwind-report/record.jsonl"))
    name = record.findings[0].finding_id
    assert f"\nReplay: coolwind replay {name}\n" in capsys.readouterr().out
    assert main(["replay", name]) == Exit.FAIL
    main([*run, "--output", "a b"])
    name = read_record(Path("a b/record.jsonl")).findings[0].finding_id
    assert f"\nReplay: coolwind replay {name} --record 'a b/record.jsonl'\n" in (
        capsys.readouterr().out
    )
