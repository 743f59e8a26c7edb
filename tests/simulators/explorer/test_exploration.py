"""Scenarios under fault plans, inside one test item, and what goes to the run record."""

from pathlib import Path

import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.plugin.playing
import simulators.targets.reference  # noqa: F401
from reports.record_file import read_record
from simulators.explorer.explorer import LEFT_OUT_OF_A_DELIVERY, LEFT_OUT_OF_ANY

pytest_plugins = ("pytester",)

ORDER = """
Feature: Orders
  @survives
  Scenario: An order survives
    When the customer says "I need 11 remote controls"
    And the customer says "Hari, 9876543210, hari@example.com"
    Then the session is the same
"""


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester, services: None) -> None:
    del services
    pytester.makeini("[pytest]\nstrict = true\nfilterwarnings = error\n")


def run(pytester: pytest.Pytester, text: str, *arguments: str) -> pytest.RunResult:
    pytester.makefile(".feature", orders=text)
    return pytester.runpytest_inprocess("--coolwind-record=out/record.jsonl", *arguments)


def test_a_scenario_that_survives_passes_as_one_item(pytester: pytest.Pytester) -> None:
    run(pytester, ORDER, "--coolwind-faults=crash,restart").assert_outcomes(passed=1)
    [scenario] = read_record(Path("out/record.jsonl")).scenarios
    assert scenario.exploration is not None
    assert scenario.exploration.verdict == "pass"
    assert scenario.exploration.plans == 4 + 12
    assert {cell.fault for cell in scenario.exploration.cells} == {"crash", "restart"}


def test_a_scenario_without_the_tag_is_played_as_written_alone(pytester: pytest.Pytester) -> None:
    run(pytester, ORDER.replace("@survives", "")).assert_outcomes(passed=1)
    [scenario] = read_record(Path("out/record.jsonl")).scenarios
    assert scenario.exploration is None


def test_every_scenario_is_explored_when_faults_are_named(pytester: pytest.Pytester) -> None:
    run(pytester, ORDER.replace("@survives", ""), "--coolwind-faults=reload")
    [scenario] = read_record(Path("out/record.jsonl")).scenarios
    assert scenario.exploration is not None
    assert scenario.exploration.plans == 2 + 1


def test_depth_is_the_most_faults_of_a_plan(pytester: pytest.Pytester) -> None:
    plans = []
    for depth in ("1", "2", "3", "any"):
        run(pytester, ORDER, "--coolwind-faults=crash", f"--coolwind-depth={depth}")
        [scenario] = read_record(Path("out/record.jsonl")).scenarios
        assert scenario.exploration is not None
        plans.append(scenario.exploration.plans)
    # One crash after one of two turns; another in the same place or after it; and so on. Of any
    # number, one after each turn at most.
    assert plans == [2, 2 + 3, 2 + 3 + 4, 3]


@pytest.mark.parametrize(
    ("faults", "depth", "told"),
    [
        ("crash", "2", []),
        ("crash", "any", [LEFT_OUT_OF_ANY]),
        ("crash-after", "1", []),
        ("crash-after", "2", [LEFT_OUT_OF_A_DELIVERY]),
    ],
)
def test_a_run_says_which_plans_it_leaves_out(
    pytester: pytest.Pytester, faults: str, depth: str, told: list[str]
) -> None:
    run(pytester, ORDER, f"--coolwind-faults={faults}", f"--coolwind-depth={depth}")
    started = read_record(Path("out/record.jsonl")).started
    left_out = (LEFT_OUT_OF_A_DELIVERY, LEFT_OUT_OF_ANY)
    assert [one for one in started.uncovered if one in left_out] == told


def test_a_finding_fails_the_scenario_with_plan_and_gherkin(pytester: pytest.Pytester) -> None:
    result = run(pytester, ORDER, "--coolwind-target=service:Forgetful", "--coolwind-faults=crash")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "orders.feature:3: loud-reset: *",
            "plan: crash after turn 1*",
            "Scenario: An order survives, loud-reset at turn 2",
            "  And the server crashes",
            "  Then the customer's session is the same",
        ]
    )


def test_a_finding_stands_in_the_record_with_its_place(pytester: pytest.Pytester) -> None:
    run(pytester, ORDER, "--coolwind-target=service:Forgetful", "--coolwind-faults=crash")
    record = read_record(Path("out/record.jsonl"))
    [scenario] = record.scenarios
    finding = record.findings[0]
    assert (finding.feature, finding.line) == ("orders.feature", 3)
    assert len(finding.finding_id) == 12
    assert scenario.status == "passed"
    assert record.ended is not None
    assert record.ended.verdict == "fail"


