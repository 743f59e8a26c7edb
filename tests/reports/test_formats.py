"""The forms of the report."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports.formats import FORMATS, Format
from reports.formats import masked as hidden
from reports.history import History
from reports.json_summary import summary_object
from reports.record import VERSION, LawBroken, Record
from reports.record_file import read_record
from tests.reports.alone import masked


def test_the_forms_are_those_that_the_command_offers() -> None:
    assert list(FORMATS) == [
        *("summary", "html", "markdown", "step-summary", "json", "junit", "messages", "ctrf"),
        *("sarif", "annotations", "prometheus", "badge"),
    ]
    assert all(one.ending.startswith(".") for one in FORMATS.values())
    assert all(name == one.name and one.does.endswith(".") for name, one in FORMATS.items())


@pytest.mark.parametrize("form", FORMATS.values(), ids=list(FORMATS))
@pytest.mark.parametrize("name", ["passing", "failing", "partial", "empty"])
def test_every_record_renders_in_every_form_and_can_be_written_as_a_file(
    form: Format, name: str, request: pytest.FixtureRequest
) -> None:
    record: Record = request.getfixturevalue(name)
    text = form.render(History(record))
    assert text.endswith("\n")
    assert text.encode("utf-8")


def test_the_worst_record_renders_in_every_form_too(hostile: Record) -> None:
    """Masked once: that takes longer than all of them."""
    shown = hidden(History(hostile))
    for form in FORMATS.values():
        text = form.write(shown)
        assert text.endswith("\n"), form.name
        assert text.encode("utf-8"), form.name


@pytest.mark.parametrize("form", FORMATS.values(), ids=list(FORMATS))
def test_every_form_is_masked(form: Format, failing: Record) -> None:
    assert not re.search("9876543210|hari", form.render(History(failing)), re.IGNORECASE)


def test_what_a_record_holds_is_shown_where_that_is_wanted(failing: Record) -> None:
    assert "9876543210" not in FORMATS["markdown"].render(History(failing))
    assert "9876543210" in FORMATS["markdown"].write(History(failing))
    assert FORMATS["html"].render(History(failing)) != FORMATS["html"].write(History(failing))


def test_a_scenario_that_does_not_fail_because_it_is_masked_says_so(failing: Record) -> None:
    history = History(failing)
    assert "--save-findings" in FORMATS["summary"].render(history)
    assert "--save-findings" not in FORMATS["summary"].write(history)
    assert json.loads(FORMATS["json"].render(history))["masked"] is True
    assert json.loads(FORMATS["json"].write(history))["masked"] is False


def test_the_summary_for_programs(failing: Record) -> None:
    summary = json.loads(FORMATS["json"].render(History(failing)))
    assert summary == summary_object(masked(failing))
    assert list(summary) == [
        *("verdict", "partial", "scenarios", "plans", "turns", "reasons", "masked", "findings")
    ]
    (finding,) = summary["findings"]
    assert (finding["law"], finding["outcome"]) == ("session", "silent-reset")
    assert finding["plan"] == "crash after turn 1"
    assert list(finding) == ["scenario", "law", "outcome", "plan", "gherkin"]


def test_a_partial_run_says_why_to_programs(partial: Record) -> None:
    assert summary_object(partial)["verdict"] == "fail"
    assert summary_object(partial)["partial"] is True
    assert summary_object(partial)["reasons"] == [
        "the run was cut short: this is what it found until then"
    ]


@pytest.mark.parametrize("form", FORMATS.values(), ids=list(FORMATS))
@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_record_of_an_earlier_version_renders_in_every_form(version: int, form: Format) -> None:
    """So does one of this version as it was at first, with fewer fields."""
    record = read_record(Path(__file__).parent / "records" / f"version-{version}.jsonl")
    assert record.started.version == version
    assert "silent-reset" in FORMATS["summary"].render(History(record))
    assert form.render(History(record)).endswith("\n")


def test_personal_data_in_what_is_kept_is_masked(failing: Record) -> None:
    kept = '{"contact": {"name": "Hari", "phone": "+919876543210"}}'
    line = replace(failing.findings[0].clean[1], kept=kept, effects={"order": (kept,)})
    broken = LawBroken("Data", 2, "the customer", "contact.name", "Hari", "nothing")
    finding = replace(failing.findings[0], clean=(line,), broken=(broken,))
    (seen,) = masked(replace(failing, findings=(finding,))).findings
    told = repr((seen.clean, seen.broken))
    assert "Hari" not in told
    assert "98765" not in told
