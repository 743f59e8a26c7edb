"""How an ASGI application is called, and one request to it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from traceback import format_exception
from typing import Final, TypeAlias

from simulators.targets.application.replies import reply_to
from simulators.targets.speech.wire import Event, Request, Response

Application: TypeAlias = Callable[..., object]
"""What the factory made: nothing is known of it but that it can be called."""
_FRAMES: Final = 3
"""How many frames of a traceback are logged: the innermost."""


async def awaited(result: object) -> None:
    """Wait for what an application returned, where there is something to wait for."""
    if isinstance(result, Awaitable):
        await result


class Exchange:
    """One request and its response.

    `is_dead` says whether the application has died: what it says then is heard by nobody.
    `answered` is called when all of the response is there, and `heard` after each piece of one that
    comes in pieces, with whether it is the last.
    """

    def __init__(
        self,
        request: Request,
        is_dead: Callable[[], bool],
        answered: Callable[[], None],
        heard: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._is_dead = is_dead
        self._answered = answered
        self._heard = heard
        self._reply = reply_to(request)
        self._requested = self._reply.asked()
        self.is_served = asyncio.Event()
        """Set when the customer has all of the reply, where the application may go on with it."""
        self.error: str | None = None
        """What the application raised and did not catch, as a server would log it."""
        self._is_over = asyncio.Event()
        self._is_left = False

    @property
    def may_stay_open(self) -> bool:
        """Whether the application may go on with a reply that the customer has all of."""
        return self._reply.may_stay_open

    @property
    def response(self) -> Response | None:
        """What was answered, None where the application died, was left, or broke off, before all of
        it was."""
        is_cut = self._is_dead() or self._is_left or self._reply.has_begun
        return None if is_cut and not self._reply.is_whole else self._reply.response()

    def leave(self) -> Response | None:
        """The customer waits no longer; what they had as an answer, None for nothing."""
        self._is_left = True
        self._is_over.set()
        return self.response

    def hang_up(self) -> None:
        """The customer, who has all of the reply, goes."""
        self._is_over.set()

    async def carry(self, application: Application, state: Mapping[str, object]) -> None:
        """Hand over the request. `state` is what the application's lifespan left."""
        # An error is answered with status 500, by the application or, as a server would, by us.
        try:
            await awaited(application(self._reply.scope(state), self._receive, self._send))
        except Exception as error:  # noqa: BLE001 - a server would log it, whatever it is
            self.error = "".join(format_exception(error, limit=-_FRAMES)).rstrip()

    async def _receive(self) -> Event:
        if self._requested:
            return self._requested.pop()
        await self._is_over.wait()
        return self._reply.gone

    async def _send(self, event: Event) -> None:
        if self._is_dead() or self._is_left:
            return
        reply, was_whole = self._reply, self._reply.is_whole
        try:
            has_come = reply.take(event)
        except OSError:
            self._is_over.set()
            raise
        if reply.is_over:
            self._is_over.set()
        if reply.is_whole and not was_whole:
            self._answered()
            if not reply.is_over:
                self.is_served.set()
        if has_come and not was_whole:
            self._heard(reply.is_whole)
