"""A project that binds its feature files itself, as pytest-bdd has it, and uses our steps."""

from pathlib import Path

import pytest

from reports.record_file import read_record

pytest_plugins = ("pytester",)

ORDERS = """
Feature: Orders
  @survives
  Scenario: An order is begun
    When the customer says "I need 11 remote controls"
    And the customer says "Hari, 9876543210, hari@example.com"
    Then the session is the same
"""


@pytest.fixture(autouse=True)
def project(pytester: pytest.Pytester) -> None:
    """Two folders, a module that binds, and settings as strict as can be."""
    pytester.makeini("[pytest]\nstrict = true\nfilterwarnings = error\n")
    for folder in ("features", "tests"):
        pytester.mkdir(folder)
    Path("tests/test_bound.py").write_text(
        "from pytest_bdd import scenarios\nscenarios('../features')\n"
    )
    Path("features/orders.feature").write_text(ORDERS)


def ask_for_steps(*lines: str) -> None:
    """The one documented line, and what else the project has in its conftest.py."""
    Path("conftest.py").write_text(
        "\n".join(("pytest_plugins = ['simulators.steps']", *lines)) + "\n"
    )


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(
        "-p", "no:cacheprovider", "--coolwind-faults=crash", *arguments
    )


@pytest.mark.parametrize("arguments", [("tests",), (), ("-n", "2")])
def test_one_line_is_enough_and_nothing_is_run_twice(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    ask_for_steps()
    result = run(pytester, "-v", *arguments)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*tests/test_bound.py::test_an_order_is_begun*"])


@pytest.mark.parametrize(("expected", "passed"), [("'looked'", 1), ("'never'", 0)])
def test_async_steps_of_the_project_run_to_their_end(
    pytester: pytest.Pytester, expected: str, passed: int
) -> None:
    """One that yields ends with its scenario."""
    Path("features/orders.feature").write_text(
        f"{ORDERS}    And somebody looks\n    And the note says it\n"
    )
    ask_for_steps(
        "from pytest_bdd import parsers, then",
        "@then('somebody looks', target_fixture='note')",
        "async def look():",
        "    yield 'looked'",
        "@then('the note says it')",
        "@then(parsers.parse('the note says {word}'))",
        "async def says(note):",
        f"    assert note == {expected}",
    )
    result = run(pytester, "tests")
    result.assert_outcomes(passed=passed, failed=1 - passed)


@pytest.mark.parametrize("arguments", [(), ("features", "tests"), ("-q",)])
def test_a_scenario_that_is_bound_is_counted_once(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    ask_for_steps()
    Path("features/more.feature").write_text(ORDERS.replace("is begun", "is not bound"))
    Path("tests/test_bound.py").write_text(
        "from pytest_bdd import scenarios\nscenarios('../features/orders.feature')\n"
    )
    result = run(pytester, "--collect-only", *arguments)
    result.stdout.fnmatch_lines(["*2 tests collected*"])
    result.stdout.no_fnmatch_line("*collected 3*")


@pytest.mark.parametrize("arguments", [(), ("tests",)])
def test_without_the_line_nothing_is_there_and_the_failure_says_what_to_do(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    # Without the line, nobody tells pytest of the mark.
    Path("features/orders.feature").write_text(ORDERS.replace("  @survives\n", ""))
    result = run(pytester, *arguments)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*StepDefinitionNotFoundError: Step definition is not found: *",
            "*This is a step of Coolwind; write pytest_plugins = [[]'simulators.steps'] into *",
        ]
    )


def test_a_project_that_asks_for_nothing_loads_nothing(pytester: pytest.Pytester) -> None:
    Path("features/orders.feature").write_text(
        "Feature: Shop\n  Scenario: Buy\n    Given an article\n"
    )
    Path("conftest.py").write_text(
        "import sys\nfrom pytest_bdd import given\n"
        "@given('an article')\ndef article():\n"
        "    assert 'simulators.steps' not in sys.modules\n"
        "    assert 'simulators.targets' not in sys.modules\n"
    )
    # A process of its own, because this one has loaded them.
    pytester.runpytest_subprocess("tests").assert_outcomes(passed=1)


def test_the_own_step_of_a_project_joins_in_and_overrides(pytester: pytest.Pytester) -> None:
    ask_for_steps(
        "from pytest_bdd import given, then",
        "@then('the session is the same')",
        "def check(play):",
        "    assert play.last(None).answer.flow == 'bulk_order'",
        "    print('the own step')",
    )
    result = run(pytester, "-s")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*the own step*"])


def test_a_scenario_is_explored_and_recorded_with_its_own_place(
    pytester: pytest.Pytester, services: None
) -> None:
    del services
    ask_for_steps()
    result = run(
        pytester,
        "--coolwind-target=service:Forgetful",
        "--coolwind-faults=crash",
        "--coolwind-record=record.jsonl",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["features/orders.feature:4: loud-reset: *", "plan: crash *"])
    [finding] = read_record(Path("record.jsonl")).findings
    assert (finding.feature, finding.line) == ("features/orders.feature", 4)


def test_tags_choose_and_seed(pytester: pytest.Pytester) -> None:
    ask_for_steps(
        "from pytest_bdd import then",
        "@then('it is the seed')",
        "def check(play): assert play.seed == 42",
    )
    seeded = '  @seed(42)\n  Scenario: Seeded\n    When Hari says "x"\n    Then it is the seed\n'
    Path("features/orders.feature").write_text(ORDERS + seeded)
    result = run(pytester, "--coolwind-tags=@seed and not @survives")
    result.assert_outcomes(passed=1, deselected=1)


def test_doc_strings_are_word_for_word(pytester: pytest.Pytester) -> None:
    ask_for_steps()
    Path("features/orders.feature").write_text(
        'Feature: Odd texts\n  Scenario Outline: Said\n    When <name> says:\n      """json\n'
        '      "one\\ttwo <name>"\n      """\n    Then it is odd\n'
        "    Examples:\n      | name |\n      | Hari |\n"
    )
    Path("tests/conftest.py").write_text(
        "from pytest_bdd import then\n@then('it is odd')\n"
        "def check(play): assert play.last(None).text == 'one\\ttwo Hari'\n"
    )
    run(pytester).assert_outcomes(passed=1)


def test_a_feature_that_only_pytest_bdd_can_read_is_played_all_the_same(
    pytester: pytest.Pytester,
) -> None:
    ask_for_steps()
    Path("features/orders.feature").write_text(ORDERS + "  Scenario: Nothing yet\n")
    run(pytester).assert_outcomes(passed=2)


TWICE = """Feature: Orders
  Scenario: dup
    When the customer says "hi"
    Then exactly 5 orders are placed
  Scenario: dup
    When the customer says "hi"
"""


@pytest.mark.parametrize("arguments", [(), ("-n", "1")])
def test_of_two_scenarios_of_one_name_none_passes(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    ask_for_steps()
    Path("features/orders.feature").write_text(TWICE)
    result = run(pytester, *arguments)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["features/orders.feature:5: there is a scenario 'dup' in line 2 already; rename *"]
    )


def test_an_equal_row_of_an_outline_passes_neither_time(pytester: pytest.Pytester) -> None:
    ask_for_steps()
    pytester.makeini("[pytest]\n")
    Path("features/orders.feature").write_text(
        'Feature: Orders\n  Scenario Outline: Said\n    When the customer says "<a>"\n'
        "    Examples:\n      | a |\n      | x |\n      | y |\n      | x |\n"
    )
    result = run(pytester)
    result.assert_outcomes(failed=2, passed=1)
    result.stdout.fnmatch_lines(["*orders.feature:2: line 8: this row equals the one in line 6; *"])


def test_a_placeholder_that_no_column_fills_passes_no_row(pytester: pytest.Pytester) -> None:
    ask_for_steps()
    Path("features/orders.feature").write_text(
        'Feature: Orders\n  Scenario Outline: Said\n    When the customer says "<a>"\n'
        '    And the customer says "<b>"\n    Examples:\n      | a |\n      | x |\n      | y |\n'
    )
    result = run(pytester)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["*orders.feature:2: line 4: no column fills <b>; *have a; *"])


