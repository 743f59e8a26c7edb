"""Services of the gallery behind HTTP: the same code, tested as any ASGI application is."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

from coolwind.api import CookiePolicy, answer_errors, chat_routes
from coolwind.catalogue import ShopCatalogue
from coolwind.clock import SystemClock
from coolwind.flows.bulk_order import BulkOrder
from coolwind.flows.callback import Callback
from coolwind.ids import RandomIds
from coolwind.memory import SessionMemory
from coolwind.metrics import Metrics
from coolwind.models.scripted import ScriptedModel
from coolwind.stores.in_memory import InMemoryStore
from coolwind.tombstone import COOKIE_SURPLUS
from coolwind.turns import AsyncioTurnOrder
from simulators.targets.asgi import AsgiTarget
from simulators.targets.reference import Parts, Service
from simulators.targets.reference.observing import Mail
from simulators.targets.target import Lifetimes

_LIFETIMES = Lifetimes(idle=timedelta(minutes=30), expiry=timedelta(hours=24))


def served(name: str, build: Callable[[Parts], Service]) -> AsgiTarget:
    """A service as an ASGI application; its store outlives each application, until a reset."""
    stores: list[InMemoryStore] = []

    def create() -> FastAPI:
        return _application(build, stores[-1])

    def reset() -> None:
        stores[:] = [InMemoryStore()]

    return AsgiTarget(name, create, reset, lifetimes=_LIFETIMES)


def _application(build: Callable[[Parts], Service], store: InMemoryStore) -> FastAPI:
    metrics, catalogue = Metrics(), ShopCatalogue()
    assert _LIFETIMES.idle is not None
    assert _LIFETIMES.expiry is not None
    service = build(
        Parts(
            clock=SystemClock(),
            ids=RandomIds(),
            store=store,
            model=ScriptedModel(),
            catalogue=catalogue,
            flows=(BulkOrder(), Callback()),
            memory=SessionMemory(8, _LIFETIMES.idle, metrics),
            turns=AsyncioTurnOrder(),
            listener=metrics,
            notifier=Mail(),
            expiry=_LIFETIMES.expiry,
        )
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await store.open(catalogue.parts())
        yield

    app = FastAPI(lifespan=lifespan)
    cookies = CookiePolicy(_LIFETIMES.expiry + COOKIE_SURPLUS, always_secure=False)
    app.include_router(chat_routes(service, metrics, cookies))
    answer_errors(app, cookies)
    return app
