"""The report as one page."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest

from reports.history import History
from reports.latency import latency_of
from reports.page import SCRIPTS, page
from reports.page_data import BLOCK, page_data
from reports.page_head import MOST_LOSSES
from reports.page_pool import Pool
from reports.record import (
    Circumstances,
    Exploration,
    FindingFound,
    LawBroken,
    Line,
    PlanClass,
    Record,
    RunEnded,
)
from tests.reports.alone import masked

NAMES = ["passing", "failing", "partial", "empty", "hostile"]


class Elements(HTMLParser):
    """The elements of a page in order, and the text of styles and scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inner: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in self.inner:
            self.inner[self.cdata_elem].append(data)


def data_in(text: str) -> list[Any]:
    *packed, _ = Elements(text).inner["script"]
    return [json.loads(zlib.decompress(base64.b64decode(one))) for one in packed]


def overview_of(record: Record) -> Any:
    return page_data(History(record)).overview


@pytest.mark.parametrize("name", NAMES)
def test_the_data_in_the_page_is_that_of_the_record(
    name: str, request: pytest.FixtureRequest
) -> None:
    history = History(request.getfixturevalue(name))
    data = page_data(history)
    expected = [data.overview, data.groups, data.scenarios, *data.details]
    assert data_in(page(history)) == json.loads(json.dumps(expected))


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_the_same_elements_whatever_was_written(
    name: str, passing: Record, request: pytest.FixtureRequest
) -> None:
    expected = [tag for tag, _ in Elements(page(History(passing))).found]
    record: Record = request.getfixturevalue(name)
    blocks = ["script"] if record.findings else []
    found = [tag for tag, _ in Elements(page(History(record))).found]
    assert found == [*expected, *blocks]


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(failing: Record) -> None:
    elements = Elements(page(History(failing)))
    (policy,) = (
        attributes["content"]
        for tag, attributes in elements.found
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = elements.inner["style"]
    *_, script = elements.inner["script"]

    def hashed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashed(style)}'; "
        f"script-src 'sha256-{hashed(script)}'; base-uri 'none'; form-action 'none'"
    )


def test_nothing_in_the_page_names_another_place(failing: Record) -> None:
    text = page(History(failing))
    assert "://" not in text
    assert "url(" not in text
    assert "@import" not in text
    attributes = [one for _, one in Elements(text).found]
    assert not any({"src", "style", "onclick"} & set(one) for one in attributes)
    assert all(one["href"].startswith("#") for one in attributes if one.get("href"))