def test_an_unknown_step_is_told_with_its_line_and_the_nearest_sentences(
    pytester: pytest.Pytester,
) -> None:
    ask_for_steps("from pytest_bdd import then", "@then('all is well')", "def well(): pass")
    Path("features/orders.feature").write_text(
        'Feature: Orders\n  Scenario: Slips\n    When the customer says "hi"\n'
        "    Then the sesion is the same\n  Scenario: Own\n"
        '    When the customer says "hi"\n    Then al is well\n'
    )
    result = run(pytester)
    result.assert_outcomes(failed=2)
    told = result.stdout.str()
    assert "features/orders.feature:4: Then the sesion is the same\nthere is no step" in told
    assert "did you mean '{whose} session is the same'" in told
    assert (
        "orders.feature:7: Then al is well\nthere is no step 'al is well'; did you mean 'all"
        in told
    )


def test_a_file_with_no_step_of_ours_gets_the_nearest_ones_and_no_judgement(
    pytester: pytest.Pytester,
) -> None:
    ask_for_steps()
    Path("features/orders.feature").write_text(
        'Feature: Orders\n  Scenario: Slip\n    When the custmer says "hi"\n'
    )
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*StepDefinitionNotFoundError*", "*Did you mean*customer* says*"])


def test_two_own_steps_that_match_are_told_with_their_places(pytester: pytest.Pytester) -> None:
    ask_for_steps(
        "from pytest_bdd import parsers, then",
        "@then('all is well')",
        "def one(): pass",
        "@then(parsers.parse('all is {how}'))",
        "def other(how): pass",
    )
    Path("features/orders.feature").write_text(
        'Feature: Orders\n  Scenario: Two\n    When the customer says "hi"\n    Then all is well\n'
    )
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "features/orders.feature:4: Then all is well",
            "two steps match 'all is well': *conftest.py:3 and *conftest.py:5; reword one of them",
        ]
    )


