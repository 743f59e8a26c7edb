"""APIs and language models behind the proxy: a real server in a thread, and httpx as its client."""

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from simulators.errors import TargetError, Unrecorded, UsageError
from simulators.targets.proxy.dialect import Piece
from simulators.targets.proxy.http import Http, completing, storing
from simulators.targets.proxy.listener import Store, Upstream
from simulators.targets.proxy.proxy import StoreProxy
from simulators.targets.proxy.recordings import Recorded, Recordings
from simulators.targets.proxy.strike import Crash, Drop, Hold, Moment, Refuse, Strike
from simulators.targets.target import Point

SAVED = "store.write #1 (PUT /sessions/*)"
COMPLETED = "model.complete #1"
SESSION = "/sessions/5b6c7a10-0000-4000-8000-00000000abcd"
QUESTION = {"model": "small", "messages": ["Where is my order?"]}


@dataclass
class Api:
    """A server that counts what it was asked, and answers with the count."""

    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    hosts: list[str | None] = field(default_factory=list)
    port: int = 0

    @property
    def upstream(self) -> Upstream:
        return Upstream("127.0.0.1", self.port)


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            api.asked.append((self.command, self.path, body))
            api.hosts.append(self.headers["Host"])
            if self.path == "/stream":
                self._stream()
                return
            answer = json.dumps({"text": f"answer {len(api.asked)}"}).encode()
            status = {"/missing": 404, "/elsewhere": 307}.get(self.path, 200)
            headers = "Content-Type: application/json\r\n"
            if self.path == "/compressed":
                answer = gzip.compress(answer)
                headers += "Content-Encoding: gzip\r\n"
            head = f"HTTP/1.1 {status} -\r\n{headers}Content-Length: {len(answer)}\r\n\r\n"
            self.wfile.write(head.encode() + (b"" if self.command == "HEAD" else answer))

        do_POST = do_PUT = do_HEAD = do_GET  # noqa: N815

        def _stream(self) -> None:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            self.wfile.write(head + b"Transfer-Encoding: chunked\r\n\r\n")
            for piece in (b"data: one\n\n", b"data: two\n\n"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield api
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def store(proxy: StoreProxy, api: Api) -> Iterator[httpx.Client]:
    """A client of the API as a store."""
    port = proxy.open(Store("store", "server", api.upstream, lambda: Http(storing)))
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5, verify=False) as client:
        yield client


@pytest.fixture
def model(proxy: StoreProxy, api: Api) -> Iterator[httpx.Client]:
    """A client of the API as a language model."""
    port = proxy.open(Store("model", "server", api.upstream, lambda: Http(completing)))
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5, verify=False) as client:
        yield client


def test_requests_have_names_and_say_what_changed(store: httpx.Client, proxy: StoreProxy):
    proxy.begin()
    store.get("/sessions?id=4711")
    store.put(SESSION, json={"step": "confirming"})
    store.post("/missing")
    store.head("/sessions")
    assert proxy.points() == (
        Point("store.read #1 (GET /sessions)", changes=False, is_first=True),
        Point(SAVED, changes=True, is_first=False),
        Point("store.write #2 (POST /missing)", changes=False, is_first=False),
        Point("store.read #2 (HEAD /sessions)", changes=False, is_first=False),
    )


def test_a_stream_is_passed_on(store: httpx.Client):
    assert store.get("/stream").text == "data: one\n\ndata: two\n\n"


def test_an_api_is_called_by_its_own_name(proxy: StoreProxy, api: Api):
    named = Store("store", "server", api.upstream, lambda: Http(storing, "api.example.com"))
    httpx.get(f"http://127.0.0.1:{proxy.open(named)}/")
    assert api.hosts == ["api.example.com"]


def test_a_client_that_asks_first_whether_to_send_a_body_may(store: httpx.Client, api: Api):
    with socket.create_connection((store.base_url.host, store.base_url.port), 5) as client:
        client.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hi")
        received = b""
        while not received.endswith(b"}"):
            received += client.recv(1000)
        assert received.endswith(b'{"text": "answer 1"}')
    assert api.asked == [("POST", "/", b"hi")]


def test_a_client_of_an_older_version_is_served(store: httpx.Client, api: Api):
    with socket.create_connection((store.base_url.host, store.base_url.port), 5) as client:
        client.sendall(b"POST /old HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi")
        with client.makefile("rb") as answer:
            assert answer.read().endswith(b'{"text": "answer 1"}')
    assert api.asked == [("POST", "/old", b"hi")]


