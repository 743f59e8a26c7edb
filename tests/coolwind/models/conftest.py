"""A Gemini-shaped server on the loopback interface, and the parts that models are built from."""

import asyncio
import json
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from coolwind.catalogue import ShopCatalogue
from coolwind.events import Event
from coolwind.models import LanguageModel, Patience, Prompt, create_model
from coolwind.session import Author, Entry

API_KEY = "example-key-0123456789"


@dataclass(frozen=True)
class Request:
    """A request as the server saw it."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, object]

    @property
    def contents(self) -> list[tuple[str, list[str]]]:
        """Role and texts of each content."""
        return [
            (content["role"], [part["text"] for part in content["parts"]])
            for content in self.body["contents"]
        ]

    @property
    def system(self) -> str:
        """The system instruction."""
        return "".join(part["text"] for part in self.body["systemInstruction"]["parts"])


@dataclass(frozen=True)
class Scripted:
    """What the server does with one request."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0
    silent: bool = False
    dripping: bool = False


class GeminiServer:
    """Plays its script, one entry a request; the last entry is played for ever.

    `tunnels` names the hosts to which clients that took it for a proxy wanted to get.
    `abandoned` is set when a client hangs up before it was answered, `left` when a connection
    has ended.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.tunnels: list[str] = []
        self.arrived = threading.Event()
        self.abandoned = threading.Event()
        self.left = threading.Event()
        self._script: list[Scripted] = []
        self._lock = threading.Lock()
        self._http = _Http(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def was_asked(self) -> bool:
        """Whether any request came, of whatever kind."""
        return self.arrived.is_set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.hang_up()
        self._http.server_close()

    def take(self, request: Request) -> Scripted:
        with self._lock:
            self.requests.append(request)
            self.arrived.set()
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]

    def answers(self, *texts: str, finish_reason: str = "STOP") -> None:
        """Answer with one candidate that has these parts."""
        parts = [{"text": text} for text in texts]
        content = {"role": "model", "parts": parts}
        self.sends({"candidates": [{"content": content, "finishReason": finish_reason}]})

    def sends(self, document: object) -> None:
        """Answer with this JSON document."""
        self.sends_bytes(json.dumps(document).encode())

    def sends_bytes(self, body: bytes) -> None:
        """Answer with this body."""
        self._script.append(Scripted(body))

    def cuts_off(self) -> None:
        """Announce a longer body than is sent, and hang up."""
        self._script.append(Scripted(b'{"candidates": [', missing=100))

    def drips(self) -> None:
        """Answer with a good document, byte after byte, over about a second."""
        text = "x" * 20
        body = json.dumps({"candidates": [{"content": {"parts": [{"text": text}]}}]}).encode()
        self._script.append(Scripted(body, dripping=True))

    def fails(
        self,
        status: int,
        headers: Mapping[str, str] | None = None,
        message: str = "no luck",
        details: object = None,
    ) -> None:
        """Answer with an error document as Google writes it."""
        error = {"code": status, "message": message, "status": "EXAMPLE"}
        if details is not None:
            error["details"] = details
        body = json.dumps({"error": error}).encode()
        self._script.append(Scripted(body, status, headers or {}))

    def fails_with(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Answer with an error that has this body."""
        self._script.append(Scripted(body, status, headers))

    def is_silent(self) -> None:
        """Take the request and say nothing until the client hangs up."""
        self._script.append(Scripted(silent=True))


class _Http(ThreadingHTTPServer):
    # Handlers of clients that stay connected end when their connection is shut down.
    daemon_threads = True
    block_on_close = True

    def __init__(self, script: GeminiServer) -> None:
        self.script = script
        self._connections: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: socket.socket, client_address: object) -> None:
        self._connections.append(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        for connection in self._connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def finish(self) -> None:
        super().finish()
        self.server.script.left.set()

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, json.loads(self.rfile.read(length)))
        step = self.server.script.take(request)
        if step.silent:
            self.rfile.read(1)
            self.close_connection = True
            self.server.script.abandoned.set()
            return
        head = {
            "Content-Type": "application/json",
            "Content-Length": str(len(step.body) + step.missing),
            **step.headers,
        }
        lines = [f"HTTP/1.1 {step.status} Example", *(f"{k}: {v}" for k, v in head.items())]
        self.close_connection = bool(step.missing)
        start = "\r\n".join((*lines, "", "")).encode("latin-1")
        if step.dripping:
            self.drip(start, step.body)
        else:
            self.wfile.write(start + step.body)

    def drip(self, start: bytes, body: bytes) -> None:
        try:
            self.wfile.write(start)
            for byte in body:
                select.select([], [], [], 0.015)
                self.wfile.write(bytes((byte,)))
        except OSError:
            self.close_connection = True

    def do_GET(self) -> None:
        self.server.script.arrived.set()
        self.close_connection = True

    def do_CONNECT(self) -> None:
        self.server.script.tunnels.append(self.path)
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 502 Example\r\nContent-Length: 0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        return None


@pytest.fixture
def gemini_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GeminiServer]:
    """A server of which each test writes the script."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = GeminiServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def elsewhere() -> Iterator[GeminiServer]:
    """Another such server, to which nothing should go."""
    server = GeminiServer()
    server.start()
    yield server
    server.stop()


class ManualClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.seconds = 1_000.0

    def now(self) -> datetime:
        return datetime(2026, 11, 2, 10, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def events() -> list[Event]:
    """What was announced, oldest first."""
    return []


@pytest.fixture
def said() -> tuple[Entry, ...]:
    """A question and its answer."""
    at = datetime(2026, 11, 2, 10, tzinfo=UTC)
    return (
        Entry(Author.CUSTOMER, "Do you sell filters?", at),
        Entry(Author.SHOP, "Yes, air filters.", at),
    )


@pytest.fixture
def prompt(said: tuple[Entry, ...]) -> Prompt:
    """A third message, with 17 air filters on the shelf."""
    parts = ShopCatalogue().parts()
    stock = {part.part_id: part.opening_stock for part in parts} | {"filter": 17}
    return Prompt("How many are left?", said, parts, stock)


CreateModel = Callable[..., LanguageModel]


@pytest.fixture
def create(clock: ManualClock, events: list[Event]) -> CreateModel:
    """`create_model` with a manual clock, a recording listener and a key."""

    def create(choice: str = "scripted", **arguments: object) -> LanguageModel:
        settings = {"api_key": API_KEY, "patience": Patience(), **arguments}
        return create_model(choice, clock=clock, listener=events.append, **settings)

    return create


@pytest.fixture
def ask(prompt: Prompt) -> Callable[..., object]:
    """Asks a model once, in an event loop of its own, and closes it."""

    def ask(model: LanguageModel, question: Prompt = prompt) -> object:
        async def run() -> object:
            try:
                return await model.complete(question)
            finally:
                await model.close()

        return asyncio.run(run())

    return ask
