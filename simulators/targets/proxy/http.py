"""HTTP/1.1, for stores behind an API and for language models. h11 finds where messages end."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import h11

from simulators.errors import TargetError, UsageError
from simulators.targets.proxy.dialect import Call, Kind, Piece, Refusal, Request, Spoilt
from simulators.targets.proxy.labels import of_path, of_words
from simulators.targets.proxy.recordings import Recorded, Recordings
from simulators.targets.proxy.tcp import Tcp

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_ERRORS: Final[Mapping[str, tuple[HTTPStatus, str]]] = MappingProxyType(
    {
        "503": (HTTPStatus.SERVICE_UNAVAILABLE, ""),
        "500": (HTTPStatus.INTERNAL_SERVER_ERROR, ""),
        "429": (HTTPStatus.TOO_MANY_REQUESTS, "Retry-After: 1\r\n"),
        "504": (HTTPStatus.GATEWAY_TIMEOUT, ""),
    }
)
CUT_OFF, EMPTY, MALFORMED = "cut off", "empty", "malformed"
_SPOILINGS = ("504", "500", "503", CUT_OFF, EMPTY, MALFORMED)
_HOST = re.compile(rb"(?im)^host:[^\r\n]*")
_NOT_TO_BE_COMPRESSED = re.compile(rb"(?im)^accept-encoding:[^\r\n]*\r\n")
_VERSIONS = (b"1.0", b"1.1")
_PROCEED = b"HTTP/1.1 100 Continue\r\n\r\n"


def storing(method: str, path: str) -> Call:
    """What a request asks a store for: all but GET, HEAD and OPTIONS writes."""
    kind = Kind.READ if method in _READING else Kind.WRITE
    return Call(kind, of_words(method, of_path(path)))


def completing(method: str, path: str) -> Call:
    """What a request asks a language model for."""
    del method, path
    return Call(Kind.COMPLETE)


@dataclass(slots=True)
class _Trip:
    """One request and its response, as far as they have been read."""

    request: h11.Request
    body: bytes
    parser: h11.Connection
    response: h11.Response | None = None
    content: bytes = b""
    is_over: bool = False
    held: bytes = b""


class Http:
    """One connection.

    `host` is what the upstream calls itself. Answers are taken from the recordings, and kept in
    them, where there are any: then one is passed on as a whole, and of several to the same request,
    asked at once, everybody gets the one that is kept. WebSockets are counted as bytes.
    """

    refusals = tuple(_ERRORS)
    spoilings = _SPOILINGS
    is_settled = True

    def __init__(
        self,
        call_of: Callable[[str, str], Call],
        host: str | None = None,
        recordings: Recordings | None = None,
    ) -> None:
        self.has_changed = False
        """Whether something durable was changed by the last round trip."""
        self._call_of = call_of
        self._host = host
        self._recordings = recordings
        self._opaque: Tcp | None = None
        self._trip: _Trip | None = None
        self._call = Call(Kind.READ)
        self._has_said_proceed = False

    def take_request(self, buffer: bytearray) -> Request | None:
        """The next request, with all of its body."""
        if self._opaque is not None:
            return self._opaque.take_request(buffer)
        parser = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
        head, body = self._read(parser, buffer)
        if head is None:
            return None
        if body is None:
            if parser.they_are_waiting_for_100_continue and not self._has_said_proceed:
                self._has_said_proceed = True
                return Request(b"", answer=_PROCEED)
            return None
        self._has_said_proceed = False
        rest = parser.trailing_data[0]
        raw = bytes(buffer[: len(buffer) - len(rest)])
        buffer[:] = rest
        return self._asked(raw, head, body)

    def take_more(self, buffer: bytearray) -> bytes:
        """Nothing, but where bytes are bytes."""
        return b"" if self._opaque is None else self._opaque.take_more(buffer)

    def take_unasked(self, buffer: bytearray) -> bytes:
        """All that is there: a server that says something unasked is about to hang up."""
        raw = bytes(buffer)
        buffer.clear()
        return raw

    def take_answer(self, buffer: bytearray, is_closed: bool) -> Piece:
        """The response, as it comes in, or as a whole where it is recorded."""
        if self._opaque is not None:
            self.has_changed = True
            return self._opaque.take_answer(buffer, is_closed)
        assert self._trip is not None
        trip, raw = self._trip, bytes(buffer)
        buffer.clear()
        if raw:
            self._follow(trip, raw)
        if is_closed and not trip.is_over:
            self._follow(trip, b"")
        is_last = trip.is_over or is_closed
        if self._recordings is None:
            self.has_changed = is_last and self._changes(trip)
            return Piece(raw, is_last)
        trip.held += raw
        if not is_last:
            return Piece(b"", is_last)
        self.has_changed = self._changes(trip)
        return Piece(self._recorded(trip, self._recordings), is_last)

    def refuse(self, refusal: str) -> Refusal:
        """That status, with a JSON body as APIs send it, without the upstream being asked."""
        if refusal not in _ERRORS:
            raise UsageError(
                f"no {refusal!r} is answered over HTTP; ask for one of {', '.join(_ERRORS)}"
            )
        answer = self._readable(_error(refusal))
        return Refusal(b"", lambda _: answer)

    def spoil(self, spoiling: str, answer: bytes) -> Spoilt:
        """A status in the place of the answer; or the answer without its second half: `cut off`
        with the connection dropped, `malformed` as a whole body; or none of it: `empty`."""
        if spoiling not in _SPOILINGS:
            raise UsageError(
                f"no {spoiling!r} comes in the place of an answer over HTTP; ask for one of"
                f" {', '.join(_SPOILINGS)}"
            )
        if spoiling in _ERRORS:
            return Spoilt(self._readable(_error(spoiling)), is_final=False)
        assert self._trip is not None
        content = self._trip.content
        if spoiling == CUT_OFF:
            head, end, body = answer.partition(b"\r\n\r\n")
            return Spoilt(head + end + body[: len(body) // 2], is_final=True)
        half = b"" if spoiling == EMPTY else content[: len(content) // 2] or b"{"
        response = self._trip.response
        answer = _response(_status(response), _header(response, b"content-type"), half)
        return Spoilt(self._readable(answer), is_final=False)

    def _readable(self, answer: bytes) -> bytes:
        """The answer as the client reads it: one to HEAD has no body."""
        assert self._trip is not None
        head, end, body = answer.partition(b"\r\n\r\n")
        return head + end + (b"" if self._trip.request.method == b"HEAD" else body)

    def _read(
        self, parser: h11.Connection, buffer: bytearray
    ) -> tuple[h11.Request | None, bytes | None]:
        """The head, and the body where all of it is there."""
        parser.receive_data(bytes(buffer))
        head, body = None, b""
        try:
            while True:
                event = parser.next_event()
                match event:
                    case h11.Request(http_version=version):
                        if version not in _VERSIONS:
                            raise _foreign(f"version {version.decode('ascii')}")
                        head = event
                    case h11.Data():
                        body += bytes(event.data)
                    case h11.EndOfMessage():
                        return head, body
                    case _:
                        return head, None
        except h11.RemoteProtocolError as error:
            raise _foreign(str(error)) from None

    def _asked(self, raw: bytes, head: h11.Request, body: bytes) -> Request:
        method, target = head.method.decode("ascii"), head.target.decode("ascii")
        self._call = self._call_of(method, target)
        self.has_changed = False
        self._trip = _Trip(head, body, _awaiting_answer(head))
        answer = None
        if self._recordings is not None:
            recorded = self._recordings.find(method, target, body)
            if recorded is not None:
                answer = _given(recorded)
                self._trip.response = h11.Response(
                    status_code=recorded.status,
                    headers=[("content-type", recorded.content_type)],
                )
                self._trip.content = recorded.body
        return Request(self._addressed(raw), self._call, answer)

    def _addressed(self, raw: bytes) -> bytes:
        head, end, body = raw.partition(b"\r\n\r\n")
        if self._host is not None:
            head = _HOST.sub(b"Host: " + self._host.encode("ascii"), head, count=1)
        if self._recordings is not None:
            head = _NOT_TO_BE_COMPRESSED.sub(b"", head + b"\r\n").removesuffix(b"\r\n")
        return head + end + body

    def _follow(self, trip: _Trip, raw: bytes) -> None:
        trip.parser.receive_data(raw)
        try:
            while not trip.is_over:
                event = trip.parser.next_event()
                match event:
                    case h11.InformationalResponse(status_code=101):
                        self._opaque = Tcp()
                        trip.is_over = True
                    case h11.Response():
                        trip.response = event
                    case h11.Data():
                        trip.content += bytes(event.data)
                    case h11.EndOfMessage():
                        trip.is_over = True
                    case h11.InformationalResponse():
                        pass
                    case _:
                        return
        except h11.RemoteProtocolError as error:
            if raw:
                raise TargetError(
                    f"what the upstream answers is no HTTP/1.1 ({error}); set its protocol to tcp,"
                    " or to what it speaks"
                ) from None

    def _changes(self, trip: _Trip) -> bool:
        return self._call.kind is Kind.WRITE and _status(trip.response) < HTTPStatus.BAD_REQUEST

    def _recorded(self, trip: _Trip, recordings: Recordings) -> bytes:
        """The response, once it is kept; another one, where that was kept meanwhile."""
        if trip.response is None or not trip.is_over:
            return trip.held
        content_type, encoding = (
            _header(trip.response, name) for name in (b"content-type", b"content-encoding")
        )
        answer = Recorded(_status(trip.response), content_type, trip.content, encoding)
        method, target = (one.decode("ascii") for one in (trip.request.method, trip.request.target))
        kept = recordings.keep(method, target, trip.body, answer)
        if kept == answer:
            return trip.held
        trip.content = kept.body
        return self._readable(_given(kept))


def _foreign(why: str) -> TargetError:
    return TargetError(
        f"what a client sends is no HTTP/1.1 ({why}); set the protocol of this store to tcp, or to"
        " what it speaks"
    )


def _awaiting_answer(head: h11.Request) -> h11.Connection:
    """A parser for the answer to that request; of the request, only what has to do with how the
    answer ends counts for it."""
    parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=1 << 20)
    headers = [(b"host", b"upstream")]
    for name, value in head.headers:
        if name in (b"connection", b"upgrade"):
            headers.append((bytes(name), bytes(value)))
    parser.send(h11.Request(method=head.method, target="/", headers=headers))
    parser.send(h11.EndOfMessage())
    return parser


def _status(response: h11.Response | None) -> int:
    return HTTPStatus.BAD_GATEWAY if response is None else response.status_code


def _header(response: h11.Response | None, wanted: bytes) -> str:
    headers = () if response is None else response.headers
    default = "application/json" if wanted == b"content-type" else ""
    return next((value.decode("latin-1") for name, value in headers if name == wanted), default)


def _error(code: str) -> bytes:
    status, headers = _ERRORS[code]
    error = {"code": status.value, "message": status.phrase}
    return _response(status, "application/json", json.dumps({"error": error}).encode(), headers)


def _given(recorded: Recorded) -> bytes:
    encoding = recorded.encoding and f"Content-Encoding: {recorded.encoding}\r\n"
    return _response(recorded.status, recorded.content_type, recorded.body, encoding)


def _response(status: int, content_type: str, body: bytes, headers: str = "") -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    head = (
        f"HTTP/1.1 {int(status)} {phrase}\r\nContent-Type: {content_type}\r\n{headers}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1") + body
