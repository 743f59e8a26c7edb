"""Applications in this process whose replies come in pieces."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, repeat
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from simulators.conversation import Cookie
from simulators.errors import UsageError
from simulators.targets.asgi import AsgiTarget
from simulators.targets.configuration.file import read_configuration
from simulators.targets.described_app import described_app
from simulators.targets.origin import Origin
from simulators.targets.target import Arrangement, Delivery, Point
from simulators.trace import Answer

Receive: TypeAlias = Callable[[], Awaitable[Mapping[str, Any]]]
Send: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[None]]
Talk: TypeAlias = Callable[[Mapping[str, Any], Receive, Send], Awaitable[None]]
Opened: TypeAlias = Callable[..., AsgiTarget]

POINT = Point("reply.stream #1", changes=True, is_first=False)
FILE = """
[target]
kind = "asgi"
app = "nowhere:create"
[request]
path = "/chat"
json = {{ text = "{{text}}" }}
stream = "{stream}"
timeout = "1s"
{until}
[reply]
text = "join(' ', [].text)"
session_id = "[-1].session"
"""
PIECES = ({"text": "begins"}, {"text": "goes on"}, {"session": "s-1", "is_last": True})
KIND = (b"content-type", b"text/event-stream")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Makes an application of what it does with a request, and begins it."""
    targets = []

    def open_(app: Talk, stream: str, until: str = 'until = "is_last"') -> AsgiTarget:
        def create() -> object:
            async def application(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
                if scope["type"] == "lifespan":
                    raise RuntimeError("no lifespan")
                await app(scope, receive, send)

            return application

        path = tmp_path / "coolwind.toml"
        path.write_text(FILE.format(stream=stream, until=until))
        target = described_app("a shop", read_configuration(path), Origin(create, None, __name__))
        targets.append(target)
        target.begin(0, Arrangement())
        return target

    yield open_
    for target in targets:
        target.close()


def said(target: AsgiTarget, text: str = "Hello") -> Answer:
    return target.deliver(Delivery(text, "hari", "m1"))


def events(*chunks: bytes) -> Talk:
    """Streams these chunks, whatever it is asked."""

    async def app(_: Mapping[str, Any], receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [KIND]})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


def event(piece: object) -> bytes:
    return f"data: {json.dumps(piece)}\n\n".encode()


