"""What the OpenAPI document says beyond what FastAPI can see in the routes."""

from collections.abc import Collection
from typing import Any, TypeAlias

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from coolwind.http.incoming import (
    MAX_BODY,
    MESSAGE_HEADER,
    PROOF_COOKIE,
    PROOF_PATTERN,
    SESSION_COOKIE,
    SESSION_PARAMETER,
)
from coolwind.http.problems import MEDIA_TYPE, RETRY_AFTER, Problem, ProblemDocument
from coolwind.http.wire import ChatRequest

Description: TypeAlias = dict[str, Any]
"""A piece of an OpenAPI document."""

_TEXT = {"type": "string"}
_SESSION_ID = {"type": "string", "format": "uuid"}

_COOKIES = [
    {
        "name": SESSION_COOKIE,
        "in": "cookie",
        "required": False,
        "description": "The session; goes before a session ID given elsewhere.",
        "schema": _SESSION_ID,
    },
    {
        "name": PROOF_COOKIE,
        "in": "cookie",
        "required": False,
        "description": "The secret that shows the session to be the customer's own.",
        "schema": {**_TEXT, "pattern": f"^{PROOF_PATTERN}$"},
    },
]

SESSION_REQUEST: Description = {
    "parameters": [
        *_COOKIES,
        {
            "name": SESSION_PARAMETER,
            "in": "query",
            "required": False,
            "description": "The session, where no cookie names it.",
            "schema": _SESSION_ID,
        },
    ]
}

CHAT_REQUEST: Description = {
    "parameters": [
        *_COOKIES,
        {
            "name": MESSAGE_HEADER,
            "in": "header",
            "required": False,
            "description": "Names this message for good, as a quoted string "
            "(draft-ietf-httpapi-idempotency-key-header) or bare; like messageId in the body.",
            "schema": _TEXT,
            "example": '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
        },
    ],
    "requestBody": {
        "required": True,
        "description": f"At most {MAX_BODY} bytes.",
        "content": {"application/json": {"schema": ChatRequest.model_json_schema()}},
    },
}

GIVES_COOKIES: Description = {
    "description": "The reply",
    "headers": {
        "Set-Cookie": {
            "description": f"{SESSION_COOKIE} and {PROOF_COOKIE}, each in a header of its own.",
            "schema": _TEXT,
        }
    },
}

_COOKIES_TAKEN: Description = {
    "Set-Cookie": {
        "description": "Takes both cookies away, each in a header of its own.",
        "schema": _TEXT,
    }
}

TAKES_COOKIES: Description = {
    "description": "The conversation is forgotten",
    "headers": _COOKIES_TAKEN,
}


def described(
    *problems: Problem, taking_cookies: Collection[Problem] = ()
) -> dict[int | str, Description]:
    """The responses for these problems, for a route's `responses`.

    Those `taking_cookies` can take the cookies away.
    """
    descriptions: dict[int | str, Description] = {}
    for problem in problems:
        earlier = descriptions.get(problem.status)
        title = problem.title if earlier is None else f"{earlier['description']}; {problem.title}"
        descriptions[problem.status] = {"model": ProblemDocument, "description": title}
        if "Retry-After" in problem.headers:
            descriptions[problem.status]["headers"] = {
                "Retry-After": {
                    "description": "Seconds.",
                    "schema": {"type": "integer"},
                    "example": RETRY_AFTER,
                }
            }
    for problem in taking_cookies:
        descriptions[problem.status]["headers"] = _COOKIES_TAKEN
    return descriptions


def describe(app: FastAPI) -> Description:
    """The OpenAPI document of the app, in which every problem has the media type of problems."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes
        )
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        response["content"] = {
                            MEDIA_TYPE: response["content"].pop("application/json")
                        }
        app.openapi_schema = document
    return app.openapi_schema
