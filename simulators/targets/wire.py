"""The HTTP and the JSON in which a chat service is spoken to."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from simulators.conversation import Cookie
from simulators.errors import TargetError
from simulators.targets.set_cookie import read_set_cookie
from simulators.targets.target import Delivery
from simulators.trace import Answer, JsonValue


@dataclass(frozen=True, slots=True)
class Wire:
    """The JSON that the application speaks: the seed's, unless told otherwise.

    The fields of a reply are paths of keys.
    """

    chat_path: str = "/api/chat"
    clear_path: str = "/api/chat/clear"
    message: str = "message"
    session_id: str = "sessionId"
    """In the body of a message; in the query of a cleared chat."""
    customer_id: str = "userId"
    message_id: str = "messageId"
    reply_text: tuple[str, ...] = ("response", "text")
    reply_quick_replies: tuple[str, ...] = ("response", "quickReplies")
    reply_session_id: tuple[str, ...] = ("sessionId",)
    reply_intent: tuple[str, ...] = ("intent",)
    reply_flow: tuple[str, ...] = ("flow",)
    reply_step: tuple[str, ...] = ("step",)
    reply_served_from: tuple[str, ...] = ("served_from",)
    reply_fresh: tuple[str, ...] = ("fresh",)

    def request(self, delivery: Delivery) -> bytes:
        """The body by which a message is delivered."""
        body = {
            self.message: delivery.text,
            self.session_id: delivery.session_id,
            self.customer_id: delivery.customer_id,
            self.message_id: delivery.message_id,
        }
        return json.dumps({key: value for key, value in body.items() if value is not None}).encode()

    def answer(self, response: "Response", now: datetime) -> Answer:
        """What a response says. Raises `TargetError` when a reply is not of this form."""
        body = response.document()
        text = _at(body, self.reply_text)
        is_error = response.status >= HTTPStatus.BAD_REQUEST
        if not isinstance(text, str):
            if not is_error and response.status != HTTPStatus.NO_CONTENT:
                raise TargetError(
                    f"the application answered {response.status} without"
                    f" {'.'.join(self.reply_text)} in its JSON: {response.excerpt()}"
                )
            text = _sentence(body) or response.excerpt()
        fresh, quick_replies = _at(body, self.reply_fresh), _at(body, self.reply_quick_replies)
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
            cookies=response.cookies(now),
            retry_after=response.retry_after(),
        )


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

    def cookies(self, now: datetime) -> tuple[Cookie, ...]:
        """The cookies that it sets."""
        read = (read_set_cookie(value, now) for value in self._values("set-cookie"))
        return tuple(cookie for cookie in read if cookie is not None)

    def retry_after(self) -> float | None:
        """Seconds to wait before another try, where it says so in seconds."""
        value = next(self._values("retry-after"), "").strip()
        return float(value) if value.isascii() and value.isdecimal() else None

    def _values(self, name: str) -> Iterator[str]:
        return (value for header, value in self.headers if header == name)


def _at(document: JsonValue, path: tuple[str, ...]) -> JsonValue:
    for key in path:
        if not isinstance(document, Mapping):
            return None
        document = document.get(key)
    return document


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _sentence(body: JsonValue) -> str | None:
    """What an error document says: as RFC 9457 has it, or as many services do."""
    return next(
        (text for key in ("detail", "message", "error") if (text := _text(_at(body, (key,))))), None
    )
