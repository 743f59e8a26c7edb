"""Servers that get ready for the next conversation while one is played elsewhere."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from reports.record import Exploration
from simulators.campaign.campaign import Options, explore
from simulators.conversation import THE_CUSTOMER, Say, Script
from simulators.errors import TargetError
from simulators.faults.catalogue import select
from simulators.plugin.playing import sites_of
from simulators.targets.choice import choose
from simulators.targets.servers.served import ServedTarget
from simulators.targets.target import Arrangement, Capability, Delivery, Target
from tests.simulators.targets.servers.test_served import SHOP, is_alive, wait_until

MESSAGE = Delivery("Hello", "hari", "m1")
SCRIPT: Script = (Say(THE_CUSTOMER, "Hello"), Say(THE_CUSTOMER, "again"))

Opened = Callable[..., ServedTarget]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """A shop at so many sites, which was not begun yet."""
    targets: list[Target] = []

    def open_(sites: int, program: str = str(SHOP)) -> Target:
        command = json.dumps([sys.executable, "-S", program, "{port}", "{state_dir}"])
        path = tmp_path / "coolwind.toml"
        path.write_text(f"""
[target]
kind = "process"
command = {command}
reset = ["touch", "{tmp_path}/job-{{job}}"]
[request]
path = "/chat"
json = {{ text = "{{text}}", session = "{{session_id}}", customer = "{{customer_id}}" }}
[reply]
text = "text"
session_id = "session"
[probe]
url = "http://127.0.0.1:{{port}}/debug/{{session_id}}"
""")
        targets.append(choose(str(path), sites))
        return targets[-1]

    yield open_  # type: ignore[misc]
    for target in targets:
        target.close()


def process_of(target: Target) -> int:
    session = target.deliver(MESSAGE).session_id
    kept = target.observe(session).kept
    assert kept is not None
    return int(str(kept["process"]))


def test_each_conversation_begins_with_servers_that_have_seen_nobody(opened: Opened) -> None:
    target = opened(3)
    for _ in range(7):
        target.begin(0, Arrangement())
        assert target.deliver(MESSAGE).text == "message 1"


def test_sites_take_turns_and_bear_numbers_of_their_own(opened: Opened, tmp_path: Path) -> None:
    target = opened(3)
    processes = set()
    for _ in range(3):
        target.begin(0, Arrangement())
        processes.add(process_of(target))
    assert len(processes) == 3
    assert len({path.name for path in tmp_path.glob("job-*")}) == 3


def test_nothing_is_left_running_at_any_site(opened: Opened) -> None:
    target = opened(2)
    processes = []
    for _ in range(2):
        target.begin(0, Arrangement())
        processes.append(process_of(target))
    target.close()
    wait_until(lambda: not any(map(is_alive, processes)))


def test_a_site_that_does_not_get_ready_is_told_of_in_its_turn(
    opened: Opened, tmp_path: Path
) -> None:
    program = tmp_path / "shop.py"
    program.write_text(SHOP.read_text())
    target = opened(2, str(program))

    def begin_again_and_again() -> None:
        for _ in range(3):
            target.begin(0, Arrangement())

    begin_again_and_again()
    program.write_text("print('broken')")
    with pytest.raises(TargetError, match="its last words: broken"):
        begin_again_and_again()


@pytest.mark.parametrize(
    ("processes", "scenarios", "sites"), [(4, 1, 4), (4, 2, 2), (4, 3, 1), (2, 5, 1)]
)
def test_jobs_without_a_scenario_of_their_own_help_with_another(
    processes: int, scenarios: int, sites: int
) -> None:
    worker = cast(pytest.Config, SimpleNamespace(workerinput={"workercount": processes}))
    assert sites_of(worker, scenarios) == sites
    assert sites_of(cast(pytest.Config, SimpleNamespace()), scenarios) == 1


def test_several_sites_give_the_record_of_one(opened: Opened) -> None:
    def record(sites: int) -> Exploration:
        target = opened(sites)
        faults = tuple(select("restart,crash,reload", target.capabilities))
        result = explore("A talk", SCRIPT, Arrangement(), target, Options(0, 1, faults, "shop"))
        assert not result.findings
        return result.exploration

    assert record(1) == record(3)
    assert Capability.SNAPSHOT not in opened(1).capabilities
