"""HTTP to message and back: cookies, names of messages, problems, and a true description."""

import asyncio
import io
import json
import re
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, TypeAdapter

from coolwind.app import create_app
from coolwind.http.incoming import MAX_BODY, PROOF_COOKIE, SESSION_COOKIE
from coolwind.http.problems import ProblemDocument
from coolwind.http.wire import ChatResponse, HealthResponse, SessionResponse
from coolwind.resumption import CLEARED
from coolwind.session import MAX_ANSWERED
from coolwind.settings import Settings

pytestmark = pytest.mark.anyio

ORDER = "Hi so i need to buy 11 remote controls"
CONTACT = "Name is Hari, phone 9876543210, email hari@example.com"
CALLBACK = (
    "Nobody answered my call. My name is Priya, my number is 9876543210, I am in Kochi and my AC "
    "is not cooling"
)
UUID = "8e03978e-40d5-43dd-bc93-6894a57f9324"
MODELS = (ChatResponse, SessionResponse, HealthResponse, ProblemDocument)
OF_A_CONVERSATION = (
    ("POST", "/api/chat"),
    ("GET", "/api/chat/session"),
    ("DELETE", "/api/chat/clear"),
)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def path(tmp_path: Path):
    return tmp_path / "chat.db"


@pytest.fixture
def settings(path: Path):
    return Settings(database=f"sqlite:///{path}", database_patience="60")


@pytest.fixture
def hasty(settings: Settings):
    """For a store that somebody is going to hold."""
    return Settings(**{**settings.model_dump(), "database_patience": "0.5"})


@asynccontextmanager
async def serving(settings: Settings, base_url: str = "http://shop.example.com"):
    """A browser that talks to a service with these settings."""
    app = create_app(settings, io.StringIO())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=base_url) as browser,
    ):
        yield browser


@pytest.fixture
async def browser(settings: Settings):
    async with serving(settings) as browser:
        yield browser


@pytest.fixture
def stored(path: Path):
    """Everything in the database that a refused request must leave alone."""

    def look():
        with closing(sqlite3.connect(path)) as connection:
            return [
                connection.execute(f"SELECT * FROM {table}").fetchall()
                for table in ("sessions", "orders", "callback_tasks", "outbox", "stock")
            ]

    return look


@asynccontextmanager
async def locked(path: Path):
    """While another program holds the database: the service's own writers let it in first."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def assert_problem(response: httpx.Response, status: int) -> None:
    """The response is a problem document with that status, and says what to do."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    for member in ("type", "title", "detail", "remedy"):
        assert problem[member]
    return problem


