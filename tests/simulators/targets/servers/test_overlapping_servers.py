"""Two messages at once on a real server, from a feature file to a verdict and back."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.record_file import read_record
from simulators.cli import Exit, main

SHOP = Path(__file__).parents[1].joinpath("stored_shop.py")
PREFIX = f"overlapping-{os.getpid()}"
SAVED = "store.write #1 (SET session:*:*)"
FEATURE = """Feature: Two tabs
  {tag}Scenario: Nothing is forgotten
    When the customer says "one"
    {step}
    And the customer says "two"
    And the customer says "three"
    Then the reply is "I am sorry 3"
"""
FORGET = """
import socket, sys
with socket.create_connection(("127.0.0.1", 6379)) as store:
    store.sendall(("DEL session:" + sys.argv[1] + ":s-1\\r\\n").encode())
    store.recv(100)
"""

Run = Callable[..., int]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, need_store: Callable[[str, int], None]
) -> Run:
    """Plays the scenario in which two messages overlap in that order, on a shop of that kind."""
    need_store("Redis", 6379)
    monkeypatch.chdir(tmp_path)

    def play(*words: str, order: str = "", options: tuple[str, ...] = ()) -> int:
        command = [sys.executable, "-S", str(SHOP), "{port}", "{redis}", "9", PREFIX, *words]
        forget = [sys.executable, "-S", "-c", FORGET, PREFIX]
        Path("shop.toml").write_text(f"""
[target]
kind = "process"
command = {json.dumps(command)}
reset = {json.dumps(forget)}
[request]
path = "/chat"
json = {{ text = "{{text}}", session = "{{session_id}}" }}
[reply]
text = "text"
session_id = "session"
[stores.sessions]
protocol = "redis"
listen = "{{redis}}"
upstream = "127.0.0.1:6379"
""")
        step = f'And the next message overlaps turn 2, in the order "{order}"' if order else ""
        tag = "" if order else "@survives\n  "
        Path("tabs.feature").write_text(FEATURE.format(tag=tag, step=step))
        return main(["run", "tabs.feature", "--target", "shop.toml", *options])

    return play


def test_an_update_is_lost_between_two_tabs(run: Run) -> None:
    assert run(order=SAVED) == Exit.FAIL


def test_no_update_is_lost_by_who_serves_one_after_the_other(run: Run) -> None:
    assert run("locked", order=SAVED) == Exit.PASS


def test_an_order_that_cannot_be_is_no_pass(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("locked", order=f"{SAVED} then {SAVED}") == Exit.FAIL
    assert "did not strike: the service did not come to the end" in capsys.readouterr().out


# A server starts some twenty times.
def test_the_order_that_loses_an_update_is_found_and_played_again(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(options=("--faults", "concurrent-turn", "--depth", "1")) == Exit.FAIL
    (finding, *_) = read_record(Path("coolwind-report/record.jsonl")).findings
    assert finding.outcome == "interleaved"
    assert f'overlaps turn 2, in the order "{SAVED}"' in finding.gherkin
    capsys.readouterr()
    assert main(["replay", finding.finding_id]) == Exit.FAIL
    assert "fails the same way" in capsys.readouterr().out
