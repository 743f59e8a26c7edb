"""The parts together: several turns, processes and nodes on one database."""

import asyncio
import io
import json
import uuid
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import httpx
import pytest
from aiosmtpd.smtp import SMTP

from coolwind.app import create_app
from coolwind.catalogue import ShopCatalogue
from coolwind.effects import Notification
from coolwind.errors import ModelMisconfigured, StoreUnavailable
from coolwind.http.incoming import SESSION_COOKIE
from coolwind.messages import Message, Reply
from coolwind.models.gemini import GeminiModel
from coolwind.models.model import Completion, Prompt
from coolwind.models.scripted import ScriptedModel
from coolwind.resumption import EXPIRED, NOT_FOUND
from coolwind.session import Session
from coolwind.settings import Settings
from coolwind.stores.sqlite import SqliteStore
from coolwind.stores.store import Commit

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
ORDER = "Hi so i need to buy 11 remote controls"
CONTACT = "Name is Hari, phone 9876543210, email hari@example.com"


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def settings(tmp_path: Path):
    return Settings(database=f"sqlite:///{tmp_path / 'chat.db'}", database_patience="60")


@asynccontextmanager
async def serving(settings: Settings, log: TextIO | None = None):
    app = create_app(settings, io.StringIO() if log is None else log)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://shop.example.com"
        ) as browser,
    ):
        yield browser


async def say(browser: httpx.AsyncClient, message: str, **more: Any):
    response = await browser.post("/api/chat", json={"message": message, **more})
    assert response.status_code == 200
    return response.json()


async def test_two_turns_of_one_session_at_once_are_both_kept(settings: Settings) -> None:
    async with serving(settings) as browser:
        await say(browser, "hello")
        answers = await asyncio.gather(*(say(browser, f"question {n}") for n in range(8)))
        history = (await browser.get("/api/chat/session")).json()["history"]
        metrics = (await browser.get("/metrics")).text
    assert len({answer["sessionId"] for answer in answers}) == 1
    assert [entry["author"] for entry in history] == ["customer", "shop"] * 9
    assert [each["text"] for each in history[2::2]] == [f"question {n}" for n in range(8)]
    assert "coolwind_turns_retaken_total 0.0" in metrics


async def test_two_turns_at_once_on_two_nodes_are_both_kept(settings: Settings) -> None:
    async with serving(settings) as one, serving(settings) as two:
        first = await say(one, "hello")
        two.cookies.update(one.cookies)
        answers = await asyncio.gather(
            *(say(node, f"question {n}") for n in range(4) for node in (one, two))
        )
        history = (await one.get("/api/chat/session")).json()["history"]
    assert {answer["sessionId"] for answer in answers} == {first["sessionId"]}
    assert len(history) == 2 * (1 + 8)