@pytest.mark.parametrize(("moment", "asked"), [(Moment.BEFORE, 0), (Moment.DONE, 1)])
def test_a_server_dies_at_a_write(
    store: httpx.Client, proxy: StoreProxy, api: Api, kill, moment: Moment, asked: int
):
    proxy.begin(Strike(SAVED, moment, Crash(kill)))
    with pytest.raises(httpx.TransportError):
        store.put(SESSION)
    assert kill.servers == ["server"]
    assert len(api.asked) == asked


@pytest.mark.parametrize(
    ("code", "status"), [(None, 503), ("429", 429), ("500", 500), ("504", 504)]
)
def test_a_request_is_refused(store: httpx.Client, proxy, api: Api, code: str | None, status: int):
    proxy.begin(Strike(SAVED, Moment.BEFORE, Refuse(code)))
    answer = store.put(SESSION)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == status
    assert (answer.headers.get("Retry-After") == "1") == (status == 429)
    assert api.asked == []
    assert store.put(SESSION).status_code == 200


@pytest.mark.parametrize(("moment", "status"), [(Moment.BEFORE, 503), (Moment.DONE, 504)])
def test_a_request_for_a_head_fails_without_a_body(
    store: httpx.Client, proxy: StoreProxy, moment: Moment, status: int
):
    proxy.begin(Strike("store.read #1 (HEAD /sessions)", moment, Refuse()))
    assert store.head("/sessions").status_code == status
    assert store.get("/sessions").status_code == 200


def test_a_request_fails_after_it_was_done(store: httpx.Client, proxy: StoreProxy, api: Api):
    proxy.begin(Strike(SAVED, Moment.DONE, Refuse()))
    assert store.put(SESSION).status_code == 504
    assert len(api.asked) == 1


def test_an_error_that_does_not_exist_is_not_answered():
    with pytest.raises(UsageError, match="ask for one of 503, 500, 429, 504"):
        Http(storing).refuse("40001")
    with pytest.raises(UsageError, match="cut off, empty, malformed"):
        Http(storing).spoil("40001", b"")


def test_a_model_fails_again_and_again(model: httpx.Client, proxy: StoreProxy, api: Api):
    proxy.begin(Strike(COMPLETED, Moment.BEFORE, Refuse("429"), repeats=True))
    assert [model.post("/chat", json=QUESTION).status_code for _ in range(3)] == [429, 429, 429]
    assert api.asked == []
    proxy.begin()
    assert model.post("/chat", json=QUESTION).status_code == 200
    assert proxy.points() == (Point(COMPLETED, changes=False, is_first=True),)


def test_a_model_does_not_answer_in_time(model: httpx.Client, proxy: StoreProxy, api: Api):
    proxy.begin(Strike(COMPLETED, Moment.BEFORE, Hold()))
    with pytest.raises(httpx.ReadTimeout):
        model.post("/chat", json=QUESTION, timeout=0.05)
    assert proxy.has_struck()
    assert api.asked == []


def test_a_models_answer_is_cut_off(model: httpx.Client, proxy: StoreProxy):
    proxy.begin(Strike(COMPLETED, Moment.DONE, Refuse("cut off")))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        model.post("/chat", json=QUESTION)


@pytest.mark.parametrize(("code", "text"), [("empty", ""), ("malformed", '{"text": "')])
def test_a_models_answer_cannot_be_read(model: httpx.Client, proxy, code: str, text: str):
    proxy.begin(Strike(COMPLETED, Moment.DONE, Refuse(code)))
    answer = model.post("/chat", json=QUESTION)
    assert (answer.status_code, answer.text) == (200, text)
    assert answer.headers["Content-Type"] == "application/json"


def test_a_connection_is_dropped(model: httpx.Client, proxy: StoreProxy, api: Api):
    proxy.begin(Strike(COMPLETED, Moment.BEFORE, Drop()))
    with pytest.raises(httpx.TransportError):
        model.post("/chat", json=QUESTION)
    assert api.asked == []


def recorded(proxy: StoreProxy, path: Path, upstream: Upstream | None) -> str:
    """The address of a model whose answers are recorded, or replayed where nobody is asked."""
    recordings = Recordings(path, may_ask=upstream is not None)
    store = Store("model", "server", upstream, lambda: Http(completing, None, recordings))
    return f"http://127.0.0.1:{proxy.open(store)}/chat"


def test_answers_are_recorded_once_and_replayed_without_the_model(
    proxy: StoreProxy, api: Api, tmp_path: Path
):
    path = tmp_path / "answers" / "model.jsonl"
    url = recorded(proxy, path, api.upstream)
    first = httpx.post(f"{url}?key=secret-4711&alt=sse", json=QUESTION)
    again = httpx.post(f"{url}?alt=sse", json=dict(reversed(QUESTION.items())))
    other = httpx.post(url, json={**QUESTION, "model": "large"})
    assert first.text == again.text == '{"text": "answer 1"}'
    assert other.text == '{"text": "answer 2"}'
    assert "secret-4711" not in path.read_text()
    replayed = recorded(proxy, path, None)
    proxy.begin()
    assert httpx.post(f"{replayed}?alt=sse", json=QUESTION).text == first.text
    assert proxy.points() == (Point(COMPLETED, changes=False, is_first=True),)
    assert len(api.asked) == 2


