"""What an ASGI application answers, event by event: over HTTP, or over a WebSocket."""

import json
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final, Protocol

from simulators.targets.speech.pieces import EVENTS, Events, Stream, decoded
from simulators.targets.speech.wire import Event, Request, Response
from simulators.trace import JsonValue

_DENIAL: Final = "websocket."
"""Before the names of events where a WebSocket is not opened, but answered as a request is."""


class Reply(Protocol):
    """A reply as it comes. It is whole when the customer has all of it, and over when nothing more
    comes of it."""

    has_begun: bool
    is_whole: bool
    is_over: bool
    gone: Event
    """What the application receives when the customer has gone."""
    may_stay_open: bool
    """Whether it can be whole before it is over."""

    def asked(self) -> list[Event]:
        """What the application receives first, the last of it in front."""
        ...

    def scope(self, state: Mapping[str, object]) -> Event:
        """What it is called with; `state` is what its lifespan left."""
        ...

    def take(self, event: Event) -> bool:
        """Take an event of the application's; whether a piece of a stream arrived by it. Raises
        RuntimeError for one that a server would not send, and OSError where a server tells that
        the customer has gone."""
        ...

    def response(self) -> Response:
        """What came so far."""
        ...


def reply_to(request: Request) -> Reply:
    """The reply that comes to a request."""
    if request.stream is not None and request.stream.kind == "websocket":
        return _OverWebSocket(request, request.stream)
    return _OverHttp(request)


class _OverHttp:
    """A response; of a stream, with the list of the data of its events as the body."""

    def __init__(self, request: Request) -> None:
        self.has_begun = self.is_whole = self.is_over = False
        self.gone: Event = {"type": "http.disconnect"}
        self.may_stay_open = request.stream is not None and request.stream.until is not None
        self._request = request
        self._status = HTTPStatus.INTERNAL_SERVER_ERROR.value
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body = bytearray()
        self._events: Events | None = None
        self._pieces: list[JsonValue] = []

    def asked(self) -> list[Event]:
        """The body."""
        return [self._request.event()]

    def scope(self, state: Mapping[str, object]) -> Event:
        """That of a request."""
        return self._request.scope(state)

    def take(self, event: Event) -> bool:
        """The start of a response, or more of it."""
        if self.is_over:
            return False
        if event["type"] == "http.response.start":
            self.has_begun = True
            self._status, self._headers = int(event["status"]), _headers_of(event)
            if self._request.stream is not None and self._is_of_events():
                self._events = Events()
        elif event["type"] == "http.response.body":
            self.is_over = not event.get("more_body", False)
            return self._take_more(bytes(event.get("body", b"")))
        return False

    def response(self) -> Response:
        """As it was sent."""
        body = bytes(self._body) if self._events is None else json.dumps(self._pieces).encode()
        return Response(self._status, self._headers, body)

    def _take_more(self, chunk: bytes) -> bool:
        stream = self._request.stream
        if self._events is None or stream is None:
            self._body.extend(chunk)
            self.is_whole = self.is_over
            return False
        if self.is_whole and chunk:
            raise OSError("the customer has the last event, and has gone")
        read = self._events.read(chunk, is_end=self.is_over)
        for piece in read:
            if not self.is_whole:
                self._pieces.append(piece)
                self.is_whole = stream.is_last(piece)
        self.is_whole |= self.is_over and stream.until is None
        return bool(read)

    def _is_of_events(self) -> bool:
        return dict(self._headers).get("content-type", "").startswith(EVENTS)


class _OverWebSocket:
    """The messages after the customer's one, up to the last of the reply; or why there is no
    WebSocket."""

    def __init__(self, request: Request, stream: Stream) -> None:
        self.has_begun = self.is_whole = self.is_over = False
        self.gone: Event = {"type": "websocket.disconnect", "code": 1000, "reason": ""}
        self.may_stay_open = False
        self._request = request
        self._stream = stream
        self._denial: _OverHttp | None = None
        self._status = HTTPStatus.INTERNAL_SERVER_ERROR.value
        self._headers: tuple[tuple[str, str], ...] = ()
        self._pieces: list[JsonValue] = []

    def asked(self) -> list[Event]:
        """The customer, and the message."""
        message = {"type": "websocket.receive", "text": self._request.body.decode()}
        return [message, {"type": "websocket.connect"}]

    def scope(self, state: Mapping[str, object]) -> Event:
        """That of a WebSocket."""
        return self._request.scope_of_websocket(state)

    def take(self, event: Event) -> bool:
        """What opens it, what comes over it, or what closes it."""
        kind = str(event["type"])
        if self.is_over:
            raise OSError("the WebSocket is closed")
        if kind.startswith(f"{_DENIAL}http."):
            self._deny({**event, "type": kind.removeprefix(_DENIAL)})
        elif kind == "websocket.accept":
            self.has_begun = True
            self._status, self._headers = HTTPStatus.OK.value, _headers_of(event)
        elif kind == "websocket.send":
            self._take_piece(event)
            return True
        elif kind == "websocket.close":
            if not self.has_begun:
                self._status, self.is_whole = HTTPStatus.FORBIDDEN.value, True
            self.is_over = True
        return False

    def response(self) -> Response:
        """With the list of the messages as its body."""
        if self._denial is not None:
            return self._denial.response()
        body = json.dumps(self._pieces).encode() if self.has_begun else b""
        return Response(self._status, self._headers, body)

    def _take_piece(self, event: Event) -> None:
        if not self.has_begun:
            raise RuntimeError("a message cannot be sent before the WebSocket was accepted")
        text = event.get("text")
        piece = decoded(bytes(event["bytes"]) if text is None else str(text))
        self._pieces.append(piece)
        self.is_whole = self.is_over = self._stream.is_last(piece)

    def _deny(self, event: Event) -> None:
        self.has_begun = True
        self._denial = self._denial or _OverHttp(replace(self._request, stream=None))
        self._denial.take(event)
        self.is_whole = self.is_over = self._denial.is_over


def _headers_of(event: Event) -> tuple[tuple[str, str], ...]:
    return tuple(
        (bytes(name).decode("latin-1").lower(), bytes(value).decode("latin-1"))
        for name, value in event.get("headers", ())
    )
