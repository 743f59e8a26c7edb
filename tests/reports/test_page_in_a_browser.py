"""The page as it is seen: in headless Chromium, by axe, and by the keyboard."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import replace
from importlib.resources import files
from itertools import count
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from reports.history import History
from reports.latency import latency_of
from reports.messages import messages
from reports.page import SCRIPTS, page
from reports.record import (
    NO_RETRY,
    Circumstances,
    Exploration,
    FaultColumn,
    FindingFound,
    LawBroken,
    Line,
    PlanClass,
    Record,
    RunEnded,
    ServerLog,
    WrittenStep,
)
from tests.reports.alone import masked
from tests.reports.browsing import FORMATTER, ROOT, chromium, need

WIDTHS = (380, 1400)
_COVERED = """[...document.querySelectorAll("nav a, #theme")].filter((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return !one.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
}).map((one) => one.textContent)"""
"""What can't be clicked of the navigation."""
Lines = tuple[Line, ...]
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """One browser for all of them."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What was said on the console of the tab, and which requests left it."""
    return []


@pytest.fixture(scope="module")
def tab(browser: Browser, told: list[str]) -> Page:
    """One tab for all of them: to open one takes as long as to open a page in it."""
    one = browser.new_page()
    one.set_default_timeout(10_000)
    one.on("console", lambda message: told.append(message.text))
    one.on("pageerror", lambda error: told.append(str(error)))
    one.on("request", lambda asked: asked.url.startswith("file:") or told.append(asked.url))
    return one


@pytest.fixture
def opened(tab: Page, told: list[str], tmp_path: Path) -> Generator[Callable[..., Page]]:
    """Opens a text as a page, in the place of the one before. At the end, nothing may have been
    said on its console, and no request may have left it."""
    told.clear()
    numbers = count()

    def open_page(text: str, width: int = 1400, scheme: str = "light", place: str = "") -> Page:
        # Another place in the same file would not open it anew.
        file = tmp_path / f"{next(numbers)}.html"
        file.write_text(text, "utf-8")
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(media="screen", color_scheme=scheme)
        tab.goto(file.as_uri() + place)
        tab.wait_for_selector("body[data-ready]")
        return tab

    yield open_page
    tab.goto("about:blank")
    assert told == []


@pytest.fixture
def whole(failing: Record, passing: Record) -> History:
    """A run with everything that a page has a section for, and a reply as long as some are."""
    long = tuple(replace(line, reply="Noted. " * 170) for line in failing.scenarios[0].transcript)
    explored = failing.scenarios[0].exploration
    assert explored is not None
    classes = (PlanClass("crash", "silent-reset", 4), PlanClass("deploy", "restored", 34))
    scenario = replace(
        failing.scenarios[0],
        transcript=long,
        exploration=replace(explored, classes=classes),
        latencies={"memory": latency_of([0.001] * 30), "store": latency_of([0.004] * 30)},
    )
    earlier = replace(passing, started=replace(passing.started, started_at="2026-11-21T10:00:00Z"))
    (finding,) = failing.findings
    finding = replace(finding, faulted=(*finding.faulted[:-1], long[-1]))
    scenarios = (scenario, *failing.scenarios[1:])
    return History(replace(failing, scenarios=scenarios, findings=(finding,)), (earlier,))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(
    width: int, scheme: str, whole: History, opened: Callable[..., Page]
) -> None:
    one = opened(page(whole), width, scheme)
    one.wait_for_selector("article.finding")
    one.get_by_role("button", name="Each scenario").click()
    one.locator("#scenarios summary").first.click()
    one.wait_for_selector("tbody.one")
    assert one.locator('#finding .bubble.service[tabindex="0"]').count() == 1
    assert one.locator("#finding .bubble:not([tabindex])").count() >= 4
    violations = Axe().run(one).response["violations"]
    assert [
        (found["id"], [node["target"] for node in found["nodes"]][:3]) for found in violations
    ] == []
    assert one.evaluate("document.documentElement.scrollWidth") <= width
    assert one.evaluate(_COVERED) == []


def test_a_cell_leads_to_its_finding(whole: History, opened: Callable[..., Page]) -> None:
    one = opened(page(whole))
    one.get_by_role("link", name=re.compile("silent-reset: crash at bulk_order")).first.click()
    article = one.locator("article.finding")
    assert "silent-reset came of these faults as well: restart, eviction," in article.inner_text()
    assert "a new session answers" in article.inner_text()
    assert one.evaluate("document.activeElement.id") == "finding"
    assert article.locator(".chat .first").count() == 2
    assert "session 50be7ff3…6f7b" in article.inner_text()
    assert article.locator(".lanes .band").count() == 1


