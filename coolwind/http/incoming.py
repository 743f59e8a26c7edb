"""What a browser presents: the body, the cookies and the message's name, all of it untrusted."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pydantic import ValidationError
from starlette.requests import Request

from coolwind.http.problems import (
    INVALID,
    MALFORMED,
    MALFORMED_COOKIE,
    NOT_JSON,
    TOO_LARGE,
    BadRequest,
)
from coolwind.http.wire import ChatRequest, checked_name, checked_session_id
from coolwind.messages import Message

MAX_BODY = 65_536
"""Bytes of a request's body."""

SESSION_COOKIE = "chat_session_id"
PROOF_COOKIE = "chat_session_proof"
SESSION_PARAMETER = "sessionId"
MESSAGE_HEADER = "Idempotency-Key"

_TOO_LONG = f"The body is longer than {MAX_BODY} bytes."
PROOF_PATTERN = r"[A-Za-z0-9._~-]{1,256}"
_NO_JSON = "The body is not valid JSON in UTF-8."
_JSON = re.compile(r"application/([a-z0-9!#$&^_.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_BARE = re.compile(r"[!#-+\--~]+")


@dataclass(frozen=True, slots=True)
class Presented:
    """The session that a browser asks for, and the proof beside it."""

    session_id: str | None
    proof: str | None


def presented_by(cookies: Mapping[str, str], asked_for: str | None = None) -> Presented:
    """The session that the cookies name, else the one asked for. Raises `BadRequest`."""
    session_id = cookies.get(SESSION_COOKIE)
    proof = cookies.get(PROOF_COOKIE)
    if proof is not None and not re.fullmatch(PROOF_PATTERN, proof):
        raise BadRequest(
            MALFORMED_COOKIE, f"The cookie {PROOF_COOKIE} is no proof of this service."
        )
    try:
        if session_id is not None:
            return Presented(checked_session_id(session_id), proof)
    except ValueError as error:
        raise BadRequest(
            MALFORMED_COOKIE, f"The cookie {SESSION_COOKIE} is bad: {error}."
        ) from None
    try:
        return Presented(None if asked_for is None else checked_session_id(asked_for), proof)
    except ValueError as error:
        raise BadRequest(MALFORMED, f"The parameter {SESSION_PARAMETER} is bad: {error}.") from None


def message_in(body: bytes, presented: Presented, named: str | None = None) -> Message:
    """The message in a body, with what was presented beside it. Raises `BadRequest`.

    `named` is the message ID that the header gives, if it gives one.
    """
    if len(body) > MAX_BODY:
        raise BadRequest(TOO_LARGE, _TOO_LONG)
    request = _parse(body)
    if named is not None and request.message_id not in (None, named):
        raise BadRequest(MALFORMED, f"{MESSAGE_HEADER} and messageId name two different messages.")
    return Message(
        text=request.message,
        session_id=presented.session_id or request.session_id,
        proof=presented.proof,
        message_id=named or request.message_id,
        customer_id=request.user_id,
    )


def read_presented(request: Request) -> Presented:
    """The session that a request asks for without a message. Raises `BadRequest`."""
    return presented_by(request.cookies, request.query_params.get(SESSION_PARAMETER))


async def read_message(request: Request) -> Message:
    """The message in a request, with what was presented beside it. Raises `BadRequest`."""
    presented = presented_by(request.cookies)
    named = _message_name(request)
    return message_in(await _read_body(request), presented, named)


async def _read_body(request: Request) -> bytes:
    """The body, or of one that is too long only so much that it shows."""
    if not _JSON.fullmatch(request.headers.get("content-type", "")):
        raise BadRequest(NOT_JSON, "The Content-Type of the body is not application/json.")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > MAX_BODY:
        raise BadRequest(TOO_LARGE, _TOO_LONG)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            break
    return bytes(body)


def _parse(body: bytes) -> ChatRequest:
    if b"NaN" in body or b"Infinity" in body:
        _refuse_constants(body)
    try:
        return ChatRequest.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        if first["type"] == "json_invalid":
            raise BadRequest(MALFORMED, _NO_JSON) from None
        place = ".".join(str(part) for part in first["loc"]) or "The body"
        what = first["msg"].removeprefix("Value error, ")
        raise BadRequest(INVALID, f"{place}: {what}.") from None


def _refuse_constants(body: bytes) -> None:
    """Refuse numbers that JSON does not have; Pydantic reads them all the same."""

    def refuse(name: str) -> NoReturn:
        raise ValueError(name)

    try:
        json.loads(body, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise BadRequest(MALFORMED, _NO_JSON) from None


def _message_name(request: Request) -> str | None:
    """The message ID in the header, a quoted string as the draft of the header has it, or bare."""
    values = request.headers.getlist(MESSAGE_HEADER)
    if not values:
        return None
    text = values[0].strip(" \t")
    quoted = _QUOTED.fullmatch(text)
    if len(values) > 1 or not (quoted or _BARE.fullmatch(text)):
        raise BadRequest(MALFORMED, f"{MESSAGE_HEADER} is not one quoted string.")
    try:
        return checked_name(re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text)
    except ValueError as error:
        raise BadRequest(MALFORMED, f"{MESSAGE_HEADER} is bad: {error}.") from None
