"""The forms for machines, each held against something that is not ours."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cucumber_messages import Envelope, message_converter
from gherkin.parser import Parser
from lxml import etree
from prometheus_client.parser import text_string_to_metric_families

from reports.annotations import annotations
from reports.badge import badge
from reports.ctrf import ctrf
from reports.junit import junit
from reports.markdown import MOST_BYTES, markdown
from reports.messages import messages
from reports.prometheus import prometheus
from reports.record import Record, RunEnded, ScenarioPlayed, WrittenStep
from reports.sarif import sarif
from reports.sentences import shown_words
from reports.totals import totals_of

SCHEMAS = Path(__file__).parent / "schemas"
NAMES = ["passing", "failing", "partial", "empty", "hostile"]
every_record = pytest.mark.parametrize("name", NAMES)


def validator(name: str) -> Any:
    schema = json.loads((SCHEMAS / name).read_text("utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


@every_record
def test_junit_fits_the_schema_of_jenkins(name: str, request: pytest.FixtureRequest) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd"))
    schema.assertValid(etree.fromstring(junit(request.getfixturevalue(name)).encode()))


def test_junit_has_a_case_for_each_scenario_and_each_finding(failing: Record) -> None:
    root = etree.fromstring(junit(failing).encode())
    cases = root.findall(".//testcase")
    assert len(cases) == len(failing.scenarios) + len(failing.findings)
    suite = root.find("testsuite[@name='bulk_order.feature']")
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("4", "3", "1")
    (finding,) = [case for case in cases if "silent-reset" in case.get("name")]
    assert "the service crashes" in finding.findtext("failure")
    assert "⚡" not in finding.findtext("system-out")
    assert "fault crash" in finding.findtext("system-out")


def test_what_could_not_be_decided_is_an_error_in_junit(passing: Record) -> None:
    scenario = passing.scenarios[0]
    assert scenario.exploration is not None
    explored = replace(scenario.exploration, verdict="inconclusive", reasons=("nothing fired",))
    record = replace(passing, scenarios=(replace(scenario, exploration=explored),))
    (error,) = etree.fromstring(junit(record).encode()).findall(".//testcase/error")
    assert error.get("message") == "nothing fired"


@every_record
def test_ctrf_fits_its_schema(name: str, request: pytest.FixtureRequest) -> None:
    report = json.loads(ctrf(request.getfixturevalue(name)))
    validator("ctrf-schema-0.0.json").validate(report)
    summary = report["results"]["summary"]
    counted = ("passed", "failed", "pending", "skipped", "other")
    assert sum(summary[status] for status in counted) == summary["tests"]


@every_record
def test_sarif_fits_its_schema(name: str, request: pytest.FixtureRequest) -> None:
    validator("sarif-2.1.0-rtm.5.json").validate(json.loads(sarif(request.getfixturevalue(name))))


def test_sarif_leads_to_the_line_of_the_scenario(failing: Record) -> None:
    (run,) = json.loads(sarif(failing))["runs"]
    result, _ = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "bulk_order.feature"
    assert place["region"]["startLine"] == 7
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (rule["id"], rule["shortDescription"]["text"]) == (
        "silent-reset",
        "The conversation is lost without a word: a new session answers.",
    )
    assert result["properties"]["bugClass"] == "not in memory, so taken for new"
    assert f"{result['properties']['bugClass']}: Memory does" in rule["fullDescription"]["text"]


def test_a_scenario_that_fails_as_it_is_written_is_a_result_in_sarif(failing: Record) -> None:
    (run,) = json.loads(sarif(replace(failing, findings=())))["runs"]
    (result,) = run["results"]
    assert result["ruleId"] == "failed-as-written"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 30
    assert "turn 2 has another session ID than turn 1" in result["message"]["text"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["failed-as-written"]


@pytest.fixture(params=["killed", "interrupted", "nothing judged", "a file that is no feature"])
def undecided(passing: Record, request: pytest.FixtureRequest) -> Record:
    """A run of which every scenario that was played came through, and yet no pass."""
    ended = {
        "killed": None,
        "interrupted": RunEnded("inconclusive", 1.0, ("the run was interrupted",), True),
        "nothing judged": RunEnded("inconclusive", 1.0, ("nothing was judged",)),
        "a file that is no feature": RunEnded("inconclusive", 1.0, ("a.feature:1: no feature",)),
    }[request.param]
    scenarios = () if request.param == "nothing judged" else passing.scenarios
    return replace(passing, scenarios=scenarios, ended=ended)


def test_a_run_without_a_verdict_is_green_in_no_list_of_cases(undecided: Record) -> None:
    root = etree.fromstring(junit(undecided).encode())
    (error,) = root.findall(".//error")
    assert error.get("message") in totals_of(undecided).reasons
    results = json.loads(ctrf(undecided))["results"]
    (other,) = [one for one in results["tests"] if one["status"] == "other"]
    assert other["message"] == error.get("message")
    assert results["summary"]["other"] == 1
    read = [json.loads(line) for line in messages(undecided).splitlines()]
    finished = [
        one["testStepFinished"]["testStepResult"] for one in read if one.get("testStepFinished")
    ]
    assert [one["message"] for one in finished if one["status"] == "UNDEFINED"] == [
        other["message"]
    ]
    assert read[-1]["testRunFinished"]["message"] == other["message"]
    assert read[-1]["testRunFinished"]["success"] is False


def test_a_run_without_a_verdict_is_green_in_no_other_form(undecided: Record) -> None:
    (run,) = json.loads(sarif(undecided))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert annotations(undecided).startswith("::warning title=Coolwind::inconclusive")
    assert "inconclusive" in badge(undecided)
    assert 'coolwind_verdict{target="reference",verdict="pass"} 0.0' in prometheus(undecided)
    assert "## ⚠️ Coolwind: inconclusive" in markdown(undecided)


@pytest.mark.parametrize("ended", [None, RunEnded("fail", 1.0, ("interrupted",), True)])
def test_a_run_cut_short_after_a_finding_says_in_every_form_that_it_is_partial(
    failing: Record, ended: RunEnded | None
) -> None:
    record = replace(failing, ended=ended)
    names = [case.get("name") for case in etree.fromstring(junit(record).encode()).iter("testcase")]
    assert "the run was cut short" in names
    tests = json.loads(ctrf(record))["results"]["tests"]
    assert "the run was cut short" in [one["name"] for one in tests]
    assert '"name":"the run was cut short"' in messages(record)
    (run,) = json.loads(sarif(record))["runs"]
    assert run["properties"] == {"verdict": "fail", "partial": True}
    assert run["invocations"][0]["toolExecutionNotifications"]
    told = "::error title=Coolwind::fail (partial): 4 scenarios, 1 finding%0A"
    assert annotations(record).startswith(told)
    assert "fail, 1 finding so far" in badge(record)
    assert 'coolwind_complete{target="reference"} 0.0' in prometheus(record)
    assert "Coolwind: fail (partial)" in markdown(record)


def test_a_whole_run_has_no_case_beside_its_own(failing: Record, passing: Record) -> None:
    for record in (failing, passing):
        cases = etree.fromstring(junit(record).encode()).findall(".//testcase")
        assert len(cases) == len(record.scenarios) + len(record.findings)
        assert len(json.loads(ctrf(record))["results"]["tests"]) == len(cases)


def test_a_run_cut_short_is_no_successful_invocation_in_sarif(partial: Record) -> None:
    (run,) = json.loads(sarif(partial))["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False


@every_record
def test_messages_are_read_by_the_library_of_their_makers(
    name: str, request: pytest.FixtureRequest
) -> None:
    text = messages(request.getfixturevalue(name))
    read = [message_converter.from_dict(json.loads(line), Envelope) for line in text.splitlines()]
    assert read[0].meta is not None
    assert read[-1].test_run_finished is not None
    started = {one.test_case_started.test_case_id for one in read if one.test_case_started}
    assert started == {one.test_case.id for one in read if one.test_case}
    steps = {step.id for one in read if one.test_case for step in one.test_case.test_steps}
    finished = [one.test_step_finished for one in read if one.test_step_finished]
    assert {one.test_step_id for one in finished} == steps


def test_messages_fail_where_the_run_fails(failing: Record, passing: Record) -> None:
    def statuses(record: Record) -> list[str]:
        lines = map(json.loads, messages(record).splitlines())
        return [
            one["testStepFinished"]["testStepResult"]["status"]
            for one in lines
            if "testStepFinished" in one
        ]

    assert set(statuses(passing)) == {"PASSED"}
    assert statuses(failing).count("FAILED") == 3
    assert json.loads(messages(failing).splitlines()[-1])["testRunFinished"]["success"] is False


@pytest.mark.parametrize(
    ("status", "stopped_at", "shown"),
    [
        ("passed", None, "PASSED PASSED PASSED"),
        ("failed", None, "PASSED PASSED PASSED FAILED"),
        ("failed", 2, "PASSED FAILED SKIPPED"),
        ("failed", 0, "PASSED PASSED PASSED FAILED"),
        ("failed", 9, "PASSED PASSED PASSED FAILED"),
        ("skipped", 1, "SKIPPED SKIPPED SKIPPED"),
    ],
)
def test_messages_have_the_steps_of_the_feature_file(
    status: str, stopped_at: int | None, shown: str, empty: Record
) -> None:
    steps = (
        WrittenStep("Given", "the shop sells:", 3, (("part", "stock"), ("remote", "40"))),
        WrittenStep("When", "somebody writes", 7, doc_string="one\ntwo"),
        WrittenStep("Then", "all is well", 11),
    )
    played = ScenarioPlayed("A", "a.feature", 2, (), status, 1.0, "alas", steps=steps)
    text = messages(replace(empty, scenarios=(replace(played, stopped_at=stopped_at),)))
    read = [message_converter.from_dict(json.loads(line), Envelope) for line in text.splitlines()]
    (written, *_) = [one.gherkin_document for one in read if one.gherkin_document]
    assert written.feature is not None
    assert written.feature.children[0].scenario is not None
    first, second, third, *_ = written.feature.children[0].scenario.steps
    assert [one.location.line for one in (first, second, third)] == [3, 7, 11]
    assert first.data_table is not None
    assert [[cell.value for cell in row.cells] for row in first.data_table.rows] == [
        ["part", "stock"],
        ["remote", "40"],
    ]
    assert second.doc_string is not None
    assert second.doc_string.content == "one\ntwo"
    pickle = next(one.pickle for one in read if one.pickle)
    assert pickle.steps[0].argument is not None
    assert pickle.steps[1].argument is not None
    results = [one.test_step_finished.test_step_result for one in read if one.test_step_finished]
    told = [one for one in results if one.message != "the run was cut short"]
    assert " ".join(one.status.value for one in told[: len(shown.split())]) == shown
    stopped = [one.message for one in told if one.message == "alas"]
    assert stopped == ([] if status == "passed" else ["alas"])


def told_steps(document: Any) -> list[tuple[str, str, list[list[str]], str | None]]:
    """The steps of a document in Cucumber Messages: keyword, text, table and doc string."""
    return [
        (
            step["keyword"].strip(),
            step["text"],
            [
                [cell["value"] for cell in row["cells"]]
                for row in step.get("dataTable", {"rows": []})["rows"]
            ],
            step.get("docString", {"content": None})["content"],
        )
        for child in document["feature"]["children"]
        for step in child["scenario"]["steps"]
    ]


def test_a_finding_in_messages_has_what_stands_below_its_steps(failing: Record) -> None:
    below = r'''Scenario: An order, silent-reset at turn 1
  Given the catalogue
    | part          | stock |
    | 2 \| 3 \\ pin | 40    |
  When the customer says:
  """
  Then nothing of this is a step

    | nor | this |
  """
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
'''
    (finding,) = failing.findings
    text = messages(replace(failing, scenarios=(), findings=(replace(finding, gherkin=below),)))
    read = [json.loads(line) for line in text.splitlines()]
    (document,) = [one["gherkinDocument"] for one in read if "gherkinDocument" in one]
    assert told_steps(document) == [
        ("Given", "the catalogue", [["part", "stock"], [r"2 | 3 \ pin", "40"]], None),
        (
            "When",
            "the customer says:",
            [],
            "Then nothing of this is a step\n\n  | nor | this |",
        ),
        ("Then", "the customer's session is the same", [], None),
    ]
    results = [one["testStepFinished"] for one in read if "testStepFinished" in one]
    assert [one["testStepResult"]["status"] for one in results] == ["PASSED", "PASSED", "FAILED"]


@every_record
def test_the_source_in_messages_is_read_by_the_parser_of_gherkin(
    name: str, request: pytest.FixtureRequest
) -> None:
    record = request.getfixturevalue(name)
    steps = (
        WrittenStep("Given", "the shop sells:", 3, (("part", "stock"), (r"2 | 3 \ pin", "40"))),
        WrittenStep("When", "somebody writes", 7, doc_string='one\n  """two"""'),
        WrittenStep("Then", "all is well", 11),
    )
    scenarios = tuple(replace(one, steps=steps) for one in record.scenarios)
    read = [json.loads(one) for one in messages(replace(record, scenarios=scenarios)).splitlines()]
    sources = [one["source"]["data"] for one in read if "source" in one]
    documents = [one["gherkinDocument"] for one in read if "gherkinDocument" in one]
    parsed = [Parser().parse(source) for source in sources]
    assert list(map(told_steps, parsed)) == list(map(told_steps, documents))


@every_record
def test_prometheus_text_is_read_by_its_parser(name: str, request: pytest.FixtureRequest) -> None:
    families = {
        one.name: one
        for one in text_string_to_metric_families(prometheus(request.getfixturevalue(name)))
    }
    verdicts = families["coolwind_verdict"].samples
    assert sum(sample.value for sample in verdicts) == 1


def test_prometheus_tells_rates_and_counts(failing: Record) -> None:
    families = {one.name: one for one in text_string_to_metric_families(prometheus(failing))}
    (found,) = families["coolwind_findings"].samples
    assert (found.labels["outcome"], found.value) == ("silent-reset", 1)
    rates = {one.labels["rate"]: one.value for one in families["coolwind_rate"].samples}
    assert rates["callback completion"] == 0.5


def test_annotations_stand_at_the_line_of_the_scenario(failing: Record) -> None:
    whole, first, *_ = annotations(failing).splitlines()
    assert first.startswith(
        "::error file=bulk_order.feature,line=7,title=silent-reset%3A A bulk order is placed::"
    )
    (finding,) = failing.findings
    why = f"{finding.plan}, {shown_words(finding)}%0Acrash: The process dies and starts again."
    assert f"::{finding.sentence}%0A{why}%0A%0AScenario: " in first
    assert whole == "::error title=Coolwind::fail: 4 scenarios, 1 finding"


def test_the_first_annotation_says_what_the_run_came_to(many: Record, passing: Record) -> None:
    """GitHub shows ten of a kind at most."""
    assert annotations(many).startswith(
        "::error title=Coolwind::fail: 4 scenarios, 1,000 findings\n"
    )
    assert annotations(passing).startswith("::notice title=Coolwind::pass: ")


def test_nothing_that_was_written_begins_a_workflow_command(hostile: Record) -> None:
    lines = annotations(hostile).splitlines()
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    assert len(lines) == len(hostile.findings) + len(hostile.scenarios) + 1


def test_a_badge_is_a_picture_that_can_be_read_aloud(failing: Record, passing: Record) -> None:
    assert etree.fromstring(badge(failing).encode()).get("aria-label") == (
        "conversation survives: fail, 1 finding"
    )
    assert "pass, 38 fault plans" in badge(passing)


@pytest.mark.parametrize("write", [markdown, lambda record: markdown(record, MOST_BYTES)])
def test_a_summary_is_never_longer_than_where_it_goes(
    write: Callable[[Record], str], many: Record
) -> None:
    text = write(many)
    assert len(text.encode()) < 1024 * 1024
    assert "more sections in the report" in text
