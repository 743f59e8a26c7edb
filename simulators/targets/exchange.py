"""One request to a server over a real connection, and what comes back: at once or in pieces."""

import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Literal
from urllib.parse import urlsplit

import jmespath
from sseclient import SSEClient
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from simulators.targets.wire import Request, Response
from simulators.trace import JsonValue


class Unanswered(Exception):
    """No whole answer came; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A way to a server: its URL, how its replies come, and how long to wait for one.

    `until` is JMESPath on one piece of a reply that comes in pieces, true for the last one.
    `departed` is called when a request has left, before anything is read of its answer, and `heard`
    after each piece of a reply that comes in pieces, with whether it is known to be the last.
    """

    url: str
    timeout: timedelta = timedelta(seconds=30)
    stream: Literal["sse", "websocket"] | None = None
    until: str | None = None
    departed: Callable[[], None] = lambda: None
    heard: Callable[[bool], None] = lambda _: None

    def send(self, request: Request) -> Response:
        """Send a request and wait for the whole answer; that of a stream is a list of JSON.

        Raises `Unanswered` where none came, or only a part of one.
        """
        try:
            if self.stream == "websocket":
                return self._over_websocket(request)
            return self._over_http(request)
        except TimeoutError:
            seconds = self.timeout.total_seconds()
            raise Unanswered(f"no answer came within {seconds:g} seconds") from None
        except (OSError, HTTPException, WebSocketException) as error:
            raise Unanswered(f"{type(error).__name__}: {error}") from error

    def _over_http(self, request: Request) -> Response:
        connection = self._connection()
        try:
            connection.request(
                request.method, _target(request), request.body or None, dict(request.headers)
            )
            self.departed()
            response = connection.getresponse()
            kind = response.getheader("content-type", "")
            is_stream = self.stream == "sse" and kind.startswith("text/event-stream")
            body = self._events(response) if is_stream else response.read()
            headers = tuple((name.lower(), value) for name, value in response.getheaders())
            return Response(response.status, headers, body)
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        parts, seconds = urlsplit(self.url), self.timeout.total_seconds()
        host = parts.hostname or "127.0.0.1"
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(host, parts.port, timeout=seconds, context=context)
        return HTTPConnection(host, parts.port, timeout=seconds)

    def _events(self, response: HTTPResponse) -> bytes:
        pieces: list[JsonValue] = []
        for event in SSEClient(_chunks(response)).events():
            pieces.append(_decoded(event.data))
            is_last = self._is_last(pieces[-1])
            self.heard(is_last)
            if is_last:
                return json.dumps(pieces).encode()
        if self.until is not None:
            raise Unanswered("the stream ended before its last event")
        return json.dumps(pieces).encode()

    def _over_websocket(self, request: Request) -> Response:
        scheme, _, place = self.url.partition("://")
        headers = {
            name: value
            for name, value in request.headers
            if name not in ("content-type", "content-length", "accept")
        }
        try:
            with connect(
                f"{'wss' if scheme == 'https' else 'ws'}://{place}{_target(request)}",
                additional_headers=headers,
                open_timeout=self.timeout.total_seconds(),
                close_timeout=1,
                proxy=None,
                compression=None,
            ) as socket:
                response = socket.response
                kept = () if response is None else tuple(response.headers.raw_items())
                socket.send(request.body.decode())
                self.departed()
                pieces: list[JsonValue] = []
                is_last = False
                while not is_last:
                    pieces.append(_decoded(socket.recv(self.timeout.total_seconds())))
                    is_last = self.until is None or self._is_last(pieces[-1])
                    self.heard(is_last)
        except InvalidStatus as refusal:
            return Response(refusal.response.status_code, (), bytes(refusal.response.body or b""))
        except InvalidHandshake as error:
            raise Unanswered(f"no WebSocket was opened: {error}") from error
        headers_kept = tuple((name.lower(), value) for name, value in kept)
        return Response(200, headers_kept, json.dumps(pieces).encode())

    def _is_last(self, piece: JsonValue) -> bool:
        if self.until is None:
            return False
        return bool(jmespath.search(self.until, piece))


def gathered(response: Response, until: str | None) -> Response | None:
    """A response that has arrived whole, with the list of the data of its server-sent events as its
    JSON; None where it ended before the last of them."""
    kind = dict(response.headers).get("content-type", "")
    if not kind.startswith("text/event-stream"):
        return response
    pieces: list[JsonValue] = []
    for event in SSEClient(iter((response.body,))).events():
        pieces.append(_decoded(event.data))
        if until is not None and jmespath.search(until, pieces[-1]):
            break
    else:
        if until is not None:
            return None
    return replace(response, body=json.dumps(pieces).encode())


def _target(request: Request) -> str:
    return f"{request.path}?{request.query}" if request.query else request.path


def _chunks(response: HTTPResponse) -> Iterator[bytes]:
    while chunk := response.read1():
        yield chunk


def _decoded(data: str | bytes) -> JsonValue:
    """A piece as JSON, or as the text that it is."""
    text = data if isinstance(data, str) else data.decode(errors="replace")
    try:
        document: JsonValue = json.loads(text)
    except ValueError:
        return text
    return document
