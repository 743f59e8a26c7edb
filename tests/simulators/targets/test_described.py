"""A service that runs already, an application in this process, and adapters that packages bring."""

import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import psycopg
import pytest

from simulators.errors import TargetError, Unsupported, UsageError
from simulators.targets import origin
from simulators.targets.choice import choose
from simulators.targets.evidence import unseen
from simulators.targets.hidden import outlived_of
from simulators.targets.overlap import Order, Overlap
from simulators.targets.processes.ports import free_port
from simulators.targets.reference import ReferenceTarget
from simulators.targets.servers.cluster import job
from simulators.targets.speech.exchange import Line
from simulators.targets.speech.wire import Request
from simulators.targets.target import Arrangement, Capability, Delivery, Target
from simulators.targets.tolerance import tolerance_of
from simulators.targets.uncovered import uncovered_of
from simulators.trace import Answer
from tests.simulators.targets.servers.test_served import SHOP

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


STREAMING = """
import json

def create():
    async def app(scope, receive, send):
        if scope["type"] != "http":
            raise RuntimeError("no lifespan")
        text = json.loads((await receive())["body"])["text"]
        kind = (b"content-type", b"text/event-stream")
        await send({"type": "http.response.start", "status": 200, "headers": [kind]})
        for piece in ({"text": "begins"}, {"text": text}, {"session": "s-1", "is_last": True}):
            if text == "break off" and "session" in piece:
                raise OSError("the model is gone")
            if text != "end early" or "session" not in piece:
                data = f"data: {json.dumps(piece)}\\n\\n".encode()
                await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app
"""
STREAMED = (
    ASGI.replace("[request]", '[request]\nstream = "sse"')
    .replace('text = "text"', "text = \"join(' ', [].text)\"")
    .replace('session_id = "session"', 'session_id = "[-1].session"')
)


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

    def test_its_probe_tells_the_flow_and_the_step(self, path: str) -> None:
        probe = """flow = "'texts'"\nstep = "join(',', @)"\n"""
        Path(path).write_text(f'{ASGI}[probe]\nfile = "{{state_dir}}/texts.json"\n{probe}')
        target = choose(path)
        one, other = Delivery("Hi", "hari", "m2", "s1"), Delivery("Bye", "hari", "m3", "s1")
        try:
            target.begin(0, Arrangement())
            first = target.deliver(Delivery("Hello", "hari", "m1"))
            both = target.deliver_both(
                one, other, Overlap(Order.parse("answer"), on_two_nodes=False)
            )
        finally:
            target.close()
        places = [(answer.flow, answer.step) for answer in (first, *both.answers)]
        assert places == [("texts", "Hello"), *[("texts", "Hello,Hi,Bye")] * 2]

    @pytest.mark.parametrize(
        ("message", "until", "texts"),
        [
            ("Hello", "", ["begins Hello"]),
            ("Hello", 'until = "is_last"', ["begins Hello"]),
            ("break off", "", []),
            ("end early", 'until = "is_last"', []),
        ],
    )
    def test_its_reply_may_come_as_server_sent_events(
        self, path: str, message: str, until: str, texts: list[str]
    ) -> None:
        Path(path).with_name("a_described_shop.py").write_text(STREAMING)
        Path(path).write_text(STREAMED.replace("[request]", f"[request]\n{until}"))
        target = choose(path)
        try:
            target.begin(0, Arrangement())
            target.advance(timedelta(seconds=1))
            answer = target.deliver(Delivery(message, "hari", "m1"))
        finally:
            target.close()
        assert ([] if answer.is_missing else [answer.text]) == texts

    @pytest.mark.parametrize(
        ("source", "own"),
        [
            ('file = "{state_dir}/texts.json"', False),
            ('file = "{state_dir}/{session_id}.json"', True),
            ('url = "http://127.0.0.1:1/of/{customer_id}"', True),
            ('command = ["echo", "[]"]', False),
            ('command = ["echo", "[\'{conversation_id}\']"]', True),
            ('sql = { url = "sqlite://", query = "SELECT 1" }', False),
            ('sql = { url = "sqlite://", query = "SELECT 1 WHERE :session_id = 1" }', True),
            ('sql = { url = "sqlite:///{session_id}.db", query = "SELECT 1" }', True),
        ],
    )
    def test_effects_whose_source_names_the_conversation_are_its_own(
        self, path: str, source: str, own: bool
    ) -> None:
        told = ASGI.replace('file = "{state_dir}/texts.json"', source)
        Path(path).write_text(told)
        target = choose(path)
        try:
            target.begin(0, Arrangement())
            seen = target.observe(None)
        finally:
            target.close()
        assert seen.own == ({"text"} if own else set())

    def test_a_function_reset_beside_the_factory_is_called_before_each_conversation(
        self, path: str
    ) -> None:
        module = Path(path).with_name("a_described_shop.py")
        folders = "\nfolders = []\ndef reset():\n    folders.append(os.environ['STATE'])\n"
        module.write_text(APP + folders)
        target = choose(path)
        try:
            target.begin(0, Arrangement())
            target.strike(Capability.RESTART, None)
            target.begin(0, Arrangement())
            first, second = sys.modules["a_described_shop"].folders
            assert first != second
            assert Path(second).is_dir()
        finally:
            target.close()

    def test_a_reset_that_is_no_function_is_told(self, path: str) -> None:
        Path(path).with_name("a_described_shop.py").write_text(APP + "\nreset = 7\n")
        with pytest.raises(UsageError, match="reset in a_described_shop is no function"):
            choose(path)

    def test_what_outlives_a_restart_in_its_module_is_told(self, path: str) -> None:
        module = Path(path).with_name("a_described_shop.py")
        module.write_text(APP.replace("    sessions = {}\n", "") + "\nsessions = {}\n")
        target = choose(path)
        try:
            target.begin(0, Arrangement())
            target.deliver(Delivery("Hello", "hari", "m1"))
            target.strike(Capability.CRASH, None)
            (reason,) = outlived_of(target)
            assert "left in a_described_shop.sessions outlived a restart" in reason
        finally:
            target.close()

    def test_it_can_do_what_the_file_says(self, path: str) -> None:
        target = choose(path)
        with pytest.raises(Unsupported, match="cannot do read"):
            target.read(Delivery("", "hari", "m1"))
        assert Capability.RESTART in target.capabilities
        assert not target.capabilities & {Capability.CLEAR, Capability.REPETITION}
        tolerance = tolerance_of(target)
        assert tolerance is not None
        assert (tolerance.repeat, tolerance.need) == (5, 4)

    def test_what_its_module_reads_when_it_is_imported_knows_the_job_and_no_folder_yet(
        self, path: str
    ) -> None:
        Path(path).write_text(ASGI.replace('"{state_dir}"', '"{state_dir}/shop_{job}/{{}}"', 1))
        module = Path(path).with_name("a_described_shop.py")
        module.write_text("import os\nREAD = os.environ['STATE']\n" + APP)
        choose(path).close()
        assert f"{{state_dir}}/shop_{job()}/{{}}" == sys.modules["a_described_shop"].READ

    def test_the_environment_is_as_it_was_when_it_is_closed(
        self, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STATE", "before")
        target = choose(path)
        target.begin(0, Arrangement())
        target.close()
        assert os.environ["STATE"] == "before"

    def test_what_its_module_reads_when_it_is_imported_is_of_the_file_too(
        self, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STATE", "somebody else's")
        module = Path(path).with_name("a_described_shop.py")
        module.write_text(f"{APP}\nread = os.environ['STATE']\n")
        choose(path)
        assert sys.modules["a_described_shop"].read == "{state_dir}"
        assert os.environ["STATE"] == "somebody else's"


STORED = """
import json, os
import psycopg

READ = "SELECT count FROM counts"
SAVE = "UPDATE counts SET count = count + 1"

async def asynchronously():
    async with await psycopg.AsyncConnection.connect(os.environ["DATABASE"]) as connection:
        await connection.execute(SAVE)
        row = await (await connection.execute(READ)).fetchone()
        await connection.commit()
    return row[0]

async def at_once():
    with psycopg.connect(os.environ["DATABASE"]) as connection:
        connection.execute(SAVE)
        (count,) = connection.execute(READ).fetchone()
        connection.commit()
    return count

tidied = []

def create(count=asynchronously):
    async def app(scope, receive, send):
        if scope["type"] != "http":
            raise RuntimeError("no lifespan")
        await receive()
        try:
            status, text = 200, f"message {await count()}"
        except psycopg.Error:
            status, text = 503, "sorry"
        finally:
            tidied.append(count)
        data = json.dumps({"text": text, "session": "s1"})
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": data.encode()})

    return app

def create_plain():
    return create(at_once)
"""
SAVED, READ, DONE = (
    "store.write #1 (UPDATE counts)",
    "store.read #2 (SELECT counts)",
    "store.write #2 (COMMIT)",
)


@pytest.mark.parametrize("factory", ["create", "create_plain"])
class TestAnApplicationWithADatabase:
    @pytest.fixture
    def target(
        self,
        factory: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        need_store: Callable[[str, int], None],
    ) -> Iterator[Target]:
        need_store("PostgreSQL", 5432)
        schema = f"described_{os.getpid()}"
        database = "host=127.0.0.1 dbname=test user=postgres sslmode=disable gssencmode=disable"
        (tmp_path / "a_stored_shop.py").write_text(STORED)
        (tmp_path / "coolwind.toml").write_text(f"""
[target]
kind = "asgi"
app = "a_stored_shop:{factory}"
env = {{ DATABASE = "{database} port={{database_port}} options=-csearch_path={schema}" }}
[request]
path = "/chat"
json = {{ text = "{{text}}" }}
[reply]
text = "text"
session_id = "session"
[stores.main]
protocol = "postgres"
listen = "{{database_port}}"
upstream = "127.0.0.1:5432"
""")
        monkeypatch.setattr(sys, "path", [*sys.path])
        monkeypatch.delitem(sys.modules, "a_stored_shop", raising=False)
        with psycopg.connect(database, autocommit=True) as direct:
            direct.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            direct.execute(f"CREATE SCHEMA {schema} CREATE TABLE counts (count int)")
            direct.execute(f"INSERT INTO {schema}.counts VALUES (0)")
            target = choose(str(tmp_path / "coolwind.toml"))
            try:
                target.begin(0, Arrangement())
                yield target
            finally:
                target.close()
                direct.execute(f"DROP SCHEMA {schema} CASCADE")
        sys.modules.pop("a_stored_shop", None)

    def said(self, target: Target) -> Answer:
        return target.deliver(Delivery("Hello", "hari", "m1"))

    def test_its_calls_are_points_of_a_turn(self, target: Target) -> None:
        assert self.said(target).text == "message 1"
        assert [point.name for point in target.points()] == [
            *("store.read #1 (BEGIN)", SAVED, READ, DONE)
        ]

    @pytest.mark.parametrize(
        ("break_", "point", "then"),
        [("crash before", SAVED, 1), ("crash after", READ, 1), ("crash after", DONE, 2)],
    )
    def test_it_dies_there_and_another_takes_its_place(
        self, target: Target, break_: str, point: str, then: int
    ) -> None:
        target.interrupt(break_, point)
        assert self.said(target).is_missing
        assert target.was_interrupted()
        assert sys.modules["a_stored_shop"].tidied == []
        assert self.said(target).text == f"message {then}"
        assert not target.was_interrupted()

    def test_its_store_fails(self, target: Target) -> None:
        target.interrupt("error before", SAVED)
        assert self.said(target).status == 503
        assert self.said(target).text == "message 1"

    def test_its_store_is_down_for_a_turn(self, target: Target) -> None:
        assert target.strike(Capability.STORE_OUTAGE, None)
        assert self.said(target).status == 503
        assert target.strike(Capability.STORE_RECOVERY, None)
        assert self.said(target).text == "message 1"


KEEPER = """
import subprocess, sys
while True:
    subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
"""
KILL = """
import json, os, signal, sys, urllib.request
with urllib.request.urlopen(sys.argv[1]) as answer:
    os.kill(json.load(answer)["process"], signal.SIGKILL)
"""


class TestARunningService:
    @pytest.fixture(autouse=True)
    def of_one_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As if each of these tests were run by itself."""
        monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)

    @pytest.fixture
    def service(self, tmp_path: Path) -> Iterator[Path]:
        """The file of a service that something else starts again whenever it dies. What crashes it
        does nothing."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        python = [sys.executable, "-S", "-c"]
        command = [*python, KEEPER, sys.executable, "-S", str(SHOP), str(port), str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as keeper:
            path = tmp_path / "coolwind.toml"
            path.write_text(f"""
            [target]
            kind = "http"
            url = "{url}"
            ready = {{ timeout = "10s" }}
            restart = {json.dumps([*python, KILL, url])}
            crash = ["true"]
            evict = ["true"]
            # incarnation
            [request]
            path = "/chat"
            json = {{ text = "{{text}}", customer = "{{customer_id}}" }}
            [reply]
            text = "text"
            session_id = "session"
            """)
            yield path
            os.killpg(keeper.pid, signal.SIGKILL)

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
        assert target.strike(Capability.EVICT, "s1")

    def test_its_time_passes_in_each_conversation(self, service: Path) -> None:
        service.write_text(
            service.read_text()
            + """
            [faults]
            clock = { path = "/clock", json = { offset = "{offset}" } }
            [effects.time]
            url = "http://127.0.0.1:{port}/time"
            rows = "[@]"
            """
        )

        def time_of(target: Target) -> float:
            [row] = target.observe(None).effects["time"]
            assert abs(float(str(row["time"])) - target.now().timestamp()) < 60
            return float(str(row["time"]))

        target, times = choose(str(service)), []
        for _ in range(2):
            target.begin(0, Arrangement())
            times.append(time_of(target))
            target.advance(timedelta(hours=2))
            times.append(time_of(target))
        assert times[0] + 7_000 < times[1] <= times[2] < times[3] - 7_000
        another_run = choose(str(service))
        another_run.begin(0, Arrangement())
        assert time_of(another_run) < times[1]
        another_run.advance(timedelta(hours=2))
        another_run.close()
        url = tomllib.loads(service.read_text())["target"]["url"]
        answer = Line(url).send(Request("GET", "/time"))
        assert float(json.loads(answer.body)["time"]) < times[1]

    def test_a_command_that_ends_no_process_is_not_taken_for_a_crash(
        self, service: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("simulators.targets.servers.remote._LAST_BREATH", 0.1)
        target = choose(str(service))
        target.begin(0, Arrangement())
        assert not target.strike(Capability.CRASH, None)
        told = unseen(target, Capability.CRASH)
        assert "closed no connection and refused none; mend crash in [target], or write inc" in told

    @pytest.mark.parametrize(
        ("printed", "sees"), [("os.readlink('/proc/self/exe')", False), ("time.time()", True)]
    )
    def test_where_connections_show_nothing_a_command_tells_processes_apart(
        self, service: Path, printed: str, sees: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("simulators.targets.servers.remote._LAST_BREATH", 0.1)
        asked = [sys.executable, "-S", "-c", f"import os, time; print({printed})"]
        text = service.read_text().replace("# incarnation", f"incarnation = {json.dumps(asked)}")
        service.write_text(text)
        target = choose(str(service))
        target.begin(0, Arrangement())
        assert target.strike(Capability.CRASH, None) is sees
        assert unseen(target, Capability.CRASH).endswith("after it; mend crash in [target]")

    def test_what_nobody_can_see_and_what_cannot_be_struck_is_told(self, service: Path) -> None:
        unseen, closed = uncovered_of(choose(str(service)))
        assert "nothing shows that evict in [target] drops a session" in unseen
        assert "no fault strikes inside a turn, as nothing of ours stands before" in closed
        text = service.read_text()
        service.write_text(text.replace('"session"', '"session"\nserved_from = "from"'))
        assert uncovered_of(choose(str(service))) == (closed,)

    def test_deadlines_that_nothing_brings_are_told(self, service: Path) -> None:
        before = uncovered_of(choose(str(service)))
        service.write_text(f'{service.read_text()}\n[faults]\nexpiry = "1h"\n')
        (told,) = set(uncovered_of(choose(str(service)))) - {*before}
        assert "no expiry strikes" in told
        assert "write clock into [faults]" in told

    def test_what_has_no_command_cannot_be_done(self, service: Path) -> None:
        service.write_text(service.read_text().replace('crash = ["true"]', ""))
        target = choose(str(service))
        with pytest.raises(Unsupported, match="cannot do crash"):
            target.strike(Capability.CRASH, None)

    def test_one_without_a_path_to_ask_is_connected_to_and_asked_for_nothing(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "coolwind.toml"
        with socket.create_server(("127.0.0.1", 0)) as service:
            path.write_text(f"""
            target = {{ kind = "http", url = "http://127.0.0.1:{service.getsockname()[1]}" }}
            request = {{ path = "/chat", query = {{ text = "{{text}}" }} }}
            reply = {{ text = "text" }}
            """)
            service.settimeout(10)
            choose(str(path)).begin(0, Arrangement())
            connection, _ = service.accept()
            with connection:
                assert connection.recv(1) == b""

    def test_one_that_dies_when_it_is_connected_to_is_not_there_yet(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("simulators.targets.servers.remote._MOMENT", 0.5)
        path = tmp_path / "coolwind.toml"
        with socket.create_server(("127.0.0.1", 0)) as service, ThreadPoolExecutor(1) as thread:
            path.write_text(f"""
            target = {{ kind = "http", url = "http://127.0.0.1:{service.getsockname()[1]}" }}
            request = {{ path = "/chat", query = {{ text = "{{text}}" }} }}
            reply = {{ text = "text" }}
            """)

            def serve() -> bytes:
                service.settimeout(10)
                service.accept()[0].close()
                connection, _ = service.accept()
                with connection:
                    connection.send(b"!")
                    return connection.recv(1)

            served = thread.submit(serve)
            choose(str(path)).begin(0, Arrangement())
            assert served.result() == b""

    def test_one_that_is_not_there_is_trouble(self, tmp_path: Path) -> None:
        path = tmp_path / "coolwind.toml"
        path.write_text(f"""
        target = {{ kind = "http", url = "http://127.0.0.1:{free_port()}", ready.timeout = "50ms" }}
        request = {{ path = "/chat", query = {{ text = "{{text}}" }} }}
        reply = {{ text = "text" }}
        """)
        with pytest.raises(TargetError, match=r"is not there .Conn.*; start it, or mend url"):
            choose(str(path)).begin(0, Arrangement())

    def test_one_is_not_shared_by_several_processes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One of them would break it in the midst of another one's conversation."""
        path = tmp_path / "coolwind.toml"
        path.write_text("""
        target = { kind = "http", url = "http://127.0.0.1:3000" }
        request = { path = "/chat", query = { text = "{text}" } }
        reply = { text = "text" }
        """)
        monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "1")
        choose(str(path))
        monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "2")
        with pytest.raises(TargetError, match=r"one for all processes.*; leave --jobs out"):
            choose(str(path))


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
            origin, "entry_points", lambda group: EntryPoints(brought).select(group=group)
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
            ("none", "there is no target 'none'; give reference, .*, or flat, own, torn"),
        ],
    )
    def test_one_that_cannot_be_used_is_told_of(self, name: str, says: str) -> None:
        with pytest.raises(UsageError, match=says):
            choose(name)


def test_a_file_may_describe_the_reference_service(tmp_path: Path) -> None:
    path = tmp_path / "coolwind.toml"
    path.write_text('target.kind = "reference"')
    assert isinstance(choose(str(path)), ReferenceTarget)