def test_a_replayed_answer_fails_as_any_other(proxy: StoreProxy, api: Api, tmp_path: Path):
    path = tmp_path / "model.jsonl"
    httpx.post(recorded(proxy, path, api.upstream), json=QUESTION)
    url = recorded(proxy, path, None)
    proxy.begin(Strike(COMPLETED, Moment.DONE, Refuse("malformed")))
    assert httpx.post(url, json=QUESTION).text == '{"text": "'
    proxy.begin(Strike(COMPLETED, Moment.BEFORE, Refuse("500")))
    assert httpx.post(url, json=QUESTION).status_code == 500
    proxy.begin(Strike(COMPLETED, Moment.DONE, Refuse("cut off")))
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.post(url, json=QUESTION)


def test_an_answer_that_was_not_recorded_is_a_trouble_with_its_remedy(
    proxy: StoreProxy, tmp_path: Path
):
    path = tmp_path / "model.jsonl"
    path.touch()
    with pytest.raises(httpx.TransportError):
        httpx.post(recorded(proxy, path, None), json=QUESTION)
    (trouble,) = proxy.troubles()
    assert isinstance(trouble, Unrecorded)
    assert str(trouble) == (
        f"no answer to POST /chat with this body is in {path}; run once with record in the place of"
        " replay, and with the same faults: a service that has lost what was said before asks"
        " something else"
    )
    assert proxy.troubles() == ()


@pytest.mark.parametrize(("place", "status"), [("/missing", 404), ("/elsewhere", 307)])
def test_errors_and_redirections_are_not_recorded(
    proxy: StoreProxy, api: Api, tmp_path: Path, place: str, status: int
):
    path = tmp_path / "model.jsonl"
    url = recorded(proxy, path, api.upstream).replace("/chat", place)
    assert httpx.post(url).status_code == status
    assert not path.exists()


def test_what_one_server_records_the_others_know(proxy: StoreProxy, api: Api, tmp_path: Path):
    urls = [recorded(proxy, tmp_path / "model.jsonl", api.upstream) for _ in range(2)]
    assert {httpx.post(url, json=QUESTION).text for url in urls} == {'{"text": "answer 1"}'}


