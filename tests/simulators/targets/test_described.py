"""A service that runs already, an application in this process, and adapters that packages bring."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from simulators.errors import TargetError, Unsupported, UsageError
from simulators.targets import choice
from simulators.targets.choice import choose
from simulators.targets.ports import free_port
from simulators.targets.reference import ReferenceTarget
from simulators.targets.target import Arrangement, Capability, Delivery
from simulators.targets.tolerance import tolerance_of
from tests.simulators.targets.test_served import SHOP, wait_until

APP = """
import json, os, pathlib

def create():
    sessions = {}
    file = pathlib.Path(os.environ["STATE"]) / "texts.json"

    async def app(scope, receive, send):
        if scope["type"] != "http":
            raise RuntimeError("no lifespan")
        body = json.loads((await receive())["body"])
        session = body.setdefault("session", "s1")
        texts = json.loads(file.read_text()) if file.exists() else []
        file.write_text(json.dumps([*texts, body["text"]]))
        sessions[session] = sessions.get(session, 0) + 1
        data = json.dumps({"text": f"message {sessions[session]}", "session": session})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": data.encode()})

    return app
"""
ASGI = """
[target]
kind = "asgi"
app = "a_described_shop:create"
env = { STATE = "{state_dir}" }
repeat = 5
need = 4
[request]
path = "/chat"
json = { text = "{text}", session = "{session_id}" }
[reply]
text = "text"
session_id = "session"
[effects.text]
file = "{state_dir}/texts.json"
"""


class TestAnApplication:
    @pytest.fixture
    def path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        (tmp_path / "a_described_shop.py").write_text(APP)
        (tmp_path / "coolwind.toml").write_text(ASGI)
        monkeypatch.setattr(sys, "path", [*sys.path])
        monkeypatch.delitem(sys.modules, "a_described_shop", raising=False)
        yield str(tmp_path / "coolwind.toml")
        sys.modules.pop("a_described_shop", None)

    def test_it_is_spoken_to_and_restarted_as_the_file_says(self, path: str) -> None:
        target = choose(path)
        try:
            target.begin(0, Arrangement())
            target.deliver(Delivery("Hello", "hari", "m1"))
            answer = target.deliver(Delivery("Hi", "hari", "m2", "s1"))
            assert answer.text == "message 2"
            target.strike(Capability.RESTART, "s1")
            assert target.deliver(Delivery("Hi", "hari", "m3", "s1")).text == "message 1"
            rows = target.observe("s1").effects["text"]
            assert [row["value"] for row in rows] == ["Hello", "Hi", "Hi"]
        finally:
            target.close()

    def test_it_can_do_what_the_file_says(self, path: str) -> None:
        target = choose(path)
        assert Capability.RESTART in target.capabilities
        assert not target.capabilities & {Capability.CLEAR, Capability.REPETITION}
        tolerance = tolerance_of(target)
        assert tolerance is not None
        assert (tolerance.repeat, tolerance.need) == (5, 4)

    def test_the_environment_is_as_it_was_when_it_is_closed(
        self, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STATE", "before")
        target = choose(path)
        target.begin(0, Arrangement())
        target.close()
        import os

        assert os.environ["STATE"] == "before"


class TestARunningService:
    @pytest.fixture
    def service(self, tmp_path: Path) -> Iterator[Path]:
        port = free_port()
        command = [sys.executable, "-S", str(SHOP), str(port), str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            path = tmp_path / "coolwind.toml"
            path.write_text(f"""
            [target]
            kind = "http"
            url = "http://127.0.0.1:{port}"
            ready = {{ timeout = "10s" }}
            restart = {json.dumps([sys.executable, "-S", "-c", "open('restarted', 'w')"])}
            evict = ["true"]
            [request]
            path = "/chat"
            json = {{ text = "{{text}}", customer = "{{customer_id}}" }}
            [reply]
            text = "text"
            session_id = "session"
            """)
            yield path
            process.kill()

    def test_its_customers_are_new_in_each_conversation(self, service: Path) -> None:
        target = choose(str(service))
        answers = []
        for _ in range(2):
            target.begin(0, Arrangement())
            answers.append(target.deliver(Delivery("Hello", "hari", "m1")))
        assert [answer.text for answer in answers] == ["message 1", "message 1"]
        assert answers[0].session_id != answers[1].session_id

    def test_it_is_broken_by_commands(self, service: Path) -> None:
        target = choose(str(service))
        target.begin(0, Arrangement())
        assert target.strike(Capability.RESTART, None)
        wait_until((service.parent / "restarted").exists)
        assert target.strike(Capability.EVICT, "s1")
        with pytest.raises(Unsupported, match="cannot do crash"):
            target.strike(Capability.CRASH, None)

    def test_one_that_is_not_there_is_trouble(self, tmp_path: Path) -> None:
        path = tmp_path / "coolwind.toml"
        path.write_text(f"""
        target = {{ kind = "http", url = "http://127.0.0.1:{free_port()}", ready.timeout = "50ms" }}
        request = {{ path = "/chat" }}
        reply = {{ text = "text" }}
        """)
        with pytest.raises(TargetError, match=r"is not there .Conn.*; start it, or mend url"):
            choose(str(path)).begin(0, Arrangement())


class TestAnAdapterOfAPackage:
    @pytest.fixture
    def _brought(self, monkeypatch: pytest.MonkeyPatch) -> None:
        brought = [
            EntryPoint(name, place, "coolwind.targets")
            for name, place in {
                "own": "simulators.targets.reference:ReferenceTarget",
                "torn": "simulators.targets.no_such_module:Target",
                "flat": "simulators.targets.choice:REFERENCE",
            }.items()
        ]
        monkeypatch.setattr(
            choice, "entry_points", lambda **by: [one for one in brought if one.name == by["name"]]
        )

    @pytest.mark.usefixtures("_brought")
    def test_it_is_found_by_the_name_of_its_entry_point(self) -> None:
        assert isinstance(choose("own"), ReferenceTarget)

    @pytest.mark.usefixtures("_brought")
    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("torn", "loading .*no_such_module:Target failed with ModuleNotFoundError"),
            ("flat", "is a str; let the entry point name a function"),
            ("none", "there is no target 'none'; give reference, a TOML file"),
        ],
    )
    def test_one_that_cannot_be_used_is_told_of(self, name: str, says: str) -> None:
        with pytest.raises(UsageError, match=says):
            choose(name)


def test_a_file_may_describe_the_reference_service(tmp_path: Path) -> None:
    path = tmp_path / "coolwind.toml"
    path.write_text('target.kind = "reference"')
    assert isinstance(choose(str(path)), ReferenceTarget)
