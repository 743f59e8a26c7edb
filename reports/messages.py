"""The run as Cucumber Messages (ndjson, protocol 24 and later), for every tool of that family.

The record holds no feature file, so the document of each feature is written anew from the steps
that are told of its scenarios.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count, groupby

from reports.messages_cases import Case, Step, cases_of
from reports.printable import block
from reports.record import Record
from reports.shape import Json
from reports.totals import totals_of

PROTOCOL = "32.0.0"
"""The version of the protocol that the messages keep to."""


def messages(record: Record) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(one, separators=(",", ":")) + "\n" for one in _envelopes(record))


def _envelopes(record: Record) -> Iterator[Json]:
    ids = (str(number) for number in count())
    yield {"meta": _meta(record)}
    cases = sorted(cases_of(record), key=lambda one: one[0])
    played: list[tuple[Case, str, list[str]]] = []
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


def _source(feature: str, cases: Iterable[Case]) -> Json:
    lines = [f"Feature: {feature}"]
    for case in cases:
        lines += ["", f"  Scenario: {case.name}"]
        for step in case.steps:
            lines += (f"    {step.keyword} {step.text}", *_below(step))
    text = "\n".join(lines) + "\n"
    return {"uri": feature, "data": text, "mediaType": "text/x.cucumber.gherkin+plain"}


def _below(step: Step) -> Iterator[str]:
    """The lines of a table or a doc string, as a feature file has them."""
    for row in step.table:
        cells = (cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row)
        yield f"      | {' | '.join(cells)} |"
    if step.doc_string is not None:
        written = step.doc_string.replace('"""', r"\"\"\"")
        yield from (f"      {line}" for line in ('"""', *written.split("\n"), '"""'))


def _document(
    feature: str, cases: Sequence[Case], ids: Iterator[str]
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
            kind = {"Given": "Context", "When": "Action", "Then": "Outcome"}.get(step.keyword, kind)
            place = case.line + number if step.line is None else step.line
            written, meant = _step(step, _at(place), kind, ids)
            steps.append(written)
            pickle_steps.append(meant)
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


def _step(step: Step, at: Json, kind: str, ids: Iterator[str]) -> tuple[Json, Json]:
    """A step as it is written there, and as it is played."""
    step_id = next(ids)
    is_more = step.keyword in ("And", "But")
    written: dict[str, Json] = {
        "id": step_id,
        "keyword": f"{step.keyword} ",
        "keywordType": "Conjunction" if is_more else kind,
        "text": step.text,
        "location": at,
    }
    played: dict[str, Json] = {
        "id": next(ids),
        "text": step.text,
        "type": kind,
        "astNodeIds": [step_id],
    }
    if step.table:
        cells: list[list[Json]] = [[{"value": cell} for cell in row] for row in step.table]
        rows: list[Json] = [
            {
                "id": next(ids),
                "location": at,
                "cells": [{"value": cell, "location": at} for cell in row],
            }
            for row in step.table
        ]
        written["dataTable"] = {"location": at, "rows": rows}
        played["argument"] = {"dataTable": {"rows": [{"cells": row} for row in cells]}}
    if step.doc_string is not None:
        text = {"content": step.doc_string}
        written["docString"] = {"location": at, "delimiter": '"""', **text}
        played["argument"] = {"docString": {**text}}
    return written, played


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


def _play(case: Case, test: str, steps: Sequence[str], attempt: str, now: float) -> Iterator[Json]:
    started: Json = {
        "id": attempt,
        "testCaseId": test,
        "attempt": 0,
        "timestamp": _duration(now),
    }
    yield {"testCaseStarted": started}
    stopped = next((one for one in case.steps if one.status != "PASSED"), None)
    for number, (step, one) in enumerate(zip(steps, case.steps, strict=True), start=1):
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
        result: dict[str, Json] = {
            "status": one.status,
            "duration": _duration(case.seconds if is_last else 0.0),
        }
        if one is stopped and case.message:
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
