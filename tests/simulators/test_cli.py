"""The command `coolwind`, one behaviour a test."""

import base64
import io
import json
import os
import re
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.commands.run
import simulators.plugin.playing
import simulators.targets.reference  # noqa: F401
from reports.formats import FORMATS
from reports.record_file import RecordWriter, read_record
from simulators.cli import Exit, main
from simulators.commands.earlier import set_aside
from simulators.explorer.state import States
from simulators.faults.catalogue import FAULTS
from simulators.jobs import progress

pytest_plugins = ("pytester",)

FEATURE = """Feature: Orders
  @survives
  Scenario: An order survives
    When the customer says "I need 11 remote controls"
    Then the session is new
  @slow
  Scenario: A greeting
    When the customer says "hello"
"""


@pytest.fixture
def folder(pytester: pytest.Pytester, services: None) -> Path:
    """A folder to work in, which leaves no module loaded."""
    del services
    (pytester.path / "features").mkdir()
    (pytester.path / "features" / "orders.feature").write_text(FEATURE)
    return pytester.path


@pytest.fixture
def coolwind(folder: Path) -> Callable[..., int]:
    """Runs the command in the folder, in this process."""

    def call(*arguments: str) -> int:
        assert Path.cwd() == folder
        return main(arguments)

    return call


def run_apart(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from simulators.cli import main; raise SystemExit(main())"]
    return subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ".", **environment},
    )


@pytest.mark.parametrize("level", ["1", "2"])
def test_a_python_that_leaves_out_asserts_is_refused(level: str) -> None:
    done = run_apart("run", PYTHONOPTIMIZE=level, PYTHONWARNINGS="error")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == (
        "coolwind: Python leaves out every assert, and with them what steps of your own check;"
        " start it without -O, -OO and PYTHONOPTIMIZE\n"
    )


