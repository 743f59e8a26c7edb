"""The forms of the report."""

import json

import pytest

from reports.formats import FORMATS, Format
from reports.json_summary import summary_object
from reports.record import Record


def test_the_forms_are_those_that_the_command_offers() -> None:
    assert list(FORMATS) == ["summary", "html", "markdown", "json"]
    assert [one.ending for one in FORMATS.values()] == [".txt", ".html", ".md", ".json"]
    assert all(name == one.name and one.does.endswith(".") for name, one in FORMATS.items())


@pytest.mark.parametrize("form", FORMATS.values(), ids=list(FORMATS))
@pytest.mark.parametrize("name", ["passing", "failing", "partial", "empty", "hostile"])
def test_every_record_renders_in_every_form_and_can_be_written_as_a_file(
    form: Format, name: str, request: pytest.FixtureRequest
) -> None:
    record: Record = request.getfixturevalue(name)
    text = form.render(record)
    assert text.endswith("\n")
    assert text.encode("utf-8")


def test_forms_that_are_shared_are_masked(failing: Record) -> None:
    assert "9876543210" not in FORMATS["markdown"].render(failing)
    assert "9876543210" in FORMATS["markdown"].write(failing)
    assert FORMATS["html"].render(failing) != FORMATS["html"].write(failing)


def test_forms_for_the_tester_show_the_scenario_that_runs(failing: Record) -> None:
    assert "9876543210" in FORMATS["summary"].render(failing)
    assert "9876543210" in FORMATS["json"].render(failing)


def test_the_summary_for_programs(failing: Record) -> None:
    summary = json.loads(FORMATS["json"].render(failing))
    assert summary == summary_object(failing)
    assert list(summary) == ["verdict", "scenarios", "plans", "turns", "reasons", "findings"]
    (finding,) = summary["findings"]
    assert (finding["law"], finding["outcome"]) == ("session", "silent-reset")
    assert finding["plan"] == "crash after turn 1"
    assert list(finding) == ["scenario", "law", "outcome", "plan", "gherkin"]


def test_a_partial_run_says_why_to_programs(partial: Record) -> None:
    assert summary_object(partial)["verdict"] == "fail"
    assert summary_object(partial)["reasons"] == [
        "the run was cut short: this is what it found until then"
    ]