def over_websocket(*texts: str) -> Talk:
    """Takes a message, and sends these."""

    async def app(_: Mapping[str, Any], receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        assert json.loads((await receive())["text"]) == {"text": "Hello"}
        for text in texts:
            await send({"type": "websocket.send", "text": text})
        assert (await receive())["type"] == "websocket.disconnect"

    return app


class TestEvents:
    def test_the_middle_of_a_reply_is_a_point_to_die_at(self, opened: Opened) -> None:
        has_gone_on: list[bool] = []

        async def app(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            try:
                await events(*map(event, PIECES))(scope, receive, send)
            finally:
                has_gone_on.append(True)

        target = opened(app, "sse")
        assert said(target).text == "begins goes on"
        assert [*target.points()] == [POINT]
        has_gone_on.clear()
        target.interrupt("crash after", POINT.name)
        assert said(target).is_missing
        assert target.was_interrupted()
        assert not has_gone_on
        assert said(target).text == "begins goes on"
        assert not target.was_interrupted()

    def test_nothing_else_strikes_there(self, opened: Opened) -> None:
        target = opened(events(*map(event, PIECES)), "sse")
        with pytest.raises(UsageError, match="let the server crash after it"):
            target.interrupt("error after", POINT.name)

    @pytest.mark.parametrize(
        "chunks",
        [
            [b"".join(map(event, PIECES))],
            [b": keep-alive\n\n", b"".join(map(event, PIECES))],
            [event(PIECES[0])[:9], event(PIECES[0])[9:] + event(PIECES[2])],
        ],
        ids=["at once", "behind a comment", "in the middle of an event"],
    )
    def test_what_comes_together_has_no_middle(self, opened: Opened, chunks: list[bytes]) -> None:
        target = opened(events(*chunks), "sse")
        assert said(target).text.startswith("begins")
        assert [*target.points()] == []
        target.interrupt("crash after", POINT.name)
        assert not said(target).is_missing
        assert not target.was_interrupted()

    def test_what_follows_the_last_event_is_no_piece(self, opened: Opened) -> None:
        target = opened(events(event(PIECES[2]), event(PIECES[0])), "sse")
        assert said(target).text == ""
        assert [*target.points()] == []

    def test_one_that_stays_open_behind_the_last_hears_that_its_customer_has_gone(
        self, opened: Opened
    ) -> None:
        heard: list[str] = []

        async def app(_: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await receive()
            await send({"type": "http.response.start", "status": 200, "headers": [KIND]})
            with suppress(OSError):
                for chunk in chain(map(event, PIECES), repeat(b": keep-alive\n\n")):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            heard.append((await receive())["type"])

        target = opened(app, "sse")
        assert said(target).text == "begins goes on"
        assert heard == ["http.disconnect"]

    @pytest.mark.parametrize("listens", [True, False])
    def test_one_that_only_waits_behind_the_last_is_left_when_it_does(
        self, opened: Opened, listens: bool
    ) -> None:
        done: list[str] = []

        async def app(_: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await receive()
            await send({"type": "http.response.start", "status": 200, "headers": [KIND]})
            for chunk in map(event, PIECES):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            done.append(await asyncio.to_thread(str, "saved"))
            done.append((await receive())["type"] if listens else "nothing")
            await asyncio.Event().wait()

        target = opened(app, "sse")
        assert [said(target).text for _ in range(2)] == ["begins goes on"] * 2
        assert done == ["saved", "http.disconnect" if listens else "nothing"] * 2

    def test_a_piece_of_another_form_is_not_the_last(self, opened: Opened) -> None:
        until = "until = \"starts_with(text, 'goes')\""
        target = opened(events(*map(event, ({"session": "s"}, *PIECES))), "sse", until)
        assert said(target).text == "begins goes on"

    def test_an_error_is_read_as_it_is(self, opened: Opened) -> None:
        async def app(_: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await receive()
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b'{"detail": "not now"}'})

        answer = said(opened(app, "sse"))
        assert (answer.status, answer.text) == (503, "not now")


class TestWebSockets:
    TEXTS = tuple(json.dumps(piece) for piece in PIECES)

    def test_the_messages_up_to_the_last_are_the_reply(self, opened: Opened) -> None:
        answer = said(opened(over_websocket(*self.TEXTS), "websocket"))
        assert (answer.status, answer.text, answer.session_id) == (200, "begins goes on", "s-1")

    def test_one_message_is_the_reply_where_nothing_says_which_is_the_last(
        self, opened: Opened
    ) -> None:
        target = opened(over_websocket(self.TEXTS[0]), "websocket", "")
        assert said(target).text == "begins"
        assert [*target.points()] == []

    def test_the_middle_of_a_reply_is_a_point_to_die_at(self, opened: Opened) -> None:
        target = opened(over_websocket(*self.TEXTS), "websocket")
        assert said(target).text == "begins goes on"
        assert [*target.points()] == [POINT]
        target.interrupt("crash after", POINT.name)
        assert said(target).is_missing
        assert target.was_interrupted()
        assert said(target).text == "begins goes on"

    def test_a_framework_sees_a_browser(self, opened: Opened) -> None:
        async def talk(socket: WebSocket) -> None:
            await socket.accept(headers=[(b"set-cookie", b"visit=7")])
            asked = await socket.receive_json()
            await socket.send_json({"text": f"{socket.url.path} {socket.cookies} {asked['text']}"})
            await socket.send_bytes(self.TEXTS[2].encode())
            await socket.receive_text()

        starlette = Starlette(routes=[WebSocketRoute("/chat", talk)])

        target = opened(starlette, "websocket")
        answer = target.deliver(Delivery("Hello", "hari", "m1", None, (Cookie("a", "1"),)))
        assert answer.text == "/chat {'a': '1'} Hello"
        assert [(cookie.name, cookie.value) for cookie in answer.cookies] == [("visit", "7")]

    @pytest.mark.parametrize(
        ("sent", "status", "text"),
        [
            ([{"type": "websocket.close"}], 403, ""),
            (
                [
                    {"type": "websocket.http.response.start", "status": 429, "headers": []},
                    {"type": "websocket.http.response.body", "body": b'{"detail": "later"}'},
                ],
                429,
                "later",
            ),
            ([], 500, ""),
            ([{"type": "websocket.send", "text": "too early"}], 500, ""),
        ],
        ids=["refused", "denied", "unheard", "not accepted"],
    )
    def test_one_that_is_not_opened_is_an_error(
        self, opened: Opened, sent: list[Mapping[str, Any]], status: int, text: str
    ) -> None:
        async def app(_: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await receive()
            for event in sent:
                await send(event)

        answer = said(opened(app, "websocket"))
        assert (answer.status, answer.text) == (status, text)

    def test_one_that_is_closed_too_early_is_no_answer(self, opened: Opened) -> None:
        async def app(_: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.send", "text": self.TEXTS[0]})
            await send({"type": "websocket.close", "code": 1011})

        assert said(opened(app, "websocket")).is_missing

    def test_whoever_goes_on_talking_hears_that_nobody_listens(self, opened: Opened) -> None:
        async def app(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
            await over_websocket(*self.TEXTS)(scope, receive, send)
            while True:
                await send({"type": "websocket.send", "text": "are you still there?"})
                await asyncio.sleep(0)

        assert said(opened(app, "websocket")).text == "begins goes on"
