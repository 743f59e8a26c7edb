"""One request to a server over a real connection, and what comes back: at once or in pieces."""

import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import (
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
)
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

from sseclient import SSEClient
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException
from websockets.sync.client import connect

from simulators.targets.speech.pieces import EVENTS, Stream, decoded
from simulators.targets.speech.wire import Request, Response
from simulators.trace import JsonValue

_LONGEST: Final = 8 * 1024 * 1024
"""Bytes of a reply that is still read."""


class Unanswered(Exception):
    """No whole answer came; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """A way to a server: its URL, and how long to wait for a reply.

    `departed` is called when a request has left, before anything is read of its answer, and `heard`
    after each piece of a reply that comes in pieces, with whether it is known to be the last.
    """

    url: str
    timeout: timedelta = timedelta(seconds=30)
    departed: Callable[[], None] = lambda: None
    heard: Callable[[bool], None] = lambda _: None

    def send(self, request: Request) -> Response:
        """Send a request and wait for the whole answer; that of a stream is a list of JSON.

        Raises `Unanswered` where none came, or only a part of one.
        """
        try:
            if request.stream is not None and request.stream.kind == "websocket":
                return self._over_websocket(request, request.stream)
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
            is_stream = response.getheader("content-type", "").startswith(EVENTS)
            if request.stream is not None and is_stream:
                body = self._events(response, request.stream)
            else:
                body = b"".join(self._chunks(response))
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

    def _events(self, response: HTTPResponse, stream: Stream) -> bytes:
        pieces: list[JsonValue] = []
        for event in SSEClient(self._chunks(response)).events():
            pieces.append(decoded(event.data))
            is_last = stream.is_last(pieces[-1])
            self.heard(is_last)
            if is_last:
                return json.dumps(pieces).encode()
        if stream.until is not None:
            raise Unanswered("the stream ended before its last event")
        return json.dumps(pieces).encode()

    def _chunks(self, response: HTTPResponse) -> Iterator[bytes]:
        """All of a body, as it comes; what has no end within the time, or in that many bytes, is no
        answer."""
        deadline, length = monotonic() + self.timeout.total_seconds(), 0
        while chunk := response.read1():
            length += len(chunk)
            if length > _LONGEST:
                raise Unanswered(f"the reply is longer than {_LONGEST:,} bytes")
            if monotonic() > deadline:
                raise TimeoutError
            yield chunk
        if response.length:
            raise IncompleteRead(b"", response.length)

    def _over_websocket(self, request: Request, stream: Stream) -> Response:
        scheme, _, place = self.url.partition("://")
        try:
            with connect(
                f"{'wss' if scheme == 'https' else 'ws'}://{place}{_target(request)}",
                additional_headers=dict(request.handshake),
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
                    pieces.append(decoded(socket.recv(self.timeout.total_seconds())))
                    is_last = stream.is_last(pieces[-1])
                    self.heard(is_last)
        except InvalidStatus as refusal:
            return Response(refusal.response.status_code, (), bytes(refusal.response.body or b""))
        except InvalidHandshake as error:
            raise Unanswered(f"no WebSocket was opened: {error}") from error
        headers_kept = tuple((name.lower(), value) for name, value in kept)
        return Response(200, headers_kept, json.dumps(pieces).encode())


def _target(request: Request) -> str:
    return f"{request.path}?{request.query}" if request.query else request.path