def test_the_first_screen_says_what_survives_and_what_is_lost(
    whole: History, opened: Callable[..., Page]
) -> None:
    one = opened(page(whole), 380)
    ends = one.get_by_role("img", name="Plans by how they end: ")
    assert ends.get_attribute("aria-label") == "Plans by how they end: 34 restored, 4 silent-reset"
    boxes = [part.bounding_box() for part in ends.locator("span").all()]
    wide = [box["width"] for box in boxes if box is not None]
    assert wide[0] > 6 * wide[1] > 0
    lost = one.get_by_label("What customers lose").get_by_role("link")
    box = lost.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 900
    lost.click()
    one.wait_for_function("document.activeElement.id === 'finding'")
    told = one.locator("article.finding").inner_text()
    assert lost.inner_text() in told
    assert "crash: The process dies and starts again." in told


def test_what_is_folded_in_the_head_is_printed(whole: History, opened: Callable[..., Page]) -> None:
    reasons = tuple(f"reason {number}" for number in range(30))
    record = replace(whole.record, ended=RunEnded("fail", 1.0, reasons))
    one = opened(page(replace(whole, record=record)))
    last = one.locator("#overview").get_by_text("reason 29")
    assert last.count() == 0
    one.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert last.is_visible()
    one.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not last.is_visible()
    one.locator("#overview summary", has_text="and 27 more").click()
    expect(last).to_be_visible()
    assert last.count() == 1


def found_as(
    finding: FindingFound, faulted: Lines, *broken: LawBroken, clean: Lines = ()
) -> FindingFound:
    return replace(finding, clean=clean or finding.clean, faulted=faulted, broken=broken)


def test_a_step_without_a_flow_stands_beside_its_turn(
    failing: Record, finding: FindingFound, clean: Lines, opened: Callable[..., Page]
) -> None:
    alone = tuple(replace(line, flow=None, step="street") for line in clean)
    found = found_as(finding, alone, clean=alone)
    one = opened(page(History(replace(failing, findings=(found,)))))
    told = one.locator("#finding .first .meta").nth(1)
    assert "street" in told.inner_text()
    assert "no flow" not in told.inner_text()


def test_what_breaks_a_law_is_marked_on_both_sides(
    failing: Record, finding: FindingFound, clean: Lines, opened: Callable[..., Page]
) -> None:
    long = "x" * 500
    kept = (clean[0], replace(clean[1], kept='{"name": "Hari"}'), clean[2])
    lost = (clean[0], replace(clean[1], kept="{}"), clean[2])
    placed = (*clean[:2], replace(clean[2], effects={"order": ("{}", "{}")}))
    once = (*clean[:2], replace(clean[2], effects={"order": ("{}",)}))
    data = LawBroken("Data", 2, "the customer", "name", long, "")
    effect = LawBroken("Effect", 3, "the customer", "order", "1", "2")
    tier = LawBroken("Tier", 2, "the customer", "served from", "memory", "store")
    elsewhere = (clean[0], replace(clean[1], served_from="store"), clean[2])
    repeated = LawBroken("Reply", 2, "the customer", "repeated reply", "Perfect!", "One moment")
    again = replace(clean[1], reply="One moment, please.", repeats=True)
    findings = (
        found_as(finding, lost, data, clean=kept),
        found_as(finding, placed, effect, clean=once),
        found_as(finding, elsewhere, tier),
        found_as(finding, (*clean[:2], again, clean[2]), repeated),
    )
    one = opened(page(History(replace(failing, findings=findings))))
    first = one.locator("#finding .first")
    assert first.locator(".changes").inner_text() == (
        f"Different here\nname: {'x' * 160}… show all 500 characters → (empty)"
    )
    first.locator(".changes button").click()
    assert long in first.locator(".changes").inner_text()
    one.locator(".option").nth(1).click()
    expect(first.locator(".meta .differs")).to_have_text(["order ×1", "order ×2"])
    one.locator(".option").nth(2).click()
    expect(first.locator(".meta .differs")).to_have_text(["from memory", "from store"])
    one.locator(".option").nth(3).click()
    expect(first.locator(".bubble.service mark")).to_have_text("One moment, please.")


