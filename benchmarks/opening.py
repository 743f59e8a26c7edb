"""`python -m benchmarks.opening`: how soon the page of a large run can be read, in Chromium."""

import argparse
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from reports.history import History
from reports.page import page
from reports.record import Exploration, FindingFound, Line, Record, RunStarted, ScenarioPlayed

PLANS = 10**40
"""How many plans the run had: more than a browser can hold exactly."""

_SCENARIOS = 2_000
_RAN = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def large_run(findings: int) -> Record:
    """A run with so many findings, each with a plan and a scenario of its own."""
    lines = tuple(
        Line(turn, "the customer", f"message {turn}", f"reply {turn}", 200, "s", "memory")
        for turn in (1, 2, 3)
    )
    lost = (*lines[:1], Line(1, "the customer", "", "it died", fault="crash"), *lines[1:])
    first = FindingFound(
        *("", "", "a.feature", 1, "Session", "silent-reset", "session ID", "", 1, 2),
        *("It is lost.", "the same", "another", "", lines, lost),
    )
    started = RunStarted("0", "3", "large", 0, None, (), ("features",), "2026-01-01T00:00:00Z")
    played = Exploration("fail", PLANS, findings)
    scenario = ScenarioPlayed("", "a.feature", 1, (), "passed", 0.0, None, lines, played)
    return Record(
        started,
        tuple(replace(scenario, name=f"Scenario {number}") for number in range(_SCENARIOS)),
        tuple(
            replace(
                first,
                finding_id=f"{number:012x}",
                scenario=f"Scenario {number % _SCENARIOS}",
                plan=f"crash after turn {number}, reload after turn {number + 1}",
                gherkin=f'Scenario: {number}\n  When the customer says "{number}"',
            )
            for number in range(findings)
        ),
    )


def seconds_to_open(file: Path, times: int) -> Sequence[float]:
    """From asking for the page until its first finding can be read, each time anew."""
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(_RAN)
        )
        for _ in range(times):
            one = browser.new_page()
            began = time.perf_counter()
            one.goto(file.as_uri(), wait_until="commit")
            one.wait_for_selector("article.finding")
            taken.append(time.perf_counter() - began)
            one.close()
        browser.close()
    return taken


def main() -> int:
    """Measure, and print a line; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.opening", description=__doc__)
    parser.add_argument("--findings", type=int, default=100_000, metavar="N")
    parser.add_argument("--times", type=int, default=5, metavar="N")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "report.html"
        began = time.process_time()
        text = page(History(large_run(options.findings)))
        made = time.process_time() - began
        file.write_text(text, "utf-8")
        taken = seconds_to_open(file, options.times)
    print(
        f"{options.findings:,} findings of 10^40 plans: {len(text) / 1e6:.1f} MB, made in"
        f" {made:.1f} s, opened in {min(taken):.2f} to {max(taken):.2f} s, median"
        f" {statistics.median(taken):.2f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
