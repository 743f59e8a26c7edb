"""Tells of each request that was served: the one record of access."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coolwind.clock import Clock
from coolwind.events import Event, EventName, Listener


def belongs_to(request: Request, session_id: str | None) -> None:
    """Write down which session the request is about."""
    request.state.session_id = session_id


class RequestWatch:
    """Announces `request.served` after each request, in all that the app inside makes of it.

    Its fields are `method`; `route`, the path as the service describes it, None where there is no
    such route; `status`, None where the browser left before there was one; and `seconds`. Paths
    and addresses of customers are not among them.
    """

    def __init__(self, app: ASGIApp, clock: Clock, listener: Listener) -> None:
        self._app = app
        self._clock = clock
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        began = self._clock.monotonic()
        status: int | None = None

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        except Exception:
            # It is answered outside of here.
            status = 500
            raise
        finally:
            route = scope.get("route")
            fields = {
                "method": scope["method"],
                "route": getattr(route, "path", None),
                "status": status,
                "seconds": self._clock.monotonic() - began,
            }
            session_id = state.get("session_id")
            self._listener(Event(EventName.REQUEST_SERVED, session_id, fields))