async def test_a_node_that_gets_a_customer_back_tells_the_model_what_was_said_meanwhile(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def complete(_model: ScriptedModel, prompt: Prompt):
        return Completion(f"{len(prompt.history)} messages lie behind us.")

    monkeypatch.setattr(ScriptedModel, "complete", complete)
    async with serving(settings) as one, serving(settings) as two:
        await say(one, "hello")
        two.cookies.update(one.cookies)
        await say(two, "hello again")
        answer = await say(one, "and now?")
    assert answer["response"]["text"] == "4 messages lie behind us."


async def test_one_message_delivered_many_times_at_once_is_one_turn(settings: Settings) -> None:
    name = str(uuid.uuid4())
    async with serving(settings) as one, serving(settings) as two:
        answers = await asyncio.gather(
            *(say(node, ORDER, messageId=name) for _ in range(4) for node in (one, two))
        )
        history = (await one.get("/api/chat/session")).json()["history"]
    assert len({answer["sessionId"] for answer in answers}) == 1
    assert len({json.dumps(answer["response"]) for answer in answers}) == 1
    assert len(history) == 2


async def test_customers_of_two_nodes_never_buy_more_than_there_is(settings: Settings) -> None:
    async with serving(settings) as one, serving(settings) as two:
        jars = []
        for number in range(8):
            node = (one, two)[number % 2]
            node.cookies.clear()
            await say(node, "I need 10 remote controls")
            await say(node, CONTACT)
            jars.append((node, dict(node.cookies)))
        one.cookies.clear()
        two.cookies.clear()

        async def confirm(node: Any, cookies: Any):
            header = "; ".join(f"{name}={value}" for name, value in cookies.items())
            response = await node.post(
                "/api/chat", json={"message": "yes"}, headers={"Cookie": header}
            )
            return response.json()

        answers = await asyncio.gather(*(confirm(*jar) for jar in jars))
    assert [answer["step"] for answer in answers].count("complete") == 6


async def test_the_log_is_json_lines_without_personal_data(settings: Settings) -> None:
    log = io.StringIO()
    async with serving(settings, log) as browser:
        for message in (ORDER, CONTACT, "yes"):
            await say(browser, message)
        proof = browser.cookies["chat_session_proof"]
        session_id = browser.cookies[SESSION_COOKIE]
    events = [json.loads(line) for line in log.getvalue().splitlines()]
    served = [event for event in events if event["event"] == "turn.served"]
    assert [event["step"] for event in served] == ["collecting_contact", "confirming", "complete"]
    assert {event["session_id"] for event in served} == {session_id}
    for word in ("Hari", "9876543210", "hari@example.com", proof):
        assert word not in log.getvalue()


@asynccontextmanager
async def mail_server(settings: Settings, refused: str = ""):
    """A mail server that takes none for that recipient; settings with it, and whom it wrote to."""

    class Inbox:
        async def handle_RCPT(  # noqa: N802
            self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
        ):
            if address == refused:
                return "550 Nobody lives here"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any):  # noqa: N802
            recipients.put_nowait(*envelope.rcpt_tos)
            return "250 OK"

    recipients = asyncio.Queue()
    listening = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Inbox(), hostname="mail.example.com"), "127.0.0.1", 0
    )
    mail = {
        "smtp_host": "127.0.0.1",
        "smtp_port": listening.sockets[0].getsockname()[1],
        "smtp_encryption": "none",
        "shop_email": "parts@example.com",
    }
    yield Settings(**{**settings.model_dump(), **mail}), recipients
    listening.close()


async def place_order(browser: httpx.AsyncClient) -> None:
    for message in (ORDER, CONTACT, "yes"):
        await say(browser, message)


async def metric(browser: httpx.AsyncClient, name: str, value: float) -> None:
    """Return once the metric has that value."""
    async with asyncio.timeout(20):
        while f"\n{name} {value}\n" not in (await browser.get("/metrics")).text:
            await browser.get("/health")


async def test_an_order_is_mailed_to_the_customer_and_to_the_shop(settings: Settings) -> None:
    async with mail_server(settings) as (mailing, recipients), serving(mailing) as browser:
        await place_order(browser)
        async with asyncio.timeout(20):
            reached = [await recipients.get() for _ in range(2)]
        assert sorted(reached) == ["hari@example.com", "parts@example.com"]
        await metric(browser, "coolwind_notifications_delivered_total", 2.0)
        await metric(browser, "coolwind_notifications_waiting", 0.0)


async def test_emails_wait_for_a_mail_server_and_go_out_when_there_is_one(
    settings: Settings,
) -> None:
    log = io.StringIO()
    async with serving(settings, log) as browser:
        await place_order(browser)
        await metric(browser, "coolwind_notifications_waiting", 2.0)
        await metric(browser, "coolwind_notifications_delivered_total", 0.0)
    (waiting,) = (
        event
        for event in map(json.loads, log.getvalue().splitlines())
        if event["event"] == "notifications.waiting"
    )
    assert (waiting["level"], waiting["notifications"]) == ("warning", 2)
    assert waiting["reason"] == "no mail server is set"
    async with mail_server(settings) as (mailing, recipients), serving(mailing) as browser:
        async with asyncio.timeout(20):
            reached = [await recipients.get() for _ in range(2)]
        await metric(browser, "coolwind_notifications_delivered_total", 2.0)
    assert sorted(reached) == ["hari@example.com", "shop@example.com"]


