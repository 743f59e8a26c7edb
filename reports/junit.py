"""The run as JUnit XML, as Jenkins, GitLab and the test reporters of GitHub read it.

A suite is a feature file. A test case is a scenario, or one finding of it: so that a trend keeps
apart what came and what went. What could not be decided is an error, and no failure; so is a run
that was cut short, as a case of its own.
"""

from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as Xml

from reports.printable import block, one_line
from reports.record import FindingFound, Record, ScenarioPlayed
from reports.totals import status_of, totals_of
from reports.transcript import transcript_text
from reports.whole_run import SUITE, RunCase, case_of_run

_LONGEST = 20_000


def junit(record: Record) -> str:
    """The whole run; fits the schema `junit-10.xsd` of Jenkins' xUnit plugin."""
    root = Xml.Element("testsuites", name="coolwind")
    scenarios = sorted(record.scenarios, key=lambda one: (one.feature, one.line))
    for feature, group in groupby(scenarios, key=lambda one: one.feature):
        root.append(_suite_of_feature(feature, tuple(group), record))
    if (whole := case_of_run(totals_of(record))) is not None:
        root.append(_suite(SUITE, [_run(whole)], 0.0, record))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, "unicode") + "\n"


def _suite_of_feature(
    feature: str, scenarios: tuple[ScenarioPlayed, ...], record: Record
) -> Xml.Element:
    names = {one.name for one in scenarios}
    cases = [_scenario(one) for one in scenarios]
    cases += [
        _finding(one) for one in record.findings if one.feature == feature and one.scenario in names
    ]
    return _suite(feature, cases, sum(one.seconds for one in scenarios), record)


def _suite(name: str, cases: Sequence[Xml.Element], seconds: float, record: Record) -> Xml.Element:
    suite = Xml.Element(
        "testsuite", name=block(name), timestamp=block(record.started.started_at[:19])
    )
    suite.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{seconds:.3f}")
    suite.extend(cases)
    return suite


def _scenario(scenario: ScenarioPlayed) -> Xml.Element:
    case = _case(scenario.feature, scenario.name, f"{scenario.seconds:.3f}")
    status = status_of(scenario)
    explored = scenario.exploration
    reasons = () if explored is None else explored.reasons
    why = scenario.message or "; ".join(reasons) or status
    told = {"failed": "failure", "inconclusive": "error", "skipped": "skipped"}.get(status)
    if told is not None:
        element = Xml.SubElement(case, told, message=one_line(why, 300))
        if told != "skipped":
            element.set("type", status)
            element.text = block(why, _LONGEST)
    if scenario.transcript and scenario.status == "failed":
        text = transcript_text(scenario.transcript)
        Xml.SubElement(case, "system-out").text = block(text, _LONGEST)
    return case


def _finding(finding: FindingFound) -> Xml.Element:
    name = f"{finding.scenario}: {finding.law} law, {finding.outcome}, {finding.field}"
    case = _case(finding.feature, name, "0")
    element = Xml.SubElement(
        case, "failure", message=one_line(finding.sentence, 300), type=block(finding.outcome)
    )
    element.text = block(
        f"{finding.feature}:{finding.line}\n{finding.plan}\n\n{finding.gherkin}", _LONGEST
    )
    Xml.SubElement(case, "system-out").text = block(transcript_text(finding.faulted), _LONGEST)
    return case


def _run(whole: RunCase) -> Xml.Element:
    case = _case(SUITE, whole.name, "0")
    error = Xml.SubElement(case, "error", message=one_line(whole.why, 300), type="inconclusive")
    error.text = block(whole.why, _LONGEST)
    return case


def _case(feature: str, name: str, seconds: str) -> Xml.Element:
    return Xml.Element("testcase", classname=block(feature), name=one_line(name, 500), time=seconds)
