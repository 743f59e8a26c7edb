"""The parts of the service, put together from its settings."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from typing import TextIO

from fastapi import FastAPI

from coolwind.api import CookiePolicy, answer_errors, chat_routes
from coolwind.background import Round
from coolwind.catalogue import Catalogue, ShopCatalogue
from coolwind.clock import Clock, SystemClock
from coolwind.documents import PREVIOUS_SCHEMA, SCHEMA
from coolwind.events import Announcer, Event, EventName, Listener
from coolwind.flows.bulk_order import BulkOrder
from coolwind.flows.callback import Callback
from coolwind.http.description import describe
from coolwind.http.watching import RequestWatch
from coolwind.ids import RandomIds
from coolwind.journal import Journal
from coolwind.memory import SessionMemory
from coolwind.metrics import Metrics
from coolwind.models.choice import create_model
from coolwind.models.steadfast import SteadfastModel
from coolwind.notifiers import MailServer, SmtpNotifier
from coolwind.outbox import Notifier, Outbox
from coolwind.service import ChatService
from coolwind.settings import CookieSecurity, Settings, load_settings
from coolwind.stores.sqlite import SqliteStore
from coolwind.stores.store import SessionStore
from coolwind.tombstone import COOKIE_SURPLUS
from coolwind.turns import AsyncioTurnOrder


def create_app(settings: Settings | None = None, log: TextIO | None = None) -> FastAPI:
    """The chat service as an ASGI app, with the settings of the environment where none are given.

    Its log goes to `log`, or to standard error. Raises `InvalidSettings`, `ModelMisconfigured` or
    `ModelNotInstalled` when the service could not work with them; its start-up raises
    `StoreUnavailable`.
    """
    settings = load_settings() if settings is None else settings
    clock = SystemClock()
    catalogue = ShopCatalogue()
    metrics = Metrics()
    listener = Announcer((Journal(sys.stderr if log is None else log, clock), metrics))
    store = _store(settings)
    model = _model(settings, clock, listener)
    outbox = Outbox(
        store=store,
        notifier=_notifier(settings, clock),
        clock=clock,
        listener=listener,
        keys_kept=settings.session_expiry,
    )
    mail = Round(outbox.deliver_pending, settings.outbox_interval, clock, listener)
    service = ChatService(
        clock=clock,
        ids=RandomIds(),
        store=store,
        model=model,
        catalogue=catalogue,
        flows=(
            BulkOrder(shop_address=settings.shop_email),
            Callback(shop_address=settings.shop_email),
        ),
        memory=SessionMemory(settings.memory_capacity, settings.memory_idle_timeout, listener),
        turns=AsyncioTurnOrder(),
        listener=Announcer((listener, _waking(mail))),
        expiry=settings.session_expiry,
    )
    rounds = (
        mail,
        Round(service.sweep, settings.sweep_interval, clock, listener),
        Round(outbox.sweep, settings.sweep_interval, clock, listener),
    )
    cookies = CookiePolicy(
        max_age=settings.session_expiry + COOKIE_SURPLUS,
        always_secure=settings.cookie_security is CookieSecurity.ALWAYS,
    )

    def lifespan(_: FastAPI) -> AbstractAsyncContextManager[None]:
        return _running(store, catalogue, model, rounds)

    app = FastAPI(
        title="Coolwind chat",
        summary="The chat of a spare parts shop, whose conversations survive.",
        version=version("coolwind"),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(RequestWatch, clock=clock, listener=listener)
    app.include_router(chat_routes(service, metrics, cookies))
    answer_errors(app, cookies)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _running(
    store: SessionStore, catalogue: Catalogue, model: SteadfastModel, rounds: Sequence[Round]
) -> AsyncIterator[None]:
    try:
        await store.open(catalogue.parts())
        tasks = [asyncio.create_task(each.run()) for each in rounds]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        await store.close()
        await model.close()


def _store(settings: Settings) -> SessionStore:
    return SqliteStore(
        settings.database_path,
        PREVIOUS_SCHEMA if settings.state_schema == PREVIOUS_SCHEMA else SCHEMA,
        settings.database_patience,
    )


def _model(settings: Settings, clock: Clock, listener: Listener) -> SteadfastModel:
    key = settings.model_api_key
    return create_model(
        settings.model,
        clock=clock,
        listener=listener,
        api_key=None if key is None else key.get_secret_value(),
        model_name=settings.model_name,
        base_url=settings.model_base_url,
        timeout=settings.model_timeout,
    )


def _notifier(settings: Settings, clock: Clock) -> Notifier | None:
    if settings.smtp_host is None:
        return None
    password = settings.smtp_password
    server = MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender,
        encryption=settings.smtp_encryption,
        user=settings.smtp_user,
        password=None if password is None else password.get_secret_value(),
    )
    return SmtpNotifier(server, clock)


def _waking(mail: Round) -> Listener:
    """Only a flow that is completed leaves notifications."""

    def listen(event: Event) -> None:
        if event.name is EventName.FLOW_COMPLETED:
            mail.wake()

    return listen
