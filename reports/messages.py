"""The run as Cucumber Messages (ndjson, protocol 24 and later), for every tool of that family.

The record holds no feature file, so the document of each feature is written anew from what was
played: a message is a step, and so is a fault. Each finding is a scenario of its own, in its
shortest form, and its last step fails. A run that was cut short is a scenario that is not defined.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, groupby

from reports.printable import block, one_line
from reports.record import NO_RETRY, FindingFound, Line, Record, ScenarioPlayed
from reports.shape import Json
from reports.totals import status_of, totals_of
from reports.transcript import transcript_text
from reports.whole_run import SUITE, RunCase, case_of_run

PROTOCOL = "32.0.0"
"""The version of the protocol that the messages keep to."""

_LONGEST = 1_000
_KEYWORDS = ("Given", "When", "Then", "And", "But")
_STATUSES = {
    "passed": "PASSED",
    "failed": "FAILED",
    "inconclusive": "UNDEFINED",
    "skipped": "SKIPPED",
}


@dataclass(frozen=True, slots=True)
class _Step:
    keyword: str
    text: str


@dataclass(frozen=True, slots=True)
class _Case:
    """A scenario as it is told: its last step bears the status and the message."""

    name: str
    line: int
    tags: tuple[str, ...]
    steps: tuple[_Step, ...]
    status: str
    message: str | None
    seconds: float
    transcript: str


def messages(record: Record) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in _envelopes(record))


def _envelopes(record: Record) -> Iterator[Json]:
    ids = (str(number) for number in count())
    yield {"meta": _meta(record)}
    cases = sorted(_cases(record), key=lambda one: one[0])
    played: list[tuple[_Case, str, list[str]]] = []
    tests: list[Json] = []
    run = next(ids)
    for feature, group in groupby(cases, key=lambda one: one[0]):
        members = [case for _, case in group]
        document, pickles = _document(feature, members, ids)
        yield {"source": _source(feature, members)}
        yield {"gherkinDocument": document}
        for case, pickle in zip(members, pickles, strict=True):
            yield {"pickle": pickle}
            steps = [next(ids) for _ in case.steps]
            test = next(ids)
            tests.append({"testCase": _test(test, run, pickle, steps)})
            played.append((case, test, steps))
    began = _seconds(record.started.started_at)
    yield {"testRunStarted": {"id": run, "timestamp": _duration(began)}}
    yield from tests
    now = began
    for case, test, steps in played:
        yield from _play(case, test, steps, next(ids), now)
        now += case.seconds
    totals = totals_of(record)
    ended: dict[str, Json] = {
        "success": totals.verdict == "pass",
        "timestamp": _duration(now),
        "testRunStartedId": run,
    }
    if totals.reasons:
        ended["message"] = block("\n".join(totals.reasons), 20_000)
    yield {"testRunFinished": ended}


def _meta(record: Record) -> Json:
    system = record.started.environment.get("system", "unknown")
    return {
        "protocolVersion": PROTOCOL,
        "implementation": {"name": "coolwind", "version": block(record.started.coolwind)},
        "runtime": {"name": "Python", "version": block(record.started.python)},
        "os": {"name": block(system)},
        "cpu": {"name": block(record.started.environment.get("machine", "unknown"))},
    }


def _cases(record: Record) -> Iterator[tuple[str, _Case]]:
    for scenario in record.scenarios:
        yield one_line(scenario.feature), _case_of_scenario(scenario)
    for finding in record.findings:
        yield one_line(finding.feature), _case_of_finding(finding)
    if (whole := case_of_run(totals_of(record))) is not None:
        yield SUITE, _case_of_run(whole)


def _case_of_scenario(scenario: ScenarioPlayed) -> _Case:
    status = status_of(scenario)
    explored = scenario.exploration
    reasons = () if explored is None else explored.reasons
    why = scenario.message or "; ".join(reasons) or None
    plans = "" if explored is None else f", and under {explored.plans:,} fault plans"
    last = _Step("Then", f"it holds as written{plans}")
    return _Case(
        one_line(scenario.name, _LONGEST),
        max(1, scenario.line),
        tuple(one_line(tag) for tag in scenario.tags),
        (*_steps_of(scenario.transcript), last),
        _STATUSES[status],
        None if status == "passed" else why,
        scenario.seconds,
        transcript_text(scenario.transcript),
    )


def _case_of_finding(finding: FindingFound) -> _Case:
    steps = tuple(_steps_in(finding.gherkin)) or _steps_of(finding.faulted)
    name = f"{finding.scenario}: {finding.outcome}, {finding.law} law"
    told = f"{finding.sentence}\n{finding.expected} became {finding.actual}\n{finding.plan}"
    return _Case(
        one_line(name, _LONGEST),
        max(1, finding.line),
        ("finding", one_line(finding.outcome)),
        steps or (_Step("Then", one_line(finding.sentence, _LONGEST) or "it holds"),),
        "FAILED",
        told,
        0.0,
        transcript_text(finding.faulted),
    )


def _case_of_run(whole: RunCase) -> _Case:
    step = _Step("Then", "the run comes to its end")
    return _Case(whole.name, 1, (), (step,), _STATUSES["inconclusive"], whole.why, 0.0, "")


def _steps_of(lines: Sequence[Line]) -> tuple[_Step, ...]:
    return tuple(
        _Step("When", f'{one_line(line.customer)} says "{one_line(line.text, _LONGEST)}"')
        if line.fault is None
        else _Step("And", _strike_words(line.fault))
        for line in lines
    )


def _strike_words(fault: str) -> str:
    if fault == NO_RETRY:
        return "the message is left alone"
    return f"the fault {one_line(fault, _LONGEST)} strikes"


def _steps_in(gherkin: str) -> Iterator[_Step]:
    """The steps of a printed scenario; tables and doc strings go with the scenario's text."""
    for line in gherkin.splitlines():
        keyword, _, text = line.strip().partition(" ")
        if keyword in _KEYWORDS and text:
            yield _Step(keyword, one_line(text, _LONGEST))


