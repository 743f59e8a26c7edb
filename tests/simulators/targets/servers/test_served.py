"""A service of real processes, described by a TOML file."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from time import monotonic
from typing import Final

import pytest

from simulators.conversation import StockedPart
from simulators.errors import TargetError, Unsupported, UsageError
from simulators.explorer.orders import Orders
from simulators.targets.choice import choose
from simulators.targets.overlap import Order, Overlap, Overlapped, Who
from simulators.targets.servers.logs import logs_of
from simulators.targets.target import (
    Arrangement,
    Capability,
    Delivery,
    Point,
    Target,
)
from simulators.targets.uncovered import uncovered_of
from tests.waiting import wait_until

SHOP = Path(__file__).parents[1].joinpath("small_shop.py")
MESSAGE = Delivery("Hello", "hari", "m1")

Opened = Callable[..., Target]


def table(*words: str, target: str = "", rest: str = "") -> str:
    command = json.dumps([sys.executable, "-S", str(SHOP), "{port}", "{state_dir}", *words])
    return f"""
[target]
kind = "process"
command = {command}
{target}
[request]
path = "/chat"
json = {{ text = "{{text}}", session = "{{session_id}}", customer = "{{customer_id}}" }}
[reply]
text = "text"
session_id = "session"
served_from = "from"
[probe]
url = "http://127.0.0.1:{{port}}/debug/{{session_id}}"
data = "{{count: count}}"
{dedent(rest)}
"""


@pytest.fixture
def described(tmp_path: Path) -> Iterator[Opened]:
    targets: list[Target] = []

    def describe(
        *words: str, target: str = "", rest: str = "", changes: Mapping[str, str] | None = None
    ) -> Target:
        path = tmp_path / "coolwind.toml"
        text = table(*words, target=target, rest=rest)
        for before, after in (changes or {}).items():
            text = text.replace(before, after)
        path.write_text(text, "utf-8")
        targets.append(choose(str(path)))
        return targets[-1]

    yield describe
    for target in targets:
        target.close()


@pytest.fixture
def opened(described: Opened) -> Opened:
    def open_(*words: str, **how: object) -> Target:
        made = described(*words, **how)
        made.begin(0, Arrangement())
        return made

    return open_


def said(target: Target, text: str = "Hello", session: str | None = None, who: str = "hari"):  # type: ignore[no-untyped-def]
    return target.deliver(Delivery(text, who, f"message {text}", session))


def is_alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


class TestTalking:
    def test_a_message_is_answered_and_what_is_kept_is_seen(self, opened: Opened) -> None:
        target = opened()
        answer = said(target)
        assert (answer.status, answer.text, answer.served_from) == (200, "message 1", "new")
        assert target.observe(answer.session_id).kept == {"count": 1}
        assert said(target, session=answer.session_id).text == "message 2"

    def test_the_step_is_what_the_probe_says_where_the_reply_does_not(self, opened: Opened) -> None:
        data = 'data = "{count: count}"'
        flow = 'flow = "\'counting\'"\nstep = "to_string(count)"'
        answer = said(opened(changes={data: flow}))
        assert (answer.flow, answer.step) == ("counting", "1")

    def test_a_customer_clears_the_chat(self, opened: Opened) -> None:
        target = opened(
            rest='[clear]\nmethod = "DELETE"\npath = "/"\nquery = { s = "{session_id}" }'
        )
        session = said(target).session_id
        assert target.clear(Delivery("", "hari", "", session)).status == 200
        assert said(target, session=session).served_from == "store"

    def test_a_customer_asks_for_the_conversation_so_far(self, opened: Opened) -> None:
        target = opened(rest='[read]\npath = "/debug/{session_id}"\ntext = "to_string(count)"')
        session = said(target).session_id
        assert target.read(Delivery("", "hari", "", session)).text == "1"
        assert target.read(Delivery("", "hari", "", "s-nobody")).status == 404
        with pytest.raises(Unsupported, match="cannot do read"):
            opened().read(Delivery("", "hari", "", session))

    def test_each_conversation_begins_with_a_service_that_has_seen_nobody(
        self, opened: Opened
    ) -> None:
        target = opened()
        first = said(target)
        target.begin(0, Arrangement())
        assert said(target) == first

    def test_nothing_is_kept_of_a_session_that_nobody_knows(self, opened: Opened) -> None:
        assert opened().observe("s-9").kept is None

    def test_a_scenario_cannot_set_it_up(self, described: Opened) -> None:
        with pytest.raises(Unsupported, match="cannot be set up by a scenario"):
            described().begin(0, Arrangement(parts=[StockedPart("panel", 1, 1, 1)]))
        with pytest.raises(Unsupported, match="cannot be set up by a scenario"):
            described().change_catalogue([StockedPart("panel", 1, 1, 1)])

    def test_nobody_knows_how_to_come_to_a_step(self, described: Opened) -> None:
        with pytest.raises(UsageError, match="nobody told how to come to step 'x' of 'y'"):
            described().opening("y", "x")


TWO_WORKERS = """
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count

