"""What pytest-bdd would swallow is an error of collection, with file and line."""

import pytest

# Pytester unloads what a run inside the process loads: this is loaded once, and stays.
import simulators.plugin.playing
import simulators.targets.reference  # noqa: F401

pytest_plugins = ("pytester",)

STEP = '    When the customer says "hello"\n'

PROBLEMS = {
    "two scenarios of one name": (
        f"Feature: F\n  Scenario: A\n{STEP}  Scenario: A\n{STEP}",
        "a.feature:4: there is a scenario 'A' in line 2 already; rename one of them",
    ),
    "two scenarios of one name in two rules": (
        f"Feature: F\n  Rule: R\n    Scenario: A\n{STEP}  Rule: S\n    Scenario: A\n{STEP}",
        "a.feature:6: there is a scenario 'A' in line 3 already; rename one of them",
    ),
    "an unknown step": (
        f"Feature: F\n  Scenario: A\n{STEP}    Then the session is teh same\n",
        "a.feature:4: there is no step 'the session is teh same'; did you mean"
        " '{whose} session is the same'*",
    ),
    "a name that begins with a small letter": (
        'Feature: F\n  Scenario: A\n    When hari says "hi"\n',
        "a.feature:3: there is no step 'hari says \"hi\"'; did you mean *; a name begins with a"
        ' capital or stands in quotes, as in "hari"',
    ),
    "an effect with a name of its own": (
        f"Feature: F\n  Scenario: A\n{STEP}    Then exactly 1 appointment is booked\n",
        "a.feature:4: there is no step 'exactly 1 appointment is booked'*; of effects that have a"
        ' name of their own, write: exactly 1 "appointment" effect',
    ),
    "a step below the wrong keyword": (
        f"Feature: F\n  Scenario: A\n{STEP}    When the session is the same\n",
        "a.feature:4: 'the session is the same' is no When step but a Then step;*",
    ),
    "an outline with equal rows": (
        'Feature: F\n  Scenario Outline: A\n    When the customer says "<x>"\n'
        "    Examples:\n      | x |\n      | 1 |\n      | 1 |\n",
        "a.feature:7: this row equals the one in line 6; remove one of them",
    ),
    "an outline with rows of one name": (
        'Feature: F\n  Scenario Outline: A\n    When the customer says "<x><y>"\n'
        "    Examples:\n      | x | y |\n      | 1-2 | 3 |\n      | 1 | 2-3 |\n",
        "a.feature:7: this row and the one in line 6 are both called '1-2-3';*",
    ),
    "an outline without rows": (
        'Feature: F\n  Scenario Outline: A\n    When the customer says "<x>"\n'
        "    Examples:\n      | x |\n",
        "a.feature:2: the outline 'A' has no example row; write Examples:",
    ),
    "a column named twice": (
        'Feature: F\n  Scenario Outline: A\n    When the customer says "<x>"\n'
        "    Examples:\n      | x | x |\n      | 1 | 2 |\n",
        "a.feature:4: the examples have the column 'x' twice",
    ),
    "a placeholder without a column": (
        'Feature: F\n  Scenario Outline: A\n    When the customer says "<msg> <x>"\n'
        "    Examples:\n      | x | message |\n      | 1 | 2 |\n",
        "a.feature:3: no column fills <msg>; the examples in line 4 have x, message;"
        " write one of them, or add the column",
    ),
    "a placeholder without a column in a name": (
        'Feature: F\n  Scenario Outline: <x> and <b>\n    When the customer says "<x>"\n'
        "    Examples:\n      | x |\n      | 1 |\n",
        "a.feature:2: no column fills <b>; the examples in line 4 have x;*",
    ),
    "a placeholder without a column in a table": (
        "Feature: F\n  Scenario Outline: A\n    When the customer gives the contact details\n"
        "      | name | phone |\n      | <x>  | <y>   |\n"
        "    Examples:\n      | x |\n      | 1 |\n",
        "a.feature:3: no column fills <y>; *",
    ),
    "a placeholder without a column in a doc string": (
        'Feature: F\n  Scenario Outline: A\n    When Hari says:\n      """\n      <x> < x >\n'
        '      """\n    Examples:\n      | x |\n      | 1 |\n',
        "a.feature:3: no column fills < x >; *",
    ),
    "a placeholder that one of two tables does not fill": (
        'Feature: F\n  Scenario Outline: A\n    When Hari says "<x>"\n'
        "    Examples:\n      | x |\n      | 1 |\n    Examples:\n      | y |\n      | 2 |\n",
        "a.feature:3: no column fills <x>; the examples in line 7 have y;*",
    ),
    "a scenario without steps": (
        f"Feature: F\n  Scenario: A\n  Scenario: B\n{STEP}",
        "a.feature:2: the scenario 'A' has no step; write one or remove it",
    ),
    "a feature without scenarios": (
        f"Feature: F\n  Background:\n{STEP}",
        "a.feature:1: the feature has no scenario; write one or remove the file",
    ),
    "a scenario without a colon": (
        f"Feature: F\n  About it.\n\n  Scenario No colon\n{STEP}",
        "a.feature:4: 'Scenario No colon' has no colon; write Scenario: and the name",
    ),
    "a scenario without a colon before another": (
        f"Feature: F\n  Scenario Outline One\n{STEP}  Scenario: Two\n{STEP}",
        "a.feature:2: 'Scenario Outline One' has no colon; write Scenario Outline: and the name",
    ),
    "a step with a mistyped keyword before the others": (
        f'Feature: F\n  Scenario: A\n    Wehn the customer says "x"\n{STEP}',
        "a.feature:3: 'Wehn the customer says \"x\"' is no step but a description*keyword*",
    ),
    "a step without a keyword": (
        f"Feature: F\n  Rule: R\n    Background:\n    the server restarts\n  Scenario: A\n{STEP}",
        "a.feature:4: 'the server restarts' is no step but a description*keyword*",
    ),
    "a background without a colon in another language": (
        "# language: de\nFunktion: F\n  Grundlage\n    Angenommen the server restarts\n"
        '  Szenario: A\n    Wenn the customer says "x"\n',
        "a.feature:3: 'Grundlage' has no colon; write Grundlage: and the name",
    ),
    "a first step that begins with And": (
        'Feature: F\n  Scenario: A\n    And the customer says "x"\n',
        "a.feature:3: First step *",
    ),
    "no Gherkin": (
        f"Feature: F\n  Scenario: A\n{STEP}  What?\n",
        "a.feature:4: this is no Gherkin: *",
    ),
    "an unknown language": (
        f"# language: xx\nFeature: F\n  Scenario: A\n{STEP}",
        "a.feature:1: this is no Gherkin: Language not supported: xx",
    ),
    "a table with uneven rows": (
        f"Feature: F\n  Scenario: A\n{STEP}      | a | b |\n      | c |\n",
        "a.feature:5: this is no Gherkin: inconsistent cell count within the table",
    ),
    "a table that the step does not take": (
        f"Feature: F\n  Scenario: A\n{STEP}      | a |\n",
        "a.feature:3: the step * takes no data table; remove it",
    ),
    "a table that is missing": (
        "Feature: F\n  Scenario: A\n    Given the catalogue\n",
        "a.feature:3: the step 'the catalogue' takes a data table; write it below the step",
    ),
    "a doc string that is missing": (
        "Feature: F\n  Scenario: A\n    When the customer says:\n",
        "a.feature:3: the step 'the customer says:' takes a doc string; write it below the step",
    ),
    "a doc string that is no JSON": (
        'Feature: F\n  Scenario: A\n    When Hari says:\n      """json\n      [1]\n      """\n',
        "a.feature:4: the doc string is no JSON text; write it in quotes",
    ),
    "a doc string that is JSON without end": (
        "Feature: F\n  Scenario: A\n    When Hari says:\n"
        f'      """json\n      {"[" * 5_000}\n      """\n',
        "a.feature:4: the doc string is no JSON text; write it in quotes",
    ),
    "a tag whose arguments are no literals": (
        f"Feature: F\n  @seed(x)\n  Scenario: A\n{STEP}",
        "a.feature:2: 'seed(x)' has arguments that are no literals;*",
    ),
    "a tag that is no word": (
        f"Feature: F\n  @1\n  Scenario: A\n{STEP}",
        "a.feature:2: '1' is no tag;*",
    ),
}