def test_what_each_process_wrote_last_is_unfolded_below_the_finding(
    failing: Record, finding: FindingFound, opened: Callable[..., Page]
) -> None:
    logs = (ServerLog("node 1, process 1", "ready\nEOFError"), ServerLog("node 2, process 1", ""))
    found = replace(finding, logs=logs)
    one = opened(page(History(replace(failing, findings=(found, finding)))))
    log = one.locator("#finding .log")
    expect(log).to_have_count(1)
    assert not log.get_by_text("EOFError").is_visible()
    log.get_by_text("node 1, process 1").click()
    assert log.locator("pre").inner_text() == "ready\nEOFError"
    one.locator(".option").nth(1).click()
    expect(log).to_have_count(0)


def test_a_point_is_told_once(
    failing: Record, finding: FindingFound, opened: Callable[..., Page]
) -> None:
    strike = replace(
        next(line for line in finding.faulted if line.fault is not None),
        fault="crash-after",
        reply="crash after at store.save #1",
        circumstances=Circumstances(point="store.save #1"),
    )
    found = replace(finding, faulted=(finding.faulted[0], strike, *finding.faulted[1:]))
    one = opened(page(History(replace(failing, findings=(found,)))))
    told = one.locator("#finding .strike").first
    assert told.inner_text().strip() == "⚡ crash-after at store.save #1"


def test_lanes_tell_time_what_was_asked_whose_session_it_is_and_what_came_at_once(
    failing: Record, finding: FindingFound, clean: Lines, opened: Callable[..., Page]
) -> None:
    at_once = Circumstances(is_overlapped=True)
    names = ("store.load #1", "store.commit #1", "model.complete #1")
    lines = (
        replace(clean[0], at=0.0, calls=names, writes=names[1:2]),
        replace(clean[0], turn=2, customer="Priya", session_id="another", at=1.0, writes=()),
        replace(clean[1], turn=3, at=86_402.0, circumstances=at_once, calls=names[:2]),
        replace(clean[1], turn=4, customer="Priya", served_from="store", at=86_402.0, status=0),
        Line(4, "Priya", "", "the message was not sent again", fault=NO_RETRY),
        replace(clean[0], turn=5, session_id="fresh", circumstances=Circumstances(life="expired")),
    )
    one = opened(page(History(replace(failing, findings=(found_as(finding, lines),)))))
    one.wait_for_selector("article.finding")
    drawn = one.locator("#finding .lanes")
    marks = [mark.strip() for mark in drawn.locator(".time-name").all_text_contents()]
    assert [mark.split("It was")[0] for mark in marks] == ["+24 h", "at once", "left alone"]
    assert drawn.locator(".band").count() == 0
    assert one.locator("#finding .strike.left").inner_text().startswith("Left alone by Priya: ")
    assert drawn.locator(".span").count() == 2
    asked = drawn.locator(".dot.hollow title").all_text_contents()
    assert asked.count("memory was asked, and did not have the session") == 4
    assert asked[1:2] == ["asked: store.load #1"]
    # Of a record that does not tell what was written, nothing is called written.
    assert "asked: store.load #1, store.commit #1" in asked
    assert drawn.locator(".dot.wrote title").all_text_contents() == ["written: store.commit #1"]
    unanswered, wrong = drawn.locator(".dot.bad title").all_text_contents()
    assert unanswered == clean[1].text
    assert wrong.startswith("the session of the customer: ")
    begun = drawn.locator(".dot.begun title").all_text_contents()
    assert begun[-1] == "a new session, as the one before was over: fresh"


def test_a_fault_that_struck_two_messages_at_once_stands_before_both_by_its_whole_name(
    failing: Record, finding: FindingFound, clean: Lines, opened: Callable[..., Page]
) -> None:
    name, point = "concurrent-node-crash-unsent", "store.commit #1 then store.commit #1"
    lines = (
        clean[0],
        replace(
            clean[1], turn=2, reply="", status=0, circumstances=Circumstances(is_overlapped=True)
        ),
        replace(clean[1], turn=3, reply="Who are you?"),
        Line(3, clean[1].customer, "", "nothing was sent again", fault=NO_RETRY),
        Line(
            2,
            clean[1].customer,
            "",
            "at once",
            fault=name,
            circumstances=Circumstances(point=point),
        ),
    )
    one = opened(page(History(replace(failing, findings=(found_as(finding, lines),)))))
    one.wait_for_selector("article.finding")
    drawn = one.locator("#finding .lanes")
    assert drawn.locator(".band-name").text_content() == f"{name}{name}: at once"
    told = drawn.locator("svg[role=img]").get_attribute("aria-label") or ""
    assert told.index("turn 1") < told.index(f"fault {name}") < told.index("turn 2")
    at = drawn.locator(".band").evaluate(
        "e => [e.x.baseVal.value, e.x.baseVal.value + e.width.baseVal.value]"
    )
    turns = [float(one.get_attribute("x") or 0) for one in drawn.locator(".turn-name").all()]
    assert turns[0] < at[0] < turns[1] < turns[2] < at[1]
    chat = one.locator("#finding .chat").inner_text()
    assert chat.index(f"⚡ {name}") < chat.index("turn 2") < chat.index("Left alone")