def test_data_reaches_the_screen_as_text_only() -> None:
    script = "".join((files("reports") / name).read_text("utf-8") for name in SCRIPTS)
    forbidden = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(|DOMParser"
    assert re.search(forbidden, script) is None
    assert re.search(r"fetch\(|XMLHttp|WebSocket|sendBeacon|import\(", script) is None


def test_hostile_text_is_spelled_out_in_the_data(hostile: Record) -> None:
    text = json.dumps(data_in(page(History(hostile))), ensure_ascii=False)
    assert not set("\x1b\x07\x00\u202e\u2066\ud800") & set(text)


def test_long_lines_and_many_findings_stay_small(hostile: Record, many: Record) -> None:
    assert len(page(History(hostile))) < 100_000
    assert len(page(History(masked(many)))) < 300_000


def test_the_same_record_gives_the_same_page(failing: Record) -> None:
    assert page(History(failing)) == page(History(failing))


def test_numbers_that_a_browser_cannot_hold_are_texts(hostile: Record) -> None:
    data: Any = overview_of(hostile)
    assert data["scenarios"]["plans"][0] == "1.0 × 10^40 plans"


def test_the_head_tells_the_verdict_and_the_rates(failing: Record) -> None:
    data: Any = overview_of(failing)
    assert data["head"]["verdict"] == "fail"
    assert data["head"]["rates"][0][:2] == ["restoration", "35 %"]
    assert ["deploy", "2", "transparent: The service restarts with a newer state schema."] in (
        data["head"]["fired"]
    )


def test_a_bad_cell_leads_to_its_finding_and_a_good_one_to_its_transcript(failing: Record) -> None:
    data: Any = overview_of(failing)
    columns = [name for name, _ in data["matrix"]["columns"]]
    outcomes = [outcome for outcome, *_ in data["signs"]]
    restored, reset = outcomes.index("restored"), outcomes.index("silent-reset")
    contact = next(row for row in data["matrix"]["rows"] if row[1] == "collecting_contact")
    assert contact[2][columns.index("crash")] == [reset, "1", "1", 0, 0, []]
    assert contact[2][columns.index("reload")] == [restored, "1", "1", -1, 0, []]


def test_a_bad_cell_without_its_own_finding_leads_to_the_same_cause(failing: Record) -> None:
    data: Any = overview_of(failing)
    columns = [name for name, _ in data["matrix"]["columns"]]
    confirming = next(row for row in data["matrix"]["rows"] if row[1] == "confirming")
    assert confirming[2][columns.index("eviction")][3] == 0
    assert confirming[2][columns.index("deploy")] == 0


def test_a_finding_has_its_first_difference_and_its_rows(failing: Record) -> None:
    (block,) = page_data(History(failing)).details
    data: Any = block
    first, *rows = data["findings"][0]["pairs"]
    assert first == 2
    assert [row[0] for row in rows].count(-1) == 1
    assert rows[first][2] == "reply,session,flow,step"


def test_a_finding_names_the_other_faults_that_come_to_the_same(failing: Record) -> None:
    data = overview_of(failing)
    told = [data["texts"][place] for place in data["findings"]["also"]]
    assert told == ["restart, eviction, memory-pressure, idle-timeout, failover"]


def test_equal_lines_stand_in_the_page_once(many: Record, failing: Record) -> None:
    first: Any = next(page_data(History(many)).details)
    few: Any = next(page_data(History(failing)).details)
    assert len(first["findings"]) == BLOCK
    assert len(first["lines"]) == len(few["lines"])


def test_masked_gherkin_is_announced(failing: Record, finding: FindingFound) -> None:
    listing = replace(finding, gherkin=f"{finding.gherkin}• 11 × remote control")
    record = replace(failing, findings=(listing,))
    told: list[Any] = [next(page_data(History(one)).details) for one in (record, masked(record))]
    assert [one["findings"][0]["masked"] for one in told] == [False, True]


def test_without_scripts_the_verdict_is_still_told(partial: Record) -> None:
    assert "The verdict is fail (partial), with 0 findings." in page(History(partial))


def test_a_cell_is_split_by_the_tier_that_served_next(
    failing: Record, explored: Exploration
) -> None:
    (cell,) = [one for one in explored.cells if (one.fault, one.flow) == ("crash", None)]
    split = (replace(cell, tier="store"), replace(cell, tier="new", outcome="silent-reset"))
    scenario = replace(failing.scenarios[0], exploration=replace(explored, cells=split))
    data = overview_of(replace(failing, scenarios=(scenario,), findings=()))
    crash = [name for name, _ in data["matrix"]["columns"]].index("crash")
    (_, _, cells) = next(row for row in data["matrix"]["rows"] if row[0] == "no flow")
    told = [[tier, data["signs"][number][0]] for tier, number in cells[crash][5]]
    assert told == [["store", "restored"], ["new", "silent-reset"]]


def test_a_step_without_a_flow_is_a_row_of_its_own_name(
    failing: Record, explored: Exploration
) -> None:
    cells = tuple(replace(explored.cells[0], flow=None, step=step) for step in ("dish", None))
    scenario = replace(
        failing.scenarios[0], transcript=(), exploration=replace(explored, cells=cells)
    )
    data = overview_of(replace(failing, scenarios=(scenario,), findings=()))
    assert [row[:2] for row in data["matrix"]["rows"]] == [["no flow", ""], ["dish", ""]]


def test_the_matrix_of_each_scenario_leads_to_its_own_findings(failing: Record) -> None:
    groups: Any = page_data(History(failing)).groups
    ((place, rows),) = groups
    assert place == 0
    found = {cell[3] for _, _, cells in rows for cell in cells if cell}
    assert found == {-1, 0}


def test_what_is_kept_is_told_where_it_changes(failing: Record) -> None:
    scenario = failing.scenarios[0]
    kept = ('{"step": "contact", "lines": [{"quantity": 11}]}', '{"step": "done"}', "no JSON")
    lines = tuple(
        replace(line, kept=one) for line, one in zip(scenario.transcript, kept, strict=True)
    )
    pool = Pool()
    pool.transcript(lines)
    told = [[pool.texts[place] for place in row[21:]] for row in pool.lines]
    assert told == [
        ["step: contact", "lines.1.quantity: 11"],
        ["step: done", "lines.1.quantity: gone"],
        ["kept: no JSON", "step: gone"],
    ]


def test_what_a_service_keeps_is_told_up_to_a_bound(clean: tuple[Line, ...]) -> None:
    pool = Pool()
    many = json.dumps({str(number): "x" * (30_000 if number == 0 else 1) for number in range(300)})
    pool.transcript((replace(clean[0], kept=many),))
    told = [pool.texts[place] for place in pool.lines[0][21:]]
    assert len(told) == 201
    assert told[0].endswith("… and 10,000 more characters, in the record")
    assert told[-1] == "and 100 more, in the record"


def restored(record: Record, longer: Sequence[float]) -> Record:
    """The record, when its restores took so much longer than memory hits in the same turns."""
    memory, store = latency_of([0.001] * 25), latency_of([0.003] * 20)
    store = replace(store, beyond_memory=tuple(longer))
    scenario = replace(record.scenarios[0], latencies={"memory": memory, "store": store})
    return replace(record, scenarios=(scenario, scenario))


def test_a_restore_is_held_against_a_memory_hit_in_the_same_turn(passing: Record) -> None:
    latencies = overview_of(restored(passing, [-0.001, 0.0005, *[0.0002] * 8]))["latencies"]
    assert [row[:3] for row in latencies["rows"]] == [
        ["memory hit", "50", "1 ms"],
        ["store restore", "40", "3 ms"],
    ]
    assert latencies["cost"] == (
        "A restore from the store costs 200 µs at the median of 20 turns that were served either"
        " way: so much longer it took than a memory hit in the same turn."
    )
    cost = overview_of(restored(passing, [0.0] * 10))["latencies"]["cost"]
    assert cost.startswith(
        "A restore from the store took no longer than a memory hit at the median"
    )


def test_the_head_tells_how_the_plans_end_from_the_best_to_the_worst(failing: Record) -> None:
    explored = failing.scenarios[0].exploration
    assert explored is not None
    ends = (("a", "silent-reset", 1), ("b", "restored", 10**40), ("c", "silent-reset", 2))
    classes = tuple(PlanClass(*one) for one in ends)
    scenario = replace(failing.scenarios[0], exploration=replace(explored, classes=classes))
    assert overview_of(replace(failing, scenarios=(scenario,)))["head"]["outcomes"] == [
        ["restored", "R", "1.0 × 10^40", 999],
        ["silent-reset", "S", "3", 0],
    ]


def test_samples_stand_apart_from_the_plans_that_end_alike(failing: Record) -> None:
    explored = failing.scenarios[0].exploration
    assert explored is not None
    ends = (("a", "restored", 1_200), ("b", "restored", 2, 1), ("c", "zombie", 0, 3))
    classes = tuple(PlanClass(*one) for one in ends)
    scenario = replace(failing.scenarios[0], exploration=replace(explored, classes=classes))
    told = replace(failing, scenarios=(scenario,))
    [shown, *_] = page_data(History(told)).scenarios["scenarios"]
    assert [plans for _, _, plans in shown["classes"]] == ["1,200", "2 and 1 sample", "3 samples"]


def test_the_head_tells_each_thing_that_customers_lose_once_the_worst_first(
    failing: Record,
) -> None:
    first = failing.findings[0]

    def found(sentence: str, outcome: str, plan: str, plans: int) -> FindingFound:
        strike = Line(1, "the customer", "", "", fault=plan.split()[0] if plan else None)
        told = replace(first, sentence=sentence, outcome=outcome, plan=plan, plans=plans)
        return replace(told, faulted=(strike, strike))

    findings = (
        found("A turn is lost.", "lost-turn", "crash after turn 1", 900),
        found("It is lost.", "silent-reset", "eviction after turn 1", 2),
        found("All is lost.", "silent-reset", "flood after turn 1", 8),
        found("It is lost.", "silent-reset", "deploy after turn 1", 7),
        *(found(f"{number}", "lost-turn", "", 1) for number in range(4)),
    )
    losses = overview_of(replace(failing, findings=findings))["head"]["losses"]
    assert losses["told"][:3] == [
        ["silent-reset", "S", "It is lost.", 1, "Memory drops this session.", "2 findings"],
        ["silent-reset", "S", "All is lost.", 2, "flood after turn 1", "1 finding"],
        ["lost-turn", "T", "A turn is lost.", 0, "The process dies and starts again.", "1 finding"],
    ]
    assert (len(losses["told"]), losses["more"]) == (MOST_LOSSES, 2)


def test_nothing_is_said_of_what_a_few_restores_cost(passing: Record) -> None:
    assert overview_of(restored(passing, [0.001] * 9))["latencies"]["cost"] == (
        "What a restore costs cannot be told of 18 turns: it takes 20 that memory served in some"
        " plays and the store in others. More scenarios under faults make more of them."
    )


def test_a_finding_of_what_is_kept_tells_both_values(
    failing: Record, finding: FindingFound, clean: tuple[Line, ...]
) -> None:
    lost = "x" * 5_000
    faulted = (clean[0], replace(clean[1], kept="{}"), clean[2])
    clean = (clean[0], replace(clean[1], kept='{"name": "Hari"}'), clean[2])
    broken = LawBroken("Data", 2, "the customer", "name", lost, "nothing")
    found = replace(finding, law="Data", clean=clean, faulted=faulted, broken=(broken,))
    block: Any = next(page_data(History(replace(failing, findings=(found,)))).details)
    first, *rows = block["findings"][0]["pairs"]
    _, _, differs, changed = rows[first]
    assert differs == "kept"
    assert [block["texts"][place] for place in changed] == ["name", lost, "nothing"]


def test_what_a_target_says_of_what_is_not_covered_stands_on_one_line(failing: Record) -> None:
    started = replace(failing.started, uncovered=("crashes\r\n::stop\u202e\x00",))
    gaps = overview_of(replace(failing, started=started))["head"]["gaps"]
    assert ["Crashes⏎::stop\\u202e\\u0000.", []] in gaps


def test_every_name_of_what_was_not_covered_can_be_read(failing: Record) -> None:
    skipped = tuple(
        replace(failing.scenarios[2], name=f"Scenario {number}") for number in range(30)
    )
    ((told, lists), *_) = overview_of(replace(failing, scenarios=skipped))["head"]["gaps"]
    assert told.endswith("Scenario 7 and 22 more.")
    assert lists == [["scenarios", [f"Scenario {number}" for number in range(30)]]]


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("", ""),
        (None, " --record RECORD"),
        ("later/record.jsonl", " --record later/record.jsonl"),
        ("an output/record.jsonl", " --record 'an output/record.jsonl'"),
        ("/home/asha/record.jsonl", " --record RECORD"),
    ],
)
def test_the_command_that_plays_a_finding_again_names_its_record(
    path: str | None, options: str, failing: Record
) -> None:
    overview: Any = page_data(History(failing, path=path)).overview
    assert overview["replay"] == options


