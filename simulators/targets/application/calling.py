"""How an ASGI application is called, and one HTTP request to it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import TypeAlias

from simulators.targets.wire import Event, Request, Response

Application: TypeAlias = Callable[..., object]
"""What the factory made: nothing is known of it but that it can be called."""

_SETTLING_ROUNDS = 20


async def awaited(result: object) -> None:
    """Wait for what an application returned, where there is something to wait for."""
    if isinstance(result, Awaitable):
        await result


async def exchanged(
    application: Application, request: Request, state: Mapping[str, object]
) -> Response:
    """One request and its response, and whatever the application does right after it. `state` is
    what its lifespan left."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR.value
    headers: tuple[tuple[str, str], ...] = ()
    body = bytearray()
    requested = [request.event()]
    is_over = asyncio.Event()

    async def receive() -> Event:
        if requested:
            return requested.pop()
        await is_over.wait()
        return {"type": "http.disconnect"}

    async def send(event: Event) -> None:
        nonlocal status, headers
        if event["type"] == "http.response.start":
            status = int(event["status"])
            headers = tuple(
                (bytes(name).decode("latin-1").lower(), bytes(value).decode("latin-1"))
                for name, value in event.get("headers", ())
            )
        elif event["type"] == "http.response.body":
            body.extend(event.get("body", b""))
            if not event.get("more_body", False):
                is_over.set()

    # An error is answered with status 500, by the application or, as a server would, by us.
    with suppress(Exception):
        await awaited(application(request.scope(state), receive, send))
    for _ in range(_SETTLING_ROUNDS):
        await asyncio.sleep(0)
    return Response(status, headers, bytes(body))
