"""The points inside a turn of a real server: at its stores, its language model and its files."""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from simulators.errors import TargetError, UsageError
from simulators.targets.choice import choose
from simulators.targets.clocks import faketime
from simulators.targets.overlap import Order, Overlap, Overlapped, Who, unseen
from simulators.targets.proxy.proxy import StoreProxy
from simulators.targets.stores import strace
from simulators.targets.stores.silence import silent_of
from simulators.targets.target import Arrangement, Capability, Delivery, Point, Target
from simulators.targets.uncovered import missed_of
from simulators.trace import Answer

SHOP = Path(__file__).parents[1].joinpath("stored_shop.py")
FILE_SHOP = Path(__file__).parents[1].joinpath("small_shop.py")
REDIS_PORT = 6379
READ, SAVED = "store.read #1 (GET session:*:*)", "store.write #1 (SET session:*:*)"
ASKED = "model.complete #1"
PREFIX = f"stores-{os.getpid()}"

TALK = """
[request]
path = "/chat"
json = { text = "{text}", session = "{session_id}", customer = "{customer_id}" }
timeout = "5s"
[reply]
text = "text"
session_id = "session"
"""


@pytest.fixture
def described(tmp_path: Path, begun: Callable[[Target], Target]) -> Callable[[str], Target]:
    """Begins the target that a text describes, and closes it after the test."""

    def describe(text: str) -> Target:
        path = tmp_path / "coolwind.toml"
        path.write_text(text, "utf-8")
        return begun(choose(str(path)))

    return describe


