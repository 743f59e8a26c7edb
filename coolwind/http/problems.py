"""What can be wrong with a request or with the service, as RFC 9457 problem documents."""

from dataclasses import dataclass, field, replace

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from coolwind.errors import (
    CoolwindError,
    MessageReused,
    NoSuchSession,
    StoreUnavailable,
    UnreadableState,
)
from coolwind.http.wire import Text

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 5
"""Seconds after which a client may try again."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem; `name` ends its type URN, `sentence` is for the customer to read."""

    name: str
    status: int
    title: str
    remedy: str
    sentence: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


MALFORMED = Problem(
    "malformed-request", 400, "The request is malformed", "Correct the request and send it again."
)
MALFORMED_COOKIE = replace(
    MALFORMED, name="malformed-cookie", remedy="Send the request again without the bad cookie."
)
TOO_LARGE = Problem(
    "body-too-large", 413, "The body is too large", "Send a body of at most 65536 bytes."
)
NOT_JSON = Problem(
    "unsupported-media-type",
    415,
    "The body is not declared as JSON",
    "Send the header Content-Type: application/json.",
)
INVALID = Problem(
    "invalid-message", 422, "The message is not valid", "Correct the named field and send it again."
)
MESSAGE_REUSED = Problem(
    "message-reused",
    422,
    "The message ID was used before",
    "Send the message with an ID of its own.",
)
NO_SUCH_SESSION = Problem(
    "no-such-session",
    404,
    "There is no such session",
    "Send a message to begin a conversation.",
)
STORE_UNAVAILABLE = Problem(
    "store-unavailable",
    503,
    "The store cannot be reached",
    "Send the same request again, with the same message ID, after the time in Retry-After.",
    "I cannot reach my notes just now. Nothing is lost: please send your message again in a "
    "moment.",
    {"Retry-After": str(RETRY_AFTER)},
)
UNREADABLE_STATE = Problem(
    "unreadable-state",
    500,
    "The stored conversation cannot be read",
    "Clear the conversation to begin another, or wait until the service is mended.",
    "I cannot read our earlier conversation. Please try again later, or clear this chat to start "
    "afresh.",
)
NOT_FOUND = Problem(
    "not-found", 404, "There is nothing here", "See /openapi.json for what there is."
)
WRONG_METHOD = Problem(
    "method-not-allowed",
    405,
    "This method is not allowed here",
    "See /openapi.json for the methods that are.",
)
UNEXPECTED = Problem(
    "unexpected-error",
    500,
    "The service failed",
    "Try again later; the service's log tells more.",
    "Something went wrong on my side. Please send your message again in a moment.",
)


class BadRequest(Exception):
    """A request that the service refuses; the text says what is wrong with this one."""

    def __init__(self, problem: Problem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


class ProblemDocument(BaseModel):
    """A problem as RFC 9457 has it. `response` is a sentence for the customer, where one helps."""

    type: str = Field(examples=["urn:problem-type:coolwind:message-reused"])
    title: str
    status: int
    detail: str
    remedy: str
    response: Text | None = None


def error_response(error: CoolwindError) -> JSONResponse:
    """The HTTP response for what the service raises. What concerns its insides is not told."""
    match error:
        case MessageReused():
            return problem_response(MESSAGE_REUSED, str(error))
        case NoSuchSession():
            return problem_response(NO_SUCH_SESSION, str(error))
        case StoreUnavailable():
            return problem_response(STORE_UNAVAILABLE, "The session and its cookies are kept.")
        case UnreadableState():
            return problem_response(UNREADABLE_STATE, "The conversation was left as it is.")
        case _:
            return problem_response(UNEXPECTED, "It is not known whether the request was served.")


def problem_response(problem: Problem, detail: str) -> JSONResponse:
    """The HTTP response for a problem."""
    document = ProblemDocument(
        type=f"urn:problem-type:coolwind:{problem.name}",
        title=problem.title,
        status=problem.status,
        detail=detail,
        remedy=problem.remedy,
        response=None if problem.sentence is None else Text(text=problem.sentence),
    )
    return JSONResponse(
        document.model_dump(by_alias=True, exclude_none=True),
        status_code=problem.status,
        headers={"Cache-Control": "no-store", **problem.headers},
        media_type=MEDIA_TYPE,
    )
