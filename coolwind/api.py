"""HTTP to message and back; everything else happens in the service."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from coolwind.errors import CoolwindError, NoSuchSession, UnreadableState
from coolwind.http.description import (
    CHAT_REQUEST,
    GIVES_COOKIES,
    SESSION_REQUEST,
    TAKES_COOKIES,
    described,
)
from coolwind.http.incoming import (
    PROOF_COOKIE,
    SESSION_COOKIE,
    Presented,
    read_message,
    read_presented,
)
from coolwind.http.problems import (
    INVALID,
    MALFORMED,
    MALFORMED_COOKIE,
    MESSAGE_REUSED,
    NO_SUCH_SESSION,
    NOT_FOUND,
    NOT_JSON,
    STORE_UNAVAILABLE,
    TOO_LARGE,
    UNEXPECTED,
    UNREADABLE_STATE,
    WRONG_METHOD,
    BadRequest,
    error_response,
    problem_response,
)
from coolwind.http.watching import belongs_to
from coolwind.http.wire import (
    ChatResponse,
    HealthResponse,
    SessionResponse,
    chat_response,
    session_response,
)
from coolwind.messages import Answer
from coolwind.metrics import CONTENT_TYPE, Metrics
from coolwind.service import ChatService

_REFUSALS = (MALFORMED, TOO_LARGE, NOT_JSON, INVALID, MESSAGE_REUSED)
_TROUBLES = (UNREADABLE_STATE, UNEXPECTED, STORE_UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class CookiePolicy:
    """How long the cookies live, and whether they are always for encrypted connections only."""

    max_age: timedelta
    always_secure: bool

    def give(self, response: Response, request: Request, answer: Answer) -> None:
        """Give the browser the session and its proof."""
        for name, value in ((SESSION_COOKIE, answer.session_id), (PROOF_COOKIE, answer.proof)):
            response.set_cookie(
                name,
                value,
                max_age=int(self.max_age.total_seconds()),
                secure=self._is_secure(request),
                httponly=True,
                samesite="lax",
            )

    def take(self, response: Response, request: Request) -> None:
        """Take both cookies away."""
        for name in (SESSION_COOKIE, PROOF_COOKIE):
            response.delete_cookie(
                name, secure=self._is_secure(request), httponly=True, samesite="lax"
            )

    def _is_secure(self, request: Request) -> bool:
        return self.always_secure or request.url.scheme == "https"


def chat_routes(service: ChatService, metrics: Metrics, cookies: CookiePolicy) -> APIRouter:
    """The routes of the chat."""
    routes = APIRouter()

    @routes.post(
        "/api/chat",
        summary="Send one message of a conversation",
        description="A message that names a session without its proof, or one that is unknown, "
        "expired or cleared, begins a new session: the answer is fresh, and gives its cookies.",
        response_model=ChatResponse,
        responses={
            200: GIVES_COOKIES,
            **described(*_REFUSALS, *_TROUBLES, taking_cookies=(MALFORMED,)),
        },
        openapi_extra=CHAT_REQUEST,
    )
    async def chat(request: Request) -> Response:
        message = await read_message(request)
        belongs_to(request, message.session_id)
        answer = await service.handle(message)
        belongs_to(request, answer.session_id)
        response = _fresh_json(chat_response(answer))
        cookies.give(response, request, answer)
        return response

    @routes.get(
        "/api/chat/session",
        summary="Read the own conversation as it is stored",
        description="A session without its proof is answered like one that does not exist.",
        response_model=SessionResponse,
        responses=described(MALFORMED, NO_SUCH_SESSION, *_TROUBLES, taking_cookies=(MALFORMED,)),
        openapi_extra=SESSION_REQUEST,
    )
    async def read_session(request: Request) -> Response:
        presented = read_presented(request)
        belongs_to(request, presented.session_id)
        session = await service.read(_named(presented), presented.proof)
        return _fresh_json(session_response(session, service.waiting_flow(session)))

    @routes.delete(
        "/api/chat/clear",
        summary="Forget the own conversation",
        description="A session without its proof is answered like one that does not exist. "
        "Whatever comes of it, the browser loses both cookies, except when the store cannot be "
        "reached, the service fails, or the parameter sessionId is no session ID.",
        status_code=204,
        response_class=Response,
        responses={
            204: TAKES_COOKIES,
            **described(
                MALFORMED,
                NO_SUCH_SESSION,
                *_TROUBLES,
                taking_cookies=(MALFORMED, NO_SUCH_SESSION, UNREADABLE_STATE),
            ),
        },
        openapi_extra=SESSION_REQUEST,
    )
    async def clear(request: Request) -> Response:
        presented = read_presented(request)
        belongs_to(request, presented.session_id)
        response = Response(status_code=204)
        try:
            await service.clear(_named(presented), presented.proof)
        except (NoSuchSession, UnreadableState) as error:
            response = error_response(error)
        cookies.take(response, request)
        return response

    @routes.head(
        "/health",
        summary="The same as GET, without the body",
        response_model=HealthResponse,
        responses=described(UNEXPECTED, STORE_UNAVAILABLE),
    )
    @routes.get(
        "/health",
        summary="See whether the service answers and its store can be read and written",
        response_model=HealthResponse,
        responses=described(UNEXPECTED, STORE_UNAVAILABLE),
    )
    async def health() -> Response:
        await service.check_store()
        return _fresh_json(HealthResponse(status="ok"))

    @routes.get(
        "/metrics",
        summary="The metrics of this process, for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def expose_metrics() -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)

    return routes


def answer_errors(app: FastAPI, cookies: CookiePolicy) -> None:
    """Make every error that leaves a route a problem document."""

    @app.exception_handler(BadRequest)
    async def bad_request(request: Request, error: BadRequest) -> Response:
        response = problem_response(error.problem, str(error))
        if error.problem is MALFORMED_COOKIE:
            # The browser would present it again for ever.
            cookies.take(response, request)
        return response

    @app.exception_handler(CoolwindError)
    async def raised_on_purpose(_: Request, error: CoolwindError) -> Response:
        return error_response(error)

    @app.exception_handler(HTTPException)
    async def no_route(_: Request, error: HTTPException) -> Response:
        problem = WRONG_METHOD if error.status_code == WRONG_METHOD.status else NOT_FOUND
        response = problem_response(problem, "No route of the service takes this request.")
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, _error: Exception) -> Response:
        return problem_response(UNEXPECTED, "It is not known whether the request was served.")


def _named(presented: Presented) -> str:
    if presented.session_id is None:
        raise NoSuchSession("No conversation was asked for: send a message to begin one.")
    return presented.session_id


def _fresh_json(content: BaseModel) -> Response:
    document = content.model_dump(mode="json", by_alias=True)
    return JSONResponse(document, headers={"Cache-Control": "no-store"})