def test_a_step_of_the_module_that_binds_stands_above_that_of_a_conftest(
    pytester: pytest.Pytester,
) -> None:
    ask_for_steps("from pytest_bdd import then", "@then('all is well')", "def well(): assert False")
    with Path("tests/test_bound.py").open("a") as module:
        module.write("from pytest_bdd import then\n@then('all is well')\ndef well(): pass\n")
    Path("features/orders.feature").write_text(
        'Feature: Orders\n  Scenario: Own\n    When the customer says "hi"\n    Then all is well\n'
    )
    run(pytester).assert_outcomes(passed=1)


def test_a_step_that_is_swallowed_as_a_description_fails_with_its_line(
    pytester: pytest.Pytester,
) -> None:
    ask_for_steps()
    Path("features/orders.feature").write_text(
        "Feature: Orders\n  Scenario: Own\n    Because the server restarts\n"
        '    when the customer says "hi"\n    Then the server restarts\n'
        '  Scenario: Other\n    When the server restarts\n    When the customer says "hi"\n'
    )
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*orders.feature:2: line 4: *is no step but a description*"])


def test_a_scenario_that_is_skipped_or_expected_to_fail_may_have_unknown_steps(
    pytester: pytest.Pytester,
) -> None:
    ask_for_steps()
    Path("features/orders.feature").write_text(
        'Feature: Orders\n  @skip\n  Scenario: Later\n    When the customer says "hi"\n'
        "    Then al is well\n  @xfail\n  Scenario: Soon\n"
        '    When the customer says "hi"\n    Then al is well\n'
    )
    run(pytester).assert_outcomes(skipped=1, xfailed=1)


@pytest.mark.parametrize("line", [True, False])
def test_what_pytest_bdd_swallows_of_the_features_of_others_is_theirs(
    pytester: pytest.Pytester, line: bool
) -> None:
    own = (
        "from pytest_bdd import given, parsers",
        "@given('an article')",
        "def one(): pass",
        "@given(parsers.parse('an {what}'))",
        "def other(what): pass",
    )
    ask_for_steps(*own) if line else Path("conftest.py").write_text("\n".join(own))
    Path("features/orders.feature").write_text(
        "Feature: Shop\n  Scenario: Buy\n    Given an article\n"
        "  Scenario: Buy\n    Given an article\n"
    )
    run(pytester).assert_outcomes(passed=1)
