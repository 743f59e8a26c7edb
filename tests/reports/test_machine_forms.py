"""The forms for machines, each held against something that is not ours."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cucumber_messages import Envelope, message_converter
from lxml import etree
from prometheus_client.parser import text_string_to_metric_families

from reports.annotations import annotations
from reports.badge import badge
from reports.ctrf import ctrf
from reports.junit import junit
from reports.markdown import MOST_BYTES, markdown
from reports.messages import messages
from reports.prometheus import prometheus
from reports.record import Record
from reports.sarif import sarif

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
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "bulk_order.feature"
    assert place["region"]["startLine"] == 7
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "silent-reset"


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
    first, *_, last = annotations(failing).splitlines()
    assert first.startswith(
        "::error file=bulk_order.feature,line=7,title=silent-reset%3A A bulk order is placed::"
    )
    assert last == "::error title=Coolwind::fail: 4 scenarios, 1 findings"


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