async def test_an_email_that_is_refused_for_good_is_a_dead_letter(settings: Settings) -> None:
    log = io.StringIO()
    async with (
        mail_server(settings, refused="hari@example.com") as (mailing, recipients),
        serving(mailing, log) as browser,
    ):
        await place_order(browser)
        async with asyncio.timeout(20):
            assert await recipients.get() == "parts@example.com"
        await metric(browser, "coolwind_notifications_refused_total", 1.0)
        await metric(browser, "coolwind_notifications_waiting", 0.0)
        session_id = browser.cookies[SESSION_COOKIE]
    events = [json.loads(line) for line in log.getvalue().splitlines()]
    (refused,) = (event for event in events if event["event"] == "notification.refused")
    assert (refused["level"], refused["session_id"]) == ("warning", session_id)
    assert "hari@example.com" not in log.getvalue()


async def test_what_was_delivered_is_swept_once_its_session_would_have_expired(
    settings: Settings,
) -> None:
    haste = {"session_expiry": 0.01, "sweep_interval": 0.01}
    async with mail_server(Settings(**{**settings.model_dump(), **haste})) as (mailing, recipients):
        store = SqliteStore(settings.database_path)
        await store.open(ShopCatalogue().parts())
        session = Session("s1", "guest-1", "proof-1", NOW, NOW)
        first = session.after_turn(Message("hello"), Reply("hello", "echo"), {}, NOW)
        email = Notification("a", "hari@example.com", "Your order", "It is ready.")
        await store.commit(Commit(first, (email,)))
        async with serving(mailing), asyncio.timeout(20):
            await recipients.get()
            while await store._rows("SELECT 1 FROM outbox"):
                pass
        await store.close()


async def test_the_previous_release_can_go_on_with_a_session_of_this_one(
    settings: Settings,
) -> None:
    previous = Settings(**{**settings.model_dump(), "state_schema": 1})
    async with serving(previous) as one, serving(settings) as two:
        first = await say(one, ORDER)
        two.cookies.update(one.cookies)
        second = await say(two, CONTACT)
        third = await say(one, "yes")
    assert first["sessionId"] == second["sessionId"] == third["sessionId"]
    assert third["step"] == "complete"


async def test_an_app_on_an_impossible_database_does_not_start(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path}/none/chat.db")
    with pytest.raises(StoreUnavailable, match="cannot be used"):
        async with serving(settings):
            pass


async def test_a_model_that_lacks_its_key_is_refused_before_anything_starts(
    settings: Settings,
) -> None:
    with pytest.raises(ModelMisconfigured, match=r"'gemini' needs .* COOLWIND_MODEL_API_KEY"):
        create_app(Settings(**{**settings.model_dump(), "model": "gemini"}))


async def test_a_chosen_model_is_used_and_let_go(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    async def close(model: Any) -> None:
        closed.append(model)

    monkeypatch.setattr(GeminiModel, "close", close)
    chosen = {"model": "gemini", "model_api_key": "key-for-tests"}
    async with serving(Settings(**{**settings.model_dump(), **chosen})) as browser:
        assert (await browser.get("/health")).status_code == 200
    assert len(closed) == 1


async def test_a_customer_who_comes_back_after_the_sweep_reads_that_the_session_has_expired(
    settings: Settings,
) -> None:
    haste = {"session_expiry": "0.001", "sweep_interval": "0.001"}
    log = io.StringIO()
    async with serving(Settings(**{**settings.model_dump(), **haste}), log) as browser:
        first = await say(browser, ORDER)
        async with asyncio.timeout(20):
            while '"sessions": 1' not in log.getvalue():
                await browser.get("/health")
        cookies = dict(browser.cookies)
        browser.cookies.set("chat_session_proof", "somebody-elses")
        stranger = await say(browser, CONTACT)
        browser.cookies.clear()
        browser.cookies.update(cookies)
        second = await say(browser, CONTACT)
        metrics = (await browser.get("/metrics")).text
    assert second["fresh"]
    assert second["response"]["text"].startswith(EXPIRED)
    assert second["sessionId"] != first["sessionId"]
    assert stranger["response"]["text"].startswith(NOT_FOUND)
    assert "coolwind_sessions_expired_total 1.0" in metrics
