"""The HTTP and the JSON in which a chat service is spoken to."""

import json
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, TypeAlias
from urllib.parse import urlencode

from simulators.conversation import Cookie
from simulators.errors import TargetError
from simulators.targets.cookies.places import Place, cookie_header
from simulators.targets.cookies.set_cookie import read_set_cookie
from simulators.targets.speech.pieces import Stream
from simulators.targets.target import Delivery
from simulators.trace import Answer, JsonValue

Event: TypeAlias = MutableMapping[str, Any]
"""An ASGI event, or an ASGI scope."""
_OF_A_BODY: Final = frozenset({"accept", "content-length", "content-type"})


@dataclass(frozen=True, slots=True)
class Wire:
    """The JSON that the application speaks: the seed's, unless told otherwise.

    The fields of a reply are paths of keys.
    """

    chat_path: str = "/api/chat"
    clear_path: str = "/api/chat/clear"
    read_path: str = "/api/chat/session"
    message: str = "message"
    session_id: str = "sessionId"
    """In the body of a message; in the query where a chat is cleared or read."""
    customer_id: str = "userId"
    message_id: str = "messageId"
    reply_text: tuple[str, ...] = ("response", "text")
    reply_quick_replies: tuple[str, ...] = ("response", "quickReplies")
    reply_session_id: tuple[str, ...] = ("sessionId",)
    reply_intent: tuple[str, ...] = ("intent",)
    reply_escalated: tuple[str, ...] = ("escalated",)
    reply_flow: tuple[str, ...] = ("flow",)
    reply_step: tuple[str, ...] = ("step",)
    reply_served_from: tuple[str, ...] = ("served_from",)
    reply_fresh: tuple[str, ...] = ("fresh",)
    history: tuple[str, ...] = ("history",)
    """Where a conversation that is read has the list of its messages."""
    history_text: tuple[str, ...] = ("text",)

    def body(self, delivery: Delivery) -> bytes:
        """The JSON in which a message is delivered."""
        fields = {
            self.message: delivery.text,
            self.session_id: delivery.session_id,
            self.customer_id: delivery.user_id,
            self.message_id: delivery.message_id or None,
        }
        given = {key: value for key, value in fields.items() if value is not None}
        return json.dumps(given).encode("ascii")

    def chat(self, delivery: Delivery) -> "Request":
        """The request by which a message is delivered."""
        body = self.body(delivery)
        headers = (("content-type", "application/json"), ("content-length", str(len(body))))
        cookies = _cookies(delivery, self.chat_path)
        return Request("POST", self.chat_path, (*headers, *cookies), body=body)

    def clear(self, delivery: Delivery) -> "Request":
        """The request by which a customer clears the chat."""
        cookies = _cookies(delivery, self.clear_path)
        return Request("DELETE", self.clear_path, cookies, self._query(delivery))

    def read(self, delivery: Delivery) -> "Request":
        """The request by which a customer asks for the conversation so far."""
        cookies = _cookies(delivery, self.read_path)
        return Request("GET", self.read_path, cookies, self._query(delivery))

    def shown(self, response: "Response") -> Answer:
        """What a customer reads who asked for it, one message a line. Raises `TargetError` where it
        is not of this form."""
        body = response.document()
        if response.status >= HTTPStatus.BAD_REQUEST:
            text = sentence(body) or response.excerpt()
            return Answer(response.status, text, retry_after=response.retry_after())
        history = _at(body, self.history)
        if not isinstance(history, list):
            raise TargetError(
                f"the application answered {response.status} without {'.'.join(self.history)} in"
                f" its JSON: {response.excerpt()}"
            )
        texts = (_text(_at(entry, self.history_text)) for entry in history)
        return Answer(response.status, "\n".join(text for text in texts if text is not None))

    def _query(self, delivery: Delivery) -> str:
        return urlencode({self.session_id: delivery.session_id} if delivery.session_id else {})

    def answer(self, response: "Response", now: datetime, path: str | None = None) -> Answer:
        """What a response says, from that path or the chat's own. Raises `TargetError` when a
        reply is not of this form."""
        body = response.document()
        text = _at(body, self.reply_text)
        is_error = response.status >= HTTPStatus.BAD_REQUEST
        if not isinstance(text, str):
            if not is_error and response.status != HTTPStatus.NO_CONTENT:
                raise TargetError(
                    f"the application answered {response.status} without"
                    f" {'.'.join(self.reply_text)} in its JSON: {response.excerpt()}"
                )
            text = sentence(body) or response.excerpt()
        fresh, quick_replies = _at(body, self.reply_fresh), _at(body, self.reply_quick_replies)
        escalated = _at(body, self.reply_escalated)
        return Answer(
            status=response.status,
            text=text,
            session_id=_text(_at(body, self.reply_session_id)),
            flow=_text(_at(body, self.reply_flow)),
            step=_text(_at(body, self.reply_step)),
            served_from=_text(_at(body, self.reply_served_from)),
            fresh=fresh if isinstance(fresh, bool) else None,
            quick_replies=tuple(map(str, quick_replies)) if isinstance(quick_replies, list) else (),
            intent=_text(_at(body, self.reply_intent)),
            escalated=escalated if isinstance(escalated, bool) else None,
            cookies=response.cookies(Place(path or self.chat_path), now),
            retry_after=response.retry_after(),
        )


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request of a browser on this machine.

    `stream` says how its answer comes, where that is in pieces. Over a WebSocket, the body is the
    message that is sent.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    query: str = ""
    body: bytes = b""
    stream: Stream | None = None

    @property
    def handshake(self) -> tuple[tuple[str, str], ...]:
        """The headers with which a WebSocket is opened: none of a body."""
        return tuple(header for header in self.headers if header[0] not in _OF_A_BODY)

    def scope(self, state: Mapping[str, object]) -> Event:
        """The request as an ASGI application gets it; `state` is what its lifespan left."""
        headers = (("accept", "application/json"), *self.headers)
        return {"type": "http", "method": self.method, **self._scope("http", headers, state)}

    def scope_of_websocket(self, state: Mapping[str, object]) -> Event:
        """The same where it opens a WebSocket."""
        denial: Event = {"websocket.http.response": {}}
        own = {"type": "websocket", "subprotocols": [], "extensions": denial}
        return {**own, **self._scope("ws", self.handshake, state)}

    def _scope(
        self, scheme: str, headers: tuple[tuple[str, str], ...], state: Mapping[str, object]
    ) -> Event:
        return {
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": scheme,
            "path": self.path,
            "raw_path": self.path.encode(),
            "root_path": "",
            "query_string": self.query.encode(),
            "headers": [
                (name.encode(), value.encode()) for name, value in (("host", "127.0.0.1"), *headers)
            ],
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 80),
            "state": dict(state),
        }

    def event(self) -> Event:
        """The body as an ASGI application receives it."""
        return {"type": "http.request", "body": self.body, "more_body": False}


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response, as it came; header names in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def document(self) -> JsonValue:
        """The body as JSON; None for any other body."""
        try:
            document: JsonValue = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return document

    def excerpt(self) -> str:
        """The beginning of the body, on one line."""
        return " ".join(self.body[:400].decode(errors="replace").split())[:200]

    def cookies(self, place: Place, now: datetime) -> tuple[Cookie, ...]:
        """The cookies that a browser takes from it where it comes from that place."""
        read = (read_set_cookie(value, place, now) for value in self.values("set-cookie"))
        return tuple(cookie for cookie in read if cookie is not None)

    def retry_after(self) -> float | None:
        """Seconds to wait before another try, where it says so in seconds."""
        value = next(self.values("retry-after"), "").strip()
        return float(value) if value.isascii() and value.isdecimal() else None

    def values(self, name: str) -> Iterator[str]:
        """The value of each header of that name, in lower case."""
        return (value for header, value in self.headers if header == name)


def _cookies(delivery: Delivery, path: str) -> tuple[tuple[str, str], ...]:
    header = cookie_header(delivery.jar, path)
    return (("cookie", header),) if header else ()


def _at(document: JsonValue, path: tuple[str, ...]) -> JsonValue:
    for key in path:
        if not isinstance(document, Mapping):
            return None
        document = document.get(key)
    return document


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def sentence(body: JsonValue) -> str | None:
    """What an error document says: as RFC 9457 has it, or as many services do."""
    return next(
        (text for key in ("detail", "message", "error") if (text := _text(_at(body, (key,))))), None
    )
