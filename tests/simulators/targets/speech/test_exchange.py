"""One request over a real connection, answered at once or in pieces."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Literal

import pytest
from websockets.sync.server import ServerConnection, serve

from simulators.targets.speech.exchange import Line, Unanswered
from simulators.targets.speech.pieces import Stream
from simulators.targets.speech.wire import Request

ASK = Request("POST", "/chat", (("content-type", "application/json"),), "a=1", b'"Hello"')
EVENTS = b'data: {"delta": "Hel"}\n\nevent: end\ndata: {"delta": "lo"}\n\ndata: [DONE]\n\n'


def asking(kind: Literal["sse", "websocket"], until: str | None = None) -> Request:
    return replace(ASK, stream=Stream(kind, until))


@contextmanager
def http(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def events(body: bytes, length: int | None = None) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream; charset=utf-8")
        if length is not None:
            handler.send_header("content-length", str(length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@contextmanager
def websocket(talk: Callable[[ServerConnection], None]) -> Iterator[str]:
    with serve(talk, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


class TestEvents:
    def test_the_data_of_all_events_is_the_document(self) -> None:
        with http(events(EVENTS)) as url:
            response = Line(url).send(asking("sse"))
        assert response.document() == [{"delta": "Hel"}, {"delta": "lo"}, "[DONE]"]

    def test_the_last_event_ends_the_reply(self) -> None:
        with http(events(EVENTS)) as url:
            response = Line(url).send(asking("sse", "@ == '[DONE]'"))
        assert response.document() == [{"delta": "Hel"}, {"delta": "lo"}, "[DONE]"]

    def test_each_piece_is_heard_when_it_comes_and_told_from_the_last(self) -> None:
        heard: list[bool] = []
        with http(events(EVENTS)) as url:
            Line(url, heard=heard.append).send(asking("sse", "@ == '[DONE]'"))
        assert heard == [False, False, True]

    @pytest.mark.parametrize("kind", ["text/event-stream", "application/json"])
    @pytest.mark.parametrize(
        ("piece", "seconds", "why"),
        [(b": alive\n\n", 0.05, "no answer came within"), (bytes(1 << 20), 30, "longer than")],
    )
    def test_a_reply_without_an_end_is_no_answer(
        self, kind: str, piece: bytes, seconds: float, why: str
    ) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("content-type", kind)
            handler.end_headers()
            with suppress(OSError):
                while True:
                    handler.wfile.write(piece)

        with http(answer) as url, pytest.raises(Unanswered, match=why):
            Line(url, timedelta(seconds=seconds)).send(asking("sse", "done"))

    def test_a_stream_that_ends_before_its_last_event_is_no_answer(self) -> None:
        with (
            http(events(EVENTS[:40])) as url,
            pytest.raises(Unanswered, match="ended before its last event"),
        ):
            Line(url).send(asking("sse", "@ == '[DONE]'"))

    def test_an_error_is_read_as_it_is(self) -> None:
        def refuse(handler: BaseHTTPRequestHandler) -> None:
            handler.send_error(503)

        with http(refuse) as url:
            assert Line(url).send(asking("sse")).status == 503


class TestWebSockets:
    def test_messages_up_to_the_last_one_are_the_document(self) -> None:
        def talk(socket: ServerConnection) -> None:
            assert socket.request is not None
            socket.send(f'{{"path": "{socket.request.path}", "got": {socket.recv()!s}}}')
            socket.send('{"done": true}')
            socket.recv()

        heard: list[bool] = []
        with websocket(talk) as url:
            response = Line(url, heard=heard.append).send(asking("websocket", "done"))
        assert response.document() == [{"path": "/chat?a=1", "got": "Hello"}, {"done": True}]
        assert heard == [False, True]

    def test_one_message_is_the_reply_where_nothing_says_which_is_the_last(self) -> None:
        with websocket(lambda socket: socket.send(f"Hi, {socket.recv()!s}")) as url:
            response = Line(url).send(asking("websocket"))
        assert response.document() == ['Hi, "Hello"']

    def test_a_connection_that_is_cut_is_no_answer(self) -> None:
        with (
            websocket(lambda socket: socket.send("{}")) as url,
            pytest.raises(Unanswered, match="ConnectionClosed"),
        ):
            Line(url).send(asking("websocket", "done"))

    def test_a_refused_handshake_is_answered_with_its_status(self) -> None:
        with serve(
            lambda _: None,
            "127.0.0.1",
            0,
            process_request=lambda socket, _: socket.respond(403, "not you"),
        ) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            url = f"http://127.0.0.1:{server.socket.getsockname()[1]}"
            response = Line(url).send(asking("websocket"))
            server.shutdown()
            thread.join()
        assert (response.status, response.body) == (403, b"not you")


class TestSilence:
    def test_a_server_that_does_not_answer_in_time_is_no_answer(self) -> None:
        released = threading.Event()
        with http(lambda _: released.wait(10) and None) as url:
            try:
                with pytest.raises(Unanswered, match=r"no answer came within 0.05 seconds"):
                    Line(url, timedelta(milliseconds=50)).send(ASK)
            finally:
                released.set()

    def test_an_answer_that_is_cut_off_is_no_answer(self) -> None:
        with http(events(b"data: 1\n\n", 100)) as url, pytest.raises(Unanswered):
            Line(url).send(ASK)

    def test_nobody_who_listens_is_no_answer(self) -> None:
        with pytest.raises(Unanswered, match="ConnectionRefusedError"):
            Line("http://127.0.0.1:1").send(ASK)