class TestChat:
    async def test_the_answer_has_the_seeds_shape(self, browser: httpx.AsyncClient) -> None:
        response = await browser.post("/api/chat", json={"message": ORDER, "messageId": "m1"})
        body = response.json()
        assert set(body) == {
            "response",
            "sessionId",
            "intent",
            "escalated",
            "flow",
            "step",
            "served_from",
            "fresh",
            "messageId",
        }
        assert set(body["response"]) == {"text", "quickReplies"}
        assert (body["flow"], body["step"]) == ("bulk_order", "collecting_contact")
        assert (body["served_from"], body["fresh"], body["messageId"]) == ("new", False, "m1")
        assert response.headers["cache-control"] == "no-store"

    async def test_the_cookies_continue_the_conversation(self, browser: httpx.AsyncClient) -> None:
        first = (await browser.post("/api/chat", json={"message": ORDER})).json()
        second = (await browser.post("/api/chat", json={"message": CONTACT})).json()
        assert second["sessionId"] == first["sessionId"]
        assert second["step"] == "confirming"

    async def test_both_cookies_are_kept_from_scripts_and_other_sites(
        self, browser: httpx.AsyncClient
    ) -> None:
        response = await browser.post("/api/chat", json={"message": ORDER})
        cookies = response.headers.get_list("set-cookie")
        assert [cookie.split("=")[0] for cookie in cookies] == [SESSION_COOKIE, PROOF_COOKIE]
        for cookie in cookies:
            attributes = cookie.split("; ")[1:]
            assert set(attributes) == {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=691200"}

    @pytest.mark.parametrize(
        ("base_url", "security"),
        [("https://shop.example.com", "auto"), ("http://shop.example.com", "always")],
    )
    async def test_cookies_are_secure_when_the_way_is_or_must_be(
        self, settings: Settings, base_url: str, security: str
    ) -> None:
        settings = Settings(**{**settings.model_dump(), "cookie_security": security})
        async with serving(settings, base_url) as browser:
            response = await browser.post("/api/chat", json={"message": ORDER})
        assert all("; Secure" in each for each in response.headers.get_list("set-cookie"))

    async def test_a_reloaded_page_names_the_session_in_the_body_or_not_at_all(
        self, browser: httpx.AsyncClient
    ) -> None:
        first = (await browser.post("/api/chat", json={"message": ORDER})).json()
        del browser.cookies[SESSION_COOKIE]
        body = {"message": CONTACT, "sessionId": first["sessionId"].upper()}
        second = (await browser.post("/api/chat", json=body)).json()
        assert second["sessionId"] == first["sessionId"]

    async def test_the_cookie_goes_before_the_body(self, browser: httpx.AsyncClient) -> None:
        first = (await browser.post("/api/chat", json={"message": ORDER})).json()
        body = {"message": CONTACT, "sessionId": str(uuid.uuid4())}
        assert (await browser.post("/api/chat", json=body)).json()["sessionId"] == first[
            "sessionId"
        ]

    async def test_a_session_id_without_its_proof_starts_afresh(
        self, browser: httpx.AsyncClient
    ) -> None:
        first = (await browser.post("/api/chat", json={"message": ORDER})).json()
        browser.cookies.clear()
        body = {"message": CONTACT, "sessionId": first["sessionId"]}
        second = (await browser.post("/api/chat", json=body)).json()
        assert second["fresh"]
        assert second["sessionId"] != first["sessionId"]
        assert second["flow"] is None

    @pytest.mark.parametrize("presented", ["unknown session", "foreign proof", "no proof"])
    async def test_who_cannot_go_on_is_served_with_cookies_to_go_on_from(
        self, browser: httpx.AsyncClient, presented: str
    ) -> None:
        foreign = (await browser.post("/api/chat", json={"message": ORDER})).json()
        cookies = {
            "unknown session": {SESSION_COOKIE: UUID, PROOF_COOKIE: "a" * 43},
            "foreign proof": {SESSION_COOKIE: foreign["sessionId"], PROOF_COOKIE: "a" * 43},
            "no proof": {SESSION_COOKIE: foreign["sessionId"]},
        }[presented]
        browser.cookies.clear()
        for name, value in cookies.items():
            browser.cookies.set(name, value, domain="shop.example.com", path="/")
        response = await browser.post("/api/chat", json={"message": "How much is a compressor?"})
        answer = response.json()
        assert (response.status_code, answer["fresh"], answer["served_from"]) == (200, True, "new")
        assert answer["sessionId"] not in (UUID, foreign["sessionId"])
        again = (await browser.post("/api/chat", json={"message": "hello"})).json()
        assert (again["sessionId"], again["fresh"]) == (answer["sessionId"], False)

    @pytest.mark.parametrize("header", [f'"{UUID}"', UUID, f' "{UUID}" '])
    async def test_an_idempotency_key_names_the_message(
        self, browser: httpx.AsyncClient, header: str
    ) -> None:
        headers = {"Idempotency-Key": header}
        first = await browser.post("/api/chat", json={"message": ORDER}, headers=headers)
        browser.cookies.clear()
        body = {"message": ORDER, "messageId": UUID}
        second = await browser.post("/api/chat", json=body, headers=headers)
        assert first.json()["messageId"] == UUID
        assert second.json()["sessionId"] == first.json()["sessionId"]
        assert second.json()["response"] == first.json()["response"]

    @pytest.mark.parametrize("again", ['"key-1"', "key-1"])
    @pytest.mark.parametrize("header", ['"key-1"', "key-1"])
    async def test_a_quoted_and_a_bare_key_are_one(
        self,
        browser: httpx.AsyncClient,
        stored: Callable[[], object],
        header: str,
        again: str,
    ) -> None:
        headers = {"Idempotency-Key": header}
        first = await browser.post("/api/chat", json={"message": ORDER}, headers=headers)
        before = stored()
        headers = {"Idempotency-Key": again}
        second = await browser.post("/api/chat", json={"message": ORDER}, headers=headers)
        assert second.json()["messageId"] == "key-1"
        assert second.json()["response"] == first.json()["response"]
        assert stored() == before

    async def test_a_quoted_key_may_hold_escaped_quotes(self, browser: httpx.AsyncClient) -> None:
        headers = {"Idempotency-Key": r'"a \"b\" \\c"'}
        response = await browser.post("/api/chat", json={"message": ORDER}, headers=headers)
        assert response.json()["messageId"] == r'a "b" \c'

    async def test_a_message_id_with_another_text_is_a_problem(
        self, browser: httpx.AsyncClient, stored: Callable[[], object]
    ) -> None:
        await browser.post("/api/chat", json={"message": ORDER, "messageId": "m1"})
        before = stored()
        response = await browser.post("/api/chat", json={"message": "hello", "messageId": "m1"})
        assert assert_problem(response, 422)["type"].endswith("message-reused")
        assert stored() == before

    async def test_line_breaks_tabs_and_malayalam_are_welcome(
        self, browser: httpx.AsyncClient
    ) -> None:
        body = {"message": "നമസ്കാരം\n\tരണ്ട്‍ \U0001f600"}
        assert (await browser.post("/api/chat", json=body)).status_code == 200


BAD_BODIES = {
    "nothing": (b"", 400),
    "not JSON": (b"hello", 400),
    "a number that JSON has not": (b'{"message": "hello", "more": NaN}', 400),
    "an endless number": (b'{"message": "hello", "more": [-Infinity]}', 400),
    "half of JSON": (b'{"message": "hello"', 400),
    "not UTF-8": (b'{"message": "\xff"}', 400),
    "unpaired surrogate": (rb'{"message": "\ud800"}', 400),
    "surrogate in UTF-8": (b'{"message": "\xed\xa0\x80"}', 400),
    "very deep": (b"[" * 60_000, 400),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "no message": (b"{}", 422),
    "number as message": (b'{"message": 5}', 422),
    "null as message": (b'{"message": null}', 422),
    "empty message": (b'{"message": ""}', 422),
    "blank message": (b'{"message": " \\n\\t "}', 422),
    "zero width space as message": (rb'{"message": "\u200b"}', 422),
    "empty Braille as message": (rb'{"message": " \u2800\n"}', 422),
    "Hangul filler as message": (rb'{"message": "\u3164\ufeff"}', 422),
    "marks on nothing as message": (rb'{"message": "\ufe0f\u0301"}', 422),
    "NUL in message": (rb'{"message": "a\u0000b"}', 422),
    "escape in message": (rb'{"message": "a\u001b[2J"}', 422),
    "C1 control in message": (rb'{"message": "a\u0085b"}', 422),
    "session ID no UUID": (b'{"message": "hello", "sessionId": "../../etc"}', 422),
    "session ID in braces": (
        b'{"message": "hello", "sessionId": "{8e03978e-40d5-43dd-bc93-6894a57f9324}"}',
        422,
    ),
    "number as session ID": (b'{"message": "hello", "sessionId": 1}', 422),
    "empty message ID": (b'{"message": "hello", "messageId": ""}', 422),
    "long message ID": (b'{"message": "hello", "messageId": "%s"}' % (b"m" * 129), 422),
    "control in message ID": (rb'{"message": "hello", "messageId": "a\nb"}', 422),
    "long user ID": (b'{"message": "hello", "userId": "%s"}' % (b"u" * 129), 422),
    "too long": (b'{"message": "%s"}' % (b"x" * 1_000_000), 413),
}

BAD_HEADERS = {
    "form": ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "text": ({"Content-Type": "text/plain"}, 415),
    "no content type": ({"Content-Type": ""}, 415),
    "half a quote": ({"Idempotency-Key": '"abc'}, 400),
    "quote at the end": ({"Idempotency-Key": 'abc"'}, 400),
    "quote in the middle": ({"Idempotency-Key": '"a"c"'}, 400),
    "escape of nothing": ({"Idempotency-Key": r'"a\b"'}, 400),
    "empty quote": ({"Idempotency-Key": '""'}, 400),
    "control in a quote": ({"Idempotency-Key": '"a\tb"'}, 400),
    "control in a key": ({"Idempotency-Key": "a\x01b"}, 400),
    "long quote": ({"Idempotency-Key": f'"{"k" * 129}"'}, 400),
    "empty key": ({"Idempotency-Key": ""}, 400),
    "two keys in one": ({"Idempotency-Key": '"a", "b"'}, 400),
    "long key": ({"Idempotency-Key": "k" * 129}, 400),
    "key with a space": ({"Idempotency-Key": "a b"}, 400),
    "session cookie no UUID": ({"Cookie": f"{SESSION_COOKIE}=1"}, 400),
    "proof cookie with a space": ({"Cookie": f'{PROOF_COOKIE}="a b"'}, 400),
    "proof cookie too long": ({"Cookie": f"{PROOF_COOKIE}={'p' * 257}"}, 400),
}


@pytest.mark.parametrize("text", ["?", "\U0001f44d\ufe0f", "\u0d05", "1\u200b"])
async def test_a_message_of_one_visible_character_is_a_turn(
    browser: httpx.AsyncClient, text: str
) -> None:
    assert (await browser.post("/api/chat", json={"message": text})).status_code == 200


class TestBadInput:
    @pytest.mark.parametrize(("body", "status"), BAD_BODIES.values(), ids=BAD_BODIES)
    async def test_a_bad_body_is_a_problem_and_touches_nothing(
        self, browser: httpx.AsyncClient, stored: Callable[[], object], body: bytes, status: int
    ) -> None:
        await browser.post("/api/chat", json={"message": ORDER})
        before, cookies = stored(), dict(browser.cookies)
        headers = {"Content-Type": "application/json"}
        assert_problem(await browser.post("/api/chat", content=body, headers=headers), status)
        assert (stored(), dict(browser.cookies)) == (before, cookies)

    @pytest.mark.parametrize(("headers", "status"), BAD_HEADERS.values(), ids=BAD_HEADERS)
    async def test_a_bad_header_is_a_problem_and_touches_nothing(
        self,
        browser: httpx.AsyncClient,
        stored: Callable[[], object],
        headers: dict[str, str],
        status: int,
    ) -> None:
        before = stored()
        headers = {"Content-Type": "application/json", **headers}
        response = await browser.post("/api/chat", content=b'{"message": "hi"}', headers=headers)
        assert_problem(response, status)
        assert stored() == before

    async def test_two_names_for_one_message_are_a_problem(
        self, browser: httpx.AsyncClient
    ) -> None:
        body = {"message": "hello", "messageId": "m1"}
        for headers in ([("Idempotency-Key", "m2")], [("Idempotency-Key", "m1")] * 2):
            response = await browser.post("/api/chat", json=body, headers=headers)
            assert_problem(response, 400)

    async def test_a_bad_cookie_is_taken_away(self, browser: httpx.AsyncClient) -> None:
        browser.cookies.set(SESSION_COOKIE, "nonsense", domain="shop.example.com", path="/")
        assert_problem(await browser.post("/api/chat", json={"message": "hello"}), 400)
        assert (await browser.post("/api/chat", json={"message": "hello"})).status_code == 200

    async def test_a_body_without_an_end_is_not_read_whole(self, settings: Settings) -> None:
        read = []

        async def endless():
            while len(read) < 1_000:
                read.append(1)
                yield b"x" * 1_024

        async with serving(settings) as browser:
            headers = {"Content-Type": "application/json"}
            response = await browser.post("/api/chat", content=endless(), headers=headers)
        assert_problem(response, 413)
        assert len(read) <= MAX_BODY // 1_024 + 2

    async def test_a_body_that_declares_itself_too_long_is_not_read(
        self, browser: httpx.AsyncClient
    ) -> None:
        headers = {"Content-Type": "application/json", "Content-Length": "9" * 30}
        assert_problem(await browser.post("/api/chat", content=b"{}", headers=headers), 413)

    async def test_no_problem_repeats_what_was_sent(self, browser: httpx.AsyncClient) -> None:
        body = {"message": 5, "sessionId": "<script>swordfish"}
        assert "swordfish" not in (await browser.post("/api/chat", json=body)).text

    async def test_a_wrong_path_and_a_wrong_method_are_problems(
        self, browser: httpx.AsyncClient
    ) -> None:
        for route in ("/nowhere", "/api/chat/", "/health/"):
            assert_problem(await browser.get(route), 404)
        response = await browser.get("/api/chat")
        assert_problem(response, 405)
        assert response.headers["allow"] == "POST"

    async def test_an_error_of_the_service_itself_is_a_problem_without_details(
        self, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def explode(*_) -> None:
            raise ZeroDivisionError("swordfish")

        monkeypatch.setattr("coolwind.service.ChatService.handle", explode)
        response = await browser.post("/api/chat", json={"message": "hello"})
        assert_problem(response, 500)
        assert "swordfish" not in response.text


class TestOwnSession:
    async def test_a_customer_reads_their_own_conversation(
        self, browser: httpx.AsyncClient
    ) -> None:
        await browser.post("/api/chat", json={"message": ORDER})
        body = (await browser.get("/api/chat/session")).json()
        assert (body["flow"], body["step"]) == ("bulk_order", "collecting_contact")
        assert [entry["author"] for entry in body["history"]] == ["customer", "shop"]
        assert body["collected"]["bulk_order"]["lines"] == [{"part_id": "remote", "quantity": 11}]
        assert browser.cookies[PROOF_COOKIE] not in json.dumps(body)

    async def test_outside_a_flow_there_is_no_step(self, browser: httpx.AsyncClient) -> None:
        await browser.post("/api/chat", json={"message": "hello"})
        body = (await browser.get("/api/chat/session")).json()
        assert (body["flow"], body["step"]) == (None, None)

    async def test_the_session_may_be_named_in_the_query(self, browser: httpx.AsyncClient) -> None:
        answer = (await browser.post("/api/chat", json={"message": ORDER})).json()
        del browser.cookies[SESSION_COOKIE]
        params = {"sessionId": answer["sessionId"]}
        assert (await browser.get("/api/chat/session", params=params)).status_code == 200
        assert_problem(await browser.get("/api/chat/session", params={"sessionId": "1"}), 400)

    @pytest.mark.parametrize(("method", "place"), [("GET", "session"), ("DELETE", "clear")])
    async def test_no_foreign_conversation_can_be_read_or_cleared(
        self, browser: httpx.AsyncClient, stored: Callable[[], object], method: str, place: str
    ) -> None:
        answer = (await browser.post("/api/chat", json={"message": ORDER})).json()
        before = stored()
        browser.cookies.clear()
        for params in ({}, {"sessionId": answer["sessionId"]}, {"sessionId": UUID}):
            response = await browser.request(method, f"/api/chat/{place}", params=params)
            assert_problem(response, 404)
        assert stored() == before

    async def test_a_cleared_conversation_is_gone_with_its_cookies(
        self, browser: httpx.AsyncClient, stored: Callable[[], object]
    ) -> None:
        await browser.post("/api/chat", json={"message": ORDER})
        response = await browser.delete("/api/chat/clear")
        assert (response.status_code, response.content) == (204, b"")
        assert dict(browser.cookies) == {}
        assert stored()[0] == []
        assert not (await browser.post("/api/chat", json={"message": "hello"})).json()["fresh"]

    async def test_the_message_that_began_a_cleared_conversation_is_refused_when_it_comes_again(
        self, browser: httpx.AsyncClient, stored: Callable[[], object]
    ) -> None:
        body = {"message": ORDER, "messageId": UUID}
        first = (await browser.post("/api/chat", json=body)).json()
        await browser.delete("/api/chat/clear")
        before = stored()
        response = await browser.post("/api/chat", json=body)
        problem = assert_problem(response, 422)
        assert problem["type"].endswith("message-reused")
        assert "cleared" in problem["detail"]
        assert "remote" not in response.text
        assert first["sessionId"] not in response.text
        assert dict(browser.cookies) == {}
        assert stored() == before

    @pytest.mark.parametrize("presenting", ["the old cookies", "no cookies", "new cookies"])
    async def test_a_later_message_of_a_cleared_conversation_is_refused_when_it_comes_again(
        self, browser: httpx.AsyncClient, stored: Callable[[], object], presenting: str
    ) -> None:
        await browser.post("/api/chat", json={"message": "hello"})
        body = {"message": CALLBACK, "messageId": UUID}
        assert (await browser.post("/api/chat", json=body)).json()["step"] == "complete"
        cookies = dict(browser.cookies)
        await browser.delete("/api/chat/clear")
        if presenting == "the old cookies":
            browser.cookies.update(cookies)
        if presenting == "new cookies":
            await browser.post("/api/chat", json={"message": "hello again"})
        before = stored()
        response = await browser.post("/api/chat", json=body)
        problem = assert_problem(response, 422)
        assert problem["type"].endswith("message-reused")
        assert problem["title"] == "The message ID was used before"
        assert "cleared" in problem["detail"]
        assert "Priya" not in response.text
        assert stored() == before
        assert len(before[2]) == 1

    async def test_a_message_that_was_answered_too_long_ago_is_refused_when_it_comes_again(
        self, browser: httpx.AsyncClient, stored: Callable[[], object]
    ) -> None:
        await browser.post("/api/chat", json={"message": "hello"})
        body = {"message": CALLBACK, "messageId": "m2"}
        await browser.post("/api/chat", json=body)
        for number in range(MAX_ANSWERED):
            more = {"message": "hello", "messageId": f"more {number}"}
            await browser.post("/api/chat", json=more)
        before = stored()
        problem = assert_problem(await browser.post("/api/chat", json=body), 422)
        assert "too long ago" in problem["detail"]
        assert stored() == before

    async def test_a_customer_with_the_cookies_of_a_cleared_conversation_is_told_and_goes_on(
        self, browser: httpx.AsyncClient
    ) -> None:
        await browser.post("/api/chat", json={"message": ORDER})
        cookies = dict(browser.cookies)
        await browser.delete("/api/chat/clear")
        browser.cookies.update(cookies)
        body = (await browser.post("/api/chat", json={"message": "hello"})).json()
        assert body["fresh"]
        assert body["response"]["text"].startswith(CLEARED)
        assert body["flow"] is None
        assert body["sessionId"] != cookies[SESSION_COOKIE]

    async def test_state_that_nobody_can_read_can_be_left_by_clearing(
        self, browser: httpx.AsyncClient, path: Path
    ) -> None:
        await browser.post("/api/chat", json={"message": ORDER})
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE sessions SET document = '{}'")
        problem = assert_problem(await browser.get("/api/chat/session"), 500)
        assert "clear" in problem["remedy"].lower()
        assert_problem(await browser.delete("/api/chat/clear"), 500)
        assert (await browser.post("/api/chat", json={"message": "hello"})).status_code == 200


class TestTrouble:
    async def test_a_store_out_of_reach_is_a_503_with_a_sentence_and_the_cookies_kept(
        self, hasty: Settings, path: Path
    ) -> None:
        async with serving(hasty) as browser:
            first = (await browser.post("/api/chat", json={"message": ORDER})).json()
            cookies = dict(browser.cookies)
            async with locked(path):
                response = await browser.post("/api/chat", json={"message": CONTACT})
            problem = assert_problem(response, 503)
            assert int(response.headers["retry-after"]) > 0
            assert "again" in problem["response"]["text"]
            assert str(path) not in response.text
            assert "set-cookie" not in response.headers
            assert dict(browser.cookies) == cookies
            second = (await browser.post("/api/chat", json={"message": CONTACT})).json()
            assert (second["sessionId"], second["step"]) == (first["sessionId"], "confirming")

    @pytest.mark.parametrize("same_conversation", [True, False])
    async def test_many_messages_to_a_locked_store_wait_together_and_not_one_after_the_other(
        self, hasty: Settings, path: Path, same_conversation: bool
    ) -> None:
        # One after the other, they would wait for twice as long as the test may.
        async with serving(hasty) as browser, asyncio.timeout(30):
            await browser.post("/api/chat", json={"message": ORDER})
            if not same_conversation:
                browser.cookies.clear()
            async with locked(path):
                responses = await asyncio.gather(
                    *(browser.post("/api/chat", json={"message": CONTACT}) for _ in range(120))
                )
            for response in responses:
                assert_problem(response, 503)
            assert (await browser.post("/api/chat", json={"message": CONTACT})).status_code == 200

    async def test_a_message_that_waits_is_taken_when_the_store_is_let_go(
        self, browser: httpx.AsyncClient, path: Path
    ) -> None:
        await browser.post("/api/chat", json={"message": ORDER})
        async with locked(path):
            body = {"message": CONTACT}
            waiting = asyncio.create_task(browser.post("/api/chat", json=body))
            reading = asyncio.create_task(browser.get("/api/chat/session"))
            await asyncio.wait((waiting, reading), return_when=asyncio.FIRST_COMPLETED)
            assert not waiting.done()
        assert (await waiting).json()["step"] == "confirming"

    async def test_health_tells_whether_the_store_answers(
        self, browser: httpx.AsyncClient, path: Path
    ) -> None:
        assert (await browser.get("/health")).json() == {"status": "ok"}
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("DROP TABLE stock")
        assert_problem(await browser.get("/health"), 503)

    async def test_a_load_balancer_sees_health_by_head(
        self, browser: httpx.AsyncClient, path: Path
    ) -> None:
        assert (await browser.head("/health")).status_code == 200
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE stock")
        assert (await browser.head("/health")).status_code == 503

    async def test_health_tells_whether_the_store_can_be_written(
        self, hasty: Settings, path: Path
    ) -> None:
        async with serving(hasty) as browser:
            async with locked(path):
                assert_problem(await browser.get("/health"), 503)
            assert (await browser.get("/health")).status_code == 200

    async def test_health_tells_of_a_full_disk(
        self, browser: httpx.AsyncClient, full_disk: Callable[[], AbstractContextManager[None]]
    ) -> None:
        with full_disk():
            assert_problem(await browser.get("/health"), 503)
            assert_problem(await browser.post("/api/chat", json={"message": ORDER}), 503)
        assert (await browser.get("/health")).status_code == 200
        assert (await browser.post("/api/chat", json={"message": ORDER})).status_code == 200

    async def test_no_message_goes_to_a_database_that_was_deleted(
        self, browser: httpx.AsyncClient, path: Path
    ) -> None:
        first = (await browser.post("/api/chat", json={"message": ORDER})).json()
        away = path.rename(path.with_name("away.db"))
        for request in (
            browser.post("/api/chat", json={"message": CONTACT}),
            browser.get("/api/chat/session"),
            browser.delete("/api/chat/clear"),
            browser.get("/health"),
        ):
            assert_problem(await request, 503)
        assert "coolwind_store_failures_total 4.0" in (await browser.get("/metrics")).text
        assert not path.exists()
        away.rename(path)
        second = (await browser.post("/api/chat", json={"message": CONTACT})).json()
        assert (second["sessionId"], second["step"]) == (first["sessionId"], "confirming")

    async def test_metrics_are_prometheus_text(self, browser: httpx.AsyncClient) -> None:
        await browser.post("/api/chat", json={"message": ORDER})
        response = await browser.get("/metrics")
        assert response.headers["content-type"].startswith("text/plain; version=")
        assert 'coolwind_turns_total{tier="new"} 1.0' in response.text


class TestDescription:
    async def test_every_response_is_described_as_it_is(
        self, browser: httpx.AsyncClient, path: Path
    ) -> None:
        document = (await browser.get("/openapi.json")).json()
        body = {"message": ORDER, "messageId": "m1"}
        json_type = {"Content-Type": "application/json"}
        responses = [
            await browser.post("/api/chat", json=body),
            await browser.get("/api/chat/session"),
            await browser.post("/api/chat", json={"message": "no", "messageId": "m1"}),
            await browser.post("/api/chat", content=b"x", headers=json_type),
            await browser.post("/api/chat", content=b"x" * 70_000, headers=json_type),
            await browser.post("/api/chat", content=b"x"),
            await browser.post("/api/chat", json={}),
            await browser.get("/health"),
            await browser.head("/health"),
            await browser.get("/metrics"),
        ]
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE sessions SET document = '{}', version = 9")
        responses += [
            await browser.post("/api/chat", json={"message": CONTACT}),
            await browser.get("/api/chat/session"),
        ]
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM sessions")
        responses += [
            await browser.get("/api/chat/session"),
            await browser.delete("/api/chat/clear"),
            await browser.get("/api/chat/session", params={"sessionId": "1"}),
            await browser.delete("/api/chat/clear", params={"sessionId": "1"}),
        ]
        for method, route in OF_A_CONVERSATION:
            bad_cookie = {"Cookie": f"{SESSION_COOKIE}=1"}
            browser.cookies.clear()
            responses.append(await browser.request(method, route, json=body, headers=bad_cookie))
            assert "set-cookie" in responses[-1].headers
        await browser.post("/api/chat", json=body)
        responses.append(await browser.delete("/api/chat/clear"))
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE sessions")
            connection.execute("DROP TABLE stock")
        responses += [
            await browser.post("/api/chat", json=body),
            await browser.get("/health"),
        ]
        for response in responses:
            assert_described(document, response)
        assert {response.status_code for response in responses} == {
            200, 204, 400, 404, 413, 415, 422, 500, 503,
        }  # fmt: skip

    async def test_every_model_of_the_document_is_the_one_that_is_used(
        self, browser: httpx.AsyncClient
    ) -> None:
        document = (await browser.get("/openapi.json")).json()
        for model in MODELS:
            assert document["components"]["schemas"][model.__name__]["title"] == model.__name__

    async def test_the_session_of_another_begins_anew_or_is_not_found(
        self, browser: httpx.AsyncClient
    ) -> None:
        paths = (await browser.get("/openapi.json")).json()["paths"]
        chat, read, clear = (
            paths[path][method]
            for path, method in (
                ("/api/chat", "post"),
                ("/api/chat/session", "get"),
                ("/api/chat/clear", "delete"),
            )
        )
        assert "begins a new session" in chat["description"]
        assert "404" not in chat["responses"]
        for operation in (read, clear):
            assert "like one that does not exist" in operation["description"]
            assert "404" in operation["responses"]

    async def test_the_parameters_that_are_read_are_described(
        self, browser: httpx.AsyncClient
    ) -> None:
        paths = (await browser.get("/openapi.json")).json()["paths"]
        described = {
            (path, parameter["in"], parameter["name"])
            for path, operations in paths.items()
            for operation in operations.values()
            for parameter in operation.get("parameters", ())
        }
        cookies = {("cookie", SESSION_COOKIE), ("cookie", PROOF_COOKIE)}
        assert described == {
            *(("/api/chat", *each) for each in {*cookies, ("header", "Idempotency-Key")}),
            *(("/api/chat/session", *each) for each in {*cookies, ("query", "sessionId")}),
            *(("/api/chat/clear", *each) for each in {*cookies, ("query", "sessionId")}),
        }
        body = paths["/api/chat"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert set(body["properties"]) == {"message", "sessionId", "userId", "messageId"}
        assert body["required"] == ["message"]


def assert_described(document: dict[str, Any], response: httpx.Response) -> None:
    """The document names the response's status, headers and media type, and its schema fits."""
    operation = document["paths"][response.request.url.path][response.request.method.lower()]
    described = operation["responses"][str(response.status_code)]
    for header in ("set-cookie", "retry-after"):
        if header in response.headers:
            assert header in {name.lower() for name in described.get("headers", ())}
    if response.status_code == 204:
        assert "content" not in described
        return
    if response.request.method == "HEAD":
        return
    media_type = response.headers["content-type"].split(";")[0]
    schema = described["content"][media_type]["schema"]
    if media_type == "text/plain":
        assert schema == {"type": "string"}
        return
    name = re.fullmatch(r"#/components/schemas/(\w+)", schema["$ref"])[1]
    model: type[BaseModel] = next(each for each in MODELS if each.__name__ == name)
    body = response.json()
    assert set(body) <= set(document["components"]["schemas"][name]["properties"])
    TypeAdapter(model).validate_python(body)