def test_the_head_names_no_folder_of_a_machine(passing: Record) -> None:
    paths = ("features", "/home/asha/work/shop/features", r"C:\Users\asha\features\a.feature")
    overview: Any = overview_of(replace(passing, started=replace(passing.started, paths=paths)))
    assert dict(overview["head"]["about"])["paths"] == "features, …/features, …/a.feature"


def test_the_trend_lists_what_only_one_of_the_runs_tried(passing: Record, failing: Record) -> None:
    deeper = replace(failing.findings[0], faulted=failing.findings[0].faulted * 2)
    started = replace(passing.started, depth=2)
    later = replace(passing, started=started, findings=(deeper,), ended=RunEnded("fail", 1.0))
    overview: Any = page_data(History(later, (passing,))).overview
    assert overview["trend"]["worse"] == []
    verdict, found = overview["trend"]["untold"]
    assert verdict == "verdict: the run: pass became fail"
    assert found.startswith("finding: A bulk order is placed")


def test_a_scenario_that_was_cut_short_says_so(partial: Record) -> None:
    scenario = partial.scenarios[0]
    assert scenario.exploration is not None
    begun = replace(scenario, exploration=replace(scenario.exploration, is_partial=True))
    data: Any = overview_of(replace(partial, scenarios=(begun, scenario)))["scenarios"]
    assert data["partial"] == [1, 0]
    assert data["plans"] == ["38 so far", "38 plans"]


