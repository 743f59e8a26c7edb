"""What `pytest features/` does, one behaviour a test."""

import subprocess
import sys

import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.plugin.playing
import simulators.targets.reference  # noqa: F401

pytest_plugins = ("pytester",)

FEATURE = """
Feature: Orders
  Scenario: An order is begun
    When the customer says "I need 11 remote controls"
    Then the conversation is at step "collecting_contact" of "bulk_order"
"""


@pytest.fixture(autouse=True)
def strict(pytester: pytest.Pytester) -> None:
    """Every run here is as strict as pytest can be."""
    pytester.makeini("[pytest]\nstrict = true\nfilterwarnings = error\n")


def write_feature(pytester: pytest.Pytester, text: str, name: str = "orders") -> None:
    pytester.makefile(".feature", **{name: text})


def test_a_feature_file_is_collected_with_no_python_beside_it(pytester: pytest.Pytester) -> None:
    write_feature(pytester, FEATURE)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_the_version_stands_in_the_header(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest_inprocess().stdout.fnmatch_lines(["coolwind: *"])


def test_a_project_without_features_loads_nothing_of_coolwind(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_nothing_is_loaded():
            loaded = {name for name in sys.modules if name.split(".")[0] == "simulators"}
            assert loaded == {"simulators", "simulators.numbers", "simulators.pytest_plugin"}
            assert not {"coolwind", "reports", "phonenumbers"} & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_the_plugin_module_imports_pytest_and_the_standard_library_alone() -> None:
    code = (
        "import pytest, sys, importlib.metadata; before = set(sys.modules);"
        "import simulators.pytest_plugin; print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['simulators', 'simulators.numbers', 'simulators.pytest_plugin']"


@pytest.mark.parametrize(
    "steps",
    [
        ("Given an article",),
        ("Given I open the shop", "When the server restarts", "Then I pay"),
        ("Given an article", "When the server restarts", "What?", "Then I pay"),
    ],
)
def test_a_feature_of_another_vocabulary_is_left_alone(
    pytester: pytest.Pytester, steps: tuple[str, ...]
) -> None:
    lines = "".join(f"    {step}\n" for step in steps)
    write_feature(pytester, f"Feature: Shop\n  Scenario: Buy\n{lines}")
    assert pytester.runpytest_inprocess().ret == pytest.ExitCode.NO_TESTS_COLLECTED


MIXED = """
Feature: Shop
  Scenario: Buy
    Given an article
    When the server restarts
    Then I pay
"""


def test_a_file_with_too_few_steps_of_coolwind_is_told_beside_files_that_are_played(
    pytester: pytest.Pytester,
) -> None:
    write_feature(pytester, FEATURE)
    write_feature(pytester, MIXED, "shop")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["shop.feature:1: this file was left alone*coolwind_features*"])


MIXED_ALONE = """
Feature: Shop
  Scenario: Buy
    Given an article
    And a basket
    When the customer says "I need 11 remotes"
    Then I pay
    And the session is the same
"""


def _lonely(pytester: pytest.Pytester) -> None:
    """A feature file of which nothing is played, beside a test in Python."""
    write_feature(pytester, MIXED_ALONE, "shop")
    pytester.makepyfile("def test_nothing(): pass")


@pytest.mark.parametrize("more", [(), ("-k", "nothing"), ("-n", "1")])
def test_a_file_with_too_few_steps_of_coolwind_is_warned_of_where_none_is_played(
    pytester: pytest.Pytester, more: tuple[str, ...]
) -> None:
    _lonely(pytester)
    result = pytester.runpytest_inprocess("-W", "default", *more)
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(
        ["*shop.feature:1*", "*Warning: this file was left alone*coolwind_features*"]
    )


def test_a_file_that_was_left_alone_is_an_error_where_warnings_are(
    pytester: pytest.Pytester,
) -> None:
    _lonely(pytester)
    result = pytester.runpytest_inprocess("-W", "error")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["shop.feature:1: this file was left alone*coolwind_features*"])


def test_a_file_that_was_left_alone_may_be_bound_by_a_module_that_is_deselected(
    pytester: pytest.Pytester,
) -> None:
    _lonely(pytester)
    pytester.makepyfile(test_bound="from pytest_bdd import scenarios; scenarios('shop.feature')")
    pytester.runpytest_inprocess("-k", "nothing").assert_outcomes(passed=1, deselected=1)


def test_a_file_with_too_few_steps_of_coolwind_may_be_bound_by_a_module(
    pytester: pytest.Pytester,
) -> None:
    write_feature(pytester, FEATURE)
    write_feature(pytester, MIXED, "shop")
    pytester.makepyfile(
        test_bound="""
        from pytest_bdd import given, scenarios, then, when

        scenarios("shop.feature")

        @given("an article")
        @when("the server restarts")
        @then("I pay")
        def nothing(): pass
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)


def test_the_steps_of_an_outline_are_known_by_its_rows(pytester: pytest.Pytester) -> None:
    steps = "    When <what>\n    And <count> minutes pass\n"
    rows = "    Examples:\n      | what | count |\n      | the server restarts | 5 |\n"
    write_feature(pytester, f"Feature: F\n  Scenario Outline: A\n{steps}{rows}")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_feature_of_another_vocabulary_is_collected_when_it_is_named(
    pytester: pytest.Pytester,
) -> None:
    write_feature(pytester, "Feature: Shop\n  Scenario: Buy\n    Given an article\n")
    result = pytester.runpytest_inprocess("orders.feature")
    result.stdout.fnmatch_lines(["orders.feature:3: there is no step 'an article'*"])


def test_a_feature_of_another_vocabulary_is_collected_when_the_project_asks_for_it(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini("[pytest]\ncoolwind_features = true\n")
    write_feature(pytester, "Feature: Shop\n  Scenario: Buy\n    Given an article\n")
    pytester.makeconftest(
        """
        from pytest_bdd import given

        @given("an article")
        def article(): pass
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_features_that_a_python_module_binds_are_not_run_twice(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("features")
    (folder / "a.feature").write_text(FEATURE)
    pytester.makepyfile(
        test_bound="""
        from pytest_bdd import given, parsers, scenarios, then, when

        scenarios("features")

        @when(parsers.parse('the customer says "{text}"'))
        def say(text): pass

        @then(parsers.parse('the conversation is at step "{step}" of "{flow}"'))
        def check(step, flow): pass
        """
    )
    result = pytester.runpytest_inprocess("-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["test_bound.py::*PASSED*"])


def test_a_bound_feature_whose_steps_are_in_its_module_is_no_problem(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini("[pytest]\ncoolwind_features = true\n")
    write_feature(pytester, "Feature: Shop\n  Scenario: Buy\n    Given an article\n")
    pytester.makepyfile(
        test_bound="""
        from pytest_bdd import given, scenarios

        scenarios("orders.feature")

        @given("an article")
        def article(): pass
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_users_step_joins_in(pytester: pytest.Pytester) -> None:
    write_feature(pytester, FEATURE + "    And the shop is happy\n")
    pytester.makeconftest(
        """
        from pytest_bdd import then

        @then("the shop is happy")
        def check(play):
            assert play.last(None).answer.flow == "bulk_order"
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "step", ["'the server restarts'", "parsers.re('the server (?P<what>restarts)')"]
)
def test_a_users_step_overrides_ours(pytester: pytest.Pytester, step: str) -> None:
    write_feature(pytester, FEATURE.replace("    Then", "    And the server restarts\n    Then"))
    pytester.makeconftest(
        f"""
        from pytest_bdd import parsers, when

        @when({step})
        def restart(play):
            play.say("Hari", "overridden")
            assert [one.text for one in play.trace.exchanges][-1] == "overridden"
            assert not play.trace.strikes
            raise RuntimeError("this one ran")
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*RuntimeError: this one ran*"])


def test_the_step_of_the_nearer_conftest_counts(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("features")
    (folder / "a.feature").write_text(FEATURE + "    And it is done\n")
    step = "from pytest_bdd import then\n@then('it is done')\ndef check():\n    "
    pytester.makeconftest(step + "raise RuntimeError('far')\n")
    (folder / "conftest.py").write_text(step + "pass\n")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_async_steps_are_awaited_on_one_loop(pytester: pytest.Pytester) -> None:
    text = "    And it is started\n    And it is yielded\n    And it is ended\n"
    pytester.makeini("[pytest]\ncoolwind_features = true\n")
    write_feature(pytester, FEATURE + text)
    pytester.makeconftest(
        """
        import asyncio
        import pytest
        from pytest_bdd import then

        @pytest.fixture
        def seen():
            return []

        @then("it is started", target_fixture="loop")
        async def start(seen):
            seen.append("started")
            return asyncio.get_running_loop()

        @then("it is yielded", target_fixture="number")
        async def hand_out(seen):
            yield 7
            assert seen == ["started", "ended"]

        @then("it is ended")
        async def end(seen, loop, number, extra=1, *_, key=2, **__):
            assert asyncio.get_running_loop() is loop
            assert (seen, number, extra) == (["started"], 7, 1)
            seen.append("ended")
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_an_async_step_that_fails_fails_the_scenario(pytester: pytest.Pytester) -> None:
    write_feature(pytester, FEATURE + "    And it breaks\n")
    pytester.makeconftest(
        """
        from pytest_bdd import then

        @then("it breaks")
        async def check():
            raise RuntimeError("broken")
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(failed=1)


def test_an_async_step_in_a_decorator_that_hides_it_is_awaited(pytester: pytest.Pytester) -> None:
    write_feature(pytester, FEATURE + "    And it breaks\n")
    pytester.makeconftest(
        """
        from pytest_bdd import then

        def traced(step):
            def call():
                return step()
            return call

        @then("it breaks")
        @traced
        async def check():
            raise RuntimeError("broken")
        """
    )
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*RuntimeError: broken"])


def test_the_option_k_selects_scenarios(pytester: pytest.Pytester) -> None:
    other = '  Scenario: Another\n    When Hari says "hello"\n'
    write_feature(pytester, FEATURE + other)
    pytester.runpytest_inprocess("-k", "another").assert_outcomes(passed=1, deselected=1)


def test_tags_are_marks_with_their_arguments(pytester: pytest.Pytester) -> None:
    write_feature(pytester, "@slow\n" + FEATURE.replace("  Scenario", "  @seed(42)\n  Scenario"))
    pytester.makeconftest(
        """
        def pytest_collection_modifyitems(items):
            [item] = items
            assert item.get_closest_marker("seed").args == (42,)
            assert item.get_closest_marker("slow").args == ()
        """
    )
    pytester.runpytest_inprocess("-m", "slow").assert_outcomes(passed=1)
    pytester.runpytest_inprocess("-m", "not slow").assert_outcomes(deselected=1)


def test_tags_of_examples_are_marks_of_their_rows(pytester: pytest.Pytester) -> None:
    write_feature(
        pytester,
        """
        Feature: Greetings
          Scenario Outline: Greet
            When the customer says "<text>"
            @short(2)
            Examples:
              | text |
              | hi   |
            Examples:
              | text  |
              | hello |
        """,
    )
    pytester.runpytest_inprocess("-m", "short").assert_outcomes(passed=1, deselected=1)


def test_tags_can_be_chosen_by_an_expression(pytester: pytest.Pytester) -> None:
    other = '  @slow\n  Scenario: Another\n    When Hari says "hello"\n'
    write_feature(pytester, FEATURE + other)
    result = pytester.runpytest_inprocess("--coolwind-tags=not @slow and not @unknown")
    result.assert_outcomes(passed=1, deselected=1)


def test_help_says_that_tags_need_the_equals_sign(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pytest looks for the file of arguments 'a and not @b' before it loads a plugin."""
    result = pytester.runpytest_inprocess("--coolwind-tags", "@a and not @b")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*No such file or directory: 'a and not @b'"])
    monkeypatch.setenv("COLUMNS", "200")
    result = pytester.runpytest_inprocess("--help")
    result.stdout.fnmatch_lines(["*--coolwind-tags='@survives and not @slow'; with the equals*"])


def test_a_wrong_tag_expression_is_a_usage_error(pytester: pytest.Pytester) -> None:
    write_feature(pytester, FEATURE)
    result = pytester.runpytest_inprocess("--coolwind-tags=slow")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_the_tag_seed_seeds_the_identifiers(pytester: pytest.Pytester) -> None:
    scenario = (
        "  @seed({seed})\n  Scenario: {name}\n    When Hari says 'x'\n    Then it is noted\n"
    ).replace("'x'", '"hello"')
    names = [("One", 1), ("Same", 1), ("Other", 2)]
    pytester.makeini("[pytest]\ncoolwind_features = true\n")
    text = "".join(scenario.format(name=name, seed=seed) for name, seed in names)
    write_feature(pytester, "Feature: Seeds\n" + text)
    pytester.makeconftest(
        """
        from pytest_bdd import then

        SEEN = []

        @then("it is noted")
        def note(play):
            SEEN.append(play.last(None).answer.session_id)

        def pytest_sessionfinish():
            assert SEEN[0] == SEEN[1] != SEEN[2]
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=3)


@pytest.mark.parametrize("tag", ["@seed", "@seed(1.5)", "@seed(1,2)", "@seed(True)"])
def test_a_seed_that_is_no_number_is_told(pytester: pytest.Pytester, tag: str) -> None:
    write_feature(pytester, FEATURE.replace("  Scenario", f"  {tag}\n  Scenario"))
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*@seed takes one whole number*"])


def test_junit_names_the_feature_and_the_message(pytester: pytest.Pytester) -> None:
    write_feature(pytester, FEATURE + '    And the reply mentions "moon"\n')
    pytester.runpytest_inprocess("--junitxml=report.xml")
    text = (pytester.path / "report.xml").read_text()
    assert 'classname="orders.feature"' in text
    assert "a reply with &quot;moon&quot;" in text


def test_only_scenarios_that_failed_are_run_again(pytester: pytest.Pytester) -> None:
    other = '  Scenario: Another\n    When Hari says "x"\n    Then the reply is "y"\n'
    write_feature(pytester, FEATURE + other)
    pytester.runpytest_inprocess().assert_outcomes(passed=1, failed=1)
    pytester.runpytest_inprocess("--lf").assert_outcomes(failed=1)


def test_a_scenario_can_be_named_on_the_command_line(pytester: pytest.Pytester) -> None:
    other = '  Scenario: Another\n    When Hari says "x"\n'
    write_feature(pytester, FEATURE + other)
    pytester.runpytest_inprocess("orders.feature::test_another").assert_outcomes(passed=1)


def test_other_names_for_test_functions_do_no_harm(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\npython_functions = check_*\npython_classes = *\ncollect_imported_tests = false\n"
    )
    write_feature(pytester, FEATURE)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_results_reach_the_controller_of_xdist(pytester: pytest.Pytester) -> None:
    write_feature(pytester, FEATURE)
    pytester.makeconftest(
        """
        def pytest_runtest_logreport(report):
            if report.when == "call":
                [played] = report.coolwind["entries"]
                print("RESULT", played["kind"], played["name"], played["status"])
        """
    )
    result = pytester.runpytest_subprocess("-n", "1", "-s")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*RESULT scenario_played An order is begun passed"])


def test_a_failing_step_shows_the_transcript_and_the_fault(pytester: pytest.Pytester) -> None:
    text = '    When the server crashes\n    And the customer says "x"\n    Then the reply is "y"\n'
    write_feature(pytester, FEATURE + text)
    pytester.runpytest_inprocess().stdout.fnmatch_lines(
        [
            'orders.feature:7: Then the reply is "y"',
            'expected "y", found the reply *',
            "*(the customer, turn 2)",
            "*Coolwind transcript*",
            "turn 1  the customer: I need 11 remote controls",
            "*session *, served from new by node 1, step collecting_contact of bulk_order",
            "fault   crash struck (the customer): *",
            "*served from store*",
        ]
    )


def test_a_failure_shows_no_traceback(pytester: pytest.Pytester) -> None:
    write_feature(pytester, FEATURE + '    And the reply is "y"\n')
    pytester.runpytest_inprocess().stdout.no_fnmatch_line("*Traceback*")


def test_a_fault_that_did_not_strike_fails_the_step(pytester: pytest.Pytester) -> None:
    write_feature(pytester, "Feature: F\n  Scenario: S\n    Given the customer reloads the page\n")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the fault 'reload' did not strike: *"])


@pytest.mark.parametrize("capture", ["fd", "no"])
def test_a_long_exploration_gives_signs_of_life(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, capture: str
) -> None:
    monkeypatch.setattr("simulators.jobs.progress._BETWEEN_LINES", 0.0)
    monkeypatch.setattr("simulators.plugin.noting._BETWEEN_WORDS", 0.0)
    write_feature(pytester, FEATURE)
    result = pytester.runpytest_inprocess("--coolwind-faults=crash", f"--capture={capture}")
    result.stdout.fnmatch_lines(["*: 1 plan tried*", "*: 2 plans tried*", "*1 passed*"])