def test_a_finding_has_the_same_name_in_every_run(pytester: pytest.Pytester) -> None:
    names = []
    for seed in ("1", "2"):
        run(
            pytester,
            ORDER,
            "--coolwind-target=service:Forgetful",
            "--coolwind-faults=crash",
            f"--coolwind-seed={seed}",
        )
        names.append([one.finding_id for one in read_record(Path("out/record.jsonl")).findings])
    assert names[0] == names[1] != []


def test_a_printed_finding_fails_in_the_same_way(pytester: pytest.Pytester) -> None:
    arguments = ("--coolwind-target=service:Forgetful", "--coolwind-faults=crash")
    run(pytester, ORDER, *arguments)
    printed = read_record(Path("out/record.jsonl")).findings[0].gherkin
    result = run(pytester, "Feature: Pasted\n" + printed, arguments[0])
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*Then the customer's session is the same", "expected the session*"]
    )


def test_no_verdict_is_no_pass(pytester: pytest.Pytester) -> None:
    text = 'Feature: F\n  @survives\n  Scenario: S\n    When the customer says "hello"\n'
    text = text.replace('When the customer says "hello"', "Given the server crashes")
    result = run(pytester, text, "--coolwind-faults=reload")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*inconclusive: *"])
    record = read_record(Path("out/record.jsonl"))
    assert record.ended is not None
    assert record.ended.verdict == "inconclusive"


