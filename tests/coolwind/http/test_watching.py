"""Each request is announced once, with its session and without what a customer wrote."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from coolwind.events import Event, EventName
from coolwind.http.watching import RequestWatch, belongs_to

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
async def browser(clock: Any, events: list[Event]) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.add_middleware(RequestWatch, clock=clock, listener=events.append)

    @app.get("/orders/{number}")
    async def read_order(request: Request, number: int) -> int:
        belongs_to(request, "s1")
        clock.advance(seconds=2)
        return 1 // number

    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.example.com") as it:
        yield it


async def test_a_request_is_announced_with_its_session_route_status_and_duration(
    browser: httpx.AsyncClient, events: list[Event]
) -> None:
    await browser.get("/orders/1?phone=9876543210")
    fields = {"method": "GET", "route": "/orders/{number}", "status": 200, "seconds": 2.0}
    assert events == [Event(EventName.REQUEST_SERVED, "s1", fields)]


async def test_a_path_that_leads_nowhere_is_not_written_down(
    browser: httpx.AsyncClient, events: list[Event]
) -> None:
    await browser.get("/hari@example.com")
    fields = {"method": "GET", "route": None, "status": 404, "seconds": 0.0}
    assert events == [Event(EventName.REQUEST_SERVED, None, fields)]


async def test_a_request_that_the_service_fails_is_announced_as_an_error(
    browser: httpx.AsyncClient, events: list[Event]
) -> None:
    assert (await browser.get("/orders/0")).status_code == 500
    fields = {"method": "GET", "route": "/orders/{number}", "status": 500, "seconds": 2.0}
    assert events == [Event(EventName.REQUEST_SERVED, "s1", fields)]


async def test_a_request_that_nobody_waits_for_any_more_has_no_status(
    clock: Any, events: list[Event]
) -> None:
    async def silent(*_: Any) -> None:
        pass

    watch = RequestWatch(silent, clock, events.append)
    await watch({"type": "http", "method": "POST"}, silent, silent)
    assert [event.fields["status"] for event in events] == [None]


async def test_what_is_no_request_passes_unseen(clock: Any, events: list[Event]) -> None:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        lived.append(True)
        yield

    lived: list[bool] = []
    app = FastAPI(lifespan=lifespan)
    app.add_middleware(RequestWatch, clock=clock, listener=events.append)
    received = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))

    async def receive() -> Any:
        return next(received)

    async def send(_: Any) -> None:
        pass

    await app({"type": "lifespan"}, receive, send)
    assert lived == [True]
    assert events == []