@pytest.mark.parametrize(("text", "line"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_a_problem_is_told_with_file_and_line(
    pytester: pytest.Pytester, text: str, line: str
) -> None:
    (pytester.path / "a.feature").write_text(text)
    result = pytester.runpytest_inprocess("a.feature")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([line.replace("[", "[[]")])
    result.stdout.no_fnmatch_line("*Traceback*")
    assert result.ret == pytest.ExitCode.INTERRUPTED


@pytest.mark.parametrize(
    ("filter_", "outcomes"), [("default", {"passed": 1, "warnings": 1}), ("error", {"errors": 1})]
)
def test_a_tag_that_is_nearly_survives_is_told(
    pytester: pytest.Pytester, filter_: str, outcomes: dict[str, int]
) -> None:
    (pytester.path / "a.feature").write_text(f"Feature: F\n  @survive\n  Scenario: A\n{STEP}")
    pytester.makeini(f"[pytest]\nfilterwarnings = {filter_}\n")
    result = pytester.runpytest_inprocess("a.feature")
    result.assert_outcomes(**outcomes)
    result.stdout.fnmatch_lines(
        ["*a.feature:2: *@survive lets no fault strike; did you mean @survives*"]
    )


@pytest.mark.parametrize("arguments", [(), ("-n", "1"), ("--collect-only",)])
def test_a_problem_of_a_file_that_was_not_named_is_an_error_as_well(
    pytester: pytest.Pytester, arguments: tuple[str, ...]
) -> None:
    text = f"Feature: F\n  Scenario: A\n{STEP}{STEP}    And b\n"
    (pytester.path / "a.feature").write_text(text)
    result = pytester.runpytest_subprocess(*arguments)
    result.stdout.fnmatch_lines(["a.feature:5: there is no step 'b'*", "*1 error*"])
    assert result.ret != pytest.ExitCode.OK


def test_a_mistyped_step_of_two_hides_no_file(pytester: pytest.Pytester) -> None:
    mistyped = STEP.replace("customer", "customr")
    text = f"Feature: F\n  Scenario: A\n{mistyped}    Then the session is new\n"
    pytester.makefile(".feature", a=text)
    pytester.makepyfile(test_other="def test_other(): pass")
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["a.feature:3: there is no step 'the customr says*"])


def test_a_file_that_is_not_utf8_is_told_with_its_line(pytester: pytest.Pytester) -> None:
    (pytester.path / "a.feature").write_bytes(b"Feature: F\n  Scenario: \xff\n")
    result = pytester.runpytest_inprocess("a.feature")
    result.stdout.fnmatch_lines(["a.feature:2: the file is not UTF-8 here; save it as UTF-8"])


@pytest.mark.parametrize("text", [b"", b"\n\n", b"# a comment\n"])
def test_an_empty_file_is_told(pytester: pytest.Pytester, text: bytes) -> None:
    (pytester.path / "a.feature").write_bytes(text)
    result = pytester.runpytest_inprocess("a.feature")
    result.stdout.fnmatch_lines(["a.feature:1: the file has no feature;*"])


def test_a_file_with_a_byte_order_mark_and_windows_lines_is_read(
    pytester: pytest.Pytester,
) -> None:
    text = f"Feature: F\n  Scenario: A\n{STEP}".replace("\n", "\r\n")
    (pytester.path / "a.feature").write_bytes(b"\xef\xbb\xbf" + text.encode())
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_two_steps_of_equal_standing_that_match_are_told(pytester: pytest.Pytester) -> None:
    (pytester.path / "a.feature").write_text(
        f"Feature: F\n  Scenario: A\n{STEP}    And it is seven\n"
    )
    pytester.makeconftest(
        """
        from pytest_bdd import parsers, when

        @when("it is seven")
        def seven(): pass

        @when(parsers.parse("it is {number}"))
        def any_number(number): pass
        """
    )
    result = pytester.runpytest_inprocess("a.feature")
    result.stdout.fnmatch_lines(
        ["a.feature:4: two steps match 'it is seven': 'it is seven' in *conftest.py:*"]
    )


def test_all_problems_of_a_file_are_told_at_once(pytester: pytest.Pytester) -> None:
    (pytester.path / "a.feature").write_text(
        f"Feature: F\n  Scenario: A\n{STEP}    And b\n    And c\n"
    )
    result = pytester.runpytest_inprocess("a.feature")
    result.stdout.fnmatch_lines(["a.feature:4: *", "a.feature:5: *"])


def test_what_looks_like_a_placeholder_or_a_scenario_and_is_none_is_a_text(
    pytester: pytest.Pytester,
) -> None:
    (pytester.path / "a.feature").write_text(
        "Feature: F\n  Scenario or not,\n  * that is no question.\n"
        '  Scenario: A <b>\n    When Hari says "<b>11</b>"\n'
        '  Scenario Outline: B\n    When Hari says "<x> < 4 and > 2"\n'
        "    Examples:\n      | x |\n      | 3 |\n"
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=2)