def test_a_scenario_without_a_conversation_survives_nothing(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from pytest_bdd import given\n@given('nothing')\ndef nothing(): pass\n")
    text = "Feature: F\n  @survives\n  Scenario: S\n    Given nothing\n"
    result = run(pytester, text, "orders.feature")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*inconclusive: the scenario plays no conversation;*"])


def test_a_scenario_without_a_conversation_is_not_explored_for_an_option(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeconftest("from pytest_bdd import given\n@given('nothing')\ndef nothing(): pass\n")
    text = "Feature: F\n  Scenario: S\n    Given nothing\n"
    run(pytester, text, "orders.feature", "--coolwind-faults=all").assert_outcomes(passed=1)


def test_a_scenario_that_fails_as_written_is_not_explored(pytester: pytest.Pytester) -> None:
    run(pytester, ORDER + '    And the reply is "x"\n').assert_outcomes(failed=1)
    [scenario] = read_record(Path("out/record.jsonl")).scenarios
    assert (scenario.status, scenario.exploration) == ("failed", None)
    assert scenario.message is not None
    assert scenario.message.startswith('expected "x", found the reply')


def test_the_record_tells_what_was_said_and_counted(pytester: pytest.Pytester) -> None:
    run(pytester, ORDER, "--coolwind-faults=reload")
    record = read_record(Path("out/record.jsonl"))
    [scenario] = record.scenarios
    assert next(line.text for line in scenario.transcript) == "I need 11 remote controls"
    assert scenario.counts == {"created": 1, "answered": 2, "started:bulk_order": 1}
    assert scenario.tags == ("survives",)
    assert [column.name for column in record.started.faults] == ["reload"]


def test_outlines_are_recorded_row_by_row(pytester: pytest.Pytester) -> None:
    text = (
        'Feature: F\n  Scenario Outline: S<y>\n    When the customer says "<x>"\n'
        "    Examples:\n      | x | y |\n      | a |   |\n      | b | T |\n"
    )
    run(pytester, text).assert_outcomes(passed=2)
    names = [one.name for one in read_record(Path("out/record.jsonl")).scenarios]
    assert names == ["S", "ST"]


def test_rows_that_do_not_change_the_name_are_told_apart(pytester: pytest.Pytester) -> None:
    text = (
        'Feature: F\n  Scenario Outline: S\n    When the customer says "<x>"\n'
        "    Examples:\n      | x |\n      | a |\n      | b |\n"
    )
    run(pytester, text)
    names = [one.name for one in read_record(Path("out/record.jsonl")).scenarios]
    assert names == ["S [a]", "S [b]"]


@pytest.mark.parametrize("tag", ["@skip", "@skip(reason='later')", "@xfail"])
def test_skipped_scenarios_are_recorded_as_such(pytester: pytest.Pytester, tag: str) -> None:
    body = '    When the customer says "x"\n    Then the reply is "y"\n'
    run(pytester, f"Feature: F\n  {tag}\n  Scenario: S\n{body}")
    record = read_record(Path("out/record.jsonl"))
    [scenario] = record.scenarios
    assert scenario.status == "skipped"
    assert scenario.message is not None
    assert record.ended is not None
    assert record.ended.verdict == "inconclusive"


def test_trouble_with_the_target_is_no_failure_of_the_conversation(
    pytester: pytest.Pytester,
) -> None:
    run(pytester, ORDER, "--coolwind-target=service:Broken").assert_outcomes(failed=1)
    record = read_record(Path("out/record.jsonl"))
    assert record.ended is not None
    assert record.ended.verdict == "inconclusive"
    assert record.ended.reasons == ("An order survives: the wire is cut; mend it",)


def test_trouble_after_a_scenario_is_trouble_as_well(pytester: pytest.Pytester) -> None:
    text = ORDER.replace("@survives", "")
    pytester.makefile(".feature", orders=text)
    # The record's own look at the target must not meet the bug.
    result = pytester.runpytest_inprocess("--coolwind-target=service:Buggy")
    result.assert_outcomes(passed=1, errors=1)


def test_a_wrong_fault_is_a_usage_error_of_a_recorded_run(pytester: pytest.Pytester) -> None:
    result = run(pytester, ORDER, "--coolwind-faults=crsh")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: there is no fault 'crsh'; did you mean crash?*"])


def test_a_wrong_fault_fails_the_scenario_where_nothing_is_recorded(
    pytester: pytest.Pytester,
) -> None:
    pytester.makefile(".feature", orders=ORDER)
    result = pytester.runpytest_inprocess("--coolwind-faults=crsh")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["orders.feature:3: there is no fault 'crsh';*"])


@pytest.mark.parametrize("depth", ["0", "x"])
def test_a_depth_is_a_whole_number_from_1(pytester: pytest.Pytester, depth: str) -> None:
    result = run(pytester, ORDER, f"--coolwind-depth={depth}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_the_record_is_written_by_the_controller_of_xdist(pytester: pytest.Pytester) -> None:
    other = ORDER.replace("Feature: Orders", "").replace("An order", "Another")
    pytester.makefile(".feature", orders=ORDER + other)
    pytester.runpytest_subprocess(
        "-n", "2", "--coolwind-record=out/record.jsonl", "--coolwind-faults=crash"
    ).assert_outcomes(passed=2)
    record = read_record(Path("out/record.jsonl"))
    assert {one.name for one in record.scenarios} == {"An order survives", "Another survives"}
    assert record.ended is not None
    assert record.ended.verdict == "pass"


def test_what_cannot_be_read_is_a_doubt_of_the_record(pytester: pytest.Pytester) -> None:
    run(pytester, ORDER + "    And what?\n")
    record = read_record(Path("out/record.jsonl"))
    assert record.ended is not None
    assert record.ended.verdict == "inconclusive"
    assert not record.ended.interrupted
    assert record.ended.reasons[0].startswith("orders.feature:7: there is no step 'what?'")


def test_a_run_that_is_interrupted_closes_its_record(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        from pytest_bdd import then

        @then("the tester has enough")
        def stop():
            raise KeyboardInterrupt
        """
    )
    text = ORDER + '  Scenario: B\n    When Hari says "x"\n    Then the tester has enough\n'
    pytester.makefile(".feature", orders=text)
    options = ("--coolwind-record=out/record.jsonl", "--coolwind-faults=crash")
    pytester.inline_run(*options, no_reraise_ctrlc=True)
    record = read_record(Path("out/record.jsonl"))
    assert [one.name for one in record.scenarios] == ["An order survives"]
    assert record.ended is not None
    assert record.ended.interrupted


def test_a_fault_named_without_a_place_to_strike_is_no_pass(pytester: pytest.Pytester) -> None:
    result = run(pytester, ORDER, "--coolwind-faults=crash,model-429")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the fault 'model-429' never fired*"])


def test_a_fault_of_a_group_needs_no_place_to_strike(pytester: pytest.Pytester) -> None:
    options = ("--coolwind-faults=survivable", "--coolwind-depth=1")
    run(pytester, ORDER, *options).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "middle", ["25 hours pass", "the customer loses the cookies", "the customer clears the chat"]
)
def test_an_excuse_of_the_model_is_one_in_a_fresh_session_too(
    pytester: pytest.Pytester, middle: str
) -> None:
    text = (
        "Feature: F\n  @survives\n  Scenario: S\n"
        f'    When the customer says "hi"\n    And {middle}\n    And the customer says "hi"\n'
    )
    run(pytester, text, "--coolwind-depth=1").assert_outcomes(passed=1)