def test_the_matrix_is_one_stop_and_the_arrow_keys_walk_in_it(
    whole: History, opened: Callable[..., Page]
) -> None:
    one = opened(page(whole))
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.title"
    assert one.locator('#matrix table [tabindex="0"]').count() == 1
    one.locator('#matrix table [tabindex="0"]').focus()
    for key, expected in (
        ("ArrowRight", "silent-reset: restart in All scenarios, struck in 3 of 3 plans"),
        ("ArrowDown", "restored: restart at no flow"),
        ("ArrowRight", "restored: crash at no flow"),
        ("End", "fresh: clear-chat at no flow"),
        ("ArrowUp", "fresh: clear-chat in All scenarios"),
        ("Home", "All scenarios"),
    ):
        one.keyboard.press(key)
        assert one.evaluate(focused).startswith(expected)
    assert one.locator('#matrix table [tabindex="0"]').count() == 1


def test_many_scenarios_are_turned_page_by_page(
    passing: Record, opened: Callable[..., Page]
) -> None:
    scenarios = tuple(
        replace(passing.scenarios[0], name=f"Scenario {number}", line=number)
        for number in range(100)
    )
    one = opened(page(History(replace(passing, scenarios=scenarios))))
    one.get_by_role("button", name="Each scenario").click()
    expect(one.locator("tbody.one")).to_have_count(40)
    one.get_by_role("button", name="Next").click()
    one.get_by_role("button", name="Next").click()
    expect(one.locator("tbody.one")).to_have_count(20)
    assert one.get_by_role("button", name="Scenario 99").is_visible()
    assert one.get_by_role("button", name="Next").is_disabled()
    one.get_by_role("button", name="Each scenario").click()
    expect(one.locator("tbody.one")).to_have_count(0)