def test_who_asks_the_same_at_once_gets_the_answer_that_is_kept(tmp_path: Path):
    recordings = Recordings(tmp_path / "model.jsonl", may_ask=True)
    one, other = (Http(completing, None, recordings) for _ in range(2))
    for each in (one, other):
        asked = each.take_request(
            bytearray(b"POST /chat HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
        )
        assert asked is not None
        assert asked.answer is None
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
    assert other.take_answer(bytearray(head), is_closed=False) == Piece(b"", is_last=False)
    first = one.take_answer(bytearray(head + b"one"), is_closed=False)
    assert first == Piece(head + b"one", is_last=True)
    assert other.take_answer(bytearray(b"two"), is_closed=False).raw.endswith(b"\r\n\r\none")


def test_of_two_answers_the_first_counts_for_everybody(tmp_path: Path):
    path = tmp_path / "model.jsonl"
    first, second = (Recordings(path, may_ask=True) for _ in range(2))
    first.keep("POST", "/chat", b"", Recorded(200, "text/plain", b"one"))
    second.keep("POST", "/chat", b"", Recorded(200, "text/plain", b"two"))
    assert second.find("POST", "/chat", b"").body == b"one"
    assert path.read_bytes().count(b"\n") == 1


def test_an_answer_that_came_compressed_is_replayed_so(proxy: StoreProxy, api: Api, tmp_path: Path):
    path = tmp_path / "model.jsonl"
    for upstream in (api.upstream, None):
        url = recorded(proxy, path, upstream).replace("/chat", "/compressed")
        assert httpx.post(url).json() == {"text": "answer 1"}


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85", "\x0b", "\x1c", "\r"])
def test_an_answer_may_have_signs_that_end_lines_elsewhere(tmp_path: Path, sign: str):
    path = tmp_path / "model.jsonl"
    answer = Recorded(200, "text/plain", f"one{sign}two".encode())
    Recordings(path, may_ask=True).keep("POST", "/chat", b"", answer)
    assert Recordings(path, may_ask=False).find("POST", "/chat", b"") == answer


@pytest.mark.parametrize("name", ["api_key", "Client_Secret", "X-Amz-Signature"])
def test_a_secret_is_no_part_of_a_request(tmp_path: Path, name: str):
    path = tmp_path / "model.jsonl"
    answer = Recorded(200, "text/plain", b"one")
    body = json.dumps({name: "secret-4711", "text": "hi"}).encode()
    Recordings(path, may_ask=True).keep("POST", f"/chat?{name}=secret-4711", body, answer)
    assert "secret-4711" not in path.read_text()
    assert Recordings(path, may_ask=False).find("POST", "/chat", b'{"text": "hi"}') == answer


@pytest.mark.parametrize("target", ["//[", "http://[::1", "http://127.0.0.1:1/[?a=%ff", "*", ""])
def test_a_strange_target_is_one_that_nobody_recorded(tmp_path: Path, target: str):
    recordings = Recordings(tmp_path / "model.jsonl", may_ask=True)
    assert recordings.find("GET", target, b"") is None


def test_an_answer_that_cannot_be_written_down_is_a_trouble(tmp_path: Path):
    path = tmp_path / "model.jsonl"
    path.symlink_to(tmp_path / "nowhere" / "model.jsonl")
    recordings = Recordings(path, may_ask=True)
    with pytest.raises(TargetError, match=r"no answer can be recorded in .*name another file"):
        recordings.keep("POST", "/chat", b"", Recorded(200, "text/plain", b"one"))


def test_a_file_that_is_spoilt_meanwhile_is_a_trouble(proxy: StoreProxy, api: Api, tmp_path: Path):
    path = tmp_path / "model.jsonl"
    url = recorded(proxy, path, api.upstream)
    path.write_text("[]\n")
    with pytest.raises(httpx.TransportError):
        httpx.post(url)
    (trouble,) = map(str, proxy.troubles())
    assert trouble.startswith(f"{path}, line 1, is no recorded answer")


def test_an_answer_that_is_no_text_comes_back_as_it_was(tmp_path: Path):
    path = tmp_path / "model.jsonl"
    sound = Recorded(200, "audio/ogg", b"\xff\x00")
    Recordings(path, may_ask=True).keep("POST", "/speech", b"\xfe", sound)
    assert Recordings(path, may_ask=False).find("POST", "/speech", b"\xfe") == sound


def test_a_file_that_is_none_of_ours_is_told_with_its_line(tmp_path: Path):
    path = tmp_path / "model.jsonl"
    with pytest.raises(UsageError, match=r"there is no file .*model\.jsonl to replay"):
        Recordings(path, may_ask=False)
    with pytest.raises(UsageError, match="cannot be read"):
        Recordings(tmp_path, may_ask=True)


@pytest.mark.parametrize(
    "line",
    [
        b'{"status": 200}\n',
        b'{"request": "GET /", "status": 200, "content_type": "text/plain", "body": 1}\n',
        b'{"request": "GET /", "status": 200, "content_type": "text/plain", "base64": "*"}\n',
        b'{"request": "GET /", "status": Infinity, "content_type": "text/plain", "body": ""}\n',
        b'{"request": "GET /", "status": 500, "content_type": "text/plain", "body": ""}\n',
        b'{"request": "GET /", "status": 200, "content_type": "a\\r\\nb: c", "body": ""}\n',
        b'{"request": "GET /", "status": 200, "content_type": "text/plain", "body": ""}',
        b"[" * 100_000 + b"\n",
        b"\xff\n",
    ],
)
def test_a_line_that_is_none_of_ours_is_told_with_its_number(tmp_path: Path, line: bytes):
    path = tmp_path / "model.jsonl"
    Recordings(path, may_ask=True).keep("GET", "/a", b"", Recorded(200, "text/plain", b"one"))
    with path.open("ab") as file:
        file.write(line)
    with pytest.raises(UsageError, match=r"model\.jsonl, line 2, is no recorded answer"):
        Recordings(path, may_ask=True)


def test_a_store_that_cannot_be_reached_is_a_trouble_with_its_remedy(proxy: StoreProxy):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        upstream = Upstream("127.0.0.1", nobody.getsockname()[1])
        port = proxy.open(Store("store", "server", upstream, lambda: Http(storing)))
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/")
    (trouble,) = map(str, proxy.troubles())
    assert "cannot be reached (Connect call failed" in trouble or "refused" in trouble
    assert trouble.endswith("start it, or correct its upstream")


def test_what_is_no_http_is_a_trouble_of_its_own(store: httpx.Client, proxy: StoreProxy):
    with socket.create_connection((store.base_url.host, store.base_url.port), 5) as client:
        client.sendall(b"*1\r\n$4\r\nPING\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    (trouble,) = map(str, proxy.troubles())
    assert "what a client sends is no HTTP/1.1" in trouble