@pytest.fixture
def model() -> Iterator[int]:
    """The port of a language model."""

    class Model(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            answer = b'{"words": "I have"}'
            self.send_response(200)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def shop(
    described: Callable[[str], Target], model: int, need_store: Callable[[str, int], None]
) -> Callable[..., Target]:
    """A shop on Redis, with a language model."""
    need_store("Redis", REDIS_PORT)

    def open_(
        *more: str, nodes: int = 1, redis: int = REDIS_PORT, answers: str = "", clock: str = "none"
    ) -> Target:
        words = [sys.executable, "-S", str(SHOP), "{port}", "{redis}", "{model}", PREFIX, *more]
        forget = [sys.executable, "-S", "-c", FORGET, str(REDIS_PORT), PREFIX]
        return described(f"""
[target]
kind = "process"
command = {json.dumps(words)}
reset = {json.dumps(forget)}
nodes = {nodes}
{TALK}
[stores.sessions]
protocol = "redis"
listen = "{{redis}}"
upstream = "127.0.0.1:{redis}"
[stores.words]
protocol = "http"
role = "model"
listen = "{{model}}"
upstream = "http://127.0.0.1:{model}"
{answers}
[faults]
clock = "{clock}"
""")

    return open_


FORGET = """
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as store:
    store.sendall(("DEL session:" + sys.argv[2] + ":s-1\\r\\n").encode())
    store.recv(100)
"""


TIMED = """
import json, sys, psycopg
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/chat":
            where = "host=127.0.0.1 dbname=test user=postgres sslmode=disable gssencmode=disable"
            with psycopg.connect(where, port=sys.argv[2], autocommit=True) as store:
                store.execute("SELECT relname FROM pg_class WHERE now() < '2026-01-01'")
        data = json.dumps({"text": "Hello", "session": "s-1"}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ('clock = { path = "/clock", json = { offset = "{offset}" } }', 1),
        ('clock = "none"', 0),
    ],
)
def test_what_the_own_time_of_a_database_decides_is_told_where_time_passes(
    described: Callable[[str], Target],
    need_store: Callable[[str, int], None],
    clock: str,
    told: int,
) -> None:
    need_store("PostgreSQL", 5432)
    target = described(f"""
[target]
kind = "process"
command = {json.dumps([sys.executable, "-c", TIMED, "{port}", "{database}"])}
{TALK}
[faults]
{clock}
[stores.main]
protocol = "postgres"
listen = "{{database}}"
upstream = "127.0.0.1:5432"
""")
    assert said(target).text == "Hello"
    missed = missed_of(target)
    assert len(missed) == told
    assert all("own time of the store main decides SELECT pg_class" in one for one in missed)


@pytest.fixture
def files(
    described: Callable[[str], Target], need: Callable[[str | None], None]
) -> Callable[..., Target]:
    """A shop whose sessions are in a file."""

    def open_(clock: str = "none") -> Target:
        words = [sys.executable, "-S", str(FILE_SHOP), "{port}", "{state_dir}"]
        return described(f"""
[target]
kind = "process"
command = {json.dumps(words)}
{TALK}
[probe]
url = "http://127.0.0.1:{{port}}/debug/{{session_id}}"
[stores.disk]
protocol = "file"
paths = ["{{state_dir}}/**"]
[faults]
clock = "{clock}"
""")

    need(strace.why_not())
    return open_


def said(target: Target) -> Answer:
    return target.deliver(Delivery("Hello", "hari", "m1"))


class TestStores:
    def test_what_is_there_to_fail_is_told(self, shop: Callable[..., Target]) -> None:
        wanted = {Capability.STORE_FAILURE, Capability.STORE_SILENCE, Capability.MODEL_FAILURE}
        assert wanted <= shop().capabilities

    def test_a_turn_has_its_points_in_order(self, shop: Callable[..., Target]) -> None:
        target = shop()
        assert said(target).text == "I have 1"
        assert target.points() == [
            Point(READ, changes=False, is_first=True),
            Point(ASKED, changes=False, is_first=False),
            Point(SAVED, changes=True, is_first=False),
        ]

    def test_it_is_known_which_stores_a_turn_called(self, shop: Callable[..., Target]) -> None:
        target = shop()
        assert silent_of(target) == {}
        said(target)
        target.begin(0, Arrangement())
        assert silent_of(target) == {"sessions": None, "words": None}

    def test_another_incarnation_goes_on_after_a_crash_inside_a_turn(
        self, shop: Callable[..., Target]
    ) -> None:
        target = shop()
        target.interrupt("crash after", SAVED)
        assert said(target).is_missing
        assert target.was_interrupted()
        assert said(target).text == "I have 2"
        assert not target.was_interrupted()

    def test_a_crash_before_the_first_call_has_changed_nothing(
        self, shop: Callable[..., Target]
    ) -> None:
        target = shop()
        target.interrupt("crash before", READ)
        assert said(target).is_missing
        assert said(target).text == "I have 1"

    @pytest.mark.parametrize(("break_", "count"), [("error before", 1), ("error after", 2)])
    def test_a_store_fails_before_or_after_it_has_saved(
        self, shop: Callable[..., Target], break_: str, count: int
    ) -> None:
        target = shop()
        target.interrupt(break_, SAVED)
        assert said(target).status == 503
        assert target.was_interrupted()
        assert said(target).text == f"I have {count}"

    @pytest.mark.parametrize("what", ["429", "500", "cut off", "empty", "malformed"])
    def test_a_model_fails(self, shop: Callable[..., Target], what: str) -> None:
        target = shop()
        target.interrupt(f"model {what}", ASKED)
        assert said(target).text == "I am sorry 1"
        assert target.was_interrupted()
        assert said(target).text == "I have 2"

    def test_a_store_is_down_for_a_turn(self, shop: Callable[..., Target]) -> None:
        target = shop()
        assert target.strike(Capability.STORE_OUTAGE, None)
        assert said(target).status == 503
        assert target.strike(Capability.STORE_RECOVERY, None)
        assert said(target).text == "I have 1"

    def test_a_server_that_does_not_start_without_its_store_starts_when_it_is_back(
        self, shop: Callable[..., Target]
    ) -> None:
        target = shop("checking")
        assert said(target).text == "I have 1"
        target.strike(Capability.STORE_OUTAGE, None)
        assert target.strike(Capability.CRASH, None)
        assert said(target).is_missing
        target.strike(Capability.STORE_RECOVERY, None)
        assert said(target).text == "I have 2"

    def test_a_store_that_was_down_is_up_in_the_next_conversation(
        self, shop: Callable[..., Target]
    ) -> None:
        target = shop()
        target.strike(Capability.STORE_OUTAGE, None)
        target.begin(0, Arrangement())
        assert said(target).text == "I have 1"

    def test_only_the_node_dies_that_was_at_the_point(self, shop: Callable[..., Target]) -> None:
        target = shop(nodes=2)
        target.interrupt("crash after", SAVED)
        assert said(target).is_missing
        assert target.strike(Capability.FAILOVER, None)
        assert said(target).text == "I have 2"

    def test_a_break_that_does_not_come_is_seen_not_to_have_struck(
        self, shop: Callable[..., Target]
    ) -> None:
        target = shop()
        target.interrupt("crash after", "store.write #2 (SET session:*:*)")
        assert said(target).text == "I have 1"
        assert not target.was_interrupted()

    def test_a_break_that_does_not_exist_is_told(self, shop: Callable[..., Target]) -> None:
        with pytest.raises(UsageError, match="nothing that can happen inside a turn"):
            shop().interrupt("earthquake", SAVED)

    def test_a_store_that_is_not_there_is_no_finding(self, shop: Callable[..., Target]) -> None:
        with pytest.raises(TargetError, match=r"the store at 127\.0\.0\.1:9 cannot be reached"):
            said(shop(redis=9))

    def test_time_passes_for_what_redis_is_to_forget(
        self, shop: Callable[..., Target], need: Callable[[str | None], None]
    ) -> None:
        need(faketime.why_not())
        target = shop("forgetting", clock="faketime")
        said(target)
        target.advance(timedelta(seconds=30))
        assert said(target).text == "I have 2"
        target.advance(timedelta(seconds=30))
        assert said(target).text == "I have 3"
        target.advance(timedelta(seconds=60))
        assert said(target).text == "I have 1"

    def test_words_are_recorded_and_replayed(
        self, shop: Callable[..., Target], tmp_path: Path
    ) -> None:
        answers = 'record = "words.jsonl"'
        assert said(shop(answers=answers)).text == "I have 1"
        assert (tmp_path / "words.jsonl").read_text().count("\n") == 1
        target = shop(answers='replay = "words.jsonl"')
        assert said(target).text == "I have 1"
        with pytest.raises(TargetError, match="run once with record in the place of replay"):
            target.deliver(Delivery("Hello", "hari", "m2", "s-1"))
        target.begin(0, Arrangement())
        assert said(target).text == "I have 1"


def said_both(target: Target, order: str, **how: object) -> Overlapped:
    first, second = (Delivery("Hello", "hari", one, "s-1") for one in ("m1", "m2"))
    overlap = Overlap(Order.parse(order), **{"on_two_nodes": False, **how})
    return target.deliver_both(first, second, overlap)


def texts(served: Overlapped) -> list[str]:
    return [answer.text for answer in served.answers]


class TestTwoAtOnce:
    """Messages that pass each other at the round trips."""

    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            ("answer", ["I have 1", "I have 2"]),
            ("arrival", ["I have 2", "I have 1"]),
            (SAVED, ["I have 1", "I have 1"]),
            (f"{READ} then {SAVED}", ["I have 1", "I have 1"]),
            (f"arrival then {READ}", ["I have 1", "I have 2"]),
        ],
    )
    def test_an_order_that_is_asked_for_is_kept(
        self, shop: Callable[..., Target], order: str, expected: list[str]
    ) -> None:
        served = said_both(shop(), order)
        assert texts(served) == expected
        assert served.was_kept

    def test_an_order_can_be_asked_for(self, shop: Callable[..., Target]) -> None:
        assert Capability.ORDER in shop().capabilities

    def test_each_move_is_told(self, shop: Callable[..., Target]) -> None:
        first, second = Who.FIRST, Who.SECOND
        assert said_both(shop(), SAVED).moves == (
            unseen(first, "arrival", stores=False, other_call="arrival"),
            unseen(first, READ, stores=False, other_call="arrival"),
            unseen(first, ASKED, stores=False, other_call="arrival"),
            unseen(second, "arrival", stores=False, other_call=SAVED),
            unseen(second, READ, stores=False, other_call=SAVED),
            unseen(second, ASKED, stores=False, other_call=SAVED),
            unseen(second, SAVED, stores=True, other_call=SAVED),
            unseen(first, SAVED, stores=True, other_call=None),
        )

    def test_the_same_order_is_kept_on_two_nodes(self, shop: Callable[..., Target]) -> None:
        served = said_both(shop(nodes=2), SAVED, on_two_nodes=True)
        assert (texts(served), served.was_kept) == (["I have 1", "I have 1"], True)
        assert [answer.node for answer in served.answers] == ["node 1", "node 2"]

    def test_who_has_to_wait_for_the_other_lets_it_go_on(self, shop: Callable[..., Target]) -> None:
        served = said_both(shop("locked"), SAVED)
        assert texts(served) == ["I have 1", "I have 2"]
        calls = [(move.who, move.call) for move in served.moves]
        assert calls.index((Who.SECOND, "arrival")) < calls.index((Who.FIRST, SAVED))
        assert calls.index((Who.FIRST, SAVED)) < calls.index((Who.SECOND, READ))

    def test_an_order_that_a_lock_forbids_is_not_kept(self, shop: Callable[..., Target]) -> None:
        served = said_both(shop("locked"), f"{SAVED} then {SAVED}")
        assert texts(served) == ["I have 1", "I have 2"]
        assert not served.was_kept

    def test_a_server_dies_with_both_in_its_hands(self, shop: Callable[..., Target]) -> None:
        target = shop()
        served = said_both(target, SAVED, dies_after=SAVED)
        assert [answer.is_missing for answer in served.answers] == [True, True]
        assert served.was_kept
        assert said(target).text == "I have 2"

    def test_only_one_of_two_nodes_dies(self, shop: Callable[..., Target]) -> None:
        target = shop(nodes=2)
        served = said_both(target, SAVED, on_two_nodes=True, dies_after=SAVED)
        assert [answer.is_missing for answer in served.answers] == [False, True]
        assert served.was_kept

    def test_a_call_that_never_comes_holds_nobody(self, shop: Callable[..., Target]) -> None:
        served = said_both(shop(), "store.write #7 (SET session:*:*)")
        assert texts(served) == ["I have 1", "I have 2"]
        assert not served.was_kept


class TestFiles:
    def test_a_turn_has_its_points_in_order(self, files: Callable[..., Target]) -> None:
        target = files()
        assert {Capability.POINTS, Capability.STORE_FAILURE} <= target.capabilities
        assert not {Capability.STORE_SILENCE, Capability.MODEL_FAILURE} & target.capabilities
        said(target)
        assert [point.name for point in target.points()] == [
            "store.openat #1 (new)",
            "store.fwrite #1 (new)",
            "store.rename #1 (sessions.json)",
        ]
        assert silent_of(target) == {"disk": None}

    @pytest.mark.parametrize(("point", "count"), [("fwrite #1 (new)", 1), ("rename #1", 2)])
    def test_a_server_dies_after_a_change(
        self, files: Callable[..., Target], point: str, count: int
    ) -> None:
        target = files()
        said(target)
        (name,) = (one.name for one in target.points() if point in one.name)
        target.begin(0, Arrangement())
        target.interrupt("crash after", name)
        assert said(target).is_missing
        assert target.was_interrupted()
        assert said(target).text == f"message {count}"

    @pytest.mark.parametrize("break_", ["error after", "timeout"])
    def test_a_file_is_changed_or_is_not(self, files: Callable[..., Target], break_: str) -> None:
        with pytest.raises(UsageError, match="let it crash, fail before or be slow"):
            files().interrupt(break_, "store.fwrite #1 (new)")

    def test_without_strace_there_are_no_points_and_a_reason(
        self, files: Callable[..., Target], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", "")
        target = files()
        assert Capability.POINTS not in target.capabilities
        assert "strace is not installed" in target.uncovered[0]
        assert said(target).text == "message 1"

    def test_time_passes_at_once_on_a_server_that_runs(
        self, files: Callable[..., Target], need: Callable[[str | None], None]
    ) -> None:
        need(faketime.why_not())
        target = files(clock="faketime")
        assert Capability.CLOCK in target.capabilities
        session = said(target).session_id
        before = target.observe(session).kept
        target.advance(timedelta(days=1))
        assert target.strike(Capability.RESTART, session)
        target.advance(timedelta(hours=1))
        after = target.observe(session).kept
        assert before is not None
        assert after is not None
        passed = timedelta(seconds=float(str(after["time"])) - float(str(before["time"])))
        assert timedelta(hours=25) <= passed < timedelta(hours=25, minutes=1)
        target.begin(0, Arrangement())
        session = said(target).session_id
        anew = target.observe(session).kept
        assert anew is not None
        assert float(str(anew["time"])) < float(str(after["time"]))


# With an effect to look out for, a look lasts until what goes on behind a reply is heard.
LOOKED_AT = '[effects.reply]\nfile = "{state_dir}/replies.json"'
COUNTED = "store.write #2 (INCR session:*:replies)"


def talk_until(is_so: Callable[[], bool], target: Target) -> int:
    """Send messages until that is so, eight at most: how many. What goes on behind a reply may be
    there at one look or at the next."""
    for number in range(1, 9):
        target.deliver(Delivery("Hello", "hari", f"m{number}"))
        if is_so():
            return number
        target.observe("s-1")
    raise AssertionError("it is not so after eight messages")


def counting(target: Target) -> Callable[[], bool]:
    """Whether what goes on behind a reply was a point of the last two turns: of one alone, it may
    be by chance."""
    counted: list[bool] = []

    def is_so() -> bool:
        counted.append(any(point.name == COUNTED for point in target.points()))
        return counted[-2:] == [True, True]

    return is_so


def test_what_a_reply_sets_off_belongs_to_its_turn(shop: Callable[..., Target]) -> None:
    target = shop("behind", answers=LOOKED_AT)
    assert talk_until(counting(target), target) > 1


def test_a_fault_strikes_at_what_a_reply_has_set_off(
    shop: Callable[..., Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.targets.proxy.proxy._LONGEST_LINGER", 30.0)
    target = shop("behind", answers=LOOKED_AT)
    number = talk_until(counting(target), target) + 1
    target.interrupt("crash before", COUNTED)
    answer = target.deliver(Delivery("Hello", "hari", f"m{number}"))
    assert (answer.status, answer.text) == (200, f"I have {number}")
    assert target.was_interrupted()


def test_what_is_changed_later_than_that_is_told(
    shop: Callable[..., Target], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoreProxy, "linger", lambda *_: None)
    target = shop("behind", answers=LOOKED_AT)

    def late() -> list[str]:
        what = "no fault struck at what the service changed in its stores after"
        return [one for one in missed_of(target) if one.startswith(what)]

    talk_until(lambda: bool(late()), target)
    [sentence] = late()
    assert "INCR session:" in sentence