def _source(feature: str, cases: Iterable[_Case]) -> Json:
    lines = [f"Feature: {feature}"]
    for case in cases:
        lines += ["", f"  Scenario: {case.name}"]
        lines += [f"    {step.keyword} {step.text}" for step in case.steps]
    text = "\n".join(lines) + "\n"
    return {"uri": feature, "data": text, "mediaType": "text/x.cucumber.gherkin+plain"}


def _document(
    feature: str, cases: Sequence[_Case], ids: Iterator[str]
) -> tuple[Json, list[dict[str, Json]]]:
    children: list[Json] = []
    pickles: list[dict[str, Json]] = []
    for case in cases:
        scenario_id, pickle_id = next(ids), next(ids)
        tags: list[Json] = []
        pickle_tags: list[Json] = []
        for tag in case.tags:
            tag_id, name = next(ids), f"@{tag}"
            tags.append({"id": tag_id, "name": name, "location": _at(case.line)})
            pickle_tags.append({"name": name, "astNodeId": tag_id})
        steps: list[Json] = []
        pickle_steps: list[Json] = []
        kind = "Context"
        for number, step in enumerate(case.steps, start=1):
            step_id = next(ids)
            kind = {"Given": "Context", "When": "Action", "Then": "Outcome"}.get(step.keyword, kind)
            is_more = step.keyword in ("And", "But")
            steps.append(
                {
                    "id": step_id,
                    "keyword": f"{step.keyword} ",
                    "keywordType": "Conjunction" if is_more else kind,
                    "text": step.text,
                    "location": _at(case.line + number),
                }
            )
            pickle_steps.append(
                {"id": next(ids), "text": step.text, "type": kind, "astNodeIds": [step_id]}
            )
        scenario: Json = {
            "id": scenario_id,
            "keyword": "Scenario",
            "name": case.name,
            "description": "",
            "location": _at(case.line),
            "tags": tags,
            "steps": steps,
            "examples": [],
        }
        children.append({"scenario": scenario})
        pickles.append(
            {
                "id": pickle_id,
                "uri": feature,
                "name": case.name,
                "language": "en",
                "astNodeIds": [scenario_id],
                "tags": pickle_tags,
                "steps": pickle_steps,
            }
        )
    document: Json = {
        "uri": feature,
        "comments": [],
        "feature": {
            "keyword": "Feature",
            "name": feature,
            "description": "",
            "language": "en",
            "location": _at(1),
            "tags": [],
            "children": children,
        },
    }
    return document, pickles


def _at(line: int) -> Json:
    return {"line": line, "column": 1}


def _test(test: str, run: str, pickle: dict[str, Json], steps: Sequence[str]) -> Json:
    mine = pickle["steps"]
    assert isinstance(mine, list)
    pairs = zip(steps, mine, strict=True)
    return {
        "id": test,
        "testRunStartedId": run,
        "pickleId": pickle["id"],
        "testSteps": [
            {
                "id": step,
                "pickleStepId": one["id"] if isinstance(one, dict) else None,
                "stepDefinitionIds": [],
                "stepMatchArgumentsLists": [],
            }
            for step, one in pairs
        ],
    }


def _play(case: _Case, test: str, steps: Sequence[str], attempt: str, now: float) -> Iterator[Json]:
    started: Json = {
        "id": attempt,
        "testCaseId": test,
        "attempt": 0,
        "timestamp": _duration(now),
    }
    yield {"testCaseStarted": started}
    for number, step in enumerate(steps, start=1):
        place: dict[str, Json] = {"testCaseStartedId": attempt, "testStepId": step}
        is_last = number == len(steps)
        yield {"testStepStarted": {**place, "timestamp": _duration(now)}}
        if is_last and case.transcript:
            attachment: Json = {
                **place,
                "body": case.transcript,
                "contentEncoding": "IDENTITY",
                "mediaType": "text/plain",
                "fileName": "transcript.txt",
            }
            yield {"attachment": attachment}
        status = case.status if is_last else _before_the_last(case.status)
        result: dict[str, Json] = {
            "status": status,
            "duration": _duration(case.seconds if is_last else 0.0),
        }
        if is_last and case.message:
            result["message"] = block(case.message, 20_000)
        end = now + case.seconds if is_last else now
        finished: Json = {**place, "testStepResult": result, "timestamp": _duration(end)}
        yield {"testStepFinished": finished}
    ended: Json = {
        "testCaseStartedId": attempt,
        "timestamp": _duration(now + case.seconds),
        "willBeRetried": False,
    }
    yield {"testCaseFinished": ended}


def _before_the_last(status: str) -> str:
    return "SKIPPED" if status == "SKIPPED" else "PASSED"


def _duration(seconds: float) -> Json:
    """A duration, or a time as the duration since the beginning of 1970."""
    whole = int(seconds)
    return {"seconds": whole, "nanos": round((seconds - whole) * 1e9) % 1_000_000_000}


def _seconds(started_at: str) -> float:
    """0 for what is no time: a record may have been written by hand."""
    try:
        return max(0.0, datetime.fromisoformat(started_at).timestamp())
    except ValueError:
        return 0.0
