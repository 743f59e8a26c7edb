"""A service that does not start again after a fault, from a feature file to a verdict."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.record_file import read_record
from simulators.cli import Exit, main

Run = Callable[..., int]

APPLICATION = """
import json
import pathlib
from contextlib import asynccontextmanager

from fastapi import FastAPI


def create():
    folder = pathlib.Path(__file__).parent
    lock, counts = folder / "shop.lock", folder / "counts.json"

    @asynccontextmanager
    async def lifespan(_):
        {lock}
        yield
        lock.unlink()

    app = FastAPI(lifespan=lifespan)

    @app.post("/chat")
    async def chat(message: dict):
        known = json.loads(counts.read_text()) if counts.exists() else []
        counts.write_text(json.dumps([*known, message["text"]]))
        return {{"text": f"message {{len(known) + 1}}", "session": "s-1"}}

    return app


def reset():
    for path in pathlib.Path(__file__).parent.glob("*[.]*"):
        if path.suffix in (".lock", ".json"):
            path.unlink()
"""
EXCLUSIVE, ANY = "lock.touch(exist_ok=False)", "lock.touch()"
SHOP = Path(__file__).parents[1].joinpath("small_shop.py")
FEATURE = """Feature: A lock
  @survives
  Scenario: Two messages
    When the customer says "one"
    And the customer says "two"
"""
ONE_MESSAGE = FEATURE.partition("    And")[0]
PROBE = """
[probe]
url = "http://127.0.0.1:{port}/debug/{session_id}"
data = "count"
"""
KEPT = """
[probe]
file = "{}"
data = "@"
"""
WIRE = """
[request]
path = "/chat"
json = { text = "{text}", customer = "{customer_id}", session = "{session_id}" }
[reply]
text = "text"
session_id = "session"
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Plays the scenario with crashes, on a target that is described so."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "shop_with_a_lock", raising=False)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    Path("a.feature").write_text(FEATURE)

    def play(target: str) -> int:
        Path("shop.toml").write_text(f"[target]\n{target}\n{WIRE}")
        options = ("--target", "shop.toml", "--faults", "crash", "--depth", "1")
        return main(["run", "a.feature", *options])

    return play


def with_a_lock(taken: str) -> str:
    Path("shop_with_a_lock.py").write_text(APPLICATION.format(lock=taken))
    return 'kind = "asgi"\napp = "shop_with_a_lock:create"'


def with_a_server(*words: str) -> str:
    command = [sys.executable, "-S", str(SHOP), "{port}", "{state_dir}", *words]
    return f'kind = "process"\ncommand = {json.dumps(command)}'


def test_an_application_that_does_not_start_again_is_wedged(run: Run) -> None:
    assert run(with_a_lock(EXCLUSIVE)) == Exit.FAIL
    (finding,) = read_record(Path("coolwind-report/record.jsonl")).findings
    assert finding.outcome == "wedged"
    assert any("FileExistsError" in log.text for log in finding.logs)


def test_a_server_that_does_not_start_again_is_wedged_and_its_probe_no_trouble(run: Run) -> None:
    assert run(with_a_server("allergic") + PROBE) == Exit.FAIL
    (finding,) = read_record(Path("coolwind-report/record.jsonl")).findings
    assert finding.outcome == "wedged"
    assert any("what a file" in log.text for log in finding.logs)


@pytest.mark.parametrize("probe", [PROBE, KEPT.format("{state_dir}/sessions.json")])
def test_what_is_gone_behind_the_last_message_is_no_pass(
    run: Run, capsys: pytest.CaptureFixture[str], probe: str
) -> None:
    Path("a.feature").write_text(ONE_MESSAGE)
    assert run(with_a_server("allergic") + probe) == Exit.INCONCLUSIVE
    assert "the service did not start again" in " ".join(capsys.readouterr().out.split())
    assert run(with_a_server() + probe) == Exit.PASS


@pytest.mark.parametrize(("taken", "status"), [(EXCLUSIVE, Exit.INCONCLUSIVE), (ANY, Exit.PASS)])
def test_an_application_that_is_gone_behind_the_last_message_is_no_pass(
    run: Run, taken: str, status: Exit
) -> None:
    Path("a.feature").write_text(ONE_MESSAGE)
    assert run(with_a_lock(taken) + KEPT.format("counts.json")) == status


def test_one_that_starts_again_passes(run: Run) -> None:
    assert run(with_a_lock(ANY)) == Exit.PASS
    assert run(with_a_server()) == Exit.PASS


def test_one_that_never_started_is_trouble(run: Run) -> None:
    assert run(with_a_lock('raise RuntimeError("no database")')) == Exit.TROUBLE
    assert run(with_a_server("allergic").replace("[", '["false", ', 1)) == Exit.TROUBLE