def test_help_names_every_command_and_every_exit_status(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        coolwind("--help")
    text = capsys.readouterr().out
    commands = ("run", "serve", "steps", "faults", "init", "report", "badge", "replay")
    commands += ("compare", "judge")
    for word in (*commands, *map(str, range(7))):
        assert f"  {word} " in text


def test_help_imports_nothing_but_the_standard_library() -> None:
    code = (
        "import sys\nfrom simulators.cli import main\n"
        "try: main(['run', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in "
        "('simulators', 'reports', 'coolwind', 'pytest', 'rich', 'pytest_bdd')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == (
        "['simulators', 'simulators.cli', 'simulators.heard', 'simulators.numbers']"
    )


def test_the_version_is_told(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        coolwind("--version")
    assert capsys.readouterr().out.startswith("coolwind ")


def test_a_run_that_passes(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("run", "--faults", "crash,reload") is Exit.PASS
    out, err = capsys.readouterr()
    assert out.startswith("pass  2 scenarios, 10 fault plans")
    assert out.splitlines()[-1] == "Report: coolwind-report/report.html"
    assert "[1/2] passed       An order survives (" in err
    record = read_record(Path("coolwind-report/record.jsonl"))
    assert record.started.paths == ("features",)
    assert Path("coolwind-report/report.html").read_text().startswith("<!")


def test_no_name_of_a_scenario_tells_personal_data_while_the_run_goes_on(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(
        "Feature: A\n  Scenario: Zacharias of 9876543210 says hello\n"
        '    When the customer says "My name is Zacharias"\n'
    )
    assert coolwind("run", "--faults", "crash") is Exit.PASS
    out, err = capsys.readouterr()
    assert "[1/1] passed       Z••• of ••••••••10 says hello (" in err
    assert "Zacharias" not in out + err


@pytest.mark.parametrize(
    ("arguments", "outcome", "status"),
    [
        (("--target", "service:Forgetful", "--faults", "crash"), "failed", Exit.FAIL),
        (("--faults", "crash,model-429"), "inconclusive", Exit.INCONCLUSIVE),
        (("--faults", "crash"), "passed", Exit.PASS),
    ],
)
def test_what_is_found_counts_also_where_pytest_expects_a_failure(
    coolwind: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    outcome: str,
    status: Exit,
) -> None:
    text = FEATURE.replace("@survives", "@xfail @survives").replace("is new", "is the same")
    Path("shop.feature").write_text(text.replace("Then", 'And the customer says "yes"\n    Then'))
    assert coolwind("run", "shop.feature", "--tags", "@survives", *arguments) is status
    assert f"[1/1] {outcome} " in capsys.readouterr().err


def test_names_that_the_service_has_understood_are_masked_while_the_run_goes_on(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(
        "Feature: A\n  Scenario: Zacharias orders\n"
        '    When the customer says "I need 11 remote controls"\n'
        '    And the customer says "Zacharias, 9876543210, z@example.com"\n'
    )
    assert coolwind("run", "--faults", "crash") is Exit.PASS
    out, err = capsys.readouterr()
    assert "[1/1] passed       Z••• orders (" in err
    assert "Zacharias" not in out + err


def test_a_run_with_findings(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(two_turns("is the same"))
    command = ("run", "--target", "service:Forgetful", "--faults", "eviction,reload")
    assert coolwind(*command) is Exit.FAIL
    assert "And the customer's session is evicted from memory" in capsys.readouterr().out


def test_findings_are_saved_where_the_user_says(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(two_turns("is the same"))
    run = ("run", "--target", "service:Forgetful", "--faults", "crash")
    assert coolwind(*run, "--save-findings", "found.feature") is Exit.FAIL
    assert capsys.readouterr().out.splitlines()[-1] == "Saved: 1 finding, in found.feature"
    assert coolwind(*run, "--save-findings", "found.feature") is Exit.FAIL
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Saved: 0 findings, 1 saved before, in found.feature"
    )
    assert coolwind("run", "found.feature", "--target", "service:Forgetful") is Exit.FAIL
    assert "expected the session" in capsys.readouterr().out
    assert coolwind("run", "found.feature", "--tags", "@finding") is Exit.PASS
    capsys.readouterr()
    assert coolwind(*run, "--save-findings", "found", "--json") is Exit.FAIL
    assert json.loads(capsys.readouterr().out)["verdict"] == "fail"
    assert len(list(Path("found").iterdir())) == 1


def test_what_is_printed_is_masked_and_what_is_saved_is_not(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    feature = two_turns("is the same").replace('says "x"', 'says "my name is Meera"')
    Path("features/orders.feature").write_text(feature)
    run = ("run", "--target", "service:Forgetful", "--faults", "crash", "--save-findings", "found")
    assert coolwind(*run) is Exit.FAIL
    told = capsys.readouterr().out
    assert "Meera" not in told
    assert "--show-personal-data shows them" in " ".join(told.split())
    (saved,) = Path("found").iterdir()
    assert "Meera" in saved.read_text("utf-8")
    assert coolwind(*run, "--json") is Exit.FAIL
    assert "Meera" not in capsys.readouterr().out
    assert coolwind(*run, "--json", "--show-personal-data") is Exit.FAIL
    assert "my name is Meera" in capsys.readouterr().out


def test_nothing_is_saved_where_nothing_is_found(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("run", "--faults", "crash", "--save-findings", "found") is Exit.PASS
    assert "Saved" not in capsys.readouterr().out
    assert not Path("found").exists()


def test_a_place_where_nothing_can_be_saved_is_told_before_the_run(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("run", "--save-findings", "service.py") is Exit.USAGE
    assert capsys.readouterr().err == (
        "coolwind: service.py: findings are saved in a folder or in a feature file; name one that"
        " ends in .feature\n"
    )
    assert not Path("coolwind-report").exists()


def test_a_run_with_scenarios_that_fail(coolwind: Callable[..., int]) -> None:
    Path("features/orders.feature").write_text(FEATURE.replace("is new", "is the same"))
    assert coolwind("run") is Exit.FAIL


def test_a_mistake_of_a_scenario_is_told_with_its_line_and_what_was_said(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    step = '    And Hari is at step "confirmation" of "bulk_order"\n'
    Path("features/orders.feature").write_text(FEATURE + step)
    assert coolwind("run", "--tags", "@slow") is Exit.FAIL
    told = capsys.readouterr().out
    assert "A greeting: features/orders.feature:9: nobody told how to come to step" in told
    assert "      features/orders.feature:9: nobody told how to come to step" in told
    assert "        turn 1, the customer: hello\n" in told


@pytest.mark.filterwarnings("default")
def test_a_tag_that_is_nearly_survives_is_told(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(FEATURE.replace("@slow", "@slow @survive"))
    assert coolwind("run", "--tags", "@slow") is Exit.INCONCLUSIVE
    told = (
        "coolwind: features/orders.feature:6: the tag @survive lets no fault strike; did you mean"
    )
    assert told in capsys.readouterr().err


@pytest.mark.filterwarnings("default")
def test_a_misspelt_thing_that_is_not_asked_for_is_told_with_its_line(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(
        'Feature: F\n  Scenario: A\n    When the customer says "hello"\n'
        "    Then the reply does not ask for the phone numbr\n"
    )
    assert coolwind("run", "--target", "service:Forgetful") is Exit.FAIL
    out, err = capsys.readouterr()
    place = "features/orders.feature:4: "
    told = "no reply may ever ask for 'phone numbr'; did you mean 'phone number'"
    assert f"coolwind: {place}{told}" in err
    assert f"{place}the service knows no detail 'phone numbr'; did you mean" in out


@pytest.mark.filterwarnings("default")
def test_a_word_of_its_own_that_is_not_asked_for_is_no_error_of_a_service_of_yours(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(
        'Feature: F\n  Scenario: A\n    When the customer says "hello"\n'
        "    Then the reply does not ask for the brand or the eamil\n"
    )
    assert coolwind("run", "--target", "service:Wordless") is Exit.INCONCLUSIVE
    err = capsys.readouterr().err
    assert "orders.feature:4: no reply may ever ask for 'eamil'; did you mean 'email'" in err
    assert "brand" not in err


def test_a_run_whose_target_gives_trouble(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("run", "--target", "service:Broken") is Exit.TROUBLE
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "coolwind: the wire is cut; mend it (2 times)"
    assert sum(line.startswith("coolwind: ") for line in lines) == 1


def test_trouble_in_one_scenario_is_told_with_its_name(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("run", "--target", "service:Broken", "--tags", "@slow") is Exit.TROUBLE
    assert capsys.readouterr().err.endswith("coolwind: A greeting: the wire is cut; mend it\n")


def test_two_states_that_are_taken_for_one_are_trouble_of_our_own(
    coolwind: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(States, "here", lambda *_: b"the same for all")
    assert coolwind("run", "--paranoid", "--tags", "@survives") is Exit.TROUBLE
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(
        "coolwind: An order survives: two different states are taken for one: that after 'no fault'"
    )


def test_a_service_that_hides_state_is_told_of_though_it_passes(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(
        FEATURE.replace("    Then", '    And the customer says "yes"\n    Then').replace(
            " new", " the same"
        )
    )
    command = ("run", "--target", "service:Hiding", "--faults", "crash", "--tags", "@survives")
    assert coolwind(*command) is Exit.PASS
    told = " ".join(capsys.readouterr().out.split())
    assert "every plan was played from its beginning, because a snapshot does not hold" in told
    assert "state was found in service._REMEMBERED" in told


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            "asgi:service:no_application",
            "the application's factory failed with RuntimeError: no database; mend it first",
        ),
        (
            "service:Unready",
            "the target reference did not start: RuntimeError: not today; mend it first",
        ),
    ],
)
def test_a_target_that_cannot_be_started_is_told_once(
    coolwind: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    target: str,
    message: str,
    jobs: str,
) -> None:
    assert coolwind("run", "--target", target, "--jobs", jobs) is Exit.TROUBLE
    assert capsys.readouterr() == ("", f"coolwind: {message}\n")


def test_a_run_that_finds_no_scenario(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("run", "--tags", "@nobody") is Exit.NOTHING
    assert capsys.readouterr().err == (
        "coolwind: no scenario of features is tagged like '@nobody'; name other tags\n"
    )


def test_a_run_that_finds_no_scenario_leaves_the_last_report_as_it_is(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("run", "--tags", "@slow") is Exit.INCONCLUSIVE
    report = [Path("coolwind-report", name) for name in ("record.jsonl", "report.html")]
    before = [path.read_bytes() for path in report]
    capsys.readouterr()
    assert coolwind("run", "--tags", "@nobody") is Exit.NOTHING
    assert "Report:" not in capsys.readouterr().out
    assert coolwind("run", "--faults", "crahs") is Exit.USAGE
    assert [path.read_bytes() for path in report] == before
    assert sorted(Path("coolwind-report").iterdir()) == sorted(report)


def test_a_folder_without_a_feature_file(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    assert coolwind("run", "empty") is Exit.NOTHING
    out, err = capsys.readouterr()
    assert err.startswith("coolwind: empty: there is no feature file here; write one")
    assert "no scenario was played; name paths and tags that have one" in out


def test_a_run_that_comes_to_no_verdict(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(
        "Feature: F\n  @survives\n  Scenario: S\n    Given the server crashes\n"
    )
    assert coolwind("run", "--faults", "reload") is Exit.INCONCLUSIVE
    assert "inconclusive S (" in capsys.readouterr().err


def test_the_summary_as_json_stands_alone_on_standard_output(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("run", "--json", "--faults", "reload") is Exit.PASS
    summary = json.loads(capsys.readouterr().out)
    assert (summary["verdict"], summary["scenarios"], summary["plans"]) == ("pass", 2, 2)


def test_tags_choose_scenarios(coolwind: Callable[..., int]) -> None:
    assert coolwind("run", "--tags", "@slow and not @survives") is Exit.INCONCLUSIVE
    [scenario] = read_record(Path("coolwind-report/record.jsonl")).scenarios
    assert scenario.name == "A greeting"


def test_a_run_in_which_nothing_struck_is_no_pass(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    greeting = 'Feature: F\n  Scenario: A\n    When the customer says "hello"\n'
    Path("features/orders.feature").write_text(greeting)
    assert coolwind("run") is Exit.INCONCLUSIVE
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("inconclusive 1 scenario, 0 fault plans")
    assert (
        "no fault struck, so that nothing was survived; take the option --faults survivable" in told
    )


def test_a_fault_that_a_scenario_writes_itself_is_one(coolwind: Callable[..., int]) -> None:
    restart = 'Feature: F\n  Scenario: A\n    When the customer says "hello"\n'
    restart += '    And the server restarts\n    And the customer says "hello again"\n'
    Path("features/orders.feature").write_text(restart)
    assert coolwind("run") is Exit.PASS


COLLECTS_NOTHING_TWICE = """
import gc, pytest

@pytest.fixture(autouse=True)
def lasting():
    assert gc.get_freeze_count() > 10_000
"""


def test_several_processes_find_the_same_and_leave_no_temporary_folder_behind(folder: Path) -> None:
    temporary = folder / "temporary"
    temporary.mkdir()
    # What is there when they begin stays, and their garbage collectors leave it aside.
    (folder / "conftest.py").write_text(COLLECTS_NOTHING_TWICE)
    run = run_apart("run", "--jobs", "2", "--faults", "crash", TMPDIR=str(temporary))
    assert run.returncode == Exit.PASS
    assert "2/2] passed" in run.stderr
    record = read_record(Path("coolwind-report/record.jsonl"))
    assert {one.name for one in record.scenarios} == {"An order survives", "A greeting"}
    assert not list(temporary.iterdir())


def test_seed_and_depth_stand_in_the_record(coolwind: Callable[..., int]) -> None:
    options = ("--seed", "7", "--depth", "2", "--budget", "600", "--faults", "crash")
    coolwind("run", *options, "--output", "there/deep")
    started = read_record(Path("there/deep/record.jsonl")).started
    assert (started.seed, started.depth, started.budget) == (7, 2, 600)


def test_python_tests_of_a_project_are_not_run(coolwind: Callable[..., int]) -> None:
    Path("test_project.py").write_text("raise RuntimeError('not to be imported')\n")
    assert coolwind("run", ".", "--faults", "reload") is Exit.PASS


def test_steps_of_a_conftest_join_in(coolwind: Callable[..., int]) -> None:
    Path("conftest.py").write_text(
        "from pytest_bdd import then\n@then('all is well')\ndef check(): print('loud')\n"
    )
    Path("features/orders.feature").write_text(FEATURE + "    Then all is well\n")
    assert coolwind("run", "--faults", "reload") is Exit.PASS


MISTAKES = {
    "a path that is not there": (
        ("run", "nowhere"),
        "nowhere: no such file or folder; name a feature file or a folder",
    ),
    "a path that cannot be": (("run", "a\0b"), "a\\u0000b: no such file or folder;"),
    "a file that is no feature": (
        ("run", "service.py"),
        "service.py: this is no feature file; name one that ends in .feature",
    ),
    "a fault that is not there": (
        ("run", "--faults", "crsh"),
        "there is no fault 'crsh'; did you mean crash? `coolwind faults` lists them all",
    ),
    "a bad tag expression": (("run", "--tags", "slow"), "'slow' is no tag expression (at slow);"),
    "a target that is not there": (("run", "--target", "nobody"), "there is no target 'nobody';"),
    "an output that cannot be written": (
        ("run", "--output", "service.py"),
        "'service.py/record.jsonl': the run record cannot be made",
    ),
    "a scenario that is not there": (
        ("run", "features/orders.feature::test_nothing"),
        "not found: ",
    ),
    "a record that is not there": (("report", "nothing"), "'nothing': the run record cannot be"),
    "a folder that is not empty": (("init", "there"), "there/README.md exists; run coolwind init"),
}


@pytest.mark.parametrize(("arguments", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_line_with_a_remedy(
    coolwind: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    Path("there").mkdir()
    Path("there/README.md").write_text("mine")
    assert coolwind(*arguments) == Exit.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"coolwind: {message}")
    assert err.count("\n") == 1
    assert Path("there/README.md").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the following arguments are required: COMMAND; see coolwind --help"),
        (("rnu",), "argument COMMAND: invalid choice: 'rnu'"),
        (("run", "--budget", "0"), "argument --budget: 0 is too short; write seconds above 0"),
        (("run", "--budget", "no"), "argument --budget: 'no' is no time; write seconds above 0"),
        (("run", "--depth", "0"), "argument --depth: 0 is too small; write 1 or more, or any"),
        (("run", "--jobs", "0"), "argument --jobs: 0 is too small; write 1 or more"),
        (("run", "--budget", "inf"), "argument --budget: 'inf' is no time; write seconds above 0"),
        (("run", "--jobs", "x"), "argument --jobs: 'x' is no whole number; write 1 or more"),
        (("run", "--seed", "x"), "argument --seed: 'x' is no whole number; write one, such as 7"),
        (("run", "--tag", "@a"), "unrecognized arguments: --tag; did you mean --tags; see"),
        (("steps", "--stub"), "unrecognized arguments: --stub; did you mean --stubs; see"),
        (("report", "x", "--formt=html"), "unrecognized arguments: --formt=html; did you mean"),
        (("init", "--servic"), "unrecognized arguments: --servic; did you mean --service; see"),
        (("replay", "x", "--moon"), "unrecognized arguments: --moon; see coolwind replay --help"),
        (("serve", "--port", "70000"), "argument --port: '70000' is no port; write 0 to 65535"),
    ],
)
def test_a_wrong_command_line_is_one_line(
    coolwind: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    with pytest.raises(SystemExit) as ended:
        coolwind(*arguments)
    assert ended.value.code == Exit.USAGE
    err = capsys.readouterr().err
    assert err.startswith(f"coolwind: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(("command", "meant"), [("rnu", "; did you mean run;"), ("moon", "); see")])
def test_a_command_that_there_is_not_is_told_with_the_nearest(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str], command: str, meant: str
) -> None:
    with pytest.raises(SystemExit):
        coolwind(command)
    assert meant in capsys.readouterr().err


def test_a_feature_file_with_errors_is_told_line_by_line(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("features/orders.feature").write_text(FEATURE + "    And one\n    And two\n")
    assert coolwind("run") is Exit.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.partition(";")[0] for line in err.splitlines()] == [
        "coolwind: features/orders.feature:9: there is no step 'one'",
        "coolwind: features/orders.feature:10: there is no step 'two'",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("raise RuntimeError('boom')\n", "ImportError while loading conftest '*': boom\n"),
        ("pytest_plugins = ('nobody_has_this',)\n", "*nobody_has_this*"),
    ],
)
def test_a_conftest_that_cannot_be_loaded_is_told(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    Path("conftest.py").write_text(text)
    assert coolwind("run") in (Exit.USAGE, Exit.TROUBLE)
    said = capsys.readouterr().err
    pytest.LineMatcher(said.splitlines()).fnmatch_lines(
        ["coolwind: " + message.strip().replace("'*'", "'*conftest.py'*")]
    )
    assert "Traceback" not in said


def test_a_wrong_option_of_the_project_is_told(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("pytest.ini").write_text("[pytest]\naddopts = --nobody-has-this\n")
    assert coolwind("run") is Exit.USAGE
    err = capsys.readouterr().err
    assert "unrecognized arguments: --nobody-has-this" in err
    assert err.count("\n") == 1


def test_a_target_that_cannot_be_reached_is_trouble(
    coolwind: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import service  # type: ignore[import-not-found]

    monkeypatch.setattr("simulators.commands.run.choose", lambda _: service.unreachable())
    assert coolwind("run") is Exit.TROUBLE
    assert capsys.readouterr().err == "coolwind: nobody listens\n"


def test_an_error_of_ours_is_trouble_with_its_traceback(
    coolwind: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulators.commands.run.choose", lambda _: 1 / 0)
    assert coolwind("run") is Exit.TROUBLE
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "jobs"), [(signal.SIGINT, "1"), (signal.SIGTERM, "1"), (signal.SIGTERM, "2")]
)
def test_an_interrupted_run_keeps_what_it_found(
    folder: Path, number: signal.Signals, jobs: str
) -> None:
    scenarios = [f'  Scenario: S{n}\n    When the customer says "hello"\n' for n in range(200)]
    (folder / "features" / "orders.feature").write_text("Feature: F\n" + "".join(scenarios))
    code = "from simulators.cli import main; raise SystemExit(main())"
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", code, "run", "--jobs", jobs),
            *("--target", "service:Slow", "--output", "out"),
        ],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": "."},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("[  2/"):
            break
    process.send_signal(number)
    process.communicate()
    assert process.returncode == Exit.INTERRUPTED
    record = read_record(Path("out/record.jsonl"))
    assert record.ended is not None
    assert record.ended.interrupted
    assert 2 <= len(record.scenarios) < 200
    assert Path("out/report.html").exists()


def test_a_killed_run_leaves_a_record_that_can_be_read(folder: Path) -> None:
    (folder / "conftest.py").write_text(
        "import os, signal\nfrom pytest_bdd import then\n"
        "@then('the power fails')\ndef fail(): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    (folder / "features" / "orders.feature").write_text(FEATURE + "    Then the power fails\n")
    page = folder / "out" / "report.html"
    page.parent.mkdir()
    page.write_text("of an earlier run")
    assert run_apart("run", "--output", "out", "--faults", "crash").returncode < 0
    # Nobody takes the page of an earlier run for what this one found.
    assert not page.exists()
    record = read_record(Path("out/record.jsonl"))
    assert [one.name for one in record.scenarios] == ["An order survives"]
    assert record.ended is None


def test_two_runs_at_once_do_not_mix_in_one_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "out" / "record.jsonl"
    # One that is at its page has written its record already.
    for other in (RecordWriter(path), set_aside(path, path.with_name("report.html"))):
        with other:
            assert main(["run", "--output", "out", "--faults", "crash"]) == Exit.USAGE
        assert "another run is still writing here" in capsys.readouterr().err
        assert path.exists()
    assert main(["run", "--output", "out", "--faults", "crash"]) == Exit.PASS


KILLED_WHILE_IT_SHRINKS = """
import os, signal
from simulators.campaign import campaign

def pytest_configure(config):
    victims = [os.getppid()] if hasattr(config, "workerinput") else []
    victims.append(os.getpid())

    def shrink(*_):
        # All at once, as where the power fails: nobody hears of the death of another.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for each in victims:
            os.kill(each, signal.SIGKILL)

    campaign.shrink = shrink
"""

INTERRUPTED_WHILE_IT_SHRINKS = """
from simulators.campaign import campaign

def shrink(*_):
    raise KeyboardInterrupt

campaign.shrink = shrink
"""


def two_turns(last: str) -> str:
    turns = FEATURE.replace("Then the session", 'And the customer says "x"\n    Then the session')
    return turns.replace("is new", last)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_is_killed_in_a_scenario_keeps_what_that_scenario_showed(
    folder: Path, coolwind: Callable[..., int], jobs: str
) -> None:
    (folder / "conftest.py").write_text(KILLED_WHILE_IT_SHRINKS)
    (folder / "features" / "orders.feature").write_text(two_turns("is the same"))
    run = ("run", "--target", "service:Forgetful", "--faults", "crash", "--output", "out")
    assert run_apart(*run, "--jobs", jobs).returncode < 0
    record = read_record(Path("out/record.jsonl"))
    (finding,) = record.findings
    assert (finding.outcome, finding.plan) == ("loud-reset", "crash after turn 1")
    assert "the server crashes" in finding.gherkin
    (scenario,) = [one for one in record.scenarios if one.name == finding.scenario]
    explored = scenario.exploration
    assert explored is not None
    assert explored.is_partial
    assert (explored.plans, len(explored.cells), explored.cells[0].fired) == (1, 1, 1)
    assert min(explored.executions, explored.states) > 1
    assert "cut short" in explored.reasons[0]
    assert record.ended is None
    assert coolwind("report", "out/record.jsonl", "--format", "html") == Exit.PASS
    # The next run begins with nothing of this one.
    (folder / "conftest.py").unlink()
    assert coolwind(*run, "--target", "reference") is Exit.PASS
    assert not list(Path("out").glob("*.unfinished"))


def test_a_run_that_is_interrupted_in_a_scenario_keeps_what_that_scenario_showed(
    folder: Path,
) -> None:
    (folder / "conftest.py").write_text(INTERRUPTED_WHILE_IT_SHRINKS)
    (folder / "features" / "orders.feature").write_text(two_turns("is the same"))
    run = ("run", "--target", "service:Forgetful", "--faults", "crash", "--output", "out")
    done = run_apart(*run)
    assert done.returncode == Exit.INTERRUPTED
    assert "loud-reset" in done.stdout
    record = read_record(Path("out/record.jsonl"))
    assert [one.outcome for one in record.findings] == ["loud-reset"]
    (explored,) = [one.exploration for one in record.scenarios if one.exploration is not None]
    # The plans that came after the finding are in it, too.
    assert (explored.is_partial, explored.plans) == (True, 3)
    assert sum(one.fired for one in explored.cells) == 3
    assert record.ended is not None
    assert record.ended.verdict == "fail"
    assert not list(Path("out").glob("*.unfinished"))


def test_the_steps_are_listed(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("steps") == Exit.PASS
    assert 'Given/When {customer} says "{text}"' in capsys.readouterr().out


def test_stubs_are_python(coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert coolwind("steps", "--stubs") == Exit.PASS
    compile(capsys.readouterr().out, "stubs.py", "exec")


def test_the_faults_are_listed_with_their_contracts(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("faults") == Exit.PASS
    text = capsys.readouterr().out
    for fault in FAULTS:
        assert f"{fault.name}  ({fault.contract.value}" in text
        assert fault.owes in text


@pytest.mark.usefixtures("folder")
def test_a_reader_that_has_enough_is_no_error() -> None:
    command = f"{sys.executable} -c 'from simulators.cli import main; main()' steps | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_a_reader_that_has_enough_makes_no_run_pass(folder: Path) -> None:
    (folder / "features" / "orders.feature").write_text(two_turns("is the same"))
    command = (
        f"{sys.executable} -c 'from simulators.cli import main; raise SystemExit(main())' run"
        " --target service:Forgetful --faults crash | true; exit ${PIPESTATUS[0]}"
    )
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert done.returncode == Exit.FAIL


def test_the_example_passes_at_once_and_under_every_fault(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("init", "example") == Exit.PASS
    assert capsys.readouterr().out.splitlines()[-1] == "now run: coolwind run example/features"
    assert coolwind("run", "example/features") is Exit.PASS
    out, _ = capsys.readouterr()
    assert len(out.splitlines()) <= 36
    plans = re.search(r"2 scenarios, ([\d,]+) fault plans", out)
    # The first run that anybody sees takes seconds.
    assert plans is not None
    assert 1_000 < int(plans[1].replace(",", "")) < 5_000


def test_the_example_passes_with_pytest_as_well(
    coolwind: Callable[..., int], pytester: pytest.Pytester
) -> None:
    coolwind("init", "example")
    done = pytester.runpytest_inprocess("--rootdir=example", "--coolwind-depth=1", "example")
    done.assert_outcomes(passed=2)


def test_an_example_takes_no_settings_of_a_project_out_of_use(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Path("shop/pyproject.toml")
    settings.parent.mkdir()
    settings.write_text('[tool.pytest.ini_options]\naddopts = "-q"\n')
    assert coolwind("init", "shop") == Exit.USAGE
    assert "pyproject.toml speaks of pytest, whose settings" in capsys.readouterr().err
    assert [*settings.parent.iterdir()] == [settings]
    settings.write_text("[project]\n")
    assert coolwind("init", "shop") == Exit.PASS


def test_an_example_is_not_written_where_it_cannot_be(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("init", "service.py") == Exit.USAGE
    assert "choose another folder" in capsys.readouterr().err


@pytest.mark.parametrize("name", FORMATS)
def test_a_record_is_shown_in_every_form(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str], name: str
) -> None:
    coolwind("run", "--faults", "reload")
    capsys.readouterr()
    assert coolwind("report", "coolwind-report/record.jsonl", "--format", name) == Exit.PASS
    assert capsys.readouterr().out != ""


def test_the_summary_of_a_record_is_as_wide_as_the_terminal(
    coolwind: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    coolwind("run", "--faults", "reload")
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdout", terminal)
    for name, value in (("COLUMNS", "60"), ("TERM", "dumb")):
        monkeypatch.setenv(name, value)
    assert coolwind("report", "coolwind-report/record.jsonl") == Exit.PASS
    lines = terminal.getvalue().splitlines()
    assert 50 < max(map(len, lines)) <= 60


def test_a_report_is_written_to_a_file(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    coolwind("run", "--faults", "reload")
    capsys.readouterr()
    arguments = ("report", "coolwind-report/record.jsonl", "--output")
    assert coolwind(*arguments, "new/report.txt") == Exit.PASS
    assert Path("new/report.txt").read_text().startswith("pass")
    assert coolwind(*arguments, "service.py/report.txt") == Exit.USAGE
    assert capsys.readouterr().out == ""


def test_a_page_tells_how_its_finding_is_played_again(
    folder: Path, coolwind: Callable[..., int]
) -> None:
    (folder / "features" / "orders.feature").write_text(two_turns("is the same"))
    coolwind("run", "--target", "service:Forgetful", "--faults", "crash", "--output", "out")
    coolwind("report", "out/record.jsonl", "--format", "html", "--output", "page.html")
    pages = [Path("out/report.html").read_text("utf-8"), Path("page.html").read_text("utf-8")]
    assert [_overview(one)["replay"] for one in pages] == [" --record out/record.jsonl"] * 2


def _overview(page: str) -> Any:
    packed = page.split('id="data-overview">')[1].split("<")[0]
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def test_an_unknown_form_is_told(
    coolwind: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert coolwind("report", "nothing", "--format", "htm") == Exit.USAGE
    assert capsys.readouterr().err == "coolwind: there is no format 'htm'; write html\n"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_with_the_count() -> None:
    stream = Terminal()
    with progress.watch(stream, {}) as watcher:
        watcher.expect(2)
        watcher.note("One", "passed", 0.1)
        watcher.note("Two", "failed", 0.1)
    text = stream.getvalue()
    assert "2/2" in text
    assert "1 failed" in text
    assert "time left" in text
    assert " a second" in text


def test_no_colour_is_kept() -> None:
    stream = Terminal()
    with progress.watch(stream, {"NO_COLOR": "1"}) as watcher:
        watcher.expect(1)
        watcher.note("One", "passed", 0.1)
    assert "\x1b[3" not in stream.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_elsewhere_a_line_a_scenario_is_shown(stream: io.StringIO) -> None:
    with progress.watch(stream, {"TERM": "dumb"}) as watcher:
        watcher.expect(10)
        watcher.note("One\x1b[31m", "passed", 0.1)
        for _ in range(9):
            watcher.note("Two", "failed", 0.1)
    first, *_, last = stream.getvalue().splitlines()
    assert re.fullmatch(r"\[ 1/10\] passed       One\\u001b\[31m \(0\.1 s, \d+ s left\)", first)
    assert last == "[10/10] failed       Two (0.1 s)"