def test_the_trend_has_a_hole_where_the_newest_run_tells_nothing(passing: Record) -> None:
    silent = tuple(replace(one, counts={}) for one in passing.scenarios)
    history = History(replace(passing, scenarios=silent), (passing,))
    overview: Any = page_data(history).overview
    rates = dict(overview["trend"]["rates"])
    assert rates["bulk_order completion"] == [100.0, None]
    # Of messages in one run and of turns in the other: no line leads from one to the other.
    assert rates["restoration, of messages answered"] == [30.0, None]
    assert rates["restoration, of turns after a fault"] == [None, pytest.approx(100 / 3)]
    alike: Any = page_data(History(passing, (passing,))).overview
    assert dict(alike["trend"]["rates"])["restoration"] == [30.0, 30.0]


def test_messages_that_were_served_at_once_are_told_as_such(clean: tuple[Line, ...]) -> None:
    pool = Pool()
    pool.transcript((replace(clean[0], circumstances=Circumstances(is_overlapped=True)), clean[1]))
    assert [row[5] for row in pool.lines] == [1, 0]


def test_of_many_calls_the_first_are_named(clean: tuple[Line, ...]) -> None:
    pool = Pool()
    calls = tuple(f"store.load #{number}" for number in range(1, 21))
    pool.transcript((replace(clean[0], calls=calls, writes=("store.load #2",)),))
    read, wrote = (pool.texts[place] for place in pool.lines[0][16:18])
    assert str(read).startswith("store.load #1, store.load #3, ")
    assert str(read).endswith("store.load #13, and 7 more")
    assert wrote == "store.load #2"