class Handler(BaseHTTPRequestHandler):
    requests = count()

    def do_GET(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        said = {"text": f"worker {next(self.requests) % 2}", "session": "one", "count": 1}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    do_POST = do_GET

HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_of_two_workers_at_a_port_no_one_gets_every_message(
    described: Opened, tmp_path: Path
) -> None:
    """They get what is asked for in turn, as a cluster of Node's does it, looks among it."""
    server = tmp_path / "two_workers.py"
    server.write_text(TWO_WORKERS)
    target = described(changes={str(SHOP): str(server)})
    kept_to_one = set()
    for seed in range(2):
        target.begin(seed, Arrangement())
        first = said(target).text
        target.observe("one")
        kept_to_one.add(said(target).text == first)
    assert kept_to_one == {True, False}


class TestTwoAtOnce:
    """Where nothing is before a store, messages are sent at once, and no more."""

    def both(self, target: Target, order: str, **how: object) -> Overlapped:
        overlap = Overlap(Order.parse(order), **{"on_two_nodes": False, **how})
        first, second = (Delivery("Hello", who, "m", f"s-{who}") for who in ("hari", "asha"))
        return target.deliver_both(first, second, overlap)

    @pytest.mark.parametrize(("order", "first"), [("answer", Who.FIRST), ("arrival", Who.SECOND)])
    def test_either_is_sent_first(self, opened: Opened, order: str, first: Who) -> None:
        served = self.both(opened("forgetful"), order)
        assert [answer.text for answer in served.answers] == ["message 1", "message 1"]
        assert [move.who for move in served.moves] == [first, first.other]
        assert served.was_kept

    def test_two_orders_are_all_that_is_tried(self, opened: Opened) -> None:
        target, orders, tried = opened(), Orders(), []
        while (order := orders.next()) is not None:
            tried.append(str(order))
            assert orders.note(self.both(target, tried[-1]).moves)
        assert tried == ["answer", "arrival"]

    @pytest.mark.parametrize(
        ("order", "how"),
        [("store.write #1", {}), ("arrival then arrival", {}), ("answer", {"dies_after": "x"})],
    )
    def test_no_other_order_is_kept(self, opened: Opened, order: str, how) -> None:  # type: ignore[no-untyped-def]
        assert not self.both(opened(), order, **how).was_kept

    def test_no_order_of_calls_is_promised(self, opened: Opened) -> None:
        assert {Capability.CONCURRENCY, Capability.ORDER} & opened().capabilities == {
            Capability.CONCURRENCY
        }

    def test_that_no_store_is_named_is_told(self, described: Opened) -> None:
        (told,) = uncovered_of(described())
        assert "no fault strikes inside a turn at a store, as the file names none" in told

    def test_it_takes_two_nodes_to_send_to_two_nodes(self, opened: Opened) -> None:
        assert Capability.NODES not in opened().capabilities
        assert Capability.NODES in opened(target="nodes = 2").capabilities

    def test_a_conversation_is_opened_before_both(self, opened: Opened) -> None:
        opening = '[open]\npath = "/chat"\njson = { text = "open", customer = "{customer_id}" }'
        target = opened("forgetful", rest=opening)
        served = target.deliver_both(
            Delivery("Hello", "hari", "m1"),
            Delivery("Hello", "asha", "m2"),
            Overlap(Order(), on_two_nodes=False),
        )
        assert [answer.text for answer in served.answers] == ["message 2", "message 2"]


class TestStreams:
    CHANGES: Final = {
        'path = "/chat"': 'path = "/stream"\nstream = "sse"\nuntil = "session"',
        'text = "text"\nsession_id': "text = \"join(' ', [].word)\"\nsession_id",
        'session_id = "session"': 'session_id = "[-1].session"',
    }

    def test_a_reply_in_pieces_is_read_as_a_list(self, opened: Opened) -> None:
        answer = said(opened(changes=self.CHANGES))
        assert (answer.text, answer.session_id[:2]) == ("message 1", "s-")

    def test_a_server_that_dies_in_the_middle_gives_no_answer(self, opened: Opened) -> None:
        target = opened("fragile", changes=self.CHANGES)
        target.strike(Capability.CRASH, None)
        assert said(target).is_missing
        assert target.observe(None).kept is None

    def test_the_middle_of_a_reply_is_a_point_of_its_turn(self, opened: Opened) -> None:
        target = opened(changes=self.CHANGES)
        said(target)
        assert target.points() == [Point("reply.stream #1", changes=True, is_first=False)]

    @pytest.mark.parametrize("ends", [True, False])
    def test_a_server_is_killed_in_the_middle_and_serves_again(
        self, opened: Opened, ends: bool
    ) -> None:
        endless = {'path = "/chat"': 'path = "/stream"\nstream = "sse"'}
        target = opened("message 1", changes={**self.CHANGES, **({} if ends else endless)})
        target.interrupt("crash after", "reply.stream #1")
        assert said(target).is_missing
        assert target.was_interrupted()
        assert said(target).text == "message 2"
        assert not target.was_interrupted()

    def test_a_reply_that_was_sent_before_the_server_died_was_not_struck(
        self, opened: Opened
    ) -> None:
        target = opened(changes=self.CHANGES)
        target.interrupt("crash after", "reply.stream #1")
        answer = said(target)
        assert target.was_interrupted() == answer.is_missing

    def test_nothing_else_strikes_there(self, opened: Opened) -> None:
        with pytest.raises(UsageError, match="what has left has left"):
            opened(changes=self.CHANGES).interrupt("error after", "reply.stream #1")

    def test_a_reply_in_one_piece_has_no_middle(self, opened: Opened) -> None:
        assert Capability.POINTS not in opened().capabilities


class TestBreaking:
    @pytest.mark.parametrize("break_", [Capability.RESTART, Capability.CRASH])
    def test_memory_is_lost_and_the_store_is_kept(self, opened: Opened, break_: Capability) -> None:
        target = opened()
        session = said(target).session_id
        assert target.strike(break_, session)
        answer = said(target, session=session)
        assert (answer.text, answer.served_from) == ("message 2", "store")

    def test_a_server_that_does_not_stop_is_killed(self, opened: Opened) -> None:
        target = opened("stubborn", target='stop_timeout = "50ms"')
        assert target.strike(Capability.RESTART, None)
        assert said(target).text == "message 1"

    def test_a_crash_kills_the_whole_process_group(self, opened: Opened) -> None:
        target = opened("child", rest='[effects.child]\nfile = "{state_dir}/child"\nrows = "[@][]"')
        [row] = target.observe("s-1").effects["child"]
        assert target.strike(Capability.CRASH, None)
        wait_until(lambda: not is_alive(int(str(row["value"]))))

    def test_another_node_has_the_store_in_common_and_not_the_memory(self, opened: Opened) -> None:
        target = opened(target="nodes = 2")
        session = said(target).session_id
        assert said(target, session=session).served_from == "memory"
        assert target.strike(Capability.FAILOVER, session)
        assert said(target, session=session).served_from == "store"

    def test_nodes_take_turns_where_that_is_wanted(self, opened: Opened) -> None:
        target = opened(target='nodes = 2\nrouting = "round-robin"')
        assert Capability.FAILOVER not in target.capabilities
        session = said(target).session_id
        tiers = [said(target, session=session).served_from for _ in range(2)]
        assert tiers == ["store", "memory"]

    def test_a_customer_stays_on_a_node_where_that_is_wanted(self, opened: Opened) -> None:
        target = opened(
            target='nodes = 2\nrouting = "sticky"',
            rest="""
            [effects.place]
            url = "http://127.0.0.1:{port}/place/{session_id}"
            rows = "[@]"
            """,
        )
        sessions = [said(target, who=who).session_id for who in ("hari", "mira", "hari")]
        rows = [target.observe(one).effects["place"][0]["process"] for one in sessions]
        assert rows[0] == rows[2] != rows[1]

    def test_a_session_is_evicted_by_a_request_of_the_users(self, opened: Opened) -> None:
        target = opened(rest='[faults]\nevict = { path = "/evict/{session_id}", json = {} }')
        session = said(target).session_id
        assert target.strike(Capability.EVICT, session)
        assert not target.strike(Capability.EVICT, session)
        assert said(target, session=session).served_from == "store"

    def test_time_is_moved_by_a_hook_and_again_after_a_start(self, opened: Opened) -> None:
        target = opened(
            rest="""
            [faults]
            expiry = "1h"
            clock = { path = "/clock", json = { offset = "{offset}" } }
            [effects.time]
            url = "http://127.0.0.1:{port}/time"
            rows = "[@]"
            """
        )
        assert target.lifetimes().expiry == timedelta(hours=1)
        target.advance(timedelta(hours=2))
        target.strike(Capability.CRASH, None)
        [row] = target.observe(None).effects["time"]
        assert abs(float(str(row["time"])) - target.now().timestamp()) < 60

    def test_what_was_not_described_is_refused(self, opened: Opened) -> None:
        target = opened()
        with pytest.raises(Unsupported, match="cannot do evict"):
            target.strike(Capability.EVICT, None)
        with pytest.raises(Unsupported, match="nothing can make 1:00:00 pass"):
            target.advance(timedelta(hours=1))


class TestTrouble:
    def test_a_server_that_does_not_start_is_told_of_with_its_last_words(
        self, described: Opened
    ) -> None:
        target = described("mute", target='ready = { timeout = "1s" }')
        with pytest.raises(
            TargetError,
            match=r"within 1 seconds at port \d+, which {port} tells it; its last words",
        ):
            target.begin(0, Arrangement())

    def test_a_server_that_dies_although_nothing_has_struck_is_trouble(
        self, opened: Opened
    ) -> None:
        with pytest.raises(
            TargetError, match=r"nothing had struck.*words: serving . what a message; mend"
        ):
            said(opened("fragile"), "die")

    def test_a_server_that_dies_after_a_fault_gives_no_answer_and_is_started_again(
        self, opened: Opened
    ) -> None:
        target = opened("fragile")
        target.strike(Capability.CRASH, None)
        assert said(target, "die").is_missing
        assert said(target).text == "message 1"

    @pytest.mark.parametrize("words", [(), ("silently",)])
    def test_a_server_that_does_not_come_back_after_a_fault_gives_no_answer_any_more(
        self, opened: Opened, words: tuple[str, ...]
    ) -> None:
        target = opened("allergic", *words, target='ready = { timeout = "2s" }')
        session = said(target).session_id
        kept = target.observe(session).kept
        assert target.strike(Capability.CRASH, session)
        began = monotonic()
        assert said(target, session=session).is_missing
        assert said(target, session=session).is_missing
        assert monotonic() - began < 1
        assert target.observe(session).kept == kept == {"count": 1}
        if not words:
            assert "what a file" in "".join(logs_of(target).values())
        target.begin(0, Arrangement())
        assert said(target).text == "message 1"

    def test_one_that_answers_nothing_any_more_is_waited_for_twice_and_no_more(
        self, opened: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("simulators.targets.patience._SOON", timedelta(milliseconds=10))
        target = opened("wedged", changes={"[request]": '[request]\ntimeout = "1s"'})
        session = said(target).session_id
        target.strike(Capability.CRASH, session)
        times = []
        for _ in range(3):
            began = monotonic()
            assert said(target, session=session).is_missing
            times.append(monotonic() - began)
        assert times[0] > times[2] < 1 < times[1]

    def test_what_was_wedged_by_a_fault_in_three_conversations_is_known(
        self, opened: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("simulators.targets.patience._SOON", timedelta(milliseconds=10))
        target = opened("wedged", changes={"[request]": '[request]\ntimeout = "500ms"'})
        times = []
        for _ in range(4):
            target.begin(0, Arrangement())
            session = said(target).session_id
            target.strike(Capability.CRASH, session)
            began = monotonic()
            assert said(target, session=session).is_missing
            times.append(monotonic() - began)
        assert min(times[:3]) > 0.5 > times[3]

    def test_what_did_not_come_back_often_enough_is_not_waited_for_as_long(
        self, opened: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name, value in (("_KNOWN", 1), ("_SOON", timedelta(0)), ("_TIMES_AS_LONG", 1)):
            monkeypatch.setattr(f"simulators.targets.patience.{name}", value)
        target = opened("allergic", "silently", target='ready = { timeout = "2s" }')
        times = []
        for _ in range(2):
            target.begin(0, Arrangement())
            said(target)
            began = monotonic()
            target.strike(Capability.CRASH, None)
            times.append(monotonic() - began)
        assert times[0] > 2 > times[1]

    def test_a_server_that_comes_back_at_the_second_try_has_come_back(self, opened: Opened) -> None:
        target = opened("allergic", "once")
        session = said(target).session_id
        assert target.strike(Capability.RESTART, session)
        assert said(target, session=session).text == "message 2"

    def test_a_command_that_fails_is_told_of(self, described: Opened) -> None:
        command = json.dumps([sys.executable, "-c", "import sys; sys.exit('no such table')"])
        with pytest.raises(TargetError, match=r"reset of .target. ended with status 1.*no such"):
            described(target=f"reset = {command}").begin(0, Arrangement())

    @pytest.mark.parametrize("ready", ["", 'ready = { path = "/health" }'])
    def test_a_port_that_is_taken_is_exchanged_for_another(
        self, described: Opened, monkeypatch: pytest.MonkeyPatch, ready: str
    ) -> None:
        import socket

        from simulators.targets.processes import ports

        with socket.create_server(("127.0.0.1", 0)) as taken:
            numbers = iter([taken.getsockname()[1]])
            free = ports.free_port
            monkeypatch.setattr(ports, "free_port", lambda: next(numbers, None) or free())
            target = described(target=ready)
            taken.settimeout(0.05)
            target.begin(0, Arrangement())
            assert said(target).text == "message 1"


class TestLeavingNothingBehind:
    def test_a_closed_target_leaves_no_process_and_no_folder(
        self, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
        (tmp_path / "temporary").mkdir()
        target = opened("child", "detached")
        [folder] = (tmp_path / "temporary").iterdir()
        child = int((folder / "state" / "child").read_text())
        assert is_alive(child)
        target.close()
        wait_until(lambda: not is_alive(child))
        assert not folder.exists()

    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
    def test_nothing_is_left_when_coolwind_itself_is_ended(
        self, tmp_path: Path, how: signal.Signals
    ) -> None:
        path = tmp_path / "coolwind.toml"
        path.write_text(table("child"), "utf-8")
        code = (
            "import signal, time\n"
            "from simulators.targets.choice import choose\n"
            "from simulators.targets.target import Arrangement\n"
            # What a shell starts in the background may ignore it.
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            f"target = choose({str(path)!r})\n"
            "target.begin(0, Arrangement())\n"
            "print('begun', flush=True)\n"
            "time.sleep(600)\n"
        )
        (tmp_path / "temporary").mkdir()
        killed = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        )
        with killed:
            assert killed.stdout is not None
            assert killed.stdout.readline() == b"begun\n"
            [folder] = (tmp_path / "temporary").iterdir()
            child = int((folder / "state" / "child").read_text())
            assert is_alive(child)
            killed.send_signal(how)
        wait_until(lambda: not folder.exists() and not is_alive(child))


def test_each_process_of_a_conversation_has_a_log_of_its_own(opened: Opened) -> None:
    target = opened("fragile")
    target.strike(Capability.CRASH, None)
    said(target, "die")
    said(target)
    assert logs_of(target) == {
        "node 1, process 1": "serving",
        "node 1, process 2": "serving\nwhat a message\n  ^^^^",
        "node 1, process 3": "serving",
    }
    target.begin(0, Arrangement())
    assert logs_of(target) == {"node 1, process 1": "serving"}