def test_tiers_have_letters_and_a_legend(
    failing: Record, explored: Exploration, opened: Callable[..., Page]
) -> None:
    cells = tuple(
        replace(cell, tier=tier, plans=10**21 // 9 + (tier == "new" and cell.flow is None))
        for cell in explored.cells
        for tier in ("new", "not told", "store")
    )
    scenario = replace(failing.scenarios[0], exploration=replace(explored, cells=cells))
    one = opened(page(History(replace(failing, scenarios=(scenario,), findings=()))))
    one.get_by_label("split by the tier").check()
    assert one.locator("#matrix .legend").first.inner_text().split("\n")[1:] == [
        *("n", "new", "o", "not told", "s", "store"),
        "No letter: no turn came after the fault, or its tier is not told.",
    ]
    assert one.locator("#matrix .tiers").first.inner_text().split() == ["n", "o", "s"]
    label = one.locator("#matrix .sum .cell").first.get_attribute("aria-label") or ""
    assert label.endswith("struck in 9 of 1,000,000,000,000,000,000,000 plans")


def test_the_trend_shows_the_newest_run_and_each_run_in_numbers(
    passing: Record, opened: Callable[..., Page]
) -> None:
    silent = tuple(replace(one, counts={}) for one in passing.scenarios)
    order = silent[0]
    assert order.exploration is not None
    begun = replace(order.exploration, verdict="inconclusive", is_partial=True)
    silent = (replace(order, exploration=begun), *silent[1:])
    later = replace(passing.started, started_at="2026-11-23T10:00:00Z", target="another shop")
    one = opened(page(History(replace(passing, started=later, scenarios=silent), (passing,))))
    told = one.locator("#trend").inner_text()
    assert "Beside the run before: Not the same target: reference, then another shop." in told
    card = one.locator("#trend .card").filter(has_text="bulk order completion").first
    assert card.locator(".figure").inner_text() == "—"
    assert "The newest run tells nothing of it." in card.inner_text()
    assert "33 %" in one.locator("#trend table").inner_text()
    assert one.locator("#trend .untold li").first.inner_text().startswith("scenario: ")


def test_the_trend_says_which_target_each_run_had_and_which_was_cut_short(
    passing: Record, partial: Record, opened: Callable[..., Page]
) -> None:
    started = passing.started
    cut = replace(partial, started=replace(started, started_at="2026-11-22T10:00:00Z"))
    later = replace(started, started_at="2026-11-23T10:00:00Z")
    trend = opened(page(History(replace(passing, started=later), (cut,)))).locator("#trend")
    assert trend.locator("tbody tr").last.inner_text().split("\t")[1] == "fail (partial)"
    other = replace(passing, started=replace(later, target="another shop"))
    trend = opened(page(History(other, (cut,)))).locator("#trend")
    assert trend.inner_text().startswith("Trend\n\n2 runs of 2 targets, from 2026-11-22")
    targets = [one.split("\t")[1] for one in trend.locator("tbody tr").all_inner_texts()]
    assert targets == ["another shop", "reference"]


def test_findings_are_found_by_the_keyboard_alone(
    many: Record, finding: FindingFound, opened: Callable[..., Page]
) -> None:
    findings = (finding, *many.findings[1:])
    one = opened(page(History(replace(many, findings=findings))))
    one.locator("#query").fill("failover")
    assert one.locator("#range").inner_text() == "1 of 1,000"
    one.locator("#query").fill("turn 999")
    assert one.locator("#range").inner_text() == "1 of 1,000"
    one.locator("#query").fill("zzz")
    expect(one.locator("#finding")).to_have_text("No finding has these words.")
    one.locator("#query").fill("turn 998")
    expect(one.locator("#finding article")).to_contain_text("crash after turn 998")
    one.locator("#query").fill("")
    one.locator("#list").focus()
    one.keyboard.press("End")
    expect(one.locator("article.finding").first).to_contain_text("999")
    assert one.locator(".option").count() < 60
    one.keyboard.press("Enter")
    assert one.evaluate("document.activeElement.id") == "finding"


def test_findings_with_long_names_stand_below_each_other(
    failing: Record, finding: FindingFound, opened: Callable[..., Page]
) -> None:
    long = replace(finding, law="law " * 60, outcome="outcome " * 30, plan="plan " * 90)
    one = opened(page(History(replace(failing, findings=(long,) * 3))), 380)
    tops, heights = one.locator(".option").evaluate_all(
        "(all) => { const boxes = all.map((one) => one.getBoundingClientRect());"
        " return [boxes.map(({ top }) => top), boxes.map(({ height }) => height)]; }"
    )
    assert max(heights) <= tops[1] - tops[0]
    assert one.locator(".option .line").first.evaluate("(one) => one.scrollHeight") < 40


@pytest.mark.parametrize("width", WIDTHS)
def test_one_long_word_in_the_head_makes_no_page_wider(
    width: int, failing: Record, opened: Callable[..., Page]
) -> None:
    long = {"x" * 300: "version", "store": "y" * 300, "z" * 300: "z" * 300}
    one = opened(
        page(History(replace(failing, started=replace(failing.started, environment=long)))), width
    )
    assert one.locator(".about").inner_text().count("x" * 300) == 1
    assert one.evaluate("document.documentElement.scrollWidth") <= width
    assert one.locator(".about dt").first.evaluate("e => e.getClientRects().length") == 1


def test_an_address_opens_what_it_names(many: Record, opened: Callable[..., Page]) -> None:
    text = page(History(many))
    one = opened(text, place="#finding-800")
    expect(one.locator("article.finding").first).to_contain_text("799")
    again = opened(text, place="#scenario-2")
    again.wait_for_selector("#scenario-2[open] .chat")


def test_whatever_was_written_is_only_shown(hostile: Record, opened: Callable[..., Page]) -> None:
    one = opened(page(History(hostile)))
    one.wait_for_selector("article.finding")
    one.locator("#scenarios summary").first.click()
    one.wait_for_selector("#scenario-1 .chat")
    assert one.locator("img").count() == 0
    assert "</script><script>alert(1)</script>" in one.locator("article.finding").inner_text()
    assert "\\u202e" in one.locator("article.finding").inner_text()
    assert one.evaluate("document.body.innerText.length") < 300_000
    assert one.evaluate("document.documentElement.scrollWidth") <= 1400


def test_what_is_printed_has_every_finding(
    failing: Record, finding: FindingFound, opened: Callable[..., Page]
) -> None:
    other = replace(finding, finding_id="F2", plan="eviction after turn 2")
    one = opened(page(History(replace(failing, findings=(finding, other)))))
    expect(one.locator("#printed article")).to_have_count(2)
    one.emulate_media(media="print")
    assert one.locator("#printed article").last.is_visible()
    assert not one.locator("header.bar").is_visible()
    assert len(one.pdf()) > 10_000


def test_distributions_and_the_matrix_are_whole_on_paper(
    whole: History, opened: Callable[..., Page]
) -> None:
    faults = tuple(FaultColumn(f"a-long-name-{number}", "fresh", "") for number in range(25))
    started = whole.record.started
    record = replace(whole.record, started=replace(started, faults=(*started.faults, *faults)))
    one = opened(page(History(record)), 700)
    one.emulate_media(media="print")
    assert one.locator("#latency .pillar").first.is_visible()
    width = "(one) => one.getBoundingClientRect().right"
    card = one.locator("#matrix .card").evaluate(width)
    assert one.locator("#matrix table").evaluate(width) <= card


@pytest.mark.parametrize("name", ["seed-old-code", "reference-core"])
def test_the_samples_are_pages_as_they_are_made_now(name: str, opened: Callable[..., Page]) -> None:
    text = (ROOT / f"reports/samples/{name}.html").read_text("utf-8")
    assert len(text) < 2_000_000
    assert all(
        (files("reports") / part).read_text("utf-8") in text for part in (*SCRIPTS, "page.css")
    )
    one = opened(text)
    one.locator("#scenarios summary").first.click()
    one.wait_for_selector("#scenario-1 .chat")
    found = Axe().run(one).response["violations"]
    assert [each["id"] for each in found] == []


def test_how_soon_a_page_opens_can_be_measured() -> None:
    need(shutil.which("chromium"), "Chromium")
    command = (sys.executable, "-m", "benchmarks.opening", "--findings", "300", "--times", "1")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "300 findings of 10^40 plans" in done.stdout


def test_the_scheme_can_be_turned(whole: History, opened: Callable[..., Page]) -> None:
    one = opened(page(whole), scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = one.evaluate(paper)
    one.get_by_role("button", name="Light or dark").click()
    assert one.evaluate(paper) != dark


@pytest.mark.parametrize("name", ["passing", "partial", "empty"])
def test_every_run_has_a_page(
    name: str, opened: Callable[..., Page], request: pytest.FixtureRequest
) -> None:
    record = request.getfixturevalue(name)
    one = opened(page(History(masked(record))))
    assert one.locator("h1").inner_text().startswith(("pass", "fail", "inconclusive"))
    blank = one.locator("#matrix .cell.open[title]").first
    if name == "partial":
        assert "not struck before the run was cut short" in (blank.get_attribute("title") or "")
        assert one.locator(".chip.none").count() == 0
    elif name == "passing":
        assert "never tried" in (blank.get_attribute("title") or "")


def test_the_official_formatter_renders_the_messages(
    failing: Record, browser: Browser, tmp_path: Path
) -> None:
    need(FORMATTER.exists(), "the HTML formatter of Cucumber")
    source, made = tmp_path / "messages.ndjson", tmp_path / "cucumber.html"
    table = (("part", "stock"), ("Thermostat", "40"))
    steps = (
        WrittenStep("Given", "the catalogue", 9, table),
        WrittenStep("When", "it is told", 12, doc_string="and a text"),
    )
    first, *others = failing.scenarios
    record = replace(failing, scenarios=(replace(first, steps=steps), *others))
    source.write_text(messages(record), "utf-8")
    script = Path(__file__).with_name("formatter.mjs")
    subprocess.run(["node", script, FORMATTER, source, made], check=True, timeout=60)
    one = browser.new_page()
    errors: list[str] = []
    one.on("pageerror", lambda error: errors.append(str(error)))
    one.goto(made.as_uri())
    one.get_by_text("bulk_order.feature").first.wait_for()
    text = one.locator("body").inner_text()
    one.close()
    assert errors == []
    assert "Given the catalogue\npart\tstock\nThermostat\t40\nWhen it is told\nand a text\n" in text
    assert "callback.feature" in text
    assert json.loads(messages(failing).splitlines()[0])["meta"]["protocolVersion"]
