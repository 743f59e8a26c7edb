"""Stores that a file names, and that have no part in any turn."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from reports.record_file import read_record
from simulators.cli import Exit, main
from simulators.targets.stores import strace
from simulators.targets.stores.silence import silent_of, together
from simulators.targets.target import Target

SHOP = Path(__file__).parents[1].joinpath("small_shop.py")
FEATURE = """Feature: A shop
  @survives
  Scenario: Messages are counted
    When the customer says "one"
    And the customer says "two"
    Then the reply is "message 2"
"""

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Plays a scenario on a shop that keeps its sessions in a file."""
    monkeypatch.chdir(tmp_path)

    def play(stores: str, *options: str) -> int:
        command = [sys.executable, "-S", str(SHOP), "{port}", "{state_dir}"]
        environment = 'env = { STORE_PORT = "{main}" }' if "{main}" in stores else ""
        Path("shop.toml").write_text(f"""
[target]
kind = "process"
command = {json.dumps(command)}
{environment}
[request]
path = "/chat"
json = {{ text = "{{text}}", session = "{{session_id}}", customer = "{{customer_id}}" }}
[reply]
text = "text"
session_id = "session"
{stores}
""")
        Path("shop.feature").write_text(FEATURE)
        return main(["run", "shop.feature", "--target", "shop.toml", *options])

    return play


def reasons() -> tuple[str, ...]:
    ended = read_record(Path("coolwind-report/record.jsonl")).ended
    assert ended is not None
    return ended.reasons


NOBODY = '[stores.main]\nprotocol = "tcp"\nlisten = "{main}"\nupstream = "127.0.0.1:1"\n'


def test_a_run_in_which_nobody_calls_a_store_is_no_pass(run: Run) -> None:
    assert run(NOBODY) == Exit.INCONCLUSIVE
    assert reasons() == (
        "[stores.main] was never struck, because nothing went through {main} in any turn; let the"
        " service find its store at 127.0.0.1:{main}, write a scenario that needs it, or leave the"
        " table out",
    )


def test_faults_between_turns_need_no_store(run: Run) -> None:
    assert run(NOBODY, "--faults", "restart") == Exit.PASS


def test_files_that_are_not_the_store_are_named(
    run: Run, need: Callable[[str | None], None]
) -> None:
    need(strace.why_not())
    table = '[stores.disk]\nprotocol = "file"\npaths = ["{state_dir}/*.sqlite"]\n'
    assert run(table) == Exit.INCONCLUSIVE
    (reason,) = reasons()
    assert "(written were {state_dir}/new, {state_dir}/sessions.json); mend paths" in reason


def test_a_store_that_one_scenario_calls_was_called() -> None:
    one, other = {"main": "not", "words": "not"}, {"main": None, "disk": "not, but others"}
    expected = {"main": None, "words": "not", "disk": "not, but others"}
    assert together(one, other) == expected
    assert together(other, one) == expected
    assert together({"disk": "not"}, other)["disk"] == "not, but others"


def test_a_target_that_hears_nothing_of_its_stores_tells_nothing() -> None:
    assert silent_of(cast(Target, SimpleNamespace())) == {}


def test_a_run_whose_effects_were_never_found_is_no_pass(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.targets.servers.lateness._GRACE", 0.02)
    effects = '[effects.order]\nurl = "http://127.0.0.1:{port}/orders"\nrows = "orders"'
    assert run(effects, "--faults", "restart") == Exit.INCONCLUSIVE
    [reason] = reasons()
    assert reason.startswith("[effects.order] counts nothing, because rows = 'orders' was never")


def test_a_run_in_which_nothing_was_kept_where_the_probe_looks_is_no_pass(run: Run) -> None:
    probe = '[probe]\nfile = "nowhere.json"\n'
    assert run(f'step = "stpe"\n{probe}', "--faults", "restart") == Exit.INCONCLUSIVE
    misspelt, absent = reasons()
    assert misspelt.startswith("[reply] step = 'stpe' never found anything in this run, ")
    assert absent.startswith("[probe] shows nothing, because there was nothing at its source")
