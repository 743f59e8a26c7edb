"""How an ASGI application is called, and one HTTP request to it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import TypeAlias

from simulators.targets.wire import Event, Request, Response

Application: TypeAlias = Callable[..., object]
"""What the factory made: nothing is known of it but that it can be called."""


async def awaited(result: object) -> None:
    """Wait for what an application returned, where there is something to wait for."""
    if isinstance(result, Awaitable):
        await result


class Exchange:
    """One request and its response.

    `is_dead` says whether the application has died: what it says then is heard by nobody.
    `answered` is called when all of the response is there.
    """

    def __init__(
        self, request: Request, is_dead: Callable[[], bool], answered: Callable[[], None]
    ) -> None:
        self._request = request
        self._is_dead = is_dead
        self._answered = answered
        self._requested = [request.event()]
        self._status = HTTPStatus.INTERNAL_SERVER_ERROR.value
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body = bytearray()
        self._is_over = asyncio.Event()
        self._is_left = self._has_begun = False

    @property
    def response(self) -> Response | None:
        """What was answered, None where the application died, was left, or broke off, before all of
        it was."""
        is_cut = self._is_dead() or self._is_left or self._has_begun
        if is_cut and not self._is_over.is_set():
            return None
        return Response(self._status, self._headers, bytes(self._body))

    def leave(self) -> Response | None:
        """The customer waits no longer; what they had as an answer, None for nothing."""
        self._is_left = True
        response = self.response
        self._is_over.set()
        return response

    async def carry(self, application: Application, state: Mapping[str, object]) -> None:
        """Hand over the request. `state` is what the application's lifespan left."""
        # An error is answered with status 500, by the application or, as a server would, by us.
        with suppress(Exception):
            scope = self._request.scope(state)
            await awaited(application(scope, self._receive, self._send))

    async def _receive(self) -> Event:
        if self._requested:
            return self._requested.pop()
        await self._is_over.wait()
        return {"type": "http.disconnect"}

    async def _send(self, event: Event) -> None:
        if self._is_dead() or self._is_left:
            return
        if event["type"] == "http.response.start":
            self._has_begun = True
            self._status = int(event["status"])
            self._headers = tuple(
                (bytes(name).decode("latin-1").lower(), bytes(value).decode("latin-1"))
                for name, value in event.get("headers", ())
            )
        elif event["type"] == "http.response.body":
            self._body.extend(event.get("body", b""))
            if not event.get("more_body", False):
                self._is_over.set()
                self._answered()
